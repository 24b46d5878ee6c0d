/**
 * Writes text under ISO 2022 with as few escape sequences as a single look at each character allows, and only those that were
 * declared. Is independent of the terms that the plan was made from. PS3.5 6.1.2.5.
 */
import { ByteWriter } from "../bytes/writer.ts";
import { ESC, type TextKind } from "./codec.ts";
import type { CodeSet } from "./code_set.ts";
import { isDelimiter, type Iso2022Plan } from "./iso2022_plan.ts";

/** Encodes the text of one value field; the index of the first character that no declared set has, if there is one. */
export function encodeIso2022(
  text: string,
  kind: TextKind,
  plan: Iso2022Plan,
): Uint8Array | number {
  const encoder = new Encoder(kind, plan);
  for (let at = 0; at < text.length; at++) {
    if (!encoder.put(text.charAt(at))) return at;
  }
  return encoder.finish();
}

class Encoder {
  readonly #kind: TextKind;
  readonly #plan: Iso2022Plan;
  readonly #out = new ByteWriter(true, 64);
  #g0: CodeSet;
  #g1: CodeSet | undefined;

  constructor(kind: TextKind, plan: Iso2022Plan) {
    this.#kind = kind;
    this.#plan = plan;
    this.#g0 = plan.g0;
    this.#g1 = plan.g1;
  }

  /** Writes one UTF-16 code unit; false when no declared set has it. No set goes beyond the basic plane. */
  put(character: string): boolean {
    const code = character.charCodeAt(0);
    if (code === ESC) return false;
    if (isDelimiter(code, this.#kind)) {
      this.#toInitialSets();
      this.#out.u8(code);
      return true;
    }
    if (code === 0x20 || code === 0x7f) {
      // Readers disagree about a space among two-byte characters, so it gets a single-byte set.
      if (this.#g0.width === 2) this.#designate(0, this.#plan.g0);
      this.#out.u8(code);
      return true;
    }
    return this.#putFrom(0, this.#g0, character) ||
      (this.#g1 !== undefined && this.#putFrom(1, this.#g1, character)) ||
      this.#plan.extensions.some(({ half, set }) =>
        this.#putFrom(half, set, character)
      ) ||
      this.#plan.extensions.some(({ half, set }) =>
        this.#putVendor(half, set, character)
      );
  }

  /** Writes a character that a vendor added to a set. */
  #putVendor(half: 0 | 1, set: CodeSet, character: string): boolean {
    const bytes = set.vendorBytes?.(character);
    if (bytes === undefined) return false;
    this.#designate(half, set);
    for (const byte of bytes) this.#out.u8(byte);
    return true;
  }

  /** Closes the value field: the initial sets are active at its end. */
  finish(): Uint8Array {
    this.#toInitialSets();
    return this.#out.finish();
  }

  /** Writes a character from a set, designating the set if need be; false when the set has no such character. */
  #putFrom(half: 0 | 1, set: CodeSet, character: string): boolean {
    const code = set.code(character);
    if (code < 0) return false;
    // In JIS X 0201 the yen sign has the code of the backslash.
    const isLeftSingle = half === 0 && set.width === 1;
    if (isLeftSingle && isDelimiter(code, this.#kind)) return false;
    this.#designate(half, set);
    const high = half === 0 ? 0 : 0x80;
    if (set.width === 2) this.#out.u8(code >> 8 | high);
    this.#out.u8(code & 0xff | high);
    return true;
  }

  #designate(half: 0 | 1, set: CodeSet): void {
    if ((half === 0 ? this.#g0 : this.#g1) === set) return;
    if (half === 0) this.#g0 = set;
    else this.#g1 = set;
    const extension = this.#plan.extensions.find((candidate) =>
      candidate.half === half && candidate.set === set
    );
    if (extension === undefined) return;
    this.#out.u8(ESC);
    for (const character of extension.escape) {
      this.#out.u8(character.charCodeAt(0));
    }
  }

  /** The state that every delimiter requires. An initially empty right half needs no escape sequence: there is none for it. */
  #toInitialSets(): void {
    this.#designate(0, this.#plan.g0);
    if (this.#plan.g1 === undefined) this.#g1 = undefined;
    else this.#designate(1, this.#plan.g1);
  }
}
