/** A progress bar on the terminal; nothing if no person is looking. */
import { sanitize } from "../../output/sanitize.ts";
import type { OutputStream } from "../host.ts";

const BAR_CELLS = 24;
/** Erases from the cursor to the end of the line (ECMA-48 EL). */
const ERASE = "\r\x1b[K";

/** The progress of something with a known number of steps. */
export class ProgressBar {
  readonly #terminal: OutputStream;
  readonly #what: string;
  readonly #total: number | undefined;
  #isShown = false;

  /** `total`: how many steps there are, if that is known. */
  constructor(terminal: OutputStream, what: string, total?: number) {
    this.#terminal = terminal;
    this.#what = sanitize(what);
    this.#total = total;
  }

  /** Shows the number of steps done. */
  async show(done: number): Promise<void> {
    if (!this.#terminal.obeysEscapes) return;
    this.#isShown = true;
    const text = `${this.#barOf(done)} ${this.#what}`;
    const width = (this.#terminal.columns ?? 80) - 1;
    await this.#terminal.write(ERASE + text.slice(0, width));
  }

  #barOf(done: number): string {
    if (this.#total === undefined) return String(done);
    const filled = Math.floor(BAR_CELLS * done / this.#total);
    const bar = "#".repeat(filled).padEnd(BAR_CELLS, "-");
    return `[${bar}] ${done}/${this.#total}`;
  }

  /** Takes the bar away. */
  async end(): Promise<void> {
    if (this.#isShown) await this.#terminal.write(ERASE);
    this.#isShown = false;
  }
}
