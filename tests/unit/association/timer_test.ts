import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Timer } from "../../../src/association/timer.ts";

describe("Timer", () => {
  test("runs from the first time that it gets after its start", () => {
    const timer = new Timer();
    timer.advance(5);
    timer.start(100);
    assert.ok(timer.needsClock);
    assert.ok(!timer.isDue(1_000_000));
    timer.advance(7);
    timer.advance(50);
    assert.equal(timer.deadline, 107);
    assert.ok(!timer.needsClock);
    assert.ok(!timer.isDue(106));
    assert.ok(timer.isDue(107));
  });

  test("forgets its deadline when stopped or restarted", () => {
    const timer = new Timer();
    timer.start(1);
    timer.advance(0);
    timer.start(10);
    assert.equal(timer.deadline, undefined);
    timer.advance(5);
    assert.equal(timer.deadline, 15);
    timer.stop();
    timer.advance(6);
    assert.equal(timer.deadline, undefined);
    assert.ok(!timer.needsClock);
  });

  test("never expires when started for ever", () => {
    const timer = new Timer();
    timer.start(Infinity);
    timer.advance(0);
    assert.ok(!timer.needsClock);
    assert.equal(timer.deadline, undefined);
  });
});
