/**
 * Times findscu together with DCMTK's and dicom-rs's, as far as these are installed: whole processes by turns in the same run, medians, the
 * part of the other's time, memory; then decoding, encoding, formats and character sets alone.
 *
 *   deno task bench                    everything, some minutes
 *   deno task bench --write            the same, into docs/benchmarks.md and its picture
 *   deno task bench --rounds 9 --only 'text|jsonl'
 *   deno task bench --program PATH     another executable than one made for this
 *   deno task bench --tiny             a moment: does every part still work?
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import {
  bun,
  compileModuleWithBun,
  dist,
  makeBundle,
  root,
} from "../compile_steps.ts";
import { type Extent, groups, programs } from "./cells.ts";
import { loadedBy } from "./loaded.ts";
import { type Figure, measure, ReplayServer } from "./measure.ts";
import { microTable, plot, table, withPart } from "./report.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    only: { type: "string", default: "" },
    program: { type: "string" },
    tiny: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

const USUAL: Extent = {
  many: 100_000,
  several: 10_000,
  few: 100,
  files: 1000,
  processes: 200,
};

const TINY: Extent = { many: 200, several: 20, few: 5, files: 3, processes: 2 };

const DOCUMENT = `${root}docs/benchmarks.md`;
const PICTURE = `${root}docs/benchmarks.svg`;

/** A folder whose files cost no disk, if the system has one. */
const MEMORY = "/dev/shm";

/** The executable that is timed. */
function own(): string {
  if (options.program !== undefined) return options.program;
  const compiled = compileModuleWithBun("cli.ts", `${dist}/bench/findscu`);
  if (!compiled.ok) throw new Error(compiled.reason);
  return compiled.path;
}

async function wholeProcesses(port: string, folder: string): Promise<Figure[]> {
  const found = programs(own(), makeBundle().path);
  if (found.dcmtk === undefined) {
    console.error("DCMTK is not installed: nothing to compare with");
  }
  const wanted = new RegExp(options.only);
  const rounds = options.tiny ? 1 : Number(options.rounds);
  const figures: Figure[] = [];
  const extent = options.tiny ? TINY : USUAL;
  for (const group of groups(found, extent, port, folder)) {
    const cells = group.filter((cell) =>
      wanted.test(cell.name) ||
      group.some(({ name, reference }) =>
        reference === cell && wanted.test(name)
      )
    );
    for (const figure of await measure(cells, rounds)) {
      const { cell, seconds, ratio } = figure;
      console.error(
        `${cell.name}, ${cell.by}: ${seconds.toFixed(3)} s ${
          ratio?.toFixed(2) ?? ""
        }`,
      );
      figures.push(figure);
    }
  }
  return figures;
}

function micro(): [string, number][] {
  const { status, stdout, stderr } = spawnSync(bun()[0]!, [
    ...bun().slice(1),
    "scripts/bench/micro.ts",
    "--json",
    ...options.tiny ? ["--quick"] : [],
  ], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`The micro-benchmarks failed:\n${stderr}`);
  return JSON.parse(stdout);
}

const server = new ReplayServer();
const folder = mkdtempSync(
  `${existsSync(MEMORY) ? MEMORY : tmpdir()}/findscu-bench-`,
);
try {
  const port = await server.start();
  const figures = await wholeProcesses(port, folder);
  const spent = options.only === "" ? micro() : [];
  const loaded = loadedBy([
    ...["-S", "-sr", "-aec", "N1", "-k", "QueryRetrieveLevel=STUDY"],
    ...["-k", "PatientName", "127.0.0.1", port],
  ]);
  const title = `Time of findscu as part of its reference, ${
    options.tiny ? "tiny round" : `medians of ${options.rounds} rounds`
  }, ${process.platform} ${process.arch}, ${availableParallelism()} cores`;
  const whole = table(figures);
  const alone = microTable(spent);
  const start = `One query on Deno loads ${loaded.length} modules, ${
    Math.round(loaded.reduce((sum, { size }) => sum + size, 0) / 1000)
  } kB of source. The largest:\n\n${
    loaded.slice(0, 8).map(({ path, size }) =>
      `- \`${path}\`, ${Math.round(size / 1000)} kB`
    ).join("\n")
  }\n`;
  console.log(`${title}\n\n${whole}\n${alone}\n${start}`);
  const picture = plot(figures, title);
  if (options.write) {
    let document = readFileSync(DOCUMENT, "utf8");
    for (
      const [name, text] of [
        ["whole processes", whole],
        ["alone", alone],
        ["start", start],
      ] as const
    ) document = withPart(document, name, text);
    writeFileSync(DOCUMENT, document);
    writeFileSync(PICTURE, picture);
    spawnSync(process.execPath, ["fmt", "--quiet", DOCUMENT, PICTURE]);
  }
} finally {
  server.stop();
  rmSync(folder, { recursive: true, force: true });
}
