/** A query that needs several C-FINDs (`--split`, `--expand`, `--fill-counts`), one after the other. */
import type { ClientAssociation } from "../../../client/client.ts";
import { isWhole } from "../../../client/operation.ts";
import { IncompleteError, StatusError } from "../../../errors.ts";
import type {
  Asking,
  Ending,
  Outcome,
  Step as PlanStep,
} from "../../../plan/step.ts";
import type { FindConfig } from "../../config/run_config.ts";
import type { ResultMatch } from "../../results/sink.ts";
import type { RunQuery } from "../shared/identifiers.ts";
import { asFindscuError } from "../shared/peer.ts";
import type { QuestionContext } from "./question.ts";
import type { FindContext } from "./context.ts";
import { CANCEL_GRACE, findOptions, isOwnEnd, show } from "./runner.ts";

/** Whether a query needs more than one C-FIND. */
export function isPlanned(
  { split, expand, fillCounts }: FindConfig,
): boolean {
  return split !== undefined || expand !== undefined || fillCounts;
}

/** Needs of a plan besides its query; `take` receives the matches. */
export function questionContext(
  { config, dictionary, host }: Pick<
    FindContext,
    "config" | "dictionary" | "host"
  >,
  take: (match: ResultMatch) => void,
): QuestionContext {
  return { config, dictionary, now: host.date().getTime(), take };
}

/** Answers a query; returns whether the run continues. Rejects with the error that ends it. */
export async function runPlanned(
  context: FindContext,
  association: ClientAssociation,
  query: RunQuery,
): Promise<boolean> {
  const fresh: ResultMatch[] = [];
  const asking = await queryPlan(context, query, (match) => fresh.push(match));
  let next = asking.next(undefined);
  while (!next.done) {
    const step = next.value;
    if (step.kind === "pause") throw new TypeError("A query does not wait");
    const ending = await ask(context, association, query, step, fresh);
    if (ending === undefined) return false;
    next = asking.next(ending);
    // Counts and the like are known when a query has ended.
    if (!await pass(context, fresh, query)) return false;
  }
  concludePlan(context, next.value);
  return true;
}

/** The plan of a query. Rejects with `UsageError` if it cannot be divided or followed down. */
export async function queryPlan(
  context: Pick<FindContext, "config" | "dictionary" | "host">,
  query: RunQuery,
  take: (match: ResultMatch) => void,
): Promise<Asking<ResultMatch, Outcome>> {
  const { questionOf } = await import("./question.ts");
  return questionOf(query.dataset, questionContext(context, take));
}

/** Reports proofs and gaps; throws the failure of a plan. */
export function concludePlan(
  { output, tally }: FindContext,
  { gaps, notes }: Outcome,
): void {
  const { own } = output;
  notes.forEach((note, index) => index === 0 ? own.info(note) : own.warn(note));
  for (const { text, error } of gaps) {
    if (error !== undefined) throw error;
    tally.mark(new IncompleteError(text));
    own.warn(`Incomplete: ${text}`);
  }
}

/** Passes on a plan's matches; returns whether more are wanted. */
async function pass(
  context: FindContext,
  fresh: ResultMatch[],
  query: RunQuery,
): Promise<boolean> {
  const { tally, results } = context;
  return fresh.length === 0
    ? !tally.isFull && !results.isGone
    : await show(context, fresh.splice(0), query);
}

/** One C-FIND of a plan; undefined when no more matches are wanted. */
async function ask(
  context: FindContext,
  association: ClientAssociation,
  query: RunQuery,
  step: PlanStep<ResultMatch>,
  fresh: ResultMatch[],
): Promise<Ending | undefined> {
  const { config, results, tally, narrator } = context;
  tally.nextMessageId();
  narrator.sendingStep(query, step.purpose);
  const operation = association.find(findOptions(config, step.identifier));
  let matches = 0;
  try {
    while (operation.result === undefined) {
      const batch = await results.wait(operation.nextBatch());
      matches += batch.length;
      for (const match of batch) step.take(match);
      if (!await pass(context, fresh, query)) {
        if (operation.result === undefined) operation.cancel(CANCEL_GRACE);
        return undefined;
      }
    }
    // An answer that was interrupted does not count.
    if (!isWhole(operation.result)) context.signal.throwIfAborted();
    return { matches, status: operation.result.status };
  } catch (error) {
    const failure = asFindscuError(error);
    if (isOwnEnd(failure)) throw failure;
    return failure instanceof StatusError
      ? { matches, status: failure.status, error: failure }
      : { matches, error: failure };
  }
}
