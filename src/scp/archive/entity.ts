/**
 * One patient, study, series or instance of an archive, as a search sees it, whatever it is made from. Does not depend on
 * queries.
 */
import type { Charset } from "../../charset/charset.ts";
import type { Dataset, Holder } from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import type { QueryLevel } from "../../find/models.ts";
import type { Attribute, Condition } from "../../matching/attribute.ts";
import { depthOf, entityLevelOf, LEVELS } from "./levels.ts";

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
  /**
   * The record that describes this entity: its own, else that of its first instance. It may hold attributes of other levels, too.
   */
  abstract readonly record: DescribingRecord;
  /** Whether it has a record of its own. */
  abstract readonly hasOwnRecord: boolean;

  /** How many entities of a lower level belong to this one. */
  abstract count(level: QueryLevel): number;

  /** All entities of a level at or below this one's, in stored order. */
  abstract descendants(level: QueryLevel): Iterable<Entity>;

  /** The element of an attribute in its own record, else in its instances: the first by instance number that has a value. */
  protected abstract findHere(tag: Tag): Attribute | undefined;

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
   * The stored element of an attribute of this entity. An attribute of a higher level may also be in the record of the entity above
   * that it describes; those of a sibling never count.
   */
  find(tag: Tag): Attribute | undefined {
    const attribute = this.findHere(tag);
    if (attribute !== undefined) return attribute;
    const level = entityLevelOf(tag);
    if (level === undefined) return undefined;
    for (let above = this.parent; above !== undefined; above = above.parent) {
      if (depthOf(level) > depthOf(above.level)) return undefined;
      const attribute = above.hasOwnRecord ? above.findHere(tag) : undefined;
      if (attribute !== undefined) return attribute;
    }
    return undefined;
  }
}

/** An element of a record in the form that matching needs. */
export function attributeIn(
  record: DescribingRecord,
  tag: Tag,
): Attribute | undefined {
  const element = record.get(tag);
  return element && { element, charset: record.charset, holder: record };
}

/** The entities that an index leaves to try. */
export interface Shortlist {
  /** The attribute of the index. */
  readonly tag: Tag;
  readonly entities: Iterable<Entity>;
}

/** The part of an archive that has levels. */
export interface EntitySource {
  /** All entities of a level, in stored order. */
  entities(level: QueryLevel): Iterable<Entity>;
  /** How many there are. */
  count(level: QueryLevel): number;
  /** The entities with this value of the level's unique key. */
  byId(level: QueryLevel, id: string): readonly Entity[];
  /**
   * The entities of a level, or of one above it, that are left to try with some conditions, in stored order; undefined if all are.
   * Those that fulfil the conditions are among them or below.
   */
  candidates(
    level: QueryLevel,
    conditions: readonly Condition[],
  ): Shortlist | undefined;
}
