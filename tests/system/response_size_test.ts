/** What one response may cost: the memory of a query stays below four times `--max-response-size`, whatever the peer sends. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type EXCESSES, hostileServer } from "../support/hostile_server.ts";
import { scriptCommand } from "../support/process.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Four times 64 MB. */
const ALLOWED_MB = 256;

interface Outcome {
  readonly code: number | null;
  readonly said: string;
  /** Bytes of output. */
  readonly length: number;
  /** Most memory that the process ever had, in MB. */
  readonly peak: number;
}

/** Runs findscu, keeps none of its output. */
function run(args: readonly string[]): Promise<Outcome> {
  const [program = "", ...words] = scriptCommand(`${ROOT}cli.ts`);
  const child = spawn(program, [...words, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let peak = 0;
  let length = 0;
  let said = "";
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      const now = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
      peak = Math.max(peak, now);
    } catch {
      // It ended between two looks.
    }
  }, 10);
  child.stdout.on("data", (chunk: Uint8Array) => length += chunk.length);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (said.length < 10_000) said += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(timer);
      resolve({ code, said, length, peak });
    });
  });
}

async function query(
  excess: keyof typeof EXCESSES,
  args: readonly string[],
): Promise<Outcome> {
  const { port, stop } = await hostileServer(excess);
  try {
    return await run([
      `127.0.0.1:${port}`,
      ...["-q", "QueryRetrieveLevel=STUDY", "-q", "StudyDescription"],
      ...args,
    ]);
  } finally {
    stop();
  }
}

describe("the memory of a query is bounded when a response", {
  skip: existsSync("/proc/self/status") ? false : "no /proc here",
}, () => {
  test("inflates to 300 MB", async () => {
    const { peak, said } = await query("bomb", ["-xd"]);
    assert.match(said, /Cannot inflate the dataset: more than 64 MB/);
    assert.ok(peak > 0 && peak < ALLOWED_MB, `${peak} MB`);
  });

  test("inflates to 300 MB, which is allowed", async () => {
    const { code, length } = await query("bomb", [
      "-xd",
      ...["--max-response-size", "400M", "--format", "jsonl"],
    ]);
    assert.equal(code, 0);
    assert.ok(length > 299e6, `${length} bytes`);
  });

  test("never ends", async () => {
    const { code, peak, said } = await query("fragments", []);
    assert.equal(code, 67);
    assert.match(said, /more than 64 MB.*\n.*--max-response-size/);
    assert.ok(peak > 0 && peak < ALLOWED_MB, `${peak} MB`);
    const less = await query("fragments", ["--max-response-size", "1M"]);
    assert.match(less.said, /more than 1 MB/);
  });

  for (
    const [excess, format] of [
      ["value", "text"],
      ["value", "jsonl"],
      ["value", "csv"],
      ["value", "xml"],
      ["value", "table"],
      ["value", "tree"],
      ["utf8", "text"],
      ["utf8", "table"],
      ["utf8", "xml"],
      ["utf8", "jsonl"],
    ] as const
  ) {
    test(`has a ${excess} of 20 MB, printed as ${format}`, async () => {
      const { code, peak, length } = await query(excess, ["--format", format]);
      assert.equal(code, 0);
      assert.ok(length >= 20e6, `${length} bytes`);
      assert.ok(peak > 0 && peak < ALLOWED_MB, `${peak} MB`);
    });
  }
});
