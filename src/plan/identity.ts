/** The unique keys that distinguish entities, whichever peer returned them. Does not depend on any peer. */
import { emptyElement, stringsOf, textElement } from "../codec/values.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { QUERY_RETRIEVE_LEVEL, type Tag } from "../dataset/tag.ts";
import {
  LEVELS,
  type QueryLevel,
  type QueryModel,
  UNIQUE_KEYS,
} from "../identifier/levels.ts";
import { keyText, vrOfKey } from "./deal.ts";
import { identified, identityIn } from "./split_key.ts";

/** Issuer of Patient ID. */
const ISSUER: Tag = 0x00100021;

/**
 * The identity of a match of a question: the unique key of its level, which is `lowest` if matches were followed down; all its
 * values if it has none. Patients are the same only with the same issuer, as far as it is known.
 */
export function identityAt(
  match: Dataset,
  identifier: Dataset,
  model: QueryModel,
  lowest: QueryLevel | undefined,
): string {
  const identity = identityIn(match, at(identifier, lowest), model);
  const issuer = model === "worklist" ? undefined : match.get(ISSUER);
  const isPatient = keyText(match, "PATIENT") === identity;
  return isPatient && issuer !== undefined
    ? `${identity}\n${stringsOf(issuer).join()}`
    : identity;
}

/** The question with the unique key that distinguishes its matches. */
export function withIdentity(
  identifier: Dataset,
  model: QueryModel,
  lowest: QueryLevel | undefined,
): Dataset {
  if (lowest === undefined) {
    return identified(identifier.clone(), identifier, model);
  }
  const query = identifier.clone();
  const tag = UNIQUE_KEYS[lowest];
  if (!query.has(tag)) query.set(emptyElement(tag, vrOfKey(lowest)));
  return query;
}

function at(identifier: Dataset, lowest: QueryLevel | undefined): Dataset {
  if (lowest === undefined || !LEVELS.includes(lowest)) return identifier;
  const moved = identifier.clone();
  moved.set(textElement(QUERY_RETRIEVE_LEVEL, "CS", lowest));
  return moved;
}
