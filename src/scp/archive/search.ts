/**
 * Finding the entities of a level that fulfil the keys of a query: hierarchical or relational search in the tree of an archive
 * (PS3.4 C.4.1.3.1). Does not depend on statuses or responses.
 */
import { Charset } from "../../charset/charset.ts";
import { rawElement } from "../../codec/values.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import { QUERY_RETRIEVE_LEVEL, type Tag } from "../../dataset/tag.ts";
import { Dictionary } from "../../dictionary/dictionary.ts";
import type { FindModel, QueryLevel } from "../../find/models.ts";
import type { Archive } from "./archive.ts";
import { computedElement } from "./computed.ts";
import type { Entity } from "./entity.ts";
import {
  COMPUTED,
  depthOf,
  entityLevelOf,
  LEVELS,
  RETRIEVE_AE_TITLE,
} from "./levels.ts";
import type { Condition, Lookup } from "../../matching/attribute.ts";
import {
  ConditionTally,
  KeySet,
  type MatchOptions,
} from "../../matching/matching.ts";

/** The facts about a query that a search needs. */
export interface SearchQuery extends MatchOptions {
  readonly model: FindModel;
  readonly identifier: Dataset;
  readonly relational?: boolean;
  readonly retrieveAeTitle?: string;
  /** How much is done in one go: entities with a record of their own count as 1, others more; all at once when absent. */
  readonly slice?: number;
}

/** Given between two slices of a search: nothing was found yet, and others may have their turn. */
export const WORKING = Symbol("working");

/** Keys that nothing fulfilled. */
export interface Unfulfilled {
  /** Their attributes. */
  readonly keys: readonly Tag[];
  /** The attribute of the index, if only entities that it named were tried: these are known to match. */
  readonly among?: Tag;
}

/** A compiled query at one level. */
export class Search {
  readonly keys: KeySet;
  /** Keys of lower levels, and such as are never answered (PS3.4 C.2.2.1.3: status FF01). */
  readonly unsupported: ReadonlySet<Tag>;
  readonly #level: QueryLevel;
  readonly #top: QueryLevel;
  /** The conditions by the depth of the level that they are tried at. */
  readonly #conditions: readonly (readonly Condition[])[];
  readonly #retrieveAeTitle: string | undefined;
  readonly #dictionary: Dictionary;
  readonly #slice: number;
  /** Which conditions some entity fulfilled. */
  readonly #tally: ConditionTally;
  /** The index that was used, and whether it named no entity. */
  #index: { readonly tag: Tag; isEmpty: boolean } | undefined;
  /** The work done in this slice. */
  #work = 0;

  constructor(query: SearchQuery, level: QueryLevel) {
    this.#level = level;
    this.#top = query.model.levels[0] ?? level;
    this.#retrieveAeTitle = query.retrieveAeTitle;
    this.#dictionary = query.dictionary ?? Dictionary.standard;
    this.#slice = query.slice ?? Infinity;
    this.keys = KeySet.compile(query.identifier, Charset.ascii, query);
    this.unsupported = new Set(
      this.keys.keys.map(({ tag }) => tag)
        .filter((tag) => this.#isBelow(tag) || this.#isUnanswered(tag)),
    );
    const conditions: Condition[][] = LEVELS.map(() => []);
    for (const condition of this.keys.conditions) {
      const { tag } = condition;
      if (this.#isUnanswered(tag)) continue;
      // Keys below the level are matched in relational queries only, and otherwise as if no value had been given.
      if (this.#isBelow(tag) && query.relational !== true) continue;
      conditions[depthOf(this.#ownerOf(tag))]!.push(condition);
    }
    this.#conditions = conditions;
    this.#tally = new ConditionTally(conditions.flat(), this.#dictionary);
  }

  /** Why an answer is empty: the keys that no entity fulfilled of those that were tried. */
  get unfulfilled(): Unfulfilled {
    const among = this.#index?.tag;
    if (among === undefined) return { keys: this.#tally.unfulfilled };
    return this.#index?.isEmpty === true
      ? { keys: [among] }
      : { keys: this.#tally.unfulfilled.filter((tag) => tag !== among), among };
  }

  /**
   * The matching entities, one by one: in stored order, or in the order of the values that a unique key lists; `WORKING` at
   * the end of a slice.
   */
  *run(archive: Archive): Generator<Entity | typeof WORKING> {
    for (const entity of this.#startingPoints(archive)) {
      if (this.#index !== undefined) this.#index.isEmpty = false;
      if (this.#aboveFulfil(entity)) yield* this.#walk(entity);
    }
  }

  /** Finds attributes at the entity that they describe: a series gets the study's from its study. */
  lookupOf(entity: Entity): Lookup {
    return this.keys.adjusted((tag) => {
      if (COMPUTED.has(tag)) {
        const element = tag === QUERY_RETRIEVE_LEVEL
          ? rawElement(tag, "CS", this.#level)
          : computedElement(tag, entity, this.#retrieveAeTitle);
        return element && { element, charset: Charset.ascii };
      }
      const owner = entityLevelOf(tag) === undefined
        ? entity.level
        : this.#ownerOf(tag);
      return (entity.ancestor(owner) ?? entity).find(tag);
    });
  }

  /** The level an attribute is looked for at: in a study root model the study's is the patient's too (PS3.4 C.6.2.1). */
  #ownerOf(tag: Tag): QueryLevel {
    const owner = entityLevelOf(tag) ?? this.#level;
    return depthOf(owner) < depthOf(this.#top) ? this.#top : owner;
  }

  #isBelow(tag: Tag): boolean {
    return depthOf(this.#ownerOf(tag)) > depthOf(this.#level);
  }

  /** File meta information and commands, and a title that we do not have. */
  #isUnanswered(tag: Tag): boolean {
    return tag >>> 16 < 0x0008 ||
      (tag === RETRIEVE_AE_TITLE && this.#retrieveAeTitle === undefined);
  }

  #fulfils(entity: Entity, depth: number): boolean {
    const conditions = this.#conditions[depth]!;
    return conditions.length === 0 ||
      this.#tally.fulfils(this.lookupOf(entity), conditions);
  }

  /** The entities to begin with: those that an index leaves to try, else all entities of the model's top level. */
  #startingPoints(archive: Archive): Iterable<Entity> {
    const shortlist = archive.candidates(this.#level, this.#conditions.flat());
    if (shortlist === undefined) return archive.entities(this.#top);
    this.#index = { tag: shortlist.tag, isEmpty: true };
    return shortlist.entities;
  }

  /** Whether the entities above fulfil the conditions of their levels. */
  #aboveFulfil(entity: Entity): boolean {
    for (let above = entity.parent; above !== undefined; above = above.parent) {
      if (!this.#fulfils(above, depthOf(above.level))) return false;
    }
    return true;
  }

  /** The matching entities at or below an entity. A branch is left as soon as a condition fails. */
  *#walk(entity: Entity): Generator<Entity | typeof WORKING> {
    if (this.#work >= this.#slice) {
      this.#work = 0;
      yield WORKING;
    }
    const work = workOf(entity);
    this.#work += work;
    if (!this.#fulfils(entity, depthOf(entity.level))) return;
    if (entity.level !== this.#level) {
      const below = LEVELS[depthOf(entity.level) + 1]!;
      for (const child of entity.descendants(below)) yield* this.#walk(child);
    } else if (this.#belowFulfils(entity)) {
      yield entity;
      // It was answered with its attributes.
      this.#work += work;
    }
  }

  /** Whether some line of descendants fulfils the conditions below the level: one series, and one instance within it. */
  #belowFulfils(entity: Entity): boolean {
    const below = depthOf(entity.level) + 1;
    if (this.#conditions.slice(below).every(({ length }) => length === 0)) {
      return true;
    }
    const level = LEVELS[below];
    if (level === undefined) return false;
    for (const child of entity.descendants(level)) {
      if (this.#fulfils(child, below) && this.#belowFulfils(child)) return true;
    }
    return false;
  }
}

/** The cost of looking at an entity, one with a record of its own being 1: others may be looked for in all their instances. */
function workOf(entity: Entity): number {
  return entity.hasOwnRecord ? 1 : 1 + entity.count("IMAGE") / 8;
}
