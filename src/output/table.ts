/**
 * Format `table`: one line per match, one column per requested key, readable values, as wide as the terminal; records of one line
 * per value if there is no room for that. The choice is made from the first matches (`BATCH`, or what came until `flush`), which
 * are held back until then; later ones stream in the same way.
 */
import type { Tag } from "../dataset/tag.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { CellReader, readableCell } from "./cells.ts";
import { advise, hintText, quantity } from "../errors.ts";
import {
  closingLine,
  type MatchRecord,
  type ResultWriter,
  type Summary,
  type TextOptions,
} from "./writer.ts";
import { type Column, columnsOf } from "./columns.ts";
import { headingGroups, headingsOf } from "./headings.ts";
import { sanitize } from "./sanitize.ts";
import { BOLD, DIM, GREEN, styled, YELLOW } from "./style.ts";
import {
  type ColumnTraits,
  fittedWidths,
  GAP,
  type Measured,
  naturalWidths,
  totalWidth,
  traitsOf,
} from "./table_layout.ts";
import { displayWidth, paddedEnd, paddedStart, truncated } from "./width.ts";

/** How the table looks. */
export interface TableOptions extends TextOptions {
  /** The columns; those of the first match when absent or empty. */
  readonly columns?: readonly Column[] | undefined;
  /** Columns of the terminal; unlimited when absent. */
  readonly width?: number | undefined;
  /** Whole keywords as headings, and a table without cut values, whatever the terminal's width. */
  readonly wide?: boolean;
  /** Use colours; false when absent. */
  readonly color?: boolean;
  /** Returns the present day, `2026-01-31`, which colours mark; called at most once. */
  readonly today?: (() => string) | undefined;
}

/** Matches from which the layout is chosen. */
export const BATCH = 100;

const BETWEEN_ITEMS = " | ";
const PATIENT_BIRTH_DATE: Tag = 0x00100030;

/** The end of the line of a match that lost attributes. */
const MARK = `${GAP}!`;
/**
 * Width to which the columns of a table that is not cut are aligned, at most: longer values stick out, so that blanks do not
 * outweigh them.
 */
const WIDEST_COLUMN = 1_000;
/** Width of the line above a record, at most. */
const WIDEST_RULE = 60;

/** A line on its way. */
interface Row {
  readonly cells: readonly string[];
  readonly isIncomplete: boolean;
}

interface Layout {
  readonly headings: readonly string[];
  readonly traits: readonly ColumnTraits[];
  /** Widths of the columns; undefined for records. */
  readonly widths: readonly number[] | undefined;
  /** Columns of the terminal that the uncut table would need. */
  readonly natural: number;
}

/** Writes an aligned table, or records, with a closing line. */
export class TableWriter implements ResultWriter {
  readonly #options: TableOptions;
  readonly #dictionary: Dictionary;
  readonly #reader: CellReader;
  readonly #color: boolean;
  /** The day to mark, if any. */
  readonly #today: string | undefined;
  readonly #isWide: boolean;
  #columns: readonly Column[];
  #rows: Row[] = [];
  #layout: Layout | undefined;
  #cut = 0;
  #records = 0;

  constructor(options: TableOptions = {}) {
    this.#options = options;
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#reader = new CellReader(options);
    this.#color = options.color ?? false;
    this.#today = this.#color ? options.today?.() : undefined;
    this.#isWide = options.wide ?? false;
    this.#columns = options.columns ?? [];
  }

  begin(): string {
    return "";
  }

  match(record: MatchRecord): string {
    if (this.#columns.length === 0) {
      this.#columns = columnsOf(record.dataset, this.#dictionary);
    }
    const row = this.#row(record);
    if (this.#layout !== undefined) return this.#lineOf(row, this.#layout);
    this.#rows.push(row);
    return this.#rows.length >= BATCH ? this.flush() : "";
  }

  /** The heading and the held-back matches. */
  flush(): string {
    if (this.#layout !== undefined || this.#rows.length === 0) return "";
    const layout = this.#layOut(this.#rows);
    this.#layout = layout;
    const rows = this.#rows;
    this.#rows = [];
    const heading = layout.widths === undefined
      ? ""
      : this.#heading(layout, layout.widths);
    return heading + rows.map((row) => this.#lineOf(row, layout)).join("");
  }

  end(summary: Summary): string {
    const rows = this.flush();
    const layout = this.#layout;
    const { words = hintText } = this.#options;
    let closing = closingLine(summary, words);
    if (this.#cut > 0) {
      const cut = `${quantity(this.#cut, "value")} cut`;
      closing += `, ${words(advise(cut, "wide"))}`;
    }
    if (layout !== undefined && layout.widths === undefined) {
      const needed = `a table needs ${quantity(layout.natural, "column")}`;
      closing += `; ${words(advise(needed, "wide-or-columns"))}`;
    }
    const isPartial = summary.incomplete !== undefined ||
      (summary.damaged ?? 0) > 0;
    return `${rows}${styled(closing, isPartial ? YELLOW : DIM, this.#color)}\n`;
  }

  #row(record: MatchRecord): Row {
    const cells = this.#reader.cells(record, this.#columns).map((
      cells,
    ) => sanitize(cells.map(readableCell).join(BETWEEN_ITEMS)));
    return { cells, isIncomplete: record.isIncomplete === true };
  }

  #layOut(rows: readonly Row[]): Layout {
    const columns = this.#columns;
    const headings = headingsOf(columns, !this.#isWide);
    const measured = columns.map((column, index): Measured => ({
      ...traitsOf(column, this.#dictionary),
      heading: displayWidth(headings[index]!),
      value: rows.reduce(
        (width, { cells }) => Math.max(width, displayWidth(cells[index] ?? "")),
        0,
      ),
    }));
    const natural = naturalWidths(measured);
    const { width } = this.#options;
    const uncut = natural.map((one) => Math.min(one, WIDEST_COLUMN));
    const mark = rows.some((row) => row.isIncomplete) ? MARK.length : 0;
    const widths = this.#isWide || width === undefined
      ? uncut
      : fittedWidths(measured, width - mark);
    return {
      headings,
      traits: measured,
      widths,
      natural: totalWidth(natural) + mark,
    };
  }

  #heading(layout: Layout, widths: readonly number[]): string {
    const headings = layout.headings.map((heading, index) =>
      aligned(truncated(heading, widths[index]!), index, layout, widths)
    );
    const rules = widths.map((width) => "─".repeat(width));
    return `${this.#groups(widths)}${
      styled(headings.join(GAP).trimEnd(), BOLD, this.#color)
    }\n${styled(rules.join(GAP), DIM, this.#color)}\n`;
  }

  /** The line above the headings that names the sequence they are from, if there is one. */
  #groups(widths: readonly number[]): string {
    const groups = headingGroups(this.#columns, !this.#isWide);
    if (groups.length === 0) return "";
    let line = "";
    for (const { title, first, count } of groups) {
      const start = first === 0
        ? 0
        : totalWidth(widths.slice(0, first)) + GAP.length;
      const width = totalWidth(widths.slice(first, first + count));
      const titleText = truncated(title, Math.max(0, width - 4));
      const rule = "─".repeat(Math.max(0, width - displayWidth(titleText) - 3));
      line = `${line.padEnd(start)}─ ${titleText} ${rule}`;
    }
    return `${styled(line, DIM, this.#color)}\n`;
  }

  #lineOf(row: Row, layout: Layout): string {
    const line = layout.widths === undefined
      ? this.#record(row, layout.headings)
      : this.#line(row, layout, layout.widths);
    return row.isIncomplete ? styledLines(line, YELLOW, this.#color) : line;
  }

  #line(row: Row, layout: Layout, widths: readonly number[]): string {
    const cells = row.cells.map((value, index) => {
      const isWhole = this.#isWide || this.#options.width === undefined ||
        layout.traits[index]!.narrowest === Infinity;
      const cellText = isWhole ? value : truncated(value, widths[index]!);
      if (cellText !== value) this.#cut++;
      const cell = aligned(cellText, index, layout, widths);
      return this.#marked(row, index, value, cell);
    });
    const line = cells.join(GAP);
    return row.isIncomplete ? `${line}${MARK}\n` : `${line.trimEnd()}\n`;
  }

  #record(row: Row, headings: readonly string[]): string {
    const title = `── ${++this.#records}${
      row.isIncomplete ? " (incomplete)" : ""
    } `;
    const width = Math.min(this.#options.width ?? WIDEST_RULE, WIDEST_RULE);
    const rule = title + "─".repeat(Math.max(2, width - title.length));
    const key = headings.reduce(
      (width, heading) => Math.max(width, displayWidth(heading)),
      0,
    );
    const lines = row.cells.map((value, index) =>
      `${styled(paddedEnd(headings[index]!, key), BOLD, this.#color)}${GAP}${
        this.#marked(row, index, value, value)
      }`.trimEnd()
    );
    return [styled(rule, DIM, this.#color), ...lines, ""].join("\n");
  }

  /** A cell that says today in colour. */
  #marked(row: Row, index: number, value: string, cell: string): string {
    const today = this.#today;
    if (row.isIncomplete || today === undefined) return cell;
    const { path } = this.#columns[index]!;
    const tag = path[path.length - 1]!;
    const isDay = value.startsWith(today) && tag !== PATIENT_BIRTH_DATE &&
      ["DA", "DT"].includes(this.#dictionary.vr(tag));
    return isDay ? styled(cell, GREEN, true) : cell;
  }
}

function aligned(
  text: string,
  index: number,
  { traits }: Layout,
  widths: readonly number[],
): string {
  return traits[index]!.isNumber
    ? paddedStart(text, widths[index]!)
    : paddedEnd(text, widths[index]!);
}

/** Each line in a style, whatever styles are in it already. */
function styledLines(text: string, style: number, color: boolean): string {
  if (!color) return text;
  return text.split("\n").map((line) =>
    line === "" ? "" : styled(line.replaceAll(/\x1b\[\d+m/g, ""), style, true)
  ).join("\n");
}
