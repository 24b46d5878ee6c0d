/**
 * Many files of one folder, each of them complete when it has its name: the quick way for names that nothing has yet. Names that
 * something has go the way of `output_file.ts`.
 */
import { builtin } from "../src/builtin.ts";
import type { OutputFolder } from "../src/cli/host.ts";
import {
  attempt,
  factsAt,
  replaceFile,
  SHARED,
  unique,
} from "./output_file.ts";

/** Loaded when something is written to a file, which most queries never do. */
const fs = () => builtin("node:fs");

/** From how many files on the folder is listed once, in place of a look at each name. */
const MANY = 64;

/** A folder to write files to. */
export function outputFolder(path: string): OutputFolder {
  return new Folder(path);
}

class Folder implements OutputFolder {
  readonly #path: string;
  /** The path before the name of a file. */
  readonly #prefix: string;
  /** The unfinished file: there is one at a time, as nothing else happens while it is written. */
  readonly #partial: string;
  #count = 0;
  /** The names that were there, if it was listed. */
  #names: ReadonlySet<string> | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#prefix = builtin("node:path").join(path, "x").slice(0, -1);
    this.#partial = this.pathOf(`.findscu.${unique()}.part`);
  }

  pathOf(name: string): string {
    return this.#prefix + name;
  }

  write(name: string, bytes: Uint8Array): void {
    const path = this.pathOf(name);
    attempt(path, () => {
      if (this.#isTaken(name, path)) replaceFile(path, bytes);
      else this.#place(path, bytes);
    });
  }

  #place(path: string, bytes: Uint8Array): void {
    const { closeSync, openSync, renameSync, unlinkSync, writeSync } = fs();
    const fd = openSync(this.#partial, "wx", SHARED);
    try {
      try {
        for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
      } finally {
        closeSync(fd);
      }
      renameSync(this.#partial, path);
    } catch (error) {
      try {
        unlinkSync(this.#partial);
      } catch {
        // It is the first failure that is reported.
      }
      throw error;
    }
  }

  #isTaken(name: string, path: string): boolean {
    if (this.#count++ === MANY) this.#names = namesIn(this.#path);
    return this.#names === undefined
      ? factsAt(path) !== undefined
      : this.#names.has(folded(name));
  }
}

/** The names in a folder; undefined if it may not be listed. */
function namesIn(path: string): ReadonlySet<string> | undefined {
  try {
    return new Set(fs().readdirSync(path).map(folded));
  } catch {
    return undefined;
  }
}

/** Names that are the same to some system have the same form. */
function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
