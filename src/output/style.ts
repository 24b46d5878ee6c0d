/**
 * The few terminal styles that output uses (ECMA-48 SGR). Does not depend on any terminal: the caller says whether colours are
 * wanted.
 */

/** SGR parameter of bold text. */
export const BOLD = 1;
/** SGR parameter of faint text. */
export const DIM = 2;
/** SGR parameter of today's matches. */
export const GREEN = 32;
/** SGR parameter of incomplete results. */
export const YELLOW = 33;

/** The text in a style, or as it is. */
export function styled(text: string, style: number, color: boolean): string {
  return color ? `\x1b[${style}m${text}\x1b[0m` : text;
}
