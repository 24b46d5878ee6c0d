/**
 * Attribute paths as text, in the union of DCMTK's and dicom-rs's spellings: `Seq[0].Keyword`, `Seq.(gggg,eeee)`,
 * `"CREATOR":gggg,xxee`. Reads them with positions for error messages, and writes them. Does not depend on values.
 */
import type { PathStep, Selector } from "../dataset/path.ts";
import {
  elementOf,
  formatTag,
  groupOf,
  isGroupLength,
  isPrivate,
  type Tag,
  tagOf,
} from "../dataset/tag.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { privateNameAt } from "../dictionary/private_text.ts";
import { type Fail, failIn } from "./mistake.ts";

/** Highest item index in a path: DCMTK creates all items before it, and no query has ten thousand items. */
export const MAX_ITEM_INDEX = 9999;

/** Most steps in a path: deeper nesting than any information object definition has. */
export const MAX_STEPS = 64;

/** Command set, file meta information, and items with their delimiters: none belongs in an identifier. */
const FORBIDDEN_GROUPS: ReadonlyMap<number, string> = new Map([
  [0x0000, "command elements"],
  [0x0002, "file meta information"],
  [0xfffe, "items and delimiters"],
]);

/** The position of a step in the text. */
export interface TextSpan {
  /** Offset of the first character. */
  readonly start: number;
  /** Offset after the last character. */
  readonly end: number;
}

/** A path as it was read. */
export interface ParsedPath {
  /** The steps. */
  readonly selector: Selector;
  /** The position of each step's attribute in the text, without its item. */
  readonly spans: readonly TextSpan[];
  /** Offset where the path ends: of the `=`, or the length of the text. */
  readonly end: number;
}

/** Reads a whole text as a path. Throws `UsageError` with a caret at the place of the mistake. */
export function parseSelector(
  text: string,
  dictionary: Dictionary = Dictionary.standard,
  lead?: string,
): Selector {
  const fail = failIn({ text, ...lead !== undefined && { lead } });
  const { selector, end } = parsePath(text, dictionary, fail);
  if (end < text.length) {
    fail(end, text.length, "a value is not allowed here");
  }
  return selector;
}

/** Reads the path at the start of a text, up to its end or the first `=` outside a quoted creator. */
export function parsePath(
  text: string,
  dictionary: Dictionary,
  fail: Fail,
): ParsedPath {
  const steps: PathStep[] = [];
  const spans: TextSpan[] = [];
  let sequence: string | undefined;
  let at = 0;
  while (true) {
    const token = tokenAt(text, at, dictionary, fail);
    const step = stepOf(token, sequence, dictionary, fail);
    sequence = token.name;
    const span = { start: token.start, end: token.end };
    at = skipBlanks(text, token.end);
    let item: number | undefined;
    if (text[at] === "[") {
      const close = text.indexOf("]", at);
      if (close < 0) fail(at, text.length, '"]" missing after the item index');
      item = itemIndex(text, at + 1, close, fail);
      at = skipBlanks(text, close + 1);
    }
    const isLast = at >= text.length || text[at] === "=";
    if (!isLast) item ??= 0;
    steps.push(item === undefined ? step : { ...step, item });
    spans.push(span);
    if (isLast) return { selector: steps, spans, end: at };
    if (text[at] !== ".") {
      fail(
        at,
        at + 1,
        `unexpected "${text[at]}" after the attribute`,
        'Write "." before the next attribute, "[n]" for an item, or "=" before the value',
      );
    }
    if (steps.length === MAX_STEPS) {
      fail(at, text.length, `more than ${MAX_STEPS} steps in one path`);
    }
    at++;
  }
}

/** Writes a path so that `parseSelector` reads the same again, and DCMTK too unless it names a private creator. */
export function formatSelector(
  selector: Selector,
  dictionary: Dictionary = Dictionary.standard,
): string {
  return selector.map((step) => {
    const item = step.item === undefined ? "" : `[${step.item}]`;
    return formatAttribute(step, dictionary) + item;
  }).join(".");
}

function formatAttribute(step: PathStep, dictionary: Dictionary): string {
  if (step.creator !== undefined) {
    const [group, element] = formatTag(step.tag).slice(1, -1).split(",") as [
      string,
      string,
    ];
    const offset = elementOf(step.tag) > 0xff
      ? element
      : `xx${element.slice(2)}`;
    return `"${step.creator.replaceAll('"', '""')}":${group},${offset}`;
  }
  const keyword = dictionary.keyword(step.tag);
  // A repeating group's keyword names only its first group, so the others go by number.
  return keyword !== undefined &&
      dictionary.byKeyword(keyword)?.tag === step.tag
    ? keyword
    : formatTag(step.tag);
}

/** One attribute as written. */
interface Token extends TextSpan {
  /** The text between parentheses, or the whole token. */
  readonly name: string;
  /** Offset of `name`. */
  readonly nameStart: number;
  /** Unquoted private creator. */
  readonly creator?: string;
}

function tokenAt(
  text: string,
  from: number,
  dictionary: Dictionary,
  fail: Fail,
): Token {
  const start = skipBlanks(text, from);
  if (text[start] === '"') return creatorTokenAt(text, start, fail);
  if (text[start] === "(") {
    const close = text.indexOf(")", start);
    if (close < 0) fail(start, text.length, '")" missing after the tag');
    return {
      start,
      end: close + 1,
      name: text.slice(start + 1, close),
      nameStart: start + 1,
    };
  }
  let end = start;
  while (end < text.length && !"[.=".includes(text[end]!)) end++;
  while (end > start && text[end - 1] === " ") end--;
  if (end === start) {
    fail(
      start,
      start + 1,
      "attribute missing",
      "Name an attribute by keyword or tag, for example PatientName or (0010,0010)",
    );
  }
  const name = text.slice(start, end);
  // A creator may hold points, but no standard name is one.
  const token = dictionary.byKeyword(name.trim())?.tag ?? tagFromText(name);
  const own = token === undefined ? privateNameAt(text, start) : undefined;
  if (own === undefined) return { start, end, name, nameStart: start };
  const nameStart = text.lastIndexOf(":", own.end - 1) + 1;
  return {
    start,
    end: own.end,
    name: text.slice(nameStart, own.end),
    nameStart,
    creator: own.creator,
  };
}

/** `"CREATOR":gggg,xxee`, a quote in the creator written twice. */
function creatorTokenAt(text: string, start: number, fail: Fail): Token {
  let close = start + 1;
  while (true) {
    close = text.indexOf('"', close);
    if (close < 0) {
      fail(start, text.length, "closing quote of the private creator missing");
    }
    if (text[close + 1] !== '"') break;
    close += 2;
  }
  const creator = text.slice(start + 1, close).replaceAll('""', '"');
  if (creator.trim() === "" || creator.includes("\\")) {
    fail(start, close + 1, "not a private creator");
  }
  let end = close + 1;
  while (end < text.length && !"[.=".includes(text[end]!)) end++;
  while (end > close + 1 && text[end - 1] === " ") end--;
  if (text[close + 1] !== ":") {
    fail(
      close + 1,
      Math.max(end, close + 2),
      '":" missing after the private creator',
      'Write "CREATOR":gggg,xxee',
    );
  }
  return {
    start,
    end,
    name: text.slice(close + 2, end),
    nameStart: close + 2,
    creator: creator.trimEnd(),
  };
}

function stepOf(
  token: Token,
  sequence: string | undefined,
  dictionary: Dictionary,
  fail: Fail,
): PathStep {
  const { name, nameStart, start, end } = token;
  if (name.includes("*")) {
    const star = nameStart + name.indexOf("*");
    fail(
      star,
      star + 1,
      '"*" is not allowed in a path',
      'Put wildcards in the value, after "="',
    );
  }
  if (token.creator !== undefined) {
    return privateStep(token, token.creator, fail);
  }
  const tag = dictionary.byKeyword(name.trim(), sequence)?.tag ??
    tagFromText(name);
  if (tag === undefined) {
    const privateTag = dictionary.privateByKeyword(name.trim());
    if (privateTag.length === 1) return privateTag[0]!;
    if (privateTag.length > 1) {
      fail(start, end, ...ambiguousName(name, privateTag));
    }
  }
  if (tag === "range") {
    fail(start, end, `group or element number too large in "${name}"`);
  }
  if (tag === undefined) {
    return fail(start, end, ...unknownName(name, dictionary));
  }
  const forbidden = FORBIDDEN_GROUPS.get(groupOf(tag));
  if (forbidden !== undefined) {
    fail(start, end, `${forbidden} cannot be part of a query`);
  }
  if (isGroupLength(tag)) {
    fail(start, end, "group lengths cannot be part of a query");
  }
  return { tag };
}

function privateStep(token: Token, creator: string, fail: Fail): PathStep {
  const match = /^\s*([0-9a-f]{4})\s*,?\s*(xx|[0-9a-f]{2})([0-9a-f]{2})\s*$/i
    .exec(token.name.replace(/^\((.*)\)$/, "$1"));
  if (match === null) {
    return fail(
      token.nameStart,
      Math.max(token.end, token.nameStart + 1),
      "not a private attribute",
      'Write the group, and xx for the block, for example "ACME 1.1":0009,xx01',
    );
  }
  const [, group = "", block = "", offset = ""] = match;
  const upper = block.toLowerCase() === "xx" ? 0 : parseInt(block, 16);
  const tag = tagOf(parseInt(group, 16), upper * 0x100 + parseInt(offset, 16));
  if (!isPrivate(tag)) {
    fail(
      token.nameStart,
      token.end,
      `group ${group} is not private`,
      "Private groups have odd numbers from 0009",
    );
  }
  if (upper > 0 && upper < 0x10 || block === "00") {
    fail(
      token.nameStart,
      token.end,
      `block ${block} cannot be reserved`,
      "Private blocks run from 10 to ff",
    );
  }
  return { tag, creator };
}

/** Reason and hint for a name that private attributes of several creators have. */
function ambiguousName(
  name: string,
  steps: readonly PathStep[],
): [reason: string, hint: string] {
  const names = steps.slice(0, 3).map((step) =>
    formatAttribute(step, Dictionary.standard)
  );
  return [
    `"${name}" is the name of ${steps.length} private attributes`,
    `Write ${names.join(" or ")}${steps.length > 3 ? ", for example" : ""}`,
  ];
}

/** Longest quotation of a name that is not a tag. */
const MAX_QUOTED = 30;

/** Reason and hint for a name that is neither tag nor keyword. */
function unknownName(
  name: string,
  dictionary: Dictionary,
): [reason: string, hint: string] {
  if (name.includes(",") || /^[0-9(]/.test(name.trim())) {
    return [
      `"${clipped(name)}" is not a tag`,
      "Write a tag as (gggg,eeee), gggg,eeee or ggggeeee in hexadecimal digits",
    ];
  }
  const slash = name.indexOf("/");
  if (slash > 0 && dictionary.byKeyword(name.slice(0, slash)) !== undefined) {
    return [
      `unknown keyword "${name}"`,
      'Write "." between sequence and attribute',
    ];
  }
  if (/^['\u2018-\u201e]/.test(name)) {
    return [
      `unknown keyword "${name}"`,
      "The shell left the quotes in the key: write straight double ones",
    ];
  }
  if (/[<>!~]$/.test(name)) {
    return [
      `unknown keyword "${name}"`,
      "Write = between attribute and value; a range is part of the value, as in StudyDate=20260101-",
    ];
  }
  const near = dictionary.suggest(name.trim(), 3);
  return [
    `unknown keyword "${name}"`,
    near.length === 0
      ? "Name an attribute by its DICOM keyword, or by tag"
      : `Did you mean ${near.join(", ").replace(/, ([^,]*)$/, " or $1")}?`,
  ];
}

/** A typed name may be a whole line of some other text. */
function clipped(name: string): string {
  return name.length > MAX_QUOTED ? `${name.slice(0, MAX_QUOTED)}…` : name;
}

function itemIndex(
  text: string,
  start: number,
  close: number,
  fail: Fail,
): number | undefined {
  const digits = text.slice(start, close);
  if (digits.trim() === "") return undefined;
  if (digits.includes("*")) {
    fail(
      start,
      close,
      '"*" is not allowed in a path',
      "Give an item index, from 0",
    );
  }
  if (!/^\s*\+?[0-9]+\s*$/.test(digits)) {
    fail(
      start,
      close,
      `"${digits.trim()}" is not an item index`,
      "Items are counted from 0",
    );
  }
  const index = Number(digits);
  if (index > MAX_ITEM_INDEX) {
    fail(
      start,
      close,
      `item index ${digits.trim()} is too large, at most ${MAX_ITEM_INDEX} is allowed`,
    );
  }
  return index;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at++;
  return at;
}

const PAIR = /^\s*(?:0x)?([0-9a-f]+)\s*,\s*(?:0x)?([0-9a-f]+)\s*$/i;
const BARE = /^\s*(?:0x)?([0-9a-f]{8})\s*$/i;

/**
 * The tag that a text without parentheses spells; `range` when a number needs more than 16 bits, undefined when it is not a tag.
 */
export function tagFromText(text: string): Tag | "range" | undefined {
  const pair = PAIR.exec(text);
  if (pair !== null) {
    const group = parseInt(pair[1]!, 16);
    const element = parseInt(pair[2]!, 16);
    return group > 0xffff || element > 0xffff ? "range" : tagOf(group, element);
  }
  const bare = BARE.exec(text);
  return bare === null ? undefined : parseInt(bare[1]!, 16);
}

/** The same text without one pair of enclosing parentheses. */
export function withoutParentheses(text: string): string {
  const enclosed = /^\s*\((.*)\)\s*$/.exec(text);
  return enclosed === null ? text : enclosed[1]!;
}
