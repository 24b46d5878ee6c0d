/**
 * One element as a short text: as DICOM writes it (`dicomText`), or as people like to read it (`readableText`). Nothing is
 * neutralised here; that is the business of each format.
 */
import type { Charset } from "../charset/charset.ts";
import { bigintsOf, numbersOf, stringsOf, tagsOf } from "../codec/values.ts";
import {
  type Element,
  isFragments,
  isSequence,
  type PlainElement,
} from "../dataset/dataset.ts";
import { formatTag } from "../dataset/tag.ts";
import { vrInfo } from "../dataset/vr.ts";
import { uidName } from "../dictionary/uids.ts";
import { base64, shortestSingle } from "./json_text.ts";
import { readableName } from "./person_name.ts";

/** The values of a plain element as texts: padding gone, numbers in decimal, tags as `(gggg,eeee)`, bytes in Base64. */
export function textValues(element: PlainElement, charset: Charset): string[] {
  const { vr } = element;
  switch (vr) {
    case "OB":
    case "OW":
    case "UN":
      return element.value.length === 0 ? [] : [base64(element.value)];
    case "AT":
      return tagsOf(element).map(formatTag);
    case "FL":
    case "OF":
      return numbersOf(element).map((value) =>
        Number.isFinite(value) ? shortestSingle(value) : String(value)
      );
    case "SV":
    case "UV":
    case "OV":
      return bigintsOf(element).map(String);
    default:
      return vrInfo(vr).kind === "text"
        ? stringsOf(element, charset)
        : numbersOf(element).map(String);
  }
}

/** The values as DICOM writes them, separated by backslashes. Sequences and fragments give no text. */
export function dicomText(element: Element, charset: Charset): string {
  return isSequence(element) || isFragments(element)
    ? ""
    : textValues(element, charset).join("\\");
}

const DICOM_ROOT = "1.2.840.10008.";

/** The name of a registered UID. Instances' UIDs, which are most, are told by their root without a search. */
export function knownUidName(uid: string): string | undefined {
  return uid.startsWith(DICOM_ROOT) ? uidName(uid) : undefined;
}

/** The values for people: dates, times and names in readable forms, known UIDs by name, sequences and bytes by their size. */
export function readableText(element: Element, charset: Charset): string {
  if (isSequence(element)) {
    return sized(element.items.length, "item");
  }
  if (isFragments(element)) return sized(element.fragments.length, "fragment");
  const { vr } = element;
  if (vr === "OB" || vr === "OW" || vr === "UN") {
    return element.value.length === 0
      ? ""
      : sized(element.value.length, "byte");
  }
  const values = textValues(element, charset);
  switch (vr) {
    case "DA":
      return values.map(readableDate).join(", ");
    case "TM":
      return values.map(readableTime).join(", ");
    case "DT":
      return values.map(readableDateTime).join(", ");
    case "PN":
      return values.map(readableName).join("; ");
    case "UI":
      return values.map((uid) => knownUidName(uid) ?? uid).join(", ");
    default:
      return values.join(", ");
  }
}

function sized(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** `2020-01-31` for `20200131` and for the form with dots that DICOM had before 1993; anything else as it is. */
export function readableDate(text: string): string {
  const match = /^(\d{4})\.?(\d\d)\.?(\d\d)$/.exec(text);
  return match === null ? text : `${match[1]}-${match[2]}-${match[3]}`;
}

/** `10:30:05` for `103005.123456`; fractions of a second are left out. Anything else as it is. */
export function readableTime(text: string): string {
  const match = /^(\d\d):?(\d\d)?:?(\d\d)?(?:\.\d*)?$/.exec(text);
  if (match === null) return text;
  const [, hours, minutes, seconds] = match;
  return seconds === undefined
    ? `${hours}:${minutes ?? "00"}`
    : `${hours}:${minutes}:${seconds}`;
}

/** `2020-01-31 10:30:05 +01:00`, as far as a DT has these parts. Anything else as it is. */
export function readableDateTime(text: string): string {
  const match = /^(\d{4})(\d\d)?(\d\d)?(\d\d[\d.]*)?([+-]\d{4})?$/.exec(text);
  if (match === null) return text;
  const [, year, month, day, time, zone] = match;
  const date = [year, month, day].filter((part) => part !== undefined);
  return date.join("-") +
    (time === undefined ? "" : ` ${readableTime(time)}`) +
    (zone === undefined ? "" : ` ${zone.slice(0, 3)}:${zone.slice(3)}`);
}
