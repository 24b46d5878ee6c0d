/**
 * How many columns of a terminal a text takes (Unicode Standard Annex #11), and cutting text to a width without splitting what is
 * drawn as one character. Knows nothing of DICOM.
 */

/** First and last code points of what is drawn two columns wide: East Asian Wide and Fullwidth, and emoji shown as pictures. */
// deno-fmt-ignore
const WIDE = [
  0x1100, 0x115f, 0x231a, 0x231b, 0x2329, 0x232a, 0x23e9, 0x23ec, 0x23f0, 0x23f0, 0x23f3, 0x23f3, 0x25fd, 0x25fe,
  0x2614, 0x2615, 0x2630, 0x2637, 0x2648, 0x2653, 0x267f, 0x267f, 0x268a, 0x268f, 0x2693, 0x2693, 0x26a1, 0x26a1,
  0x26aa, 0x26ab, 0x26bd, 0x26be, 0x26c4, 0x26c5, 0x26ce, 0x26ce, 0x26d4, 0x26d4, 0x26ea, 0x26ea, 0x26f2, 0x26f3,
  0x26f5, 0x26f5, 0x26fa, 0x26fa, 0x26fd, 0x26fd, 0x2705, 0x2705, 0x270a, 0x270b, 0x2728, 0x2728, 0x274c, 0x274c,
  0x274e, 0x274e, 0x2753, 0x2755, 0x2757, 0x2757, 0x2795, 0x2797, 0x27b0, 0x27b0, 0x27bf, 0x27bf, 0x2b1b, 0x2b1c,
  0x2b50, 0x2b50, 0x2b55, 0x2b55, 0x2e80, 0x2e99, 0x2e9b, 0x2ef3, 0x2f00, 0x2fd5, 0x2ff0, 0x303e, 0x3041, 0x3096,
  0x3099, 0x30ff, 0x3105, 0x312f, 0x3131, 0x318e, 0x3190, 0x31e5, 0x31ef, 0x321e, 0x3220, 0x3247, 0x3250, 0xa48c,
  0xa490, 0xa4c6, 0xa960, 0xa97c, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe52, 0xfe54, 0xfe66,
  0xfe68, 0xfe6b, 0xff01, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x16fe4, 0x16ff0, 0x16ff6, 0x17000, 0x18cd5, 0x18cff,
  0x18d1e, 0x18d80, 0x18df2, 0x1aff0, 0x1aff3, 0x1aff5, 0x1affb, 0x1affd, 0x1affe, 0x1b000, 0x1b122, 0x1b132,
  0x1b132, 0x1b150, 0x1b152, 0x1b155, 0x1b155, 0x1b164, 0x1b167, 0x1b170, 0x1b2fb, 0x1d300, 0x1d356, 0x1d360,
  0x1d376, 0x1f004, 0x1f004, 0x1f0cf, 0x1f0cf, 0x1f18e, 0x1f18e, 0x1f191, 0x1f19a, 0x1f200, 0x1f202, 0x1f210,
  0x1f23b, 0x1f240, 0x1f248, 0x1f250, 0x1f251, 0x1f260, 0x1f265, 0x1f300, 0x1f320, 0x1f32d, 0x1f335, 0x1f337,
  0x1f37c, 0x1f37e, 0x1f393, 0x1f3a0, 0x1f3ca, 0x1f3cf, 0x1f3d3, 0x1f3e0, 0x1f3f0, 0x1f3f4, 0x1f3f4, 0x1f3f8,
  0x1f43e, 0x1f440, 0x1f440, 0x1f442, 0x1f4fc, 0x1f4ff, 0x1f53d, 0x1f54b, 0x1f54e, 0x1f550, 0x1f567, 0x1f57a,
  0x1f57a, 0x1f595, 0x1f596, 0x1f5a4, 0x1f5a4, 0x1f5fb, 0x1f64f, 0x1f680, 0x1f6c5, 0x1f6cc, 0x1f6cc, 0x1f6d0,
  0x1f6d2, 0x1f6d5, 0x1f6d8, 0x1f6dc, 0x1f6df, 0x1f6eb, 0x1f6ec, 0x1f6f4, 0x1f6fc, 0x1f7e0, 0x1f7eb, 0x1f7f0,
  0x1f7f0, 0x1f90c, 0x1f93a, 0x1f93c, 0x1f945, 0x1f947, 0x1f9ff, 0x1fa70, 0x1fa7c, 0x1fa80, 0x1fa8a, 0x1fa8e,
  0x1fac6, 0x1fac8, 0x1fac8, 0x1facd, 0x1fadc, 0x1fadf, 0x1faea, 0x1faef, 0x1faf8, 0x20000, 0x2fffd, 0x30000, 0x3fffd,
] as const;

/** Marks, joiners and other characters that are drawn onto or into their neighbours. */
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7fb]$/u;

const ZWJ = 0x200d;
const VARIATION_SELECTOR_16 = 0xfe0f;

function isWide(code: number): boolean {
  let low = 0;
  let high = WIDE.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (code < WIDE[middle * 2]!) high = middle - 1;
    else if (code > WIDE[middle * 2 + 1]!) low = middle + 1;
    else return true;
  }
  return false;
}

/** Columns of one character seen by itself: 0, 1 or 2. */
function widthOf(character: string, code: number): number {
  if (code < 0x300) return code === 0xad ? 0 : 1;
  if (isWide(code)) return ZERO.test(character) ? 0 : 2;
  return ZERO.test(character) ? 0 : 1;
}

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
 * Walks the characters as they are drawn: what a joiner, a skin tone or a variation selector merges counts once. `visit` gets the
 * end (in UTF-16 units) of each drawn character and the columns from the start of the text to there; false ends the walk.
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
  for (const character of text) {
    const code = character.codePointAt(0)!;
    let width = widthOf(character, code);
    if (code === VARIATION_SELECTOR_16 && previous === 1) width = 1;
    else if (joined && width === 2) width = 0;
    else if (isSkinTone(code) && previous === 2) width = 0;
    if (width > 0 && pending && !(code === VARIATION_SELECTOR_16)) {
      if (!visit(last, columns)) return;
    }
    columns += width;
    at += character.length;
    last = at;
    pending = true;
    joined = code === ZWJ;
    if (width > 0) previous = code === VARIATION_SELECTOR_16 ? 2 : width;
  }
  if (pending) visit(last, columns);
}

/** Columns that a text without control characters takes in a terminal. */
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
  const missing = width - displayWidth(text);
  return missing > 0 ? text + " ".repeat(missing) : text;
}

/** The text preceded by blanks up to `width` columns. */
export function paddedStart(text: string, width: number): string {
  const missing = width - displayWidth(text);
  return missing > 0 ? " ".repeat(missing) + text : text;
}

/** The end of a text that has one column per character, behind an ellipsis when it does not fit into `width` columns. */
export function truncatedStart(text: string, width: number): string {
  if (text.length <= width) return text;
  return width <= 0 ? "" : `…${text.slice(text.length - width + 1)}`;
}
