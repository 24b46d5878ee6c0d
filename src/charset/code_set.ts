/**
 * One shape for every set of characters that ISO 2022 can put into the left (G0) or right (G1) half of the code, and
 * the table of those that DICOM defines. Knows the sets, not how a stream switches between them. PS3.3 C.12.1.1.2.
 */
import {
  LATER_ADDITIONS,
  rightHalf,
  type SingleByteName,
} from "./single_byte.ts";
import { type DoubleByteName, doubleByteTable } from "./double_byte.ts";

/** A graphic character set, addressed by 7-bit codes whichever half it is put into. */
export interface CodeSet {
  /** Bytes per character. */
  readonly width: 1 | 2;
  /** Its name in DICOM, for messages: `ISO 2022 IR 87`. */
  readonly term: string;
  /** Character at a 7-bit code (two codes when `width` is 2), or "" if none is assigned. */
  character(first: number, second: number): string;
  /** The 7-bit code of a character (`first << 8 | second` when `width` is 2), or -1 when it has none. */
  code(character: string): number;
  /** Character of a byte 80-9F while the set is in G1; "" makes the byte undecodable, absent leaves it a control. */
  readonly upper?: (byte: number) => string;
  /** Character of two bytes outside the set that a vendor's larger encoding (GBK, code page 949) has. */
  readonly beyond?: (lead: number, trail: number) => string | undefined;
  /** The bytes, as encoded in the set's half, of a character that vendors added to the set. */
  readonly vendorBytes?: (character: string) => Uint8Array | undefined;
}

/** Names of the sets that can be designated. */
export type CodeSetName = "ascii" | "romaji" | SingleByteName | DoubleByteName;

const TERMS: Readonly<Record<CodeSetName, string>> = {
  "ascii": "ISO 2022 IR 6",
  "romaji": "ISO 2022 IR 13",
  "katakana": "ISO 2022 IR 13",
  "latin-1": "ISO 2022 IR 100",
  "latin-2": "ISO 2022 IR 101",
  "latin-3": "ISO 2022 IR 109",
  "latin-4": "ISO 2022 IR 110",
  "latin-5": "ISO 2022 IR 148",
  "latin-9": "ISO 2022 IR 203",
  "cyrillic": "ISO 2022 IR 144",
  "arabic": "ISO 2022 IR 127",
  "greek": "ISO 2022 IR 126",
  "hebrew": "ISO 2022 IR 138",
  "thai": "ISO 2022 IR 166",
  "jis-x-0208": "ISO 2022 IR 87",
  "jis-x-0212": "ISO 2022 IR 159",
  "ks-x-1001": "ISO 2022 IR 149",
  "gb-2312": "ISO 2022 IR 58",
};

const SETS = new Map<CodeSetName, CodeSet>();

/** The set of that name; always the same object, so sets compare by identity. */
export function codeSet(name: CodeSetName): CodeSet {
  let set = SETS.get(name);
  if (set === undefined) SETS.set(name, set = createSet(name));
  return set;
}

function createSet(name: CodeSetName): CodeSet {
  switch (name) {
    case "ascii":
      return sevenBit(TERMS[name], "\\~");
    case "romaji":
      // ISO-IR 14 differs from ASCII in two places: yen for backslash, overline for tilde.
      return sevenBit(TERMS[name], "\u00a5\u203e");
    case "jis-x-0208":
    case "jis-x-0212":
    case "ks-x-1001":
    case "gb-2312":
      return doubleByteSet(name);
    default:
      return singleByteSet(name);
  }
}

/** ASCII and its national variant; `variable` holds the characters at 5C and 7E. */
function sevenBit(term: string, variable: string): CodeSet {
  return {
    width: 1,
    term,
    character: (code) =>
      code === 0x5c || code === 0x7e
        ? variable.charAt(code === 0x5c ? 0 : 1)
        : String.fromCharCode(code),
    code(character) {
      const at = variable.indexOf(character);
      if (at >= 0) return at === 0 ? 0x5c : 0x7e;
      const code = character.charCodeAt(0);
      return code < 0x7e && code !== 0x5c ? code : -1;
    },
  };
}

function singleByteSet(name: SingleByteName): CodeSet {
  const later = LATER_ADDITIONS[name] ?? "";
  let table: string | undefined;
  const characters = () => table ??= rightHalf(name);
  return {
    width: 1,
    term: TERMS[name],
    character(code) {
      const character = characters().charAt(code - 0x20);
      return character === "\ufffd" ? "" : character;
    },
    code(character) {
      if (character === "\ufffd" || later.includes(character)) return -1;
      const at = characters().indexOf(character);
      return at < 0 ? -1 : at + 0x20;
    },
    // The katakana set is followed by nothing that could be meant; everywhere else C1 controls are lawful ISO 8859.
    ...(name === "katakana" ? { upper: () => "" } : {}),
  };
}

function doubleByteSet(name: DoubleByteName): CodeSet {
  const table = doubleByteTable(name);
  return {
    width: 2,
    term: TERMS[name],
    character(first, second) {
      const code = table.character(first, second);
      return code === 0 ? "" : String.fromCharCode(code);
    },
    code: (character) => table.code(character.charCodeAt(0)),
    upper: () => "",
    beyond: (lead, trail) => table.beyond(lead, trail),
    ...((name === "jis-x-0208" || name === "ks-x-1001") && {
      vendorBytes: (character: string) => table.vendorBytes(character),
    }),
  };
}

const RUNTIME_SETS = new Map<string, CodeSet | undefined>();

/**
 * A single-byte encoding of the runtime (windows-1252 and its kind) as a set for the right half.
 * @returns undefined when the encoding is not ASCII plus one byte per character
 */
export function runtimeCodeSet(label: string): CodeSet | undefined {
  if (!RUNTIME_SETS.has(label)) {
    RUNTIME_SETS.set(label, createRuntimeSet(label));
  }
  return RUNTIME_SETS.get(label);
}

function createRuntimeSet(label: string): CodeSet | undefined {
  const decoder = new TextDecoder(label);
  let table = "";
  for (let byte = 0x80; byte < 0x100; byte++) {
    table += decoder.decode(Uint8Array.of(byte));
    // The first byte of a longer character is an error on its own, the two together are not.
    const pair = decoder.decode(Uint8Array.of(byte, byte));
    if (pair !== table.slice(-1).repeat(2)) return undefined;
  }
  if (table === "\ufffd".repeat(128)) return undefined;
  const assigned = (character: string) =>
    character === "\ufffd" ? "" : character;
  return {
    width: 1,
    term: label,
    character: (code) => assigned(table.charAt(code)),
    code: (character) => character === "\ufffd" ? -1 : table.indexOf(character),
    upper: (byte) => assigned(table.charAt(byte - 0x80)),
  };
}

/** Which half of the code an escape sequence designates a set for. */
export interface Designation {
  /** 0 for G0 (bytes 21-7E), 1 for G1 (bytes A0-FF). */
  readonly half: 0 | 1;
  /** The set designated. */
  readonly set: CodeSetName;
}

/** Escape sequences without the ESC, as PS3.3 C.12.1.1.2 lists them. */
export const ESCAPES: ReadonlyMap<string, Designation> = new Map([
  ["(B", { half: 0, set: "ascii" }],
  ["(J", { half: 0, set: "romaji" }],
  [")I", { half: 1, set: "katakana" }],
  ["-A", { half: 1, set: "latin-1" }],
  ["-B", { half: 1, set: "latin-2" }],
  ["-C", { half: 1, set: "latin-3" }],
  ["-D", { half: 1, set: "latin-4" }],
  ["-F", { half: 1, set: "greek" }],
  ["-G", { half: 1, set: "arabic" }],
  ["-H", { half: 1, set: "hebrew" }],
  ["-L", { half: 1, set: "cyrillic" }],
  ["-M", { half: 1, set: "latin-5" }],
  ["-T", { half: 1, set: "thai" }],
  ["-b", { half: 1, set: "latin-9" }],
  ["$B", { half: 0, set: "jis-x-0208" }],
  ["$(D", { half: 0, set: "jis-x-0212" }],
  ["$)C", { half: 1, set: "ks-x-1001" }],
  ["$)A", { half: 1, set: "gb-2312" }],
]);

/** Further sequences of the same sets that DICOM does not define but other software emits. Read only. */
export const FOREIGN_ESCAPES: ReadonlyMap<string, Designation> = new Map([
  ["$@", { half: 0, set: "jis-x-0208" }], // the edition of 1978
  ["$(@", { half: 0, set: "jis-x-0208" }],
  ["$(B", { half: 0, set: "jis-x-0208" }],
  ["(I", { half: 0, set: "katakana" }],
  ["$A", { half: 0, set: "gb-2312" }],
  ["$(A", { half: 0, set: "gb-2312" }],
  ["$(C", { half: 0, set: "ks-x-1001" }],
  ["$)B", { half: 1, set: "jis-x-0208" }],
  ["$)D", { half: 1, set: "jis-x-0212" }],
  ["$)E", { half: 1, set: "gb-2312" }], // ISO-IR 165 contains GB 2312
  [")J", { half: 1, set: "romaji" }],
]);
