/**
 * Datasets as DCMTK 3.6.7 prints them: tag, VR, value in at least 40 columns, length, multiplicity and keyword, values in full.
 * Two ways: `rawText` gives text whose characters are the bytes received (0..255, for `latin1Bytes`), equal to DCMTK's output byte
 * for byte; otherwise text is decoded and control characters are made visible.
 */
import { hexBytes } from "../../bytes/hex.ts";
import type { Charset, CharsetOptions } from "../../charset/charset.ts";
import {
  charsetOf,
  decodedValues,
  numbersOf,
  rawStringOf,
} from "../../codec/values.ts";
import { ITEM } from "../../codec/structure.ts";
import type { TransferSyntax } from "../../codec/transfer_syntax.ts";
import {
  Dataset,
  type Element,
  type FragmentsElement,
  type Holder,
  isFragments,
  isSequence,
  type PlainElement,
  type SequenceElement,
} from "../../dataset/dataset.ts";
import { formatTag, isPrivate, type Tag } from "../../dataset/tag.ts";
import { type Vr, vrInfo } from "../../dataset/vr.ts";
import {
  dcmtkUidName,
  mayHaveDcmtkName,
} from "../../dictionary/dcmtk_uid_names.ts";
import { Dictionary } from "../../dictionary/dictionary.ts";
import { creatorOf, dcmtkName } from "../attributes.ts";
import { TextBuffer } from "../../bytes/text_buffer.ts";
import { column, counted, ending, line, VALUE_WIDTH } from "./dump_line.ts";
import {
  backslashes,
  contentLength,
  dcmtkNumbers,
  hexWords,
  sequenceLength,
} from "./values.ts";
import { type Elements, PlainTexts } from "../plain_text.ts";
import { sanitize } from "../sanitize.ts";
import { displayWidth } from "../width.ts";
import { type TextOptions, undeclaredCharset } from "../writer.ts";

/** How to dump. */
export interface DumpOptions extends TextOptions {
  /** Value bytes exactly as they are, one character per byte, padding included. */
  readonly rawText?: boolean;
  /** Text without its padding, as DCMTK shows corrected data; lengths are still those of the values. */
  readonly correction?: boolean;
  /**
   * Which elements of the outermost level were made from keys and never encoded yet. DCMTK shows those differently: text without
   * padding, lengths of sequences as 0, `??` and `xs` for VRs that it leaves open. None when absent.
   */
  readonly isUnsent?: (element: Element) => boolean;
}

const EMPTY = "(no value available)";
const PIXEL_REPRESENTATION: Tag = 0x00280103;
const PIXEL_DATA: Tag = 0x7fe00010;
const OVERLAY_DATA: Tag = 0x60003000;
const CURVE_DATA: Tag = 0x50003000;

const BLANK = 0x20;
const OPENING = 0x5b;
const CLOSING = 0x5d;

/** The context of one element: its place and the facts known there. */
interface DumpLevel {
  readonly elements: Elements;
  readonly syntax: TransferSyntax;
  readonly charset: Charset;
  /** The prefix of each line, and the part of it that does not depend on the depth. */
  readonly indent: string;
  readonly prefix: string;
  readonly isOutermost: boolean;
  readonly unsent: boolean;
}

/** How an attribute is shown. */
interface Naming {
  /** `(0010,0010)` */
  readonly tag: string;
  /** Keyword, in DCMTK's form. */
  readonly name: string;
  /** The text around its last value: from match to match not much changes there. */
  frame?: Frame;
}

/** The text before and after a value, and the facts that it depends on. */
interface Frame {
  readonly indent: string;
  readonly vrText: string;
  readonly length: number;
  readonly multiplicity: number;
  readonly head: Uint8Array;
  readonly end: Uint8Array;
}

/** Dumps datasets of one run; facts about a tag are kept for the next match. */
export class DcmtkDump {
  readonly #dictionary: Dictionary;
  readonly #charsets: CharsetOptions | undefined;
  readonly #undeclared: Charset;
  readonly #rawText: boolean;
  readonly #correction: boolean;
  readonly #isUnsent: ((element: Element) => boolean) | undefined;
  readonly #plainTexts = new PlainTexts();
  #text: TextBuffer | undefined;
  /** The facts about a standard attribute that are the same in every dataset; private ones depend on their creator. */
  readonly #names = new Map<Tag, Naming>();

  constructor(options: DumpOptions = {}) {
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#charsets = options.charsets;
    this.#undeclared = undeclaredCharset(options);
    this.#rawText = options.rawText ?? false;
    this.#correction = options.correction ?? false;
    this.#isUnsent = options.isUnsent;
  }

  /** An empty line, the two header lines and the elements, each line with its line feed. */
  dataset(dataset: Dataset, syntax: TransferSyntax): string {
    const into = this.#text ??= this.buffer();
    this.write(dataset, syntax, into);
    return into.takeText();
  }

  /** A buffer for `write`. */
  buffer(): TextBuffer {
    return new TextBuffer(this.#rawText);
  }

  /** Writes the output of `dataset`, each line after a prefix, to a buffer made by `buffer`. */
  write(
    elements: Elements,
    syntax: TransferSyntax,
    into: TextBuffer,
    prefix = "",
  ): void {
    into.text(
      `${prefix}\n${prefix}# Dicom-Data-Set\n${prefix}# Used TransferSyntax: ${syntax.name}\n`,
    );
    this.#elements({
      elements,
      syntax,
      charset: this.#charsetOf(elements, this.#undeclared),
      indent: prefix,
      prefix,
      isOutermost: true,
      unsent: false,
    }, into);
  }

  /** The dump of a file without meta information, which is how DCMTK shows the identifier of a failed query. */
  file(dataset: Dataset, syntax: TransferSyntax): string {
    return "\n# Dicom-File-Format\n\n# Dicom-Meta-Information-Header\n" +
      "# Used TransferSyntax: Little Endian Explicit\n" +
      this.dataset(dataset, syntax);
  }

  #charsetOf(elements: Holder, inherited: Charset): Charset {
    return this.#rawText
      ? inherited
      : charsetOf(elements, inherited, this.#charsets);
  }

  #elements(level: DumpLevel, into: TextBuffer): void {
    const { elements } = level;
    const inPlace = elements instanceof Dataset ? undefined : elements;
    for (let index = 0; index < elements.size; index++) {
      if (inPlace !== undefined) {
        const { bytes } = inPlace;
        const start = inPlace.start(index);
        const end = inPlace.end(index);
        const tag = inPlace.tag(index);
        const vr = inPlace.vr(index);
        if (this.#plain(tag, vr, bytes, start, end, level, into)) continue;
      }
      const element = elements.at(index);
      const unsent = level.isOutermost
        ? this.#isUnsent?.(element) ?? false
        : level.unsent;
      const here = unsent === level.unsent ? level : { ...level, unsent };
      if (isSequence(element)) this.#sequence(element, here, into);
      else if (isFragments(element)) this.#fragments(element, here, into);
      else {
        const { tag, vr, value } = element;
        if (!this.#plain(tag, vr, value, 0, value.length, here, into)) {
          this.#other(element, here, into);
        }
      }
    }
  }

  /** The quick way for most values, those of which a part is written as it is; returns whether it was open. */
  #plain(
    tag: Tag,
    vr: Vr,
    bytes: Uint8Array,
    start: number,
    after: number,
    level: DumpLevel,
    into: TextBuffer,
  ): boolean {
    if (this.#rawText || start === after) return false;
    let end = this.#plainTexts.endOf(vr, bytes, start, after);
    if (end === undefined || vr === "UI" && mayHaveDcmtkName(bytes, start)) {
      return false;
    }
    const isPadded = !level.unsent && !this.#correction;
    if (!isPadded && end > start && bytes[end - 1] === vrInfo(vr).padding) {
      end--;
    }
    const frame = this.#frame(tag, vr, after - start, 1, level, into);
    into.copy(frame.head, 0, frame.head.length);
    into.fill(OPENING, 1);
    into.copy(bytes, start, end);
    into.fill(CLOSING, 1);
    into.fill(BLANK, VALUE_WIDTH - (end - start) - 2);
    into.copy(frame.end, 0, frame.end.length);
    return true;
  }

  #other(element: PlainElement, level: DumpLevel, into: TextBuffer): void {
    const { tag, vr } = element;
    const vrText = shownVr(tag, vr, level, this.#dictionary);
    const [value, multiplicity] = this.#value(element, vrText, level);
    const { length } = element.value;
    const frame = this.#frame(tag, vrText, length, multiplicity, level, into);
    const width = this.#rawText ? value.length : displayWidth(value);
    into.copy(frame.head, 0, frame.head.length);
    into.text(
      this.#rawText ? value.replaceAll("\n", `\n${level.prefix}`) : value,
    );
    into.fill(BLANK, VALUE_WIDTH - width);
    into.copy(frame.end, 0, frame.end.length);
  }

  #frame(
    tag: Tag,
    vrText: string,
    length: number,
    multiplicity: number,
    { elements, indent }: DumpLevel,
    into: TextBuffer,
  ): Frame {
    const naming = this.#naming(tag, elements);
    const { frame } = naming;
    if (
      frame !== undefined && frame.length === length &&
      frame.multiplicity === multiplicity && frame.vrText === vrText &&
      frame.indent === indent
    ) return frame;
    const head = into.encode(`${indent}${naming.tag} ${vrText} `);
    const end = into.encode(
      ending(String(length), multiplicity, naming.name),
    );
    return naming.frame = { indent, vrText, length, multiplicity, head, end };
  }

  #sequence(
    element: SequenceElement,
    level: DumpLevel,
    into: TextBuffer,
  ): void {
    const { items, undefinedLength } = element;
    const { indent, unsent } = level;
    const { tag, name } = this.#naming(element.tag, level.elements);
    const inner = `${indent}    `;
    const end = (undefinedLength: boolean, kind: "Item" | "Sequence") =>
      line(
        kind === "Item" ? `${indent}  ` : indent,
        kind === "Item" ? "(fffe,e00d) na" : "(fffe,e0dd) na",
        column(`(${kind}DelimitationItem${
          undefinedLength
            ? ""
            : kind === "Item"
            ? " for re-encoding"
            : " for re-encod."
        })`),
        "0",
        0,
        `${kind}DelimitationItem`,
      );
    into.text(line(
      indent,
      `${tag} SQ`,
      counted("Sequence", undefinedLength, items.length),
      undefinedLength
        ? "u/l"
        : unsent
        ? "0"
        : String(sequenceLength(element, level.syntax)),
      1,
      name,
    ));
    for (const item of items) {
      into.text(line(
        `${indent}  `,
        "(fffe,e000) na",
        counted("Item", item.undefinedLength, item.dataset.size),
        item.undefinedLength
          ? "u/l"
          : unsent
          ? "0"
          : String(contentLength(item.dataset, level.syntax)),
        1,
        "Item",
      ));
      this.#elements({
        elements: item.dataset,
        syntax: level.syntax,
        charset: this.#charsetOf(item.dataset, level.charset),
        indent: inner,
        prefix: level.prefix,
        isOutermost: false,
        unsent,
      }, into);
      into.text(end(item.undefinedLength, "Item"));
    }
    into.text(end(undefinedLength, "Sequence"));
  }

  #fragments(
    element: FragmentsElement,
    level: DumpLevel,
    into: TextBuffer,
  ): void {
    const { vr, fragments } = element;
    const { tag, name } = this.#naming(element.tag, level.elements);
    into.text(line(
      level.indent,
      `${tag} ${vr}`,
      column(`(PixelSequence #=${fragments.length})`),
      "u/l",
      1,
      name,
    ));
    for (const fragment of fragments) {
      into.text(line(
        `${level.indent}  `,
        `${formatTag(ITEM)} pi`,
        column(fragment.length === 0 ? EMPTY : hexBytes(fragment, "\\")),
        String(fragment.length),
        1,
        "Item",
      ));
    }
    into.text(line(
      level.indent,
      "(fffe,e0dd) na",
      column("(SequenceDelimitationItem)"),
      "0",
      0,
      "SequenceDelimitationItem",
    ));
  }

  /** The value column and the value multiplicity. */
  #value(
    element: PlainElement,
    vrText: string,
    level: DumpLevel,
  ): [value: string, multiplicity: number] {
    const { vr, value: bytes } = element;
    const { kind, unit } = vrInfo(vr);
    const single = kind === "bytes" && vrText !== "xs";
    if (bytes.length === 0) return [EMPTY, single ? 1 : 0];
    if (kind === "text") return this.#textValue(element, level);
    if (vrText === "??" || vrText === "ox" || vr === "UN" || vrText === "OB") {
      return [hexBytes(bytes, "\\"), 1];
    }
    if (vrText === "lt" || vr === "OW") return [hexWords(bytes), 1];
    if (bytes.length < unit) return ["(invalid value)", single ? 1 : 0];
    const values = vrText === "xs"
      ? numbersOf({ ...element, vr: "US" })
      : dcmtkNumbers(element);
    return [values.join("\\"), single ? 1 : values.length];
  }

  #textValue(
    element: PlainElement,
    level: DumpLevel,
  ): [value: string, multiplicity: number] {
    const { vr } = element;
    const raw = rawStringOf(element);
    // DCMTK compares up to the first NUL, which is how a padded UID finds its name.
    const name = vr === "UI" ? dcmtkUidName(upToNul(raw)) : undefined;
    const { charset, multiple } = vrInfo(vr);
    let text = raw;
    if (!this.#rawText && !isPlain(raw, multiple)) {
      const whole = charset
        ? decodedValues(element, level.charset).join("\\")
        : raw;
      text = sanitize(withoutNuls(whole));
    }
    const multiplicity = multiple ? 1 + backslashes(text) : 1;
    if (name !== undefined) return [`=${name}`, multiplicity];
    if (level.unsent || this.#correction) text = withoutPadding(text, vr);
    return [`[${text}]`, multiplicity];
  }

  #naming(tag: Tag, elements: Holder): Naming {
    const cachedName = this.#names.get(tag);
    if (cachedName !== undefined) return cachedName;
    const name = dcmtkName(elements, tag, this.#dictionary);
    const naming = { tag: formatTag(tag), name };
    if (!isPrivate(tag)) this.#names.set(tag, naming);
    return naming;
  }
}

/**
 * The VR column. If the VR was not transmitted, DCMTK shows its dictionary's, and that has names of its own for choices:
 * `xs` for US or SS, `lt` for lookup table data, `ox` for OB or OW, `??` for the unknown.
 */
function shownVr(
  tag: Tag,
  vr: Vr,
  level: DumpLevel,
  dictionary: Dictionary,
): string {
  if (level.syntax.explicitVr && !level.unsent) return vr;
  if (vr === "UN") return "??";
  if (vr !== "US" && vr !== "SS" && vr !== "OW" && vr !== "OB") return vr;
  const vrs = dictionary.entry(tag, creatorOf(level.elements, tag))?.vrs;
  if (vrs === undefined || vrs.length < 2) return vr;
  if (vrs.includes("OW")) {
    if (vrs.includes("US")) return "lt";
    const first = (tag & 0xff00ffff) >>> 0;
    if (first === CURVE_DATA) return "OB";
    return first === OVERLAY_DATA || tag === PIXEL_DATA ? "OW" : "ox";
  }
  if (!vrs.includes("US") || !vrs.includes("SS")) return vr;
  // Pixel Representation of the same dataset decides, but not for datasets made from keys.
  const isKnown = level.elements.get(PIXEL_REPRESENTATION) !== undefined;
  return isKnown && !level.unsent ? vr : "xs";
}

function upToNul(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

function withoutNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Without the one character that makes the length even, which a value that was never sent does not have in DCMTK. */
function withoutPadding(text: string, vr: Vr): string {
  const padding = String.fromCharCode(vrInfo(vr).padding);
  return text.endsWith(padding) ? text.slice(0, -1) : text;
}

/**
 * Whether bytes mean the same in every character set and need no care: printable ASCII except the characters that JIS X 0201
 * changed.
 */
function isPlain(raw: string, multiple: boolean): boolean {
  for (let at = 0; at < raw.length; at++) {
    const code = raw.charCodeAt(at);
    if (code < 0x20 || code > 0x7d || (code === 0x5c && !multiple)) {
      return false;
    }
  }
  return true;
}
