/**
 * Dates, times and date-times as spans on a number line, for matching (PS3.5 6.2: DA, TM, DT; PS3.4 C.2.2.2.5). A value of
 * partial precision covers its whole span: the time `10` is the hour from 10:00 up to, not including, 11:00. Does not depend on
 * datasets or the clock.
 */

/** A half-open stretch of time, `from <= t < to`. Unit: days for DA, microseconds for TM and DT. Open ends are infinite. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The value representations that have ranges. */
export type TemporalVr = "DA" | "TM" | "DT";

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Days from 2000-01-01 to a date; month and day must be within their ranges. */
function dayNumber(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.round(date.getTime() / 86_400_000) - 10_957;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) {
    const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    return leap ? 29 : 28;
  }
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The date, `yyyymmdd`, of a day that `parseDate` gave. */
export function formatDate(day: number): string {
  return new Date((day + 10_957) * 86_400_000).toISOString().slice(0, 10)
    .replaceAll("-", "");
}

/** The day number, or undefined if the day does not exist. */
function checkedDay(
  year: number,
  month: number,
  day: number,
): number | undefined {
  if (month < 1 || month > 12) return undefined;
  if (day < 1 || day > daysInMonth(year, month)) return undefined;
  return dayNumber(year, month, day);
}

/** A date, `yyyymmdd` or the older `yyyy.mm.dd` (PS3.5 6.2, DA), as a span of one day. Undefined when it is neither. */
export function parseDate(text: string): Span | undefined {
  const match = /^(\d{4})(?:(\d{2})(\d{2})|\.(\d{2})\.(\d{2}))$/.exec(text);
  if (match === null) return undefined;
  const day = checkedDay(
    Number(match[1]),
    Number(match[2] ?? match[4]),
    Number(match[3] ?? match[5]),
  );
  return day === undefined ? undefined : { from: day, to: day + 1 };
}

/** Microseconds and precision of `ffffff`, 1 to 6 digits. */
function fraction(digits: string): { value: number; unit: number } {
  const unit = 10 ** (6 - digits.length);
  return { value: Number(digits) * unit, unit };
}

/** The span of a time within its day from its digit groups, or undefined when out of range. Second 60 is a leap second. */
function timeSpan(
  hours: string,
  minutes: string | undefined,
  seconds: string | undefined,
  fractional: string | undefined,
): Span | undefined {
  let from = Number(hours) * HOUR;
  let unit = HOUR;
  if (Number(hours) > 23) return undefined;
  if (minutes !== undefined) {
    if (Number(minutes) > 59) return undefined;
    from += Number(minutes) * MINUTE;
    unit = MINUTE;
  }
  if (seconds !== undefined) {
    if (Number(seconds) > 60) return undefined;
    from += Number(seconds) * SECOND;
    unit = SECOND;
  }
  if (fractional !== undefined) {
    const part = fraction(fractional);
    from += part.value;
    unit = part.unit;
  }
  return { from, to: from + unit };
}

/**
 * A time, `hh[mm[ss[.f…]]]` or the older form with colons (PS3.5 6.2, TM), as microseconds since midnight.
 * Undefined when it is neither.
 */
export function parseTime(text: string): Span | undefined {
  const match =
    /^(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?|:(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?$/
      .exec(text);
  if (match === null) return undefined;
  return timeSpan(
    match[1]!,
    match[2] ?? match[5],
    match[3] ?? match[6],
    match[4] ?? match[7],
  );
}

/** An end of a range that is not given. */
const OPEN: Span = { from: -Infinity, to: Infinity };

const DATE_TIME =
  /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?)?)?)?)?([+-]\d{4})?$/;

/**
 * A date-time of any precision, `yyyy[mm[dd[hh[mm[ss[.f…]]]]]][±hhmm]` (PS3.5 6.2, DT), in microseconds since 2000-01-01 in UTC.
 * @param offset minutes east of UTC that hold if the text has no offset of its own
 */
export function parseDateTime(text: string, offset = 0): Span | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, yyyy, mm, dd, hours, minutes, seconds, fractional, zone] = match;
  const year = Number(yyyy);
  const zoneMinutes = zone === undefined ? offset : parseOffset(zone);
  if (zoneMinutes === undefined) return undefined;
  const first = checkedDay(year, Number(mm ?? 1), Number(dd ?? 1));
  if (first === undefined) return undefined;
  const shift = first * DAY - zoneMinutes * MINUTE;
  if (hours !== undefined) {
    const time = timeSpan(hours, minutes, seconds, fractional);
    return time && { from: shift + time.from, to: shift + time.to };
  }
  const days = dd !== undefined
    ? 1
    : mm !== undefined
    ? daysInMonth(year, Number(mm))
    : dayNumber(year + 1, 1, 1) - first;
  return { from: shift, to: shift + days * DAY };
}

/** Minutes east of UTC of `±hhmm`, -1200 to +1400 (PS3.3 C.12.1.1.8), or undefined. */
export function parseOffset(text: string): number | undefined {
  const match = /^([+-])(\d{2})([0-5]\d)$/.exec(text);
  if (match === null) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  const signedMinutes = match[1] === "-" ? -minutes : minutes;
  return signedMinutes < -720 || signedMinutes > 840
    ? undefined
    : signedMinutes;
}

/** `±hhmm` of minutes east of UTC. */
export function formatOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const digits = String(Math.floor(size / 60) * 100 + size % 60);
  return (minutes < 0 ? "-" : "+") + digits.padStart(4, "0");
}

function parseOne(
  vr: TemporalVr,
  text: string,
  offset: number,
): Span | undefined {
  if (vr === "DA") return parseDate(text);
  if (vr === "TM") return parseTime(text);
  return parseDateTime(text, offset);
}

/** The two ends of a range as written; an empty text is an open end. */
export interface RangeText {
  readonly first: string;
  readonly last: string;
}

/**
 * Splits `a-b`, `a-` or `-b` (PS3.4 C.2.2.2.5), blanks round the hyphen allowed. Undefined when the text is not a range.
 * A DT may hold hyphens of its own, the offsets west of UTC: a text that reads as one date-time is not a range, and of several
 * places to split at, the first counts that leaves two readable ends in order, else the first with readable ends.
 */
export function splitRange(
  vr: TemporalVr,
  text: string,
): RangeText | undefined {
  if (!text.includes("-")) return undefined;
  if (parseOne(vr, text.trim(), 0) !== undefined) return undefined;
  let disordered: RangeText | undefined;
  for (let at = text.indexOf("-"); at >= 0; at = text.indexOf("-", at + 1)) {
    const first = text.slice(0, at).trim();
    const last = text.slice(at + 1).trim();
    if (first === "" && last === "") continue;
    const from = first === "" ? OPEN : parseOne(vr, first, 0);
    const to = last === "" ? OPEN : parseOne(vr, last, 0);
    if (from === undefined || to === undefined) continue;
    if (from.from < to.to) return { first, last };
    disordered ??= { first, last };
  }
  return disordered;
}

/**
 * The span that a key value covers: a single value its own span, a range everything from the start of its first to the end of its
 * last value. Undefined when the text is neither. A range whose start is after its end is empty: it matches nothing.
 * @param offset minutes east of UTC for date-times without an offset
 */
export function parseKeySpan(
  vr: TemporalVr,
  text: string,
  offset = 0,
): Span | undefined {
  const range = splitRange(vr, text);
  if (range === undefined) return parseOne(vr, text.trim(), offset);
  const first = range.first === ""
    ? undefined
    : parseOne(vr, range.first, offset);
  const last = range.last === "" ? undefined : parseOne(vr, range.last, offset);
  return { from: first?.from ?? -Infinity, to: last?.to ?? Infinity };
}

/** A stored value: always single. */
export function parseStored(
  vr: TemporalVr,
  text: string,
  offset = 0,
): Span | undefined {
  return parseOne(vr, text, offset);
}

/** Whether a stored moment is within the range that the key covers: its beginning counts. */
export function within(stored: Span, key: Span): boolean {
  return stored.from >= key.from && stored.from < key.to;
}

/**
 * A date key and a time key of the same form as one span of date-times (PS3.4 C.2.2.2.5.4, combined matching). Undefined when
 * either is unreadable, or when one is a range and the other is not: then both are matched on their own.
 */
export function combinedSpan(date: string, time: string): Span | undefined {
  const dates = splitRange("DA", date);
  const times = splitRange("TM", time);
  if (dates === undefined || times === undefined) return undefined;
  if ((dates.first === "") !== (times.first === "")) return undefined;
  if ((dates.last === "") !== (times.last === "")) return undefined;
  const from = dates.first === ""
    ? undefined
    : join(parseDate(dates.first), parseTime(times.first));
  const to = dates.last === ""
    ? undefined
    : join(parseDate(dates.last), parseTime(times.last));
  return { from: from?.from ?? -Infinity, to: to?.to ?? Infinity };
}

/** A stored date and time as one moment; a missing time is midnight. */
export function combinedMoment(date: string, time: string): Span | undefined {
  return join(parseDate(date), time === "" ? undefined : parseTime(time));
}

function join(date: Span | undefined, time: Span | undefined) {
  if (date === undefined) return undefined;
  const start = date.from * DAY;
  return time === undefined
    ? { from: start, to: start + DAY }
    : { from: start + time.from, to: start + time.to };
}
