/**
 * What one query loads on Deno: every module of ours with its size and who imports it, and what makes up the time to its end. So that
 * nothing creeps into the start that belongs to other runs.
 *
 *   deno task loaded                 a hidden query for one match
 *   deno task loaded --format csv    any arguments of findscu after the peer
 */
import { spawnSync } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DENO_PERMISSIONS, root } from "../compile_steps.ts";
import { ReplayServer } from "./measure.ts";

/** A module that was loaded. */
export interface Loaded {
  /** Its path in the project, or its address. */
  readonly path: string;
  /** Bytes of its source. */
  readonly size: number;
  /** The modules that import it, of those that were loaded; one whose import waits until it is needed is in brackets. */
  readonly by: readonly string[];
}

const HOME = pathToFileURL(root).href;

/** Runs the command line on Deno and answers what it loaded, the largest first. */
export function loadedBy(args: readonly string[]): Loaded[] {
  const folder = mkdtempSync(join(tmpdir(), "findscu-loaded-"));
  try {
    const { status, stderr } = spawnSync(process.execPath, [
      "run",
      ...DENO_PERMISSIONS,
      "--no-check",
      `--coverage=${folder}`,
      "cli.ts",
      ...args,
    ], { cwd: root, encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] });
    if (status !== 0) {
      throw new Error(`findscu ended with ${status}: ${stderr}`);
    }
    const urls = readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => urlOf(readFileSync(join(folder, name), "utf8")));
    const sources = new Map(urls.map((url) => [url, sourceOf(url)]));
    return urls.map((url) => ({
      path: shortOf(url),
      size: sources.get(url)!.length,
      by: importersOf(url, sources),
    })).sort((a, b) => b.size - a.size);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function urlOf(report: string): string {
  return (JSON.parse(report) as { url: string }).url;
}

function sourceOf(url: string): string {
  const path = fileURLToPath(url);
  return statSync(path, { throwIfNoEntry: false })?.isFile()
    ? readFileSync(path, "utf8")
    : "";
}

function shortOf(url: string): string {
  if (url.startsWith(HOME)) return url.slice(HOME.length);
  return url.replace(/^.*\/([^/]+\/\d[^/]*\/)/, "npm:$1");
}

const STATIC = /^(?:import|export)(?! type)[^;]*?from\s+"([^"]+)";/gm;
const LATER = /\bimport\(\s*"([^"]+)",?\s*\)/g;

/** Who imports a module, by the text of the others. */
function importersOf(
  url: string,
  sources: ReadonlyMap<string, string>,
): string[] {
  const importers: string[] = [];
  for (const [other, source] of sources) {
    const imports = (pattern: RegExp) =>
      source.matchAll(pattern).some(([, name = ""]) =>
        name.startsWith(".")
          ? new URL(name, other).href === url
          : url.includes(`/${name}/`)
      );
    if (imports(STATIC)) importers.push(shortOf(other));
    else if (imports(LATER)) importers.push(`(${shortOf(other)})`);
  }
  return importers;
}

if (import.meta.main) {
  const server = new ReplayServer();
  try {
    const port = await server.start();
    const more = process.argv.slice(2);
    const usual = ["-S", "-sr", "-aec", "N1", "-k", "QueryRetrieveLevel=STUDY"];
    const all = loadedBy(
      more.length === 0
        ? [...usual, "-k", "PatientName", "127.0.0.1", port]
        : [`N1@127.0.0.1:${port}`, ...more],
    );
    const sum = all.reduce((bytes, { size }) => bytes + size, 0);
    for (const { path, size, by } of all) {
      const others = by.length > 3 ? ` and ${by.length - 3} more` : "";
      console.log(
        `${String(size).padStart(7)}  ${path}  < ${
          by.slice(0, 3).join(", ")
        }${others}`,
      );
    }
    console.log(`${all.length} modules, ${sum} bytes`);
  } finally {
    server.stop();
  }
}
