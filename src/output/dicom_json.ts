/**
 * Formats `dicom-json` and `dicom-jsonl`: the DICOM JSON model (PS3.18 Annex F), one object per match. Binary values are inline;
 * text is UTF-8, so Specific Character Set reads ISO_IR 192 wherever it has a value (F.2).
 */
import type { Charset } from "../charset/charset.ts";
import {
  bigintsOf,
  charsetOf,
  numbersOf,
  SPECIFIC_CHARACTER_SET,
  stringsOf,
  tagsOf,
  withKnownVr,
} from "../codec/values.ts";
import {
  type Dataset,
  type Element,
  isFragments,
  isSequence,
  type PlainElement,
} from "../dataset/dataset.ts";
import { formatTagBare } from "../dataset/tag.ts";
import { vrInfo } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { creatorOf, isStructural } from "./attributes.ts";
import {
  base64,
  bigNumber,
  decimalNumber,
  type JsonFraming,
  JsonStream,
  jsonString,
  shortestSingle,
} from "./json_text.ts";
import { NAME_GROUPS, nameGroups } from "./person_name.ts";
import {
  type ResultWriter,
  type TextOptions,
  undeclaredCharset,
} from "./writer.ts";

/** The writer of format `dicom-json` (framing `array`) or `dicom-jsonl` (`lines`). */
export function dicomJsonWriter(
  framing: JsonFraming,
  options: TextOptions = {},
): ResultWriter {
  const undeclared = undeclaredCharset(options);
  return new JsonStream(
    framing,
    (dataset) => dicomJson(dataset, options, undeclared),
  );
}

/** A dataset as a DICOM JSON model object on one line; `undeclared` is its character set if it declares none. */
export function dicomJson(
  dataset: Dataset,
  options: TextOptions = {},
  undeclared: Charset = undeclaredCharset(options),
): string {
  const dictionary = options.dictionary ?? Dictionary.standard;
  return object(dataset, undeclared, dictionary, options);
}

function object(
  dataset: Dataset,
  inherited: Charset,
  dictionary: Dictionary,
  options: TextOptions,
): string {
  const charset = charsetOf(dataset, inherited, options.charsets);
  const members: string[] = [];
  for (const element of dataset) {
    if (isStructural(element.tag)) continue;
    const known = withKnownVr(
      element,
      dictionary,
      creatorOf(dataset, element.tag),
    );
    const value = isSequence(known)
      ? valueMember(
        known.items.map((item) =>
          object(item.dataset, charset, dictionary, options)
        ),
      )
      : plainMember(known, charset);
    members.push(
      `"${formatTagBare(element.tag)}":{"vr":"${known.vr}"${value}}`,
    );
  }
  return `{${members.join(",")}}`;
}

/** `,"Value":[…]`, nothing for an empty value (F.2.5). */
function valueMember(values: readonly string[]): string {
  return values.length === 0 ? "" : `,"Value":[${values.join(",")}]`;
}

function plainMember(element: Element, charset: Charset): string {
  // Encapsulated fragments have no form in the model but a reference to elsewhere.
  if (isFragments(element) || isSequence(element)) return "";
  if (element.tag === SPECIFIC_CHARACTER_SET) {
    return valueMember(stringsOf(element).length > 0 ? ['"ISO_IR 192"'] : []);
  }
  if (vrInfo(element.vr).kind === "bytes") {
    return element.value.length === 0
      ? ""
      : `,"InlineBinary":"${base64(element.value)}"`;
  }
  return valueMember(values(element, charset));
}

/** The members of `Value`: an empty one among several is null (F.2.5). */
function values(element: PlainElement, charset: Charset): string[] {
  switch (element.vr) {
    case "AT":
      return tagsOf(element).map((tag) => `"${formatTagBare(tag)}"`);
    case "FL":
      return numbersOf(element).map((value) =>
        Number.isFinite(value) ? shortestSingle(value) : special(value)
      );
    case "FD":
      return numbersOf(element).map((value) =>
        Number.isFinite(value) ? String(value) : special(value)
      );
    case "US":
    case "SS":
    case "UL":
    case "SL":
      return numbersOf(element).map(String);
    case "SV":
    case "UV":
      return bigintsOf(element).map(bigNumber);
    case "IS":
    case "DS":
      return stringsOf(element).map((text) => {
        const value = decimalNumber(text);
        return value === undefined ? stringOrNull(text) : String(value);
      });
    case "PN":
      return stringsOf(element, charset).map(personName);
    default:
      return stringsOf(element, charset).map(stringOrNull);
  }
}

/** JSON has no such numbers and Annex F no word on them: the strings that DICOM toolkits agree on. */
function special(value: number): string {
  return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"inf"' : '"-inf"';
}

function stringOrNull(text: string): string {
  return text === "" ? "null" : jsonString(text);
}

/** F.2.2: an object of the component groups that are not empty. */
function personName(value: string): string {
  const members = nameGroups(value).flatMap((group, index) =>
    group === "" ? [] : [`"${NAME_GROUPS[index]!}":${jsonString(group)}`]
  );
  return members.length === 0 ? "null" : `{${members.join(",")}}`;
}
