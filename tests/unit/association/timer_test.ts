import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Timer } from "../../../src/association/timer.ts";

describe("Timer", () => {
  test("runs from the time that it is told after its start", () => {
    const timer = new Timer();
    timer.tell(5);
    timer.start(100);
    assert.ok(timer.needsClock);
    assert.ok(!timer.isDue(1_000_000));
    timer.tell(7);
    timer.tell(50);
    assert.equal(timer.deadline, 107);
    assert.ok(!timer.needsClock);
    assert.ok(!timer.isDue(106));
    assert.ok(timer.isDue(107));
  });

  test("forgets its deadline when stopped, or started anew", () => {
    const timer = new Timer();
    timer.start(1);
    timer.tell(0);
    timer.start(10);
    assert.equal(timer.deadline, undefined);
    timer.tell(5);
    assert.equal(timer.deadline, 15);
    timer.stop();
    timer.tell(6);
    assert.equal(timer.deadline, undefined);
    assert.ok(!timer.needsClock);
  });

  test("never expires when started for ever", () => {
    const timer = new Timer();
    timer.start(Infinity);
    timer.tell(0);
    assert.ok(!timer.needsClock);
    assert.equal(timer.deadline, undefined);
  });
});
