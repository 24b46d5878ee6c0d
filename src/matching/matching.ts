/**
 * Attribute matching (PS3.4 C.2.2.2, K.2.2.2): an identifier compiled into conditions once, tried on any number of entities.
 * Text is compared after decoding both sides from their own character sets. Does not depend on levels, models or archives.
 */
import type { Charset } from "../charset/charset.ts";
import { charsetOf, isEmpty, stringsOf, withKnownVr } from "../codec/values.ts";
import {
  type Dataset,
  type Element,
  isSequence,
  type SequenceElement,
} from "../dataset/dataset.ts";
import { isGroupLength, NEVER_MATCHED, type Tag } from "../dataset/tag.ts";
import { type Vr, vrInfo } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { parseKeySpan, type Span } from "./temporal.ts";
import { combinedPairs } from "./combined.ts";
import {
  type Attribute,
  type Condition,
  type Lookup,
  lookupInItem,
  offsetIn,
  offsetOf,
} from "./attribute.ts";
import { inZone } from "./zone.ts";
import { hasWildcard, normal } from "./text_match.ts";
import {
  keyValues,
  plainTest,
  type ValueOptions,
  WILDCARD_VRS,
} from "./value_match.ts";

/** Negotiated or chosen options of matching (PS3.4 C.5.1.1). */
export interface MatchOptions extends ValueOptions {
  /** Date and time ranges of one pair are matched as one date-time. */
  readonly combinedDateTime?: boolean;
  /** A key of two quotation marks matches an attribute that is absent or of zero length (C.2.2.2.7). */
  readonly emptyValue?: boolean;
  /** Dates and times are matched and answered in the time zone of the identifier, if it names one (C.2.2.2.1.3). */
  readonly timezoneAdjustment?: boolean;
  /** For elements that came as UN. The standard's when absent. */
  readonly dictionary?: Dictionary;
}

/**
 * The first of some conditions that an entity does not fulfil. One on an attribute that no dictionary names and that is not stored
 * counts as not supported: it matches everything (PS3.4 C.2.2.1.3).
 */
function firstUnfulfilled(
  lookup: Lookup,
  conditions: readonly Condition[],
  dictionary: Dictionary,
): Condition | undefined {
  return conditions.find((condition) =>
    !condition.test(lookup) &&
    (dictionary.entry(condition.tag) !== undefined ||
      lookup(condition.tag) !== undefined)
  );
}

/** Tries conditions on many entities and remembers which of them none fulfilled. */
export class ConditionTally {
  readonly #dictionary: Dictionary;
  readonly #openConditions: Set<Condition>;
  readonly #tried = new Set<Condition>();

  constructor(conditions: readonly Condition[], dictionary: Dictionary) {
    this.#openConditions = new Set(conditions);
    this.#dictionary = dictionary;
  }

  /** Whether an entity fulfils these conditions, which are tried one after the other. */
  fulfils(lookup: Lookup, conditions: readonly Condition[]): boolean {
    const failedCondition = firstUnfulfilled(
      lookup,
      conditions,
      this.#dictionary,
    );
    if (this.#openConditions.size === 0) return failedCondition === undefined;
    // Another condition may hold for an entity that fails the first one: those that never did are tried all.
    for (const condition of conditions) {
      if (!this.#openConditions.has(condition)) continue;
      this.#tried.add(condition);
      if (
        condition !== failedCondition &&
        firstUnfulfilled(lookup, [condition], this.#dictionary) === undefined
      ) this.#openConditions.delete(condition);
    }
    return failedCondition === undefined;
  }

  /** The attributes whose condition was tried and held for no entity. */
  get unfulfilled(): Tag[] {
    return [...this.#openConditions].filter((one) => this.#tried.has(one))
      .map(({ tag }) => tag);
  }
}

/** VRs whose values are compared as text, without any meaning of their own. */
const EXACT_VRS: ReadonlySet<Vr> = new Set<Vr>([
  "AE",
  "CS",
  "LO",
  "SH",
  "UC",
  "UI",
  "UR",
]);

/** Whether a key matches entities without a value (PS3.4 C.2.2.2.7). */
function asksForEmpty(key: Element, charset: Charset): boolean {
  if (vrInfo(key.vr).kind !== "text") return false;
  const values = stringsOf(key, charset);
  return values.length === 1 && values[0] === '""';
}

/** The compiled keys of an identifier or of a sequence item. */
export class KeySet {
  /** The conditions; keys that match everything have none. */
  readonly conditions: readonly Condition[];
  /** The keys of sequence items that name attributes, by the sequence's tag. */
  readonly items: ReadonlyMap<Tag, KeySet>;
  /** All keys, matching and return keys alike, in tag order; without group lengths. */
  readonly keys: readonly Element[];
  readonly #dictionary: Dictionary;
  /** The time zone to match and answer in; undefined for that of each dataset. */
  readonly #zone: number | undefined;

  private constructor(
    keys: readonly Element[],
    conditions: readonly Condition[],
    items: ReadonlyMap<Tag, KeySet>,
    dictionary: Dictionary,
    zone: number | undefined,
  ) {
    this.keys = keys;
    this.conditions = conditions;
    this.items = items;
    this.#dictionary = dictionary;
    this.#zone = zone;
  }

  /**
   * Compiles keys.
   * @param inherited the character set that holds if the dataset declares none
   * @param offset minutes east of UTC for date-times without offset, from an enclosing dataset
   */
  static compile(
    identifier: Dataset,
    inherited: Charset,
    options: MatchOptions = {},
    offset?: number,
  ): KeySet {
    const dictionary = options.dictionary ?? Dictionary.standard;
    const charset = charsetOf(identifier, inherited);
    const zone = offsetIn(identifier) ?? offset;
    const keys = Array.from(identifier)
      .filter((element) => !isGroupLength(element.tag))
      .map((element) => withKnownVr(element, dictionary));
    const items = new Map<Tag, KeySet>();
    const conditions: Condition[] = [];
    const combined = options.combinedDateTime === true
      ? combinedPairs(keys)
      : new Map<Tag, Condition>();
    for (const key of keys) {
      if (NEVER_MATCHED.has(key.tag)) continue;
      if (isSequence(key)) {
        const item = key.items[0]?.dataset;
        if (item === undefined || item.size === 0) continue;
        const itemKeys = KeySet.compile(item, charset, options, zone);
        items.set(key.tag, itemKeys);
        if (itemKeys.conditions.length > 0) {
          conditions.push(sequenceCondition(key, itemKeys));
        }
        continue;
      }
      const pair = combined.get(key.tag);
      if (pair !== undefined) {
        if (pair.tag === key.tag) conditions.push(pair);
        continue;
      }
      const condition = plainCondition(key, charset, options, zone, dictionary);
      if (condition !== undefined) conditions.push(condition);
    }
    const isAdjusted = options.timezoneAdjustment === true &&
      zone !== undefined;
    return new KeySet(
      keys,
      isAdjusted ? conditions.map(onNeighbouringDays) : conditions,
      items,
      dictionary,
      isAdjusted ? zone : undefined,
    );
  }

  /**
   * How to look into an entity as its attributes are matched and answered: with dates and times in the time zone that is agreed on.
   */
  adjusted(lookup: Lookup): Lookup {
    return this.#zone === undefined ? lookup : inZone(lookup, this.#zone);
  }

  /** Whether all conditions hold. */
  matches(lookup: Lookup): boolean {
    return this.conditions.every((condition) => condition.test(lookup));
  }

  /** The datasets of a sequence's items that match, also of one that came as UN. None if the element is not a sequence. */
  matchingItems(attribute: Attribute): Dataset[] {
    const element = withKnownVr(attribute.element, this.#dictionary);
    if (!isSequence(element)) return [];
    return element.items.map((item) => item.dataset)
      .filter((item) => this.matches(lookupInItem(item, attribute)));
  }
}

function plainCondition(
  key: Element,
  charset: Charset,
  options: MatchOptions,
  offset: number | undefined,
  dictionary: Dictionary,
): Condition | undefined {
  if (isEmpty(key)) return undefined;
  const tag = key.tag;
  if (options.emptyValue === true && asksForEmpty(key, charset)) {
    return {
      tag,
      key,
      test(lookup) {
        const attribute = lookup(tag);
        return attribute === undefined || hasNoValue(attribute);
      },
    };
  }
  const test = plainTest(key, charset, options, offset);
  if (test === undefined) return undefined;
  return {
    tag,
    key,
    ...hintOf(key, charset),
    test(lookup) {
      const attribute = lookup(tag);
      // An unknown value fails to match any key value (PS3.4 K.2.2.1.1.1).
      if (attribute === undefined || isEmpty(attribute.element)) return false;
      const element = withKnownVr(attribute.element, dictionary);
      const zone = key.vr === "DT" ? offsetOf(attribute) : undefined;
      return test(element, attribute.charset, zone);
    },
  };
}

/** A condition on dates that move with the time zone, by up to 26 hours. */
function onNeighbouringDays(condition: Condition): Condition {
  const { days } = condition;
  if (days === undefined) return condition;
  return {
    ...condition,
    days: days.map(({ from, to }) => ({ from: from - 2, to: to + 2 })),
  };
}

/** The value that an index may look up instead of trying every entity. */
function hintOf(
  key: Element,
  charset: Charset,
): Pick<Condition, "texts" | "days"> {
  if (key.vr === "DA") {
    const days = keyValues(key, charset).map((one) => parseKeySpan("DA", one));
    const isKnown = (span: Span | undefined): span is Span =>
      span !== undefined;
    return days.every(isKnown) ? { days } : {};
  }
  if (!EXACT_VRS.has(key.vr)) return {};
  const texts = keyValues(key, charset).map(normal);
  return WILDCARD_VRS.has(key.vr) && texts.some(hasWildcard) ? {} : { texts };
}

function hasNoValue(attribute: Attribute): boolean {
  return isEmpty(attribute.element) ||
    (vrInfo(attribute.element.vr).kind === "text" &&
      stringsOf(attribute.element, attribute.charset).every((text) =>
        text === ""
      ));
}

/** At least one item must fulfil all keys of the key's one item (PS3.4 C.2.2.2.6). */
function sequenceCondition(key: SequenceElement, itemKeys: KeySet): Condition {
  return {
    tag: key.tag,
    key,
    test(lookup) {
      const attribute = lookup(key.tag);
      return attribute !== undefined &&
        itemKeys.matchingItems(attribute).length > 0;
    },
  };
}
