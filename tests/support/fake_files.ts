/** A file system in memory, with the errors of a real one. */
import { posix } from "node:path";
import type {
  ExtendedFile,
  FileFacts,
  FileSystem,
  FileWriter,
  OutputFolder,
  TextSink,
} from "../../src/cli/host.ts";
import { InputError, OutputError } from "../../src/errors.ts";
import { concat } from "./scripted_peer.ts";

/** Text or bytes; `null` for a file that may be neither read nor replaced. */
export type FakeContent = string | Uint8Array | null;

/** The folder that relative paths count from. */
const HERE = "/here";

/** Files by their paths; folders are there as soon as something is in them. */
export class FakeFiles implements FileSystem {
  readonly #files = new Map<string, Uint8Array | null>();
  readonly #folders = new Set<string>();
  #limit = Infinity;

  /** A path that ends in `/` is a folder. */
  constructor(contents: Readonly<Record<string, FakeContent>> = {}) {
    this.#addFolder(HERE);
    for (const [path, content] of Object.entries(contents)) {
      const whole = this.absolute(path);
      if (path.endsWith("/")) this.#addFolder(whole);
      else {
        this.#addFolder(posix.dirname(whole));
        this.#files.set(whole, content === null ? null : bytesOf(content));
      }
    }
  }

  /** The text of a file. Throws `InputError` if there is none. */
  text(path: string): string {
    return new TextDecoder("utf-8", { ignoreBOM: true })
      .decode(this.read(path));
  }

  /** Puts a file there, with the folders it is in. */
  put(path: string, content: string | Uint8Array): void {
    this.#addFolder(posix.dirname(this.absolute(path)));
    this.#place(path, bytesOf(content));
  }

  /** Makes an empty folder; answers its path. */
  newFolder(): string {
    const path = this.absolute(`folder${this.#folders.size}`);
    this.#addFolder(path);
    return path;
  }

  stat(path: string): FileFacts | undefined {
    const whole = this.absolute(path);
    const content = this.#files.get(whole);
    if (content !== undefined) {
      const isOpen = content !== null;
      return {
        kind: "file",
        size: content?.length ?? 0,
        readable: isOpen,
        writable: isOpen,
      };
    }
    return this.#folders.has(whole)
      ? { kind: "directory", size: 0, readable: true, writable: true }
      : undefined;
  }

  read(path: string, limit = this.#limit): Uint8Array {
    const whole = this.absolute(path);
    const content = this.#files.get(whole);
    if (content === undefined) {
      throw unreadable(
        path,
        this.#folders.has(whole)
          ? "EISDIR: illegal operation on a directory"
          : "ENOENT: no such file or directory",
      );
    }
    if (content === null) throw unreadable(path, "EACCES: permission denied");
    if (content.length > limit) {
      throw unreadable(path, `it is longer than ${limit} bytes`);
    }
    return content;
  }

  async *chunks(
    path: string,
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const content = await Promise.resolve(this.read(path, Infinity));
    signal?.throwIfAborted();
    if (content.length > 0) yield content;
  }

  readPipes(): Promise<void> {
    return Promise.resolve();
  }

  limitInput(bytes: number): void {
    this.#limit = bytes;
  }

  readStart(path: string, length: number): Uint8Array {
    return this.read(path, Infinity).subarray(0, length);
  }

  *pieces(path: string): Generator<Uint8Array> {
    yield this.read(path, Infinity);
  }

  realPath(path: string): string {
    if (this.stat(path) === undefined) {
      throw unreadable(path, "ENOENT: no such file or directory");
    }
    return this.absolute(path);
  }

  list(path: string): readonly string[] {
    const whole = this.absolute(path);
    if (!this.#folders.has(whole)) {
      throw unreadable(path, "ENOENT: no such file or directory");
    }
    return [...this.#files.keys(), ...this.#folders]
      .filter((name) => name !== "/" && posix.dirname(name) === whole)
      .map((name) => posix.basename(name))
      .sort();
  }

  write(path: string, bytes: Uint8Array): Promise<void> {
    return promised(() => this.#place(path, bytes));
  }

  folder(path: string): OutputFolder {
    const pathOf = (name: string) => this.join(path, name);
    return {
      pathOf,
      write: (files) =>
        files.flatMap(({ name, bytes }) => {
          try {
            this.#place(pathOf(name), bytes);
            return [];
          } catch (error) {
            if (!(error instanceof OutputError)) throw error;
            return [error];
          }
        }),
    };
  }

  create(path: string): Promise<FileWriter> {
    return promised(() => {
      this.#check(path);
      const parts: Uint8Array[] = [];
      return {
        write: (chunk) =>
          promised(() => void parts.push(bytesOf(chunk).slice())),
        commit: (name = path) =>
          promised(() => this.#place(name, concat(...parts))),
        discard: () => Promise.resolve(),
      };
    });
  }

  sink(path: string): TextSink {
    this.#check(path);
    const parts: Uint8Array[] = [];
    return {
      write: (text) => {
        parts.push(bytesOf(text));
        this.#place(path, concat(...parts));
      },
      close: () => {},
      abandon: (other) => {
        if (parts.length === 0) return false;
        this.#files.delete(this.absolute(path));
        this.#place(other, concat(...parts));
        return true;
      },
    };
  }

  append(
    path: string,
    chunk: string | Uint8Array,
    isReplaced = false,
  ): Promise<void> {
    return promised(() => {
      const old = isReplaced ? undefined : this.#files.get(this.absolute(path));
      this.#place(path, concat(...[...old ? [old] : [], bytesOf(chunk)]));
    });
  }

  extend(path: string, length: number): Promise<ExtendedFile> {
    return promised(() => {
      const old = this.#files.get(this.absolute(path)) ?? new Uint8Array();
      this.#place(path, old.slice(0, length));
      return {
        write: (bytes) => this.append(path, bytes),
        sync: () => Promise.resolve(),
        close: () => Promise.resolve(),
      };
    });
  }

  lock(path: string): Promise<() => void> {
    return promised(() => {
      const whole = this.absolute(path);
      if (this.#files.has(whole)) throw unwritable(path, "it is there");
      this.#place(path, bytesOf(""));
      return () => void this.#files.delete(whole);
    });
  }

  remove(path: string): Promise<void> {
    return promised(() => void this.#files.delete(this.absolute(path)));
  }

  rename(from: string, to: string): Promise<void> {
    return promised(() => {
      const content = this.#files.get(this.absolute(from));
      if (content === undefined || content === null) {
        throw unwritable(to, "ENOENT: no such file or directory");
      }
      this.#place(to, content);
      this.#files.delete(this.absolute(from));
    });
  }

  join(directory: string, name: string): string {
    return posix.isAbsolute(name) ? name : posix.join(directory, name);
  }

  absolute(path: string): string {
    return posix.resolve(HERE, path);
  }

  makeDirectory(path: string): Promise<void> {
    return promised(() => this.#addFolder(this.absolute(path)));
  }

  #place(path: string, content: Uint8Array): void {
    this.#check(path);
    this.#files.set(this.absolute(path), content);
  }

  /** Throws `OutputError` if no file can be. */
  #check(path: string): void {
    const whole = this.absolute(path);
    if (!this.#folders.has(posix.dirname(whole))) {
      throw new OutputError(
        "output-no-directory",
        `Cannot write "${path}": its directory does not exist`,
        { hint: "Create the directory, or name another one" },
      );
    }
    if (this.#folders.has(whole)) {
      throw unwritable(path, "EISDIR: illegal operation on a directory");
    }
    if (this.#files.get(whole) === null) {
      throw unwritable(path, "EACCES: permission denied");
    }
  }

  #addFolder(path: string): void {
    for (let at = path; !this.#folders.has(at); at = posix.dirname(at)) {
      this.#folders.add(at);
    }
  }
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string"
    ? new TextEncoder().encode(content)
    : content.slice();
}

function unreadable(path: string, reason: string): InputError {
  return new InputError(
    "input-unreadable",
    `Cannot read "${path}": ${reason}`,
  );
}

function unwritable(path: string, reason: string): OutputError {
  return new OutputError(
    "output-unwritable",
    `Cannot write "${path}": ${reason}`,
  );
}

/** What fails rejects. */
function promised<T>(action: () => T): Promise<T> {
  return new Promise((resolve) => resolve(action()));
}
