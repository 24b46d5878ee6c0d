/** Records with their dates and times in another time zone (PS3.4 C.2.2.2.1.3), for the naive matcher; written apart from `src`. */
import { type Attribute, ATTRIBUTES, type Plain } from "./catalogue.ts";
import { date, minutes, time } from "./naive_times.ts";

/** The record as it reads in a zone; one that names no zone of its own stays as it is. */
export function recordInZone(record: Plain, zone: string): Plain {
  return inZone(record, ATTRIBUTES, undefined, zone);
}

function inZone(
  record: Plain,
  attributes: readonly Attribute[],
  around: string | undefined,
  zone: string,
): Plain {
  const [declared = ""] = (record.get("TimezoneOffsetFromUTC") ??
    []) as string[];
  const own = minutes(declared) === undefined ? around : declared;
  if (own === undefined) return record;
  const shift = minutes(zone)! - minutes(own)!;
  if (shift === 0) return record;
  const moved: Plain = new Map(record);
  for (const { keyword, vr, items } of attributes) {
    const values = record.get(keyword);
    if (values === undefined) continue;
    if (items !== undefined) {
      moved.set(
        keyword,
        (values as Plain[]).map((item) => inZone(item, items, own, zone)),
      );
    } else if (vr === "DT") {
      moved.set(
        keyword,
        (values as string[]).map((text) =>
          text === "" || /[+-]....$/.test(text) ? text : text + own
        ),
      );
    } else if (vr === "TM") {
      moved.set(
        keyword,
        (values as string[]).map((text) =>
          shifted("20000101", text, shift)?.time ?? text
        ),
      );
    } else if (vr === "DA") {
      const times = (record.get(keyword.replace(/Date$/, "Time")) ??
        []) as string[];
      moved.set(
        keyword,
        (values as string[]).map((text, at) =>
          shifted(text, times[at] ?? "", shift)?.date ?? text
        ),
      );
    }
  }
  return moved;
}

/** A date and a time so many minutes later; undefined if either is none. */
function shifted(
  day: string,
  clock: string,
  shift: number,
): { date: string; time: string } | undefined {
  const digits = date(day.trim());
  const text = clock.trim();
  if (digits === undefined || time(text) === undefined) return undefined;
  const parts = text.replaceAll(":", "");
  const moment = new Date(
    String(digits[0]).replace(/(....)(..)(..)/, "$1-$2-$3") +
      `T${parts.slice(0, 2)}:${parts.slice(2, 4) || "00"}:00Z`,
  );
  moment.setUTCMinutes(moment.getUTCMinutes() + shift);
  const [date1 = "", time1 = ""] = moment.toISOString().split("T");
  const [hours, min] = time1.split(":");
  const isWhole = parts.length === 2 && min === "00";
  return {
    date: date1.replaceAll("-", ""),
    time: hours + (isWhole ? "" : min!) + parts.slice(4),
  };
}
