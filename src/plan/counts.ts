/**
 * Counts that a peer leaves empty, counted by querying the levels below: NumberOf…Related…, ModalitiesInStudy (PS3.4 C.6.1.1 and
 * C.6.2.1). Does not depend on any peer or output.
 */
import {
  emptyElement,
  isEmpty,
  stringsOf,
  textElement,
} from "../codec/values.ts";
import { Dataset } from "../dataset/dataset.ts";
import { QUERY_RETRIEVE_LEVEL, type Tag } from "../dataset/tag.ts";
import {
  ENTITIES,
  MODEL_LEVELS,
  type QueryLevel,
  UNIQUE_KEYS,
} from "../identifier/levels.ts";
import {
  contradicts,
  keyText,
  type LeveledModel,
  queryBelow,
  vrOfKey,
} from "./deal.ts";
import { ask, type Asking, type Gap, gapOf, type PlanMatch } from "./step.ts";

/** Entities that can be counted below another. */
type Countable = QueryLevel | "modalities";

/** The attributes of each level that describe the entities below it. */
const COUNTS: Readonly<
  Record<QueryLevel, readonly (readonly [tag: Tag, what: Countable])[]>
> = {
  PATIENT: [
    [0x00201200, "STUDY"], // NumberOfPatientRelatedStudies
    [0x00201202, "SERIES"], // NumberOfPatientRelatedSeries
    [0x00201204, "IMAGE"], // NumberOfPatientRelatedInstances
  ],
  STUDY: [
    [0x00201206, "SERIES"], // NumberOfStudyRelatedSeries
    [0x00201208, "IMAGE"], // NumberOfStudyRelatedInstances
    [0x00080061, "modalities"], // ModalitiesInStudy
  ],
  SERIES: [
    [0x00201209, "IMAGE"], // NumberOfSeriesRelatedInstances
  ],
  IMAGE: [],
};

const MODALITY: Tag = 0x00080060;

/** Whether an identifier requests a count, of whatever level. */
export function requestsCount(identifier: Dataset): boolean {
  return Object.values(COUNTS).flat().some(([tag]) => identifier.has(tag));
}

/** The known facts about an entity. */
interface Tally {
  readonly counts: Partial<Record<QueryLevel, number>>;
  readonly modalities: readonly string[];
}

/** The match with the counts that it lacks, and why some are still missing. */
export interface Counted {
  /** The elements to set in the match; empty if nothing was missing. */
  readonly elements: Dataset;
  readonly gap: Gap | undefined;
}

/**
 * Counts values that the identifier requests at its level and the match leaves empty. The peer's statements about lower levels are
 * believed if it says something.
 */
export function* counting<M extends PlanMatch>(
  identifier: Dataset,
  level: QueryLevel,
  match: Dataset,
  model: LeveledModel,
): Asking<M, Counted> {
  const elements = new Dataset();
  const missingCounts = COUNTS[level].filter(([tag]) =>
    identifier.has(tag) && isMissing(match, tag)
  );
  if (missingCounts.length === 0) return { elements, gap: undefined };
  const countables = new Set(missingCounts.map(([, what]) => what));
  const tally = yield* new Counter<M>(model).tally(
    level,
    identifier,
    match,
    countables,
  );
  if ("text" in tally) return { elements, gap: tally };
  for (const [tag, what] of missingCounts) {
    if (what === "modalities") {
      elements.set(textElement(tag, "CS", tally.modalities));
    } else {
      elements.set(textElement(tag, "IS", String(tally.counts[what] ?? 0)));
    }
  }
  return { elements, gap: undefined };
}

function isMissing(dataset: Dataset, tag: Tag): boolean {
  const element = dataset.get(tag);
  return element === undefined || isEmpty(element) ||
    stringsOf(element).length === 0;
}

class Counter<M extends PlanMatch> {
  readonly #model: LeveledModel;

  constructor(model: LeveledModel) {
    this.#model = model;
  }

  /** Counts the entities below a match that `asked` found, down to the requested level. */
  *tally(
    level: QueryLevel,
    parentQuery: Dataset,
    match: Dataset,
    countables: ReadonlySet<Countable>,
  ): Asking<M, Tally | Gap> {
    const levels = MODEL_LEVELS[this.#model];
    const below = levels[levels.indexOf(level) + 1];
    if (below === undefined) return { counts: {}, modalities: [] };
    const entity = `${ENTITIES[level][0]} ${keyText(match, level)}`;
    const query = queryBelow(
      {
        level: below,
        identifier: questionOf(below, countables),
        isRestricted: false,
      },
      level,
      parentQuery,
      match,
      this.#model,
    );
    const unknown = (why: string): Gap => ({
      text: `entities below ${entity} cannot be counted: ${why}`,
    });
    if (query === undefined) return unknown("its unique key is missing");
    const children = new Map<string, Dataset>();
    const ending = yield* ask<M>(
      query,
      ({ dataset }) => {
        if (this.#isForeign(query, dataset, below)) return;
        // A match without a key counts as an entity of its own.
        const key = keyText(dataset, below) || String(children.size);
        if (!children.has(key)) children.set(key, dataset);
      },
      `The entities below ${entity}`,
    );
    const gap = gapOf(ending);
    if (gap !== undefined) return { ...gap, ...unknown(gap.text) };
    return yield* this.#sum(below, query, [...children.values()], countables);
  }

  *#sum(
    level: QueryLevel,
    query: Dataset,
    children: readonly Dataset[],
    countables: ReadonlySet<Countable>,
  ): Asking<M, Tally | Gap> {
    const counts: Partial<Record<QueryLevel, number>> = {
      [level]: children.length,
    };
    const modalities = new Set<string>();
    for (const dataset of children) {
      const modality = dataset.get(MODALITY);
      const [name] = modality === undefined ? [] : stringsOf(modality);
      if (name !== undefined) modalities.add(name);
      const deeper = COUNTS[level].filter(([, what]) => countables.has(what));
      const isKnown = deeper.every(([tag]) => !isMissing(dataset, tag));
      const tally = isKnown
        ? tallyIn(dataset, deeper)
        : yield* this.tally(level, query, dataset, countables);
      if ("text" in tally) return tally;
      for (const name of tally.modalities) modalities.add(name);
      for (const [what, count] of Object.entries(tally.counts)) {
        const key = what as QueryLevel;
        counts[key] = (counts[key] ?? 0) + count;
      }
    }
    return { counts, modalities: [...modalities] };
  }

  #isForeign(query: Dataset, match: Dataset, level: QueryLevel): boolean {
    const levels = MODEL_LEVELS[this.#model];
    return levels.slice(0, levels.indexOf(level)).some((above) =>
      contradicts(query, match, above)
    );
  }
}

/** The peer's own statements about an entity. */
function tallyIn(
  dataset: Dataset,
  deeper: readonly (readonly [Tag, Countable])[],
): Tally {
  const counts: Partial<Record<QueryLevel, number>> = {};
  let modalities: readonly string[] = [];
  for (const [tag, what] of deeper) {
    const values = stringsOf(dataset.get(tag)!);
    if (what === "modalities") modalities = values;
    else counts[what] = Number(values[0]) || 0;
  }
  return { counts, modalities };
}

function questionOf(
  level: QueryLevel,
  countables: ReadonlySet<Countable>,
): Dataset {
  const question = Dataset.of(
    textElement(QUERY_RETRIEVE_LEVEL, "CS", level),
    emptyElement(UNIQUE_KEYS[level], vrOfKey(level)),
  );
  for (const [tag, what] of COUNTS[level]) {
    if (!countables.has(what)) continue;
    question.set(emptyElement(tag, what === "modalities" ? "CS" : "IS"));
  }
  if (level === "SERIES" && countables.has("modalities")) {
    question.set(emptyElement(MODALITY, "CS"));
  }
  return question;
}
