/** The whole program as one call: for `cli.ts`, and for the entry module that the build writes with its facts in it. */
import { run } from "../src/cli/run.ts";
import { machineHost } from "./machine.ts";
import { exit } from "./runtime.ts";
import type { BuildFacts } from "./version.ts";

/** Runs the command line of this process and ends it with the exit code. */
export function start(build: BuildFacts = {}): void {
  // Not awaited: a bundle with bytecode is not a module, and may not wait at its top level.
  void run(machineHost(build)).then((code) => exit(code));
}
