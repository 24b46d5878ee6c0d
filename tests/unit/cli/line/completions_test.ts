/** The completions as rendered from the tables. Real shells read them in tests/executable. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  completionsText,
  SHELLS,
} from "../../../../src/cli/line/completions.ts";
import {
  COMMAND_TABLE,
  OPTION_TABLE,
} from "../../../../src/cli/line/options.ts";
import { UsageError } from "../../../../src/errors.ts";

const rows = OPTION_TABLE;
const commands = COMMAND_TABLE;

describe("completionsText()", () => {
  test("offers the options of a query in fish only if no command is", () => {
    const text = completionsText("fish", { rows, commands });
    const names = commands.map(({ name }) => name).join(" ");
    const split = text.split("\n").find((line) => line.includes("-l split "));
    assert.ok(
      split?.includes(`-n 'not __fish_seen_subcommand_from ${names}'`),
      split,
    );
  });

  for (const shell of SHELLS) {
    const text = completionsText(shell, { rows, commands });

    test(`offers every spelling in ${shell}`, () => {
      for (const { spellings } of rows) {
        for (const spelling of spellings) {
          // fish names an option without its dashes, if it is one in its eyes.
          const bare = spelling.replace(/^--?/, "");
          assert.ok(
            text.includes(spelling) || text.includes(` ${bare} `),
            spelling,
          );
        }
      }
    });

    test(`offers every command in ${shell}`, () => {
      for (const { name } of commands) assert.ok(text.includes(name), name);
    });

    test(`offers the words of a choice in ${shell}`, () => {
      assert.match(text, /dicom-json\b/);
    });

    test(`offers only the options that it is given in ${shell}`, () => {
      const none = completionsText(shell, {
        rows: rows.filter((row) => row.id !== "debug"),
        commands: [],
      });
      assert.doesNotMatch(none, /--debug|-l debug/);
    });
  }

  test("refuses another shell, with what is meant", () => {
    assert.throws(
      () => completionsText("bsh", { rows, commands }),
      (error) =>
        error instanceof UsageError && error.hint === "Did you mean bash?",
    );
    assert.throws(
      () => completionsText("tcsh", { rows, commands }),
      /Unknown shell "tcsh"/,
    );
  });

  test("gives PowerShell one flat list of texts per command, in ASCII", () => {
    const text = completionsText("powershell", { rows, commands });
    // Windows' own PowerShell reads scripts in the code page of the system.
    assert.doesNotMatch(text, /[^\x00-\x7f]/);
    // Words on lines of their own are one list in the end: pairs would come apart.
    assert.ok(!/^ *@\(/m.test(text));
    assert.ok(/^ {4}'--format \w+ /m.test(text));
    const texts = text.match(/^ {4}'[-+].*$/gm) ?? [];
    assert.ok(texts.length > 100);
    for (const line of texts) {
      assert.match(line, /^ {4}'[-+]\S+ (?:[^']|'')+'$/);
    }
  });
});
