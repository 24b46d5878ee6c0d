/**
 * One query from beginning to end, on an association of its own: opened when the first match is requested, released after the last.
 * Ending it early cancels the query and releases the association, or aborts it when the peer does not follow at once: nobody waits
 * for what nobody wants.
 */
import { EXPLICIT_LE, IMPLICIT_LE } from "../codec/transfer_syntax.ts";
import { systemClock } from "../driver/drive.ts";
import { CancelledError, FindscuError } from "../errors.ts";
import { connect } from "./client.ts";
import type { ClientAssociation } from "./client_association.ts";
import type {
  FindOperation,
  FindOptions,
  FindResult,
  Match,
} from "./operation.ts";
import type { ConnectOptions } from "./settings.ts";

/** How long a query that is abandoned early may take to end in order, in milliseconds; then the association is aborted. */
const LEAVING_TIME = 50;

/** Everything that a query needs: the peer and the question. */
export type QueryOptions = ConnectOptions & FindOptions;

/** A query as an object. It sends nothing before it is iterated. */
export function find(options: QueryOptions): Query {
  return new Query(options);
}

/**
 * The matches of a query, to iterate over once. Iteration throws the errors of `errors.ts`; matches before that are good. Leaving
 * the loop, `return()`, `using` and `await using` end it at once, also while the next match is being waited for.
 */
export class Query
  implements AsyncIterableIterator<Match, FindResult | undefined, undefined> {
  readonly #options: QueryOptions;
  readonly #leaving = new AbortController();
  #association: ClientAssociation | undefined;
  #operation: FindOperation | undefined;
  #result: FindResult | undefined;
  #isOver = false;
  /** The call that is under way, which the next one waits for. */
  #turn: Promise<unknown> = Promise.resolve();
  #end: Promise<void> | undefined;
  #unlisten = () => {};

  /** Made by `find`. */
  constructor(options: QueryOptions) {
    this.#options = options;
  }

  /** How it ended: status, number of matches, final response. Undefined before it did, and if it was left or failed. */
  get result(): FindResult | undefined {
    return this.#result;
  }

  /** Number of matches so far. */
  get matches(): number {
    return this.#operation?.matches ?? 0;
  }

  /** Itself: it is iterated over once. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next match; at the end, how the query ended. */
  next(): Promise<IteratorResult<Match, FindResult | undefined>> {
    const turn = this.#turn.then(() => this.#next());
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** All matches that are still to come. */
  async all(): Promise<Match[]> {
    const matches: Match[] = [];
    for await (const match of this) matches.push(match);
    return matches;
  }

  /**
   * Requests the peer to stop (C-CANCEL-RQ) and continues: matches may still come until it does. Returns whether the request was
   * sent.
   */
  cancel(): boolean {
    return this.#operation?.cancel() ?? false;
  }

  /** Ends the query, as leaving a loop does. */
  async return(): Promise<IteratorResult<Match, FindResult | undefined>> {
    this.#end ??= this.#leave();
    await this.#end;
    return { done: true, value: this.#result };
  }

  /** Ends the query, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Ends the query, for `using`, without waiting until it has. */
  [Symbol.dispose](): void {
    void this.return();
  }

  async #next(): Promise<IteratorResult<Match, FindResult | undefined>> {
    if (this.#isOver) return { done: true, value: this.#result };
    try {
      this.#operation ??= await this.#start();
      const next = await this.#operation.next();
      if (this.#isLeft) return { done: true, value: undefined };
      if (!next.done) return next;
      this.#isOver = true;
      await this.#association!.release();
      this.#result = this.#operation.result;
      return { done: true, value: this.#result };
    } catch (error) {
      if (this.#isLeft) return { done: true, value: undefined };
      this.#isOver = true;
      if (error instanceof FindscuError && error.code === "status") {
        await this.#association?.release().catch(() => {}); // the status says more
      }
      throw error;
    } finally {
      if (this.#isOver && !this.#isLeft) {
        this.#unlisten();
        await this.#association?.abort();
      }
    }
  }

  get #isLeft(): boolean {
    return this.#leaving.signal.aborted;
  }

  async #start(): Promise<FindOperation> {
    const { signal } = this.#options;
    const leaving = this.#leaving.signal;
    // Once the association is open, leaving is done in order and not by the signal.
    const opening = new AbortController();
    const giveUp = () => opening.abort(leaving.reason);
    leaving.addEventListener("abort", giveUp, { once: true });
    if (leaving.aborted) giveUp();
    const interrupt = () => opening.abort(signal?.reason);
    signal?.addEventListener("abort", interrupt, { once: true });
    this.#unlisten = () => signal?.removeEventListener("abort", interrupt);
    if (signal?.aborted) interrupt();
    this.#association = await connect({
      contexts: [{
        abstractSyntax: this.#options.abstractSyntax,
        transferSyntaxes: [EXPLICIT_LE.uid, IMPLICIT_LE.uid],
      }],
      ...this.#options,
      signal: opening.signal,
    });
    leaving.removeEventListener("abort", giveUp);
    return this.#association.find(this.#options);
  }

  async #leave(): Promise<void> {
    const isRunning = !this.#isOver;
    this.#isOver = true;
    if (!isRunning) return void await this.#turn;
    this.#leaving.abort(
      new CancelledError(
        "interrupted",
        "The query was abandoned before its end",
      ),
    );
    const clock = this.#options.clock ?? systemClock;
    const stopTimer = clock.after(
      LEAVING_TIME,
      () => void this.#association?.abort(),
    );
    try {
      // A call that waits for a match gets the end instead.
      this.#operation?.cancel();
      await this.#turn;
      await this.#operation?.return();
      if (this.#association?.isOpen) await this.#association.release();
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
    } finally {
      stopTimer();
      this.#unlisten();
      await this.#association?.abort();
    }
  }
}
