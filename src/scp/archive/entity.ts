/**
 * One patient, study, series or instance of an archive, as a search sees it, whatever it is made from. Knows no queries.
 */
import { Charset } from "../../charset/charset.ts";
import { charsetOf } from "../../codec/values.ts";
import type { Dataset, Element } from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import type { QueryLevel } from "../../find/models.ts";
import type { Found, Holder } from "../../matching/found.ts";
import { depthOf, levelOf, LEVELS } from "./levels.ts";

/** A value, or how to get it once. */
export type Lazy<T> = T | (() => T);

/** A record with the character set that it declares. */
export interface DescribingRecord extends Holder {
  readonly charset: Charset;
  readonly dataset: Dataset;
}

/** One node of the Query/Retrieve hierarchy (PS3.4 C.6.1). */
export abstract class Entity {
  /** Its level. */
  abstract readonly level: QueryLevel;
  /** Value of the level's unique key, without padding. */
  abstract readonly id: string;
  /** The entity above; undefined for patients. */
  abstract readonly parent: Entity | undefined;
  /** The record that describes this entity: its own, else that of its first instance. It may hold attributes of other levels, too. */
  abstract readonly record: DescribingRecord;
  /** Whether it has a record of its own. */
  abstract readonly hasOwnRecord: boolean;

  /** How many entities of a lower level belong to this one. */
  abstract count(level: QueryLevel): number;

  /** All entities of a level at or below this one's, in stored order. */
  abstract descendants(level: QueryLevel): Iterable<Entity>;

  /** The element of an attribute in its own record, else in its instances: the first by instance number that has a value. */
  protected abstract findHere(tag: Tag): Found | undefined;

  /** The entities below, in the order they were stored. */
  get children(): readonly Entity[] {
    const level = LEVELS[depthOf(this.level) + 1];
    return level === undefined ? [] : [...this.descendants(level)];
  }

  /** The entity of this or a higher level that this one belongs to. */
  ancestor(level: QueryLevel): Entity | undefined {
    let entity: Entity | undefined = this as Entity;
    while (entity !== undefined && entity.level !== level) {
      entity = entity.parent;
    }
    return entity;
  }

  /**
   * The stored element of an attribute of this entity. An attribute of a higher level may also be in the record of the entity above that it
   * describes; those of a sibling never count.
   */
  find(tag: Tag): Found | undefined {
    const found = this.findHere(tag);
    if (found !== undefined) return found;
    const level = levelOf(tag);
    if (level === undefined) return undefined;
    for (let above = this.parent; above !== undefined; above = above.parent) {
      if (depthOf(level) > depthOf(above.level)) return undefined;
      const found = above.hasOwnRecord ? above.findHere(tag) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** An element of a record as matching wants it. */
export function foundIn(record: DescribingRecord, tag: Tag): Found | undefined {
  const element = record.get(tag);
  return element && { element, charset: record.charset, holder: record };
}

/** A record that is made when somebody looks. */
export class MadeRecord implements DescribingRecord {
  #dataset: Lazy<Dataset>;
  #charset: Charset | undefined;

  constructor(dataset: Lazy<Dataset>) {
    this.#dataset = dataset;
  }

  get dataset(): Dataset {
    if (typeof this.#dataset === "function") this.#dataset = this.#dataset();
    return this.#dataset;
  }

  get(tag: Tag): Element | undefined {
    return this.dataset.get(tag);
  }

  get charset(): Charset {
    return this.#charset ??= charsetOf(this.dataset, Charset.ascii);
  }
}

/** An entity of a synthetic archive: its record and those below are made when somebody looks, so that a large one costs nothing before. */
export class MadeEntity extends Entity {
  readonly level: QueryLevel;
  readonly id: string;
  readonly parent: Entity | undefined;
  readonly record: DescribingRecord;
  readonly hasOwnRecord = true;
  #children: Lazy<MadeEntity[]>;

  constructor(
    level: QueryLevel,
    id: string,
    parent: Entity | undefined,
    record: Lazy<Dataset>,
    children: Lazy<MadeEntity[]> = [],
  ) {
    super();
    this.level = level;
    this.id = id;
    this.parent = parent;
    this.record = new MadeRecord(record);
    this.#children = children;
  }

  override get children(): readonly MadeEntity[] {
    if (typeof this.#children === "function") this.#children = this.#children();
    return this.#children;
  }

  count(level: QueryLevel): number {
    if (depthOf(level) <= depthOf(this.level)) return 0;
    return this.children.reduce(
      (sum, child) => sum + (child.level === level ? 1 : child.count(level)),
      0,
    );
  }

  *descendants(level: QueryLevel): Generator<Entity> {
    if (this.level === level) yield this;
    else if (depthOf(this.level) < depthOf(level)) {
      for (const child of this.children) yield* child.descendants(level);
    }
  }

  protected findHere(tag: Tag): Found | undefined {
    return foundIn(this.record, tag);
  }
}
