/** The one clock of tests: time is a value that the test moves. */
import type { Clock } from "../../src/driver/drive.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  /** Milliseconds since it was made. */
  time = 0;
  /** How much time passes whenever the clock is read. */
  readonly pace: number;
  /** How many turns of the loop were waited for so far. */
  turns = 0;
  /** How many timers were set so far. */
  timers = 0;
  readonly #holdsTurns: boolean;
  #pending: Timer[] = [];

  /** `holdsTurns`: what waits for a turn of the loop goes on with the next `pass`, not at once. */
  constructor(options: { pace?: number; holdsTurns?: boolean } = {}) {
    this.pace = options.pace ?? 0;
    this.#holdsTurns = options.holdsTurns ?? false;
  }

  readonly now = (): number => this.time += this.pace;

  after(milliseconds: number, callback: () => void): () => void {
    this.timers++;
    return this.#wait(this.time + milliseconds, callback);
  }

  turn(): Promise<void> {
    this.turns++;
    if (!this.#holdsTurns) return Promise.resolve();
    return new Promise((resolve) => this.#wait(-Infinity, resolve));
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** Lets time pass, and lets everything happen that is due. */
  async pass(milliseconds: number): Promise<void> {
    await settle();
    this.time += milliseconds;
    const due = this.#pending.filter(({ at }) => at <= this.time);
    this.#pending = this.#pending.filter(({ at }) => at > this.time);
    for (const { callback } of due) callback();
    await settle();
  }

  /** Lets time pass up to the next timer, which goes off; answers whether there was one. */
  next(): boolean {
    const [next] = this.#pending.toSorted((a, b) => a.at - b.at);
    if (next === undefined) return false;
    this.#pending = this.#pending.filter((one) => one !== next);
    this.time = Math.max(this.time, next.at);
    next.callback();
    return true;
  }

  #wait(at: number, callback: () => void): () => void {
    const timer = { at, callback };
    this.#pending.push(timer);
    return () => this.#pending = this.#pending.filter((one) => one !== timer);
  }
}

/** Lets promises settle; nothing that waits for a timer goes on. */
export async function settle(): Promise<void> {
  for (let step = 0; step < 200; step++) await undefined;
}
