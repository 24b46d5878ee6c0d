/**
 * Times a list of 300 rows against a shell loop of DCMTK's findscu over the same rows, on the same archive (`serve demo`). Prints
 * milliseconds and the part of the loop's time that each takes.
 *
 *   deno run -A scripts/bench/lists.ts
 *   deno run -A scripts/bench/lists.ts --rows 1000
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { root } from "../compile_steps.ts";

const { values: options } = parseArgs({
  options: { rows: { type: "string", default: "300" } },
});
const ids = Array.from(
  { length: Number(options.rows) },
  (_, index) => `DEMO-${String(index + 1).padStart(4, "0")}`,
);

/** Runs a program to its end; milliseconds. */
function time(program: string, args: readonly string[]): number {
  const begin = performance.now();
  const { status, stderr } = spawnSync(program, args, {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Error(`${program} ended with ${status}:\n${stderr}`);
  }
  return performance.now() - begin;
}

const folder = mkdtempSync(join(tmpdir(), "findscu-bench-"));
const server = spawn("bun", ["cli.ts", "serve", "demo", "--port", "0"], {
  cwd: root,
  stdio: ["ignore", "pipe", "pipe"],
});
try {
  const port = await new Promise<string>((resolve) => {
    for (const stream of [server.stdout, server.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        const port = /Listening on \S+:(\d+)/.exec(line)?.[1];
        if (port !== undefined) resolve(port);
      });
    }
  });
  const list = join(folder, "list.csv");
  writeFileSync(list, `PatientID\n${ids.join("\n")}\n`);
  const loop =
    'for id in "$@"; do findscu -S -k QueryRetrieveLevel=STUDY -k "PatientID=$id" -k StudyDate 127.0.0.1 "$PORT" >/dev/null 2>&1; done';
  const whole = time("sh", ["-c", `PORT=${port}; ${loop}`, "sh", ...ids]);
  console.log(`loop of DCMTK's findscu: ${whole.toFixed(0)} ms`);
  for (const associations of [1, 4]) {
    const taken = time("bun", [
      "cli.ts",
      `127.0.0.1:${port}`,
      ..."-q StudyDate --csv --each".split(" "),
      list,
      "--associations",
      String(associations),
    ]);
    console.log(
      `--each, ${associations} association${associations === 1 ? "" : "s"}: ${
        taken.toFixed(0)
      } ms (${(taken / whole).toFixed(3)} ×)`,
    );
  }
} finally {
  server.kill();
  rmSync(folder, { recursive: true });
}
