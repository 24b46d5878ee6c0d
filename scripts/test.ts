/**
 * The gate: every check, then every test suite, two at a time, with one sum at the end.
 *
 *   deno task ci                      everything
 *   deno task ci --only unit,system   some steps (see CHECKS and SUITES)
 *   deno task ci --except interop     all but some
 *   deno task ci --jobs 1             one after the other
 */
import { parseArgs } from "@std/cli/parse_args.js";
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { bun, bunInstall } from "./compile_steps.ts";
import { type Counts, readJunit } from "./junit.ts";

/** A runner that has not ended after this long hangs. */
const STEP_LIMIT_MS = 20 * 60_000;

/** Suites that run at once: most of them wait for processes of their own, but some measure memory and time. */
const JOBS = Math.min(2, availableParallelism());

/** Longest time of one test under Bun, whose own limit is meant for unit tests on a machine of their own. */
const BUN_TEST_LIMIT_MS = 120_000;

const root = fileURLToPath(new URL("../", import.meta.url));
const scratch = mkdtempSync(`${tmpdir()}/findscu-test-`);

type Command = readonly string[];

/** Takes what a step has to say, to be printed when it is done. */
type Log = (text: string) => void;

/** One step of the gate. Its `id` is what --only and --except take; several steps may share one. */
interface Step {
  readonly id: string;
  readonly title: string;
  /** What is done before, on its own: two steps would get into each other's way. */
  prepare?(log: Log): Promise<void>;
  /** Does the work and counts it; a check counts as one. */
  run(log: Log): Promise<Counts>;
}

const deno: Command = [process.execPath];

/** Takes some seconds each, and each takes all processors. */
const CHECKS: readonly Step[] = [
  check("packages", "Packages as locked", () => [
    [...deno, "install", "--frozen"],
    bunInstall(),
  ]),
  check("format", "Format", () => [[...deno, "fmt", "--check"]]),
  check("lint", "Lint, layers and import circles", () => [
    [...deno, "lint"],
    [...deno, "run", "--allow-read", "scripts/check_circles.ts"],
  ]),
  check("types", "Types", () => [
    [...deno, "check", "--quiet"],
  ]),
  check("types", "Types of src without the Deno library", () => [
    [
      ...deno,
      "check",
      "--quiet",
      "--no-lock",
      "--config",
      "scripts/no_deno.json",
      "src",
    ],
  ]),
  check("docs", "Generated files, links and locks", () => [
    [...deno, "run", "-A", "scripts/check_docs.ts"],
  ]),
];

/** The longest first, so that none is left alone at the end. */
const SUITES: readonly Step[] = [
  denoSuite("interop", "system", (log) => installPrograms(PEERS, log)),
  denoSuite("system", "system"),
  bunSuite("system"),
  denoSuite("executable", "system", (log) => installPrograms(SHELLS, log)),
  denoSuite("unit", "unit"),
  bunSuite("unit"),
  denoSuite("fuzz", "unit"),
  check("bench", "Benchmarks, a tiny round", () => [
    [...deno, "run", "-A", "scripts/bench/main.ts", "--tiny"],
  ]),
];

/** A program that a suite wants, and the Debian package it comes in. */
interface Program {
  readonly program: string;
  readonly debianPackage: string;
}

/** Programs of other makers that the interop suite talks to. */
const PEERS: readonly Program[] = [
  { program: "dcmqrscp", debianPackage: "dcmtk" },
  { program: "Orthanc", debianPackage: "orthanc" },
  { program: "odil", debianPackage: "odil" },
  { program: "gdcmdump", debianPackage: "libgdcm-tools" },
  { program: "socat", debianPackage: "socat" },
  { program: "microsocks", debianPackage: "microsocks" },
  { program: "tinyproxy", debianPackage: "tinyproxy" },
  { program: "stunnel4", debianPackage: "stunnel4" },
  { program: "ssh", debianPackage: "openssh-client" },
  { program: "sshd", debianPackage: "openssh-server" },
  { program: "tshark", debianPackage: "tshark" },
  { program: "openssl", debianPackage: "openssl" },
  { program: "chromium", debianPackage: "chromium" },
  { program: "xmllint", debianPackage: "libxml2-utils" },
  { program: "soffice", debianPackage: "libreoffice-calc" },
];

/** Shells that completions are tried in, and formatters of manual pages. */
const SHELLS: readonly Program[] = [
  { program: "bash", debianPackage: "bash" },
  { program: "zsh", debianPackage: "zsh" },
  { program: "fish", debianPackage: "fish" },
  { program: "man", debianPackage: "man-db" },
  { program: "groff", debianPackage: "groff" },
];

/** A step that runs commands, all of which have to succeed. */
function check(
  id: string,
  title: string,
  commands: () => readonly Command[],
): Step {
  return {
    id,
    title,
    async run(log) {
      for (const command of commands()) {
        const { code, output } = await execute(command);
        if (code === 0) {
          logWarnings(output, log);
          continue;
        }
        log(output);
        log(`Failed: ${command.join(" ")} (${ending(code)})`);
        return { passed: 0, failed: 1, skipped: 0 };
      }
      return { passed: 1, failed: 0, skipped: 0 };
    },
  };
}

/** The tests of a folder on Deno, with a permission set of deno.json. */
function denoSuite(
  id: string,
  permissions: string,
  prepare?: (log: Log) => Promise<void>,
): Step {
  return suite(id, "Deno", (report) => [
    ...deno,
    "test",
    "--no-check",
    `--permission-set=${permissions}`,
    `--junit-path=${report}`,
    `tests/${id}`,
  ], prepare);
}

/** The tests of a folder on Bun. */
function bunSuite(id: string): Step {
  return suite(id, "Bun", (report) => [
    ...bun(),
    "test",
    `--timeout=${BUN_TEST_LIMIT_MS}`,
    "--reporter=junit",
    `--reporter-outfile=${report}`,
    `./tests/${id}`,
  ], async (log) => {
    if (existsSync(`${root}node_modules`)) return;
    const { code, output } = await execute(bunInstall());
    if (code !== 0) log(output);
  });
}

function suite(
  id: string,
  runtime: string,
  commandOf: (report: string) => Command,
  prepare?: (log: Log) => Promise<void>,
): Step {
  return {
    id,
    title: `tests/${id} on ${runtime}`,
    ...prepare && { prepare },
    async run(log) {
      const files = testFiles(`tests/${id}`);
      if (files.length === 0) {
        log("No tests there");
        return { passed: 0, failed: 0, skipped: 0 };
      }
      const report = `${scratch}/${id}-${runtime}.xml`;
      const command = commandOf(report);
      const { code, output } = await execute(command);
      const counts = countSuite({ report, files, code, output }, log);
      if (counts.failed > 0) {
        log(withoutPassed(output));
        log(`Failed: ${command.join(" ")} (${ending(code)})`);
      }
      return counts;
    },
  };
}

/**
 * The counts of a report. What a report lacks counts as failures: a runner that crashed, a file that ended the process
 * before its tests ran.
 */
function countSuite(
  { report: path, files, code, output }: {
    readonly report: string;
    readonly files: readonly string[];
    readonly code: number | undefined;
    readonly output: string;
  },
  log: Log,
): Counts {
  const xml = existsSync(path) ? readFileSync(path, "utf8") : "";
  const report = readJunit(xml);
  if (report === undefined) {
    log("The runner left no report");
    return { passed: 0, failed: 1, skipped: 0 };
  }
  // Deno's report names the file that calls test(), which may be a helper; its output names the test file.
  const running = output.matchAll(/^running [1-9]\d* tests? from (\S+)$/gm);
  const named = [
    ...report.files,
    ...Array.from(running, ([, file = ""]) => file),
  ];
  const reported = new Set(named.map((file) => file.replace(/^\.\//, "")));
  const silent = files.filter((file) => !reported.has(file));
  for (const file of silent) log(`No test was reported by ${file}`);
  for (const name of report.skips) log(`Skipped: ${name}`);
  for (const name of report.failures) log(`Failed: ${name}`);
  let failed = report.failed + silent.length;
  if (code !== 0 && failed === 0) failed = 1;
  return { passed: report.passed, failed, skipped: report.skipped };
}

/** The test files below a folder, with forward slashes. */
function testFiles(folder: string): string[] {
  if (!existsSync(root + folder)) return [];
  return readdirSync(root + folder, { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith("_test.ts"))
    .sort();
}

/** Installs the missing programs if that is possible: as root on a system with apt-get. */
async function installPrograms(
  wanted: readonly Program[],
  log: Log,
): Promise<void> {
  const missing = wanted.filter(({ program }) => !isInstalled(program));
  if (missing.length === 0) return;
  const packages = missing.map(({ debianPackage }) => debianPackage);
  const isPossible = process.getuid?.() === 0 && isInstalled("apt-get");
  if (isPossible) {
    log(`Installing ${packages.join(", ")}`);
    const install = ["install", "--yes", "--no-install-recommends"];
    for (const args of [["update"], [...install, ...packages]]) {
      const { code, output } = await execute(["apt-get", ...args]);
      if (code !== 0) log(output);
    }
  }
  for (const { program, debianPackage } of missing) {
    if (isInstalled(program)) continue;
    log(`SKIPPED: all tests with ${debianPackage}, not installed here`);
  }
}

function isInstalled(program: string): boolean {
  return [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin"]
    .some((folder) => existsSync(`${folder}/${program}`));
}

/** Runs a command in the project. The exit code is undefined when it could not be started or was ended at the limit. */
function execute(
  [program = "", ...args]: Command,
): Promise<{ code: number | undefined; output: string }> {
  return new Promise((resolve) => {
    const isWindows = process.platform === "win32"; // npx is a script there
    const child = spawn(program, args, {
      cwd: root,
      env: {
        ...process.env,
        NO_COLOR: "1",
        DEBIAN_FRONTEND: "noninteractive",
      },
      stdio: ["ignore", "pipe", "pipe"],
      shell: isWindows,
    });
    const chunks: Uint8Array[] = [];
    child.stdout.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    const timer = setTimeout(() => child.kill("SIGKILL"), STEP_LIMIT_MS);
    const end = (code: number | undefined, more = "") => {
      clearTimeout(timer);
      const output = chunks.map((chunk) => new TextDecoder().decode(chunk));
      resolve({ code, output: output.join("") + more });
    };
    child.on("error", (error) => end(undefined, String(error)));
    child.on("close", (code) => end(code ?? undefined));
  });
}

function ending(code: number | undefined): string {
  return code === undefined ? "did not end by itself" : `exit code ${code}`;
}

/** The output of a runner without the lines of tests that passed. */
function withoutPassed(output: string): string {
  const passed = /^\(pass\) .*\n|^.* \.\.\. ok \(.*\)\n/gm;
  return output.replace(passed, "");
}

function logWarnings(output: string, log: Log): void {
  for (const line of output.split("\n")) {
    if (line.startsWith("warning:")) log(line);
  }
}

/** What the arguments request. */
interface Selection {
  readonly checks: readonly Step[];
  readonly suites: readonly Step[];
  /** How many suites run at once. */
  readonly jobs: number;
}

/** What the arguments request; undefined when they name something that does not exist. */
function selection(args: string[]): Selection | undefined {
  const strange: string[] = [];
  const values = parseArgs(args, {
    string: ["only", "except", "jobs"],
    unknown: (argument: string) => strange.push(argument) < 0,
  });
  const jobs = Number(values.jobs ?? JOBS);
  if (!Number.isInteger(jobs) || jobs < 1) strange.push("--jobs");
  if (strange.length > 0) {
    console.error(`No such option: "${strange.join(" ")}"`);
    return undefined;
  }
  const only = values.only?.split(",");
  const except = values.except?.split(",") ?? [];
  const known = new Set([...CHECKS, ...SUITES].map((step) => step.id));
  const unknown = [...only ?? [], ...except].filter((id) => !known.has(id));
  if (unknown.length > 0) {
    console.error(
      `No such step: "${unknown.join(",")}" (steps: ${[...known].join(", ")})`,
    );
    return undefined;
  }
  const chosen = (steps: readonly Step[]) =>
    steps.filter(({ id }) =>
      (only === undefined || only.includes(id)) && !except.includes(id)
    );
  return { checks: chosen(CHECKS), suites: chosen(SUITES), jobs };
}

/** Runs a step, prints what came of it when it is done, and adds it to the sum. */
async function runStep(step: Step, total: Counts): Promise<void> {
  const lines = [`\n== ${step.title}`];
  const start = performance.now();
  const counts = await step.run((text) => lines.push(text));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log([...lines, `${sentence(counts)} (${seconds} s)`].join("\n"));
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

async function main(): Promise<number> {
  const selected = selection(process.argv.slice(2));
  if (selected === undefined) return 2;
  const { checks, suites, jobs } = selected;
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const step of checks) await runStep(step, total);
  for (const step of suites) {
    await step.prepare?.((text) => console.log(text));
  }
  const waiting = [...suites];
  await Promise.all(Array.from({ length: jobs }, async () => {
    for (let step; (step = waiting.shift()) !== undefined;) {
      await runStep(step, total);
    }
  }));
  console.log(`\n${sentence(total)}`);
  return total.failed === 0 ? 0 : 1;
}

function sentence({ passed, failed, skipped }: Counts): string {
  const end = skipped > 0 ? `, ${skipped} skipped` : "";
  return `${passed} passed, ${failed} failed${end}`;
}

try {
  process.exitCode = await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
