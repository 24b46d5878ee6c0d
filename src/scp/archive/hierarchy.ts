/**
 * Patients, studies, series and instances as columns of numbers, one row per entity: a few dozen bytes for each besides its
 * record, and all entities below one are a range of rows. Does not depend on queries.
 */
import { isEmpty, stringsOf } from "../../codec/values.ts";
import { type Element, plainValue } from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import type { QueryLevel } from "../../find/models.ts";
import type { Attribute } from "../../matching/attribute.ts";
import { attributeIn, Entity } from "./entity.ts";
import { depthOf, LEVELS, UNIQUE_KEYS } from "./levels.ts";
import type { Records, RecordView } from "./records.ts";

/** Called when the instances of an entity have different values in an attribute of it. */
export type OnDisagreement = (entity: Entity, tag: Tag) => void;

/** The entities of one level, in stored order: by their parents, then as they came. */
export interface LevelColumns {
  /** Row of the entity above; none for patients. */
  readonly parent: Int32Array;
  /** The first row below each entity, and one after the last. */
  readonly below: Int32Array;
  /** The record of the very entity, or -1. */
  readonly own: Int32Array;
  /** The record that describes it: its own, else the first by instance number of those below. */
  readonly lead: Int32Array;
}

/** How many attributes are remembered to have been looked for among the instances of entities. */
const MAX_REMEMBERED = 64;
const UNKNOWN = 0;
const ABSENT = -1;

/** The tree of an archive. Never changes once made. */
export class Hierarchy {
  readonly records: Records;
  readonly #levels: readonly LevelColumns[];
  /** Instance numbers of the records. */
  readonly #numbers: Int32Array;
  readonly #onDisagreement: OnDisagreement | undefined;
  /** By level and tag: for each entity the record that its attribute comes from, plus one. */
  readonly #representatives = LEVELS.map(() => new Map<Tag, Int32Array>());

  constructor(
    records: Records,
    levels: readonly LevelColumns[],
    numbers: Int32Array,
    onDisagreement?: OnDisagreement,
  ) {
    this.records = records;
    this.#levels = levels;
    this.#numbers = numbers;
    this.#onDisagreement = onDisagreement;
  }

  /** How many entities a level has. */
  size(depth: number): number {
    return this.#levels[depth]!.own.length;
  }

  /** One entity. */
  entity(depth: number, row: number): StoredEntity {
    return new StoredEntity(this, depth, row);
  }

  /** All entities of a level. */
  *entities(depth: number): Generator<Entity> {
    const size = this.size(depth);
    for (let row = 0; row < size; row++) yield this.entity(depth, row);
  }

  /** The row of the entity above. */
  parent(depth: number, row: number): number {
    return this.#levels[depth]!.parent[row]!;
  }

  /** The rows of a lower level that belong to an entity: from the first up to, not including, the second. */
  range(depth: number, row: number, lower: number): [number, number] {
    let [from, to] = [row, row + 1];
    for (let at = depth; at < lower; at++) {
      const { below } = this.#levels[at]!;
      [from, to] = [below[from]!, below[to]!];
    }
    return [from, to];
  }

  /** Columns of a level. */
  columns(depth: number): LevelColumns {
    return this.#levels[depth]!;
  }

  /** The record that has an attribute of an entity without a record of its own; -1 for none. */
  representative(entity: StoredEntity, tag: Tag): number {
    const { depth, row } = entity;
    const choices = this.#representatives[depth]!;
    let column = choices.get(tag);
    if (column === undefined && choices.size < MAX_REMEMBERED) {
      column = new Int32Array(this.size(depth));
      choices.set(tag, column);
    }
    const before = column?.[row] ?? UNKNOWN;
    if (before !== UNKNOWN) return before === ABSENT ? -1 : before - 1;
    const record = this.#choose(entity, tag);
    if (column !== undefined) column[row] = record < 0 ? ABSENT : record + 1;
    return record;
  }

  /** Whether differences between instances are of interest. */
  get comparesInstances(): boolean {
    return this.#onDisagreement !== undefined;
  }

  /** The first element with a value, else the first one. */
  #choose(entity: StoredEntity, tag: Tag): number {
    let representative = -1;
    let element: Element | undefined;
    for (const record of this.#sources(entity.depth, entity.row)) {
      const other = this.records.get(record, tag);
      if (other === undefined) continue;
      if (element === undefined || isEmpty(element)) {
        if (element !== undefined && isEmpty(other)) continue;
        representative = record;
        element = other;
        if (!isEmpty(other) && this.#onDisagreement === undefined) break;
      } else if (!isEmpty(other) && !isSameValue(element, other)) {
        this.#onDisagreement?.(entity, tag);
        break;
      }
    }
    return representative;
  }

  /** The records that know an entity, in the order of their instance numbers. */
  #sources(depth: number, row: number): Int32Array {
    const sources: number[] = [];
    const collect = (depth: number, row: number) => {
      const { own, below } = this.#levels[depth]!;
      if (own[row]! >= 0) sources.push(own[row]!);
      else {for (let at = below[row]!; at < below[row + 1]!; at++) {
          collect(depth + 1, at);
        }}
    };
    collect(depth, row);
    const numbers = this.#numbers;
    return Int32Array.from(sources.sort((a, b) => numbers[a]! - numbers[b]!));
  }
}

/** Whether two elements have the same bytes; sequences are not compared. */
function isSameValue(one: Element, other: Element): boolean {
  const a = plainValue(one);
  const b = plainValue(other);
  if (a === undefined || b === undefined) return true;
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** An entity of an archive of records: a row that is looked at. */
class StoredEntity extends Entity {
  readonly depth: number;
  readonly row: number;
  readonly #hierarchy: Hierarchy;
  #parent: StoredEntity | undefined;
  #record: RecordView | undefined;

  constructor(hierarchy: Hierarchy, depth: number, row: number) {
    super();
    this.#hierarchy = hierarchy;
    this.depth = depth;
    this.row = row;
  }

  get level(): QueryLevel {
    return LEVELS[this.depth]!;
  }

  get id(): string {
    const element = this.record.get(UNIQUE_KEYS[this.level]);
    if (element === undefined) return "";
    return stringsOf(element, this.record.charset)[0] ?? "";
  }

  get parent(): StoredEntity | undefined {
    const { depth } = this;
    if (depth === 0) return undefined;
    const hierarchy = this.#hierarchy;
    return this.#parent ??= hierarchy.entity(
      depth - 1,
      hierarchy.parent(depth, this.row),
    );
  }

  get record(): RecordView {
    const { lead } = this.#hierarchy.columns(this.depth);
    return this.#record ??= this.#hierarchy.records.view(lead[this.row]!);
  }

  get hasOwnRecord(): boolean {
    return this.#hierarchy.columns(this.depth).own[this.row]! >= 0;
  }

  count(level: QueryLevel): number {
    const depth = depthOf(level);
    if (depth <= this.depth) return 0;
    const [from, to] = this.#hierarchy.range(this.depth, this.row, depth);
    return to - from;
  }

  *descendants(level: QueryLevel): Generator<StoredEntity> {
    const depth = depthOf(level);
    if (depth < this.depth) return;
    const [from, to] = this.#hierarchy.range(this.depth, this.row, depth);
    for (let row = from; row < to; row++) {
      yield this.#hierarchy.entity(depth, row);
    }
  }

  protected findHere(tag: Tag): Attribute | undefined {
    if (this.hasOwnRecord) return attributeIn(this.record, tag);
    const hierarchy = this.#hierarchy;
    if (!hierarchy.comparesInstances) {
      // Most often the first instance has it.
      const attribute = attributeIn(this.record, tag);
      if (attribute !== undefined && !isEmpty(attribute.element)) {
        return attribute;
      }
    }
    const representative = hierarchy.representative(this, tag);
    return representative < 0
      ? undefined
      : attributeIn(hierarchy.records.view(representative), tag);
  }
}
