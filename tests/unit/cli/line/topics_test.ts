/** `findscu help TOPIC`. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { buildIdentifier } from "../../../../src/identifier/build.ts";
import { dicomDates } from "../../../../src/identifier/date_words.ts";
import { Dictionary } from "../../../../src/dictionary/dictionary.ts";
import { UsageError } from "../../../../src/errors.ts";
import { RESULT_FORMATS } from "../../../../src/output/format_names.ts";
import { EXIT_CODES } from "../../../../src/cli/exit_code.ts";
import { OPTION_TABLE } from "../../../../src/cli/line/options.ts";
import { TOPIC_NAMES, topicText } from "../../../../src/cli/line/topics.ts";
import { run } from "../../../support/configured.ts";

const text = (word: string) => topicText(word, OPTION_TABLE);

describe("topicText()", () => {
  for (const [name] of TOPIC_NAMES) {
    test(`${name} fits a terminal of 80 columns`, () => {
      const lines = text(name).split("\n");
      for (const line of lines) {
        assert.ok(line.length <= 80, line);
        assert.equal(line, line.trimEnd());
      }
      assert.ok(lines.length > 5);
    });
  }

  test("keys that it shows are keys", () => {
    const dictionary = Dictionary.standard.lenient();
    const today = () => 20_000;
    const heads = text("keys").matchAll(
      /^ {2}("?[\w,]+\S*(?: \d\S*)?)(?: {2,}|$)/gm,
    );
    const keys = [...heads].map(([, key]) => key!);
    assert.ok(keys.length > 8, String(keys));
    for (const key of keys) {
      const parts = {
        form: "address",
        model: "other",
        dictionary,
        today,
      } as const;
      assert.doesNotThrow(
        () => buildIdentifier({ ...parts, keys: [key] }),
        key,
      );
    }
  });

  test("dates that it shows are dates", () => {
    const heads = text("dates").matchAll(
      /^ {2}([\w.,-]+(?: {1,2}[\w.,-]+)*) {2,}/gm,
    );
    const words = [...heads].flatMap(([, head]) => head!.split(/[ ,]+/));
    assert.ok(words.includes("today") && words.length > 10, String(words));
    for (const word of words) {
      if (word.startsWith("--")) continue;
      assert.notEqual(dicomDates(word, () => 20_000), undefined, word);
    }
  });

  test("all exit codes and formats are there", () => {
    for (const { exit } of EXIT_CODES) {
      assert.match(text("exit-codes"), new RegExp(`^  ${exit} `, "m"));
    }
    for (const format of RESULT_FORMATS) {
      assert.ok(text("formats").includes(format));
    }
  });

  for (const word of ["--split", "split", "-aet", "+cf", "--csv", "-q"]) {
    test(`shows the option ${word}`, () => {
      assert.match(text(word), /options:\n/);
    });
  }

  for (
    const [word, hint] of [
      ["kyes", "Did you mean keys?"],
      ["date", "Did you mean dates?"],
      ["--splt", "Did you mean --split?"],
      ["--fields", "Did you mean --columns?"],
      ["qwertz", "Topics are keys, "],
    ] as const
  ) {
    test(`knows no ${word}`, () => {
      assert.throws(
        () => text(word),
        (error) => error instanceof UsageError && error.hint?.startsWith(hint),
      );
    });
  }

  test("is what findscu help shows", () => {
    for (const word of ["keys", "--split", "-q", "echo"]) {
      const config = run("help", word);
      assert.ok("topic" in config);
      assert.equal(config.topic, word);
    }
  });
});
