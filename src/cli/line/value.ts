/**
 * Kinds of option values: how the text of an argument becomes a value, and the mistake if it does not. Depends on
 * no option and makes no error message: the caller does that, with the option's name.
 */

import { nearestWords } from "../../dictionary/nearest.ts";
import { isCharsetName, isCharsetTerm } from "../../charset/charset.ts";
import { LEVELS, type QueryLevel } from "../../identifier/levels.ts";
import {
  type ConditionText,
  OPERATORS,
  parseCondition,
} from "../../plan/condition_text.ts";

/** Outcome of reading one value. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly mistake: ValueMistake };

/** Why a text is not a value of its kind. */
export interface ValueMistake {
  /** `underflow` and `overflow`: a number outside the range; `invalid`: anything else. */
  readonly reason: "invalid" | "underflow" | "overflow";
  /** A description of a correct value, a sentence without its final period. */
  readonly hint: string;
  /** Whether DCMTK's tools would let it pass, so that the hint explains a deliberate difference. */
  readonly isOurs: boolean;
}

/** One kind of value. */
export interface ValueKind<T> {
  /** The name of an argument of this kind in the help, unless the option has a word of its own. */
  readonly metavar: string;
  /** Values that a shell may offer besides `choices`. */
  readonly complete?: "file" | "directory";
  /** Its values are numbers without a unit, which TOML has, too. */
  readonly isNumber?: true;
  /** Words that it accepts, if they can be listed; a kind may accept others besides. */
  readonly choices?: readonly string[];
  /** Reads one argument. */
  readonly read: (text: string) => Reading<T>;
}

/** Any text, the empty one included unless `min` says otherwise. */
export function text(options: { min?: number } = {}): ValueKind<string> {
  const { min = 0 } = options;
  return {
    metavar: "text",
    read: (value) =>
      value.length < min ? invalid("It must not be empty") : good(value),
  };
}

/** Path of a file. */
export const PATH: ValueKind<string> = {
  ...text({ min: 1 }),
  metavar: "file",
  complete: "file",
};

/** The path of a file that is written besides what goes to standard output. */
export const FILE: ValueKind<string> = {
  ...PATH,
  read(path) {
    return path !== "-" ? PATH.read(path) : {
      ok: false,
      mistake: {
        reason: "invalid",
        hint: "Name a file; - is standard output for --output only",
        isOurs: true,
      },
    };
  },
};

/** Path of a directory. */
export const DIRECTORY: ValueKind<string> = {
  ...text({ min: 1 }),
  metavar: "directory",
  complete: "directory",
};

/** Name of an environment variable. */
export const VARIABLE: ValueKind<string> = {
  ...text({ min: 1 }),
  metavar: "variable",
};

/**
 * A whole decimal number. Leading white space and a plus sign are accepted, as scanf does and scripts rely on; anything
 * after the digits is not. `isUnsigned`: a minus sign makes the text invalid, instead of the number too small.
 */
export function integer(
  range: { min: number; max?: number; isUnsigned?: boolean },
): ValueKind<number> {
  const { min, max = Number.MAX_SAFE_INTEGER, isUnsigned = false } = range;
  const hint = max === Number.MAX_SAFE_INTEGER
    ? `Give a whole number of ${min} or more`
    : `Give a whole number from ${min} to ${max}`;
  return {
    metavar: "count",
    isNumber: true,
    read(value) {
      if (!/^\s*[+-]?\d+$/.test(value)) {
        return mistake("invalid", hint, /^\s*[+-]?\d/.test(value));
      }
      const number = Number(value);
      if (number < 0 && isUnsigned) return mistake("invalid", hint);
      if (number < min) return mistake("underflow", hint);
      if (number > max) return mistake("overflow", hint);
      return good(number);
    },
  };
}

/** Bytes of the units that sizes may have. */
const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
};

/** A size in bytes, one or more, as in `500000`, `64k`, `16M` or `1GB`; the units are powers of 1024. */
export const SIZE: ValueKind<number> = {
  metavar: "size",
  read(value) {
    const hint = "Give a number of bytes, or one with a unit: 64k, 16M, 1G";
    const [, digits, unit = ""] = /^\s*(\d+)\s*([kmg]?)(?:i?b)?\s*$/i
      .exec(value) ?? [];
    if (digits === undefined) return mistake("invalid", hint);
    const size = Number(digits) * UNITS[unit.toLowerCase()]!;
    if (size < 1) return mistake("underflow", hint);
    return size > Number.MAX_SAFE_INTEGER
      ? mistake("overflow", hint)
      : good(size);
  },
};

/** So many times a second, decimals allowed, more than zero. */
export const RATE: ValueKind<number> = {
  metavar: "number",
  read(value) {
    const hint = "Give a number of queries a second, such as 5 or 0.5";
    if (!/^\s*[+-]?(\d+(\.\d*)?|\.\d+)$/.test(value)) return invalid(hint);
    const number = Number(value);
    return number <= 0 ? mistake("underflow", hint) : good(number);
  },
};

/** A duration in seconds, decimals allowed, zero or more. */
export const SECONDS: ValueKind<number> = {
  metavar: "seconds",
  isNumber: true,
  read(value) {
    const hint = "Give a number of seconds, 0 or more";
    if (!/^\s*[+-]?(\d+(\.\d*)?|\.\d+)$/.test(value)) return invalid(hint);
    const number = Number(value);
    return number < 0 ? mistake("underflow", hint) : good(number);
  },
};

/** One of a few words. */
export function choice<const Word extends string>(
  choices: readonly Word[],
  options: { anyCase?: boolean } = {},
): ValueKind<Word> {
  return {
    metavar: "word",
    choices,
    read(value) {
      const word = options.anyCase ? value.toLowerCase() : value;
      const match = choices.find((one) => one === word);
      if (match !== undefined) return good(match);
      return invalid(choiceHint(value, choices));
    },
  };
}

/** A query level by its word, in upper or lower case. */
export const LEVEL: ValueKind<QueryLevel> = {
  metavar: "level",
  choices: LEVELS.map((level) => level.toLowerCase()),
  read(value) {
    const level = LEVELS.find((level) => level === value.toUpperCase());
    return level === undefined
      ? invalid(choiceHint(value, ["patient", "study", "series", "image"]))
      : good(level);
  },
};

/**
 * An application entity title: 1 to 16 characters of the default repertoire, no backslash, no control character, not only
 * blanks (PS3.5 6.2, AE). Blanks around it mean nothing.
 */
export const AE_TITLE: ValueKind<string> = {
  metavar: "title",
  read(value) {
    const title = value.replace(/^ +| +$/g, "");
    if (title === "") return refusal("An AE title must not be empty");
    if (title.length > 16) {
      return refusal(
        `An AE title has at most 16 characters, not ${title.length}`,
      );
    }
    return /^[\x20-\x5b\x5d-\x7e]+$/.test(title) ? good(title) : refusal(
      "Use ASCII letters, digits and punctuation, but no backslash",
    );
  },
};

/** Words separated by commas; blanks around them mean nothing. */
export const LIST: ValueKind<readonly string[]> = {
  metavar: "keywords",
  read(value) {
    const words = value.split(",").map((word) => word.trim());
    return words.includes("")
      ? invalid("Give names separated by commas")
      : good(words);
  },
};

/** Defined terms of Specific Character Set (PS3.3 C.12.1.1.2), separated by backslashes as in DICOM, or by commas. */
export const CHARSET_TERMS: ValueKind<readonly string[]> = {
  metavar: "terms",
  read: (value) =>
    charsets(
      value,
      isCharsetTerm,
      "a defined term like ISO_IR 100 or ISO_IR 192",
    ),
};

/** The same for reading: encodings that DICOM has no term for are valid, too. */
export const CHARSET_NAMES: ValueKind<readonly string[]> = {
  metavar: "terms",
  read: (value) => charsets(value, isCharsetName, CHARSET_NAME),
};

const CHARSET_NAME =
  "a defined term like ISO_IR 100 or an encoding like windows-1252";

function charsets(
  value: string,
  isKnown: (name: string) => boolean,
  expectation: string,
): Reading<readonly string[]> {
  const names = value.split(/[\\,]/).map((name) => name.trim());
  const unknown = names.find((name) => name !== "" && !isKnown(name));
  return unknown === undefined
    ? good(names)
    : refusal(`"${unknown}" is not a character set: give ${expectation}`);
}

/** One substitution `DECLARED=REAL` of character sets. */
export const CHARSET_SUBSTITUTION: ValueKind<readonly [string, string]> = {
  metavar: "declared=real",
  read(value) {
    const at = value.indexOf("=");
    const declared = value.slice(0, at).trim();
    const real = value.slice(at + 1).trim();
    if (at < 1 || declared === "" || real === "") {
      return invalid("Give DECLARED=REAL, for example ISO_IR 100=windows-1252");
    }
    return isCharsetName(real)
      ? good([declared, real])
      : refusal(`"${real}" is not a character set: give ${CHARSET_NAME}`);
  },
};

/** A condition on matches, `Keyword>=value`. */
export const CONDITION: ValueKind<ConditionText> = {
  metavar: "condition",
  read(value) {
    const condition = parseCondition(value);
    return condition === undefined
      ? invalid(
        `Write a keyword, one of ${
          OPERATORS.join(" ")
        } and a value, for example "NumberOfStudyRelatedSeries>=2"`,
      )
      : good(condition);
  },
};

/** The intended word, if a word is none of these. */
function choiceHint(word: string, choices: readonly string[]): string {
  const [near] = nearestWords(word, choices, 1);
  const all = `Choose one of ${choices.join(", ")}`;
  return near === undefined ? all : `Did you mean ${near}? ${all}`;
}

function good<T>(value: T): Reading<T> {
  return { ok: true, value };
}

function invalid(hint: string): Reading<never> {
  return mistake("invalid", hint);
}

/** Invalid for us, though not for DCMTK's tools. */
function refusal(hint: string): Reading<never> {
  return mistake("invalid", hint, true);
}

function mistake(
  reason: ValueMistake["reason"],
  hint: string,
  isOurs = false,
): Reading<never> {
  return { ok: false, mistake: { reason, hint, isOurs } };
}
