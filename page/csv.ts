/** What is shown as a file for a spreadsheet (RFC 4180). Knows no document. */
import type { Rows } from "./rows.ts";

/** What spreadsheets take for the beginning of a formula, full-width forms included. */
const FORMULA = /^[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?[\d.]+$/;

/**
 * The matches with these numbers, with a heading and a byte order mark. Text that a spreadsheet would run as a formula has an
 * apostrophe before it: it is the peer's.
 */
export function csvOf(
  rows: Rows,
  shown: readonly number[],
  columns: readonly number[],
): string {
  const line = (texts: readonly string[]) =>
    `${texts.map(field).join(",")}\r\n`;
  return "\ufeff" +
    line(columns.map((column) => rows.columns[column]!.label)) +
    shown.map((row) => line(columns.map((column) => rows.text(row, column))))
      .join("");
}

function field(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n;\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
