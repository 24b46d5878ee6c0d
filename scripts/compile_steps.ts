/**
 * How executables are made: facts of the build, an entry module with these facts, a bundle, and the two compilers. Everything goes
 * below `dist/`.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, isAbsolute, posix } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { BuildFacts } from "../host/version.ts";
import { executableName, hostTarget, type Target } from "./compile_targets.ts";

/** Folder of the project, with its slash. */
export const root = fileURLToPath(new URL("../", import.meta.url));

/** Folder of everything that is made. */
export const dist = `${root}dist`;

/** Version of Bun that executables are made with and tests run on. */
export const BUN_VERSION = "1.4.5";

/**
 * How Bun compiles. Modules that a run does not load are files of their own: reading them with the others takes 4 ms. No file of
 * the working directory may change what the program does. The JIT compiler has hardly anything to do at first, since most runs
 * are over before that pays; `host/main.ts` sets it to work in longer ones.
 */
const BUN_FLAGS = [
  "--compile",
  "--minify",
  "--splitting",
  "--format=esm",
  "--bytecode",
  "--compile-jit-policy=16",
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
];

/**
 * What the program may do on Deno: anything if a file, a peer or a variable is the user's choice. User and group are what
 * Deno compares itself with a file's mode by; the host's name may be in log lines. It starts no process, loads no library and imports no code.
 */
export const DENO_PERMISSIONS = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--allow-sys=uid,gid,hostname",
];

/** What became of a command. */
interface Outcome {
  readonly ok: boolean;
  readonly stdout: string;
  /** Both streams, for people. */
  readonly output: string;
}

function run(
  command: readonly string[],
  env: Record<string, string | undefined> = process.env,
): Outcome {
  const [program = "", ...args] = command;
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    env: { ...env, NO_COLOR: "1" },
    encoding: "utf8",
    shell: process.platform === "win32" && program === "npx",
  });
  return {
    ok: status === 0,
    stdout: stdout ?? "",
    output: error === undefined ? `${stdout}${stderr}`.trim() : String(error),
  };
}

let bunCommand: readonly string[] | undefined;

/**
 * The pinned Bun: the installed one when it is that version, else the one that npx fetches. That one is put on the PATH and run by
 * itself: under npx, signals would reach npx alone.
 */
export function bun(): readonly string[] {
  bunCommand ??= findBun();
  return bunCommand;
}

function findBun(): readonly string[] {
  if (run(["bun", "--version"]).stdout.trim() === BUN_VERSION) return ["bun"];
  const fetch = ["npx", "--yes", `--package=bun@${BUN_VERSION}`];
  const path = run([...fetch, "-c", "command -v bun"]).stdout.trim();
  if (!isAbsolute(path)) return ["npx", "--yes", `bun@${BUN_VERSION}`];
  process.env["PATH"] = `${dirname(path)}${delimiter}${process.env["PATH"]}`;
  return [path];
}

/** The commit and its day, from git or, if that is not there, from GIT_COMMIT and SOURCE_DATE_EPOCH. */
export function buildFacts(packages: readonly string[] = []): BuildFacts {
  const [commit, date] = run(["git", "show", "-s", "--format=%H %cs", "HEAD"])
    .stdout.trim().split(" ");
  const isChanged =
    run(["git", "status", "--porcelain", "--untracked-files=no"]).stdout !== "";
  const { GIT_COMMIT, SOURCE_DATE_EPOCH } = process.env;
  return {
    commit: commit
      ? `${commit.slice(0, 12)}${isChanged ? " with changes" : ""}`
      : GIT_COMMIT?.slice(0, 12),
    date: SOURCE_DATE_EPOCH !== undefined
      ? new Date(Number(SOURCE_DATE_EPOCH) * 1000).toISOString().slice(0, 10)
      : date,
    packages,
  };
}

/**
 * The program as JavaScript, and what went into it: a file to start, and those that it loads when a run needs them. On Deno and
 * Node a query starts in two thirds of the time that it takes with everything in one file.
 */
export interface Bundle {
  /** Path of the file to start. It runs on Node.js, Deno and Bun. */
  readonly path: string;
  /** Names of all files, the one to start first, from its folder on. */
  readonly files: readonly string[];
  /** Path of the entry module that it was made from. */
  readonly entry: string;
  /** The files in it, relative to the project, with forward slashes. */
  readonly modules: readonly string[];
  /** The modules of the runtime that it imports. */
  readonly builtins: readonly string[];
  /** The packages in it, `name version`. */
  readonly packages: readonly string[];
}

/** Name of the file of a bundle to start. */
export const BUNDLE_ENTRY = "findscu.mjs";

/** Folder of the other files of a bundle, beside it. */
export const BUNDLE_PARTS = "parts";

/** What installs the packages where Bun looks for them, as locked. */
export function bunInstall(): string[] {
  return [...bun(), "install", "--frozen-lockfile"];
}

/** Writes the entry module with the facts of the build, and the bundle. Throws when Bun reports an error. */
export function makeBundle(): Bundle {
  if (!existsSync(`${root}node_modules`)) {
    const { ok, output } = run(bunInstall());
    if (!ok) throw new Error(`Cannot install the packages: ${output}`);
  }
  mkdirSync(`${dist}/bundle`, { recursive: true });
  const entry = `${dist}/bundle/entry.ts`;
  const path = `${dist}/bundle/${BUNDLE_ENTRY}`;
  const meta = `${dist}/bundle/meta.json`;
  const bundle = () => {
    const { ok, output } = run([
      ...bun(),
      "build",
      "--target=node",
      "--minify",
      "--splitting",
      `--metafile=${meta}`,
      `--outdir=${dist}/bundle`,
      `--entry-naming=${BUNDLE_ENTRY}`,
      `--chunk-naming=${BUNDLE_PARTS}/[name]-[hash].mjs`,
      entry,
    ]);
    if (!ok) throw new Error(`Cannot make the bundle: ${output}`);
    return readMeta(JSON.parse(readFileSync(meta, "utf8")));
  };
  // Twice: the first one shows which packages are in it.
  writeEntry(entry, buildFacts());
  const { packages } = bundle();
  writeEntry(entry, buildFacts(packages));
  const made = bundle();
  // Names depend on contents: what earlier bundles have left is not in the way.
  const parts = `${dist}/bundle/${BUNDLE_PARTS}`;
  for (const name of readdirSync(parts)) {
    if (!made.files.includes(`${BUNDLE_PARTS}/${name}`)) {
      rmSync(`${parts}/${name}`);
    }
  }
  return { path, entry, ...made };
}

/** The name and the text of each file of a bundle. */
export function bundleTexts({ path, files }: Bundle): [string, string][] {
  return files.map((name) => [
    name,
    readFileSync(`${dirname(path)}/${name}`, "utf8"),
  ]);
}

function writeEntry(path: string, facts: BuildFacts): void {
  writeFileSync(
    path,
    `import { start } from "../../host/main.ts";\n\nstart(${
      JSON.stringify(facts)
    });\n`,
  );
}

/** The part of Bun's metafile that we read. */
interface Meta {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<
    Record<string, {
      readonly imports: readonly {
        readonly path: string;
        readonly external?: boolean;
      }[];
    }>
  >;
}

function readMeta({ inputs, outputs }: Meta) {
  const files = Object.keys(outputs).map((name) => posix.normalize(name));
  const modules = Object.keys(inputs).map((path) => path.replaceAll("\\", "/"));
  const builtins = Object.values(inputs).flatMap(({ imports }) =>
    // Other parts of the bundle count as external, too.
    imports.filter(({ external, path }) => external && !path.startsWith("."))
      .map(({ path }) => path)
  );
  const names = modules.flatMap((path) =>
    /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path)?.[1] ??
      []
  );
  return {
    files: [BUNDLE_ENTRY, ...files.filter((name) => name !== BUNDLE_ENTRY)],
    modules: modules.toSorted(),
    builtins: [...new Set(builtins)].toSorted(),
    packages: [...new Set(names)].toSorted().map((name) =>
      `${name} ${packageVersion(name)}`
    ),
  };
}

function packageVersion(name: string): string {
  const text = readFileSync(`${root}node_modules/${name}/package.json`, "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** What became of an executable. */
export type Compiled =
  | { readonly ok: true; readonly path: string }
  | {
    readonly ok: false;
    /** The runtime to put in front of the program could not be fetched: no failure of the program. */
    readonly unavailable: boolean;
    readonly reason: string;
  };

/**
 * Makes an executable with Bun, which fetches the runtimes of targets. For this machine the runtime is that of the Bun at hand, so
 * that nothing is fetched, unless the executable is `portable`: meant for older machines of its kind too.
 */
export function compileWithBun(
  bundle: Bundle,
  target: Target,
  portable = false,
): Compiled {
  const isFetched = portable || target.name !== hostTarget()?.name;
  const path = `${dist}/bun-${target.name}/${executableName(target)}`;
  const runtime = isFetched ? [`--target=${target.bun}`] : [];
  return compiledInOrder(bundle.entry, path, runtime);
}

/** Makes a Bun executable of any module for this machine, in the same manner. For comparisons. */
export function compileModuleWithBun(entry: string, path: string): Compiled {
  return compiledInOrder(entry, path);
}

/**
 * Makes an executable whose bytecode is in the order in which queries need it. Started from a disk, one takes 1 ms less than with
 * the order of the source.
 */
function compiledInOrder(
  entry: string,
  path: string,
  more: readonly string[] = [],
): Compiled {
  const order = bytecodeOrder(entry);
  const ordered = order === "" ? [] : [`--bytecode-order=${order}`];
  return compiled(path, bunBuild(entry, path, ...more, ...ordered));
}

function bunBuild(
  entry: string,
  path: string,
  ...more: readonly string[]
): Outcome {
  return run([
    ...bun(),
    "build",
    ...BUN_FLAGS,
    ...more,
    `--outfile=${path}`,
    entry,
  ]);
}

/** The files with the order of functions, of each entry module. */
const orders = new Map<string, string>();

/**
 * Records the order with an executable for this machine; functions are the same on every system. Nothing, with a notice, if
 * that executable cannot run a query: the one to be made is no worse for it, only a little slower.
 */
function bytecodeOrder(entry: string): string {
  const known = orders.get(entry);
  if (known !== undefined) return known;
  // Relative to the project: commas separate these files.
  const folder = "dist/order";
  const trial = `${folder}/${
    process.platform === "win32" ? "trial.exe" : "trial"
  }`;
  mkdirSync(`${root}${folder}`, { recursive: true });
  const recording = [...bun(), "scripts/bytecode_order.ts", trial, folder];
  const built = bunBuild(entry, trial);
  const recorded = built.ok ? run(recording) : built;
  if (!recorded.ok) {
    console.error(
      `The order of the bytecode cannot be recorded, so that executables start 1 ms later: ${recorded.output}`,
    );
  }
  const order = recorded.ok ? recorded.stdout.trim().replaceAll("\n", ",") : "";
  orders.set(entry, order);
  return order;
}

/**
 * Makes an executable with Deno, from the bundle, with DENO_PERMISSIONS baked in. DENORT_BIN names a
 * runtime to use instead of a fetched one; it is one for this machine, so that other targets do not look at it.
 */
export function compileWithDeno(bundle: Bundle, target: Target): Compiled {
  if (target.deno === undefined) {
    return {
      ok: false,
      unavailable: true,
      reason: `Deno offers no runtime for ${target.name}`,
    };
  }
  const { DENORT_BIN, ...env } = process.env;
  const isHost = target.name === hostTarget()?.name;
  if (isHost && DENORT_BIN !== undefined && !existsSync(DENORT_BIN)) {
    return {
      ok: false,
      unavailable: false,
      reason: `DENORT_BIN names a file that is not there: "${DENORT_BIN}"`,
    };
  }
  const path = `${dist}/deno-${target.name}/${executableName(target)}`;
  mkdirSync(`${dist}/deno-${target.name}`, { recursive: true });
  return compiled(
    path,
    run([
      process.execPath,
      "compile",
      "--quiet",
      "--no-check",
      ...DENO_PERMISSIONS,
      `--config=${root}deno.json`,
      `--target=${target.deno}`,
      `--output=${path}`,
      bundle.path,
    ], isHost ? process.env : env),
  );
}

function compiled(path: string, { ok, output }: Outcome): Compiled {
  return ok ? { ok, path } : failureOf(output);
}

/** What a compiler's complaint says: a runtime that cannot be fetched, or an error in the program. */
export function failureOf(output: string): Extract<Compiled, { ok: false }> {
  const unavailable =
    /error sending request|failed to (?:download|fetch|lookup)|dns error|ConnectionRefused|Setting up base binary/i
      .test(output);
  if (!unavailable) return { ok: false, unavailable, reason: output };
  // The name of the file alone: where from is the compiler's business.
  const [, file] =
    /https?:\/\/\S*?([^/\s)]+\.(?:zip|tgz|tar\.gz))/.exec(output) ?? [];
  const detail = file ??
    output.split("\n").find((line) => /error/i.test(line))?.trim() ?? output;
  return {
    ok: false,
    unavailable,
    reason: `the runtime for this target cannot be downloaded (${detail})`,
  };
}
