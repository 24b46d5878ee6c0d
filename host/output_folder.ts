/**
 * Many files of one folder, each of them complete when it has its name: the quick way for names that nothing has yet. Names that
 * something has go the way of `output_file.ts`.
 */
import { builtin } from "../src/builtin.ts";
import type { NamedBytes, OutputFolder } from "../src/cli/host.ts";
import { OutputError } from "../src/errors.ts";
import { attempt, factsAt, replaceFile, unique } from "./output_file.ts";
import { placeFile, SecondWriter } from "./second_writer.ts";

/** Loaded when something is written to a file, which most queries never do. */
const fs = () => builtin("node:fs");

/** From how many files on the folder is listed once, in place of a look at each name. */
const MANY = 64;
/** From how many files on there is a second thread, which makes up for its start soon after; and how many are worth a message to it. */
const SHARED_FROM = 512;
const SHARED_AT_ONCE = 32;

/** A folder to write files to. */
export function outputFolder(path: string): OutputFolder {
  return new Folder(path);
}

class Folder implements OutputFolder {
  readonly #path: string;
  /** The path before the name of a file. */
  readonly #prefix: string;
  /** The unfinished file: a thread has one at a time, as nothing else happens while it is written. */
  readonly #partial: string;
  #count = 0;
  /** The names that were there, if it was listed. */
  #names: ReadonlySet<string> | undefined;
  #second: SecondWriter | "none" | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#prefix = builtin("node:path").join(path, "x").slice(0, -1);
    this.#partial = this.#newPartial();
  }

  pathOf(name: string): string {
    return this.#prefix + name;
  }

  write(files: readonly NamedBytes[]): OutputError[] {
    const errors: OutputError[] = [];
    for (const file of this.#shared(files)) {
      try {
        this.#writeOne(file);
      } catch (error) {
        if (!(error instanceof OutputError)) throw error;
        errors.push(error);
      }
    }
    return errors;
  }

  #writeOne({ name, bytes }: NamedBytes): void {
    const path = this.pathOf(name);
    attempt(path, () => {
      if (this.#isTaken(name, path)) replaceFile(path, bytes);
      else placeFile(fs(), this.#partial, path, bytes);
    });
  }

  /** Writes what two threads can write; returns the files that are left. */
  #shared(files: readonly NamedBytes[]): readonly NamedBytes[] {
    if (files.length < SHARED_AT_ONCE) return files;
    if (this.#count + files.length < SHARED_FROM) return files;
    this.#names ??= namesIn(this.#path);
    const names = this.#names;
    if (names === undefined) return files;
    this.#second ??= this.#newSecond();
    if (this.#second === "none") return files;
    const fresh = files.filter(({ name }) => !names.has(folded(name)));
    if (fresh.length < SHARED_AT_ONCE) return files;
    const failed = new Set(this.#second.write(fresh));
    this.#count += fresh.length - failed.size;
    if (fresh.length === files.length && failed.size === 0) return [];
    return files.filter((file) =>
      names.has(folded(file.name)) || failed.has(file)
    );
  }

  #newSecond(): SecondWriter | "none" {
    if (!SecondWriter.pays) return "none";
    try {
      return new SecondWriter(this.#prefix, [
        this.#partial,
        this.#newPartial(),
      ]);
    } catch {
      // The system has no more threads for us.
      return "none";
    }
  }

  #newPartial(): string {
    return this.pathOf(`.findscu.${unique()}.part`);
  }

  #isTaken(name: string, path: string): boolean {
    if (this.#count++ === MANY) this.#names ??= namesIn(this.#path);
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
