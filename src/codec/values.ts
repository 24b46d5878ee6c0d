/**
 * Value fields as text and numbers, and back (PS3.5 section 6.2). Elements keep bytes; these functions interpret them on demand.
 * Received data is not validated: it is shown, however odd it is.
 */
import { latin1, latin1Bytes } from "../bytes/latin1.ts";
import { isEqual } from "../bytes/view.ts";
import { bytesFromText } from "../bytes/typed_text.ts";
import {
  Charset,
  type CharsetOptions,
  type TextKind,
} from "../charset/charset.ts";
import {
  type Element,
  type Holder,
  isSequence,
  type PlainElement,
  plainValue,
} from "../dataset/dataset.ts";
import { formatTag, type Tag } from "../dataset/tag.ts";
import { isWhole, type Vr, vrInfo } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { EncodeError } from "../errors.ts";
import { itemsOfUnknown } from "./repair.ts";

/** Specific Character Set (PS3.3 C.12.1.1.2). */
export const SPECIFIC_CHARACTER_SET: Tag = 0x00080005;

const NOTHING = new Uint8Array(0);

const LEADING_INSIGNIFICANT: ReadonlySet<Vr> = new Set<Vr>([
  "AE",
  "CS",
  "DS",
  "IS",
  "LO",
  "SH",
]);

/** Whether leading blanks of a VR's values mean nothing (PS3.5 Table 6.2-1). */
export function ignoresLeadingBlanks(vr: Vr): boolean {
  return LEADING_INSIGNIFICANT.has(vr);
}

/** How a VR's text is delimited, for the character set decoder. */
export function textKind(vr: Vr): TextKind {
  return vr === "PN" ? "PN" : vrInfo(vr).multiple ? "multiple" : "single";
}

/** The character set of a dataset: its own (0008,0005) if it has one, else the inherited one (PS3.5 6.1.2.5.2). */
export function charsetOf(
  dataset: Holder,
  inherited: Charset = Charset.ascii,
  options?: CharsetOptions,
): Charset {
  const value = plainValue(dataset.get(SPECIFIC_CHARACTER_SET));
  if (value === undefined) return inherited;
  const key = options ?? NO_OPTIONS;
  // Most matches declare the same as the one before them.
  if (key === lastCharset?.key && isEqual(value, lastCharset.value)) {
    return lastCharset.charset;
  }
  const text = latin1(value);
  let charsets = CHARSETS.get(key);
  if (charsets === undefined) CHARSETS.set(key, charsets = new Map());
  let charset = charsets.get(text);
  if (charset === undefined) {
    charset = Charset.of(text.split("\\").map(withoutPadding), options);
    if (charsets.size < MAX_CHARSETS) charsets.set(text, charset);
  }
  lastCharset = { key, value: value.slice(), charset };
  return charset;
}

let lastCharset: {
  readonly key: CharsetOptions;
  readonly value: Uint8Array;
  readonly charset: Charset;
} | undefined;

/**
 * Character sets by the text that declares them, for each set of options: they depend on nothing else, and a run meets a handful of
 * them, but in every match. A peer that sends a new one each time fills no memory.
 */
const CHARSETS = new WeakMap<CharsetOptions, Map<string, Charset>>();
const NO_OPTIONS: CharsetOptions = {};
const MAX_CHARSETS = 64;

/**
 * The element with the VR that the dictionary knows for it, if it came as UN (PS3.5 6.2.2): a sequence with its items. Otherwise
 * the element itself, also if its bytes are neither items nor whole values of that VR.
 */
export function withKnownVr(
  element: Element,
  dictionary: Dictionary,
  creator?: string,
): Element {
  if (element.vr !== "UN" || !("value" in element)) return element;
  const vr = dictionary.vr(element.tag, creator);
  if (vr === "UN") return element;
  if (vr !== "SQ") {
    return isWhole(vr, element.value.length) ? { ...element, vr } : element;
  }
  let sequence = KNOWN_SEQUENCES.get(element);
  if (sequence === undefined) {
    const { tag, value } = element;
    const items = itemsOfUnknown(tag, value, dictionary);
    sequence = items === undefined
      ? element
      : { tag, vr, items, undefinedLength: false };
    KNOWN_SEQUENCES.set(element, sequence);
  }
  return sequence;
}

/** Sequences that came as UN, as they are read. */
const KNOWN_SEQUENCES = new WeakMap<Element, Element>();

function isPadding(code: number): boolean {
  return code === 0x20 || code === 0x00;
}

/** Without blanks and NULs at either end. */
function withoutPadding(text: string): string {
  return trimmedStart(trimmedEnd(text));
}

function trimmedEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isPadding(text.charCodeAt(end - 1))) end--;
  return end === text.length ? text : text.slice(0, end);
}

function trimmedStart(text: string): string {
  let start = 0;
  while (start < text.length && isPadding(text.charCodeAt(start))) start++;
  return start === 0 ? text : text.slice(start);
}

/**
 * The values of a text element as they are encoded, padding included. Defects go to the character set's `warn`
 * with the attribute in front.
 */
export function decodedValues(
  element: PlainElement,
  charset: Charset,
): string[] {
  const { tag, vr, value } = element;
  const { warn } = charset;
  return charset.decode(
    value,
    textKind(vr),
    warn &&
      ((text, key = text, remedy) =>
        warn(
          `${attributeName(tag)}: ${text}`,
          `${formatTag(tag)} ${key}`,
          remedy,
        )),
  );
}

/** For messages: `PatientName (0010,0010)`, or the tag alone if it has no keyword. */
export function attributeName(tag: Tag): string {
  const keyword = Dictionary.standard.keyword(tag);
  return keyword === undefined
    ? formatTag(tag)
    : `${keyword} ${formatTag(tag)}`;
}

/**
 * The values of a text VR, decoded and without insignificant padding; none for an empty value field. UN is read as text too,
 * which is its most frequent content. Undecodable bytes become U+FFFD.
 */
export function stringsOf(
  element: Element,
  charset: Charset = Charset.ascii,
): string[] {
  const bytes = plainValue(element);
  if (bytes === undefined || bytes.length === 0) return [];
  const info = vrInfo(element.vr);
  let values: string[];
  if (info.charset) values = decodedValues(element as PlainElement, charset);
  else {
    const text = latin1(bytes);
    values = info.multiple && text.includes("\\") ? text.split("\\") : [text];
  }
  const leading = ignoresLeadingBlanks(element.vr);
  for (let at = 0; at < values.length; at++) {
    const value = trimmedEnd(values[at]!);
    values[at] = leading ? trimmedStart(value) : value;
  }
  return values.length === 1 && values[0] === "" ? [] : values;
}

/** The value field as it came, one character per byte, padding included. */
export function rawStringOf(element: Element): string {
  return latin1(plainValue(element) ?? NOTHING);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Reads every whole unit; a rest shorter than one is left out. */
function units<T>(
  element: Element,
  unit: number,
  read: (view: DataView, at: number) => T,
): T[] {
  const bytes = plainValue(element) ?? NOTHING;
  const view = viewOf(bytes);
  const values: T[] = [];
  for (let at = 0; at + unit <= bytes.length; at += unit) {
    values.push(read(view, at));
  }
  return values;
}

const NUMBER_READERS: Partial<
  Record<Vr, (view: DataView, at: number) => number>
> = {
  US: (view, at) => view.getUint16(at, true),
  SS: (view, at) => view.getInt16(at, true),
  UL: (view, at) => view.getUint32(at, true),
  SL: (view, at) => view.getInt32(at, true),
  FL: (view, at) => view.getFloat32(at, true),
  FD: (view, at) => view.getFloat64(at, true),
  OB: (view, at) => view.getUint8(at),
  UN: (view, at) => view.getUint8(at),
  OW: (view, at) => view.getUint16(at, true),
  OL: (view, at) => view.getUint32(at, true),
  OF: (view, at) => view.getFloat32(at, true),
  OD: (view, at) => view.getFloat64(at, true),
};

/** The numbers of a binary VR: US SS UL SL FL FD, and units of OB UN OW OL OF OD; empty for any other VR. */
export function numbersOf(element: Element): number[] {
  const read = NUMBER_READERS[element.vr];
  return read === undefined
    ? []
    : units(element, vrInfo(element.vr).unit, read);
}

/** The 64-bit numbers of SV (signed), UV and OV (unsigned); empty for any other VR. */
export function bigintsOf(element: Element): bigint[] {
  if (element.vr === "SV") {
    return units(element, 8, (view, at) => view.getBigInt64(at, true));
  }
  if (element.vr === "UV" || element.vr === "OV") {
    return units(element, 8, (view, at) => view.getBigUint64(at, true));
  }
  return [];
}

/** The tags of an AT element. */
export function tagsOf(element: Element): Tag[] {
  return units(
    element,
    4,
    (view, at) =>
      (view.getUint16(at, true) * 0x10000 + view.getUint16(at + 2, true)) >>> 0,
  );
}

/** A value field of even length, padded as its VR wants it (PS3.5 6.2). */
export function padded(bytes: Uint8Array, vr: Vr): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  const even = new Uint8Array(bytes.length + 1);
  even.set(bytes);
  even[bytes.length] = vrInfo(vr).padding;
  return even;
}

/**
 * A text element. Several values are joined with a backslash; a single text goes in as it is. Text in a VR that follows the
 * character set is encoded in `charset`; without one as typed, which is UTF-8 except for bytes that were not text. Throws
 * `EncodeError` naming a character that does not fit.
 */
export function textElement(
  tag: Tag,
  vr: Vr,
  values: readonly string[] | string,
  charset?: Charset,
): PlainElement {
  if (vr === "SQ") throw new EncodeError(`${formatTag(tag)} is a sequence`);
  const text = typeof values === "string" ? values : values.join("\\");
  const bytes = charset !== undefined && vrInfo(vr).charset
    ? charset.encode(text, textKind(vr))
    : bytesFromText(text);
  return { tag, vr, value: padded(bytes, vr) };
}

/** A text element from bytes given one character per byte. */
export function rawElement(tag: Tag, vr: Vr, text: string): PlainElement {
  if (vr === "SQ") throw new EncodeError(`${formatTag(tag)} is a sequence`);
  return { tag, vr, value: padded(latin1Bytes(text), vr) };
}

/** The smallest and the largest number of each VR of whole numbers (PS3.5 6.2), and of the units of those of bytes and words. */
export const INTEGER_RANGES: Readonly<
  Partial<Record<Vr, readonly [bigint, bigint]>>
> = {
  US: [0n, 0xffffn],
  SS: [-0x8000n, 0x7fffn],
  UL: [0n, 0xffff_ffffn],
  SL: [-0x8000_0000n, 0x7fff_ffffn],
  UV: [0n, 0xffff_ffff_ffff_ffffn],
  SV: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
  OV: [0n, 0xffff_ffff_ffff_ffffn],
  OB: [0n, 0xffn],
  UN: [0n, 0xffn],
  OW: [0n, 0xffffn],
  OL: [0n, 0xffff_ffffn],
};

/** A binary number element. Throws `EncodeError` when a number is not whole (integer VRs) or out of the VR's range. */
export function numberElement(
  tag: Tag,
  vr: Vr,
  values: readonly (number | bigint)[],
): PlainElement {
  const info = vrInfo(vr);
  const floating = vr === "FL" || vr === "FD" || vr === "OF" || vr === "OD";
  const range = INTEGER_RANGES[vr];
  if (vr === "SQ" || (!floating && range === undefined)) {
    throw new EncodeError(
      `${formatTag(tag)} has VR ${vr}, which is not numeric`,
    );
  }
  const bytes = new Uint8Array(values.length * info.unit);
  const view = viewOf(bytes);
  values.forEach((value, index) => {
    const at = index * info.unit;
    if (range === undefined) {
      const float = Number(value);
      if (info.unit === 8) view.setFloat64(at, float, true);
      else if (Number.isFinite(float) && !Number.isFinite(Math.fround(float))) {
        throw new EncodeError(
          `${formatTag(tag)} ${vr} is out of range of a 32-bit float: ${value}`,
        );
      } else view.setFloat32(at, float, true);
      return;
    }
    if (typeof value === "number" && !Number.isInteger(value)) {
      throw new EncodeError(
        `${formatTag(tag)} ${vr} allows only whole numbers, not ${value}`,
      );
    }
    const whole = BigInt(value);
    if (whole < range[0] || whole > range[1]) {
      throw new EncodeError(
        `${formatTag(tag)} ${vr} is out of range: ${value}, allowed is ${
          range[0]
        } to ${range[1]}`,
      );
    }
    if (info.unit === 1) view.setUint8(at, Number(whole));
    else if (info.unit === 2) view.setUint16(at, Number(whole & 0xffffn), true);
    else if (info.unit === 4) {
      view.setUint32(at, Number(whole & 0xffffffffn), true);
    } else view.setBigUint64(at, BigInt.asUintN(64, whole), true);
  });
  return { tag, vr, value: padded(bytes, vr) };
}

/** An AT element. */
export function tagElement(tag: Tag, values: readonly Tag[]): PlainElement {
  const bytes = new Uint8Array(values.length * 4);
  const view = viewOf(bytes);
  values.forEach((value, index) => {
    view.setUint16(index * 4, value >>> 16, true);
    view.setUint16(index * 4 + 2, value & 0xffff, true);
  });
  return { tag, vr: "AT", value: bytes };
}

/** An element of zero length, a sequence without items for SQ. */
export function emptyElement(tag: Tag, vr: Vr): Element {
  return vr === "SQ"
    ? { tag, vr, items: [], undefinedLength: false }
    : { tag, vr, value: NOTHING };
}

/** Whether an element has no value: zero length, or no items. */
export function isEmpty(element: Element): boolean {
  if (isSequence(element)) return element.items.length === 0;
  return "value" in element && element.value.length === 0;
}
