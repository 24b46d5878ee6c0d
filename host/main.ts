/** The whole program as one call: for `cli.ts`, and for the entry module that the build writes with its facts in it. */
import { run } from "../src/cli/run.ts";
import { machineHost } from "./machine.ts";
import { afterShortRun, exit } from "./runtime.ts";
import type { BuildFacts } from "./version.ts";

/** The part of Bun's face that is used here. */
interface BunFace {
  /** Older ones do not have it. */
  readonly unsafe: { setJITPolicy?(scale: number): void };
}

/**
 * How many times later than usual Bun compiles functions in runs that are not short, in which few are called often enough.
 * Executables begin with the scale in `BUN_FLAGS`.
 */
const JIT_SCALE = 4;

/** Runs the command line of this process and ends it with the exit code. */
export function start(build: BuildFacts = {}): void {
  // Not awaited: a bundle with bytecode is not a module, and may not wait at its top level.
  void run(machineHost(build)).then((code) => exit(code));
  const { Bun: bun } = globalThis as { Bun?: BunFace };
  if (bun === undefined) return;
  afterShortRun(() => bun.unsafe.setJITPolicy?.(JIT_SCALE));
}
