/**
 * Which entities may have a value: for the unique keys, the accession number and the dates that archives are queried by. An index
 * names every entity that any of its records gives the value, so that the entities it names are still to be tried. Does not depend
 * on any levels of a query.
 */
import { MAX_INT32 } from "../../bytes/size.ts";
import type { Charset } from "../../charset/charset.ts";
import { stringsOf } from "../../codec/values.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import type { Condition } from "../../matching/attribute.ts";
import { normal } from "../../matching/text_match.ts";
import { parseDate, type Span } from "../../matching/temporal.ts";
import { depthOf, entityLevelOf, LEVELS, UNIQUE_KEYS } from "./levels.ts";
import { Integers } from "./records.ts";
import { hashOf, SortedIndex } from "./sorted_index.ts";

/** The attributes with an index, besides the unique keys. All others are found by trying every entity. */
const TEXTS: readonly Tag[] = [
  0x00080050, // AccessionNumber
];
const DATES: readonly Tag[] = [
  0x00080020, // StudyDate
  0x00080021, // SeriesDate
  0x00080022, // AcquisitionDate
  0x00080023, // ContentDate
  0x00100030, // PatientBirthDate
  0x00400244, // PerformedProcedureStepStartDate
];

/** The rows of one level whose entities may fulfil a condition, for each value of a list that it wants; some of them twice. */
export interface Candidates {
  readonly depth: number;
  readonly size: number;
  readonly groups: readonly Int32Array[];
}

/** The index of one attribute. */
interface AttributeIndex {
  readonly depth: number;
  readonly index: SortedIndex;
}

/** The indexes of an archive. */
export class AttributeIndexes {
  readonly #indexes: ReadonlyMap<Tag, AttributeIndex>;

  constructor(indexes: ReadonlyMap<Tag, AttributeIndex>) {
    this.#indexes = indexes;
  }

  /** The rows that may have a text; those that do not are to be sorted out. */
  ofText(tag: Tag, text: string): Int32Array {
    const hash = hashOf(normal(text));
    return this.#indexes.get(tag)?.index.between(hash, hash) ?? NONE;
  }

  /** The entities that a condition leaves; undefined if no index helps. */
  candidates(condition: Condition): Candidates | undefined {
    const tagIndex = this.#indexes.get(condition.tag);
    if (tagIndex === undefined) return undefined;
    const { depth, index } = tagIndex;
    const { texts, days } = condition;
    const groups = DATES.includes(condition.tag)
      ? days && [concatenation(
        days.map(({ from, to }) => index.between(day(from), day(to - 1))),
      )]
      : texts?.map((text) => this.ofText(condition.tag, text));
    return groups && { depth, size: lengthOf(groups), groups };
  }
}

function lengthOf(lists: readonly Int32Array[]): number {
  return lists.reduce((sum, { length }) => sum + length, 0);
}

function concatenation(lists: readonly Int32Array[]): Int32Array {
  if (lists.length === 1) return lists[0]!;
  const all = new Int32Array(lengthOf(lists));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

const NONE = new Int32Array(0);

/** A number of a day, also of an open end, that 32 bits hold, and the next one too. */
function day(number: number): number {
  return Math.max(-MAX_INT32, Math.min(number, MAX_INT32 - 1));
}

/** Pairs of a key and a row in the making. */
class Pairs {
  readonly #keys = new Integers();
  readonly #rows = new Integers();

  /** Adds a pair, unless it is the one that came last: instances of one study mostly follow each other. */
  add(key: number, row: number): void {
    const last = this.#keys.length - 1;
    if (
      last >= 0 && this.#rows.get(last) === row && this.#keys.get(last) === key
    ) return;
    this.#keys.push(key);
    this.#rows.push(row);
  }

  /** The index, with the rows in their final order. */
  index(order: Int32Array): SortedIndex {
    return new SortedIndex(
      this.#keys.toArray(),
      this.#rows.toArray().map((row) => order[row]!),
    );
  }
}

/** Takes the values of records as they come. */
export class AttributeIndexBuilder {
  readonly #ids = LEVELS.map(() => new Pairs());
  readonly #texts = TEXTS.map((tag) => indexed(tag));
  readonly #dates = DATES.map((tag) => indexed(tag));

  /** Takes the unique key of a new entity. */
  addId(depth: number, id: string, row: number): void {
    this.#ids[depth]!.add(hashOf(normal(id)), row);
  }

  /** Takes a record that belongs to these rows of the levels from the top. */
  addRecord(dataset: Dataset, charset: Charset, rows: readonly number[]): void {
    for (const { tag, depth, pairs } of this.#texts) {
      const element = rows[depth] === undefined ? undefined : dataset.get(tag);
      if (element === undefined) continue;
      for (const text of stringsOf(element, charset)) {
        pairs.add(hashOf(normal(text)), rows[depth]!);
      }
    }
    for (const { tag, depth, pairs } of this.#dates) {
      const element = rows[depth] === undefined ? undefined : dataset.get(tag);
      if (element === undefined) continue;
      for (const text of stringsOf(element)) {
        const span = dateOf(text);
        if (span !== undefined) pairs.add(span.from, rows[depth]!);
      }
    }
  }

  /** The indexes; `orders` gives for each level the final row of each entity as it came. */
  build(orders: readonly Int32Array[]): AttributeIndexes {
    const indexes = new Map<Tag, AttributeIndex>();
    for (const [depth, pairs] of this.#ids.entries()) {
      const index = pairs.index(orders[depth]!);
      indexes.set(UNIQUE_KEYS[LEVELS[depth]!], { depth, index });
    }
    for (const { tag, depth, pairs } of [...this.#texts, ...this.#dates]) {
      indexes.set(tag, { depth, index: pairs.index(orders[depth]!) });
    }
    return new AttributeIndexes(indexes);
  }
}

function indexed(tag: Tag) {
  return { tag, depth: depthOf(entityLevelOf(tag)!), pairs: new Pairs() };
}

/** Days that were read before: archives have far fewer of them than studies. */
const days = new Map<string, Span | undefined>();
const MAX_DAYS = 50_000;

function dateOf(text: string): Span | undefined {
  if (days.has(text)) return days.get(text);
  if (days.size >= MAX_DAYS) days.clear();
  const span = parseDate(text);
  days.set(text, span);
  return span;
}
