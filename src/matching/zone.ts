/**
 * Timezone query adjustment (PS3.4 C.2.2.2.1.3, C.5.1.1.1): stored dates and times as they read in the time zone of a query. A
 * date moves with the time that belongs to it, and not without one; a date-time is given the offset that holds for it. Does not
 * depend on keys.
 */
import { Charset } from "../charset/charset.ts";
import { rawElement, stringsOf } from "../codec/values.ts";
import {
  Dataset,
  type Element,
  type Holder,
  isSequence,
  mapItems,
  plainValue,
} from "../dataset/dataset.ts";
import type { Tag } from "../dataset/tag.ts";
import { DATE_TIME_PAIRS } from "./combined.ts";
import {
  type Attribute,
  type Lookup,
  offsetIn,
  offsetOf,
  TIMEZONE_OFFSET_FROM_UTC,
} from "./attribute.ts";
import { formatDate, formatOffset, parseDate, parseTime } from "./temporal.ts";

const MINUTE = 60_000_000;
const DAY = 1440 * MINUTE;

/** The same entity with its dates and times in a zone, in minutes east of UTC. Those whose own zone is unknown stay as they are. */
export function inZone(lookup: Lookup, zone: number): Lookup {
  const declared: Attribute = {
    element: rawElement(TIMEZONE_OFFSET_FROM_UTC, "SH", formatOffset(zone)),
    charset: Charset.ascii,
  };
  return (tag) => {
    if (tag === TIMEZONE_OFFSET_FROM_UTC) return declared;
    const attribute = lookup(tag);
    const storedOffset = attribute && offsetOf(attribute);
    if (storedOffset === undefined || storedOffset === zone) return attribute;
    const { element, charset, holder } = attribute!;
    return {
      element: adjusted(element, holder, storedOffset, zone),
      charset,
      offset: zone,
    };
  };
}

/** An element with its dates and times in a zone. `holder` has the date or time that belongs to it. */
function adjusted(
  element: Element,
  holder: Holder | undefined,
  storedOffset: number,
  zone: number,
): Element {
  const { tag, vr } = element;
  if (isSequence(element)) {
    return mapItems(
      element,
      (dataset) => adjustedItem(dataset, storedOffset, zone),
    );
  }
  if (plainValue(element) === undefined) return element;
  const shift = (zone - storedOffset) * MINUTE;
  const map = (change: (text: string, at: number) => string) =>
    rawElement(tag, vr, stringsOf(element).map(change).join("\\"));
  switch (vr) {
    case "DA": {
      const times = textsOf(holder, DATE_TIME_PAIRS.get(tag));
      return map((text, at) => shiftedDate(text, times[at] ?? "", shift));
    }
    case "TM":
      return map((text) => shiftedTime(text, shift));
    case "DT":
      return map((text) =>
        text === "" || /[+-]\d{4}$/.test(text)
          ? text
          : text + formatOffset(storedOffset)
      );
    default:
      return element;
  }
}

function adjustedItem(item: Dataset, around: number, zone: number): Dataset {
  const storedOffset = offsetIn(item) ?? around;
  if (storedOffset === zone) return item;
  return Dataset.of(
    ...Array.from(
      item,
      (element) =>
        element.tag === TIMEZONE_OFFSET_FROM_UTC
          ? rawElement(element.tag, "SH", formatOffset(zone))
          : adjusted(element, item, storedOffset, zone),
    ),
  );
}

function textsOf(holder: Holder | undefined, tag: Tag | undefined): string[] {
  const element = tag === undefined ? undefined : holder?.get(tag);
  return element === undefined ? [] : stringsOf(element);
}

function shiftedDate(text: string, time: string, shift: number): string {
  const day = parseDate(text);
  const begin = parseTime(time)?.from;
  if (day === undefined || begin === undefined) return text;
  return formatDate(day.from + Math.floor((begin + shift) / DAY));
}

/** A time of the same precision, except for minutes if the shift has some. */
function shiftedTime(text: string, shift: number): string {
  const begin = parseTime(text)?.from;
  if (begin === undefined) return text;
  const moved = ((begin + shift) % DAY + DAY) % DAY;
  const [, rest = ""] = /^\d\d:?\d\d(.*)$/.exec(text) ?? [];
  const minutes = Math.floor(moved / MINUTE);
  const hasMinutes = text.length > 2 || minutes % 60 !== 0;
  return pad(Math.floor(minutes / 60)) +
    (hasMinutes ? pad(minutes % 60) : "") + rest.replace(":", "");
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
