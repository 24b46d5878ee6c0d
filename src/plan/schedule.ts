/**
 * Running the parts of a plan side by side: which step may be sent now, to how many associations at once, how fast, and in which
 * order the results come out. Does not depend on any association: the caller fetches the next step, and reports how each one ended.
 */
import type { Asking, Ending, Step } from "./step.ts";

/** One part of a plan and what it produces. Parts run side by side; their results come out in the order of the parts. */
export interface Part<M, R> {
  /** Its steps; `emit` receives its results as they arrive. */
  readonly run: (emit: (result: R) => void) => Asking<M, void>;
}

/** How fast, and how much at once. */
export interface ScheduleOptions {
  /** Most steps under way at once; one per association. */
  readonly concurrency: number;
  /** Most steps begun a second; Infinity when absent. */
  readonly rate?: number;
}

/** Parts that may run ahead of the first unfinished one, for each association: results that wait are held in memory. */
const AHEAD = 8;

/** A step that may be sent. */
export interface Assigned<M> {
  readonly step: Step<M>;
  /** Hands back how it ended. To be called once. */
  readonly end: (ending: Ending, now: number) => void;
  /** Hands it back unsent instead, to be sent later by another association; from now on one less is used. */
  readonly putBack: () => void;
}

interface Running<M, R> {
  readonly asking: Asking<M, void>;
  readonly results: R[];
  /** Its next step, if it does not wait for anything. */
  ready: Step<M> | undefined;
  /** When its pause is over. */
  due: number | undefined;
  isDone: boolean;
}

/** Runs parts that are given one after the other. All times are milliseconds on one clock. */
export class Schedule<M, R> {
  #concurrency: number;
  /** Milliseconds from one step to the next. */
  readonly #spacing: number;
  readonly #running: Running<M, R>[] = [];
  #underWay = 0;
  #earliest = -Infinity;
  #isClosed = false;

  constructor(options: ScheduleOptions) {
    this.#concurrency = options.concurrency;
    this.#spacing = options.rate === undefined ? 0 : 1000 / options.rate;
  }

  /** Whether another part is wanted: nothing is held that could be sent, and not too much waits for its turn. */
  get wantsPart(): boolean {
    if (this.#isClosed) return false;
    return this.#running.length < this.#concurrency * AHEAD &&
      !this.#running.some(({ ready }) => ready !== undefined);
  }

  /** Adds a part. Runs it until it has a step or waits. */
  add(part: Part<M, R>, now: number): void {
    const results: R[] = [];
    const asking = part.run((result) => results.push(result));
    const running: Running<M, R> = {
      asking,
      results,
      ready: undefined,
      due: undefined,
      isDone: false,
    };
    this.#running.push(running);
    this.#advance(running, undefined, now);
  }

  /** There are no more parts. */
  close(): void {
    this.#isClosed = true;
  }

  /** Whether everything was sent, ended and read. */
  get isDone(): boolean {
    return this.#isClosed && this.#running.length === 0;
  }

  /** The next step that may be sent now, if any. */
  next(now: number): Assigned<M> | undefined {
    if (this.#underWay >= this.#concurrency) return undefined;
    if (now < this.#earliest) return undefined;
    for (const running of this.#running) {
      if (running.due !== undefined && running.due <= now) {
        running.due = undefined;
        this.#advance(running, undefined, now);
      }
      const step = running.ready;
      if (step === undefined) continue;
      running.ready = undefined;
      this.#underWay++;
      this.#earliest = Math.max(now, this.#earliest) + this.#spacing;
      return {
        step,
        end: (ending, at) => {
          this.#underWay--;
          this.#advance(running, ending, at);
        },
        putBack: () => {
          this.#underWay--;
          this.#concurrency--;
          running.ready = step;
        },
      };
    }
    return undefined;
  }

  /** When `next` may answer although nothing ended: a pause is over, or the rate allows another step. */
  wakeAt(): number | undefined {
    if (this.#underWay >= this.#concurrency) return undefined;
    let first: number | undefined;
    for (const { ready, due } of this.#running) {
      const at = ready === undefined ? due : this.#earliest;
      if (at === undefined) continue;
      const possible = Math.max(at, this.#earliest);
      if (first === undefined || possible < first) first = possible;
    }
    return first;
  }

  /** The next result, in the order of the parts. */
  poll(): R | undefined {
    while (true) {
      const first = this.#running[0];
      if (first === undefined) return undefined;
      if (first.results.length > 0) return first.results.shift();
      if (!first.isDone) return undefined;
      this.#running.shift();
    }
  }

  #advance(
    running: Running<M, R>,
    ending: Ending | undefined,
    now: number,
  ): void {
    const { value, done } = running.asking.next(ending);
    if (done || value === undefined) {
      running.isDone = true;
      return;
    }
    if (value.kind === "step") running.ready = value;
    else running.due = now + value.milliseconds;
  }
}
