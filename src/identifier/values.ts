/**
 * Typed values as elements (PS3.5 6.2): text verbatim, numbers checked against the range of their VR, bytes and words in
 * hexadecimal, tags in any spelling, known UIDs by `=Keyword`. Does not depend on paths.
 */
import { upperHex } from "../bytes/hex.ts";
import type { Charset } from "../charset/charset.ts";
import { isEscapedByte } from "../bytes/typed_text.ts";
import {
  emptyElement,
  INTEGER_RANGES,
  numberElement,
  tagElement,
  textElement,
} from "../codec/values.ts";
import type { Element, PlainElement } from "../dataset/dataset.ts";
import type { Tag } from "../dataset/tag.ts";
import { type Vr, vrInfo } from "../dataset/vr.ts";
import type { DictionaryEntry } from "../dictionary/dictionary.ts";
import { uidByDcmtkName } from "../dictionary/dcmtk_uid_names.ts";
import type { Fail } from "./mistake.ts";
import { tagFromText, withoutParentheses } from "./selector.ts";
import { advise, type Hint } from "../errors.ts";

/** How typed text becomes bytes. */
export interface ValueOptions {
  /** Character set of typed text; when absent the text is sent as typed, that is in UTF-8 except for bytes that were not text. */
  readonly charset?: Charset;
  /** Values of VR UN: hexadecimal bytes separated by backslashes as in DCMTK (default), or text as in dicom-rs. */
  readonly unknown?: "hex" | "text";
}

/** The VR in which a value is sent. */
export interface VrChoice {
  /** The VR on the wire. */
  readonly vr: Vr;
  /** The dictionary leaves US or SS open: numbers of both ranges are accepted, with the same 16 bits either way. */
  readonly eitherSign: boolean;
}

/** Overlay Data and Pixel Data: words if the dictionary says "OB or OW", other attributes are bytes. */
const WORDS: ReadonlySet<Tag> = new Set([0x60003000, 0x7fe00010]);

/**
 * The VR for an attribute. If the dictionary leaves a choice, it is made as DCMTK makes it: OW for lookup tables ("US or
 * OW"), OB for "OB or OW" except for overlays and pixels, else the first, which is US for "US or SS". An element that exists
 * already keeps its VR if that is one of the choices, or if the attribute is unknown.
 */
export function chooseVr(
  entry: DictionaryEntry | undefined,
  existing?: Vr,
): VrChoice {
  if (entry === undefined) return { vr: existing ?? "UN", eitherSign: false };
  const { vrs } = entry;
  if (existing !== undefined && vrs.includes(existing)) {
    return { vr: existing, eitherSign: false };
  }
  const vr = !vrs.includes("OW")
    ? entry.vr
    : vrs.includes("OB") && !WORDS.has(entry.tag)
    ? "OB"
    : "OW";
  return { vr, eitherSign: vr === "US" && vrs.includes("SS") };
}

/** The element for a typed value; offsets given to `fail` count from the start of the value. */
export function elementFromText(
  tag: Tag,
  choice: VrChoice,
  text: string,
  options: ValueOptions,
  fail: Fail,
): Element {
  const { vr } = choice;
  if (vr === "SQ") {
    if (text === "") return emptyElement(tag, vr);
    return fail(
      0,
      text.length,
      "a sequence cannot have a value",
      "Name an attribute of an item: Sequence[0].Attribute=value",
    );
  }
  if (text === "") return emptyElement(tag, vr);
  if (vr === "UI") return textElement(tag, vr, uidText(text, fail));
  if (vr === "UN" && options.unknown === "text") {
    // Text in an element of unknown VR is padded as text.
    return { ...textOf(tag, "LO", text, options, fail), vr };
  }
  if (vrInfo(vr).kind === "text") return textOf(tag, vr, text, options, fail);
  const parts = partsOf(text);
  if (vr === "AT") {
    return tagElement(tag, parts.map((part) => tagPart(part, fail)));
  }
  if (vr === "FL" || vr === "FD" || vr === "OF" || vr === "OD") {
    return numberElement(
      tag,
      vr,
      parts.map((part) => floatPart(part, vrInfo(vr).unit, fail)),
    );
  }
  if (vr === "OB" || vr === "UN" || vr === "OW") {
    const digits = vr === "OW" ? 4 : 2;
    return numberElement(
      tag,
      vr,
      parts.map((part) => hexPart(part, digits, fail)),
    );
  }
  return numberElement(
    tag,
    vr,
    parts.map((part) => integerPart(part, choice, fail)),
  );
}

/** One of several values, and its position. */
interface Part {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let start = 0;
  for (const part of text.split("\\")) {
    const end = start + part.length;
    parts.push({ text: part, start, end: Math.max(end, start + 1) });
    start = end + 1;
  }
  return parts;
}

function textOf(
  tag: Tag,
  vr: Vr,
  text: string,
  options: ValueOptions,
  fail: Fail,
): PlainElement {
  const { charset } = options;
  if (charset === undefined) return textElement(tag, vr, text);
  const fits = vrInfo(vr).charset
    ? (part: string) => charset.canEncode(part)
    : (part: string) => /^\p{ASCII}*$/u.test(part);
  if (!fits(text)) {
    let at = 0;
    for (const character of text) {
      if (!fits(character)) {
        fail(at, at + character.length, ...misfit(character, vr, charset));
      }
      at += character.length;
    }
  }
  return textElement(tag, vr, text, charset);
}

/** Why a character cannot be sent, and a remedy. */
function misfit(
  character: string,
  vr: Vr,
  charset: Charset,
): [string, Hint?] {
  if (isEscapedByte(character)) {
    const byte = upperHex(character.charCodeAt(0) & 0xff, 2);
    return [
      `the byte ${byte} is not UTF-8`,
      advise("Give the text in UTF-8", "typed-bytes"),
    ];
  }
  return vrInfo(vr).charset
    ? [
      `character "${character}" is not in the character set ${nameOf(charset)}`,
      "ISO_IR 192 (UTF-8) has every character",
    ]
    : [`character "${character}" is not allowed in VR ${vr}`];
}

function nameOf(charset: Charset): string {
  const terms = charset.terms.filter((term) => term !== "");
  return terms.length === 0 ? "ASCII" : terms.join("\\");
}

/** UIDs as typed, `=Name` replaced by the UID of that name: a keyword (PS3.6 Annex A), or DCMTK's name. */
function uidText(text: string, fail: Fail): string {
  return partsOf(text).map((part) => {
    if (!part.text.startsWith("=")) return part.text;
    const uid = uidByDcmtkName(part.text.slice(1));
    if (uid !== undefined) return uid;
    return fail(
      part.start,
      part.end,
      `unknown UID keyword "${part.text.slice(1)}"`,
      "Give the UID itself, or a keyword of PS3.6 Annex A such as =CTImageStorage",
    );
  }).join("\\");
}

function integerPart(part: Part, choice: VrChoice, fail: Fail): bigint {
  if (!/^\s*[+-]?[0-9]+\s*$/.test(part.text)) {
    fail(
      part.start,
      part.end,
      part.text.trim() === ""
        ? "number missing"
        : `"${part.text}" is not a whole number`,
      `${choice.vr} needs decimal numbers; separate several with backslashes`,
    );
  }
  const value = BigInt(part.text.trim().replace(/^\+/, ""));
  const [low, high] = choice.eitherSign
    ? [-0x8000n, 0xffffn]
    : INTEGER_RANGES[choice.vr]!;
  if (value < low || value > high) {
    const vr = choice.eitherSign ? "US or SS" : choice.vr;
    fail(
      part.start,
      part.end,
      `${value} is out of range: ${vr} allows ${low} to ${high}`,
    );
  }
  return choice.eitherSign && value < 0n ? value + 0x10000n : value;
}

const DECIMAL = /^\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?\s*$/i;
const SPECIAL = /^\s*([+-]?)(inf|infinity|nan)\s*$/i;

function floatPart(part: Part, unit: number, fail: Fail): number {
  const special = SPECIAL.exec(part.text);
  if (special !== null) {
    const value = special[2]!.toLowerCase() === "nan" ? NaN : Infinity;
    return special[1] === "-" ? -value : value;
  }
  if (!DECIMAL.test(part.text)) {
    fail(
      part.start,
      part.end,
      part.text.trim() === ""
        ? "number missing"
        : `"${part.text}" is not a number`,
      "Write numbers with a decimal point; separate several with backslashes",
    );
  }
  const value = Number(part.text);
  if (!Number.isFinite(unit === 4 ? Math.fround(value) : value)) {
    fail(
      part.start,
      part.end,
      `${part.text.trim()} is out of range of a ${unit * 8}-bit float`,
    );
  }
  return value;
}

function hexPart(part: Part, digits: 2 | 4, fail: Fail): number {
  const match = /^\s*(?:0x)?([0-9a-f]+)\s*$/i.exec(part.text);
  const unit = digits === 2 ? "bytes" : "16-bit words";
  const example = digits === 2 ? "01\\ff" : "0001\\ffff";
  const hint =
    `Write ${unit} in hexadecimal, separated by backslashes: ${example}`;
  if (match === null) {
    return fail(
      part.start,
      part.end,
      part.text.trim() === ""
        ? "hexadecimal number missing"
        : `"${part.text}" is not a hexadecimal number`,
      hint,
    );
  }
  const value = parseInt(match[1]!, 16);
  if (value >= 16 ** digits) {
    fail(
      part.start,
      part.end,
      `"${part.text.trim()}" has more than ${digits} hexadecimal digits`,
      hint,
    );
  }
  return value;
}

function tagPart(part: Part, fail: Fail): Tag {
  const tag = tagFromText(withoutParentheses(part.text));
  if (typeof tag === "number") return tag;
  return fail(
    part.start,
    part.end,
    part.text.trim() === "" ? "tag missing" : `"${part.text}" is not a tag`,
    "Write tags as (gggg,eeee); separate several with backslashes",
  );
}
