/** The standard streams of the process: what is written to them and read from them, and whether a person is at the other end. */
import type { InputStream, OutputStream } from "../src/cli/host.ts";
import { errorCode } from "../transports/socket_errors.ts";
import { unreadable } from "./files.ts";
import { readChunks, readStandardInput } from "./input_file.ts";
import { variable } from "./rights.ts";
import { unwritable } from "./output_file.ts";
import { Buffer } from "node:buffer";
import { fstatSync, writeSync } from "node:fs";
import process from "node:process";

/** Standard output, or standard error. */
export class StandardOutput implements OutputStream {
  readonly #fd: number;
  readonly #stream: () => NodeJS.WriteStream;

  /** The stream comes as a function: making it takes the runtime a millisecond, and only its width is ever needed. */
  constructor(fd: number, stream: () => NodeJS.WriteStream) {
    this.#fd = fd;
    this.#stream = stream;
  }

  get isTerminal(): boolean {
    return isTerminal(this.#fd);
  }

  /** Terminals that can do nothing are called dumb by convention. */
  get obeysEscapes(): boolean {
    return this.isTerminal && !isDumb();
  }

  /** Terminals that nobody told their size (`script`, some CI runners) say 0; COLUMNS may say more, of a pipe as well. */
  get columns(): number | undefined {
    const known = this.isTerminal ? this.#stream().columns : undefined;
    return known || environmentColumns();
  }

  get rows(): number | undefined {
    return this.isTerminal ? this.#stream().rows || undefined : undefined;
  }

  /** Writes synchronously: nothing is lost when the process ends, and the order of both streams is kept. */
  async write(chunk: string | Uint8Array): Promise<boolean> {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    let at = 0;
    while (at < bytes.length) {
      try {
        at += writeSync(this.#fd, bytes, at, bytes.length - at);
      } catch (error) {
        const code = errorCode(error);
        if (code === "EPIPE") return false;
        // A pipe that somebody made non-blocking is full for the moment.
        if (code !== "EAGAIN") {
          const name = this.#fd === 1 ? "standard output" : "standard error";
          throw unwritable(name, error);
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    return true;
  }
}

/** Width that the environment gives (POSIX 8.3), as `watch` does. */
function environmentColumns(): number | undefined {
  try {
    const columns = variable("COLUMNS") ?? "";
    return /^[1-9]\d{0,4}$/.test(columns) ? Number(columns) : undefined;
  } catch {
    return undefined;
  }
}

/** What cannot be known is taken as usual. */
function isDumb(): boolean {
  try {
    return variable("TERM") === "dumb";
  } catch {
    return false;
  }
}

/** Number of Linux's null device. */
const LINUX_NULL = 0x103;

/** Whether a stream is a terminal. The runtime's own answer takes it a millisecond at first; nearly always a shorter one will do. */
export function isTerminal(fd: number): boolean {
  try {
    const facts = fstatSync(fd);
    if (!facts.isCharacterDevice()) return false;
    if (process.platform === "linux" && facts.rdev === LINUX_NULL) return false;
  } catch {
    // Windows has streams without such facts.
  }
  return process.getBuiltinModule("node:tty").isatty(fd);
}

/** Standard input. */
export class StandardInput implements InputStream {
  get isTerminal(): boolean {
    return process.stdin.isTTY === true;
  }

  async readAll(signal?: AbortSignal): Promise<Uint8Array> {
    try {
      return await readStandardInput({ ...signal && { signal } });
    } catch (cause) {
      throw unreadable("standard input", cause);
    }
  }

  async *chunks(signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      yield* readChunks(undefined, signal);
    } catch (cause) {
      throw unreadable("standard input", cause);
    }
  }

  async readSecret(
    prompt: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { readSecret } = await import("./secret.ts");
    return await readSecret(prompt, signal);
  }
}
