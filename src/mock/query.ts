/**
 * C-FIND semantics on an archive: levels, hierarchical and relational search, computed attributes (PS3.4 C.4.1, C.6) and the
 * worklist (PS3.4 K.4.1). Answers come one at a time, so that a caller can stop early. Knows no messages and no network.
 */
import { Charset } from "../charset/charset.ts";
import { charsetOf, rawElement, stringsOf } from "../codec/values.ts";
import { type Dataset, type Element, isSequence } from "../dataset/dataset.ts";
import { formatTag, type Tag } from "../dataset/tag.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import type { FindModel, QueryLevel } from "../find/models.ts";
import type { Archive } from "./archive.ts";
import { computedElement } from "./computed.ts";
import type { Entity } from "./entity.ts";
import { COMPUTED, depthOf, levelOf, LEVELS, UNIQUE_KEYS } from "./levels.ts";
import {
  type Condition,
  type Found,
  KeySet,
  type Lookup,
  type MatchOptions,
} from "./matching.ts";
import { buildResponse } from "./response.ts";
import { hasWildcard } from "./text_match.ts";

/** A query to answer. */
export interface FindQuery extends MatchOptions {
  readonly model: FindModel;
  /** The identifier as received. */
  readonly identifier: Dataset;
  /** Relational queries were negotiated (PS3.4 C.5.1.1.1). */
  readonly relational?: boolean;
  /** Value of RetrieveAETitle; without it the attribute is answered only where it is stored. */
  readonly retrieveAeTitle?: string;
  /** Answer in the character set of the identifier where the text fits; by default as stored. */
  readonly answerInRequestedCharset?: boolean;
  /** Most matches to give; more end the query with status A700. */
  readonly limit?: number;
}

/** One response: pending with a dataset, or the final one without. */
export type Answer =
  | { readonly status: 0xff00 | 0xff01; readonly dataset: Dataset }
  | FinalAnswer;

/** The response that ends a query (PS3.4 C.4.1.1.4, PS3.7 Annex C). */
export interface FinalAnswer {
  readonly status: number;
  readonly dataset?: undefined;
  /** Error Comment (0000,0902), at most 64 characters. */
  readonly errorComment?: string;
  /** Offending Element (0000,0901). */
  readonly offendingElements?: readonly Tag[];
}

const QUERY_RETRIEVE_LEVEL: Tag = 0x00080052;
const SUCCESS: FinalAnswer = { status: 0x0000 };
const PENDING = 0xff00;
const PENDING_UNSUPPORTED_KEYS = 0xff01;
const OUT_OF_RESOURCES = 0xa700;
const IDENTIFIER_MISMATCH = 0xa900;
const SOP_CLASS_NOT_SUPPORTED = 0x0122;
/** Longest value of VR LO, which the comment has. */
const COMMENT_LENGTH = 64;

/** All responses to a query, the final one last. */
export function* answer(archive: Archive, query: FindQuery): Generator<Answer> {
  const fault = checkSequences(query.identifier);
  if (fault !== undefined) {
    yield fault;
    return;
  }
  const isWorklist = query.model.name === "worklist";
  if (!isWorklist && query.model.levels.length === 0) {
    yield failure(SOP_CLASS_NOT_SUPPORTED, `No data for ${query.model.title}`);
    return;
  }
  const matches = isWorklist
    ? answerWorklist(archive, query)
    : answerHierarchy(archive, query);
  let count = 0;
  for (const match of matches) {
    if (match.dataset !== undefined && count++ === query.limit) {
      yield failure(
        OUT_OF_RESOURCES,
        `More than ${query.limit} matches, the rest is not sent`,
      );
      return;
    }
    yield match;
    if (match.dataset === undefined) return;
  }
  yield SUCCESS;
}

function failure(
  status: number,
  comment: string,
  ...offendingElements: Tag[]
): FinalAnswer {
  return {
    status,
    errorComment: comment.slice(0, COMMENT_LENGTH),
    ...(offendingElements.length > 0 ? { offendingElements } : {}),
  };
}

/** A sequence key has a single item (PS3.4 C.2.2.2.6); none is taken as one that names nothing. */
function checkSequences(identifier: Dataset): FinalAnswer | undefined {
  for (const element of identifier) {
    if (!isSequence(element)) continue;
    if (element.items.length > 1) {
      return failure(
        IDENTIFIER_MISMATCH,
        `Sequence key ${formatTag(element.tag)} has more than one item`,
        element.tag,
      );
    }
    const item = element.items[0];
    const fault = item && checkSequences(item.dataset);
    if (fault !== undefined) {
      return { ...fault, offendingElements: [element.tag] };
    }
  }
  return undefined;
}

/** Everything about a query that is the same for all entities. */
interface Plan {
  readonly query: FindQuery;
  readonly keys: KeySet;
  readonly level: QueryLevel;
  /** The conditions by the depth of the level that they are tried at. */
  readonly conditions: readonly (readonly Condition[])[];
  readonly unsupported: ReadonlySet<Tag>;
  readonly charset: Charset | undefined;
  readonly dictionary: Dictionary;
}

function* answerHierarchy(
  archive: Archive,
  query: FindQuery,
): Generator<Answer> {
  const level = requestedLevel(query);
  if (typeof level !== "string") {
    yield level;
    return;
  }
  if (query.relational !== true) {
    const fault = checkUniqueKeys(query, level);
    if (fault !== undefined) {
      yield fault;
      return;
    }
  }
  const plan = makePlan(query, level);
  for (const entity of candidates(archive, plan)) {
    const lookup = lookupOf(entity, plan);
    const unknown = plan.keys.keys.some(({ tag }) =>
      isUnknown(tag, plan.dictionary) && !plan.unsupported.has(tag) &&
      lookup(tag) === undefined
    );
    const dataset = buildResponse(plan.keys, lookup, {
      dictionary: plan.dictionary,
      omit: (tag) =>
        plan.unsupported.has(tag) ||
        (isUnknown(tag, plan.dictionary) && lookup(tag) === undefined),
      charset: plan.charset,
      declared: entity.charset,
    });
    const status = unknown || plan.unsupported.size > 0
      ? PENDING_UNSUPPORTED_KEYS
      : PENDING;
    yield { status, dataset };
  }
}

/** The value of QueryRetrieveLevel, when it is one that the model has. */
function requestedLevel(query: FindQuery): QueryLevel | FinalAnswer {
  const element = query.identifier.get(QUERY_RETRIEVE_LEVEL);
  const values = element === undefined ? [] : stringsOf(element);
  if (values.length === 0) {
    return failure(
      IDENTIFIER_MISMATCH,
      "Query/Retrieve Level is missing",
      QUERY_RETRIEVE_LEVEL,
    );
  }
  const level = query.model.levels.find((name) => name === values[0]);
  if (values.length > 1 || level === undefined) {
    return failure(
      IDENTIFIER_MISMATCH,
      `No Query/Retrieve Level ${values.join("\\").slice(0, 20)} in this model`,
      QUERY_RETRIEVE_LEVEL,
    );
  }
  return level;
}

/** Hierarchical search needs one value in the unique key of each level above the query's (PS3.4 C.4.1.3.1.1). */
function checkUniqueKeys(
  query: FindQuery,
  level: QueryLevel,
): FinalAnswer | undefined {
  const dictionary = query.dictionary ?? Dictionary.standard;
  for (const above of query.model.levels) {
    if (above === level) return undefined;
    const tag = UNIQUE_KEYS[above];
    const name = dictionary.keyword(tag) ?? formatTag(tag);
    const element = query.identifier.get(tag);
    const values = element === undefined ? [] : stringsOf(element);
    const text = values.join("\\");
    if (text === "") {
      return failure(
        IDENTIFIER_MISMATCH,
        `${name} is needed at level ${level}`,
        tag,
      );
    }
    if (values.length > 1 || hasWildcard(text)) {
      return failure(
        IDENTIFIER_MISMATCH,
        `${name} must be a single value at level ${level}`,
        tag,
      );
    }
  }
  return undefined;
}

function makePlan(query: FindQuery, level: QueryLevel): Plan {
  const dictionary = query.dictionary ?? Dictionary.standard;
  const keys = KeySet.compile(query.identifier, Charset.ascii, query);
  const unsupported = new Set<Tag>();
  for (const { tag } of keys.keys) {
    const owner = levelOf(tag);
    const isBelow = owner !== undefined && depthOf(owner) > depthOf(level);
    const isNamedRetrieval = tag === RETRIEVE_AE_TITLE &&
      query.retrieveAeTitle === undefined;
    if (isBelow || isNamedRetrieval || tag >>> 16 < 0x0008) {
      unsupported.add(tag);
    }
  }
  const conditions: Condition[][] = LEVELS.map(() => []);
  for (const condition of keys.conditions) {
    const owner = levelOf(condition.tag) ?? level;
    const isBelow = depthOf(owner) > depthOf(level);
    if (unsupported.has(condition.tag) && !isBelow) continue;
    // What lies below the level is matched in relational queries only, and otherwise as if no value had been given.
    if (isBelow && query.relational !== true) continue;
    const depth = Math.max(depthOf(owner), depthOf(query.model.levels[0]!));
    conditions[depth]!.push(condition);
  }
  const asked = charsetOf(query.identifier, Charset.ascii);
  return {
    query,
    keys,
    level,
    conditions,
    unsupported,
    charset: query.answerInRequestedCharset === true && asked !== Charset.ascii
      ? asked
      : undefined,
    dictionary,
  };
}

const RETRIEVE_AE_TITLE: Tag = 0x00080054;

/** Attributes that no dictionary names: private ones mostly. They are supported where they are stored. */
function isUnknown(tag: Tag, dictionary: Dictionary): boolean {
  return dictionary.entry(tag) === undefined;
}

/** Finds attributes at the entity that they describe: a series is asked for the study's attributes by asking its study. */
function lookupOf(entity: Entity, plan: Plan): Lookup {
  const { query } = plan;
  const top = query.model.levels[0]!;
  return (tag) => {
    if (COMPUTED.has(tag)) {
      const element = tag === QUERY_RETRIEVE_LEVEL
        ? rawElement(tag, "CS", plan.level)
        : computedElement(tag, entity, query.retrieveAeTitle);
      return element && { element, charset: Charset.ascii };
    }
    const owner = levelOf(tag) ?? entity.level;
    const holder = depthOf(owner) < depthOf(top) ? top : owner;
    return (entity.ancestor(holder) ?? entity).find(tag);
  };
}

function fulfils(
  entity: Entity,
  plan: Plan,
  conditions: readonly Condition[],
): boolean {
  if (conditions.length === 0) return true;
  const lookup = lookupOf(entity, plan);
  return conditions.every((condition) =>
    condition.test(lookup) ||
    (isUnknown(condition.tag, plan.dictionary) &&
      lookup(condition.tag) === undefined)
  );
}

/** The entities of the plan's level that fulfil all conditions, in stored order. */
function* candidates(archive: Archive, plan: Plan): Generator<Entity> {
  const start = startingPoints(archive, plan);
  for (const entity of start) {
    if (aboveFulfil(entity, plan)) yield* walk(entity, plan);
  }
}

/**
 * Where to begin: at the entities that unique keys name, those of the lowest level first, as they leave the least to try;
 * at the model's top level when no unique key has plain values.
 */
function startingPoints(archive: Archive, plan: Plan): Iterable<Entity> {
  for (let depth = depthOf(plan.level); depth >= 0; depth--) {
    const level = LEVELS[depth]!;
    const condition = plan.keys.conditions.find(({ tag }) =>
      tag === UNIQUE_KEYS[level]
    );
    const ids = condition && plainIds(condition.key);
    if (ids !== undefined) {
      return ids.flatMap((id) => archive.byId(level, id));
    }
  }
  return archive.entities(plan.query.model.levels[0]!);
}

/** The different values of a unique key; undefined when it needs matching proper. */
function plainIds(key: Element): string[] | undefined {
  const values = stringsOf(key).filter((value) => value !== "");
  // deno-lint-ignore no-control-regex
  const plain = values.every((value) => /^[\x20-\x7e]*$/.test(value));
  if (!plain || (key.vr !== "UI" && values.some(isPattern))) return undefined;
  return Array.from(new Set(values));
}

function isPattern(value: string): boolean {
  return hasWildcard(value) || value === '""';
}

/** Whether the entities above fulfil the conditions of their levels. */
function aboveFulfil(entity: Entity, plan: Plan): boolean {
  for (let above = entity.parent; above !== undefined; above = above.parent) {
    const conditions = plan.conditions[depthOf(above.level)]!;
    if (!fulfils(above, plan, conditions)) return false;
  }
  return true;
}

/** The matching entities of the plan's level at or below an entity. A branch is left as soon as a condition fails. */
function* walk(entity: Entity, plan: Plan): Generator<Entity> {
  if (!fulfils(entity, plan, plan.conditions[depthOf(entity.level)]!)) return;
  if (entity.level !== plan.level) {
    for (const child of entity.children) yield* walk(child, plan);
  } else if (belowFulfils(entity, plan)) {
    yield entity;
  }
}

/** Whether some line of descendants fulfils the conditions below the plan's level: one series, and one instance within it. */
function belowFulfils(entity: Entity, plan: Plan): boolean {
  const below = depthOf(entity.level) + 1;
  if (plan.conditions.slice(below).every(({ length }) => length === 0)) {
    return true;
  }
  return entity.children.some((child) =>
    fulfils(child, plan, plan.conditions[below]!) && belowFulfils(child, plan)
  );
}

function* answerWorklist(
  archive: Archive,
  query: FindQuery,
): Generator<Answer> {
  const dictionary = query.dictionary ?? Dictionary.standard;
  const keys = KeySet.compile(query.identifier, Charset.ascii, query);
  const asked = charsetOf(query.identifier, Charset.ascii);
  const charset = query.answerInRequestedCharset === true &&
      asked !== Charset.ascii
    ? asked
    : undefined;
  for (const item of archive.worklist) {
    const lookup: Lookup = (tag): Found | undefined => item.find(tag);
    if (!worklistMatches(keys, lookup, dictionary)) continue;
    const missing = (tag: Tag) =>
      isUnknown(tag, dictionary) && lookup(tag) === undefined;
    const dataset = buildResponse(keys, lookup, {
      dictionary,
      // The level has no meaning here, yet some requestors send it, empty.
      omit: (tag) => tag === QUERY_RETRIEVE_LEVEL || missing(tag),
      charset,
      declared: item.charset,
    });
    const unsupported = keys.keys.some(({ tag }) => missing(tag));
    yield {
      status: unsupported ? PENDING_UNSUPPORTED_KEYS : PENDING,
      dataset,
    };
  }
}

function worklistMatches(
  keys: KeySet,
  lookup: Lookup,
  dictionary: Dictionary,
): boolean {
  return keys.conditions.every((condition) =>
    condition.test(lookup) ||
    (isUnknown(condition.tag, dictionary) &&
      lookup(condition.tag) === undefined)
  );
}
