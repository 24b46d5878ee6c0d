/** The words of the command line for what the rest of the program advises. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OPTION_TABLE } from "../../../../src/cli/line/options.ts";
import {
  hintOf,
  REMEDY_KEYS,
  withRemedy,
  worded,
} from "../../../../src/cli/line/remedies.ts";
import { advise, UsageError } from "../../../../src/errors.ts";

const SPELLINGS = new Set(OPTION_TABLE.flatMap(({ spellings }) => spellings));

describe("worded()", () => {
  for (const key of REMEDY_KEYS) {
    test(`names options of the table for ${key}`, () => {
      const sentence = worded(advise("Do it", key, "STUDY", "b", "c"));
      const options =
        sentence.match(/(?<=[\s("]|^)(--?|\+)[a-z][a-z0-9-]*/gi) ??
          [];
      assert.ok(options.length > 0, sentence);
      for (const option of options) {
        assert.ok(SPELLINGS.has(option), `${option} in "${sentence}"`);
      }
      assert.doesNotMatch(sentence, /undefined|\.$/);
    });
  }

  test("leaves a hint without a remedy as it is", () =>
    assert.equal(worded("Do it"), "Do it"));

  test("fills in what a remedy is about", () => {
    assert.equal(
      worded(advise("Wider", "charset-map", "ISO_IR 100", "ISO_IR 192")),
      'Wider with --charset-map "ISO_IR 100=ISO_IR 192"',
    );
    assert.equal(
      worded(advise("", "other-model", "study", "worklist")),
      "It may support another information model: try -S (study), -W (worklist); findscu probe reports which ones it supports",
    );
  });

  test("shows foreign text in a remedy harmlessly", () => {
    const hint = worded(advise("", "known-calling-title", "A\x1b[2J\n"));
    assert.doesNotMatch(hint, /[\x00-\x1f]/);
  });
});

describe("hintOf()", () => {
  test("is the hint of an error in the words of the command line", () => {
    const hint = advise("Wait longer", "connect-timeout");
    const error = new UsageError("It took too long", { hint });
    assert.equal(error.hint, "Wait longer");
    assert.equal(hintOf(error), "Wait longer with -to");
  });

  test("goes on to an error that is made of another", () => {
    const hint = advise("Wait longer", "connect-timeout");
    const { advice } = new UsageError("It took too long", { hint });
    const error = new UsageError("Nothing came of it", { hint: advice! });
    assert.equal(hintOf(error), "Wait longer with -to");
  });

  test("is undefined if there is none", () =>
    assert.equal(hintOf(new UsageError("No")), undefined));
});

test("withRemedy() leaves a text without a remedy as it is", () => {
  assert.equal(withRemedy("So it is", undefined), "So it is");
  assert.equal(withRemedy("So it is", ["older-profile"]), "So it is (+pa)");
});
