/** Small helpers in C for Windows, made if a compiler for it is there. */
import { spawnSync } from "node:child_process";
import process from "node:process";

/** As Debian calls it, and as it is called on Windows. */
const COMPILER = process.platform === "win32"
  ? "gcc"
  : "x86_64-w64-mingw32-gcc";

/** Makes a program or a library; answers why it cannot be made here. Throws when the source has a fault. */
export function compileForWindows(
  source: string,
  path: string,
  ...flags: readonly string[]
): string | undefined {
  if (process.platform === "win32" && process.arch !== "x64") {
    return `${COMPILER} makes programs for x64`;
  }
  const { error, status, stderr } = spawnSync(
    COMPILER,
    ["-o", path, source, ...flags],
    { encoding: "utf8" },
  );
  if (error !== undefined) return `${COMPILER} is not there`;
  if (status !== 0) throw new Error(stderr);
  return undefined;
}
