/** One attribute against one key for the naive matcher, from PS3.4 C.2.2.2.1 to C.2.2.2.8, written apart from `src`. */
import type { Attribute, Plain, PlainKeys, PlainQuery } from "./catalogue.ts";
import { temporalMatches } from "./naive_times.ts";

const BLANK_BEFORE = ["AE", "CS", "DS", "IS", "LO", "SH"];
const ONE_VALUE = ["LT", "ST", "UT"];

/** The values without padding (PS3.5 6.2); none if there is nothing but padding. */
export function clean(vr: string, values: readonly string[]): string[] {
  const all = values.map((value) => {
    const text = value.replace(/ +$/, "");
    return BLANK_BEFORE.includes(vr) ? text.replace(/^ +/, "") : text;
  });
  return all.length === 1 && all[0] === "" ? [] : all;
}

/** The values of a key. */
export function split(vr: string, text: string): string[] {
  return clean(vr, ONE_VALUE.includes(vr) ? [text] : text.split("\\"));
}

/** Wild cards as a regular expression (C.2.2.2.4). */
function wildcard(pattern: string): RegExp {
  const source = [...pattern].map((one) =>
    one === "*"
      ? ".*"
      : one === "?"
      ? "."
      : one.replace(/[\\^$.*+?()[\]{}|]/, "\\$&")
  ).join("");
  return new RegExp(`^${source}$`, "su");
}

/** Whether a text has a wild card character. */
export const hasWildcard = (text: string) => /[*?]/.test(text);
const same = (key: string, stored: string) => wildcard(key).test(stored);

function lenient(text: string): string {
  return text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase()
    .replaceAll("ß", "ss").normalize("NFC");
}

/** Components without blanks round them, and without those that are empty at the end (PS3.5 6.2.1). */
function components(group: string): string[] {
  const parts = group.split("^").map((part) => part.trim());
  while (parts.length > 1 && parts.at(-1) === "") parts.pop();
  return parts;
}

function groupMatches(key: string, stored: string): boolean {
  const wanted = components(key);
  const given = components(stored);
  if (same(wanted.join("^"), given.join("^"))) return true;
  return wanted.length > 1 && hasWildcard(key) &&
    given.length <= wanted.length &&
    wanted.every((part, at) => same(part, given[at] ?? ""));
}

function nameMatches(key: string, stored: string, fuzzy: boolean): boolean {
  if (fuzzy) return nameMatches(lenient(key), lenient(stored), false);
  const given = stored.split("=");
  const wanted = key.split("=");
  if (wanted.length === 1) {
    return given.some((group) =>
      components(group).join("") !== "" && groupMatches(key, group)
    );
  }
  return wanted.every((group, at) => {
    const plain = components(group).join("^");
    return plain === "" || plain === "*" ||
      groupMatches(group, given[at] ?? "");
  });
}

const WILDCARDS = ["AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"];
const TEMPORAL = ["DA", "TM", "DT"];
const MULTIPLE = ["AE", "AS", "AT", "CS", "LO", "PN", "SH", "UC"];
const NUMBERS = ["US", "AT"];

/** The offsets from UTC of both sides. */
export interface Zones {
  readonly key: string;
  readonly stored: string;
}

function oneMatches(
  vr: string,
  key: string,
  stored: string,
  query: PlainQuery,
  zones: Zones,
): boolean {
  if (vr === "PN") {
    return nameMatches(
      key.normalize("NFC"),
      stored.normalize("NFC"),
      query.fuzzy,
    );
  }
  if (TEMPORAL.includes(vr)) {
    return temporalMatches(vr, key, stored, zones.key, zones.stored);
  }
  if (vr === "IS" || vr === "DS") {
    const number = (text: string) =>
      /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)
        ? Number(text)
        : undefined;
    return number(key) === undefined
      ? key === stored
      : number(key) === number(stored);
  }
  if (WILDCARDS.includes(vr)) {
    return same(key.normalize("NFC"), stored.normalize("NFC"));
  }
  return key === stored;
}

/** Whether the stored values fulfil a key. `stored` is undefined if the attribute is absent. */
function keyFulfilled(
  attribute: Attribute,
  key: string,
  stored: string[] | undefined,
  query: PlainQuery,
  zones: Zones,
): boolean {
  const { vr } = attribute;
  const asked = split(vr, key);
  const given = clean(vr, stored ?? []);
  const isText = !NUMBERS.includes(vr);
  // Empty value matching (C.2.2.2.7).
  if (query.emptyValue && isText && asked.length === 1 && asked[0] === '""') {
    return given.every((value) => value === "");
  }
  // Universal matching (C.2.2.2.3).
  const wanted = asked.filter((value) => value !== "");
  if (wanted.length === 0) return true;
  if (WILDCARDS.includes(vr) && wanted.some((value) => /^\*+$/.test(value))) {
    return true;
  }
  if (given.length === 0) return false;
  const found = (value: string) =>
    given.some((one) => oneMatches(vr, value, one, query, zones));
  // Multiple value matching (C.2.2.2.8), else a list of which any one suffices.
  return query.multipleValue && MULTIPLE.includes(vr) && wanted.length > 1 &&
      !(vr !== "AT" && wanted.some(hasWildcard))
    ? wanted.every(found)
    : wanted.some(found);
}

/** Whether one item of a sequence fulfils all keys of the query's item (C.2.2.2.6). */
export function itemFulfils(
  attributes: readonly Attribute[],
  keys: PlainKeys,
  item: Plain,
  query: PlainQuery,
  zones: Zones,
): boolean {
  return attributes.every((attribute) => {
    const key = keys.get(attribute.keyword);
    const stored = item.get(attribute.keyword);
    return key === undefined || fulfilled(attribute, key, stored, query, zones);
  });
}

/** Whether a key says anything at all. */
export function isCondition(
  attribute: Attribute,
  key: string | PlainKeys,
  query: PlainQuery,
): boolean {
  if (typeof key !== "string") {
    return [...key].some(([keyword, nested]) =>
      isCondition(
        attribute.items!.find((one) => one.keyword === keyword)!,
        nested,
        query,
      )
    );
  }
  // What matches the absent attribute and every value alike is not a condition.
  return !(keyFulfilled(attribute, key, undefined, query, {
    key: "+0000",
    stored: "+0000",
  }) &&
    keyFulfilled(attribute, key, ["\u0001"], query, {
      key: "+0000",
      stored: "+0000",
    }));
}

/** Whether what is stored fulfils a key, also one of a sequence. */
export function fulfilled(
  attribute: Attribute,
  key: string | PlainKeys,
  stored: string[] | Plain[] | undefined,
  query: PlainQuery,
  zones: Zones,
): boolean {
  if (typeof key === "string") {
    if (attribute.items !== undefined) return true;
    return keyFulfilled(
      attribute,
      key,
      stored as string[] | undefined,
      query,
      zones,
    );
  }
  if (!isCondition(attribute, key, query)) return true;
  return ((stored ?? []) as Plain[]).some((item) =>
    itemFulfils(attribute.items!, key, item, query, zones)
  );
}
