/**
 * The date attribute that a question is split by, and the time that goes with it: where they are in an identifier, what the
 * question says of them, and how it is narrowed to a window. Does not depend on any peer.
 */
import {
  charsetOf,
  emptyElement,
  stringsOf,
  textElement,
} from "../codec/values.ts";
import { latin1 } from "../bytes/latin1.ts";
import { Charset } from "../charset/charset.ts";
import { type Dataset, isSequence, plainValue } from "../dataset/dataset.ts";
import { ensureItem } from "../dataset/path.ts";
import { formatTag, QUERY_RETRIEVE_LEVEL, type Tag } from "../dataset/tag.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import { advise, UsageError } from "../errors.ts";
import {
  LEVELS,
  type QueryLevel,
  type QueryModel,
  UNIQUE_KEYS,
} from "../identifier/levels.ts";
import { dateMistake } from "../identifier/value_lint.ts";
import { parseKeySpan, type Span } from "../matching/temporal.ts";

/** Tags from the outside in; all but the last are sequences with one item. */
type Path = readonly Tag[];

const SCHEDULED_STEP: Tag = 0x00400100;

/** Dates and the times that belong to them, by where a query has them. */
const TIME_OF: ReadonlyMap<Tag, Tag> = new Map<Tag, Tag>([
  [0x00080020, 0x00080030], // Study
  [0x00080021, 0x00080031], // Series
  [0x00080022, 0x00080032], // Acquisition
  [0x00080023, 0x00080033], // Content
  [0x00100030, 0x00100032], // PatientBirth
  [0x00400002, 0x00400003], // ScheduledProcedureStepStart
]);

/** The key that a question is split by. */
export interface SplitKey {
  /** Keyword of the date, for messages. */
  readonly keyword: string;
  readonly date: Path;
  /** The time of the day, if there is one. */
  readonly time: Path | undefined;
}

/**
 * The attribute to split by: the one named, else StudyDate at study level and ScheduledProcedureStepStartDate in the worklist.
 * Throws `UsageError` if there is none.
 */
export function splitKeyOf(
  identifier: Dataset,
  model: QueryModel,
  dictionary: Dictionary,
  keyword?: string,
): SplitKey {
  const tag = keyword === undefined
    ? usualDate(identifier, model)
    : dictionary.byKeyword(keyword)?.tag;
  if (tag === undefined || dictionary.vr(tag) !== "DA") {
    throw new UsageError(
      keyword === undefined
        ? "This level has no date by which a query can be split"
        : `"${keyword}" is not a date by which a query can be split`,
      { hint: advise("Name one, for example SeriesDate", "split-date") },
    );
  }
  const outer = model === "worklist" && (tag >>> 16) === 0x0040
    ? [SCHEDULED_STEP]
    : [];
  const time = TIME_OF.get(tag);
  return {
    keyword: dictionary.keyword(tag) ?? formatTag(tag),
    date: [...outer, tag],
    time: time === undefined ? undefined : [...outer, time],
  };
}

function usualDate(identifier: Dataset, model: QueryModel): Tag | undefined {
  if (model === "worklist") return 0x00400002;
  return levelIn(identifier) === "STUDY" ? 0x00080020 : undefined;
}

function levelIn(identifier: Dataset): QueryLevel | undefined {
  const level = textAt(identifier, [QUERY_RETRIEVE_LEVEL]);
  return LEVELS.find((name) => name === level);
}

/** The days that a question allows. Throws `UsageError` for a value that is neither a date nor a range of dates. */
export function daysOf(identifier: Dataset, { date, keyword }: SplitKey): Span {
  const text = textAt(identifier, date);
  if (text === "") return { from: -Infinity, to: Infinity };
  const mistake = dateMistake(text);
  if (mistake !== undefined) {
    throw new UsageError(`Cannot split by ${keyword}: ${mistake}`);
  }
  return parseKeySpan("DA", text)!;
}

/** Whether a day of the question can be divided: it has a time, and no condition on it. */
export function isDivisible(identifier: Dataset, { time }: SplitKey): boolean {
  return time !== undefined && textAt(identifier, time) === "";
}

/**
 * The question with the attributes that splitting looks at in the answers, empty if it did not request them: the date, the time,
 * and the unique key.
 */
export function preparedFor(
  identifier: Dataset,
  key: SplitKey,
  model: QueryModel,
): Dataset {
  const query = identifier.clone();
  requestAll(query, [
    key.date,
    ...key.time === undefined ? [] : [key.time],
  ]);
  return identified(query, identifier, model);
}

/** The prepared question with the unique key of the identifier's matches. */
export function identified(
  query: Dataset,
  identifier: Dataset,
  model: QueryModel,
): Dataset {
  requestAll(query, identityPaths(identifier, model));
  return query;
}

function requestAll(query: Dataset, paths: readonly Path[]): void {
  for (const path of paths) {
    const { dataset, tag } = placeOf(query, path);
    if (!dataset.has(tag)) dataset.set(emptyElement(tag, vrOf(tag)));
  }
}

function vrOf(tag: Tag): "DA" | "TM" | "UI" | "SH" | "LO" {
  if (TIME_OF.has(tag)) return "DA";
  if ([...TIME_OF.values()].includes(tag)) return "TM";
  if (tag === UNIQUE_KEYS.PATIENT) return "LO";
  return tag === STEP_ID ? "SH" : "UI";
}

/** The question for one window. */
export function narrowedTo(
  identifier: Dataset,
  key: SplitKey,
  date: string,
  time: string | undefined,
): Dataset {
  const narrowed = identifier.clone();
  setText(narrowed, key.date, "DA", date);
  if (time !== undefined && key.time !== undefined) {
    setText(narrowed, key.time, "TM", time);
  }
  return narrowed;
}

function setText(
  dataset: Dataset,
  path: Path,
  vr: "DA" | "TM",
  text: string,
): void {
  const place = placeOf(dataset, path);
  place.dataset.set(textElement(place.tag, vr, text));
}

/** The dataset that the last tag of a path belongs to, created if missing. */
function placeOf(
  dataset: Dataset,
  path: Path,
): { readonly dataset: Dataset; readonly tag: Tag } {
  let current = dataset;
  for (const tag of path.slice(0, -1)) current = ensureItem(current, tag, 0);
  return { dataset: current, tag: path[path.length - 1]! };
}

/** Date and time of a match, empty if it has none. */
export function momentIn(
  match: Dataset,
  { date, time }: SplitKey,
): { readonly date: string; readonly time: string } {
  return {
    date: textAt(match, date),
    time: time === undefined ? "" : textAt(match, time),
  };
}

const STUDY_INSTANCE_UID = UNIQUE_KEYS.STUDY;
const STEP_ID: Tag = 0x00400009;

function identityPaths(identifier: Dataset, model: QueryModel): Path[] {
  if (model === "worklist") {
    return [[STUDY_INSTANCE_UID], [SCHEDULED_STEP, STEP_ID]];
  }
  const level = levelIn(identifier);
  return level === undefined ? [] : [[UNIQUE_KEYS[level]]];
}

/** The identity of a question's match: its unique key; all its values if the peer returns none. */
export function identityIn(
  match: Dataset,
  identifier: Dataset,
  model: QueryModel,
): string {
  const paths = identityPaths(identifier, model);
  const texts = paths.map((path) => textAt(match, path));
  if (paths.length > 0 && texts.every((text) => text !== "")) {
    return texts.join("\n");
  }
  return wholeText(match);
}

function wholeText(dataset: Dataset): string {
  return [...dataset].map((element) =>
    isSequence(element)
      ? `${element.tag}[${
        element.items.map((item) => wholeText(item.dataset)).join("|")
      }]`
      : `${element.tag}=${latin1(plainValue(element) ?? new Uint8Array(0))}`
  ).join("\n");
}

function textAt(dataset: Dataset, path: Path): string {
  let current: Dataset | undefined = dataset;
  for (const tag of path.slice(0, -1)) {
    const element: ReturnType<Dataset["get"]> = current?.get(tag);
    current = isSequence(element) ? element.items[0]?.dataset : undefined;
  }
  const element = current?.get(path[path.length - 1]!);
  if (element === undefined || current === undefined) return "";
  return stringsOf(element, charsetOf(current, Charset.ascii))[0] ?? "";
}
