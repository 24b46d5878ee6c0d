/**
 * Repeating steps that failed for a reason that may pass. The results of a repeated step replace the earlier ones, so no match
 * occurs twice. Does not depend on the clock: pauses are yielded, and chance is a function.
 */
import {
  AbortedError,
  type FindscuError,
  RejectedError,
  StatusError,
} from "../errors.ts";
import { RejectResult } from "../pdu/reasons.ts";
import type { Asking, Ending, Step } from "./step.ts";

/** How failures are repeated. */
export interface RetryPolicy {
  /** How often a step is repeated at most; 0 for never. */
  readonly retries: number;
  /** A random number from 0 to below 1, for the length of a pause. */
  readonly random: () => number;
  /** Called before each pause, with its length in milliseconds and how many attempts are left after it. */
  readonly onRetry?: (
    error: FindscuError,
    milliseconds: number,
    retriesLeft: number,
  ) => void;
}

/** The first pause, and the longest one, in milliseconds. Each is twice the one before, and up to half of it is left to chance. */
const FIRST_PAUSE = 1_000;
/** See `FIRST_PAUSE`. */
const LONGEST_PAUSE = 60_000;

/**
 * Whether a failure may pass by itself: a refused or lost connection, a time-out, a transient rejection (PS3.8 9.3.4), an abort. A
 * permanent rejection or a failure status does not, as the peer would answer the same again.
 */
export function mayPass(error: FindscuError | undefined): boolean {
  if (error === undefined || error instanceof StatusError) return false;
  if (error instanceof RejectedError) {
    return error.result === RejectResult.transient;
  }
  if (error instanceof AbortedError) return true;
  return error.code === "connect" || error.code === "closed" ||
    error.code === "timeout";
}

/** The pause before attempt `attempt`, counted from 1 for the first repetition, in milliseconds. */
export function pauseBefore(attempt: number, random: () => number): number {
  const full = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1));
  return Math.round(full * (1 - random() / 2));
}

/**
 * Runs a part of a plan, repeating its steps by the policy. Matches of a step are held back until it succeeded or its last attempt
 * ended; without retries they pass at once.
 */
export function* retrying<M, T>(
  asking: Asking<M, T>,
  policy: RetryPolicy,
): Asking<M, T> {
  if (policy.retries === 0) return yield* asking;
  let next = asking.next(undefined);
  while (!next.done) {
    const want = next.value;
    if (want.kind === "pause") {
      yield want;
      next = asking.next(undefined);
    } else next = asking.next(yield* attempts(want, policy));
  }
  return next.value;
}

function* attempts<M>(
  step: Step<M>,
  policy: RetryPolicy,
): Asking<M, Ending> {
  for (let attempt = 0;; attempt++) {
    const matches: M[] = [];
    const ending = (yield { ...step, take: (match) => matches.push(match) })!;
    const retriesLeft = policy.retries - attempt;
    if (retriesLeft === 0 || !mayPass(ending.error)) {
      for (const match of matches) step.take(match);
      return ending;
    }
    const milliseconds = pauseBefore(attempt + 1, policy.random);
    policy.onRetry?.(ending.error!, milliseconds, retriesLeft - 1);
    yield { kind: "pause", milliseconds };
  }
}
