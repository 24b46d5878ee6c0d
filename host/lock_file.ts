/**
 * A file beside another that says which run is writing that one. The lock of a killed run remains; the next run on
 * the same machine notices and replaces it. Does not depend on any format.
 */
import {
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { builtin } from "../src/builtin.ts";
import { OutputError } from "../src/errors.ts";
import { errorCode } from "../transports/socket_errors.ts";
import { attempt } from "./output_file.ts";

/** Not imported: the exit of the process must know its listeners. */
const process = () => builtin("node:process");

/**
 * Acquires a lock of this name; returns a function that releases it, which the end of the process does, too. Throws `OutputError`.
 */
export function lockFile(path: string): () => void {
  const mine = `${process().pid} ${machine()} ${crypto.randomUUID()}\n`;
  if (!created(path, mine)) {
    const theirs = contentOf(path);
    if (isAlive(theirs) || !removed(path, theirs) || !created(path, mine)) {
      throw lockedError(path, contentOf(path));
    }
  }
  const release = () => {
    process().off("exit", release);
    if (contentOf(path) === mine) rmSync(path, { force: true });
  };
  process().once("exit", release);
  return release;
}

function created(path: string, text: string): boolean {
  return attempt(path, () => {
    try {
      writeFileSync(path, text, { flag: "wx", mode: 0o600 });
      return true;
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      // One that could not be written whole would name no owner.
      rmSync(path, { force: true });
      throw error;
    }
  });
}

/** Removes the lock of a run that is gone, unless another run has replaced it meanwhile. */
function removed(path: string, theirs: string): boolean {
  return attempt(path, () => {
    const aside = `${path}.${process().pid}`;
    try {
      renameSync(path, aside);
    } catch (error) {
      // Somebody was faster.
      if (errorCode(error) === "ENOENT") return true;
      throw error;
    }
    const isTheirs = contentOf(aside) === theirs;
    if (!isTheirs) linkSync(aside, path);
    rmSync(aside, { force: true });
    return isTheirs;
  });
}

/** The contents of a lock; nothing if it no longer exists. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Whether the run may still exist: only for runs on this machine is it known when they do not. */
function isAlive(content: string): boolean {
  const { pid, place } = holder(content);
  if (pid === undefined || place !== machine()) return true;
  try {
    process().kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== "ESRCH";
  }
}

function holder(content: string): { pid?: number; place?: string } {
  const [, pid, place] = content.match(/^(\d+) (\S+) /) ?? [];
  return pid === undefined ? {} : { pid: Number(pid), place: place! };
}

function machine(): string {
  try {
    return hostname().replace(/\s/g, "_") || "localhost";
  } catch {
    // Deno lacks the permission to ask.
    return "localhost";
  }
}

function lockedError(path: string, content: string): OutputError {
  const { pid, place } = holder(content);
  const who = pid === undefined
    ? ""
    : ` (process ${pid}${place === machine() ? "" : ` on ${place}`})`;
  return new OutputError(
    "output-unwritable",
    `Another run${who} is writing the same result`,
    { hint: `Wait until it ends; if there is none any more, remove "${path}"` },
  );
}
