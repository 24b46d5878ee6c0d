/** Sorted pairs of keys and places. */
import { test } from "node:test";
import assert from "node:assert/strict";
import {
  hashOf,
  SortedIndex,
} from "../../../../src/scp/archive/sorted_index.ts";
import { generator } from "../../../support/random.ts";

test("finds what a plain search finds, places of one key in their order", () => {
  const random = generator(5);
  const edges = [
    -0x80000000,
    -0x7fffffff,
    -1,
    0,
    1,
    0xffff,
    0x10000,
    0x7fffffff,
  ];
  const keys = Int32Array.from(
    { length: 2000 },
    (_, at) => edges[at] ?? random(400) - 200,
  );
  const places = keys.map((_, at) => at);
  const index = new SortedIndex(keys.slice(), places.slice());
  assert.equal(index.size, 2000);
  const ranges = Array.from(
    { length: 200 },
    () => [random(500) - 250, random(500) - 250] as const,
  );
  for (
    const [first, last] of [
      ...ranges,
      [-0x80000000, 0x7fffffff] as const,
      [-0x80000000, -0x80000000] as const,
      [0x7fffffff, 0x7fffffff] as const,
      [0xffff, 0x10000] as const,
    ]
  ) {
    const expected = [...places].filter((at) =>
      keys[at]! >= first && keys[at]! <= last
    ).sort((a, b) => keys[a]! - keys[b]! || a - b);
    assert.deepEqual([...index.between(first, last)], expected);
  }
  assert.equal(new SortedIndex(new Int32Array(0), new Int32Array(0)).size, 0);
});

test("texts that differ little have different hashes", () => {
  const hashes = new Set(
    Array.from({ length: 20_000 }, (_, at) => hashOf(`1.2.840.${at}`)),
  );
  assert.ok(hashes.size > 19_990, String(hashes.size));
});
