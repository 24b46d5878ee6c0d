/** Files that are written: results have their name only when they are complete, recordings from the beginning. Knows no format. */
import { Buffer } from "node:buffer";
import {
  closeSync,
  existsSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import type { FileWriter, TextSink } from "../src/cli/host.ts";
import { OutputError } from "../src/errors.ts";
import { errorCode } from "../transports/socket_errors.ts";

/** Begins a file. Throws `OutputError`. */
export function outputFile(path: string): FileWriter {
  try {
    const facts = statSync(path, { throwIfNoEntry: false });
    return facts === undefined || facts.isFile()
      ? new PartialFile(path)
      : new DeviceFile(path);
  } catch (cause) {
    throw unwritable(`"${path}"`, cause);
  }
}

/** Begins a file that is under its name from now on, in place of an older one. Throws `OutputError`. */
export function growingFile(path: string): TextSink {
  try {
    return new GrowingFile(path);
  } catch (cause) {
    throw unwritable(`"${path}"`, cause);
  }
}

/** The error for something that cannot be written. */
export function unwritable(name: string, cause: unknown): OutputError {
  if (errorCode(cause) === "ENOENT") {
    return new OutputError(
      "output-no-directory",
      `Cannot write ${name}: its directory does not exist`,
      { cause, hint: "Create the directory, or name another one" },
    );
  }
  return new OutputError(
    "output-unwritable",
    `Cannot write ${name}: ${reasonOf(cause)}`,
    { cause },
  );
}

/** What the system says, without its call and path: the path may be that of the unfinished file. */
function reasonOf(cause: unknown): string {
  return messageOf(cause).replace(/^(E[A-Z]+: [^,]*), .*$/s, "$1");
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A file that is written beside its final name, and moved there when it is complete. */
class PartialFile implements FileWriter {
  readonly #path: string;
  readonly #partial: string;
  readonly #fd: number;
  /** Somebody who will not wait for the end leaves nothing behind either. */
  readonly #onExit = () => void this.discard();

  constructor(path: string) {
    // What a link points to is replaced, not the link.
    this.#path = existsSync(path) ? realpathSync(path) : path;
    const unique = Buffer.from(crypto.getRandomValues(new Uint8Array(6)))
      .toString("hex");
    this.#partial = join(
      dirname(this.#path),
      `.${basename(this.#path)}.${unique}.part`,
    );
    this.#fd = openSync(this.#partial, "wx");
    process.once("exit", this.#onExit);
  }

  write(chunk: string | Uint8Array): Promise<void> {
    try {
      writeFileSync(this.#fd, chunk);
      return Promise.resolve();
    } catch (cause) {
      return Promise.reject(unwritable(`"${this.#path}"`, cause));
    }
  }

  commit(path = this.#path): Promise<void> {
    try {
      closeSync(this.#fd);
      renameSync(this.#partial, path);
      process.off("exit", this.#onExit);
      return Promise.resolve();
    } catch (cause) {
      return Promise.reject(unwritable(`"${path}"`, cause));
    }
  }

  discard(): Promise<void> {
    process.off("exit", this.#onExit);
    try {
      closeSync(this.#fd);
      unlinkSync(this.#partial);
    } catch {
      // Gone already, or never made: nothing is left behind either way.
    }
    return Promise.resolve();
  }
}

/** A device or a named pipe, like `/dev/stdout`: written as it is, for it must not be replaced. */
class DeviceFile implements FileWriter {
  readonly #path: string;
  readonly #fd: number;

  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, "w");
  }

  write(chunk: string | Uint8Array): Promise<void> {
    try {
      writeFileSync(this.#fd, chunk);
      return Promise.resolve();
    } catch (cause) {
      return Promise.reject(unwritable(`"${this.#path}"`, cause));
    }
  }

  commit(): Promise<void> {
    return this.discard();
  }

  discard(): Promise<void> {
    closeSync(this.#fd);
    return Promise.resolve();
  }
}

/** A file that is good at any moment. */
class GrowingFile implements TextSink {
  readonly #path: string;
  #fd: number | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, "w");
  }

  write(text: string): void {
    if (this.#fd === undefined) return;
    try {
      writeFileSync(this.#fd, text);
    } catch (cause) {
      throw unwritable(`"${this.#path}"`, cause);
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
