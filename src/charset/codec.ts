/**
 * The interface of every text codec, its record of defects in a value, and the two things that all of them share:
 * pure ASCII and the splitting at backslashes. Does not depend on any character set. PS3.5 6.1.2, 6.2.
 */
import { quantity } from "../errors.ts";
import type { Remedy } from "../errors.ts";

import { upperHex } from "../bytes/hex.ts";
/** How a value is delimited: `PN` at `\`, `^` and `=`; `multiple` at `\`; `single` (ST, LT, UT) not at all. */
export type TextKind = "PN" | "multiple" | "single";

/** Turns bytes into text and back. Stateless: one serves any number of values. */
export interface TextCodec {
  /** Does a byte below 80 always mean the ASCII character, as long as no ESC is among them? */
  readonly isAsciiTransparent: boolean;
  /** The values and their defects; never throws. */
  decode(bytes: Uint8Array, kind: TextKind): Decoded;
  /** The bytes, or the index of the first character (UTF-16 code unit) that has none. */
  encode(text: string, kind: TextKind): Uint8Array | number;
}

/** The values of a value field. */
export interface Decoded {
  /** At least one, padding included. */
  readonly values: string[];
  /** The defects, possibly none. */
  readonly defects: Defects;
}

/** One kind of defect in one value. */
export interface DefectReport {
  /** The same for the same kind of defect, however often and wherever it occurs. */
  readonly kind: string;
  /** The sentence to show, with counts and places. */
  readonly text: string;
  /** A remedy. */
  readonly remedy?: Remedy;
}

/** Problems found while one value was decoded, to be reported in as few sentences as possible. */
export class Defects {
  /** Number of U+FFFD put in place of bytes. */
  undecodable = 0;
  /** Those of them that are bytes of the right half although no set was designated for it. */
  undesignated = 0;
  /** Number of control bytes 80-9F, which no text of DICOM contains. */
  controls = 0;
  /** Whether all bytes are valid UTF-8 although something else is declared. */
  isUtf8 = false;
  /** Whether UTF-8 is declared, but no byte beyond ASCII is part of a character of UTF-8. */
  isNoUtf8 = false;
  #firstOffset = -1;
  #firstByte = 0;
  #notes: string[] = [];

  /** Counts one undecodable place. `offset` is the byte's position in the value field, if it is known. */
  replaced(count = 1, offset = -1, byte = 0): void {
    if (this.undecodable === 0) {
      this.#firstOffset = offset;
      this.#firstByte = byte;
    }
    this.undecodable += count;
  }

  /** Adds a sentence of its own; the same one only once. */
  note(text: string): void {
    if (!this.#notes.includes(text)) this.#notes.push(text);
  }

  /** Everything, one report per kind of defect. `label` names the character set. */
  reports(label: string): DefectReport[] {
    const reports: DefectReport[] = this.#notes.map((text) => ({
      kind: text,
      text,
    }));
    if (this.isUtf8) {
      const [first = label] = label.split("\\").filter((term) => term !== "");
      reports.push({
        kind: "utf-8",
        text: `text is valid UTF-8 but declared as ${label}: ` +
          `if it looks wrong, read ${first} as ISO_IR 192`,
        remedy: ["charset-map", first, "ISO_IR 192"],
      });
    } else if (this.controls > 0) {
      reports.push({
        kind: "control",
        text:
          `${
            quantity(this.controls, "byte")
          } in the range 80-9F, which ${label} ` +
          `has no characters for: the sender may mean windows-1252`,
      });
    }
    if (this.undecodable > 0) {
      const first = this.#firstOffset < 0
        ? ""
        : `; the first is byte ${
          upperHex(this.#firstByte, 2)
        } at offset ${this.#firstOffset}`;
      const text =
        `${quantity(this.undecodable, "place")} not decodable as ${label}, ` +
        `replaced by U+FFFD${first}`;
      reports.push({
        kind: "undecodable",
        ...this.isNoUtf8
          ? {
            text: `${text}: if it is Latin-1, read ${label} as ISO_IR 100`,
            remedy: ["charset-map", label, "ISO_IR 100"],
          }
          : { text },
      });
    }
    return reports;
  }
}

/**
 * Pure ASCII without ESC, the overwhelming case, as fast as the runtime allows.
 * @returns undefined when the bytes are anything else
 */
export function decodeAscii(bytes: Uint8Array): string | undefined {
  const length = bytes.length;
  if (length > LONG_TEXT) return decodeLongAscii(bytes);
  let text = "";
  for (let at = 0; at < length; at++) {
    const byte = bytes[at] as number;
    if (byte > 0x7f || byte === ESC) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Pure ASCII without ESC as bytes, or undefined when the text is anything else. */
export function encodeAscii(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f || code === ESC) return undefined;
    bytes[at] = code;
  }
  return bytes;
}

/** Splits decoded text into values if the kind has several. */
export function splitValues(text: string, kind: TextKind): string[] {
  return kind === "single" || !text.includes("\\") ? [text] : text.split("\\");
}

/** The text when every byte is valid in an encoding of the runtime, else undefined. */
export function decodeStrictly(
  label: string,
  bytes: Uint8Array,
): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true })
      .decode(bytes);
  } catch {
    return undefined;
  }
}

/** The byte that starts an escape sequence. */
export const ESC = 0x1b;

/** Beyond this length the runtime's decoder beats building the string in a loop (measured on both runtimes). */
const LONG_TEXT = 12;

function decodeLongAscii(bytes: Uint8Array): string | undefined {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte > 0x7f || byte === ESC) return undefined;
  }
  return asciiDecoder.decode(bytes);
}

const asciiDecoder = new TextDecoder();
