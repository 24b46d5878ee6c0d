/** The harness for processes: what hangs is ended, and says what it printed until then. */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { runCommand } from "../support/process.ts";

test("a process that does not end is killed, and what it printed is shown", {
  skip: process.platform === "win32",
}, async () => {
  const hangs = ["sh", "-c", "echo working; echo odd >&2; exec sleep 60"];
  await assert.rejects(
    runCommand(hangs, { limit: 500 }),
    /sleep 60: killed after 0\.5 s\nstdout: working\n\nstderr: odd\n/,
  );
});
