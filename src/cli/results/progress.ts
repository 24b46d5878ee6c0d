/**
 * The progress line: how many matches came so far, and how fast. On a terminal one line that is drawn again and again and gives
 * way to messages; elsewhere, if it was requested, a line now and then. Does not depend on matches.
 */
import { quantity } from "../../errors.ts";
import type { OutputStream } from "../host.ts";
import { sanitize } from "../../output/sanitize.ts";

/** Answers that come within this time need no progress, in milliseconds. */
const QUIET = 1_000;
/** Between two drawings on a terminal. */
const REDRAW = 150;
/** Between two lines, if the output is not a terminal. */
const LINE = 5_000;
/** The rate is that of about this time. */
const WINDOW = 2_000;

/** Back to the first column, and nothing in the line (ECMA-48 EL). */
const ERASE = "\r\x1b[K";

/** What depends on the run. */
export interface ProgressOptions {
  /** Nothing is shown unless the stream is a terminal, which is found out when there is something to show. */
  readonly needsTerminal?: boolean;
  /** Matches are held until the last one arrives, and a message says so. */
  readonly isSorting?: boolean;
  /** It disappears once there are matches. */
  readonly isBrief?: boolean;
}

/** Shows how far a run is. */
export class Progress {
  readonly #stream: OutputStream;
  readonly #now: () => number;
  readonly #options: ProgressOptions;
  readonly #begin: number;
  #matches = 0;
  #described: (() => string) | undefined;
  #isShown = false;
  #hasEnded = false;
  #isCancelling = false;
  /** When it was drawn last. */
  #drawn = -Infinity;
  /** The last two points of time that the rate is computed from. */
  #earlier: Sample;
  #later: Sample;

  constructor(
    stream: OutputStream,
    now: () => number,
    options: ProgressOptions = {},
  ) {
    this.#stream = stream;
    this.#now = now;
    this.#options = options;
    this.#begin = now();
    this.#earlier = this.#later = { time: this.#begin, matches: 0 };
  }

  /** Takes another text for the line. */
  describe(text: () => string): void {
    this.#described = text;
  }

  /** Says how many matches there are now. */
  count(matches: number): void {
    this.#matches = matches;
    const time = this.#now();
    if (time - this.#later.time < WINDOW) return;
    this.#earlier = this.#later;
    this.#later = { time, matches };
  }

  /** Says from now on that the query is being cancelled. */
  cancelling(): void {
    this.#isCancelling = true;
  }

  /** Whether nothing more will be shown. */
  get isOver(): boolean {
    return this.#hasEnded;
  }

  /** Finds out whether nothing will be shown because the stream is no terminal. */
  lookForTerminal(): void {
    const { needsTerminal } = this.#options;
    if (needsTerminal && !this.#stream.obeysEscapes) this.#hasEnded = true;
  }

  /** Draws the line when it is time to. */
  async show(): Promise<void> {
    const time = this.#now();
    if (this.#hasEnded) return;
    if (!this.#isCancelling) {
      if (time - this.#begin < QUIET) return;
      if (this.#options.isBrief && this.#matches > 0) return await this.hide();
    }
    this.lookForTerminal();
    if (this.#hasEnded) return;
    const { obeysEscapes, columns } = this.#stream;
    if (time - this.#drawn < (obeysEscapes ? REDRAW : LINE)) return;
    this.#drawn = time;
    const text = this.#described?.() ?? this.#text(time);
    if (!obeysEscapes) {
      await this.#stream.write(`${text}\n`);
      return;
    }
    this.#isShown = true;
    // A line that wraps could not be erased.
    await this.#stream.write(
      ERASE + (columns === undefined ? text : text.slice(0, columns - 1)),
    );
  }

  /** Makes room for something else; the next `show` draws it again. */
  async hide(): Promise<void> {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#drawn = -Infinity;
    await this.#stream.write(ERASE);
  }

  /** Nothing more is shown. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    await this.hide();
  }

  #text(time: number): string {
    if (this.#isCancelling) return "cancelling, Ctrl-C again to stop at once";
    const waited = Math.floor((time - this.#begin) / 1000);
    if (this.#matches === 0) return `waiting for the first match, ${waited} s`;
    const { matches, time: since } = this.#earlier;
    const rate = (this.#matches - matches) * 1000 / Math.max(1, time - since);
    const count = `${
      quantity(grouped(this.#matches), "match", "matches")
    } so far`;
    const suffix = this.#options.isSorting ? ", sorted at the end" : "";
    return `${count}, ${grouped(Math.round(rate))}/s, ${waited} s${suffix}`;
  }
}

interface Sample {
  readonly time: number;
  readonly matches: number;
}

/** `1,234,567` */
function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

const BAR_CELLS = 24;
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
  async show(count: number): Promise<void> {
    if (!this.#terminal.obeysEscapes) return;
    this.#isShown = true;
    const text = `${this.#barOf(count)} ${this.#what}`;
    const width = (this.#terminal.columns ?? 80) - 1;
    await this.#terminal.write(ERASE + text.slice(0, width));
  }

  #barOf(count: number): string {
    if (this.#total === undefined) return String(count);
    const filled = Math.floor(BAR_CELLS * count / this.#total);
    const bar = "#".repeat(filled).padEnd(BAR_CELLS, "-");
    return `[${bar}] ${count}/${this.#total}`;
  }

  /** Takes the bar away. */
  async end(): Promise<void> {
    if (this.#isShown) await this.#terminal.write(ERASE);
    this.#isShown = false;
  }
}
