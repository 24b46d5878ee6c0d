/** The histogram's buckets: days, months or years without a gap. Does not depend on the document. */

/** Length of an ISO date that is cut to a year, a month, a day. */
export type Unit = 4 | 7 | 10;

/** Buckets of equal kind, the first and the last one with a match in it. */
export interface Buckets {
  readonly unit: Unit;
  /** `2024-01`, in order. */
  readonly keys: readonly string[];
}

/** Days up to two months, years above sixty of them, months in between. */
const MOST_DAYS = 62;
const MOST_MONTHS = 720;

const DATE = /^\d{4}-\d\d-\d\d/;

/** The bucket of a date; undefined for what is none. */
export function bucketOf(date: string, unit: Unit): string | undefined {
  return DATE.test(date) ? date.slice(0, unit) : undefined;
}

/** Buckets for these dates; none if there is no date among them. */
export function bucketsOf(dates: Iterable<string>): Buckets {
  let first: string | undefined;
  let last: string | undefined;
  for (const text of dates) {
    const date = bucketOf(text, 10);
    if (date === undefined) continue;
    if (first === undefined || date < first) first = date;
    if (last === undefined || date > last) last = date;
  }
  if (first === undefined || last === undefined) return { unit: 7, keys: [] };
  const days = (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;
  const unit = days <= MOST_DAYS ? 10 : days <= MOST_MONTHS * 31 ? 7 : 4;
  return { unit, keys: keysBetween(first, last, unit) };
}

function keysBetween(first: string, last: string, unit: Unit): string[] {
  const end = last.slice(0, unit);
  const keys: string[] = [];
  const [year = 0, month = 1, day = 1] = first.slice(0, unit).split("-")
    .map(Number);
  for (let at = 0; at < 12_000; at++) {
    const date = new Date(0);
    date.setUTCFullYear(
      year + (unit === 4 ? at : 0),
      month - 1 + (unit === 7 ? at : 0),
      day + (unit === 10 ? at : 0),
    );
    const key = date.toISOString().slice(0, unit);
    if (key > end) break;
    keys.push(key);
  }
  return keys;
}
