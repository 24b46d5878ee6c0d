/** Every target for a moment, beginning the same in every run; `deno task fuzz` runs them for longer. */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { DEFAULT_SEED, runTarget, showInput } from "../support/fuzz.ts";
import { targets } from "./targets/all.ts";

/** Time of each target, in milliseconds. */
const MOMENT = 250;

/** Most memory that objects may take when a target has been run, in bytes. Buffers that wait to be collected do not count. */
const MAX_MEMORY = 512 * 1024 * 1024;

for (const target of targets) {
  test(target.name, async () => {
    const seeds = await target.seeds();
    const end = performance.now() + MOMENT;
    await runTarget(target, {
      seeds,
      seed: DEFAULT_SEED,
      wants: (round) => round < seeds.length || performance.now() < end,
      found: ({ round, input, text }) =>
        assert.fail(
          `Execution ${round} of seed ${DEFAULT_SEED}: ${text}\nwith ${
            showInput(input)
          }`,
        ),
    });
    const { heapUsed } = process.memoryUsage();
    assert.ok(heapUsed < MAX_MEMORY, `${heapUsed} bytes of memory in use`);
  });
}
