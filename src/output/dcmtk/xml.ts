/**
 * `-Xx` and `-Xs`: responses in the XML of DCMTK's dcm2xml (`dcm2xml.dtd`). A file of its own keeps the character set of the
 * response where XML has a name for it; everything else, and the common file, is UTF-8, with Specific Character Set changed to
 * ISO_IR 192. Unlike DCMTK's the documents are always well-formed: characters that XML 1.0 forbids become U+FFFD.
 */
import { latin1Bytes } from "../../bytes/latin1.ts";
import type { TextBuffer } from "../../bytes/text_buffer.ts";
import { isEqual } from "../../bytes/view.ts";
import { Charset, type CharsetOptions } from "../../charset/charset.ts";
import type { TransferSyntax } from "../../codec/transfer_syntax.ts";
import {
  charsetOf,
  decodedValues,
  numbersOf,
  rawStringOf,
  SPECIFIC_CHARACTER_SET,
  stringsOf,
} from "../../codec/values.ts";
import {
  Dataset,
  type Element,
  isFragments,
  isSequence,
  type PlainElement,
  plainValue,
  type SequenceElement,
} from "../../dataset/dataset.ts";
import { formatTag, isPrivate, type Tag } from "../../dataset/tag.ts";
import { type Vr, vrInfo } from "../../dataset/vr.ts";
import { Dictionary } from "../../dictionary/dictionary.ts";
import { DECLARED, elementInUtf8, inUtf8, isAscii } from "./in_utf8.ts";
import { dcmtkName } from "../attributes.ts";
import {
  backslashes,
  contentLength,
  dcmtkNumbers,
  sequenceLength,
} from "./values.ts";
import {
  type MatchRecord,
  type ReceivedDataset,
  type ResultWriter,
  type Summary,
  type TextOptions,
  undeclaredCharset,
} from "../writer.ts";
import { quickWay } from "../plain_text.ts";
import { PlainXml, strippedBlanks } from "./xml_plain.ts";
import { xmlText, xmlValue } from "../xml_text.ts";

/** Specific Character Set terms that XML has a name for, as DCMTK maps them. */
const ENCODINGS: Readonly<Record<string, string>> = {
  "ISO_IR 6": "UTF-8",
  "ISO_IR 192": "UTF-8",
  "ISO_IR 100": "ISO-8859-1",
  "ISO_IR 101": "ISO-8859-2",
  "ISO_IR 109": "ISO-8859-3",
  "ISO_IR 110": "ISO-8859-4",
  "ISO_IR 144": "ISO-8859-5",
  "ISO_IR 127": "ISO-8859-6",
  "ISO_IR 126": "ISO-8859-7",
  "ISO_IR 138": "ISO-8859-8",
  "ISO_IR 148": "ISO-8859-9",
};

/** A dataset that says that it is in UTF-8, and no more. */
const IN_UTF_8 = Dataset.of(DECLARED);
const NOTHING = new Dataset();
const ENCODER = new TextEncoder();

/** `-Xs`: one document for all responses, in UTF-8. */
export class DcmtkXmlWriter implements ResultWriter {
  readonly #options: TextOptions;
  /** Those for text that is UTF-8 already. */
  readonly #inUtf8: TextOptions;
  readonly #undeclared: Charset;
  readonly #plain: PlainXml;
  /** The start tag of the last match. */
  #start:
    | { readonly syntax: TransferSyntax; readonly text: Uint8Array }
    | undefined;
  /** The character set that the last match declared. */
  #declaration: Declaration | undefined;

  constructor(options: TextOptions = {}) {
    this.#options = options;
    this.#inUtf8 = optionsInUtf8(options);
    this.#undeclared = undeclaredCharset(options);
    const { dictionary = Dictionary.standard } = options;
    this.#plain = new PlainXml((tag, vr, length, multiplicity) =>
      startTag(namingOf(tag, vr, NOTHING, dictionary), length, multiplicity)
    );
  }

  begin(): string {
    return '<?xml version="1.0" encoding="UTF-8"?>\n<responses type="C-FIND">\n';
  }

  match(record: MatchRecord): string {
    return this.#text(record);
  }

  #text({ dataset, syntax }: ReceivedDataset): string {
    const { charsets } = this.#options;
    return dataSet(
      inUtf8(dataset, this.#undeclared, charsets),
      syntax,
      this.#inUtf8,
      textOf,
    );
  }

  /** Adds the text of `match` to a buffer of UTF-8. The match is decoded only if its bytes do not suffice. */
  write(match: ReceivedDataset, into: TextBuffer): void {
    const { length } = into;
    if (this.#writeUndecoded(match, into)) return;
    into.truncate(length);
    into.text(this.#text(match));
  }

  /** The quick way; returns false for a match that has to go the plain one. */
  #writeUndecoded(
    { elements, syntax }: ReceivedDataset,
    into: TextBuffer,
  ): boolean {
    if (elements?.isAsEncoded !== true || !quickWay.isOpen) return false;
    const context = contextOf(syntax, this.#inUtf8, textOf);
    const { charsets } = this.#options;
    let declaration: Declaration | undefined;
    if (this.#start?.syntax !== syntax) {
      this.#start = { syntax, text: ENCODER.encode(dataSetStart(syntax)) };
    }
    into.whole(this.#start.text);
    for (let index = 0; index < elements.size; index++) {
      const tag = elements.tag(index);
      if (tag === SPECIFIC_CHARACTER_SET) {
        declaration = this.#declarationBy(elements.at(index), context);
        if (declaration === undefined) return false;
        into.whole(declaration.text);
        continue;
      }
      if (isPrivate(tag)) return false;
      if (this.#plain.write(elements, index, into)) continue;
      // Whether a set that is not declared has to be is known after the last text.
      if (declaration === undefined) return false;
      const element = elements.at(index);
      const { charset, target } = declaration;
      const inUtf8 = elementInUtf8(element, charset, charsets);
      into.text(elementText(inUtf8, NOTHING, target, context));
    }
    into.text(DATA_SET_END);
    return true;
  }

  /** The character set that an element declares, as it is used before and after the text is UTF-8; undefined if it has items. */
  #declarationBy(
    element: Element,
    context: Context,
  ): Declaration | undefined {
    const value = plainValue(element);
    if (value === undefined) return undefined;
    if (
      this.#declaration !== undefined && isEqual(this.#declaration.value, value)
    ) {
      return this.#declaration;
    }
    const { charsets } = this.#options;
    const dataset = Dataset.of(element);
    return this.#declaration = {
      value: value.slice(),
      charset: charsetOf(dataset, this.#undeclared, charsets),
      target: charsetOf(IN_UTF_8, Charset.ascii, context.charsets),
      text: ENCODER.encode(elements(IN_UTF_8, Charset.ascii, context)),
    };
  }

  end(_summary: Summary): string {
    return "</responses>\n";
  }
}

/** A declared character set. */
interface Declaration {
  /** The value that declares it. */
  readonly value: Uint8Array;
  readonly charset: Charset;
  /** UTF-8. */
  readonly target: Charset;
  /** The element in its place. */
  readonly text: Uint8Array;
}

/** `-Xx`: the document of one response, as the bytes of its file. */
export function dcmtkXmlFile(
  record: MatchRecord,
  options: TextOptions = {},
): Uint8Array<ArrayBuffer> {
  const { dataset, syntax } = record;
  const terms = declaredTerms(dataset);
  const encoding = terms.length === 1 && !isOverridden(options)
    ? ENCODINGS[terms[0]!]
    : undefined;
  const head = (name: string) => `<?xml version="1.0" encoding="${name}"?>\n`;
  // Single-byte sets can keep the response's own bytes, as long as no item switches to another set.
  if (
    encoding !== undefined && encoding !== "UTF-8" && hasOneCharset(dataset)
  ) {
    const text = dataSet(dataset, syntax, options, uncorrectedText);
    return latin1Bytes(head(encoding) + text);
  }
  if (terms.length === 0 && hasOneCharset(dataset) && isAscii(dataset)) {
    return ENCODER.encode(
      `<?xml version="1.0"?>\n${dataSet(dataset, syntax, options, textOf)}`,
    );
  }
  const utf8 = encoding === "UTF-8" && hasOneCharset(dataset)
    ? dataset
    : inUtf8(dataset, undeclaredCharset(options), options.charsets);
  return ENCODER.encode(
    head("UTF-8") + dataSet(utf8, syntax, optionsInUtf8(options), textOf),
  );
}

/** Renders the text of an element, without its padding, as content of the document. */
type TextOf = (element: PlainElement, charset: Charset) => string;

function textOf(element: PlainElement, charset: Charset): string {
  const text = vrInfo(element.vr).charset
    ? decodedValues(element, charset).join("\\")
    : rawStringOf(element);
  return xmlValue(element.tag, normalised(text, element.vr), charset);
}

/** The bytes as they came, one character each; bytes without a character in the set become references to U+FFFD. */
function uncorrectedText(element: PlainElement, charset: Charset): string {
  const raw = rawStringOf(element);
  const decodedText = charset.decode(element.value, "single").join("\\");
  let text = raw;
  if (decodedText.length === raw.length && decodedText.includes("\ufffd")) {
    text = Array.from(
      raw,
      (byte, at) => decodedText[at] === "\ufffd" ? "\ufffd" : byte,
    ).join("");
  }
  return xmlValue(element.tag, normalised(text, element.vr), charset)
    .replaceAll("\ufffd", "&#65533;");
}

/** Padding is left out as DCMTK leaves it out, which depends on the VR. */
function normalised(text: string, vr: Vr): string {
  const bare = text.replace(/\0+$/, "");
  const stripped = strippedBlanks(vr);
  if (stripped === "none") return bare;
  const pattern = stripped === "around" ? /^ +| +$/g : / +$/;
  const strip = (value: string) => value.replace(pattern, "");
  return vrInfo(vr).multiple ? eachValue(bare, strip) : strip(bare);
}

function eachValue(text: string, change: (value: string) => string): string {
  return text.includes("\\")
    ? text.split("\\").map(change).join("\\")
    : change(text);
}

function dataSet(
  dataset: Dataset,
  syntax: TransferSyntax,
  options: TextOptions,
  textOf: TextOf,
): string {
  const context = contextOf(syntax, options, textOf);
  const warn = options.charsets?.warn;
  const ascii = warn === undefined ? Charset.ascii : Charset.of([], { warn });
  const text = elements(dataset, ascii, context);
  return dataSetStart(syntax) + text + DATA_SET_END;
}

function dataSetStart({ uid, name }: TransferSyntax): string {
  return `<data-set xfer="${uid}" name="${xmlText(name)}">\n`;
}

const DATA_SET_END = "</data-set>\n";

function contextOf(
  syntax: TransferSyntax,
  options: TextOptions,
  textOf: TextOf,
): Context {
  const { charsets, dictionary = Dictionary.standard } = options;
  return { syntax, textOf, charsets, dictionary };
}

interface Context {
  readonly syntax: TransferSyntax;
  readonly textOf: TextOf;
  readonly charsets: CharsetOptions | undefined;
  readonly dictionary: Dictionary;
}

/** The facts about the attribute in an element's tag. */
interface Naming {
  readonly vr: Vr;
  /** `tag="0010,0010" vr="PN"` */
  readonly identity: string;
  readonly name: string;
}

/** Namings of standard attributes, which are the same in every dataset; private ones depend on their creator. */
const NAMINGS = new WeakMap<Dictionary, Map<Tag, Naming>>();
const MAX_NAMINGS = 10_000;

function namingOf(
  tag: Tag,
  vr: Vr,
  dataset: Dataset,
  dictionary: Dictionary,
): Naming {
  let namings = NAMINGS.get(dictionary);
  if (namings === undefined) NAMINGS.set(dictionary, namings = new Map());
  const cachedNaming = namings.get(tag);
  if (cachedNaming?.vr === vr) return cachedNaming;
  const identity = `tag="${formatTag(tag).slice(1, -1)}" vr="${vr}"`;
  const name = xmlText(dcmtkName(dataset, tag, dictionary));
  const naming = { vr, identity, name };
  if (!isPrivate(tag) && namings.size < MAX_NAMINGS) namings.set(tag, naming);
  return naming;
}

function elements(
  dataset: Dataset,
  inherited: Charset,
  context: Context,
): string {
  const charset = charsetOf(dataset, inherited, context.charsets);
  let text = "";
  for (const element of dataset) {
    text += elementText(element, dataset, charset, context);
  }
  return text;
}

function elementText(
  element: Element,
  dataset: Dataset,
  charset: Charset,
  context: Context,
): string {
  const { tag, vr } = element;
  const naming = namingOf(tag, vr, dataset, context.dictionary);
  if (isSequence(element)) return sequence(element, naming, charset, context);
  if (!isFragments(element)) return plain(element, naming, charset, context);
  const { identity, name } = naming;
  const items = element.fragments.map((fragment) =>
    `<pixel-item len="${fragment.length}" binary="hidden"></pixel-item>\n`
  );
  return `<sequence ${identity} card="${items.length}" name="${name}">\n${
    items.join("")
  }</sequence>\n`;
}

function sequence(
  element: SequenceElement,
  { identity, name }: Naming,
  charset: Charset,
  context: Context,
): string {
  const { syntax } = context;
  const length = element.undefinedLength
    ? ""
    : ` len="${sequenceLength(element, syntax)}"`;
  const items = element.items.map((item) =>
    `<item card="${item.dataset.size}"${
      item.undefinedLength
        ? ""
        : ` len="${contentLength(item.dataset, syntax)}"`
    }>\n${elements(item.dataset, charset, context)}</item>\n`
  );
  return `<sequence ${identity} card="${element.items.length}"${length} name="${name}">\n${
    items.join("")
  }</sequence>\n`;
}

function plain(
  element: PlainElement,
  naming: Naming,
  charset: Charset,
  context: Context,
): string {
  const { vr, value } = element;
  const { kind, multiple } = vrInfo(vr);
  let text = "";
  let multiplicity = 1;
  let binary = "";
  if (kind === "text") {
    text = context.textOf(element, charset);
    multiplicity = value.length === 0
      ? 0
      : multiple
      ? 1 + backslashes(text)
      : 1;
  } else if (vr === "OB" || vr === "OW" || vr === "UN") {
    binary = ' binary="hidden"';
  } else {
    const values = numbers(element);
    text = values.join("\\");
    multiplicity = kind === "bytes" ? 1 : values.length;
  }
  const start = startTag(naming, value.length, multiplicity, binary);
  return `${start}${text}</element>\n`;
}

function startTag(
  { identity, name }: Naming,
  length: number,
  multiplicity: number,
  more = "",
): string {
  return `<element ${identity} vm="${multiplicity}" len="${length}" name="${name}"${more}>`;
}

/** As in dumps, except for the two "other" VRs of floating point numbers, which DCMTK formats differently here. */
function numbers(element: PlainElement): (string | number | bigint)[] {
  const { vr } = element;
  return vr === "OF" || vr === "OD"
    ? numbersOf(element).map((value) => general(value, vr === "OF" ? 8 : 17))
    : dcmtkNumbers(element);
}

/** A correctly rounded number with at most `precision` significant digits and an exponent of at least two. */
function general(value: number, precision: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const [mantissa = "", exponentText = "0"] = value.toExponential(precision - 1)
    .split("e");
  const exponent = Number(exponentText);
  const trimmed = (text: string) =>
    text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  if (exponent < -4 || exponent >= precision) {
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${trimmed(mantissa)}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  return trimmed(value.toFixed(precision - 1 - exponent));
}

/** Whether the user says that the declared set may not be the actual one. */
function isOverridden({ charsets }: TextOptions): boolean {
  return charsets?.assumeAlways === true || (charsets?.map?.size ?? 0) > 0;
}

/** Options for text that has become UTF-8: the user's remarks on declared sets were about the ones before. */
function optionsInUtf8(options: TextOptions): TextOptions {
  if (!isOverridden(options)) return options;
  const warn = options.charsets?.warn;
  return { ...options, charsets: { ...warn && { warn } } };
}

function declaredTerms(dataset: Dataset): string[] {
  const element = dataset.get(SPECIFIC_CHARACTER_SET);
  return element === undefined ? [] : stringsOf(element);
}

/** Whether no item declares a character set of its own. */
function hasOneCharset(dataset: Dataset): boolean {
  for (const element of dataset) {
    if (!isSequence(element)) continue;
    for (const { dataset } of element.items) {
      if (dataset.has(SPECIFIC_CHARACTER_SET) || !hasOneCharset(dataset)) {
        return false;
      }
    }
  }
  return true;
}
