/** The search for files that import each other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { circles } from "../../../scripts/check_circles.ts";

test("circles() finds files that import each other, over however many others", () => {
  const graph = new Map([
    ["a", ["b", "d"]],
    ["b", ["c"]],
    ["c", ["a", "outside"]],
    ["d", ["e"]],
    ["e", []],
    ["f", ["g"]],
    ["g", ["f", "a"]],
  ]);
  assert.deepEqual(circles(graph), [["a", "b", "c"], ["f", "g"]]);
});

test("circles() finds none in a tree", () => {
  assert.deepEqual(
    circles(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])),
    [],
  );
});
