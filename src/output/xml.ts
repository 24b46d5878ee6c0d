/**
 * Format `xml`: the Native DICOM Model (PS3.19 A.1). The model is one document per dataset, and a result has many: they come as
 * `NativeDicomModel` elements, each complete with its namespace, inside one `matches` element of no namespace. So the stream is one
 * well-formed document, and each child, cut out, is exactly what the standard describes.
 */
import type { Charset } from "../charset/charset.ts";
import {
  bigintsOf,
  charsetOf,
  numbersOf,
  SPECIFIC_CHARACTER_SET,
  stringsOf,
  tagsOf,
} from "../codec/values.ts";
import {
  type Element,
  type Holder,
  isFragments,
  isSequence,
  type PlainElement,
  type SequenceElement,
} from "../dataset/dataset.ts";
import { formatTagBare, isPrivate, type Tag } from "../dataset/tag.ts";
import { type Vr, vrInfo } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import {
  creatorOf,
  isStructural,
  knownElement,
  withoutBlock,
} from "./attributes.ts";
import { base64, decimal, shortestSingle } from "./json_text.ts";
import {
  NAME_COMPONENTS,
  NAME_GROUPS,
  nameComponents,
  nameGroups,
} from "../dataset/person_name.ts";
import { type Elements, elementsOf, PlainTexts } from "./plain_text.ts";
import { leaveOutFragments } from "./value_text.ts";
import {
  type ListedRow,
  type MatchRecord,
  type ResultWriter,
  type Summary,
  type TextOptions,
  undeclaredCharset,
} from "./writer.ts";
import { xmlText, xmlValue } from "./xml_text.ts";

const NAMESPACE = "http://dicom.nema.org/PS3.19/models/NativeDICOM";

/** Writes one document with a Native DICOM Model per match. */
export class XmlWriter implements ResultWriter {
  readonly #models: NativeModels;

  constructor(options: TextOptions = {}) {
    this.#models = new NativeModels(options);
  }

  begin(): string {
    return '<?xml version="1.0" encoding="UTF-8"?>\n<matches>\n';
  }

  match(record: MatchRecord): string {
    const { list, isAbsent } = record;
    const model = isAbsent === true
      ? ""
      : this.#models.model(elementsOf(record));
    return list === undefined ? model : rowXml(list, model);
  }

  end(_summary: Summary): string {
    return "</matches>\n";
  }
}

/** A match inside of the row of the list that it answers. */
function rowXml(list: ListedRow, model: string): string {
  const { number, status, columns, cells } = list;
  const values = columns.map((name, index) =>
    `<value column="${xmlText(name)}">${xmlText(cells[index] ?? "")}</value>\n`
  ).join("");
  return `<row number="${number}" status="${status}">\n${values}${model}</row>\n`;
}

/** Renders datasets as `NativeDicomModel` elements, in which white space between elements is insignificant. */
class NativeModels {
  readonly #dictionary: Dictionary;
  readonly #options: TextOptions;
  readonly #undeclared: Charset;
  readonly #plain = new PlainTexts("&<>\"'");
  /** Start tags without their end by the tags of attributes, for the VR that these had last. */
  readonly #starts = new Map<Tag, { readonly vr: Vr; readonly text: string }>();

  constructor(options: TextOptions) {
    this.#options = options;
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#undeclared = undeclaredCharset(options);
  }

  model(elements: Elements): string {
    this.#plain.renew();
    return `<NativeDicomModel xmlns="${NAMESPACE}" xml:space="preserve">\n${
      this.#attributes(elements, this.#undeclared)
    }</NativeDicomModel>\n`;
  }

  #attributes(elements: Elements, inherited: Charset): string {
    const charset = charsetOf(elements, inherited, this.#options.charsets);
    let text = "";
    for (let index = 0; index < elements.size; index++) {
      const tag = elements.tag(index);
      if (isStructural(tag)) continue;
      const vr = elements.vr(index);
      const content = this.#plainValue(
        tag,
        vr,
        this.#plain.at(elements, index),
      );
      text += content === undefined
        ? this.#attribute(elements, elements.at(index), charset)
        : `${this.#start(elements, tag, vr)}>\n${content}${END}`;
    }
    return text;
  }

  #attribute(
    dataset: Holder,
    receivedElement: Element,
    charset: Charset,
  ): string {
    const element = knownElement(dataset, receivedElement, this.#dictionary);
    const { tag, vr } = element;
    const content = isSequence(element)
      ? this.#items(element, charset)
      : this.#plainValue(tag, vr, this.#plain.of(element)) ??
        plainContent(element, charset);
    return this.#start(dataset, tag, vr) +
      (content === "" ? "/>\n" : `>\n${content}${END}`);
  }

  #items({ items }: SequenceElement, charset: Charset): string {
    return items.map((item, index) =>
      `<Item number="${index + 1}">\n${
        this.#attributes(item.dataset, charset)
      }</Item>\n`
    ).join("");
  }

  #start(dataset: Holder, tag: Tag, vr: Vr): string {
    const start = this.#starts.get(tag);
    if (start?.vr === vr) return start.text;
    const name = identity(tag, creatorOf(dataset, tag), this.#dictionary);
    const text = `<DicomAttribute ${name} vr="${vr}"`;
    if (!isPrivate(tag)) this.#starts.set(tag, { vr, text });
    return text;
  }

  /** The content for a single value that needs no care, from its text; undefined for any other. */
  #plainValue(tag: Tag, vr: Vr, text: string | undefined): string | undefined {
    if (text === undefined || text === "") return undefined;
    if (tag === SPECIFIC_CHARACTER_SET) return undefined;
    return vr === "PN"
      ? personName(text, 0)
      : `<Value number="1">${text}</Value>\n`;
  }
}

const END = "</DicomAttribute>\n";

/** The XML attributes that name an attribute; a private tag goes without its block, its creator says whose it is. */
function identity(
  tag: Tag,
  creator: string | undefined,
  dictionary: Dictionary,
): string {
  const keyword = isPrivate(tag) ? undefined : dictionary.keyword(tag);
  return creator === undefined
    ? `tag="${formatTagBare(tag)}"${
      keyword === undefined ? "" : ` keyword="${xmlText(keyword)}"`
    }`
    : `tag="${withoutBlock(tag)}" privateCreator="${xmlText(creator)}"`;
}

function plainContent(element: Element, charset: Charset): string {
  if (isSequence(element)) return "";
  if (isFragments(element)) {
    // They have no form in the model but a reference to elsewhere.
    leaveOutFragments(element, charset);
    return "";
  }
  if (vrInfo(element.vr).kind === "bytes") {
    return element.value.length === 0
      ? ""
      : `<InlineBinary>${base64(element.value)}</InlineBinary>\n`;
  }
  if (element.vr === "PN") {
    const inXml = (part: string) => xmlValue(element.tag, part, charset);
    return stringsOf(element, charset)
      .map((name, index) => personName(name, index, inXml)).join("");
  }
  return values(element, charset).map((value, index) =>
    `<Value number="${index + 1}">${
      xmlValue(element.tag, value, charset)
    }</Value>\n`
  ).join("");
}

function values(element: PlainElement, charset: Charset): string[] {
  switch (element.vr) {
    case "AT":
      return tagsOf(element).map(formatTagBare);
    case "FL":
      return numbersOf(element).map((value) => float(value, shortestSingle));
    case "FD":
      return numbersOf(element).map((value) => float(value, decimal));
    case "SV":
    case "UV":
      return bigintsOf(element).map(String);
    default:
      break;
  }
  if (vrInfo(element.vr).kind === "number") {
    return numbersOf(element).map(String);
  }
  const texts = stringsOf(element, charset);
  // The document is UTF-8, and so must the dataset say that is made from it.
  return element.tag === SPECIFIC_CHARACTER_SET && texts.length > 0
    ? ["ISO_IR 192"]
    : texts;
}

/** The lexical forms of XML Schema for special numbers. */
function float(value: number, format: (value: number) => string): string {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return format(value);
  return value > 0 ? "INF" : "-INF";
}

function personName(value: string, index: number, inXml = xmlText): string {
  const groups = nameGroups(value).map((group, at) => {
    const content = nameComponents(group).map((component, place) => {
      const name = NAME_COMPONENTS[place]!;
      return component === "" ? "" : `<${name}>${inXml(component)}</${name}>`;
    }).join("");
    const name = NAME_GROUPS[at]!;
    return content === "" ? "" : `<${name}>${content}</${name}>`;
  });
  return `<PersonName number="${index + 1}">${groups.join("")}</PersonName>\n`;
}
