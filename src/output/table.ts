/**
 * Format `table`: one line per match, one column per requested key, readable values, as wide as the terminal. Widths are chosen
 * from the first matches (`BATCH`, or what came until `flush`), which are held back until then; later ones stream in those widths.
 */
import type { Vr } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { CellReader, readableCell } from "./cells.ts";
import { closingLine } from "./closing.ts";
import { type Column, columnsOf } from "./columns.ts";
import { sanitize } from "./sanitize.ts";
import { BOLD, DIM, styled } from "./style.ts";
import {
  displayWidth,
  paddedEnd,
  paddedStart,
  truncated,
  truncatedStart,
} from "./width.ts";
import type {
  MatchRecord,
  ResultWriter,
  Summary,
  TextOptions,
} from "./writer.ts";

/** How the table looks. */
export interface TableOptions extends TextOptions {
  /** The columns; those of the first match when absent or empty. */
  readonly columns?: readonly Column[] | undefined;
  /** Columns of the terminal; unlimited when absent. */
  readonly width?: number | undefined;
  /** Never cut values, whatever the terminal's width. */
  readonly wide?: boolean;
  /** Use colours; false when absent. */
  readonly color?: boolean;
}

/** Matches from which the widths are chosen. */
export const BATCH = 100;

const GAP = "  ";
const BETWEEN_ITEMS = " | ";
const NARROWEST = 4;
/** Headings are cut to this before any value is. */
const SHORT_HEADING = 8;
/** Right-aligned. */
const NUMBERS: ReadonlySet<Vr> = new Set<Vr>(
  ["IS", "DS", "US", "SS", "UL", "SL", "FL", "FD", "SV", "UV"],
);

/** Stands at the end of the line of a match that lost attributes. */
const MARK = `${GAP}!`;

/** A line on its way. */
interface Row {
  readonly cells: readonly string[];
  readonly isIncomplete: boolean;
}

interface Layout {
  readonly columns: readonly Column[];
  readonly vrs: readonly Vr[];
  readonly widths: readonly number[];
}

/** Writes an aligned table with a closing line. */
export class TableWriter implements ResultWriter {
  readonly #options: TableOptions;
  readonly #dictionary: Dictionary;
  readonly #reader: CellReader;
  readonly #color: boolean;
  #columns: readonly Column[];
  #waiting: Row[] = [];
  #layout: Layout | undefined;
  #cut = 0;

  constructor(options: TableOptions = {}) {
    this.#options = options;
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#reader = new CellReader(options);
    this.#color = options.color ?? false;
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
    if (this.#layout !== undefined) return this.#line(row, this.#layout);
    this.#waiting.push(row);
    return this.#waiting.length >= BATCH ? this.flush() : "";
  }

  /** The heading and what was held back. */
  flush(): string {
    if (this.#layout !== undefined || this.#waiting.length === 0) return "";
    const layout = this.#layOut(this.#waiting);
    this.#layout = layout;
    const rows = this.#waiting;
    this.#waiting = [];
    return this.#heading(layout) +
      rows.map((row) => this.#line(row, layout)).join("");
  }

  end(summary: Summary): string {
    const rows = this.flush();
    let closing = closingLine(summary);
    if (this.#cut > 0) {
      closing += `, ${this.#cut} value${
        this.#cut === 1 ? "" : "s"
      } cut (--wide shows all)`;
    }
    return `${rows}${styled(closing, DIM, this.#color)}\n`;
  }

  #row(record: MatchRecord): Row {
    const cells = this.#reader.cells(record.dataset, this.#columns).map((
      cells,
    ) =>
      sanitize(
        cells.map(readableCell).join(BETWEEN_ITEMS),
      )
    );
    return { cells, isIncomplete: record.isIncomplete === true };
  }

  #layOut(rows: readonly Row[]): Layout {
    const columns = this.#columns;
    const vrs = columns.map((column) =>
      this.#dictionary.vr(column.path[column.path.length - 1]!)
    );
    const headings = headingsOf(columns).map(displayWidth);
    const values = columns.map((_, index) =>
      rows.reduce(
        (width, row) => Math.max(width, displayWidth(row.cells[index]!)),
        0,
      )
    );
    const { width, wide } = this.#options;
    const unlimited = wide === true || width === undefined;
    const widths = fitted(
      headings,
      values,
      unlimited ? Infinity : width - GAP.length * (columns.length - 1) -
        (rows.some((row) => row.isIncomplete) ? MARK.length : 0),
    );
    return { columns, vrs, widths };
  }

  #heading(layout: Layout): string {
    const { widths, vrs } = layout;
    const headings = headingsOf(layout.columns).map((heading, index) =>
      this.#aligned(truncated(heading, widths[index]!), index, layout)
    );
    const rules = vrs.map((_, index) => "─".repeat(widths[index]!));
    return `${styled(headings.join(GAP).trimEnd(), BOLD, this.#color)}\n${
      styled(rules.join(GAP), DIM, this.#color)
    }\n`;
  }

  #line(row: Row, layout: Layout): string {
    const cells = row.cells.map((value, index) => {
      if (this.#options.wide === true) {
        return this.#aligned(value, index, layout);
      }
      const width = layout.widths[index]!;
      // The end of a UID is what tells it from others.
      const shown = layout.vrs[index] === "UI" && /^[\d.]+$/.test(value)
        ? truncatedStart(value, width)
        : truncated(value, width);
      if (shown !== value) this.#cut++;
      return this.#aligned(shown, index, layout);
    });
    const line = cells.join(GAP);
    return row.isIncomplete ? `${line}${MARK}\n` : `${line.trimEnd()}\n`;
  }

  #aligned(text: string, index: number, layout: Layout): string {
    const width = layout.widths[index]!;
    return NUMBERS.has(layout.vrs[index]!)
      ? paddedStart(text, width)
      : paddedEnd(text, width);
  }
}

/** The last keyword of each path, or the whole label where two would look the same. */
function headingsOf(columns: readonly Column[]): string[] {
  const short = columns.map((column) =>
    column.label.slice(column.label.lastIndexOf(".") + 1)
  );
  return columns.map((column, index) =>
    sanitize(
      short.indexOf(short[index]!) === short.lastIndexOf(short[index]!)
        ? short[index]!
        : column.label,
    )
  );
}

/**
 * Widths that fit into `available` columns. Long headings give way first, then all columns wider than a common limit are cut to
 * it, none below `NARROWEST`.
 */
function fitted(
  headings: readonly number[],
  values: readonly number[],
  available: number,
): number[] {
  const total = (widths: readonly number[]) =>
    widths.reduce((sum, width) => sum + width, 0);
  const within = (heading: number, limit: number) =>
    values.map((value, index) =>
      Math.min(Math.max(value, Math.min(headings[index]!, heading)), limit)
    );
  let heading = Math.max(0, ...headings);
  let widths = within(heading, Infinity);
  while (heading > SHORT_HEADING && total(widths) > available) {
    widths = within(--heading, Infinity);
  }
  let limit = Math.max(0, ...widths);
  while (limit > NARROWEST && total(widths) > available) {
    widths = within(heading, --limit);
  }
  // What the common limits leave over goes to the columns that they cut, from the left.
  let left = available - total(widths);
  for (let at = 0; at < widths.length && left > 0; at++) {
    if (widths[at]! < Math.max(values[at]!, headings[at]!)) {
      widths[at]! += 1;
      left--;
    }
  }
  return widths;
}
