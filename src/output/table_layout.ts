/**
 * How wide the columns of a table are, and whether there is room for a table at all. Dates, numbers and identifiers are never
 * cut; text is, down to a width at which it is still recognizable. Does not depend on values, only their widths.
 */
import type { Vr } from "../dataset/vr.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import type { Column } from "./columns.ts";

/** Blanks between columns. */
export const GAP = "  ";

/** Headings are cut to this before any value is. */
const SHORT_HEADING = 9;
/** Text is not cut below this, lists of codes not below that. */
const NARROWEST_TEXT = 10;
const NARROWEST_CODES = 8;

/** VRs of numbers. */
export const NUMBERS: ReadonlySet<Vr> = new Set<Vr>(
  ["IS", "DS", "US", "SS", "UL", "SL", "FL", "FD", "SV", "UV"],
);
const WHOLE: ReadonlySet<Vr> = new Set<Vr>(
  ["DA", "TM", "DT", "UI", "AE", "AT", ...NUMBERS],
);
/** Keywords of identifiers whose VR is one of text: `PatientID`, `OtherPatientIDs`, `AccessionNumber`. */
export const IDENTIFIER = /(?:IDs?|UID|Number|AETitle)$/;

/** The facts that are needed about a column. */
export interface ColumnTraits {
  /** Aligned to the right. */
  readonly isNumber: boolean;
  /** Cut to no less than this; never if it is Infinity. */
  readonly narrowest: number;
}

/** The traits of a column, from its attribute. */
export function traitsOf(column: Column, dictionary: Dictionary): ColumnTraits {
  const vr = dictionary.vr(column.path[column.path.length - 1]!);
  const isNumber = NUMBERS.has(vr);
  const isWhole = WHOLE.has(vr) || IDENTIFIER.test(column.label);
  const narrowest = isWhole
    ? Infinity
    : vr === "CS"
    ? NARROWEST_CODES
    : NARROWEST_TEXT;
  return { isNumber, narrowest };
}

/** A column before its width is chosen. */
export interface Measured extends ColumnTraits {
  /** Width of the heading. */
  readonly heading: number;
  /** Width of the widest value. */
  readonly value: number;
}

/** Width of a table with columns of these widths. */
export function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) +
    GAP.length * Math.max(0, widths.length - 1);
}

/** Widths at which nothing is cut. */
export function naturalWidths(columns: readonly Measured[]): number[] {
  return columns.map(({ heading, value }) => Math.max(heading, value));
}

/**
 * Widths that fit into `available` columns of the terminal, or undefined if a table does not. Long headings give way first, then
 * all texts wider than a common limit are cut to it.
 */
export function fittedWidths(
  columns: readonly Measured[],
  available: number,
): number[] | undefined {
  const within = (heading: number, limit: number) =>
    columns.map((column) => {
      const width = Math.max(column.value, Math.min(column.heading, heading));
      return Math.min(width, Math.max(limit, column.narrowest));
    });
  const isTooWide = () => totalWidth(widths) > available;
  let heading = Math.max(0, ...columns.map((column) => column.heading));
  let widths = within(heading, Infinity);
  while (heading > SHORT_HEADING && isTooWide()) {
    widths = within(--heading, Infinity);
  }
  // Nothing fits beyond the available width, however long a value is.
  let limit = Math.min(available + 1, Math.max(0, ...widths));
  while (limit > NARROWEST_CODES && isTooWide()) {
    widths = within(heading, --limit);
  }
  if (isTooWide()) return undefined;
  // Space that the common limits leave over goes to the columns that they cut, from the left.
  const natural = naturalWidths(columns);
  let room = available - totalWidth(widths);
  for (let at = 0; at < widths.length && room > 0; at++) {
    const more = Math.min(room, natural[at]! - widths[at]!);
    widths[at]! += more;
    room -= more;
  }
  return widths;
}
