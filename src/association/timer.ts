/**
 * A timer without a clock. Local calls of the association carry no time, so a timer started by one waits for the
 * next call that does; until then it is due at once, which makes the driver call and pass the time.
 */

/** One deadline, in milliseconds of the caller's clock. */
export class Timer {
  #duration: number | undefined;
  #deadline: number | undefined;

  /** The deadline; undefined while it does not run, was started without a limit, or has not received the time. */
  get deadline(): number | undefined {
    return this.#deadline;
  }

  /** Whether it runs but has not received the time since it was started. */
  get needsClock(): boolean {
    return this.#duration !== undefined && this.#duration !== Infinity &&
      this.#deadline === undefined;
  }

  /** Runs for this number of milliseconds from the next `advance`; `Infinity` never expires. */
  start(duration: number): void {
    this.#duration = duration;
    this.#deadline = undefined;
  }

  /** Forgets the deadline. */
  stop(): void {
    this.#duration = undefined;
    this.#deadline = undefined;
  }

  /** The time is `now`. */
  advance(now: number): void {
    if (this.needsClock) this.#deadline = now + this.#duration!;
  }

  /** Whether the deadline has come. */
  isDue(now: number): boolean {
    return this.#deadline !== undefined && now >= this.#deadline;
  }
}
