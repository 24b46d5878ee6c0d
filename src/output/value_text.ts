/**
 * One element as a short text: as DICOM writes it (`dicomText`), or as people like to read it (`readableText`). Nothing is
 * neutralised here: each format does that.
 */
import { quantity } from "../errors.ts";
import type { Charset } from "../charset/charset.ts";
import {
  attributeName,
  bigintsOf,
  charsetOf,
  numbersOf,
  stringsOf,
  tagsOf,
} from "../codec/values.ts";
import {
  type Dataset,
  type Element,
  type FragmentsElement,
  isFragments,
  isSequence,
  type PlainElement,
} from "../dataset/dataset.ts";
import { nameComponents, nameGroups } from "../dataset/person_name.ts";
import { formatTag, type Tag } from "../dataset/tag.ts";
import { type Vr, vrInfo } from "../dataset/vr.ts";
import { uidName } from "../dictionary/uids.ts";
import { base64, shortestSingle } from "./json_text.ts";

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

/** Reports that encapsulated fragments are left out, where nothing stands for them. */
export function leaveOutFragments(
  { tag }: FragmentsElement,
  { warn }: Charset,
): void {
  warn?.(
    `${
      attributeName(tag)
    }: encapsulated fragments have no text and are left out`,
    `${formatTag(tag)} fragments`,
  );
}

/**
 * The values as DICOM writes them, or with `iso` dates and times as ISO 8601 does, separated by backslashes. Sequences give no
 * text; nor do fragments, which is reported.
 */
export function dicomText(
  element: Element,
  charset: Charset,
  dates: "stored" | "iso" = "stored",
): string {
  if (isSequence(element)) return "";
  if (isFragments(element)) {
    leaveOutFragments(element, charset);
    return "";
  }
  const values = textValues(element, charset);
  const { vr } = element;
  const isIso = dates === "iso" && (vr === "DA" || vr === "TM" || vr === "DT");
  return (isIso ? values.map((text) => isoText(text, vr)) : values).join("\\");
}

/**
 * A date, time or date-time as ISO 8601 writes it, fractions included: `2020-01-31T10:30:05.5+01:00`. Other text stays as it is,
 * also if there is no such day or time.
 */
export function isoText(text: string, vr: "DA" | "TM" | "DT"): string {
  if (vr === "DA") return readableDate(text);
  if (vr === "TM") return clockTime(text) ?? text;
  return moment(text, "T", "", clockTime) ?? text;
}

/** A date-time with what comes before its time and its zone, and how the time is written; undefined if it is none. */
function moment(
  text: string,
  beforeTime: string,
  beforeZone: string,
  timeText: (time: string) => string | undefined,
): string | undefined {
  const match = /^(\d{4})(\d\d)?(\d\d)?(\d\d[\d.]*)?([+-]\d{4})?$/.exec(text);
  if (match === null) return undefined;
  const [, year = "", month, day, time, zone] = match;
  if (!isDay(year, month, day)) return undefined;
  if (zone !== undefined && !/^.(?:0\d|1[0-4])[0-5]\d$/.test(zone)) {
    return undefined;
  }
  const clock = time === undefined ? "" : timeText(time);
  if (clock === undefined) return undefined;
  return [year, month, day].filter((part) => part !== undefined).join("-") +
    (clock === "" ? "" : beforeTime + clock) +
    (zone === undefined
      ? ""
      : `${beforeZone}${zone.slice(0, 3)}:${zone.slice(3)}`);
}

/** Whether the calendar has a day, or a month or year if that is all. */
function isDay(year: string, month = "01", day = "01"): boolean {
  if (month < "01" || month > "12" || day < "01") return false;
  return day <= "28" ||
    Number(day) <=
      new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
}

/** `10:30:05.5` for `103005.5`, with as many parts as there are, but minutes; undefined for what is no time of day. */
function clockTime(text: string): string | undefined {
  const match =
    /^([01]\d|2[0-3])(?::?([0-5]\d)(?::?([0-5]\d|60)(?:\.(\d*))?)?)?$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, hours, minutes = "00", seconds, fraction = ""] = match;
  if (seconds === undefined) return `${hours}:${minutes}`;
  const rest = fraction === "" ? "" : `.${fraction}`;
  return `${hours}:${minutes}:${seconds}${rest}`;
}

const DICOM_ROOT = "1.2.840.10008.";

/** The name of a registered UID. Instances' UIDs, which are most, are recognized by their root without a search. */
export function knownUidName(uid: string): string | undefined {
  return uid.startsWith(DICOM_ROOT) ? uidName(uid) : undefined;
}

/** The values for people: dates, times and names in readable forms, known UIDs by name, sequences and bytes by their size. */
export function readableText(element: Element, charset: Charset): string {
  const between = element.vr === "PN" || isSequence(element) ? "; " : ", ";
  return readableValues(element, charset).join(between);
}

/** The same, each value for itself. */
export function readableValues(element: Element, charset: Charset): string[] {
  if (isSequence(element)) {
    const codes = element.items.map((item) => codeText(item.dataset, charset))
      .filter((code) => code !== undefined);
    return codes.length > 0 && codes.length === element.items.length
      ? codes
      : [sized(element.items.length, "item")];
  }
  if (isFragments(element)) {
    return [sized(element.fragments.length, "fragment")];
  }
  const { vr } = element;
  if (vr === "OB" || vr === "OW" || vr === "UN") {
    const { length } = element.value;
    return length === 0 ? [] : [sized(length, "byte")];
  }
  return textValues(element, charset).map((text) => readableValue(text, vr));
}

/** One value of a VR for people. */
export function readableValue(text: string, vr: Vr): string {
  switch (vr) {
    case "DA":
      return readableDate(text);
    case "TM":
      return readableTime(text);
    case "DT":
      return readableDateTime(text);
    case "PN":
      return readableName(text);
    case "UI":
      return knownUidName(text) ?? text;
    default:
      return text;
  }
}

/** Code Value, Long Code Value and URN Code Value (PS3.3 8.8), of which an item has one, and Code Meaning. */
const CODE_VALUES: readonly Tag[] = [0x00080100, 0x00080119, 0x00080120];
const CODE_MEANING: Tag = 0x00080104;

/** The code and the meaning of an item of a code sequence, `T-A0100 Skull`; undefined for an item without them. */
function codeText(item: Dataset, inherited: Charset): string | undefined {
  const charset = charsetOf(item, inherited);
  const texts = [...CODE_VALUES, CODE_MEANING].flatMap((tag) => {
    const element = item.get(tag);
    return element === undefined ? [] : stringsOf(element, charset);
  });
  return item.has(CODE_MEANING) && texts.length > 0
    ? texts.join(" ")
    : undefined;
}

function sized(count: number, what: string): string {
  return quantity(count, what);
}

/** `2020-01-31` for `20200131` and for the form with dots that DICOM had before 1993; anything else as it is. */
export function readableDate(text: string): string {
  const match = /^(\d{4})\.?(\d\d)\.?(\d\d)$/.exec(text);
  if (match === null) return text;
  const [, year = "", month, day] = match;
  return isDay(year, month, day) ? `${year}-${month}-${day}` : text;
}

/** `10:30:05` for `103005.123456`; fractions of a second are left out. Anything else as it is. */
export function readableTime(text: string): string {
  return shortTime(text) ?? text;
}

function shortTime(text: string): string | undefined {
  return clockTime(text)?.replace(/\.\d*$/, "");
}

/** `2020-01-31 10:30:05 +01:00`, as far as a DT has these parts. Anything else as it is. */
export function readableDateTime(text: string): string {
  return moment(text, " ", " ", shortTime) ?? text;
}

/** A name for people: `Doe, John Quincy, Dr`, with the ideographic form in parentheses; the first of the forms that exists. */
export function readableName(value: string): string {
  const [alphabetic = "", ideographic = "", phonetic = ""] = nameGroups(value);
  const latin = readableGroup(alphabetic);
  const native = ideographic.split("^").filter((part) => part !== "").join(" ");
  if (latin === "") {
    return native === "" ? readableGroup(phonetic) : native;
  }
  return native === "" ? latin : `${latin} (${native})`;
}

function readableGroup(group: string): string {
  const [family = "", given = "", middle = "", prefix = "", suffix = ""] =
    nameComponents(group).map((part) => part.trim());
  const first = [given, middle].filter((part) => part !== "").join(" ");
  return [family, first, prefix, suffix].filter((part) => part !== "").join(
    ", ",
  );
}
