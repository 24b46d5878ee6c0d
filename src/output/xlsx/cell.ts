/**
 * The contents of a spreadsheet cell: text, a number, a date or a time. Identifiers are texts, whatever they look like; what
 * cannot be had as a number without loss is a text too. Does not depend on XML.
 */
import { isSequence } from "../../dataset/dataset.ts";
import type { Vr } from "../../dataset/vr.ts";
import type { Cell } from "../cells.ts";

/** How a cell is shown; each of them is a row of `NUMBER_FORMATS`. */
export type CellKind =
  | "number"
  | "text"
  | "date"
  | "minutes"
  | "seconds"
  | "fraction"
  | "moment"
  | "momentFraction";

/** The number format of each kind (ECMA-376 part 1, 18.8.30). */
export const NUMBER_FORMATS: Readonly<Record<CellKind, string>> = {
  number: "General",
  // Edited, such a cell is still no formula, and keeps its zeros.
  text: "@",
  date: "yyyy\\-mm\\-dd",
  minutes: "hh:mm",
  seconds: "hh:mm:ss",
  fraction: "hh:mm:ss.000",
  moment: "yyyy\\-mm\\-dd\\ hh:mm:ss",
  momentFraction: "yyyy\\-mm\\-dd\\ hh:mm:ss.000",
};

/** The content of a cell; dates are days since 1899-12-30, times parts of a day. */
export type CellContent =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: Exclude<CellKind, "text">; readonly value: number };

const NUMBERS: ReadonlySet<Vr> = new Set<Vr>(
  ["IS", "DS", "US", "SS", "UL", "SL", "FL", "FD", "SV", "UV"],
);

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Spreadsheets keep no more of a number. */
const MOST_DIGITS = 15;

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(1899, 11, 30);
/** 1900-03-01: programs disagree on the days before, since the first of them treated 1900 as a leap year. */
const FIRST_COMMON_DAY = 61;

/** The cells of one column in a match; `text` is their text, with dates and times as ISO 8601 writes them. */
export function contentOf(
  cells: readonly (Cell | undefined)[],
  text: string,
): CellContent {
  const [cell] = cells;
  if (cells.length !== 1 || cell === undefined || isSequence(cell.element)) {
    return { kind: "text", text };
  }
  return typedContent(cell.element.vr, text) ?? { kind: "text", text };
}

function typedContent(vr: Vr, text: string): CellContent | undefined {
  if (NUMBERS.has(vr)) return numberContent(text);
  switch (vr) {
    case "DA":
      return dateContent(text);
    case "TM":
      return timeContent(text);
    case "DT":
      return momentContent(text);
    default:
      return undefined;
  }
}

function numberContent(text: string): CellContent | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const digits = text.replace(/[eE].*$/, "").replace(/\D/g, "")
    .replace(/^0+/, "");
  const value = Number(text);
  return digits.length > MOST_DIGITS || !Number.isFinite(value)
    ? undefined
    : { kind: "number", value };
}

function dateContent(text: string): CellContent | undefined {
  const value = dayOf(text);
  return value === undefined ? undefined : { kind: "date", value };
}

/** The number of a day that there is, and that all programs agree on. */
function dayOf(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const time = Date.UTC(
    Number(match[1]),
    Number(match[2]) - 1,
    Number(match[3]),
  );
  if (new Date(time).toISOString().slice(0, 10) !== text) return undefined;
  const day = (time - FIRST_DAY) / DAY_MS;
  return day < FIRST_COMMON_DAY ? undefined : day;
}

interface TimeOfDay {
  readonly part: number;
  readonly kind: "minutes" | "seconds" | "fraction";
}

function timeOf(text: string): TimeOfDay | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(\.\d{1,6})?)?$/
    .exec(text);
  if (match === null) return undefined;
  const [, hours, minutes, seconds, fraction] = match;
  const whole = Number(hours) * 3600 + Number(minutes) * 60 +
    Number(seconds ?? 0) + Number(fraction ?? 0);
  return {
    part: whole / 86_400,
    kind: seconds === undefined
      ? "minutes"
      : Number(fraction ?? 0) > 0
      ? "fraction"
      : "seconds",
  };
}

function timeContent(text: string): CellContent | undefined {
  const time = timeOf(text);
  return time && { kind: time.kind, value: time.part };
}

/** A moment without a time zone, which spreadsheets do not know. */
function momentContent(text: string): CellContent | undefined {
  const [date = "", clock, ...rest] = text.split("T");
  const day = dayOf(date);
  if (day === undefined || rest.length > 0) return undefined;
  if (clock === undefined) return { kind: "date", value: day };
  const time = timeOf(clock);
  return time && {
    kind: time.kind === "fraction" ? "momentFraction" : "moment",
    value: day + time.part,
  };
}

/** The wall clock's time as a cell. */
export function wallClock(date: Date): CellContent {
  const value = Date.UTC(
    date.getFullYear(),
    date.getMonth(),
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
    date.getSeconds(),
  );
  return { kind: "moment", value: (value - FIRST_DAY) / DAY_MS };
}
