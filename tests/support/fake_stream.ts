/** An output stream and a clock made of plain objects. */
import type { OutputStream } from "../../src/cli/host.ts";
import type { Clock } from "../../src/driver/drive.ts";

/** A stream that keeps what is written to it. */
export class FakeStream implements OutputStream {
  /** Everything that was written. */
  text = "";
  readonly isTerminal: boolean;
  readonly obeysEscapes: boolean;
  readonly columns: number | undefined;
  /** Whether the reader is still there. */
  isRead = true;
  readonly #decoder = new TextDecoder();

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
        : this.#decoder.decode(chunk);
    }
    return Promise.resolve(this.isRead);
  }
}

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  #time = 0;
  #timers: { readonly due: number; readonly callback: () => void }[] = [];

  readonly now = (): number => this.#time;

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.#time + milliseconds, callback };
    this.#timers.push(timer);
    return () => this.#timers = this.#timers.filter((one) => one !== timer);
  }

  turn(): Promise<void> {
    return Promise.resolve();
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Lets time pass, and lets everything happen that is due. */
  async pass(milliseconds: number): Promise<void> {
    this.#time += milliseconds;
    const due = this.#timers.filter((timer) => timer.due <= this.#time);
    this.#timers = this.#timers.filter((timer) => timer.due > this.#time);
    for (const { callback } of due) callback();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }
}
