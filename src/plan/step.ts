/**
 * The elements of plans. A plan decides which C-FINDs answer a question; it sends nothing itself. Its parts are synchronous
 * generators: they yield a step or a pause and are resumed with how it ended, so a plan reads like a program and does not depend
 * on any socket, the clock, any chance or promise.
 */
import { quantity } from "../errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { formatStatus, statusInfo } from "../dimse/status.ts";
import type { FindscuError } from "../errors.ts";

/** The part of a match that a plan needs; the runner's own type has more. */
export interface PlanMatch {
  /** The identifier of the response. */
  readonly dataset: Dataset;
}

/** One C-FIND of a plan. */
export interface Step<M> {
  readonly kind: "step";
  /** The identifier to send. Not changed once it is handed out. */
  readonly identifier: Dataset;
  /** The purpose of the step, for messages: a phrase such as `StudyDate 20260101-20260131`; absent for the question itself. */
  readonly purpose?: string;
  /** Receives each match as it arrives. */
  readonly take: (match: M) => void;
}

/** A wait before the next step of the same part of a plan. Other parts go on. */
export interface Pause {
  readonly kind: "pause";
  readonly milliseconds: number;
}

/** How a step ended. */
export interface Ending {
  /** Number of matches that arrived. */
  readonly matches: number;
  /** The final status (PS3.7 Annex C), if there was one. */
  readonly status?: number;
  /** Why there was none, or the meaning of a failure status. */
  readonly error?: FindscuError;
}

/** Part of a plan: yields steps, is resumed with their outcome (a pause has no ending), and returns its result. */
export type Asking<M, T> = Generator<Step<M> | Pause, T, Ending | undefined>;

/** A reason why the answer is known to be incomplete, as a sentence without a period. */
export interface Gap {
  readonly text: string;
  /** The underlying failure; absent for a limit of the peer. */
  readonly error?: FindscuError;
}

/** The outcome of a question. */
export interface Outcome {
  /** Why the answer is incomplete; empty when it is complete. */
  readonly gaps: readonly Gap[];
  /** Further remarks: proofs, and facts that cannot be proved. Sentences without a period. */
  readonly notes: readonly string[];
}

/** A complete answer of which there is nothing to say. */
export const COMPLETE: Outcome = { gaps: [], notes: [] };

/** Runs one C-FIND. */
export function* ask<M>(
  identifier: Dataset,
  take: (match: M) => void,
  purpose?: string,
): Asking<M, Ending> {
  const ending = yield {
    kind: "step",
    identifier,
    take,
    ...(purpose !== undefined && { purpose }),
  };
  return ending!;
}

/** Statuses with which a peer reports that there is more than it returned (PS3.4 C.4.1.1.4 and KK.2.2, PS3.7 C.4.2). */
export function isLimitStatus(status: number | undefined): boolean {
  if (status === undefined) return false;
  return (status >= 0xa700 && status <= 0xa7ff) || status === 0xb001 ||
    status === 0xfe00;
}

/** A question of one step: complete unless the step failed or the peer stopped at a limit. */
export function* once<M>(
  identifier: Dataset,
  take: (match: M) => void,
): Asking<M, Outcome> {
  return outcomeOf(yield* ask(identifier, take));
}

/** The outcome of a question that one step answered. */
export function outcomeOf(ending: Ending): Outcome {
  const gap = gapOf(ending);
  return gap === undefined ? COMPLETE : { gaps: [gap], notes: [] };
}

/** Whether a final status is a warning (PS3.7 Annex C): it succeeded, but not with all. */
function isWarning(status: number | undefined): boolean {
  return status !== undefined && statusInfo(status).category === "warning";
}

/** Why a step did not answer completely, or undefined. */
export function gapOf(ending: Ending): Gap | undefined {
  if (isLimitStatus(ending.status)) {
    return {
      text: `the peer stopped at ${
        quantity(ending.matches, "match", "matches")
      }`,
      ...(ending.error && { error: ending.error }),
    };
  }
  if (ending.error !== undefined) {
    return { text: ending.error.message, error: ending.error };
  }
  return isWarning(ending.status)
    ? {
      text: `the peer ended with the warning ${formatStatus(ending.status!)}`,
    }
    : undefined;
}
