/**
 * A second thread that writes files. Making files is nearly all the system's work, of which two processors do more than one: each
 * thread takes the next file when it is done with one, so that neither waits for the other, except at the end. The plain way is
 * that of `output_folder.ts`, which also finds out why a file could not be written.
 */
import { builtin } from "../src/builtin.ts";
import type { NamedBytes } from "../src/cli/host.ts";
import { platform } from "./runtime.ts";

/** The part of `node:fs` that makes files. */
type FileCalls = Pick<
  typeof import("node:fs"),
  "closeSync" | "openSync" | "renameSync" | "unlinkSync" | "writeSync"
>;

/** The names of one thread: the path before the name of a file, and that of the unfinished file. */
interface Place {
  readonly prefix: string;
  readonly partial: string;
}

/** Files that both threads take from. */
interface Batch {
  /** Their names, with slashes between them. */
  readonly names: string;
  /** Their contents, one after the other, and where each of them ends. */
  readonly bytes: Uint8Array;
  readonly ends: Int32Array;
  /** How many were taken, or more; and how many are done. */
  readonly counts: Int32Array;
  /** 1 for each that failed. */
  readonly failed: Uint8Array;
}

/**
 * Makes a file that has another name until it is complete; its content is a part of some bytes. Throws whatever the system throws.
 * Like all functions that the second thread runs, it depends on nothing but its arguments: that thread gets their text.
 */
export function placeFile(
  fs: FileCalls,
  partial: string,
  path: string,
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
): void {
  const fd = fs.openSync(partial, "wx");
  try {
    try {
      for (let at = start; at < end;) {
        at += fs.writeSync(fd, bytes, at, end - at);
      }
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(partial, path);
  } catch (error) {
    try {
      fs.unlinkSync(partial);
    } catch {
      // It is the first failure that is reported.
    }
    throw error;
  }
}

/** Makes files of a batch until there is none left. */
function placeFiles(
  place: typeof placeFile,
  fs: FileCalls,
  { prefix, partial }: Place,
  { names, bytes, ends, counts, failed }: Batch,
): void {
  const all = names.split("/");
  for (let index; (index = Atomics.add(counts, 0, 1)) < all.length;) {
    const start = index === 0 ? 0 : ends[index - 1];
    try {
      place(fs, partial, prefix + all[index], bytes, start, ends[index]);
    } catch {
      failed[index] = 1;
    }
    Atomics.add(counts, 1, 1);
  }
  Atomics.notify(counts, 1);
}

/** The program of the second thread. */
function serve(
  place: typeof placeFile,
  files: typeof placeFiles,
  own: Place,
): void {
  const { process } = globalThis as unknown as {
    readonly process: { getBuiltinModule(name: string): FileCalls };
  };
  const fs = process.getBuiltinModule("node:fs");
  addEventListener("message", (event) => {
    files(place, fs, own, (event as MessageEvent<Batch>).data);
  });
}

/** A thread that runs it; it does not keep the process from its end. */
function threadWith(place: Place): Worker {
  // Not that of `node:worker_threads`, which takes 20 ms more to start.
  const source = `(${serve})(${placeFile}, ${placeFiles}, ${
    JSON.stringify(place)
  })`;
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  const worker: Worker & { unref?(): void } = new Worker(url, {
    type: "module",
  });
  worker.addEventListener("error", (event) => event.preventDefault());
  worker.unref?.();
  return worker;
}

/** Bytes that both threads see. */
function shared(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

/** Writes files to one folder by two threads. */
export class SecondWriter {
  /**
   * Whether two threads may take less time than one. A thread of Bun takes 5 ms and 6 MB to start, one of Deno 70 ms and 16 MB,
   * which only thousands of files make up for; and Windows has names that it takes for others, which are looked at one by one.
   */
  static get pays(): boolean {
    const isBun = "Bun" in globalThis;
    return isBun && navigator.hardwareConcurrency > 1 && platform() !== "win32";
  }

  readonly #own: Place;
  readonly #worker: Worker;
  #bytes = shared(0);

  /**
   * Throws if no thread can be started. A thread that does not start, for whatever reason, takes no files.
   * @param prefix the path before the name of a file
   * @param partials the paths of unfinished files, one for each thread
   */
  constructor(prefix: string, [partial, other]: readonly [string, string]) {
    this.#own = { prefix, partial };
    this.#worker = threadWith({ prefix, partial: other });
  }

  /** Makes files with names that nothing has yet. Returns those that could not be made. */
  write(files: readonly NamedBytes[]): NamedBytes[] {
    const batch = this.#batchOf(files);
    this.#worker.postMessage(batch);
    placeFiles(placeFile, builtin("node:fs"), this.#own, batch);
    const { counts, failed } = batch;
    for (let done; (done = Atomics.load(counts, 1)) < files.length;) {
      Atomics.wait(counts, 1, done);
    }
    return files.filter((_, index) => failed[index] === 1);
  }

  #batchOf(files: readonly NamedBytes[]): Batch {
    const ends = new Int32Array(files.length);
    let length = 0;
    for (const [index, { bytes }] of files.entries()) {
      ends[index] = length += bytes.length;
    }
    // Both threads are done with those of the last batch.
    if (this.#bytes.length < length) this.#bytes = shared(2 * length);
    for (const [index, { bytes }] of files.entries()) {
      this.#bytes.set(bytes, ends[index]! - bytes.length);
    }
    return {
      names: files.map(({ name }) => name).join("/"),
      bytes: this.#bytes,
      ends,
      counts: new Int32Array(new SharedArrayBuffer(8)),
      failed: shared(files.length),
    };
  }
}
