/** The values of one element as JSON texts, as far as both JSON formats agree on them. */
import type { Charset } from "../charset/charset.ts";
import { bigintsOf, numbersOf, stringsOf, tagsOf } from "../codec/values.ts";
import type { PlainElement } from "../dataset/dataset.ts";
import { formatTagBare } from "../dataset/tag.ts";
import {
  bigNumber,
  decimal,
  decimalNumber,
  jsonString,
  shortestSingle,
} from "./json_text.ts";
import { NAME_GROUPS, nameGroups } from "./person_name.ts";

/** The differences between the formats. */
export interface JsonValueStyle {
  /** JSON text of NaN and infinities. */
  readonly special: (value: number) => string;
  /** JSON text of one person name. */
  readonly personName: (value: string) => string;
  /** Dates and times in another form than stored. */
  readonly temporal?: (text: string, vr: "DA" | "TM" | "DT") => string;
}

/** JSON texts of the values: numbers where JSON has them, `null` for an empty value among several. Not for bytes (OB OW UN). */
export function jsonValues(
  element: PlainElement,
  charset: Charset,
  style: JsonValueStyle,
): string[] {
  const { special } = style;
  switch (element.vr) {
    case "AT":
      return tagsOf(element).map((tag) => `"${formatTagBare(tag)}"`);
    case "FL":
    case "OF":
      return numbersOf(element).map((value) =>
        Number.isFinite(value) ? shortestSingle(value) : special(value)
      );
    case "FD":
    case "OD":
      return numbersOf(element).map((value) =>
        Number.isFinite(value) ? decimal(value) : special(value)
      );
    case "US":
    case "SS":
    case "UL":
    case "SL":
    case "OL":
      return numbersOf(element).map(String);
    case "SV":
    case "UV":
    case "OV":
      return bigintsOf(element).map(bigNumber);
    case "IS":
    case "DS":
      return stringsOf(element).map((text) => {
        const value = decimalNumber(text);
        return value === undefined ? stringOrNull(text) : String(value);
      });
    case "PN":
      return stringsOf(element, charset).map(style.personName);
    case "DA":
    case "TM":
    case "DT": {
      const { vr } = element;
      const { temporal = (text: string) => text } = style;
      return stringsOf(element).map((text) => stringOrNull(temporal(text, vr)));
    }
    default:
      return stringsOf(element, charset).map(stringOrNull);
  }
}

/** A string, `null` for an empty one. */
export function stringOrNull(text: string): string {
  return text === "" ? "null" : jsonString(text);
}

/** An object of the component groups that are not empty (PS3.18 F.2.2), `null` without any. */
export function nameObject(value: string): string {
  const members = nameGroups(value).flatMap((group, index) =>
    group === "" ? [] : [`"${NAME_GROUPS[index]!}":${jsonString(group)}`]
  );
  return members.length === 0 ? "null" : `{${members.join(",")}}`;
}
