/**
 * `-Xx` and `-Xs`: responses in the XML of DCMTK's dcm2xml (`dcm2xml.dtd`). A file of its own keeps the character set of the
 * response where XML has a name for it; everything else, and the common file, is UTF-8, with Specific Character Set changed to
 * ISO_IR 192. Unlike DCMTK's the documents are always well-formed: characters that XML 1.0 forbids become U+FFFD.
 */
import { latin1Bytes } from "../../bytes/latin1.ts";
import { Charset, type CharsetOptions } from "../../charset/charset.ts";
import type { TransferSyntax } from "../../codec/transfer_syntax.ts";
import {
  charsetOf,
  decodedValues,
  numbersOf,
  rawStringOf,
  SPECIFIC_CHARACTER_SET,
  stringsOf,
  textElement,
} from "../../codec/values.ts";
import {
  Dataset,
  type Element,
  isFragments,
  isSequence,
  type PlainElement,
  type SequenceElement,
} from "../../dataset/dataset.ts";
import { formatTag, isPrivate, type Tag } from "../../dataset/tag.ts";
import { type Vr, vrInfo } from "../../dataset/vr.ts";
import { Dictionary } from "../../dictionary/dictionary.ts";
import { dcmtkName } from "../attributes.ts";
import {
  backslashes,
  contentLength,
  dcmtkNumbers,
  sequenceLength,
} from "./values.ts";
import {
  type MatchRecord,
  type ResultWriter,
  type Summary,
  type TextOptions,
  undeclaredCharset,
} from "../writer.ts";
import { xmlText } from "../xml_text.ts";

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

const UTF_8 = Charset.of(["ISO_IR 192"]);
const ENCODER = new TextEncoder();

/** `-Xs`: one document for all responses, in UTF-8. */
export class DcmtkXmlWriter implements ResultWriter {
  readonly #options: TextOptions;
  readonly #undeclared: Charset;

  constructor(options: TextOptions = {}) {
    this.#options = options;
    this.#undeclared = undeclaredCharset(options);
  }

  begin(): string {
    return '<?xml version="1.0" encoding="UTF-8"?>\n<responses type="C-FIND">\n';
  }

  match(record: MatchRecord): string {
    const { dataset, syntax } = record;
    const { charsets } = this.#options;
    return dataSet(
      inUtf8(dataset, this.#undeclared, charsets),
      syntax,
      this.#options,
      textOf,
    );
  }

  end(_summary: Summary): string {
    return "</responses>\n";
  }
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
    head("UTF-8") + dataSet(utf8, syntax, options, textOf),
  );
}

/** Renders the text of an element, without its padding, as content of the document. */
type TextOf = (element: PlainElement, charset: Charset) => string;

function textOf(element: PlainElement, charset: Charset): string {
  const text = vrInfo(element.vr).charset
    ? decodedValues(element, charset).join("\\")
    : rawStringOf(element);
  return xmlText(normalised(text, element.vr));
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
  return xmlText(normalised(text, element.vr))
    .replaceAll("\ufffd", "&#65533;");
}

/** Padding is left out as DCMTK leaves it out, which depends on the VR. */
function normalised(text: string, vr: Vr): string {
  const bare = text.replace(/\0+$/, "");
  switch (vr) {
    case "AE":
    case "CS":
    case "IS":
    case "LO":
    case "SH":
      return eachValue(bare, (value) => value.replace(/^ +| +$/g, ""));
    case "DA":
    case "DT":
    case "TM":
    case "PN":
    case "UC":
      return eachValue(bare, (value) => value.replace(/ +$/, ""));
    case "LT":
    case "ST":
    case "UR":
    case "UT":
      return bare.replace(/ +$/, "");
    default:
      return bare;
  }
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
  const context = {
    syntax,
    textOf,
    charsets: options.charsets,
    dictionary: options.dictionary ?? Dictionary.standard,
  };
  return `<data-set xfer="${syntax.uid}" name="${xmlText(syntax.name)}">\n${
    elements(dataset, Charset.ascii, context)
  }</data-set>\n`;
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
  { tag, vr }: Element,
  dataset: Dataset,
  { dictionary }: Context,
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
    const naming = namingOf(element, dataset, context);
    const { identity, name } = naming;
    text += isSequence(element)
      ? sequence(element, naming, charset, context)
      : isFragments(element)
      ? `<sequence ${identity} card="${element.fragments.length}" name="${name}">\n${
        element.fragments.map((fragment) =>
          `<pixel-item len="${fragment.length}" binary="hidden"></pixel-item>\n`
        ).join("")
      }</sequence>\n`
      : plain(element, naming, charset, context);
  }
  return text;
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
  { identity, name }: Naming,
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
  return `<element ${identity} vm="${multiplicity}" len="${value.length}" name="${name}"${binary}>${text}</element>\n`;
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

function isAscii(dataset: Dataset): boolean {
  for (const element of dataset) {
    if (isSequence(element)) {
      if (!element.items.every((item) => isAscii(item.dataset))) return false;
    } else if (
      "value" in element && vrInfo(element.vr).charset &&
      element.value.some((byte) => byte >= 0x7f)
    ) return false;
  }
  return true;
}

/** The dataset with its text in UTF-8, saying so; items no longer need a character set of their own. */
function inUtf8(
  dataset: Dataset,
  inherited: Charset,
  charsets: CharsetOptions | undefined,
  isItem = false,
): Dataset {
  const charset = charsetOf(dataset, inherited, charsets);
  const result = new Dataset();
  for (const element of dataset) {
    if (element.tag === SPECIFIC_CHARACTER_SET) {
      if (!isItem) {
        result.set(textElement(SPECIFIC_CHARACTER_SET, "CS", "ISO_IR 192"));
      }
    } else result.set(elementInUtf8(element, charset, charsets));
  }
  if (!isItem && !isAscii(result)) {
    result.set(textElement(SPECIFIC_CHARACTER_SET, "CS", "ISO_IR 192"));
  }
  return result;
}

function elementInUtf8(
  element: Element,
  charset: Charset,
  charsets: CharsetOptions | undefined,
): Element {
  if (isSequence(element)) {
    return {
      ...element,
      items: element.items.map((item) => ({
        ...item,
        dataset: inUtf8(item.dataset, charset, charsets, true),
      })),
    };
  }
  if (isFragments(element) || !vrInfo(element.vr).charset) return element;
  if (element.value.every((byte) => byte < 0x7f && byte !== 0x1b)) {
    return element;
  }
  const { tag, vr } = element;
  const text = decodedValues(element, charset).join("\\");
  return textElement(tag, vr, text.replace(/[ \0]+$/, ""), UTF_8);
}
