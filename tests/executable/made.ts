/** The executables that are tried: made from the source at hand, or those of a release (`FINDSCU_DIST`). */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import {
  type Bundle,
  type Compiled,
  compileWithBun,
  compileWithDeno,
  dist,
} from "../../scripts/compile_steps.ts";
import { executableName, type Target } from "../../scripts/compile_targets.ts";

/** What makes executables. */
export type Compiler = "bun" | "deno";

const COMPILERS = { bun: compileWithBun, deno: compileWithDeno };

const released = process.env["FINDSCU_DIST"];

/** The folder that they are in, one folder each. */
export const executables = released === undefined ? dist : resolve(released);

/** The executable for a target; made unless it is one of a release. */
export function executableFor(
  target: Target,
  bundle: Bundle,
  compiler: Compiler,
): Compiled {
  if (released === undefined) return COMPILERS[compiler](bundle, target);
  const folder = `${compiler}-${target.name}`;
  const path = join(executables, folder, executableName(target));
  return existsSync(path) ? { ok: true, path } : {
    ok: false,
    unavailable: true,
    reason: `there is no ${folder} in FINDSCU_DIST`,
  };
}
