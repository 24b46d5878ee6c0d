/**
 * One patient, study, series or instance of an archive. Datasets and children may be given as functions, which are called when
 * somebody looks: a large synthetic archive costs nothing until it is asked. Knows no queries.
 */
import { Charset } from "../charset/charset.ts";
import { charsetOf } from "../codec/values.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { Tag } from "../dataset/tag.ts";
import type { QueryLevel } from "../find/models.ts";
import { depthOf, LEVELS } from "./levels.ts";
import type { Found } from "./matching.ts";

/** A value, or how to get it once. */
export type Lazy<T> = T | (() => T);

/** One node of the Query/Retrieve hierarchy (PS3.4 C.6.1). */
export class Entity {
  readonly level: QueryLevel;
  /** Value of the level's unique key, without padding. */
  readonly id: string;
  /** The entity above; undefined for patients. */
  readonly parent: Entity | undefined;
  #dataset: Lazy<Dataset>;
  #children: Lazy<Entity[]>;
  #charset: Charset | undefined;
  #counts: number[] | undefined;

  constructor(
    level: QueryLevel,
    id: string,
    parent: Entity | undefined,
    dataset: Lazy<Dataset>,
    children: Lazy<Entity[]> = [],
  ) {
    this.level = level;
    this.id = id;
    this.parent = parent;
    this.#dataset = dataset;
    this.#children = children;
  }

  /** The attributes stored for this entity; it may hold those of other levels too. */
  get dataset(): Dataset {
    if (typeof this.#dataset === "function") this.#dataset = this.#dataset();
    return this.#dataset;
  }

  /** The character set of `dataset`. */
  get charset(): Charset {
    return this.#charset ??= charsetOf(this.dataset, Charset.ascii);
  }

  /** The entities below, in the order they were stored. */
  get children(): readonly Entity[] {
    if (typeof this.#children === "function") this.#children = this.#children();
    return this.#children;
  }

  /** The entity of this or a higher level that this one belongs to. */
  ancestor(level: QueryLevel): Entity | undefined {
    let entity: Entity | undefined = this as Entity;
    while (entity !== undefined && entity.level !== level) {
      entity = entity.parent;
    }
    return entity;
  }

  /** The stored element: from this entity's dataset, else from the nearest above that has it. */
  find(tag: Tag): Found | undefined {
    let entity: Entity | undefined = this as Entity;
    while (entity !== undefined) {
      const element = entity.dataset.get(tag);
      if (element !== undefined) return { element, charset: entity.charset };
      entity = entity.parent;
    }
    return undefined;
  }

  /** How many entities of a lower level belong to this one. */
  count(level: QueryLevel): number {
    const depth = depthOf(level) - depthOf(this.level);
    if (depth <= 0) return 0;
    this.#counts ??= this.#countBelow();
    return this.#counts[depth] ?? 0;
  }

  /** All entities of a level at or below this one's, in stored order. */
  *descendants(level: QueryLevel): Generator<Entity> {
    if (this.level === level) yield this;
    else if (depthOf(this.level) < depthOf(level)) {
      for (const child of this.children) yield* child.descendants(level);
    }
  }

  #countBelow(): number[] {
    const counts = [0];
    for (let depth = depthOf(this.level) + 1; depth < LEVELS.length; depth++) {
      const level = LEVELS[depth]!;
      let sum = 0;
      for (const child of this.children) {
        sum += child.level === level ? 1 : child.count(level);
      }
      counts.push(sum);
    }
    return counts;
  }
}
