/**
 * Dates as people say them, for keys of VR DA: `today`, `-7d`, `2025-03`, `2025-01-10..today`. Does not depend on the clock:
 * the caller passes in a function that returns today's date, as a number.
 */

/** A day as the number of days since 1970-01-01. */
export type Day = number;

/** The day that it is in the local time zone. */
export function localDay(date: Date): Day {
  return dayOf(date.getFullYear(), date.getMonth() + 1, date.getDate());
}

const MS_PER_DAY = 86_400_000;

/** The day of a calendar date; months and days beyond their range carry over. */
export function dayOf(year: number, month: number, day: number): Day {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.floor(date.getTime() / MS_PER_DAY);
}

/** First and last day that a word means. */
interface Days {
  readonly first: Day;
  readonly last: Day;
}

/**
 * The key value for a word or a range of words: `YYYYMMDD`, or a range `YYYYMMDD-YYYYMMDD`, open if the words are. Undefined for
 * any other text, dates as DICOM writes them included. `today` returns the day it is, and is called for words
 * that depend on it.
 *
 * - `today`, `yesterday`, `tomorrow`
 * - `-7d`, `-2w`, `-3m`, `-1y`: from then until today
 * - `2025`, `2025-03`, `2025-03-14`
 * - `A..B`, `A..`, `..B` of all these and of `YYYYMMDD`
 */
export function dicomDates(
  text: string,
  today: () => Day,
): string | undefined {
  const word = text.trim().toLowerCase();
  if (/^\d{8}$/.test(word)) return undefined;
  const range = /^(.*?)\.\.(.*)$/.exec(word);
  if (range === null) {
    const days = daysOf(word, today);
    return days && rangeText(days.first, days.last);
  }
  const [, from = "", to = ""] = range;
  if (from === "" && to === "") return undefined;
  const first = from === "" ? undefined : daysOf(from, today)?.first;
  const last = to === "" ? undefined : daysOf(to, today)?.last;
  if (from !== "" && first === undefined) return undefined;
  if (to !== "" && last === undefined) return undefined;
  return `${first === undefined ? "" : dateText(first)}-${
    last === undefined ? "" : dateText(last)
  }`;
}

function rangeText(first: Day, last: Day): string {
  return first === last
    ? dateText(first)
    : `${dateText(first)}-${dateText(last)}`;
}

function daysOf(word: string, today: () => Day): Days | undefined {
  const offset = OFFSETS.get(word);
  if (offset !== undefined) {
    const day = today() + offset;
    return { first: day, last: day };
  }
  const ago = /^-(\d{1,4})([dwmy])$/.exec(word);
  if (ago !== null) {
    const last = today();
    return { first: before(last, Number(ago[1]), ago[2]!), last };
  }
  const parts = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(word) ??
    /^(\d{4})(\d\d)(\d\d)$/.exec(word);
  if (parts === null) return undefined;
  const [, year, month, day] = parts;
  return calendar(
    Number(year),
    month === undefined ? undefined : Number(month),
    day === undefined ? undefined : Number(day),
  );
}

const OFFSETS: ReadonlyMap<string, number> = new Map([
  ["yesterday", -1],
  ["today", 0],
  ["tomorrow", 1],
]);

/** A year, a month or a day of the calendar; undefined if there is none. */
function calendar(
  year: number,
  month?: number,
  day?: number,
): Days | undefined {
  if (month === undefined) {
    return { first: dayOf(year, 1, 1), last: dayOf(year, 12, 31) };
  }
  if (month < 1 || month > 12) return undefined;
  const first = dayOf(year, month, 1);
  const last = dayOf(year, month + 1, 0);
  if (day === undefined) return { first, last };
  const at = first + day - 1;
  return day < 1 || at > last ? undefined : { first: at, last: at };
}

/** So many days, weeks, months or years before a day; a month that is too short ends on its last day. */
function before(today: Day, count: number, unit: string): Day {
  if (unit === "d") return today - count;
  if (unit === "w") return today - 7 * count;
  const date = new Date(today * MS_PER_DAY);
  const months = unit === "m" ? count : 12 * count;
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + 1 - months;
  return Math.min(
    dayOf(year, month, date.getUTCDate()),
    dayOf(year, month + 1, 0),
  );
}

/** `YYYYMMDD`, the form of VR DA (PS3.5 6.2). */
export function dateText(day: Day): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10)
    .replaceAll("-", "");
}
