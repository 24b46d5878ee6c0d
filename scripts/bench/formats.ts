/**
 * Times whole processes for every output format, by turns and in the same run as DCMTK's findscu printing the same matches, against
 * the replay SCP. Prints medians in seconds, the ratio to DCMTK, and the largest memory where `/usr/bin/time` can tell it.
 *
 *   deno run -A scripts/bench/formats.ts [--matches 100000] [--runs 5] [--program PATH]
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { compileModuleWithBun, dist, root } from "../compile_steps.ts";

const { values: options } = parseArgs({
  options: {
    matches: { type: "string", default: "100000" },
    runs: { type: "string", default: "5" },
    program: { type: "string" },
  },
});

const TIME = "/usr/bin/time";
const FORMATS = ["text", "table", "jsonl", "dicom-jsonl", "csv", "xml"];

/** One way of querying, as arguments of its program. */
interface Cell {
  readonly name: string;
  readonly command: readonly string[];
  readonly seconds: number[];
  megabytes: number;
}

function program(): string {
  if (options.program !== undefined) return options.program;
  const compiled = compileModuleWithBun("cli.ts", `${dist}/bench/findscu`);
  if (!compiled.ok) throw new Error(compiled.reason);
  return compiled.path;
}

function cells(port: string): Cell[] {
  const ours = program();
  const title = `N${options.matches}`;
  const form = [
    ...["-S", "-aec", title, "-k", "QueryRetrieveLevel=STUDY"],
    ...["-k", "PatientName", "127.0.0.1", port],
  ];
  const address = [`${title}@127.0.0.1:${port}`, "-q", "PatientName"];
  const cell = (name: string, ...command: string[]): Cell => ({
    name,
    command,
    seconds: [],
    megabytes: 0,
  });
  const { stdout } = spawnSync("findscu", ["--version"], { encoding: "utf8" });
  const isDcmtk = stdout?.includes("dcmtk: findscu") === true;
  return [
    ...(isDcmtk ? [cell("DCMTK, printed", "findscu", ...form)] : []),
    cell("as DCMTK, printed", ours, ...form),
    cell("hidden", ours, "-q", ...form),
    cell("--count", ours, ...address, "--count"),
    ...FORMATS.map((name) => cell(name, ours, ...address, "--format", name)),
  ];
}

function run(cell: Cell): void {
  const measured = existsSync(TIME) ? [TIME, "-f", "%M"] : [];
  const [first = "", ...args] = [...measured, ...cell.command];
  const start = performance.now();
  const { status, stderr } = spawnSync(first, args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    maxBuffer: 2 ** 31,
  });
  cell.seconds.push((performance.now() - start) / 1000);
  if (status !== 0) throw new Error(`${cell.name} ended with ${status}`);
  const kilobytes = Number(/(\d+)\s*$/.exec(stderr.slice(-20))?.[1] ?? 0);
  if (measured.length > 0) {
    cell.megabytes = Math.max(cell.megabytes, kilobytes / 1000);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

const server = spawn("bun", ["scripts/bench/replay_scp.ts"], {
  cwd: root,
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const lines = createInterface({ input: server.stdout });
  const [port] = await new Promise<[string]>((resolve) =>
    lines.once("line", (line: string) => resolve([line]))
  );
  const all = cells(port);
  for (let round = 0; round < Number(options.runs); round++) {
    for (const cell of all) run(cell);
  }
  const reference = median(all[0]!.seconds);
  console.log(`| ${options.matches} matches | s | ratio | MB |`);
  console.log("| --- | ---: | ---: | ---: |");
  for (const { name, seconds, megabytes } of all) {
    const time = median(seconds);
    console.log(
      `| ${name} | ${time.toFixed(2)} | ${(time / reference).toFixed(2)} | ${
        megabytes.toFixed(0)
      } |`,
    );
  }
} finally {
  server.kill();
}
