/**
 * Formats `dicom-json` and `dicom-jsonl`: the DICOM JSON model (PS3.18 Annex F), one object per match. Binary values are inline;
 * text is UTF-8, so Specific Character Set reads ISO_IR 192 wherever it has a value (F.2).
 */
import type { Charset } from "../charset/charset.ts";
import {
  charsetOf,
  SPECIFIC_CHARACTER_SET,
  stringsOf,
  withKnownVr,
} from "../codec/values.ts";
import {
  type Dataset,
  type Element,
  isFragments,
  isSequence,
} from "../dataset/dataset.ts";
import { formatTagBare } from "../dataset/tag.ts";
import { vrInfo } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { creatorOf, isStructural } from "./attributes.ts";
import { base64, type JsonFraming, JsonStream } from "./json_text.ts";
import { jsonValues, type JsonValueStyle, nameObject } from "./json_value.ts";
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
  return valueMember(jsonValues(element, charset, STYLE));
}

/** JSON has no such numbers and Annex F no word on them: the strings that DICOM toolkits agree on. */
function special(value: number): string {
  return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"inf"' : '"-inf"';
}

const STYLE: JsonValueStyle = { special, personName: nameObject };
