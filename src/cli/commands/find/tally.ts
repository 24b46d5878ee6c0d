/** The counts of a run, and the verdict of its limits. Pure: does not depend on any peer, any log or time. */
import { IncompleteError, quantity } from "../../../errors.ts";

/** Limits of a run, and how it numbers matches. */
export interface TallyOptions {
  /** Responses of the run, the final ones included, after which the query under way is cancelled. */
  readonly cancelAfter: number | undefined;
  /** Most matches that are wanted. */
  readonly maxResults: number | undefined;
  /**
   * DCMTK numbers responses: the final one of each query leaves a hole before the matches of the next. Else matches are numbered.
   */
  readonly numbersResponses: boolean;
}

/** Anything that may have lost attributes while it was decoded. */
interface Losing {
  readonly losses: readonly unknown[];
}

/** The counts of a run. */
export class RunTally {
  readonly #options: TallyOptions;
  #matches = 0;
  #damaged = 0;
  #messageId = 0;
  /** Responses of the queries before the one under way, the final ones included. */
  #ended = 0;
  /** Matches of the query under way so far, wanted or not. */
  #responses = 0;
  /** The match of the query under way that a cancel follows; 0 for none. */
  #cancelAt = 0;
  #gaps = 0;
  #gap: IncompleteError | undefined;

  constructor(options: TallyOptions) {
    this.#options = options;
  }

  /** Wanted matches of all queries so far. */
  get matches(): number {
    return this.#matches;
  }

  /** Those of them that lost attributes, as far as they were decoded. */
  get damaged(): number {
    return this.#damaged;
  }

  /** Whether no more matches are wanted. */
  get isFull(): boolean {
    return this.#matches >= (this.#options.maxResults ?? Infinity);
  }

  /** The number of the next match that is shown, from 1. */
  get nextNumber(): number {
    return 1 +
      (this.#options.numbersResponses
        ? this.#ended + this.#responses
        : this.#matches);
  }

  /** Why the answer is known to be incomplete though nothing failed; undefined if it is not. */
  get gap(): IncompleteError | undefined {
    return this.#gap;
  }

  /** The message id of the next request (PS3.7 9.3.2.1): they count up. */
  nextMessageId(): number {
    return ++this.#messageId;
  }

  /** Begins a query; returns after how many of its responses it is to be cancelled, 0 for never. */
  beginQuery(): number {
    const { cancelAfter = 0 } = this.#options;
    this.#responses = 0;
    this.#cancelAt = Math.max(cancelAfter - this.#ended, 0);
    return this.#cancelAt;
  }

  /**
   * Divides matches that have come at the one that a cancel follows: those before it and those after; one part if it is not among
   * them.
   */
  parts<M>(matches: readonly M[]): (readonly M[])[] {
    const before = Math.max(this.#cancelAt - this.#responses, 0);
    return before === 0 || before > matches.length
      ? [matches]
      : [matches.slice(0, before), matches.slice(before)];
  }

  /** Counts matches that have come, and those of them that are wanted. */
  add(responses: number, matches: number): void {
    this.#responses += responses;
    this.#matches += matches;
  }

  /** Counts those that lost attributes among matches that were shown, which is when they are decoded. */
  addDamaged(matches: readonly Losing[]): void {
    for (const { losses } of matches) if (losses.length > 0) this.#damaged++;
  }

  /** Counts matches that an earlier run has shown. */
  addEarlier(matches: number): void {
    this.#matches += matches;
  }

  /** Ends the current query, which had this number of responses, the final one included. */
  endQuery(responses: number): void {
    this.#ended += responses;
    this.#responses = 0;
    this.#cancelAt = 0;
  }

  /** One more of this number of queries is not answered in full. */
  addGap(gap: IncompleteError, queries: number): void {
    this.#gaps++;
    this.#gap = this.#gaps === 1 ? gap : new IncompleteError(
      `${this.#gaps} of ${quantity(queries, "answer")} are incomplete`,
    );
  }

  /** The answer as a whole is incomplete: the first reason counts. */
  mark(gap: IncompleteError): void {
    this.#gap ??= gap;
  }
}
