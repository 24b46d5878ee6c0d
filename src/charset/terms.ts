/**
 * The defined terms of Specific Character Set, and the mending of those that are misspelt in the field. Knows which set a
 * term designates, not how text is read or written. PS3.3 C.12.1.1.2.
 */
import type { CodeSetName } from "./code_set.ts";
import { runtimeEncoding } from "./runtime_codec.ts";

/** The meaning of one value of Specific Character Set. */
export type Term =
  | { readonly type: "sets"; readonly registration: number }
  | { readonly type: "runtime"; readonly name: string; readonly label: string }
  | { readonly type: "unknown"; readonly name: string };

/** The sets that a registration number brings, by the halves they go to. */
export interface Registration {
  /** Initial left set; two-byte sets come after ASCII. */
  readonly g0: CodeSetName;
  /** Right set, undefined when there is none. */
  readonly g1?: CodeSetName;
  /** Escape sequences without ESC, in the order they are preferred. */
  readonly escapes: readonly string[];
  /** May it be the only value, spelt `ISO_IR n`? Two-byte sets may not. */
  readonly isSingleByte: boolean;
}

function singleByte(g1: CodeSetName, escape: string): Registration {
  return { g0: "ascii", g1, escapes: ["(B", escape], isSingleByte: true };
}

function doubleByte(escape: string): Registration {
  return { g0: "ascii", escapes: [escape], isSingleByte: false };
}

/** PS3.3 Tables C.12-2, C.12-3 and C.12-4 by ISO registration number. */
export const REGISTRATIONS: ReadonlyMap<number, Registration> = new Map([
  [6, { g0: "ascii", escapes: ["(B"], isSingleByte: true }],
  [100, singleByte("latin-1", "-A")],
  [101, singleByte("latin-2", "-B")],
  [109, singleByte("latin-3", "-C")],
  [110, singleByte("latin-4", "-D")],
  [148, singleByte("latin-5", "-M")],
  [203, singleByte("latin-9", "-b")],
  [144, singleByte("cyrillic", "-L")],
  [127, singleByte("arabic", "-G")],
  [126, singleByte("greek", "-F")],
  [138, singleByte("hebrew", "-H")],
  [166, singleByte("thai", "-T")],
  [13, {
    g0: "romaji",
    g1: "katakana",
    escapes: ["(J", ")I"],
    isSingleByte: true,
  }],
  [87, doubleByte("$B")],
  [159, doubleByte("$(D")],
  [149, doubleByte("$)C")],
  [58, doubleByte("$)A")],
]);

/** PS3.3 Table C.12-5: encodings that are used alone, with the label of the runtime's decoder. */
export const STAND_ALONE: ReadonlyMap<string, string> = new Map([
  ["ISO_IR 192", "utf-8"],
  ["GB18030", "gb18030"],
  ["GBK", "gbk"],
]);

/** Other names that turn up, lower case and without anything but letters and digits. */
const ALIASES: Readonly<Record<string, string>> = {
  ascii: "ISO_IR 6",
  usascii: "ISO_IR 6",
  iso646: "ISO_IR 6",
  latin1: "ISO_IR 100",
  utf8: "ISO_IR 192",
  unicode: "ISO_IR 192",
  gb18030: "GB18030",
  gbk: "GBK",
  gb2312: "GBK",
  cp936: "GBK",
  tis620: "ISO_IR 166",
  iso88591: "ISO_IR 100",
  iso88592: "ISO_IR 101",
  iso88593: "ISO_IR 109",
  iso88594: "ISO_IR 110",
  iso88595: "ISO_IR 144",
  iso88596: "ISO_IR 127",
  iso88597: "ISO_IR 126",
  iso88598: "ISO_IR 138",
  iso88599: "ISO_IR 148",
  iso885911: "ISO_IR 166",
  iso885915: "ISO_IR 203",
};

/** ISO-IR 165 is an enlarged GB 2312 that some Chinese systems declare. */
const NUMBER_ALIASES: Readonly<Record<number, number>> = { 165: 58 };

/** `ISO_IR 100`, `ISO 2022 IR 100` and everything that people write instead of them. */
const NUMBERED = /^ISO[\s_-]*(?:20\d\d)?[\s_-]*(?:IR)?[\s_-]*(\d{1,3})$/i;

/** The meaning of a value, misspelt or not. Never fails: an unknown value is `unknown`. */
export function parseTerm(value: string): Term {
  const name = withoutPadding(value);
  if (name === "") return { type: "sets", registration: 6 };
  const number = NUMBERED.exec(name)?.[1];
  if (number !== undefined) {
    const registration = NUMBER_ALIASES[Number(number)] ?? Number(number);
    if (REGISTRATIONS.has(registration)) return { type: "sets", registration };
    if (registration === 192) return standAlone("ISO_IR 192");
  }
  const alias = ALIASES[name.toLowerCase().replace(/[^a-z0-9]/g, "")];
  if (alias !== undefined) {
    return STAND_ALONE.has(alias) ? standAlone(alias) : parseTerm(alias);
  }
  const label = runtimeEncoding(name);
  return label === undefined
    ? { type: "unknown", name }
    : { type: "runtime", name: label, label };
}

/** How the standard spells a term as the only value, or as one of several. */
export function spelling(term: Term, isOneOfSeveral: boolean): string {
  if (term.type !== "sets") return term.name;
  const isPlain = REGISTRATIONS.get(term.registration)?.isSingleByte === true &&
    !isOneOfSeveral;
  return `${isPlain ? "ISO_IR" : "ISO 2022 IR"} ${term.registration}`;
}

/** Is it one that the standard defines, however it is spelt? Labels of the runtime's encodings are not. */
export function isDefinedTerm(term: Term): boolean {
  return term.type === "sets" ||
    (term.type === "runtime" && STAND_ALONE.has(term.name));
}

/** Do both mean the same, however they are spelt? */
export function isSameTerm(one: Term, other: Term): boolean {
  return spelling(one, true) === spelling(other, true);
}

/** Without the blanks and NULs that pad a value. */
export function withoutPadding(value: string): string {
  return value.replace(/^[\s\0]+|[\s\0]+$/g, "");
}

function standAlone(name: string): Term {
  return { type: "runtime", name, label: STAND_ALONE.get(name) as string };
}
