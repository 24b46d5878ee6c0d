/**
 * Text of DICOM values: from bytes and back, as Specific Character Set (0008,0005) has it. Knows the rules that choose
 * a codec and the tolerance towards terms; the codecs do the work. PS3.3 C.12.1.1.2, PS3.5 6.1.2.
 */
import { upperHex } from "../bytes/hex.ts";
import { EncodeError } from "../errors.ts";
import {
  decodeAscii,
  encodeAscii,
  splitValues,
  type TextCodec,
  type TextKind,
} from "./codec.ts";
import { type CharsetOptions, resolveTerms, type Warn } from "./resolve.ts";

export type { TextKind } from "./codec.ts";
export {
  type CharsetOptions,
  isCharsetName,
  isCharsetTerm,
  type Warn,
} from "./resolve.ts";

/** The character sets of one dataset. Immutable. */
export class Charset {
  /** The default repertoire: no Specific Character Set. */
  static readonly ascii: Charset = Charset.of([]);

  /**
   * The character sets that the values of Specific Character Set declare. No value, or empty ones, is ASCII.
   * Misspelt terms are mended and unknown ones read as ASCII, both with a warning; nothing a peer sends makes it fail.
   * @throws {UsageError} when `assume` or `map` names a character set that does not exist
   */
  static of(terms: readonly string[], options: CharsetOptions = {}): Charset {
    const { spellings, codec } = resolveTerms(terms, options);
    return new Charset(spellings, codec, options.warn);
  }

  /**
   * The values as the standard spells them, ready for (0008,0005); none for the default repertoire.
   * Unknown terms, and labels that were assumed, stay as they are.
   */
  readonly terms: readonly string[];
  /** The callback of the options it was made with. */
  readonly warn: Warn | undefined;
  readonly #codec: TextCodec;

  private constructor(
    terms: readonly string[],
    codec: TextCodec,
    warn: Warn | undefined,
  ) {
    this.terms = terms;
    this.warn = warn;
    this.#codec = codec;
  }

  /** For messages: the terms as one string, `ISO_IR 6` for the default repertoire. */
  get label(): string {
    return this.terms.length === 0 ? "ISO_IR 6" : this.terms.join("\\");
  }

  /**
   * The values of a value field, at least one, padding included. Bytes are decoded first and split afterwards.
   * Never throws: undecodable bytes become U+FFFD.
   * @param warn receives the defects of this value field, so that the caller can name the attribute; by default
   *   the callback of the options
   */
  decode(
    bytes: Uint8Array,
    kind: TextKind,
    warn: Warn | undefined = this.warn,
  ): string[] {
    const ascii = decodeAscii(bytes);
    if (ascii !== undefined && this.#reads(ascii, kind)) {
      return splitValues(ascii, kind);
    }
    const { values, defects } = this.#codec.decode(bytes, kind);
    if (warn !== undefined) {
      const { label } = this;
      for (const { kind, text, remedy } of defects.reports(label)) {
        warn(text, `${label}: ${kind}`, remedy);
      }
    }
    return values;
  }

  /**
   * The bytes of a value field, without padding. `text` holds all values, with their backslashes.
   * @throws {EncodeError} that names the first character outside the character sets
   */
  encode(text: string, kind: TextKind): Uint8Array {
    const bytes = this.#encode(text, kind);
    if (typeof bytes !== "number") return bytes;
    const code = text.codePointAt(bytes) as number;
    const number = upperHex(code, 4);
    const isPrintable = !/[\p{C}\p{Z}]/u.test(String.fromCodePoint(code));
    const display = isPrintable ? `"${String.fromCodePoint(code)}" ` : "";
    throw new EncodeError(
      `Cannot encode character ${display}(U+${number}) at position ${
        bytes + 1
      }: it is not in "${this.label}"`,
      { hint: "Use a character set that has it; ISO_IR 192 has them all" },
    );
  }

  /** Would {@link encode} succeed? */
  canEncode(text: string, kind: TextKind = "multiple"): boolean {
    return typeof this.#encode(text, kind) !== "number";
  }

  #encode(text: string, kind: TextKind): Uint8Array | number {
    const ascii = this.#codec.isAsciiTransparent
      ? encodeAscii(text)
      : undefined;
    return ascii ?? this.#codec.encode(text, kind);
  }

  /** Does ASCII text mean itself? JIS X 0201 has other characters for two codes, one of which separates values. */
  #reads(ascii: string, kind: TextKind): boolean {
    return this.#codec.isAsciiTransparent || !ascii.includes("~") &&
        (kind !== "single" || !ascii.includes("\\"));
  }
}

/** Terms of the single-byte sets, those first that most systems understand. */
const SINGLE_BYTE_TERMS: readonly string[] = [
  "ISO_IR 100",
  "ISO_IR 101",
  "ISO_IR 148",
  "ISO_IR 109",
  "ISO_IR 110",
  "ISO_IR 144",
  "ISO_IR 126",
  "ISO_IR 127",
  "ISO_IR 138",
  "ISO_IR 166",
  "ISO_IR 13",
  "ISO_IR 203",
];

/** The smallest character set that has all of a text: ASCII, else one single-byte set, else ISO_IR 192. */
export function smallestCharset(text: string): Charset {
  if (Charset.ascii.canEncode(text)) return Charset.ascii;
  for (const term of SINGLE_BYTE_TERMS) {
    const charset = Charset.of([term]);
    if (charset.canEncode(text)) return charset;
  }
  return Charset.of(["ISO_IR 192"]);
}
