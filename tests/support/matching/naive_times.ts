/**
 * Dates, times and their ranges for the naive matcher (PS3.5 6.2; PS3.4 C.2.2.2.5), written apart from `src`: days as digits, times in
 * microseconds.
 */

/** The first and the last moment that a text covers, as numbers that can be compared. */
type Moments = readonly [first: number, last: number];

function daysOf(year: number, month: number): number {
  return [
    31,
    year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28,
    31,
    30,
    31,
    30,
    31,
    31,
    30,
    31,
    30,
    31,
  ][month - 1] ?? 0;
}

/** A day as the number that its digits make. */
export function date(text: string): Moments | undefined {
  const digits = /^\d{4}\.\d\d\.\d\d$/.test(text)
    ? text.replaceAll(".", "")
    : text;
  if (!/^\d{8}$/.test(digits)) return undefined;
  const [year, month, day] = [
    digits.slice(0, 4),
    digits.slice(4, 6),
    digits.slice(6),
  ].map(Number) as [number, number, number];
  return day >= 1 && day <= daysOf(year, month)
    ? [Number(digits), Number(digits)]
    : undefined;
}

/** Microseconds of a day. */
export function time(text: string): Moments | undefined {
  const match = /^(\d\d)(?:(:?)(\d\d)(?:\2(\d\d)(?:\.(\d{1,6}))?)?)?$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [, hour, , minute, second, fraction] = match;
  if (
    Number(hour) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 60
  ) return undefined;
  const at = (minutes: string, seconds: string, rest: string) =>
    ((Number(hour) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000_000 +
    Number(rest);
  return [
    at(minute ?? "00", second ?? "00", (fraction ?? "").padEnd(6, "0")),
    at(minute ?? "59", second ?? "59", (fraction ?? "").padEnd(6, "9")),
  ];
}

/** Microseconds since the year 1, in UTC. `zone` is as in TimezoneOffsetFromUTC. */
function dateTime(text: string, zone: string): Moments | undefined {
  const match =
    /^(\d{4})(\d\d)?(\d\d)?(\d\d(?:\d\d(?:\d\d(?:\.\d{1,6})?)?)?)?([+-]\d{4})?$/
      .exec(text);
  if (match === null) return undefined;
  const [, year, month, day, clock, own] = match;
  const first = date(`${year}${month ?? "01"}${day ?? "01"}`);
  const last = date(
    `${year}${month ?? "12"}${
      day ??
        String(daysOf(Number(year), Number(month ?? "12"))).padStart(2, "0")
    }`,
  );
  const hours = clock === undefined
    ? [0, 86_400_000_000 - 1] as const
    : time(clock);
  const offset = minutes(own ?? zone);
  if (
    first === undefined || last === undefined || hours === undefined ||
    offset === undefined
  ) return undefined;
  const day1 = (yyyymmdd: number) =>
    new Date(
      `${
        String(yyyymmdd).padStart(8, "0").replace(/(....)(..)(..)/, "$1-$2-$3")
      }T00:00:00Z`,
    ).getTime() * 1000;
  const shift = offset * 60_000_000;
  return [day1(first[0]) + hours[0] - shift, day1(last[1]) + hours[1] - shift];
}

/** Minutes of an offset from UTC. */
export function minutes(zone: string): number | undefined {
  const match = /^([+-])(\d\d)([0-5]\d)$/.exec(zone);
  if (match === null) return undefined;
  const value = (match[1] === "-" ? -1 : 1) *
    (Number(match[2]) * 60 + Number(match[3]));
  return value < -720 || value > 840 ? undefined : value;
}

function moments(vr: string, text: string, zone: string): Moments | undefined {
  return vr === "DA"
    ? date(text)
    : vr === "TM"
    ? time(text)
    : dateTime(text, zone);
}

/** The two ends of a range, or undefined when the text is none (C.2.2.2.5). */
export function range(
  vr: string,
  text: string,
  zone: string,
): [string, string] | undefined {
  if (moments(vr, text, zone) !== undefined) return undefined;
  const cuts = [...text].flatMap((one, at) =>
    one === "-"
      ? [
        [text.slice(0, at).trim(), text.slice(at + 1).trim()] as [
          string,
          string,
        ],
      ]
      : []
  );
  const readable = cuts.filter((ends) =>
    ends.join("") !== "" &&
    ends.every((end) => end === "" || moments(vr, end, zone) !== undefined)
  );
  const inOrder = readable.find(([a, b]) =>
    a === "" || b === "" || moments(vr, a, zone)![0] <= moments(vr, b, zone)![1]
  );
  return inOrder ?? readable[0];
}

/** A stored value lies in what the key covers when its beginning does. */
export function temporalMatches(
  vr: string,
  key: string,
  stored: string,
  zone: string,
  storedZone: string,
): boolean {
  const ends = range(vr, key, zone);
  const begin = moments(vr, stored, storedZone)?.[0];
  if (ends === undefined) {
    const single = moments(vr, key, zone);
    if (single === undefined || begin === undefined) return key === stored;
    return begin >= single[0] && begin <= single[1];
  }
  if (begin === undefined) return key === stored;
  return (ends[0] === "" || begin >= moments(vr, ends[0], zone)![0]) &&
    (ends[1] === "" || begin <= moments(vr, ends[1], zone)![1]);
}
