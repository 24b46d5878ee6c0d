/** `--split`: a query as a plan that gets past the limit of its peer. Loaded on demand. */
import type { Dataset } from "../../dataset/dataset.ts";
import type { Dictionary } from "../../dictionary/dictionary.ts";
import type { QueryModel } from "../../identifier/levels.ts";
import { splitting } from "../../plan/split.ts";
import {
  daysOf,
  identityIn,
  isDivisible,
  momentIn,
  narrowedTo,
  preparedFor,
  splitKeyOf,
} from "../../plan/split_key.ts";
import type { Asking, Outcome } from "../../plan/step.ts";
import { endOfTomorrow } from "../../plan/windows.ts";
import type { SplitConfig } from "../config/run_config.ts";
import type { ResultMatch } from "../results/sink.ts";

/** The needs of a split besides the query. */
export interface SplitContext {
  readonly model: QueryModel;
  readonly dictionary: Dictionary;
  /** The present, in milliseconds since 1970 UTC. */
  readonly now: number;
  /** Receives each match once. */
  readonly take: (match: ResultMatch) => void;
}

/** The plan. Throws `UsageError` when there is nothing that the query can be split by. */
export function splitQuery(
  dataset: Dataset,
  { splitBy, peerLimit }: SplitConfig,
  { model, dictionary, now, take }: SplitContext,
): Asking<ResultMatch, Outcome> {
  const key = splitKeyOf(dataset, model, dictionary, splitBy);
  const identifier = preparedFor(dataset, key, model);
  return splitting(identifier, take, {
    keyword: key.keyword,
    days: daysOf(dataset, key),
    end: endOfTomorrow(now),
    byTime: isDivisible(dataset, key),
    narrowed: (date, time) => narrowedTo(identifier, key, date, time),
    momentOf: (match) => momentIn(match.dataset, key),
    identityOf: (match) => identityIn(match.dataset, dataset, model),
    ...(peerLimit !== undefined && { peerLimit }),
  });
}
