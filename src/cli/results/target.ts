/**
 * Targets of the bytes of a result: a stream, or a file that gets its name when the result is complete. Does not depend on any
 * format.
 */
import { INCOMPLETE } from "../config/file_format.ts";
import { OutputError, quantity } from "../../errors.ts";
import type { Summary } from "../../output/writer.ts";
import type { FileWriter, Host, OutputStream } from "../host.ts";
import type { Logger } from "../log/log.ts";

/** Takes the bytes of one result. */
export interface OutputTarget {
  /** Whether a person is looking. */
  readonly isTerminal: boolean;
  /**
   * Takes bytes, which are the caller's again when it resolves: with `false` once its reader has closed it. Rejects with `OutputError`.
   */
  write(bytes: Uint8Array): Promise<boolean>;
  /** Whether something is held back that `release` would show. */
  readonly isHolding: boolean;
  /** Shows held-back output; resolves as `write` does. */
  release(): Promise<boolean>;
  /** Nothing follows. `hasFailed`: the written data is useless. */
  end(summary: Summary, hasFailed: boolean): Promise<void>;
}

/** The file of this name, or the stream if there is none or it is `-`. Rejects with `OutputError`. */
export async function outputTargetOf(
  file: string | undefined,
  stream: OutputStream,
  host: Host,
  log: Logger,
): Promise<OutputTarget> {
  return file === undefined || file === "-"
    ? new StreamTarget(stream)
    : await FileTarget.create(file, host, log);
}

/** One of the process's streams. */
export class StreamTarget implements OutputTarget {
  readonly isHolding = false;
  readonly #stream: OutputStream;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  get isTerminal(): boolean {
    return this.#stream.isTerminal;
  }

  write(bytes: Uint8Array): Promise<boolean> {
    return this.#stream.write(bytes);
  }

  release(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async end(): Promise<void> {}
}

/**
 * A file. It has its name from the moment that all of the result is in it; the partial result of an interrupted run is kept under
 * another name.
 */
export class FileTarget implements OutputTarget {
  readonly isTerminal = false;
  readonly isHolding = false;
  readonly #path: string;
  readonly #file: FileWriter;
  readonly #log: Logger;

  private constructor(path: string, file: FileWriter, log: Logger) {
    this.#path = path;
    this.#file = file;
    this.#log = log;
  }

  /** Begins the file. Rejects with `OutputError` if that cannot be done. */
  static async create(
    path: string,
    host: Host,
    log: Logger,
  ): Promise<FileTarget> {
    if (host.files.stat(path)?.kind === "directory") {
      throw new OutputError(
        "output-unwritable",
        `Cannot write "${path}": it is a directory`,
      );
    }
    return new FileTarget(path, await host.files.create(path), log);
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    await this.#file.write(bytes);
    return true;
  }

  release(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async end(summary: Summary, hasFailed: boolean): Promise<void> {
    const { matches, incomplete, damaged = 0 } = summary;
    if (hasFailed || (incomplete !== undefined && matches === 0)) {
      return await this.#file.discard();
    }
    const matchCount = quantity(matches, "match", "matches");
    if (incomplete === undefined && damaged === 0) {
      await this.#file.commit();
      this.#log.info(`Wrote ${matchCount} to "${this.#path}"`);
      return;
    }
    const path = this.#path + INCOMPLETE;
    await this.#file.commit(path);
    this.#log.warn(`The result is incomplete: ${matchCount} kept as "${path}"`);
  }
}
