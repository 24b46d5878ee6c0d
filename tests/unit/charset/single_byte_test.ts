/**
 * The single-byte tables against independent ones: tests/fixtures/charset/right_halves.json is what the codecs
 * iso8859_1 to iso8859_15 and shift_jis of CPython 3 make of each byte A0-FF (U+FFFD where they have nothing).
 */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import facts from "../../fixtures/charset/right_halves.json" with {
  type: "json",
};
import {
  LATER_ADDITIONS,
  rightHalf,
  type SingleByteName,
} from "../../../src/charset/single_byte.ts";
import { codeSet } from "../../../src/charset/code_set.ts";

describe("rightHalf()", () => {
  for (const [name, expected] of Object.entries(facts)) {
    test(`${name} agrees with the independent table`, () => {
      const actual = Array.from(
        rightHalf(name as SingleByteName),
        (character) => character.charCodeAt(0).toString(16).padStart(4, "0"),
      );
      assert.deepEqual(actual, expected);
    });
  }

  test("every table has 96 positions and no character twice", () => {
    for (const name of Object.keys(facts)) {
      const characters = [...rightHalf(name as SingleByteName)];
      const assigned = characters.filter((character) => character !== "\ufffd");
      assert.equal(characters.length, 96, name);
      assert.equal(new Set(assigned).size, assigned.length, name);
    }
  });

  test("later additions are in the tables, but are not encoded", () => {
    for (const [name, additions] of Object.entries(LATER_ADDITIONS)) {
      const table = rightHalf(name as SingleByteName);
      for (const character of additions) {
        assert.ok(table.includes(character), name);
        const set = codeSet(name as SingleByteName);
        assert.equal(set.code(character), -1);
        assert.equal(
          set.character(table.indexOf(character) + 0x20, 0),
          character,
        );
      }
    }
  });
});
