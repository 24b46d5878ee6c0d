/**
 * The meaning of a Specific Character Set in terms of ISO 2022: the initial sets and those that escape sequences may bring
 * in; and where the initial ones return. Shared by reader and writer, depends on neither. PS3.5 6.1.2.4, 6.1.2.5.
 */
import { ESC, type TextKind } from "./codec.ts";
import type { CodeSet } from "./code_set.ts";

/** A set that an escape sequence may bring in. */
export interface CodeExtension {
  /** The escape sequence without ESC. */
  readonly escape: string;
  /** 0 for G0, 1 for G1. */
  readonly half: 0 | 1;
  /** The set. */
  readonly set: CodeSet;
}

/** The state at the start of a value and the states that it may change to. */
export interface Iso2022Plan {
  /** Left set at the start and after every delimiter. */
  readonly g0: CodeSet;
  /** Right set at the start and after every delimiter; undefined when only ASCII was declared. */
  readonly g1: CodeSet | undefined;
  /** Everything that escape sequences may designate, value 1 first; empty when code extension is not in use. */
  readonly extensions: readonly CodeExtension[];
  /** Whether ISO_IR 192 is declared with other values, against PS3.3 C.12.1.1.2: bytes that are valid UTF-8 are read as such. */
  readonly hasUtf8?: boolean;
}

/**
 * Is this code one that the initial sets return before? Controls always (CR, LF, FF, TAB are those that occur), the
 * backslash where it separates values, `^` and `=` in names. PS3.5 6.1.2.5.3
 */
export function isDelimiter(code: number, kind: TextKind): boolean {
  if (code < 0x20) return code !== ESC;
  if (kind === "single") return false;
  return code === 0x5c || (kind === "PN" && (code === 0x5e || code === 0x3d));
}
