/**
 * Makes the executables below `dist/`, with both compilers, and reports what is in them and how large they are.
 *
 *   deno task compile                        for this machine
 *   deno task compile --all                  for every target
 *   deno task compile --target macos-arm64   for some targets, by name
 *   deno task compile --with bun             by one compiler alone
 *   deno task compile --strict               a runtime that cannot be downloaded is a failure
 *
 * If it cannot be downloaded, DENORT_BIN names the runtime that Deno puts in front of the program.
 */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import {
  type Bundle,
  type Compiled,
  compileWithBun,
  compileWithDeno,
  makeBundle,
} from "./compile_steps.ts";
import {
  formatComplaint,
  hostTarget,
  type Target,
  TARGETS,
} from "./compile_targets.ts";

const COMPILERS = { bun: compileWithBun, deno: compileWithDeno } as const;
type Compiler = keyof typeof COMPILERS;

/** What an executable may hold: our modules, the entry module of the build, and the packages that they use. */
const ALLOWED_MODULES =
  /^(?:dist\/bundle\/entry\.ts|(?:host|library|src|transports)\/.*\.ts|node_modules\/(?:deno-std|fflate|get-east-asian-width|node-forge)\/.*)$/;

/** The modules of a bundle that have no business in it. */
export function strayModules(modules: readonly string[]): string[] {
  return modules.filter((module) => !ALLOWED_MODULES.test(module));
}

/** The first bytes of a file: enough for the headers of an executable. */
function headOf(path: string): Uint8Array {
  const head = new Uint8Array(4096);
  const file = openSync(path, "r");
  try {
    return head.subarray(0, readSync(file, head));
  } finally {
    closeSync(file);
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The targets that the arguments name, by default those of this machine. Throws for an unknown name. */
function targetsOf(all: boolean, names: string | undefined): Target[] {
  if (all) return [...TARGETS];
  if (names === undefined) {
    const host = hostTarget();
    if (host === undefined) {
      throw new Error("There is no target for this machine: say --target");
    }
    return [host];
  }
  return names.split(",").map((name) => {
    const target = TARGETS.find((one) => one.name === name);
    if (target === undefined) {
      const known = TARGETS.map((one) => one.name).join(", ");
      throw new Error(`No such target: "${name}" (targets: ${known})`);
    }
    return target;
  });
}

function compilersOf(name: string | undefined): Compiler[] {
  if (name === undefined) return ["bun", "deno"];
  if (name === "bun" || name === "deno") return [name];
  throw new Error(`No such compiler: "${name}" (bun or deno)`);
}

function sizeOf(bundle: Bundle): number {
  const folder = dirname(bundle.path);
  return bundle.files.reduce(
    (sum, name) => sum + statSync(`${folder}/${name}`).size,
    0,
  );
}

function main(): number {
  const { values } = parseArgs({
    options: {
      all: { type: "boolean", default: false },
      strict: { type: "boolean", default: false },
      target: { type: "string" },
      with: { type: "string" },
    },
  });
  const targets = targetsOf(values.all, values.target);
  const compilers = compilersOf(values.with);
  const bundle = makeBundle();
  const stray = strayModules(bundle.modules);
  for (const module of stray) console.error(`Not ours: ${module}`);
  console.log(
    `Bundle: ${bundle.modules.length} modules in ${bundle.files.length} files, ${
      megabytes(sizeOf(bundle))
    }; packages: ${bundle.packages.join(", ") || "none"}`,
  );
  let failures = stray.length;
  for (const target of targets) {
    for (const compiler of compilers) {
      const result = checked(
        COMPILERS[compiler](bundle, target, values.all),
        target,
      );
      const label = `${compiler.padEnd(5)}${target.name.padEnd(18)}`;
      if (result.ok) {
        const size = megabytes(statSync(result.path).size).padStart(9);
        console.log(`${label}${size}  ${result.path}`);
        continue;
      }
      console.log(`${label} not made: ${result.reason}`);
      if (!result.unavailable || values.strict) failures++;
    }
  }
  return failures === 0 ? 0 : 1;
}

/** The result again, or a failure when the file is not one for the target. */
function checked(result: Compiled, target: Target): Compiled {
  if (!result.ok) return result;
  const complaint = formatComplaint(headOf(result.path), target);
  return complaint === undefined
    ? result
    : { ok: false, unavailable: false, reason: complaint };
}

if (import.meta.main) {
  try {
    process.exitCode = main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
