/**
 * How strong the unit tests are: changes one token of `src` at a time, at random places, and sees whether a unit test notices. A
 * mutant meets only the tests that execute its line, by a coverage report of each. What a change cannot show in is listed in
 * `mutants_equivalent.tsv`, with the reason. Works in a copy.
 *
 *   deno task mutants                               60 mutants of all of src
 *   deno task mutants --count 300 --seed 7 --jobs 2
 *   deno task mutants --only codec,charset          of these folders
 */
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { generator } from "../tests/support/random.ts";
import { bun, root } from "./compile_steps.ts";
import { type Mutation, mutationsOf } from "./mutate.ts";

/** Folders and files that unit tests need. */
const NEEDED = [
  "src",
  "transports",
  "host",
  "library",
  "page",
  "scripts",
  "testing",
  "tests/unit",
  "tests/support",
  "tests/fixtures",
  "mod.ts",
  "cli.ts",
  "deno.json",
  "package.json",
  "tsconfig.json",
];

/** Data and what is generated: a test of each value would be the same data. */
const DATA = /_data\.ts$|demo_encoded\.ts$/;

/** How many times longer than without a change the tests of a mutant may take before it is taken for caught: it never ends. */
const PATIENCE = 4;

/** Milliseconds on top of that, for the start of a process on a busy machine. */
const START = 10_000;

/** Unit tests that are run first: those that execute the fewest lines besides the changed one. */
const FIRST = 4;

/** One change of a file of `src`. */
interface Mutant extends Mutation {
  readonly path: string;
  /** Counts from 1. */
  readonly line: number;
  /** The line as it was, without the blanks around it. */
  readonly text: string;
}

type Outcome = "killed" | "survived" | "equivalent";

const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    only: { type: "string" },
    jobs: { type: "string", default: "1" },
  },
});

/** The TypeScript files below a folder, as paths of the project. */
function filesBelow(folder: string): string[] {
  return readdirSync(root + folder, { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".ts"))
    .sort();
}

/** The files of unit tests. */
function unitTests(): string[] {
  return filesBelow("tests/unit").filter((path) => path.endsWith("_test.ts"));
}

/** Every mutant that there is. */
function allMutants(folders: readonly string[] | undefined): Mutant[] {
  return filesBelow("src").flatMap((path) => {
    const folder = path.split("/")[1]!;
    if (DATA.test(path) || folders?.includes(folder) === false) return [];
    const source = readFileSync(root + path, "utf8");
    let mutations: Mutation[];
    try {
      // Blanks are put where types were, so places are those of the source. Parameter properties would not be removed otherwise.
      const plain = source.replace(/(?<=[(,]\s*)readonly(?= \w)/g, "        ");
      mutations = mutationsOf(stripTypeScriptTypes(plain));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      console.log(`${path} is left out: ${error.message.split("\n")[0]}`);
      return [];
    }
    return mutations.map((mutation) => {
      const before = source.slice(0, mutation.at);
      const begin = before.lastIndexOf("\n") + 1;
      const [text = ""] = source.slice(begin).split("\n", 1);
      return {
        ...mutation,
        path,
        line: before.split("\n").length,
        text: text.trim(),
      };
    });
  });
}

/** So many of them, each once, the same for a seed. */
function sampled(
  mutants: readonly Mutant[],
  count: number,
  seed: number,
): Mutant[] {
  const random = generator(seed);
  const left = [...mutants];
  const chosen: Mutant[] = [];
  while (chosen.length < count && left.length > 0) {
    chosen.push(...left.splice(random(left.length), 1));
  }
  return chosen;
}

/** What one unit test executes, and how long it takes. */
interface Covered {
  readonly test: string;
  readonly milliseconds: number;
  /** For each file that it loads, how often each line runs; a line without code is missing. */
  readonly files: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** How many lines of all files run. */
  readonly size: number;
}

/** Reads a report in the format of lcov. */
function readCoverage(
  lcov: string,
): Map<string, ReadonlyMap<number, number>> {
  const files = new Map<string, ReadonlyMap<number, number>>();
  for (const record of lcov.split("end_of_record")) {
    const path = /^SF:(.*)$/m.exec(record)?.[1];
    if (path === undefined) continue;
    const lines = record.matchAll(/^DA:(\d+),(\d+)/gm);
    files.set(
      path,
      new Map(Array.from(lines, ([, line, count]) => [+line!, +count!])),
    );
  }
  return files;
}

/** The tests that execute this line, those first that execute little else. A line of which nothing is known counts as executed. */
function testsOf(
  { path, line }: Mutant,
  covered: readonly Covered[],
): Covered[] {
  return covered
    .filter(({ files }) => {
      const lines = files.get(path);
      return lines !== undefined && lines.get(line) !== 0;
    })
    .sort((a, b) => a.size - b.size);
}

/** A copy of the project that may be broken. */
class Copy {
  readonly #folder = mkdtempSync(join(tmpdir(), "findscu-mutants-"));

  constructor() {
    for (const name of NEEDED) {
      mkdirSync(dirname(join(this.#folder, name)), { recursive: true });
      cpSync(root + name, join(this.#folder, name), { recursive: true });
    }
    symlinkSync(`${root}node_modules`, join(this.#folder, "node_modules"));
  }

  /** What this test executes. Throws if it fails: nothing can be learnt from it then. */
  async covered(test: string): Promise<Covered> {
    const folder = join(this.#folder, "coverage");
    const begin = performance.now();
    const passed = await this.#passes([test], Infinity, [
      "--coverage",
      "--coverage-reporter=lcov",
      `--coverage-dir=${folder}`,
    ]);
    if (!passed) throw new Error(`${test} fails without any change`);
    const milliseconds = performance.now() - begin;
    const report = join(folder, "lcov.info");
    const files = readCoverage(
      existsSync(report) ? readFileSync(report, "utf8") : "",
    );
    rmSync(folder, { recursive: true, force: true });
    const size = [...files.values()].reduce(
      (sum, lines) => sum + [...lines.values()].filter((n) => n > 0).length,
      0,
    );
    return { test, milliseconds, files, size };
  }

  /** Whether these tests notice this change. */
  async kills(mutant: Mutant, tests: readonly Covered[]): Promise<boolean> {
    const path = join(this.#folder, mutant.path);
    const source = readFileSync(path, "utf8");
    const { at, from, to } = mutant;
    writeFileSync(
      path,
      source.slice(0, at) + to + source.slice(at + from.length),
    );
    try {
      for (const some of [tests.slice(0, FIRST), tests.slice(FIRST)]) {
        const usual = some.reduce((sum, one) => sum + one.milliseconds, 0);
        const limit = START + PATIENCE * usual;
        if (!await this.#passes(some.map(({ test }) => test), limit)) {
          return true;
        }
      }
      return false;
    } finally {
      writeFileSync(path, source);
    }
  }

  /** Whether these tests pass, in so many milliseconds. */
  #passes(
    tests: readonly string[],
    limit: number,
    flags: readonly string[] = [],
  ): Promise<boolean> {
    if (tests.length === 0) return Promise.resolve(true);
    const [program = "", ...words] = bun();
    const args = tests.map((test) => `./${test}`);
    const child = spawn(
      program,
      [...words, "test", "--bail", "--timeout=60000", ...flags, ...args],
      { cwd: this.#folder, stdio: "ignore", env: { ...process.env } },
    );
    const timer = limit === Infinity
      ? undefined
      : setTimeout(() => child.kill("SIGKILL"), limit);
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        clearTimeout(timer);
        resolve(code === 0);
      });
    });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Mutants that are no different program, as `path`, `from -> to`, line of the source, reason. */
function equivalents(): Set<string> {
  const text = readFileSync(
    new URL("mutants_equivalent.tsv", import.meta.url),
    "utf8",
  );
  return new Set(
    text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.split("\t").slice(0, 3).join("\t")),
  );
}

function keyOf({ path, from, to, text }: Mutant): string {
  return `${path}\t${from} -> ${to}\t${text}`;
}

async function main(): Promise<void> {
  const seed = Number(options.seed);
  const mutants = allMutants(options.only?.split(","));
  const chosen = sampled(mutants, Number(options.count), seed);
  const known = equivalents();
  console.log(`Seed ${seed}: ${chosen.length} of ${mutants.length} mutants`);
  const found: [Mutant, Outcome][] = [];
  const outcomeOf = async (
    copy: Copy,
    mutant: Mutant,
    covered: readonly Covered[],
  ): Promise<Outcome> => {
    if (known.has(keyOf(mutant))) return "equivalent";
    const tests = testsOf(mutant, covered);
    return await copy.kills(mutant, tests) ? "killed" : "survived";
  };
  const copies = Array.from({ length: Number(options.jobs) }, () => new Copy());
  /** Takes from the front of a list, in each copy at once, until nothing is left. */
  const share = async <T>(
    list: readonly T[],
    work: (copy: Copy, one: T) => Promise<void>,
  ): Promise<void> => {
    const waiting = [...list];
    await Promise.all(copies.map(async (copy) => {
      for (let one; (one = waiting.shift()) !== undefined;) {
        await work(copy, one);
      }
    }));
  };
  try {
    const covered: Covered[] = [];
    await share(unitTests(), async (copy, test) => {
      covered.push(await copy.covered(test));
    });
    await share(chosen, async (copy, mutant) => {
      const outcome = await outcomeOf(copy, mutant, covered);
      found.push([mutant, outcome]);
      const { path, line, from, to, text } = mutant;
      console.log(
        `${found.length} ${outcome} ${path}:${line} ${from} -> ${
          to || "nothing"
        }: ${text}`,
      );
    });
  } finally {
    for (const copy of copies) copy.remove();
  }
  report(found);
}

/** Prints a line for each folder, and one for all. */
function report(found: readonly (readonly [Mutant, Outcome])[]): void {
  const count = (folder: string | undefined, outcome: Outcome) =>
    found.filter(([{ path }, one]) =>
      one === outcome && (folder ?? path.split("/")[1]) === path.split("/")[1]
    ).length;
  const folders = new Set(found.map(([{ path }]) => path.split("/")[1]!));
  for (const folder of [...[...folders].sort(), undefined]) {
    const [killed, survived, equivalent] =
      (["killed", "survived", "equivalent"] as const)
        .map((outcome) => count(folder, outcome)) as [number, number, number];
    const all = killed + survived;
    console.log(
      `${(folder ?? "all").padEnd(12)} ${killed} of ${all} killed${
        all === 0 ? "" : ` (${Math.round(100 * killed / all)} %)`
      }${equivalent === 0 ? "" : `, ${equivalent} equivalent`}`,
    );
  }
}

await main();
