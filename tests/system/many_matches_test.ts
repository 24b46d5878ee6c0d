/** A result of any length takes no more memory than a short one: matches stream from the socket to the output. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { scriptCommand } from "../support/process.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FEW = 200_000;
const MANY = 800_000;
/** Growth that is not a leak: the collector has more to do, and does it later. One short text kept of each match would be more. */
const ALLOWED_MB = 40;

interface Outcome {
  readonly lines: number;
  /** Most memory that the process ever had, in MB. */
  readonly peak: number;
}

/** Runs a query whose answer has so many matches; counts the lines of its output without keeping them. */
function query(
  port: string,
  matches: number,
  format: string,
): Promise<Outcome> {
  const [program = "", ...words] = scriptCommand(`${ROOT}cli.ts`);
  const child = spawn(program, [
    ...words,
    `N${matches}@127.0.0.1:${port}`,
    "-q",
    "PatientName",
    "--format",
    format,
  ], { stdio: ["ignore", "pipe", "inherit"] });
  let lines = 0;
  let peak = 0;
  const look = () => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      const now = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
      peak = Math.max(peak, now);
    } catch {
      // It ended between two looks.
    }
  };
  child.stdout.on("data", (chunk: Uint8Array) => {
    for (const byte of chunk) if (byte === 10) lines++;
  });
  const timer = setInterval(look, 50);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(timer);
      if (code === 0) resolve({ lines, peak });
      else reject(new Error(`Ended with ${code}`));
    });
  });
}

test("many matches need no more memory than few", {
  skip: existsSync("/proc/self/status") ? false : "no /proc here",
}, async (t) => {
  const [program = "", ...words] = scriptCommand(
    `${ROOT}scripts/bench/replay_scp.ts`,
  );
  const server = spawn(program, words, {
    stdio: ["pipe", "pipe", "inherit"],
    env: process.env,
  });
  try {
    const port = await new Promise<string>((resolve) =>
      createInterface(server.stdout).once("line", resolve)
    );
    for (const [format, extra] of [["jsonl", 0], ["table", 3]] as const) {
      await t.test(format, async () => {
        const few = await query(port, FEW, format);
        const many = await query(port, MANY, format);
        assert.equal(few.lines, FEW + extra);
        assert.equal(many.lines, MANY + extra);
        assert.ok(few.peak > 0);
        assert.ok(
          many.peak < few.peak + ALLOWED_MB,
          `${few.peak} MB for ${FEW}, ${many.peak} MB for ${MANY}`,
        );
      });
    }
  } finally {
    server.kill();
  }
});
