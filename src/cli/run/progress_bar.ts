/** A bar on the terminal that tells how far something has come; nothing where no person is looking. */
import type { Host } from "../host.ts";

const BAR_CELLS = 24;
/** Erases from the cursor to the end of the line (ECMA-48 EL). */
const ERASE = "\r\x1b[K";

/** The progress of something with a known number of steps. */
export class ProgressBar {
  readonly #host: Host;
  readonly #what: string;
  readonly #total: number;
  #isShown = false;

  constructor(host: Host, what: string, total: number) {
    this.#host = host;
    this.#what = what;
    this.#total = total;
  }

  /** Shows that so many steps are done. */
  async show(done: number): Promise<void> {
    const { stderr } = this.#host;
    if (!stderr.isTerminal) return;
    this.#isShown = true;
    const filled = Math.floor(BAR_CELLS * done / this.#total);
    const bar = "#".repeat(filled).padEnd(BAR_CELLS, "-");
    const text = `[${bar}] ${done}/${this.#total} ${this.#what}`;
    await stderr.write(ERASE + text.slice(0, (stderr.columns ?? 80) - 1));
  }

  /** Takes the bar away. */
  async end(): Promise<void> {
    if (this.#isShown) await this.#host.stderr.write(ERASE);
    this.#isShown = false;
  }
}
