/** Places records in the tree of patients, studies, series and instances as they come, and lays the tree out at the end. */
import { MAX_INT32 } from "../../bytes/size.ts";
import { Charset } from "../../charset/charset.ts";
import { charsetOf, stringsOf } from "../../codec/values.ts";
import type { Dataset, Holder } from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import {
  AttributeIndexBuilder,
  type AttributeIndexes,
} from "./attribute_index.ts";
import {
  Hierarchy,
  type LevelColumns,
  type OnDisagreement,
} from "./hierarchy.ts";
import { LEVELS, UNIQUE_KEYS } from "./levels.ts";
import { Integers, type Records } from "./records.ts";
import { hashOf } from "./sorted_index.ts";

const PATIENT_NAME: Tag = 0x00100010;
const ISSUER_OF_PATIENT_ID: Tag = 0x00100021;
const PATIENT_BIRTH_DATE: Tag = 0x00100030;
const INSTANCE_NUMBER: Tag = 0x00200013;

/** The first value of an attribute, without padding; empty when absent. */
export function recordValue(
  holder: Holder,
  tag: Tag,
  charset: Charset = Charset.ascii,
): string {
  const element = holder.get(tag);
  return element === undefined ? "" : stringsOf(element, charset)[0] ?? "";
}

/** The identity of a record's patient: the ID with its issuer, or name and birth date if there is no ID. */
function patientKey(holder: Holder, charset: Charset): string {
  const id = recordValue(holder, UNIQUE_KEYS.PATIENT, charset);
  return id !== ""
    ? `${id}\n${recordValue(holder, ISSUER_OF_PATIENT_ID, charset)}`
    : `\n${recordValue(holder, PATIENT_NAME, charset)}\n${
      recordValue(holder, PATIENT_BIRTH_DATE)
    }`;
}

/** The number of an instance; those without one come last. */
function instanceNumber(dataset: Dataset): number {
  const text = recordValue(dataset, INSTANCE_NUMBER);
  const number = text === "" ? NaN : Number(text);
  return Math.abs(number) < MAX_INT32 ? Math.trunc(number) : MAX_INT32;
}

/** The entities of one level in the order in which they came. */
class LevelBuilder {
  readonly parent = new Integers();
  readonly own = new Integers();
  /** Some record of each entity, by which it is known again. */
  readonly sample = new Integers();
  /** Hashes of each entity's identity. */
  readonly #hashes = new Integers();
  /** Entities by hash, plus one; 0 is free. */
  #slots = new Int32Array(256);

  get size(): number {
    return this.parent.length;
  }

  /** The entity of a hash that is the wanted one, or -1. */
  find(hash: number, isWanted: (entity: number) => boolean): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask;; slot = slot + 1 & mask) {
      const entity = this.#slots[slot]! - 1;
      if (entity < 0) return -1;
      if (this.#hashes.get(entity) === hash && isWanted(entity)) return entity;
    }
  }

  add(hash: number, parent: number, sample: number): number {
    this.parent.push(parent);
    this.own.push(-1);
    this.sample.push(sample);
    this.#hashes.push(hash);
    if (2 * this.size > this.#slots.length) {
      this.#slots = new Int32Array(4 * this.#slots.length);
      for (let entity = 0; entity < this.size; entity++) this.#put(entity);
    } else this.#put(this.size - 1);
    return this.size - 1;
  }

  #put(entity: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashes.get(entity) & mask;
    while (this.#slots[slot] !== 0) slot = slot + 1 & mask;
    this.#slots[slot] = entity + 1;
  }
}

/** Takes records one by one. */
export class HierarchyBuilder {
  readonly #records: Records;
  readonly #levels = LEVELS.map(() => new LevelBuilder());
  readonly #indexes = new AttributeIndexBuilder();
  /** Records of worklist items have no number: it is that of the record at the same place, 0 in between. */
  #numbers = new Integers();

  constructor(records: Records) {
    this.#records = records;
  }

  /**
   * Places a dataset at the level of the last of its unique keys, from the top down. Returns false for a second record of one
   * entity, which is left out.
   */
  place(dataset: Dataset, ids: readonly string[]): boolean {
    const charset = charsetOf(dataset, Charset.ascii);
    const depth = ids.length - 1;
    const rows: number[] = [];
    const created: number[] = [];
    const next = this.#records.size;
    for (let at = 0; at <= depth; at++) {
      const level = this.#levels[at]!;
      const parent = rows[at - 1] ?? -1;
      const key = at === 0 ? patientKey(dataset, charset) : ids[at]!;
      const hash = hashOf(key) ^ Math.imul(parent + 1, 0x9e3779b1);
      const row = level.find(
        hash,
        (entity) =>
          level.parent.get(entity) === parent &&
          this.#keyOf(at, level.sample.get(entity)) === key,
      );
      rows.push(row >= 0 ? row : level.add(hash, parent, next));
      if (row < 0) created.push(at);
    }
    const { own } = this.#levels[depth]!;
    if (own.get(rows[depth]!) >= 0) return false;
    for (const at of created) this.#indexes.addId(at, ids[at]!, rows[at]!);
    own.set(rows[depth]!, this.#records.add(dataset));
    while (this.#numbers.length < next) this.#numbers.push(0);
    this.#numbers.push(instanceNumber(dataset));
    this.#indexes.addRecord(dataset, charset, rows);
    return true;
  }

  #keyOf(depth: number, record: number): string {
    const view = this.#records.view(record);
    return depth === 0
      ? patientKey(view, view.charset)
      : recordValue(view, UNIQUE_KEYS[LEVELS[depth]!]);
  }

  /** The tree of the placed records, and its indexes. */
  build(
    onDisagreement?: OnDisagreement,
  ): { hierarchy: Hierarchy; indexes: AttributeIndexes } {
    const orders: Int32Array[] = [];
    const laidOut: {
      parent: Int32Array;
      own: Int32Array;
      lead: Int32Array;
      below: Int32Array;
    }[] = [];
    for (const [depth, level] of this.#levels.entries()) {
      const { size } = level;
      const order = new Int32Array(size);
      const above = laidOut[depth - 1];
      const parentOf = (entity: number) =>
        orders[depth - 1]![level.parent.get(entity)]!;
      if (above === undefined) order.forEach((_, row) => order[row] = row);
      else {
        // By parent, and as they came: counted first, then dealt out.
        for (let entity = 0; entity < size; entity++) {
          above.below[parentOf(entity) + 1]!++;
        }
        for (let row = 1; row < above.below.length; row++) {
          above.below[row]! += above.below[row - 1]!;
        }
        const next = above.below.slice();
        for (let entity = 0; entity < size; entity++) {
          order[entity] = next[parentOf(entity)]!++;
        }
      }
      const parent = new Int32Array(above === undefined ? 0 : size);
      const own = new Int32Array(size);
      for (let entity = 0; entity < size; entity++) {
        if (above !== undefined) parent[order[entity]!] = parentOf(entity);
        own[order[entity]!] = level.own.get(entity);
      }
      orders.push(order);
      laidOut.push({ parent, own, lead: own, below: new Int32Array(size + 1) });
    }
    const numbers = this.#numbers.toArray();
    for (let depth = LEVELS.length - 2; depth >= 0; depth--) {
      const level = laidOut[depth]!;
      level.lead = leadOf(level, laidOut[depth + 1]!, numbers);
    }
    this.#records.close();
    return {
      hierarchy: new Hierarchy(this.#records, laidOut, numbers, onDisagreement),
      indexes: this.#indexes.build(orders),
    };
  }
}

/** For each entity its own record, else the first by instance number of those that describe the entities below. */
function leadOf(
  { own, below }: LevelColumns,
  { lead }: LevelColumns,
  numbers: Int32Array,
): Int32Array {
  return own.map((record, row) => {
    if (record >= 0) return record;
    let first = lead[below[row]!]!;
    for (let at = below[row]! + 1; at < below[row + 1]!; at++) {
      if (numbers[lead[at]!]! < numbers[first]!) first = lead[at]!;
    }
    return first;
  });
}
