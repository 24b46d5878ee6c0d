/** The executable: makes the host of this machine, runs the command line on it, and ends with its exit code. */
import process from "node:process";
import { machineHost } from "./host/machine.ts";
import { run } from "./src/cli/run.ts";

process.exit(await run(machineHost()));
