/** Entities of a synthetic archive: each record is made on first use, so that a large archive costs nothing before. */
import { Charset } from "../../charset/charset.ts";
import { charsetOf } from "../../codec/values.ts";
import type { Dataset, Element } from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import type { QueryLevel } from "../../find/models.ts";
import type { Attribute } from "../../matching/attribute.ts";
import {
  attributeIn,
  type DescribingRecord,
  Entity,
  type EntitySource,
} from "./entity.ts";
import { depthOf } from "./levels.ts";

/** A value, or how to get it once. */
export type Lazy<T> = T | (() => T);

/** A record that is made on first use. */
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

/** One entity, with how to make its record and those below. */
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

  protected findHere(tag: Tag): Attribute | undefined {
    return attributeIn(this.record, tag);
  }
}

/** All of them; every query tries every one. */
export class MadeEntities implements EntitySource {
  #patients: Lazy<readonly MadeEntity[]>;

  constructor(patients: Lazy<readonly MadeEntity[]>) {
    this.#patients = patients;
  }

  get #all(): readonly MadeEntity[] {
    if (typeof this.#patients === "function") this.#patients = this.#patients();
    return this.#patients;
  }

  *entities(level: QueryLevel): Generator<Entity> {
    for (const patient of this.#all) yield* patient.descendants(level);
  }

  count(level: QueryLevel): number {
    return level === "PATIENT"
      ? this.#all.length
      : this.#all.reduce((sum, patient) => sum + patient.count(level), 0);
  }

  byId(level: QueryLevel, id: string): readonly Entity[] {
    return [...this.entities(level)].filter((entity) => entity.id === id);
  }

  candidates(): undefined {
    return undefined;
  }
}
