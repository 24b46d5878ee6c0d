/** The forms that the program comes in, made for this machine if they have to be made. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import {
  bun,
  type Bundle,
  type Compiled,
  DENO_PERMISSIONS,
  root,
} from "../../scripts/compile_steps.ts";
import { hostTarget } from "../../scripts/compile_targets.ts";
import { emulatedForms } from "./emulated.ts";
import { type Compiler, executableFor } from "./made.ts";

/** One form of the program. */
export interface Form {
  readonly name: string;
  /** The words that run it. */
  readonly command: readonly string[];
  /** Why it cannot be tried here. */
  readonly skip: string | undefined;
  /** Whether it was built, and so knows its commit. */
  readonly isBuilt: boolean;
  /** Whether it runs as on Windows, be it by an emulator; where this machine is none when absent. */
  readonly isWindows?: boolean;
  /** What its command needs in the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

const DENO = process.versions["deno"] === undefined ? "deno" : process.execPath;

/** All forms. Throws when one cannot be made though its runtime is there. */
export function formsOf(bundle: Bundle): Form[] {
  return [
    {
      name: "bundle on Deno, with the permissions of its executable",
      command: [DENO, "run", "--no-config", ...DENO_PERMISSIONS, bundle.path],
      skip: undefined,
      isBuilt: true,
    },
    {
      name: "source on Bun",
      command: [...bun(), `${root}cli.ts`],
      skip: undefined,
      isBuilt: false,
    },
    {
      name: "bundle on Node.js",
      command: ["node", bundle.path],
      skip: nodeComplaint(),
      isBuilt: true,
    },
    executableByBun(bundle),
    executable("executable by Deno", bundle, "deno"),
    ...emulatedForms(bundle),
  ];
}

/** The executable for this machine that is released. */
export function executableByBun(bundle: Bundle): Form {
  return executable("executable by Bun", bundle, "bun");
}

function executable(name: string, bundle: Bundle, compiler: Compiler): Form {
  const target = hostTarget();
  const result: Compiled = target === undefined
    ? { ok: false, unavailable: true, reason: "no target for this machine" }
    : executableFor(target, bundle, compiler);
  if (result.ok) {
    return { name, command: [result.path], skip: undefined, isBuilt: true };
  }
  if (!result.unavailable) throw new Error(`${name}: ${result.reason}`);
  return { name, command: [], skip: result.reason, isBuilt: true };
}

/** Oldest Node.js that the bundle is made for; an older one may do, so that it is tried as well. */
const OLDEST_NODE = 20;

function nodeComplaint(): string | undefined {
  const { stdout } = spawnSync("node", ["--version"], { encoding: "utf8" });
  const major = Number(/^v(\d+)/.exec(stdout ?? "")?.[1] ?? 0);
  return major >= OLDEST_NODE ? undefined : "Node.js is not there or too old";
}
