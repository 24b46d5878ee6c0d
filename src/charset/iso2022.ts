/**
 * The codec of everything that ISO 2022 covers, single-valued sets included, and the guesses that rescue text which its
 * declaration does not fit. PS3.5 6.1.2.4, 6.1.2.5.
 */
import {
  type Decoded,
  decodeStrictly,
  Defects,
  ESC,
  splitValues,
  type TextCodec,
  type TextKind,
} from "./codec.ts";
import { type CodeSet, codeSet, runtimeCodeSet } from "./code_set.ts";
import { decodeIso2022 } from "./iso2022_decoder.ts";
import { encodeIso2022 } from "./iso2022_encoder.ts";
import type { Iso2022Plan } from "./iso2022_plan.ts";

/** Codec of one plan. */
export class Iso2022Codec implements TextCodec {
  readonly isAsciiTransparent: boolean;
  readonly #plan: Iso2022Plan;

  constructor(plan: Iso2022Plan) {
    this.#plan = plan;
    this.isAsciiTransparent = plan.g0 === codeSet("ascii");
  }

  decode(bytes: Uint8Array, kind: TextKind): Decoded {
    const utf8 = bytes.includes(ESC)
      ? undefined
      : decodeStrictly("utf-8", bytes);
    if (utf8 !== undefined && this.#plan.hasUtf8) {
      return { values: splitValues(utf8, kind), defects: new Defects() };
    }
    const decoding = decodeIso2022(bytes, kind, this.#plan);
    if (decoding.defects.undecodable > 0) {
      return rescue(bytes, kind, this.#plan, decoding);
    }
    decoding.defects.isUtf8 = utf8 !== undefined &&
      utf8.length < bytes.length &&
      isRarelyUtf8(this.#plan);
    return decoding;
  }

  encode(text: string, kind: TextKind): Uint8Array | number {
    return encodeIso2022(text, kind, this.#plan);
  }
}

/**
 * Whether text in these sets is UTF-8 by chance so rarely that it is worth saying; letters of other sets are its lead and trail
 * bytes.
 */
function isRarelyUtf8({ g1, extensions }: Iso2022Plan): boolean {
  const sets = [g1, ...extensions.map(({ set }) => set)];
  return g1 !== undefined &&
    sets.every((set) =>
      set === undefined || (set.width === 1 && set !== codeSet("katakana") &&
        set !== codeSet("thai"))
    );
}

/**
 * Reads text that the declaration does not cover the way it was most likely meant, before U+FFFD is the only answer:
 * a declared set whose escape sequence was left out, Shift-JIS called JIS X 0201, UTF-8 or Windows text called ASCII.
 */
function rescue(
  bytes: Uint8Array,
  kind: TextKind,
  plan: Iso2022Plan,
  decoding: Decoded,
): Decoded {
  const isUndesignated = decoding.defects.undesignated > 0;
  const only = isUndesignated ? onlyRightSet(plan) : undefined;
  if (only !== undefined) {
    const attempt = decodeIso2022(bytes, kind, { ...plan, g1: only });
    if (attempt.defects.undecodable === 0) {
      attempt.defects.note(
        `Text without the escape sequence of ${only.term} read as ${only.term}`,
      );
      return attempt;
    }
  }
  const isRomaji = plan.g0 === codeSet("romaji");
  if (!bytes.includes(ESC) && (isUndesignated || isRomaji)) {
    const label = isRomaji ? "Shift_JIS" : "UTF-8";
    const text = decodeStrictly(label, bytes);
    if (text !== undefined) return guessed(splitValues(text, kind), label);
  }
  if (!isUndesignated) return decoding;
  const windows = runtimeCodeSet("windows-1252");
  const attempt = decodeIso2022(bytes, kind, { ...plan, g1: windows });
  attempt.defects.note(guess("windows-1252"));
  return attempt;
}

/** The one set that escape sequences may bring into G1, if it is one. */
function onlyRightSet(plan: Iso2022Plan): CodeSet | undefined {
  const sets = plan.extensions.filter(({ half }) => half === 1);
  return sets.length === 1 ? sets[0]?.set : undefined;
}

function guessed(values: string[], label: string): Decoded {
  const defects = new Defects();
  defects.note(guess(label));
  return { values, defects };
}

function guess(label: string): string {
  return `Text beyond the declared character set read as ${label}`;
}
