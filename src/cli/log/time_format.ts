/**
 * Times as text, by the conversions of the C function `strftime` in its own locale, and log4cplus's additions `%q` and `%Q` for
 * fractions of the second. Does not depend on the clock.
 */

const DAYS = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
] as const;

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

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
    (conversion, letter: string) => convert(letter, wall) ?? conversion,
  );
}

function convert(letter: string, wall: WallTime): string | undefined {
  const { date, time, offset, zone } = wall;
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  const day = date.getUTCDate();
  const weekday = date.getUTCDay();
  const hour = date.getUTCHours();
  const yearDay = Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / DAY_MS);
  switch (letter) {
    case "a":
      return DAYS[weekday]!.slice(0, 3);
    case "A":
      return DAYS[weekday]!;
    case "b":
    case "h":
      return MONTHS[month]!.slice(0, 3);
    case "B":
      return MONTHS[month]!;
    case "c":
      return expand("%a %b %e %H:%M:%S %Y", wall);
    case "C":
      return padded(Math.floor(year / 100));
    case "d":
      return padded(day);
    case "D":
    case "x":
      return expand("%m/%d/%y", wall);
    case "e":
      return padded(day, 2, " ");
    case "F":
      return expand("%Y-%m-%d", wall);
    case "g":
      return padded(isoWeek(date).year % 100);
    case "G":
      return String(isoWeek(date).year);
    case "H":
      return padded(hour);
    case "I":
      return padded(hour % 12 || 12);
    case "j":
      return padded(yearDay + 1, 3);
    case "k":
      return padded(hour, 2, " ");
    case "l":
      return padded(hour % 12 || 12, 2, " ");
    case "m":
      return padded(month + 1);
    case "M":
      return padded(date.getUTCMinutes());
    case "n":
      return "\n";
    case "p":
      return hour < 12 ? "AM" : "PM";
    case "P":
      return hour < 12 ? "am" : "pm";
    case "q":
      return padded(date.getUTCMilliseconds(), 3);
    case "Q": {
      const micros = Math.floor((time - Math.floor(time)) * 1000);
      return `${padded(date.getUTCMilliseconds(), 3)}.${padded(micros, 3)}`;
    }
    case "r":
      return expand("%I:%M:%S %p", wall);
    case "R":
      return expand("%H:%M", wall);
    case "s":
      return String(Math.floor(time / 1000));
    case "S":
      return padded(date.getUTCSeconds());
    case "t":
      return "\t";
    case "T":
    case "X":
      return expand("%H:%M:%S", wall);
    case "u":
      return String(weekday || 7);
    case "U":
      return padded(Math.floor((yearDay + 7 - weekday) / 7));
    case "V":
      return padded(isoWeek(date).week);
    case "w":
      return String(weekday);
    case "W":
      return padded(Math.floor((yearDay + 7 - (weekday + 6) % 7) / 7));
    case "y":
      return padded(year % 100);
    case "Y":
      return String(year);
    case "z": {
      const minutes = Math.abs(offset);
      return (offset < 0 ? "-" : "+") + padded(Math.floor(minutes / 60)) +
        padded(minutes % 60);
    }
    case "Z":
      return zone;
    case "%":
      return "%";
    default:
      return undefined;
  }
}

function padded(number: number, length = 2, filler = "0"): string {
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
