/**
 * A question about several levels of the query/retrieve hierarchy, dealt out: which keys belong into the query of which level,
 * and how the query below a match is made (PS3.4 C.4.1.3.1.1). Does not depend on any peer.
 */
import { Charset } from "../charset/charset.ts";
import {
  charsetOf,
  emptyElement,
  isEmpty,
  SPECIFIC_CHARACTER_SET,
  stringsOf,
  textElement,
} from "../codec/values.ts";
import { Dataset, type Element, isSequence } from "../dataset/dataset.ts";
import {
  isPrivateCreator,
  QUERY_RETRIEVE_LEVEL,
  type Tag,
} from "../dataset/tag.ts";
import {
  levelOf,
  LEVELS,
  MODEL_LEVELS,
  type QueryLevel,
  UNIQUE_KEYS,
} from "../identifier/levels.ts";
import { combined } from "./combine.ts";

/** The models that have levels. */
export type LeveledModel = keyof typeof MODEL_LEVELS;

/** The query of one level, without the unique keys of the entities above. */
export interface LevelQuery {
  readonly level: QueryLevel;
  readonly identifier: Dataset;
  /** Whether keys restrict it, so that an entity may have nothing below it. */
  readonly isRestricted: boolean;
}

/** The attributes that say how the rest is read, and belong in every query: Specific Character Set, Timezone Offset From UTC. */
const STEERING: ReadonlySet<Tag> = new Set<Tag>([0x00080005, 0x00080201]);

/**
 * Deals the keys of an identifier to the levels from `top` to `bottom`, each with its unique key. Keys above `top` go
 * there. Keys that belong to no level in particular are requested at each, and matched at the lowest, where they must hold.
 */
export function dealKeys(
  identifier: Dataset,
  model: LeveledModel,
  top: QueryLevel,
  bottom: QueryLevel,
): LevelQuery[] {
  const levels = LEVELS.slice(LEVELS.indexOf(top), LEVELS.indexOf(bottom) + 1);
  return levels.map((level) => {
    const dealt = new Dataset();
    dealt.set(textElement(QUERY_RETRIEVE_LEVEL, "CS", level));
    dealt.set(emptyElement(UNIQUE_KEYS[level], vrOfKey(level)));
    let isRestricted = false;
    for (const element of identifier) {
      const { tag } = element;
      if (tag === QUERY_RETRIEVE_LEVEL) continue;
      const own = levelOf(tag, model);
      if (STEERING.has(tag) || isPrivateCreator(tag)) dealt.set(element);
      else if (own === undefined) {
        dealt.set(level === bottom ? element : asReturnKey(element));
        isRestricted ||= level === bottom && hasValue(element);
      } else if (
        own === level ||
        level === top && LEVELS.indexOf(own) < LEVELS.indexOf(top)
      ) {
        dealt.set(element);
        isRestricted ||= hasValue(element);
      }
    }
    return { level, identifier: dealt, isRestricted };
  });
}

/** The VR of the unique key of a level (PS3.6). */
export function vrOfKey(level: QueryLevel): "LO" | "UI" {
  return level === "PATIENT" ? "LO" : "UI";
}

/** The key without its value: the attribute is requested, not matched. */
function asReturnKey(element: Element): Element {
  return isSequence(element)
    ? { ...element, items: [] }
    : emptyElement(element.tag, element.vr);
}

function hasValue(element: Element): boolean {
  return isSequence(element)
    ? element.items.some(({ dataset }) => [...dataset].some(hasValue))
    : !isEmpty(element);
}

/**
 * The query for the entities below a match: the keys of the lower level, the unique key of the match, and those of the levels above
 * it that the query had which found it. Undefined if the match has no unique key.
 */
export function queryBelow(
  lower: LevelQuery,
  level: QueryLevel,
  query: Dataset,
  match: Dataset,
  model: LeveledModel,
): Dataset | undefined {
  const own = match.get(UNIQUE_KEYS[level]);
  if (own === undefined || isEmpty(own)) return undefined;
  const levels = MODEL_LEVELS[model];
  const above = levels.slice(0, levels.indexOf(level)).map((one) =>
    query.get(UNIQUE_KEYS[one])
  ).filter((key) => key !== undefined && !isEmpty(key)) as Element[];
  return combined([
    part(above, query),
    part([own], match),
    lower.identifier,
  ]);
}

/** Some elements of a dataset, with the encoding of their text. */
function part(elements: readonly Element[], source: Dataset): Dataset {
  const charset = source.get(SPECIFIC_CHARACTER_SET);
  return Dataset.of(...charset === undefined ? [] : [charset], ...elements);
}

/** Unique key of a level as text; empty if there is none. */
export function keyText(dataset: Dataset, level: QueryLevel): string {
  const element = dataset.get(UNIQUE_KEYS[level]);
  if (element === undefined) return "";
  return stringsOf(element, charsetOf(dataset, Charset.ascii)).join("\\");
}

/** Whether a match says that it belongs to another entity of a level above it than the one that was queried. */
export function contradicts(
  query: Dataset,
  match: Dataset,
  level: QueryLevel,
): boolean {
  const queryText = keyText(query, level);
  const matchText = keyText(match, level);
  return queryText !== "" && matchText !== "" && queryText !== matchText;
}
