import assert from "node:assert/strict";
import { test } from "node:test";
import { RunTally } from "../../../../../src/cli/commands/find/tally.ts";
import { IncompleteError } from "../../../../../src/errors.ts";

/** A tally without limits but for these. */
function tallyWith(
  options: Partial<ConstructorParameters<typeof RunTally>[0]> = {},
): RunTally {
  return new RunTally({
    cancelAfter: undefined,
    maxResults: undefined,
    numbersResponses: false,
    ...options,
  });
}

/** Matches that have come, by their place. */
function matches(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

test("Tally numbers matches from 1 through all queries", () => {
  const tally = tallyWith();
  const firsts = [2, 3].map((count) => {
    tally.beginQuery();
    const first = tally.nextNumber;
    tally.add(count, count);
    tally.endQuery(count + 1);
    return first;
  });
  assert.deepEqual(firsts, [1, 3]);
  assert.equal(tally.matches, 5);
});

test("Tally numbers only matches that are kept", () => {
  const tally = tallyWith();
  tally.beginQuery();
  tally.add(10, 3);
  assert.equal(tally.nextNumber, 4);
  assert.equal(tally.matches, 3);
});

test("Tally numbers responses as DCMTK does, with a hole for each final one", () => {
  const tally = tallyWith({ numbersResponses: true });
  const numbers: number[] = [];
  for (const batches of [[2, 1], [1]]) {
    tally.beginQuery();
    for (const count of batches) {
      numbers.push(tally.nextNumber);
      tally.add(count, count);
    }
    tally.endQuery(batches.reduce((sum, count) => sum + count) + 1);
  }
  assert.deepEqual(numbers, [1, 3, 5]);
});

for (
  const [cancelAfter, batches, expected] of [
    [undefined, [3], [[3]]],
    [2, [1, 3], [[1], [1, 2]]],
    [2, [2], [[2, 0]]],
    [2, [1, 1, 1], [[1], [1, 0], [1]]],
    [1, [3], [[1, 2]]],
    [4, [3], [[3]]],
    [4, [3, 3], [[3], [1, 2]]],
  ] as const
) {
  test(`Tally with --cancel ${cancelAfter} divides batches of ${batches}`, () => {
    const tally = tallyWith({ cancelAfter });
    assert.equal(tally.beginQuery(), cancelAfter ?? 0);
    const divided = batches.map((count) => {
      const parts = tally.parts(matches(count));
      for (const part of parts) tally.add(part.length, part.length);
      assert.deepEqual(parts.flat(), matches(count), "nothing is lost");
      return parts.map((part) => part.length);
    });
    assert.deepEqual(divided, expected);
  });
}

test("Tally counts the final responses of earlier queries for --cancel", () => {
  const tally = tallyWith({ cancelAfter: 5 });
  const limits = [2, 1, 4].map((count) => {
    const limit = tally.beginQuery();
    tally.add(count, count);
    tally.endQuery(count + 1);
    return limit;
  });
  // 5 - 3, and nothing is left after 3 + 2: from then on nothing is cancelled.
  assert.deepEqual(limits, [5, 2, 0]);
  assert.deepEqual(tally.parts(matches(3)), [matches(3)]);
});

test("Tally counts each query from where the last one ended", () => {
  const tally = tallyWith({ cancelAfter: 3, numbersResponses: true });
  tally.beginQuery();
  tally.add(2, 2);
  assert.equal(tally.beginQuery(), 3);
  assert.equal(tally.nextNumber, 1);
  assert.deepEqual(tally.parts(matches(4)).map((part) => part.length), [3, 1]);
});

test("Tally is full when as many matches are kept as were requested", () => {
  const tally = tallyWith({ maxResults: 3 });
  tally.add(5, 2);
  assert.equal(tally.isFull, false);
  tally.add(1, 1);
  assert.equal(tally.isFull, true);
  assert.equal(tallyWith().isFull, false);
  assert.equal(tallyWith({ maxResults: 0 }).isFull, true);
});

test("Tally counts what an earlier run has shown", () => {
  const tally = tallyWith({ maxResults: 3 });
  tally.addEarlier(2);
  assert.equal(tally.nextNumber, 3);
  tally.add(1, 1);
  assert.equal(tally.matches, 3);
  assert.equal(tally.isFull, true);
});

test("Tally counts matches that lost attributes", () => {
  const tally = tallyWith();
  tally.addDamaged([{ losses: [] }, { losses: ["a", "b"] }]);
  tally.addDamaged([{ losses: ["c"] }]);
  assert.equal(tally.damaged, 2);
});

test("Tally counts message ids up", () => {
  const tally = tallyWith();
  assert.deepEqual([tally.nextMessageId(), tally.nextMessageId()], [1, 2]);
});

test("Tally keeps the reason of one gap, and counts several", () => {
  assert.equal(tallyWith().gap, undefined);
  const tally = tallyWith();
  tally.addGap(new IncompleteError("first"), 4);
  assert.equal(tally.gap?.message, "first");
  tally.addGap(new IncompleteError("second"), 4);
  assert.equal(tally.gap?.message, "2 of 4 answers are incomplete");
  tally.mark(new IncompleteError("later"));
  assert.equal(tally.gap?.message, "2 of 4 answers are incomplete");
});

test("Tally takes the first reason for the whole", () => {
  const tally = tallyWith();
  tally.mark(new IncompleteError("first"));
  tally.mark(new IncompleteError("second"));
  assert.equal(tally.gap?.message, "first");
});
