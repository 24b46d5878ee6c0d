/**
 * How strong the unit tests are: changes one token of `src` at a time, at random places, and sees whether a unit test notices. What
 * a change cannot show in is listed in `mutants_equivalent.tsv`, with the reason. Works in a copy.
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
import { dirname, join, posix } from "node:path";
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

/** How many times longer than all tests without a change the tests of a mutant may take before it is taken for caught: it never ends. */
const PATIENCE = 4;

/** Unit tests that are run first: those that import the least besides the changed file. */
const FIRST = 6;

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

/** Every mutant that there is. */
function allMutants(folders: readonly string[] | undefined): Mutant[] {
  return filesBelow("src").flatMap((path) => {
    const folder = path.split("/")[1]!;
    if (DATA.test(path) || folders?.includes(folder) === false) return [];
    const source = readFileSync(root + path, "utf8");
    let mutations: Mutation[];
    try {
      // Blanks stand where types were, so places are those of the source.
      mutations = mutationsOf(stripTypeScriptTypes(source));
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

/** For each unit test all files that it imports, itself or by another. */
function testImports(): Map<string, ReadonlySet<string>> {
  const direct = new Map<string, string[]>();
  const importsOf = (path: string): string[] => {
    const known = direct.get(path);
    if (known !== undefined) return known;
    const text = existsSync(root + path)
      ? readFileSync(root + path, "utf8")
      : "";
    const found = Array.from(
      text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g),
      ([, name = ""]) => posix.join(posix.dirname(path), name),
    );
    direct.set(path, found);
    return found;
  };
  return new Map(
    filesBelow("tests/unit").filter((path) => path.endsWith("_test.ts")).map(
      (test) => {
        const seen = new Set<string>();
        const waiting = [test];
        for (let path; (path = waiting.pop()) !== undefined;) {
          if (seen.has(path)) continue;
          seen.add(path);
          waiting.push(...importsOf(path));
        }
        return [test, seen];
      },
    ),
  );
}

/** A copy of the project that may be broken. */
class Copy {
  readonly #folder = mkdtempSync(join(tmpdir(), "findscu-mutants-"));
  /** Milliseconds that the tests may take. */
  limit = Infinity;

  constructor() {
    for (const name of NEEDED) {
      mkdirSync(dirname(join(this.#folder, name)), { recursive: true });
      cpSync(root + name, join(this.#folder, name), { recursive: true });
    }
    symlinkSync(`${root}node_modules`, join(this.#folder, "node_modules"));
  }

  /** Whether these tests notice this change. */
  async kills(mutant: Mutant, tests: readonly string[]): Promise<boolean> {
    const path = join(this.#folder, mutant.path);
    const source = readFileSync(path, "utf8");
    const { at, from, to } = mutant;
    writeFileSync(
      path,
      source.slice(0, at) + to + source.slice(at + from.length),
    );
    try {
      const [first, rest] = [tests.slice(0, FIRST), tests.slice(FIRST)];
      return !await this.passes(first) || !await this.passes(rest);
    } finally {
      writeFileSync(path, source);
    }
  }

  /** Whether these tests pass, in time. */
  passes(tests: readonly string[]): Promise<boolean> {
    if (tests.length === 0) return Promise.resolve(true);
    const [program = "", ...words] = bun();
    const args = tests.map((test) => `./${test}`);
    const child = spawn(
      program,
      [...words, "test", "--bail", "--timeout=60000", ...args],
      { cwd: this.#folder, stdio: "ignore", env: { ...process.env } },
    );
    const timer = this.limit === Infinity
      ? undefined
      : setTimeout(() => child.kill("SIGKILL"), this.limit);
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
  const imports = testImports();
  console.log(`Seed ${seed}: ${chosen.length} of ${mutants.length} mutants`);
  const found: [Mutant, Outcome][] = [];
  const waiting = [...chosen];
  const work = async (copy: Copy) => {
    for (let mutant; (mutant = waiting.shift()) !== undefined;) {
      const { path, line, from, to, text } = mutant;
      const tests = [...imports]
        .filter(([, files]) => files.has(path))
        .sort(([, a], [, b]) => a.size - b.size)
        .map(([test]) => test);
      const outcome = known.has(keyOf(mutant))
        ? "equivalent"
        : await copy.kills(mutant, tests)
        ? "killed"
        : "survived";
      found.push([mutant, outcome]);
      console.log(
        `${found.length} ${outcome} ${path}:${line} ${from} -> ${
          to || "nothing"
        }: ${text}`,
      );
    }
  };
  const copies = Array.from({ length: Number(options.jobs) }, () => new Copy());
  try {
    const begin = performance.now();
    if (!await copies[0]!.passes([...imports.keys()])) {
      throw new Error("The unit tests fail without any change");
    }
    const limit = PATIENCE * (performance.now() - begin);
    for (const copy of copies) copy.limit = limit;
    await Promise.all(copies.map(work));
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
