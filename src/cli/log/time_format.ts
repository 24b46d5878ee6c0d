/**
 * Times as text, by the conversions of the C function `strftime` in its own locale, and log4cplus's additions `%q` and `%Q` for
 * fractions of the second. Does not depend on the clock.
 */

const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(
  " ",
);
const MONTHS =
  "January February March April May June July August September October November December"
    .split(" ");

const DAY_MS = 86_400_000;

/** A moment as a clock on the wall shows it. */
interface WallTime {
  /** Its fields are those of the wall, read with the UTC getters. */
  readonly date: Date;
  /** Milliseconds since 1970, with fractions. */
  readonly time: number;
  /** Minutes east of Greenwich. */
  readonly offset: number;
  readonly zone: string;
}

/**
 * Formats a moment, given in milliseconds since 1970 (fractions count for `%Q`): in the machine's time zone, or as UTC.
 * Conversions that are not known stay as they are.
 */
export function formatTime(
  format: string,
  time: number,
  isUtc: boolean,
): string {
  const moment = new Date(time);
  const offset = isUtc ? 0 : -moment.getTimezoneOffset();
  return expand(format, {
    date: new Date(Math.floor(time) + offset * 60_000),
    time,
    offset,
    zone: isUtc ? "GMT" : zoneName(moment),
  });
}

function zoneName(moment: Date): string {
  return new Intl.DateTimeFormat("en-US", { timeZoneName: "short" })
    .formatToParts(moment)
    .find((part) => part.type === "timeZoneName")?.value ?? "";
}

function expand(format: string, wall: WallTime): string {
  return format.replace(
    /%[EO]?([A-Za-z%])/g,
    (conversion, letter: string) => CONVERSIONS[letter]?.(wall) ?? conversion,
  );
}

/** The text of each conversion, by its letter. */
const CONVERSIONS: Readonly<Record<string, (wall: WallTime) => string>> = {
  a: ({ date }) => DAYS[date.getUTCDay()]!.slice(0, 3),
  A: ({ date }) => DAYS[date.getUTCDay()]!,
  b: ({ date }) => MONTHS[date.getUTCMonth()]!.slice(0, 3),
  B: ({ date }) => MONTHS[date.getUTCMonth()]!,
  c: (wall) => expand("%a %b %e %H:%M:%S %Y", wall),
  C: ({ date }) => padNumber(Math.floor(date.getUTCFullYear() / 100)),
  d: ({ date }) => padNumber(date.getUTCDate()),
  D: (wall) => expand("%m/%d/%y", wall),
  e: ({ date }) => padNumber(date.getUTCDate(), 2, " "),
  F: (wall) => expand("%Y-%m-%d", wall),
  g: ({ date }) => padNumber(isoWeek(date).year % 100),
  G: ({ date }) => String(isoWeek(date).year),
  h: (wall) => expand("%b", wall),
  H: ({ date }) => padNumber(date.getUTCHours()),
  I: ({ date }) => padNumber(date.getUTCHours() % 12 || 12),
  j: ({ date }) => padNumber(yearDay(date) + 1, 3),
  k: ({ date }) => padNumber(date.getUTCHours(), 2, " "),
  l: ({ date }) => padNumber(date.getUTCHours() % 12 || 12, 2, " "),
  m: ({ date }) => padNumber(date.getUTCMonth() + 1),
  M: ({ date }) => padNumber(date.getUTCMinutes()),
  n: () => "\n",
  p: ({ date }) => date.getUTCHours() < 12 ? "AM" : "PM",
  P: ({ date }) => date.getUTCHours() < 12 ? "am" : "pm",
  q: ({ date }) => padNumber(date.getUTCMilliseconds(), 3),
  Q: (wall) => {
    const micros = Math.floor((wall.time - Math.floor(wall.time)) * 1000);
    return `${expand("%q", wall)}.${padNumber(micros, 3)}`;
  },
  r: (wall) => expand("%I:%M:%S %p", wall),
  R: (wall) => expand("%H:%M", wall),
  s: ({ time }) => String(Math.floor(time / 1000)),
  S: ({ date }) => padNumber(date.getUTCSeconds()),
  t: () => "\t",
  T: (wall) => expand("%H:%M:%S", wall),
  u: ({ date }) => String(date.getUTCDay() || 7),
  U: ({ date }) =>
    padNumber(Math.floor((yearDay(date) + 7 - date.getUTCDay()) / 7)),
  V: ({ date }) => padNumber(isoWeek(date).week),
  w: ({ date }) => String(date.getUTCDay()),
  W: ({ date }) =>
    padNumber(Math.floor((yearDay(date) + 7 - (date.getUTCDay() + 6) % 7) / 7)),
  x: (wall) => expand("%D", wall),
  X: (wall) => expand("%T", wall),
  y: ({ date }) => padNumber(date.getUTCFullYear() % 100),
  Y: ({ date }) => String(date.getUTCFullYear()),
  z: ({ offset }) => {
    const minutes = Math.abs(offset);
    return (offset < 0 ? "-" : "+") + padNumber(Math.floor(minutes / 60)) +
      padNumber(minutes % 60);
  },
  Z: ({ zone }) => zone,
  "%": () => "%",
};

/** The day of the year, 0 for the first of January. */
function yearDay(date: Date): number {
  return Math.floor(
    (date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / DAY_MS,
  );
}

function padNumber(number: number, length = 2, filler = "0"): string {
  return String(number).padStart(length, filler);
}

/** Week and year of ISO 8601: weeks begin on Monday, and the first one has the year's first Thursday. */
function isoWeek(date: Date): { year: number; week: number } {
  const midnight = Math.floor(date.getTime() / DAY_MS) * DAY_MS;
  const thursday = new Date(midnight + (4 - (date.getUTCDay() || 7)) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const days = (thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS;
  return { year, week: Math.floor(days / 7) + 1 };
}
