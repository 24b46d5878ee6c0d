/**
 * Formats `dicom-json` and `dicom-jsonl`: the DICOM JSON model (PS3.18 Annex F), one object per match. Binary values are inline;
 * text is UTF-8, so Specific Character Set reads ISO_IR 192 wherever it has a value (F.2).
 */
import type { Charset } from "../charset/charset.ts";
import {
  charsetOf,
  SPECIFIC_CHARACTER_SET,
  stringsOf,
} from "../codec/values.ts";
import {
  type Dataset,
  type Element,
  type Holder,
  isFragments,
  isSequence,
} from "../dataset/dataset.ts";
import { formatTagBare, isPrivate, type Tag } from "../dataset/tag.ts";
import { type Vr, vrInfo } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { isStructural, knownElement } from "./attributes.ts";
import {
  base64,
  isJsonInteger,
  type JsonFraming,
  JsonStream,
  jsonValues,
  type JsonValueStyle,
  nameObject,
} from "./json_text.ts";
import { type Elements, elementsOf, PlainTexts } from "./plain_text.ts";
import { leaveOutFragments } from "./value_text.ts";
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
  const objects = new DicomJsonObjects(options);
  return new JsonStream(
    framing,
    (record) => objects.object(elementsOf(record)),
  );
}

/** A dataset as a DICOM JSON model object on one line. */
export function dicomJson(
  dataset: Dataset,
  options: TextOptions = {},
): string {
  return new DicomJsonObjects(options).object(dataset);
}

/** Renders datasets as DICOM JSON model objects. */
class DicomJsonObjects {
  readonly #dictionary: Dictionary;
  readonly #options: TextOptions;
  readonly #undeclared: Charset;
  readonly #plain = new PlainTexts('"');
  /** `"00100010":{"vr":"PN"` by tag, for the VR that it had last. */
  readonly #heads = new Map<Tag, { readonly vr: Vr; readonly text: string }>();

  constructor(options: TextOptions) {
    this.#options = options;
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#undeclared = undeclaredCharset(options);
  }

  /** The object of a dataset on one line. */
  object(elements: Elements): string {
    this.#plain.renew();
    return this.#object(elements, this.#undeclared);
  }

  #object(elements: Elements, inherited: Charset): string {
    const charset = charsetOf(elements, inherited, this.#options.charsets);
    let text = "";
    for (let index = 0; index < elements.size; index++) {
      const tag = elements.tag(index);
      if (isStructural(tag)) continue;
      const vr = elements.vr(index);
      const value = this.#plainValue(tag, vr, this.#plain.at(elements, index));
      text += text === "" ? "{" : "},";
      text += value === undefined
        ? this.#member(elements, elements.at(index), charset)
        : this.#head(tag, vr) + value;
    }
    return text === "" ? "{}" : `${text}}}`;
  }

  /** An attribute, without its last brace. */
  #member(
    dataset: Holder,
    element: Element,
    charset: Charset,
  ): string {
    const typedElement = knownElement(dataset, element, this.#dictionary);
    const { tag, vr } = typedElement;
    const value = isSequence(typedElement)
      ? valueMember(
        typedElement.items.map((item) => this.#object(item.dataset, charset)),
      )
      : this.#plainValue(tag, vr, this.#plain.of(typedElement)) ??
        plainMember(typedElement, charset);
    return this.#head(tag, vr) + value;
  }

  #head(tag: Tag, vr: Vr): string {
    const head = this.#heads.get(tag);
    if (head?.vr === vr) return head.text;
    const text = `"${formatTagBare(tag)}":{"vr":"${vr}"`;
    if (!isPrivate(tag)) this.#heads.set(tag, { vr, text });
    return text;
  }

  /** The member of a single value that needs no care, from its text; undefined for any other. */
  #plainValue(tag: Tag, vr: Vr, text: string | undefined): string | undefined {
    if (text === undefined || text === "") return undefined;
    if (tag === SPECIFIC_CHARACTER_SET) return undefined;
    if (vr === "PN") {
      return needsCare(text)
        ? undefined
        : `,"Value":[{"Alphabetic":"${text}"}]`;
    }
    if (vr === "IS" || vr === "DS") {
      return isJsonInteger(text) ? `,"Value":[${text}]` : undefined;
    }
    return `,"Value":["${text}"]`;
  }
}

/** Whether a name has groups, or something around its one group that is left out (PS3.18 F.2.2). */
function needsCare(name: string): boolean {
  return name.includes("=") || name.startsWith(" ") || name.endsWith("^");
}

/** `,"Value":[…]`, nothing for an empty value (F.2.5). */
function valueMember(values: readonly string[]): string {
  return values.length === 0 ? "" : `,"Value":[${values.join(",")}]`;
}

function plainMember(element: Element, charset: Charset): string {
  if (isSequence(element)) return "";
  if (isFragments(element)) {
    // They have no form in the model but a reference to elsewhere.
    leaveOutFragments(element, charset);
    return "";
  }
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
