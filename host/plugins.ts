/** The transport plug-ins of this machine: programs whose names begin in a certain way, in the folders of the PATH. Starts none. */
import { builtin } from "../src/builtin.ts";
import { PLUGIN_PREFIX } from "../src/cli/line/address.ts";
import { platform } from "./runtime.ts";

const fs = () => builtin("node:fs");
const paths = () => builtin("node:path");

/** The endings of programs' names on this system. */
const ENDING = platform() === "win32" ? ".exe" : "";

/** The program of a plug-in: the first one in the folders of the PATH; undefined when there is none that may be run. */
export function findPlugin(
  name: string,
  path: string | undefined,
): string | undefined {
  return foldersOf(path)
    .map((folder) => paths().join(folder, `${PLUGIN_PREFIX}${name}${ENDING}`))
    .find(isProgram);
}

/** The names of all plug-ins, sorted. */
export function pluginNames(path: string | undefined): string[] {
  const names = foldersOf(path).flatMap((folder) =>
    entriesOf(folder)
      .filter((entry) =>
        entry.startsWith(PLUGIN_PREFIX) && entry.endsWith(ENDING) &&
        isProgram(paths().join(folder, entry))
      )
      .map((entry) =>
        entry.slice(PLUGIN_PREFIX.length, entry.length - ENDING.length)
      )
  );
  return [...new Set(names)].sort();
}

/** Never the working directory, which an empty entry means. */
function foldersOf(path = ""): string[] {
  return path.split(paths().delimiter).filter((folder) => folder !== "");
}

function entriesOf(folder: string): string[] {
  try {
    return fs().readdirSync(folder);
  } catch {
    return []; // Folders of the PATH need not exist.
  }
}

function isProgram(path: string): boolean {
  try {
    fs().accessSync(path, fs().constants.X_OK);
    return fs().statSync(path).isFile();
  } catch {
    return false;
  }
}
