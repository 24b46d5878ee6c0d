/** The way of messages to a stream that may be full or broken. Does not depend on any message. */
import { FindscuError } from "../../errors.ts";
import type { MessageStream, OutputStream } from "../host.ts";

/** A stream that accepts everything: data that cannot be written is lost, and the reason is kept. */
export class LossyStream implements MessageStream {
  /** The first failure; undefined while there was none. */
  failure: FindscuError | undefined;
  readonly #stream: OutputStream;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  get isTerminal(): boolean {
    return this.#stream.isTerminal;
  }

  get obeysEscapes(): boolean {
    return this.#stream.obeysEscapes;
  }

  get columns(): number | undefined {
    return this.#stream.columns;
  }

  /** Writes if it can; `false` once the reading end is gone. */
  async write(chunk: string | Uint8Array): Promise<boolean> {
    try {
      return await this.#stream.write(chunk);
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      this.failure ??= error;
      return true;
    }
  }
}
