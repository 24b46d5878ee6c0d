/**
 * How many columns of a terminal a text needs (Unicode Standard Annex #11), and cutting text to a width without splitting what
 * is drawn as one character. Does not depend on DICOM.
 */
import { eastAsianWidth } from "get-east-asian-width";
import { remembered } from "./remembered.ts";

/** Marks, joiners and other characters that are drawn onto or into their neighbours. */
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7fb]$/u;

const ZWJ = 0x200d;
const VARIATION_SELECTOR_16 = 0xfe0f;

/** Columns of one character seen by itself: 0, 1 or 2. */
function widthOf(code: number): number {
  if (code < 0x300) return code === 0xad ? 0 : 1;
  return widths(code);
}

const widths = remembered((code) =>
  ZERO.test(String.fromCodePoint(code)) ? 0 : eastAsianWidth(code)
);

function isSkinTone(code: number): boolean {
  return code >= 0x1f3fb && code <= 0x1f3ff;
}

/** Nothing above the tilde: one column per character. A loop, which for short texts is quicker than an expression. */
function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0x7e) return false;
  }
  return true;
}

/**
 * Walks the characters as they are drawn: characters merged by a joiner, a skin tone or a variation selector count once. `visit`
 * gets the end (in UTF-16 units) of each drawn character and the columns from the start of the text to there; false ends the walk.
 */
function walk(
  text: string,
  visit: (end: number, columns: number) => boolean,
): void {
  let at = 0;
  let columns = 0;
  let previous = 0;
  let last = 0;
  let joined = false;
  let pending = false;
  while (at < text.length) {
    const code = text.codePointAt(at)!;
    let width = widthOf(code);
    if (code === VARIATION_SELECTOR_16 && previous === 1) width = 1;
    else if (joined && width === 2) width = 0;
    else if (isSkinTone(code) && previous === 2) width = 0;
    if (width > 0 && pending && !(code === VARIATION_SELECTOR_16)) {
      if (!visit(last, columns)) return;
    }
    columns += width;
    at += code > 0xffff ? 2 : 1;
    last = at;
    pending = true;
    joined = code === ZWJ;
    if (width > 0) previous = code === VARIATION_SELECTOR_16 ? 2 : width;
  }
  if (pending) visit(last, columns);
}

/** Columns that a text without control characters needs in a terminal. */
export function displayWidth(text: string): number {
  if (isAscii(text)) return text.length;
  let width = 0;
  walk(text, (_, columns) => {
    width = columns;
    return true;
  });
  return width;
}

/** The text, or as much of it as fits into `width` columns together with an ellipsis. */
export function truncated(text: string, width: number): string {
  if (text.length <= width && isAscii(text)) return text;
  if (displayWidth(text) <= width) return text;
  if (width <= 0) return "";
  let end = 0;
  walk(text, (at, columns) => {
    if (columns > width - 1) return false;
    end = at;
    return true;
  });
  return `${text.slice(0, end)}…`;
}

/** The text followed by blanks up to `width` columns. */
export function paddedEnd(text: string, width: number): string {
  const padding = width - displayWidth(text);
  return padding > 0 ? text + " ".repeat(padding) : text;
}

/** The text preceded by blanks up to `width` columns. */
export function paddedStart(text: string, width: number): string {
  const padding = width - displayWidth(text);
  return padding > 0 ? " ".repeat(padding) + text : text;
}
