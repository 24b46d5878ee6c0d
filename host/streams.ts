/** The standard streams of the process: writing to them and reading from them, and whether a person is at the other end. */
import type { InputStream, OutputStream } from "../src/cli/host.ts";
import { errorCode } from "../transports/socket_errors.ts";
import { unreadable } from "./files.ts";
import { readChunks, readStandardInput } from "./input_file.ts";
import { unwritable } from "./output_file.ts";
import { variable } from "./rights.ts";
import { isTerminal, terminalSize, utf8, writeNow } from "./runtime.ts";

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

  /** Terminals whose size was never set (`script`, some CI runners) say 0; COLUMNS may say more, of a pipe as well. */
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
    const { readSecret } = await import("./secret.ts");
    return await readSecret(prompt, signal);
  }
}
