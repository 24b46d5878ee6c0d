/** An output stream made of plain objects. */
import type { OutputStream } from "../../src/cli/host.ts";

/** A stream that keeps what is written to it. */
export class FakeStream implements OutputStream {
  /** Everything that was written. */
  text = "";
  readonly isTerminal: boolean;
  readonly obeysEscapes: boolean;
  readonly columns: number | undefined;
  /** Whether the reader is still there. */
  isRead = true;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(
    options: { isTerminal?: boolean; isDumb?: boolean; columns?: number } = {},
  ) {
    this.isTerminal = options.isTerminal ?? false;
    this.obeysEscapes = this.isTerminal && options.isDumb !== true;
    this.columns = options.columns;
  }

  write(chunk: string | Uint8Array): Promise<boolean> {
    if (this.isRead) {
      this.text += typeof chunk === "string"
        ? chunk
        : this.#decoder.decode(chunk, { stream: true });
    }
    return Promise.resolve(this.isRead);
  }
}
