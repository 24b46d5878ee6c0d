/**
 * The one way in which files, pipes and devices are read: whole, up to a limit. Endless input is refused, and waiting for a
 * pipe ends on an interruption. Does not depend on any format.
 */
import type { Stats } from "node:fs";
import { builtin } from "../src/builtin.ts";
import { advise, type Hint } from "../src/errors.ts";

/** Loaded when something is read, which most queries never do. */
const fs = () => builtin("node:fs");

/** The limit for one input, in bytes, and the signal that ends waiting. */
export interface InputOptions {
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** Why an input is not read to its end, as part of a sentence. */
export class UnfitInputError extends Error {
  /** Advice, one sentence. */
  readonly hint: Hint;
  constructor(message: string, hint: Hint) {
    super(message);
    this.hint = hint;
  }
}

/** For whatever has no limit of its own. */
let usualLimit = 16 * 1024 * 1024;

/** Sets the limit for everything that is read afterwards, in bytes. */
export function limitInput(bytes: number): void {
  usualLimit = bytes;
}

/** Contents read ahead from pipes, which deliver them only once, or the error of reading. */
const pipes = new Map<string, Uint8Array | UnfitInputError>();

/**
 * The content of a file, a pipe or a device. Throws the system's error, or `UnfitInputError`. Waits for a pipe that `readPipes` has
 * not read, and heeds no signal then.
 */
export function readInput(path: string, limit = usualLimit): Uint8Array {
  const ahead = pipes.get(path);
  if (ahead instanceof UnfitInputError) throw ahead;
  if (ahead !== undefined) return ahead;
  const fd = fs().openSync(path, "r");
  try {
    const content = new Content(fs().fstatSync(fd), fd, limit);
    const buffer = new Uint8Array(CHUNK);
    let count: number;
    while ((count = fs().readSync(fd, buffer, 0, CHUNK, null)) > 0) {
      content.add(buffer.slice(0, count));
    }
    return content.whole();
  } finally {
    fs().closeSync(fd);
  }
}

/** Bytes that are read at once. */
const CHUNK = 65536;

/**
 * Reads the pipes among these ahead, so that `readInput` need not wait; it reports their failures, too. Rejects with the
 * system's error, and with the signal's reason when it fires first.
 */
export async function readPipes(
  paths: readonly string[],
  { limit = usualLimit, signal }: InputOptions = {},
): Promise<void> {
  for (const path of paths) {
    signal?.throwIfAborted();
    if (pipes.has(path)) continue;
    let facts: Stats | undefined;
    try {
      facts = fs().statSync(path, { throwIfNoEntry: false });
    } catch {
      // The reader reports why not.
    }
    if (facts === undefined || !facts.isFIFO()) continue;
    const content = new Content(facts, undefined, limit);
    try {
      await collect(fs().createReadStream(path), content, signal);
      pipes.set(path, content.whole());
    } catch (error) {
      if (!(error instanceof UnfitInputError)) throw error;
      pipes.set(path, error);
    }
  }
}

/** All of standard input. Rejects as `readPipes` does, or as `readInput` throws. */
export async function readStandardInput(
  { limit = usualLimit, signal }: InputOptions = {},
): Promise<Uint8Array> {
  const content = new Content(fs().fstatSync(0), 0, limit);
  await collect(builtin("node:process").stdin, content, signal);
  return content.whole();
}

/** The chunks of a file, a pipe or a device, or of standard input (undefined), on demand. Rejects as `readPipes` does. */
export async function* readChunks(
  path: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (path === undefined) {
    yield* interruptible(builtin("node:process").stdin, signal);
    return;
  }
  const stream = fs().createReadStream(path, { highWaterMark: CHUNK });
  try {
    yield* interruptible(stream, signal);
  } finally {
    stream.destroy();
  }
}

async function collect(
  stream: AsyncIterable<Uint8Array>,
  content: Content,
  signal: AbortSignal | undefined,
): Promise<void> {
  for await (const chunk of interruptible(stream, signal)) content.add(chunk);
}

/** Chunks until there are no more, or until an interruption; a read that hangs is left to hang then. */
async function* interruptible(
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let stop = () => {};
  const interruption = new Promise<never>((_, reject) => {
    stop = () => reject(signal?.reason);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
  });
  interruption.catch(() => {});
  const chunks = stream[Symbol.asyncIterator]();
  try {
    while (true) {
      const next = await Promise.race([chunks.next(), interruption]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** The contents of one input. */
class Content {
  readonly #limit: number;
  readonly #isDevice: boolean;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  /** Throws `UnfitInputError` for a file whose size is known to be too large. */
  constructor(facts: Stats, fd: number | undefined, limit: number) {
    this.#limit = limit;
    // The end of a terminal is a person's business, the null device is empty; no other device has an end.
    this.#isDevice = facts.isBlockDevice() ||
      facts.isCharacterDevice() &&
        !(fd !== undefined && builtin("node:tty").isatty(fd));
    if (facts.isFile()) this.#check(facts.size);
  }

  add(chunk: Uint8Array): void {
    if (this.#isDevice) {
      throw new UnfitInputError(
        "it is a device that never ends",
        "Name a file or a pipe",
      );
    }
    this.#length += chunk.length;
    this.#check(this.#length);
    this.#chunks.push(chunk);
  }

  #check(length: number): void {
    if (length <= this.#limit) return;
    throw new UnfitInputError(
      `it is longer than ${sizeText(this.#limit)}`,
      advise("Raise the limit if that is right", "max-input-size"),
    );
  }

  whole(): Uint8Array {
    const [first] = this.#chunks;
    if (first !== undefined && this.#chunks.length === 1) return first;
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  }
}

/** `16 MB`, or bytes if that is not a round number. */
function sizeText(bytes: number): string {
  for (
    const [unit, size] of [["GB", 1 << 30], ["MB", 1 << 20], [
      "kB",
      1024,
    ]] as const
  ) {
    if (bytes % size === 0) return `${bytes / size} ${unit}`;
  }
  return `${bytes} bytes`;
}
