/** The executable: makes the host of this machine, runs the command line on it, and ends with its exit code. */
import process from "node:process";
import { machineHost } from "./host/machine.ts";
import { run } from "./src/cli/run.ts";

// Not awaited: a bundle with bytecode is no module, and may not wait at its top level.
void run(machineHost()).then((code) => process.exit(code));
