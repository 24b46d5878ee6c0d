/** Timers of the runtime: the first ones of a process, and those after them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startTimer } from "../../src/timer.ts";
import { runCommand, scriptCommand } from "../support/process.ts";

/** More than the first ones. */
const MANY = 40;

const TIMERS = fileURLToPath(
  new URL("../support/timers_process.ts", import.meta.url),
);

describe("a timer", () => {
  test("calls back once, not before its time, also after many others", async () => {
    const begin = performance.now();
    const called: number[] = [];
    for (let number = 0; number < MANY; number++) {
      const time = 1 + number / 3;
      startTimer(time, () => {
        called.push(number);
        // Whole milliseconds are enough: who waits for a deadline looks at the clock.
        assert.ok(performance.now() - begin >= Math.floor(time) - 1);
      });
    }
    await new Promise<void>((resolve) => startTimer(200, resolve));
    const all = Array.from({ length: MANY }, (_, number) => number);
    assert.deepEqual(called.toSorted((a, b) => a - b), all);
  });

  test("does not call back after it was cancelled", async () => {
    const called: number[] = [];
    for (let number = 0; number < MANY; number++) {
      startTimer(5, () => called.push(number))();
    }
    await new Promise<void>((resolve) => startTimer(50, resolve));
    assert.deepEqual(called, []);
  });

  test("keeps the process alive until its time, unless it was cancelled", async () => {
    const { code, stdout, stderr } = await runCommand(scriptCommand(TIMERS), {
      limit: 30_000,
    });
    assert.deepEqual([code, stdout, stderr], [0, "first\nlast\n", ""]);
  });
});
