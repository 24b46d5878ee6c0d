/**
 * Reads text under ISO 2022: escape sequences exchange the left and right set, delimiters bring the initial ones back. Tolerant:
 * undeclared and foreign escape sequences work. Is independent of the terms that the plan was made from. PS3.5 6.1.2.5.
 */
import { type Decoded, Defects, ESC, type TextKind } from "./codec.ts";
import { type CodeSet, codeSet, ESCAPES, FOREIGN_ESCAPES } from "./code_set.ts";
import { isDelimiter, type Iso2022Plan } from "./iso2022_plan.ts";

/** Decodes one value field as the plan has it. */
export function decodeIso2022(
  bytes: Uint8Array,
  kind: TextKind,
  plan: Iso2022Plan,
): Decoded {
  return new Decoder(bytes, kind, plan).decode();
}

/** One pass over one value field. */
class Decoder {
  readonly #bytes: Uint8Array;
  readonly #kind: TextKind;
  readonly #plan: Iso2022Plan;
  readonly #defects = new Defects();
  readonly #values: string[] = [];
  #text = "";
  #at = 0;
  #g0: CodeSet;
  #g1: CodeSet | undefined;

  constructor(bytes: Uint8Array, kind: TextKind, plan: Iso2022Plan) {
    this.#bytes = bytes;
    this.#kind = kind;
    this.#plan = plan;
    this.#g0 = plan.g0;
    this.#g1 = plan.g1;
  }

  decode(): Decoded {
    const bytes = this.#bytes;
    while (this.#at < bytes.length) {
      const byte = bytes[this.#at] as number;
      if (byte === ESC) this.#escape();
      else if (byte >= 0x80) this.#right(byte);
      else if (byte <= 0x20 || byte === 0x7f) this.#control(byte);
      else if (this.#g0.width === 2) this.#leftPair(byte);
      else if (isDelimiter(byte, this.#kind)) this.#delimiter(byte);
      else this.#put(this.#g0.character(byte, 0), 1);
    }
    this.#values.push(this.#text);
    return { values: this.#values, defects: this.#defects };
  }

  /** Space, delete and the C0 controls, which no set replaces. */
  #control(byte: number): void {
    if (isDelimiter(byte, this.#kind)) this.#delimiter(byte);
    else this.#put(String.fromCharCode(byte), 1);
  }

  /** Back to the initial sets, then the delimiter itself. */
  #delimiter(byte: number): void {
    this.#g0 = this.#plan.g0;
    this.#g1 = this.#plan.g1;
    this.#at++;
    if (byte === 0x5c) {
      this.#values.push(this.#text);
      this.#text = "";
    } else {
      this.#text += String.fromCharCode(byte);
    }
  }

  /** Two bytes of a two-byte set in G0, where 5C, 5E and 3D are halves of characters. */
  #leftPair(first: number): void {
    const second = this.#bytes[this.#at + 1] ?? 0;
    if (second > 0x20 && second < 0x7f) {
      this.#put(this.#g0.character(first, second), 2);
    } else if (isDelimiter(first, this.#kind)) {
      this.#defects.note(
        `The two-byte set ${this.#g0.term} is still active at a delimiter`,
      );
      this.#delimiter(first);
    } else {
      this.#put("", 1);
    }
  }

  /** One character of the right half. */
  #right(byte: number): void {
    const set = this.#g1;
    if (set === undefined) {
      this.#defects.undesignated++;
      this.#put("", 1);
    } else if (set.width === 2) {
      this.#rightPair(byte, set);
    } else if (byte >= 0xa0) {
      this.#put(set.character(byte & 0x7f, 0), 1);
    } else if (set.upper !== undefined) {
      this.#put(set.upper(byte), 1);
    } else {
      this.#defects.controls++;
      this.#put(String.fromCharCode(byte), 1);
    }
  }

  #rightPair(lead: number, set: CodeSet): void {
    const trail = this.#bytes[this.#at + 1] ?? 0;
    if (lead > 0xa0 && trail > 0xa0 && lead < 0xff && trail < 0xff) {
      this.#put(set.character(lead & 0x7f, trail & 0x7f), 2);
      return;
    }
    const character = set.beyond?.(lead, trail) ?? "";
    if (character === "") {
      this.#put("", 1);
      return;
    }
    this.#defects.note(
      `Characters beyond ${set.term} read by the larger code page around it`,
    );
    this.#put(character, 2);
  }

  #escape(): void {
    const bytes = this.#bytes;
    let sequence = "";
    let at = this.#at + 1;
    // Up to two intermediate bytes (20-2F) and one final byte; nothing longer is in use (ISO 2022).
    while (at < bytes.length && sequence.length < 3) {
      const byte = bytes[at++] as number;
      sequence += String.fromCharCode(byte);
      if (byte > 0x2f) break;
    }
    const declared = this.#plan.extensions.find((extension) =>
      extension.escape === sequence
    );
    const designation = ESCAPES.get(sequence) ?? FOREIGN_ESCAPES.get(sequence);
    const half = declared?.half ?? designation?.half;
    const set = declared?.set ?? (designation && codeSet(designation.set));
    if (half === undefined || set === undefined) {
      this.#put("", 1);
      return;
    }
    // ASCII is the left half of most sets and may be returned to under any declaration.
    if (declared === undefined && sequence !== "(B") {
      this.#defects.note(
        `Escape sequence ${
          escapeText(sequence)
        } (${set.term}) is not declared ` +
          `by Specific Character Set, decoded all the same`,
      );
    }
    if (half === 0) this.#g0 = set;
    else this.#g1 = set;
    this.#at = at;
  }

  /** Adds the character that the next `length` bytes encode, U+FFFD for "". */
  #put(character: string, length: number): void {
    if (character !== "") this.#text += character;
    else {
      this.#defects.replaced(1, this.#at, this.#bytes[this.#at]);
      this.#text += "\ufffd";
    }
    this.#at += length;
  }
}

function escapeText(sequence: string): string {
  return `ESC ${[...sequence].join(" ")}`;
}
