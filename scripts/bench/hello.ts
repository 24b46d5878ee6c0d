/** What a runtime itself needs to start, write a line and end: the yardstick for start-up. */
import process from "node:process";

process.stdout.write("hello\n");
