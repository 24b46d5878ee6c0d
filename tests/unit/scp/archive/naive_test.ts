/**
 * The archive beside a matcher that was written a second time, on made-up archives and queries. `deno task matching` compares more of
 * them, from other seeds.
 */
import { test } from "node:test";
import assert from "node:assert/strict";
import { compareMatching } from "../../../support/matching/compare.ts";

for (const seed of [1, 2, 3]) {
  test(`500 queries of seed ${seed} are answered as the standard says`, () => {
    const { difference, answered, refused } = compareMatching(seed, 500);
    assert.equal(difference, undefined);
    // Queries that find nothing would prove nothing.
    assert.ok(answered > 150, `${answered} with matches`);
    assert.ok(refused > 0);
  });
}
