/** The matches shown, as a file for a spreadsheet (RFC 4180). Does not depend on the document. */
import { csvField } from "../src/output/csv_field.ts";
import type { Rows } from "./rows.ts";

/**
 * The matches with these numbers, with a heading and a byte order mark. Text that a spreadsheet would run as a formula has an
 * apostrophe before it: it is the peer's.
 */
export function csvOf(
  rows: Rows,
  matches: readonly number[],
  columns: readonly number[],
): string {
  const field = (text: string) => csvField(text, ",", true);
  const line = (texts: readonly string[]) =>
    `${texts.map(field).join(",")}\r\n`;
  return "\ufeff" +
    line(columns.map((column) => rows.columns[column]!.label)) +
    matches.map((row) => line(columns.map((column) => rows.text(row, column))))
      .join("");
}
