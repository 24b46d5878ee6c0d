/**
 * One query of a run as a plan: divided at the limit of the peer (`--split`), followed down the levels (`--expand`), with the
 * counts that the peer leaves empty (`--fill-counts`). Loaded when one of them is used.
 */
import { QUERY_RETRIEVE_LEVEL } from "../../../dataset/tag.ts";
import { Charset, type CharsetOptions } from "../../../charset/charset.ts";
import { emptyElement, stringsOf } from "../../../codec/values.ts";
import type { Dataset } from "../../../dataset/dataset.ts";
import type { Dictionary } from "../../../dictionary/dictionary.ts";
import { StatusError, UsageError } from "../../../errors.ts";
import {
  LEVELS,
  MODEL_LEVELS,
  type QueryLevel,
  type QueryModel,
  queryModelOf,
  UNIQUE_KEYS,
} from "../../../identifier/levels.ts";
import { combined } from "../../../plan/combine.ts";
import { counting } from "../../../plan/counts.ts";
import { dealKeys, type LeveledModel, vrOfKey } from "../../../plan/deal.ts";
import {
  type Answerer,
  type Branch,
  descending,
} from "../../../plan/descend.ts";
import {
  ask,
  type Asking,
  type Gap,
  type Outcome,
  outcomeOf,
} from "../../../plan/step.ts";
import type { FindConfig, SplitConfig } from "../../config/run_config.ts";
import type { ResultMatch } from "../../results/sink.ts";
import { DerivedMatch } from "./derived_match.ts";
import { splitting } from "../../../plan/split.ts";
import {
  daysOf,
  identityIn,
  isDivisible,
  momentIn,
  narrowedTo,
  preparedFor,
  splitKeyOf,
} from "../../../plan/split_key.ts";
import { endOfTomorrow } from "../../../plan/windows.ts";

/** The needs of a plan besides the query. */
export interface QuestionContext {
  readonly config: Pick<
    FindConfig,
    "model" | "split" | "expand" | "fillCounts" | "results"
  >;
  readonly dictionary: Dictionary;
  /** The present, in milliseconds since 1970 UTC. */
  readonly now: number;
  /** Receives each match once. */
  readonly take: (match: ResultMatch) => void;
}

/** The plan. Throws `UsageError` when the query cannot be divided, or has no levels. */
export function questionOf(
  dataset: Dataset,
  context: QuestionContext,
): Asking<ResultMatch, Outcome> {
  const { config, take } = context;
  const { split, expand, fillCounts } = config;
  const model = queryModelOf(config.model.name);
  const plain: Answerer<ResultMatch> = function* (
    identifier,
    _,
    take,
    purpose,
  ) {
    return outcomeOf(yield* ask(identifier, take, purpose));
  };
  const divided: Answerer<ResultMatch> = split === undefined
    ? plain
    : (identifier, level, take, purpose) =>
      purpose === undefined
        ? splitQuery(identifier, split, { ...context, model, take })
        : plain(identifier, level, take, purpose);
  if (!fillCounts && expand === undefined) {
    return divided(dataset, "STUDY", take, undefined);
  }
  if (!(model in MODEL_LEVELS)) {
    throw new UsageError("--fill-counts needs a model with levels", {
      hint: "Query the study root (-S) or the patient root (-P)",
    });
  }
  const leveled = model as LeveledModel;
  const element = dataset.get(QUERY_RETRIEVE_LEVEL);
  const [levelText] = element === undefined ? [] : stringsOf(element);
  const top = LEVELS.find((level) => level === levelText);
  if (top === undefined) {
    throw new UsageError(
      `"${levelText ?? ""}" is not a level to start from`,
      { hint: "Give --level patient, study, series or image" },
    );
  }
  const answer = fillCounts ? filling(divided, leveled) : divided;
  if (expand === undefined) return answer(dataset, top, take, undefined);
  const levels = dealKeys(dataset, leveled, top, expand);
  // A query that cannot be split is refused before anything is sent.
  if (split !== undefined) {
    splitQuery(levels[0]!.identifier, split, { ...context, model });
  }
  return descending({
    model: leveled,
    levels,
    answer,
    take: (branch) => take(flat(branch, config.results)),
  });
}

/** Answers with the counts that the peer leaves empty. Only one query runs at a time, so they follow all matches. */
function filling(
  answer: Answerer<ResultMatch>,
  model: LeveledModel,
): Answerer<ResultMatch> {
  return function* (question, level: QueryLevel, take, purpose) {
    const identifier = identifiedBy(question, level);
    const matches: ResultMatch[] = [];
    let uncounted = 0;
    const outcome = yield* answer(
      identifier,
      level,
      (match) => matches.push(match),
      purpose,
    );
    const gaps: Gap[] = [...outcome.gaps];
    for (const match of matches) {
      const isOver = gaps.some(({ error }) =>
        error !== undefined && !(error instanceof StatusError)
      );
      if (isOver) {
        take(match);
        continue;
      }
      const { elements, gap } = yield* counting<ResultMatch>(
        identifier,
        level,
        match.dataset,
        model,
      );
      if (gap !== undefined) {
        // A refused count leaves the match as it came; only a lost association ends the run.
        const { text, error } = gap;
        if (error !== undefined && !(error instanceof StatusError)) {
          gaps.push(gap);
        } else if (uncounted++ < REPORTED) gaps.push({ text });
      }
      take(elements.size === 0 ? match : amended(match, elements));
    }
    if (uncounted > REPORTED) {
      gaps.push({
        text: `and ${uncounted - REPORTED} more like it`,
      });
    }
    return { ...outcome, gaps };
  };
}

/** The question, with the unique key that identifies entities below a match. */
function identifiedBy(question: Dataset, level: QueryLevel): Dataset {
  const tag = UNIQUE_KEYS[level];
  if (question.has(tag)) return question;
  const identifier = question.clone();
  identifier.set(emptyElement(tag, vrOfKey(level)));
  return identifier;
}

/** How many matches that cannot be counted are reported one by one. */
const REPORTED = 3;

function amended(match: ResultMatch, elements: Dataset): ResultMatch {
  const dataset = match.dataset.clone();
  for (const element of elements) dataset.set(element);
  return new DerivedMatch(match, { dataset });
}

/** A match of the lowest level with the attributes of all levels. */
function flat(
  { above, match }: Branch<ResultMatch>,
  { assumeCharset, charsetMap }: FindConfig["results"],
): ResultMatch {
  const datasets = above.map(({ dataset }) => dataset);
  const own = match.dataset;
  const options: CharsetOptions = {
    ...assumeCharset.length > 0 && { assume: assumeCharset },
    ...charsetMap.size > 0 && { map: charsetMap },
  };
  return new DerivedMatch(match, {
    dataset: combined([...datasets, own], Charset.of([], options), options),
    above: datasets,
    own,
    losses: [...above, match].flatMap(({ losses }) => losses),
  });
}

/** `--split`: a plan that gets past the limit of the peer. Throws `UsageError` when the query cannot be split by anything. */
function splitQuery(
  dataset: Dataset,
  { splitBy, peerLimit }: SplitConfig,
  { model, dictionary, now, take }: Omit<QuestionContext, "config"> & {
    readonly model: QueryModel;
  },
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
