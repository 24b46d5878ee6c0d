/**
 * The life of one query: a C-FIND that is sent, its matches as they come, the limits that cancel it, its end and the consequences.
 */
import type {
  ClientAssociation,
  FindOperation,
  FindOptions,
  FindResult,
  Match,
} from "../../../client/client.ts";
import { isWhole } from "../../../client/operation.ts";
import { formatStatus } from "../../../dimse/status.ts";
import {
  CancelledError,
  hintWith,
  IncompleteError,
  StatusError,
} from "../../../errors.ts";
import { isLimitStatus } from "../../../plan/step.ts";
import type { RunQuery } from "../shared/identifiers.ts";
import { asFindscuError, isEndedByUser } from "../shared/peer.ts";
import { withSuspicion } from "../shared/report.ts";
import type { SentQuery } from "./narrator.ts";
import type { Dataset } from "../../../dataset/dataset.ts";
import type { FindConfig } from "../../config/run_config.ts";
import type { ResultMatch } from "../../results/sink.ts";
import type { FindContext } from "./context.ts";

/** How long a peer may go on after a C-CANCEL-RQ that ends the run, in milliseconds. */
export const CANCEL_GRACE = 3_000;

/** A C-FIND as the configuration wants it. */
export function findOptions(
  { model, priority, disableNewVr, compressionLevel }: FindConfig,
  identifier: Dataset,
): FindOptions {
  return {
    abstractSyntax: model.uid,
    identifier,
    priority,
    oldVrs: disableNewVr,
    compressionLevel,
  };
}

/** Shows those matches that are wanted, and counts them; returns whether more are. */
export async function show(
  { choice, tally, results }: FindContext,
  matches: readonly ResultMatch[],
  query: RunQuery,
): Promise<boolean> {
  const first = tally.nextNumber;
  const chosenMatches = await choice.among(matches, query);
  tally.add(matches.length, chosenMatches.length);
  await results.take(chosenMatches, first);
  tally.addDamaged(chosenMatches);
  return !tally.isFull && !results.isGone;
}

/**
 * Sends a query and shows its matches; returns whether the run continues. Rejects with the error that ends it. `wasSent`: the same
 * was sent before.
 */
export async function runQuery(
  context: FindContext,
  association: ClientAssociation,
  query: RunQuery,
  wasSent: boolean,
): Promise<boolean> {
  const { config, dictionary, tally, narrator } = context;
  const messageId = tally.nextMessageId();
  const sent = { query, messageId, wasSent, association, dictionary };
  narrator.sending(sent);
  const cancelAfter = tally.beginQuery();
  const operation = association.find({
    ...findOptions(config, query.dataset),
    ...(cancelAfter > 0 && { cancelAfter }),
  });
  let goesOn: boolean;
  try {
    goesOn = await collect(context, operation, sent);
  } catch (error) {
    if (!isCutShort(error, context)) throw withSuspicion(error, query.warnings);
    addGap(
      context,
      new IncompleteError(
        `The peer's limit was reached before --max-results: ${error.message}`,
        { hint: "--split gets past the limit of a peer" },
      ),
    );
    return true;
  } finally {
    const { result } = operation;
    if (result !== undefined) {
      tally.endQuery(result.final.responses);
      narrator.ended(result);
    }
  }
  if (operation.result !== undefined) {
    conclude(context, operation.result, goesOn);
  }
  return goesOn;
}

/** Receives the matches as they come; returns false when no more are wanted. */
async function collect(
  context: FindContext,
  operation: FindOperation,
  sentQuery: SentQuery,
): Promise<boolean> {
  const { results, tally, narrator, output } = context;
  // Messages so far are not held back while the peer is slow.
  await output.flush();
  let isWanted = true;
  while (operation.result === undefined) {
    let batch: Match[];
    try {
      batch = await results.wait(operation.nextBatch());
    } catch (error) {
      // The requested matches have arrived: how the peer ends does not matter.
      if (!isWanted && (!isOwnEnd(error) || isEndedByUser(error))) return false;
      throw error;
    }
    if (!isWanted) continue;
    for (const [index, part] of tally.parts(batch).entries()) {
      if (index > 0) narrator.cancelling(sentQuery);
      isWanted = await show(context, part, sentQuery.query);
    }
    if (!isWanted && operation.result === undefined) {
      operation.cancel(CANCEL_GRACE);
    }
  }
  return isWanted;
}

/** The consequences of a query's end for the run. */
function conclude(
  context: FindContext,
  result: FindResult,
  goesOn: boolean,
): void {
  const { narrator, signal } = context;
  const { final, meaning } = result;
  const isAskedFor = final.cancelled || !goesOn;
  if (result.category === "warning" && !isAskedFor) {
    addGap(
      context,
      new IncompleteError(
        `The query ended with status ${formatStatus(result.status)}: ${
          final.command.errorComment || meaning
        }`,
        { hint: hintWith(result) },
      ),
    );
  } else if (final.command.errorComment) {
    narrator.comment(final.command.errorComment);
  }
  // A run that is interrupted after the last match is complete.
  const isComplete = !goesOn || isWhole(result);
  if (!isComplete || !isEndedByUser(signal.reason)) signal.throwIfAborted();
  if (result.category === "cancel" && !isAskedFor) {
    throw new CancelledError(
      "cancelled",
      "The query was cancelled before its end: there may be more matches",
    );
  }
}

function addGap(
  { narrator, tally, queries }: FindContext,
  gap: IncompleteError,
): void {
  narrator.gap(gap, tally.gap === undefined);
  tally.addGap(gap, queries.length);
}

/** Whether a query failed at a limit of its peer after matches of which only some were wanted. */
function isCutShort(
  error: unknown,
  { config, tally }: FindContext,
): error is StatusError {
  return error instanceof StatusError && isLimitStatus(error.status) &&
    config.maxResults !== undefined && tally.matches > 0;
}

/** Whether Ctrl-C, the limit of the run, or a defect ended it, as opposed to a peer. */
export function isOwnEnd(error: unknown): boolean {
  const { code } = asFindscuError(error);
  return code === "interrupted" || code === "usage" ||
    code === "local-protocol";
}
