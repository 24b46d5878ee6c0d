/**
 * Keys of a query as a plain object: `{ PatientName: "Doe*", StudyDate: "", ScheduledProcedureStepSequence: { Modality: "CT" } }`.
 * Turns it into the identifier that the command line would send for the same keys.
 */
import { isCharsetTerm } from "../src/charset/charset.ts";
import { Dataset } from "../src/dataset/dataset.ts";
import type { Dictionary } from "../src/dictionary/dictionary.ts";
import { UsageError } from "../src/errors.ts";
import type { FindModel } from "../src/find/models.ts";
import { buildIdentifier } from "../src/identifier/build.ts";
import { localDay } from "../src/identifier/date_words.ts";
import { type QueryLevel, queryModelOf } from "../src/identifier/levels.ts";

/**
 * The value of one key: a text with DICOM's wildcards and ranges, a number, several of them (a list of UIDs), the keys of an item,
 * or of several. An empty text, `null`, `[]` and `{}` request the attribute as a return key.
 */
export type KeyValue =
  | string
  | number
  | bigint
  | null
  | readonly (string | number | bigint)[]
  | Keys
  | readonly Keys[];

/** Keys by keyword, by tag (`"00100010"`) or by path (`"Sequence[0].Keyword"`). */
export interface Keys {
  /** The value that the attribute is to match. */
  readonly [attribute: string]: KeyValue;
}

/** How keys become an identifier. */
export interface KeysOptions {
  /** The query level; the lowest level of the keys when absent. */
  readonly level?: QueryLevel | Lowercase<QueryLevel>;
  /** Makes the query relational: keys of any level can be combined. */
  readonly relational?: boolean;
  /** The Specific Character Set that text is sent in; the smallest that covers the text if absent. */
  readonly charset?: string | readonly string[];
  /** Names and VRs; the standard dictionary when absent. */
  readonly dictionary?: Dictionary;
}

/** The identifier of a C-FIND request. */
export interface Identifier {
  /** The keys as they are sent. */
  readonly dataset: Dataset;
  /** Probable mistakes in them, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * The identifier of a C-FIND request for these keys, with its probable mistakes. Throws `UsageError` for a key that is unknown or
 * has a value that cannot be sent.
 */
export function identifierOf(
  keys: Keys | Dataset,
  model: FindModel,
  options: KeysOptions = {},
): Identifier {
  const { level, charset, relational, dictionary } = options;
  if (typeof keys !== "object" || keys === null) {
    throw new UsageError(`The keys are ${keys}, not an object`, {
      hint: 'Write { PatientName: "Doe*" }',
    });
  }
  const isEmpty = keys instanceof Dataset
    ? keys.size === 0
    : Object.keys(keys).length === 0;
  if (isEmpty) {
    throw new UsageError("The query is empty", {
      hint: 'Name at least one attribute, for example { PatientName: "" }',
    });
  }
  const { dataset, warnings } = buildIdentifier({
    form: "address",
    model: queryModelOf(model.name),
    today: () => localDay(new Date()),
    ...(relational && { relational }),
    ...(dictionary && { dictionary }),
    ...(level && { level: String(level).toUpperCase() as QueryLevel }),
    ...(charset !== undefined && { charset: charsetTerms(charset) }),
    ...(keys instanceof Dataset ? { base: keys } : { keys: termsOf(keys, "") }),
  });
  return { dataset, warnings };
}

/** The defined terms of a Specific Character Set. Throws `UsageError` for others. */
function charsetTerms(charset: unknown): readonly string[] {
  const terms = Array.isArray(charset)
    ? charset.map(String)
    : String(charset).split("\\");
  const unknown = terms.find((term) => term !== "" && !isCharsetTerm(term));
  if (unknown === undefined) return terms;
  throw new UsageError(`"${unknown}" is not a character set`, {
    hint: "Give a defined term like ISO_IR 100 or ISO_IR 192",
  });
}

/** Levels of items that keys may have: more than any query needs, and an object that contains itself has no end of them. */
const MAX_LEVELS = 32;

/** The keys of an object as the command line writes them; `path` is the path to it. */
function termsOf(keys: Keys, path: string): string[] {
  if (path.split(".").length > MAX_LEVELS) {
    throw new UsageError(`The keys have more than ${MAX_LEVELS} levels`, {
      hint: "Check that no object contains itself",
    });
  }
  return Object.entries(keys).flatMap(([attribute, value]) => {
    if (attribute.includes("=")) {
      throw new UsageError(`"${attribute}" is not an attribute name`, {
        hint: 'Write { PatientName: "Doe*" }',
      });
    }
    return termsOfKey(`${path}${attribute}`, value);
  });
}

function termsOfKey(key: string, value: unknown): string[] {
  if (value === null) return [key];
  if (isText(value)) return [`${key}=${value}`];
  if (Array.isArray(value)) {
    if (value.every(isText)) return [`${key}=${value.join("\\")}`];
    return value.flatMap((item, index) => {
      if (!isKeys(item)) throw unfit(key, value);
      return termsOfItem(`${key}[${index}]`, item);
    });
  }
  if (!isKeys(value)) throw unfit(key, value);
  return Object.keys(value).length === 0
    ? [key]
    : termsOfItem(`${key}[0]`, value);
}

function termsOfItem(item: string, keys: Keys): string[] {
  const terms = termsOf(keys, `${item}.`);
  return terms.length === 0 ? [item] : terms;
}

function isText(value: unknown): value is string | number | bigint {
  return typeof value === "string" || typeof value === "bigint" ||
    (typeof value === "number" && Number.isFinite(value));
}

function isKeys(value: unknown): value is Keys {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A missing value would match everything, so it is an error. */
function unfit(key: string, value: unknown): UsageError {
  const what = value === undefined
    ? "undefined"
    : value instanceof Date
    ? "a Date"
    : typeof value === "object"
    ? "an object that is not a set of keys"
    : String(value);
  return new UsageError(`The value of the key "${key}" is ${what}`, {
    hint:
      'Give a string, a number or an object of keys; "" only returns the attribute',
  });
}
