/**
 * One field of CSV (RFC 4180), as it came or made harmless for spreadsheets. Does not depend on any record; the page of `--html`
 * has it, too.
 */

/**
 * Characters that spreadsheets read as the beginning of a formula, full-width forms included, also after blanks and quotes that
 * they drop.
 */
const FORMULA = /^[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?[\d.]+$/;
/** Characters at which programs split records, whatever the separator of this file is: they may even ignore its quotes. */
const SPLITS = /([,;\t\r\n])/;

/**
 * The field of a text. `isSafe` puts an apostrophe before each part that a spreadsheet would run as a formula, wherever it splits
 * lines.
 */
export function csvField(
  text: string,
  separator: string,
  isSafe: boolean,
): string {
  const safe = isSafe ? neutralised(text) : text;
  return needsQuotes(safe, separator)
    ? `"${safe.replaceAll('"', '""')}"`
    : safe;
}

function neutralised(text: string): string {
  const safe = text.split(SPLITS)
    .map((part) => FORMULA.test(part) && !NUMBER.test(part) ? `'${part}` : part)
    .join("");
  // One of these at the start of a cell is dropped, or read as a formula itself.
  return /^[\t\r\n]/.test(text) ? `'${safe}` : safe;
}

function needsQuotes(text: string, separator: string): boolean {
  return text.includes(separator) || text.includes('"') ||
    text.includes("\n") || text.includes("\r");
}
