/**
 * C-FIND semantics on an archive: which queries are refused and why, and the response for each match (PS3.4 C.4.1.3,
 * K.4.1.3). Answers come one at a time, so that a caller can stop early. Does not depend on messages or the network.
 */
import { quantity } from "../../errors.ts";
import {
  OUT_OF_RESOURCES,
  PENDING,
  PENDING_UNSUPPORTED_KEYS,
  SUCCESS,
} from "../../dimse/status.ts";
import { Charset } from "../../charset/charset.ts";
import { charsetOf, stringsOf } from "../../codec/values.ts";
import { type Dataset, isSequence } from "../../dataset/dataset.ts";
import {
  formatTag,
  QUERY_RETRIEVE_LEVEL,
  type Tag,
} from "../../dataset/tag.ts";
import { Dictionary } from "../../dictionary/dictionary.ts";
import type { FindModel, QueryLevel } from "../../find/models.ts";
import type { Archive, ArchiveItem } from "./archive.ts";
import { UNIQUE_KEYS } from "./levels.ts";
import type { Lookup } from "../../matching/attribute.ts";
import {
  ConditionTally,
  KeySet,
  type MatchOptions,
} from "../../matching/matching.ts";
import { buildResponse } from "./response.ts";
import { Search, type Unfulfilled, WORKING } from "./search.ts";
import { hasWildcard } from "../../matching/text_match.ts";

/** A query to answer. */
export interface FindQuery extends MatchOptions {
  readonly model: FindModel;
  /** The identifier as received. */
  readonly identifier: Dataset;
  /** Relational queries were negotiated (PS3.4 C.5.1.1.1). */
  readonly relational?: boolean;
  /** Value of RetrieveAETitle; without it the attribute is answered only if it is stored. */
  readonly retrieveAeTitle?: string;
  /** Answer in the character set of the identifier if the text fits; by default as stored. */
  readonly answerInRequestedCharset?: boolean;
  /** Most matches to give; more end the query with status A700. */
  readonly limit?: number;
  /** How much is done in one go: entities with a record of their own count as 1, others more; all at once when absent. */
  readonly slice?: number;
}

export { WORKING } from "./search.ts";

/** One response: pending with a dataset, or the final one without. */
export type QueryResponse =
  | { readonly status: 0xff00 | 0xff01; readonly dataset: Dataset }
  | FinalQueryResponse;

/** The response that ends a query (PS3.4 C.4.1.1.4, PS3.7 Annex C). */
export interface FinalQueryResponse {
  readonly status: number;
  readonly dataset?: undefined;
  /** Error Comment (0000,0902), at most 64 characters. */
  readonly errorComment?: string;
  /** Offending Element (0000,0901). */
  readonly offendingElements?: readonly Tag[];
  /** Of a success without a match: the keys that nothing fulfilled. Not sent. */
  readonly unfulfilled?: Unfulfilled;
}

const IDENTIFIER_MISMATCH = 0xa900;
/** Longest value of VR LO, which the comment has. */
const COMMENT_LENGTH = 64;

/** All responses to a query, the final one last. */
export function* answerQuery(
  archive: Archive,
  query: FindQuery,
): Generator<QueryResponse> {
  for (const step of answerInSlices(archive, query)) {
    if (step !== WORKING) yield step;
  }
}

/** The same, with `WORKING` wherever as many entities as `slice` says were tried without a response. */
export function* answerInSlices(
  archive: Archive,
  query: FindQuery,
): Generator<QueryResponse | typeof WORKING> {
  const refusal = checkLimits(query.identifier) ??
    checkSequences(query.identifier);
  if (refusal !== undefined) {
    yield refusal;
    return;
  }
  const matches = query.model.levels.length === 0
    ? plainMatches(archive.itemsOf(query.model), query)
    : hierarchyMatches(archive, query);
  if ("status" in matches) {
    yield matches;
    return;
  }
  const respond = responder(query, matches);
  let count = 0;
  for (const match of matches.matches) {
    if (match === WORKING) {
      yield WORKING;
      continue;
    }
    if (count++ === query.limit) {
      yield failure(
        OUT_OF_RESOURCES,
        `More than ${
          quantity(query.limit, "match", "matches")
        }; the rest is not sent`,
      );
      return;
    }
    yield respond(match);
  }
  yield count > 0
    ? { status: SUCCESS }
    : { status: SUCCESS, unfulfilled: matches.unfulfilled() };
}

/** The form of a search, whatever the model. */
interface Matches {
  readonly keys: KeySet;
  /** One by one, in stored order. */
  readonly matches: Iterable<Match | typeof WORKING>;
  /** Keys that are neither matched nor answered. */
  readonly unsupported: ReadonlySet<Tag>;
  /** Keys that are passed over without a word. */
  readonly ignored: ReadonlySet<Tag>;
  /** Keys that nothing fulfilled, once all was tried. */
  readonly unfulfilled: () => Unfulfilled;
}

/** One entity or worklist item that is to be answered. */
interface Match {
  readonly lookup: Lookup;
  readonly charset: Charset;
}

/** Makes the pending response of a match. */
function responder(query: FindQuery, matches: Matches) {
  const { keys, unsupported, ignored } = matches;
  const dictionary = query.dictionary ?? Dictionary.standard;
  const queryCharset = charsetOf(query.identifier, Charset.ascii);
  const charset = query.answerInRequestedCharset === true &&
      queryCharset !== Charset.ascii
    ? queryCharset
    : undefined;
  const unknown = keys.keys.map(({ tag }) => tag)
    .filter((tag) => dictionary.entry(tag) === undefined);
  return ({ lookup, charset: declared }: Match): QueryResponse => {
    // An attribute that no dictionary names, a private one mostly, is supported if it is stored.
    const missingTags = new Set(
      unknown.filter((tag) => lookup(tag) === undefined),
    );
    const dataset = buildResponse(keys, lookup, {
      dictionary,
      omit: (tag) =>
        unsupported.has(tag) || ignored.has(tag) || missingTags.has(tag),
      charset,
      declared,
    });
    const complete = unsupported.size === 0 && missingTags.size === 0;
    return { status: complete ? PENDING : PENDING_UNSUPPORTED_KEYS, dataset };
  };
}

function failure(
  status: number,
  comment: string,
  ...offendingElements: Tag[]
): FinalQueryResponse {
  return {
    status,
    errorComment: comment.slice(0, COMMENT_LENGTH),
    ...(offendingElements.length > 0 ? { offendingElements } : {}),
  };
}

/** Most keys of an identifier, those in sequences included: more than there are attributes in PS3.6. */
export const MAX_KEYS = 8192;
/** Most values of all keys of an identifier together. Each is compiled before the first entity is tried. */
export const MAX_VALUES = 20_000;

/** Keys that would take too long to compile are refused. */
function checkLimits(identifier: Dataset): FinalQueryResponse | undefined {
  let keys = 0;
  let values = 0;
  const count = (dataset: Dataset): void => {
    keys += dataset.size;
    for (const element of dataset) {
      if (isSequence(element)) {
        for (const item of element.items) count(item.dataset);
      } else if ("value" in element) values += valuesOf(element.value);
    }
  };
  count(identifier);
  if (keys > MAX_KEYS) {
    return failure(OUT_OF_RESOURCES, `More than ${MAX_KEYS} keys`);
  }
  return values > MAX_VALUES
    ? failure(OUT_OF_RESOURCES, `More than ${MAX_VALUES} values`)
    : undefined;
}

const BACKSLASH = 0x5c;

/** An upper bound: a backslash may also be part of a character, or of a number. */
function valuesOf(bytes: Uint8Array): number {
  let count = bytes.length === 0 ? 0 : 1;
  for (let at = bytes.indexOf(BACKSLASH); at >= 0;) {
    count++;
    at = bytes.indexOf(BACKSLASH, at + 1);
  }
  return count;
}

/** A sequence key has a single item (PS3.4 C.2.2.2.6); none is treated as one that names nothing. */
function checkSequences(identifier: Dataset): FinalQueryResponse | undefined {
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
    const refusal = item && checkSequences(item.dataset);
    if (refusal !== undefined) {
      return { ...refusal, offendingElements: [element.tag] };
    }
  }
  return undefined;
}

const NONE: ReadonlySet<Tag> = new Set();
/** The level has no meaning in a worklist query, yet some requestors send it, empty. */
const LEVEL_ALONE: ReadonlySet<Tag> = new Set([QUERY_RETRIEVE_LEVEL]);

/** Plain matching of things without a hierarchy: worklist items, protocols, templates and the like. */
function plainMatches(
  items: readonly ArchiveItem[],
  query: FindQuery,
): Matches {
  const dictionary = query.dictionary ?? Dictionary.standard;
  const keys = KeySet.compile(query.identifier, Charset.ascii, query);
  const tally = new ConditionTally(keys.conditions, dictionary);
  function* matches(): Generator<Match | typeof WORKING> {
    let tried = 0;
    for (const item of items) {
      if (query.slice !== undefined && tried++ >= query.slice) {
        tried = 1;
        yield WORKING;
      }
      const lookup = keys.adjusted((tag) => item.find(tag));
      if (!tally.fulfils(lookup, keys.conditions)) continue;
      yield { lookup, charset: item.charset };
    }
  }
  return {
    keys,
    matches: matches(),
    unsupported: NONE,
    ignored: LEVEL_ALONE,
    unfulfilled: () => ({ keys: tally.unfulfilled }),
  };
}

function hierarchyMatches(
  archive: Archive,
  query: FindQuery,
): Matches | FinalQueryResponse {
  const level = requestedLevel(query);
  if (typeof level !== "string") return level;
  if (query.relational !== true) {
    const refusal = checkUniqueKeys(query, level);
    if (refusal !== undefined) return refusal;
  }
  const search = new Search(query, level);
  function* matches(): Generator<Match | typeof WORKING> {
    for (const entity of search.run(archive)) {
      if (entity === WORKING) yield entity;
      else {yield {
          lookup: search.lookupOf(entity),
          charset: entity.record.charset,
        };}
    }
  }
  const { keys, unsupported } = search;
  return {
    keys,
    matches: matches(),
    unsupported,
    ignored: NONE,
    unfulfilled: () => search.unfulfilled,
  };
}

/** The value of QueryRetrieveLevel, when it is one that the model has. */
function requestedLevel(query: FindQuery): QueryLevel | FinalQueryResponse {
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
): FinalQueryResponse | undefined {
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
