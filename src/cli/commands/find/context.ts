/** Types that the parts of a run share, and the one way of stating a query's requirements on its association. */
import type { FindOptions } from "../../../client/client.ts";
import type { Dataset } from "../../../dataset/dataset.ts";
import type { Dictionary } from "../../../dictionary/dictionary.ts";
import type { FindConfig } from "../../config/run_config.ts";
import type { Host } from "../../host.ts";
import type { PreparedList } from "../../lists/prepare.ts";
import type { Console } from "../../log/console.ts";
import type { ResultMatch, RunResults } from "../../results/sink.ts";
import type { Query } from "../identifiers.ts";
import type { MatchChoice } from "../match_choice.ts";
import type { Narrator } from "./narrator.ts";
import type { Tally } from "./tally.ts";

/** The requests of a run, made before anything is sent. */
export interface PreparedFind {
  /** With the usual columns and order of such matches, if the user requests nothing in particular. */
  readonly config: FindConfig;
  readonly queries: readonly Query[];
  readonly dictionary: Dictionary;
  /** The list whose rows fill the query, if there is one. */
  readonly list: PreparedList | undefined;
}

/** A run that answers queries. */
export interface FindContext extends PreparedFind {
  readonly host: Host;
  readonly output: Console;
  /** Ends the run early. */
  readonly signal: AbortSignal;
  readonly narrator: Narrator;
  readonly tally: Tally;
  readonly choice: MatchChoice;
  readonly results: RunResults;
}

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
  query: Query,
): Promise<boolean> {
  const first = tally.nextNumber;
  const shown = await choice.among(matches, query);
  tally.add(matches.length, shown.length);
  await results.take(shown, first);
  tally.addDamaged(shown);
  return !tally.isFull && !results.isGone;
}
