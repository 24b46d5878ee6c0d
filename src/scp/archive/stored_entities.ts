/** The entities of an archive of records, and which of them an index leaves to try. Does not depend on queries. */
import type { QueryLevel } from "../../find/models.ts";
import type { Condition } from "../../matching/attribute.ts";
import type { AttributeIndexes, Candidates } from "./attribute_index.ts";
import type { Entity, EntitySource, Shortlist } from "./entity.ts";
import type { Hierarchy } from "./hierarchy.ts";
import { depthOf, UNIQUE_KEYS } from "./levels.ts";

/** An index that leaves more than this many entities is of use only if it leaves a small part of all. */
const MANY = 2_000;
const SMALL_PART = 16;

/** Entities in columns, with indexes. */
export class StoredEntities implements EntitySource {
  readonly #hierarchy: Hierarchy;
  readonly #indexes: AttributeIndexes;

  constructor(hierarchy: Hierarchy, indexes: AttributeIndexes) {
    this.#hierarchy = hierarchy;
    this.#indexes = indexes;
  }

  entities(level: QueryLevel): Iterable<Entity> {
    return this.#hierarchy.entities(depthOf(level));
  }

  count(level: QueryLevel): number {
    return this.#hierarchy.size(depthOf(level));
  }

  byId(level: QueryLevel, id: string): readonly Entity[] {
    const depth = depthOf(level);
    return Array.from(
      this.#indexes.ofText(UNIQUE_KEYS[level], id).toSorted(),
      (row) => this.#hierarchy.entity(depth, row),
    ).filter((entity) => entity.id === id);
  }

  candidates(
    level: QueryLevel,
    conditions: readonly Condition[],
  ): Shortlist | undefined {
    let best: Candidates | undefined;
    let tag = 0;
    for (const condition of conditions) {
      const candidates = this.#indexes.candidates(condition);
      if (
        candidates !== undefined && candidates.size < (best?.size ?? Infinity)
      ) {
        best = candidates;
        tag = condition.tag;
      }
    }
    if (best === undefined) return undefined;
    const all = this.#hierarchy.size(best.depth);
    if (best.size > MANY && best.size > all / SMALL_PART) return undefined;
    const depth = Math.min(best.depth, depthOf(level));
    return { tag, entities: this.#entitiesOf(best, depth) };
  }

  /** The entities of these rows, or those above them of a level, each once: group by group, and in stored order within each. */
  *#entitiesOf(
    { groups, depth: from }: Candidates,
    depth: number,
  ): Generator<Entity> {
    const seen = new Set<number>();
    for (const group of groups) {
      const rows = group.map((rowNumber) => {
        let row = rowNumber;
        for (let level = from; level > depth; level--) {
          row = this.#hierarchy.parent(level, row);
        }
        return row;
      });
      for (const row of rows.sort()) {
        if (seen.has(row)) continue;
        seen.add(row);
        yield this.#hierarchy.entity(depth, row);
      }
    }
  }
}
