/** Suggestions for misspelt words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestWords } from "../../../src/dictionary/nearest.ts";

const words = ["study", "series", "image", "Study", "worklist"];

test("nearestWords() ignores case and keeps the order of equals", () => {
  assert.deepEqual(nearestWords("STUDY", words, 5), ["study", "Study"]);
});

test("nearestWords() counts a swap of neighbours as one edit", () => {
  assert.deepEqual(nearestWords("imgae", words, 1), ["image"]);
});

test("nearestWords() allows a third of the length, and at least one edit", () => {
  assert.deepEqual(nearestWords("worklits", words, 1), ["worklist"]);
  assert.deepEqual(nearestWords("wrklits", words, 1), ["worklist"]);
  assert.deepEqual(nearestWords("wrkts", words, 1), []);
  assert.deepEqual(nearestWords("a", ["b", "abc"], 3), ["b"]);
});
