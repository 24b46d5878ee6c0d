/** How mistakes in typed keys and query files are shown: the text, a line of carets below the place, and the reason. */
import { displayWidth } from "../output/width.ts";
import { replaceHostile } from "../output/sanitize.ts";
import {
  type FindscuError,
  type Hint,
  InputError,
  UsageError,
} from "../errors.ts";

/** A text that the user wrote, and its position. */
export interface TermSource {
  /** The text as written. */
  readonly text: string;
  /** How its mistakes begin, if it is no key: `Bad condition`. */
  readonly lead?: string;
  /** Its position in a file; absent for command line arguments. */
  readonly file?: {
    /** Name to show. */
    readonly name: string;
    /** Line, from 1. */
    readonly line: number;
    /** Column of the first character of `text`, from 1. */
    readonly column: number;
  };
}

/** Reports a mistake in a part of a text; offsets in UTF-16 units from its start, `end` is after the last. Always throws. */
export type Fail = (
  start: number,
  end: number,
  reason: string,
  hint?: Hint,
) => never;

/** Longest excerpt of a text in a message, in characters. */
const MAX_SHOWN = 72;

/** Longest reason in a message, in characters: it may quote typed text. */
const MAX_REASON = 200;

const IDEOGRAPHIC_SPACE = "\u3000";

/** A reporter for one text: `UsageError` for an argument, `InputError` for a line of a file. */
export function failIn(source: TermSource): Fail {
  return (start, end, reason, hint) => {
    throw termMistake(source, start, end, reason, hint);
  };
}

/** The error for a mistake at `start`..`end` of a text. */
function termMistake(
  source: TermSource,
  start: number,
  end: number,
  reason: string,
  hint?: Hint,
): FindscuError {
  const { file } = source;
  const options = hint === undefined ? {} : { hint };
  const safeReason = clipped(harmless(reason));
  const lines = excerpt(source.text, start, end);
  if (file === undefined) {
    return new UsageError(
      [`${source.lead ?? "Bad override key/path"}: ${safeReason}`, ...lines],
      options,
    );
  }
  return new InputError(
    "input-invalid",
    [
      `Bad query file "${file.name}", line ${file.line}, column ${
        file.column + start
      }: ${safeReason}`,
      ...lines,
    ],
    options,
  );
}

/** Two indented lines: the text, shortened to the surroundings of the place, and carets below the place. */
function excerpt(text: string, start: number, end: number): string[] {
  const first = text.length <= MAX_SHOWN
    ? 0
    : Math.max(0, Math.min(start - MAX_SHOWN / 2, text.length - MAX_SHOWN));
  const last = Math.min(text.length, first + MAX_SHOWN);
  const before = first > 0 ? "…" : "";
  const after = last < text.length ? "…" : "";
  const line = before + harmless(text.slice(first, last)) + after;
  const indent = before.replace("…", " ") +
    blanks(text.slice(first, start), " ", IDEOGRAPHIC_SPACE);
  const carets = blanks(text.slice(start, Math.min(end, last)), "^", "^^");
  return [`  ${line}`, `  ${indent}${carets === "" ? "^" : carets}`];
}

/** One filler per character, so that the two lines stay aligned. */
function blanks(text: string, narrow: string, wide: string): string {
  let line = "";
  for (const character of text) {
    line += displayWidth(character) === 2 ? wide : narrow;
  }
  return line;
}

function clipped(reason: string): string {
  return reason.length > MAX_REASON
    ? `${reason.slice(0, MAX_REASON)}…`
    : reason;
}

/** Characters that could harm a terminal, and bytes that were not text, become U+FFFD: one character stays one, for the carets. */
function harmless(text: string): string {
  return replaceHostile(text, () => "\ufffd");
}
