/** The standard streams of the process: writing to them and reading from them, and whether a person is at the other end. */
import { builtin } from "../src/builtin.ts";
import type { InputStream, OutputStream } from "../src/cli/host.ts";
import { errorCode } from "../transports/socket_errors.ts";
import { unreadable } from "./files.ts";
import { readChunks, readStandardInput } from "./input_file.ts";
import { unwritable } from "./output_file.ts";
import { variable } from "./rights.ts";
import { platform, utf8 } from "./runtime.ts";

/** A standard stream of Deno. */
interface DenoStream {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

const { Deno: deno } = globalThis as {
  /** The part of Deno's face that is used here. */
  Deno?: {
    readonly stdin: { isTerminal(): boolean };
    readonly stdout: DenoStream;
    readonly stderr: DenoStream;
    consoleSize(): { readonly columns: number; readonly rows: number };
  };
};

/** Standard output, or standard error. */
export class StandardOutput implements OutputStream {
  readonly #fd: 1 | 2;

  constructor(fd: 1 | 2) {
    this.#fd = fd;
  }

  get isTerminal(): boolean {
    return isTerminal(this.#fd);
  }

  /** Terminals that can do nothing are called dumb by convention. */
  get obeysEscapes(): boolean {
    return this.isTerminal && !isDumb();
  }

  /** Terminals whose size was never set (`script`, some CI runners) say 0; COLUMNS may say more, also of a pipe. */
  get columns(): number | undefined {
    const columns = this.isTerminal
      ? terminalSize(this.#fd).columns
      : undefined;
    return columns || environmentColumns();
  }

  get rows(): number | undefined {
    return this.isTerminal
      ? terminalSize(this.#fd).rows || undefined
      : undefined;
  }

  /** Writes synchronously: nothing is lost when the process ends, and the order of both streams is kept. */
  async write(chunk: string | Uint8Array): Promise<boolean> {
    const bytes = typeof chunk === "string" ? utf8(chunk) : chunk;
    let at = 0;
    while (at < bytes.length) {
      try {
        at += writeNow(this.#fd, bytes, at);
      } catch (error) {
        const code = errorCode(error);
        if (code === "EPIPE") return false;
        // A pipe that was made non-blocking is full for the moment.
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

/** Unknown properties are assumed to be the usual ones. */
function isDumb(): boolean {
  try {
    return variable("TERM") === "dumb";
  } catch {
    return false;
  }
}

/** Standard input. */
export class StandardInput implements InputStream {
  get isTerminal(): boolean {
    return isTerminal(0);
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
    const { promptForSecret: readSecret } = await import("./secret.ts");
    return await readSecret(prompt, signal);
  }
}

/**
 * Writes as many bytes from `at` on as the system accepts at once, to stdout (1) or stderr (2); returns how many. Throws the
 * system's error.
 */
function writeNow(fd: 1 | 2, bytes: Uint8Array, at: number): number {
  if (deno === undefined) {
    return builtin("node:fs").writeSync(fd, bytes, at, bytes.length - at);
  }
  const stream = fd === 1 ? deno.stdout : deno.stderr;
  return stream.writeSync(at === 0 ? bytes : bytes.subarray(at));
}

/** Number of Linux's null device. */
const LINUX_NULL = 0x103;

/** Whether a standard stream is a terminal. */
export function isTerminal(fd: 0 | 1 | 2): boolean {
  if (deno !== undefined) {
    return (fd === 0 ? deno.stdin : fd === 1 ? deno.stdout : deno.stderr)
      .isTerminal();
  }
  // The answer of `node:tty` takes a millisecond at first; nearly always a shorter one will do.
  try {
    const facts = builtin("node:fs").fstatSync(fd);
    if (!facts.isCharacterDevice()) return false;
    if (platform() === "linux" && facts.rdev === LINUX_NULL) return false;
  } catch {
    // Windows has streams without such facts.
  }
  return builtin("node:tty").isatty(fd);
}

/** Columns and rows of a terminal; 0 or undefined if unknown. */
function terminalSize(
  fd: 1 | 2,
): { readonly columns: number | undefined; readonly rows: number | undefined } {
  if (deno === undefined) {
    const { stdout, stderr } = builtin("node:process");
    return fd === 1 ? stdout : stderr;
  }
  try {
    return deno.consoleSize();
  } catch {
    return { columns: undefined, rows: undefined };
  }
}
