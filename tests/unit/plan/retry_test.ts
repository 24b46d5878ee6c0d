/** Repeating what may pass: how often, after which pauses, and no match twice. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dataset } from "../../../src/dataset/dataset.ts";
import {
  RejectedError,
  StatusError,
  TransportError,
} from "../../../src/errors.ts";
import { mayPass, pauseBefore, retrying } from "../../../src/plan/retry.ts";
import { type Ending, once } from "../../../src/plan/step.ts";

const LOST = new TransportError("closed", "The connection was lost");

/** Runs one question against endings, each after two matches; gives what arrived and how long it paused. */
function run(endings: readonly Ending[], retries: number) {
  const taken: number[] = [];
  const pauses: number[] = [];
  const asking = retrying(
    once<number>(new Dataset(), (match) => taken.push(match)),
    { retries, random: () => 0 },
  );
  let attempt = 0;
  let next = asking.next(undefined);
  while (!next.done) {
    const want = next.value;
    if (want.kind === "pause") {
      pauses.push(want.milliseconds);
      next = asking.next(undefined);
      continue;
    }
    want.take(attempt * 10 + 1);
    want.take(attempt * 10 + 2);
    next = asking.next(endings[attempt++]!);
  }
  return { taken, pauses, outcome: next.value };
}

const GOOD: Ending = { matches: 2, status: 0 };
const BAD: Ending = { matches: 2, error: LOST };

describe("retrying()", () => {
  test("replaces what a failed attempt gave", () => {
    const { taken, pauses, outcome } = run([BAD, BAD, GOOD], 2);
    assert.deepEqual(taken, [21, 22]);
    assert.deepEqual(pauses, [1000, 2000]);
    assert.deepEqual(outcome.gaps, []);
  });
  test("gives up after the last attempt, and keeps what that one gave", () => {
    const { taken, outcome } = run([BAD, BAD], 1);
    assert.deepEqual(taken, [11, 12]);
    assert.equal(outcome.gaps[0]?.error, LOST);
  });
  test("does not repeat what would fail again", () => {
    const status = new StatusError("Unable to process", 0xc000);
    const { pauses, outcome } = run(
      [{ matches: 2, status: 0xc000, error: status }],
      5,
    );
    assert.deepEqual(pauses, []);
    assert.equal(outcome.gaps[0]?.error, status);
  });
  test("passes matches at once without retries", () => {
    assert.deepEqual(run([BAD], 0).taken, [1, 2]);
  });
});

test("mayPass() knows transient rejections from permanent ones", () => {
  assert.equal(mayPass(new RejectedError("", 2, 3, 1)), true);
  assert.equal(mayPass(new RejectedError("", 1, 1, 7)), false);
  assert.equal(mayPass(LOST), true);
  assert.equal(mayPass(undefined), false);
});

test("pauseBefore() grows up to a minute, half of it by chance", () => {
  const pauses = [1, 2, 3, 10].map((attempt) => pauseBefore(attempt, () => 0));
  assert.deepEqual(pauses, [1000, 2000, 4000, 60_000]);
  assert.equal(pauseBefore(1, () => 0.999999), 500);
});
