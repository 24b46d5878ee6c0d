/**
 * Attributes that are not stored but follow from the hierarchy: counts, modalities and SOP classes of a study, availability
 * (PS3.4 C.3.4, C.6.1.1). Does not depend on queries.
 */
import { rawElement, stringsOf } from "../../codec/values.ts";
import type { Element } from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import type { QueryLevel } from "../../find/models.ts";
import type { Entity } from "./entity.ts";
import { depthOf, LEVELS, RETRIEVE_AE_TITLE } from "./levels.ts";

const MODALITY: Tag = 0x00080060;
const SOP_CLASS_UID: Tag = 0x00080016;
const MODALITIES_IN_STUDY: Tag = 0x00080061;
const SOP_CLASSES_IN_STUDY: Tag = 0x00080062;
const INSTANCE_AVAILABILITY: Tag = 0x00080056;

/** The level that each count belongs to, and the level that it counts. */
const COUNTS: ReadonlyMap<Tag, readonly [of: QueryLevel, what: QueryLevel]> =
  new Map<Tag, readonly [QueryLevel, QueryLevel]>([
    [0x00201200, ["PATIENT", "STUDY"]],
    [0x00201202, ["PATIENT", "SERIES"]],
    [0x00201204, ["PATIENT", "IMAGE"]],
    [0x00201206, ["STUDY", "SERIES"]],
    [0x00201208, ["STUDY", "IMAGE"]],
    [0x00201209, ["SERIES", "IMAGE"]],
  ]);

/**
 * The element of a computed attribute for an entity, at whose or a higher level the attribute is; undefined if there is none.
 * An entity known only by a record of its own, without anything below, keeps the values of the record.
 */
export function computedElement(
  tag: Tag,
  entity: Entity,
  retrieveAeTitle: string | undefined,
): Element | undefined {
  if (tag === RETRIEVE_AE_TITLE) {
    return retrieveAeTitle === undefined
      ? undefined
      : rawElement(tag, "AE", retrieveAeTitle);
  }
  if (tag === INSTANCE_AVAILABILITY) {
    return entity.record.get(tag) ?? rawElement(tag, "CS", "ONLINE");
  }
  const [level, countedLevel] = COUNTS.get(tag) ?? ["STUDY", undefined];
  const owner = entity.ancestor(level);
  if (owner === undefined) return undefined;
  const storedElement = owner.record.get(tag);
  if (storedElement !== undefined && !hasChildren(owner)) return storedElement;
  if (countedLevel !== undefined) {
    return rawElement(tag, "IS", String(owner.count(countedLevel)));
  }
  if (tag === MODALITIES_IN_STUDY) {
    return rawElement(tag, "CS", values(owner, "SERIES", MODALITY));
  }
  if (tag === SOP_CLASSES_IN_STUDY) {
    return rawElement(tag, "UI", values(owner, "IMAGE", SOP_CLASS_UID));
  }
  return undefined;
}

function hasChildren(entity: Entity): boolean {
  const level = LEVELS[depthOf(entity.level) + 1];
  return level !== undefined && entity.count(level) > 0;
}

/** The different values of an attribute below an entity, in order of appearance, with backslashes between. */
function values(entity: Entity, level: QueryLevel, tag: Tag): string {
  const seen = new Set<string>();
  for (const below of entity.descendants(level)) {
    const element = below.find(tag)?.element;
    if (element === undefined) continue;
    for (const value of stringsOf(element)) if (value !== "") seen.add(value);
  }
  return Array.from(seen).join("\\");
}
