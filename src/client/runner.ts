/**
 * Feeds the steps of a schedule to one or several associations, opens them again when they break, and hands out the results in
 * their order. Does not depend on the command line or files.
 */
import type { Dataset } from "../dataset/dataset.ts";
import type { Clock } from "../driver/drive.ts";
import { FindscuError, StatusError } from "../errors.ts";
import type { Assigned, Part, Schedule } from "../plan/schedule.ts";
import type { Ending, Step } from "../plan/step.ts";
import type { ClientAssociation } from "./client_association.ts";
import { type FindOperation, isWhole, type Match } from "./operation.ts";

/** The dependencies of a runner. */
export interface RunnerOptions<R> {
  readonly schedule: Schedule<Match, R>;
  /** The next part of the plan, undefined when there are no more. Not called again before it resolves. */
  readonly nextPart: () => Promise<Part<Match, R> | undefined>;
  readonly open: () => Promise<ClientAssociation>;
  /** Ends an association in order. */
  readonly close: (association: ClientAssociation) => Promise<void>;
  readonly find: (
    association: ClientAssociation,
    identifier: Dataset,
  ) => FindOperation;
  /** Most associations at once. */
  readonly associations: number;
  readonly clock: Clock;
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** The peer accepts no more associations than these. */
  readonly onFewer: (associations: number, error: FindscuError) => void;
  /** Called before each step is sent. */
  readonly onStep?: (step: Step<Match>) => void;
}

/** A place for one association. */
interface Slot {
  association: ClientAssociation | undefined;
  isBusy: boolean;
  /** C-FINDs that the association has answered. */
  answered: number;
}

/** Runs a plan. */
export class Runner<R> {
  readonly #options: RunnerOptions<R>;
  readonly #slots: Slot[];
  readonly #unreachable = new WeakSet<FindscuError>();
  #failure: unknown;
  #isFetching = false;
  #wake = () => {};

  constructor(options: RunnerOptions<R>) {
    this.#options = options;
    this.#slots = Array.from({ length: options.associations }, () => ({
      association: undefined,
      isBusy: false,
      answered: 0,
    }));
    options.signal.addEventListener("abort", this.#interrupt, { once: true });
  }

  readonly #interrupt = () => this.#wake();

  /** The next result; undefined after the last one. Rejects with the error that ends the run: an interruption, a defect. */
  async next(): Promise<R | undefined> {
    const { schedule, now, signal, clock } = this.#options;
    while (true) {
      if (this.#failure !== undefined) throw this.#failure;
      const result = schedule.poll();
      if (result !== undefined) return result;
      if (schedule.isDone) return undefined;
      let stop = () => {};
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      // An association that is busy hears of the interruption itself, and says how it ended.
      if (signal.aborted && !this.#slots.some(({ isBusy }) => isBusy)) {
        throw signal.reason;
      }
      if (!signal.aborted) {
        // Each query sent makes room for the next part, which another association may send meanwhile.
        this.#dispatch();
        this.#fetch();
        const at = schedule.wakeAt();
        if (at !== undefined) {
          stop = clock.after(Math.max(0, at - now()), () => this.#wake());
        }
      }
      await woken;
      stop();
    }
  }

  /** Whether a failure means that no association could be opened, as opposed to one that a query met with. */
  isUnreachable(error: FindscuError): boolean {
    return this.#unreachable.has(error);
  }

  /** Makes sure that there is an association; resolves with the failure if there can be none. */
  async reach(): Promise<FindscuError | undefined> {
    if (this.#slots.some(({ association }) => association?.isOpen)) {
      return undefined;
    }
    const slot = this.#slots.find(({ isBusy }) => !isBusy);
    if (slot === undefined) return undefined;
    slot.isBusy = true;
    try {
      slot.association = await this.#options.open();
      slot.answered = 0;
      return undefined;
    } catch (error) {
      if (error instanceof FindscuError) return error;
      throw error;
    } finally {
      slot.isBusy = false;
      this.#wake();
    }
  }

  /** Ends all associations, in order if that is possible; throws the first failure of that. */
  async end(): Promise<void> {
    this.#options.signal.removeEventListener("abort", this.#interrupt);
    let failure: unknown;
    for (const slot of this.#slots) {
      const { association } = slot;
      if (association === undefined) continue;
      try {
        if (association.isOpen && !slot.isBusy) {
          await this.#options.close(association);
        }
      } catch (error) {
        failure ??= error;
      } finally {
        await association.abort();
      }
    }
    if (failure !== undefined) throw failure;
  }

  /** Gets another part if one is wanted. */
  #fetch(): void {
    const { schedule, nextPart, now } = this.#options;
    if (this.#isFetching || !schedule.wantsPart) return;
    this.#isFetching = true;
    nextPart().then((part) => {
      if (part === undefined) schedule.close();
      else schedule.add(part, now());
    }).catch((error) => {
      this.#failure ??= error;
    }).finally(() => {
      this.#isFetching = false;
      this.#wake();
    });
  }

  /** Gives steps to associations that have nothing to do; those that are open come first. */
  #dispatch(): void {
    const { schedule, now } = this.#options;
    while (true) {
      const idle = this.#slots.filter(({ isBusy }) => !isBusy);
      const slot = idle.find(({ association }) => association?.isOpen) ??
        idle[0];
      const assigned = slot && schedule.next(now());
      if (slot === undefined || assigned === undefined) return;
      slot.isBusy = true;
      this.#run(slot, assigned).catch((error) => {
        this.#failure ??= error;
      }).finally(() => {
        slot.isBusy = false;
        this.#wake();
      });
    }
  }

  async #run(slot: Slot, assigned: Assigned<Match>): Promise<void> {
    const { open, now, onStep, onFewer } = this.#options;
    const { step, end, putBack } = assigned;
    if (slot.association?.isOpen !== true) {
      try {
        slot.association = await open();
        slot.answered = 0;
      } catch (error) {
        const failure = passing(error);
        const openSlots = this.#slots.filter(({ association }) =>
          association?.isOpen
        );
        if (openSlots.length > 0) {
          this.#slots.splice(this.#slots.indexOf(slot), 1);
          putBack();
          onFewer(this.#slots.length, failure);
          return;
        }
        this.#unreachable.add(failure);
        end({ matches: 0, error: failure }, now());
        return;
      }
    }
    onStep?.(step);
    const ending = await this.#ask(slot, slot.association, step);
    if (ending !== undefined) end(ending, now());
    else await this.#run(slot, assigned);
  }

  /** One C-FIND; undefined if it is to be sent again on a new association. */
  async #ask(
    slot: Slot,
    association: ClientAssociation,
    step: Step<Match>,
  ): Promise<Ending | undefined> {
    let matches = 0;
    try {
      const operation = this.#options.find(association, step.identifier);
      while (operation.result === undefined) {
        const batch = await operation.nextBatch();
        matches += batch.length;
        for (const match of batch) step.take(match);
      }
      slot.answered++;
      // An answer that was interrupted does not count.
      if (!isWhole(operation.result)) this.#options.signal.throwIfAborted();
      return { matches, status: operation.result.status };
    } catch (error) {
      const failure = passing(error);
      if (failure instanceof StatusError) {
        slot.answered++;
        return { matches, status: failure.status, error: failure };
      }
      await association.abort();
      slot.association = undefined;
      // Some peers close an association after a query or a while: a request sent then was not received.
      const wasUnheard = matches === 0 && slot.answered > 0 &&
        (failure.code === "closed" || failure.code === "aborted");
      return wasUnheard ? undefined : { matches, error: failure };
    }
  }
}

/** Failures that a plan can deal with; anything else ends the run. */
function passing(error: unknown): FindscuError {
  if (!(error instanceof FindscuError)) throw error;
  const { code } = error;
  if (code === "interrupted" || code === "usage" || code === "local-protocol") {
    throw error;
  }
  return error;
}
