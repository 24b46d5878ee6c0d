/** The 34 value representations as a table (PS3.5 6.2, Table 6.2-1 and 7.1.2). Does not depend on bytes. */
import { UsageError } from "../errors.ts";

/** Names of the value representations, in the order of Table 6.2-1. */
export type Vr =
  | "AE"
  | "AS"
  | "AT"
  | "CS"
  | "DA"
  | "DS"
  | "DT"
  | "FL"
  | "FD"
  | "IS"
  | "LO"
  | "LT"
  | "OB"
  | "OD"
  | "OF"
  | "OL"
  | "OV"
  | "OW"
  | "PN"
  | "SH"
  | "SL"
  | "SQ"
  | "SS"
  | "ST"
  | "SV"
  | "TM"
  | "UC"
  | "UI"
  | "UL"
  | "UN"
  | "UR"
  | "US"
  | "UT"
  | "UV";

/** How the value field is laid out. */
export type VrKind = "text" | "number" | "bytes" | "tags" | "sequence";

/** The fixed properties of a value representation. */
export interface VrInfo {
  /** Layout of the value field. */
  readonly kind: VrKind;
  /** Explicit VR: 2 reserved bytes and a 32-bit length follow the VR, instead of a 16-bit length (PS3.5 7.1.2). */
  readonly longForm: boolean;
  /** Bytes of one binary number, which is also the unit of byte swapping; 1 for everything else. */
  readonly unit: 1 | 2 | 4 | 8;
  /** Byte that pads the value to even length. */
  readonly padding: 0x00 | 0x20;
  /** Longest value in characters (text) or bytes, per value; undefined if the length field is the limit. */
  readonly maxLength: number | undefined;
  /** Text in the Specific Character Set (PS3.5 6.1.2.2), as opposed to the default repertoire. */
  readonly charset: boolean;
  /** A backslash separates several values. */
  readonly multiple: boolean;
}

function row(
  kind: VrKind,
  longForm: boolean,
  unit: 1 | 2 | 4 | 8,
  padding: 0x00 | 0x20,
  maxLength: number | undefined,
  charset: boolean,
  multiple: boolean,
): VrInfo {
  return { kind, longForm, unit, padding, maxLength, charset, multiple };
}

/** One row per VR, in the order of Table 6.2-1. */
export const VR_TABLE: Readonly<Record<Vr, VrInfo>> = {
  // kind, longForm, unit, padding, maxLength, charset, multiple
  AE: row("text", false, 1, 0x20, 16, false, true),
  AS: row("text", false, 1, 0x20, 4, false, true),
  AT: row("tags", false, 2, 0x00, 4, false, true),
  CS: row("text", false, 1, 0x20, 16, false, true),
  DA: row("text", false, 1, 0x20, 18, false, true),
  DS: row("text", false, 1, 0x20, 16, false, true),
  DT: row("text", false, 1, 0x20, 54, false, true),
  FL: row("number", false, 4, 0x00, 4, false, true),
  FD: row("number", false, 8, 0x00, 8, false, true),
  IS: row("text", false, 1, 0x20, 12, false, true),
  LO: row("text", false, 1, 0x20, 64, true, true),
  LT: row("text", false, 1, 0x20, 10240, true, false),
  OB: row("bytes", true, 1, 0x00, undefined, false, false),
  OD: row("bytes", true, 8, 0x00, undefined, false, false),
  OF: row("bytes", true, 4, 0x00, undefined, false, false),
  OL: row("bytes", true, 4, 0x00, undefined, false, false),
  OV: row("bytes", true, 8, 0x00, undefined, false, false),
  OW: row("bytes", true, 2, 0x00, undefined, false, false),
  PN: row("text", false, 1, 0x20, 64, true, true),
  SH: row("text", false, 1, 0x20, 16, true, true),
  SL: row("number", false, 4, 0x00, 4, false, true),
  SQ: row("sequence", true, 1, 0x00, undefined, false, false),
  SS: row("number", false, 2, 0x00, 2, false, true),
  ST: row("text", false, 1, 0x20, 1024, true, false),
  SV: row("number", true, 8, 0x00, 8, false, true),
  TM: row("text", false, 1, 0x20, 28, false, true),
  UC: row("text", true, 1, 0x20, undefined, true, true),
  UI: row("text", false, 1, 0x00, 64, false, true),
  UL: row("number", false, 4, 0x00, 4, false, true),
  UN: row("bytes", true, 1, 0x00, undefined, false, false),
  UR: row("text", true, 1, 0x20, undefined, false, false),
  US: row("number", false, 2, 0x00, 2, false, true),
  UT: row("text", true, 1, 0x20, undefined, true, false),
  UV: row("number", true, 8, 0x00, 8, false, true),
};

/** The properties of a VR. Throws `UsageError` for an unknown VR, which types cannot exclude everywhere. */
export function vrInfo(vr: Vr): VrInfo {
  return VR_TABLE[vr] ?? unknownVr(vr);
}

/** Whether a value field holds words that are read as numbers: OF, OD, OL, OV. Those of OW are read as bytes. */
export function isWords(vr: Vr): boolean {
  const { kind, unit } = vrInfo(vr);
  return kind === "bytes" && unit > 2;
}

/** Bytes of one value of a binary VR: a number, a tag, or a word that is read as a number; 1 for text and bytes. */
export function valueSize(vr: Vr): 1 | 2 | 4 | 8 {
  const { kind, unit } = vrInfo(vr);
  return kind === "tags" ? 4 : kind === "number" || isWords(vr) ? unit : 1;
}

/** Whether a value field of this length holds whole values only. */
export function isWhole(vr: Vr, length: number): boolean {
  return length % valueSize(vr) === 0;
}

function unknownVr(text: string): never {
  throw new UsageError(`Unknown VR "${text}"`, {
    hint: "A VR has two letters (PS3.5 6.2), such as PN",
  });
}

/** Whether a text is one of the 34 names. */
export function isVr(text: string): text is Vr {
  return Object.hasOwn(VR_TABLE, text);
}
