/** The matches, and what can be asked of them: values, orders, words. Does not depend on the document. */
import type { PageCell, PageColumn, PageRow } from "../src/output/page_data.ts";

/** The matches of a page. */
export class Rows {
  readonly columns: readonly PageColumn[];
  readonly #rows: readonly PageRow[];
  readonly #texts: (string | undefined)[];
  readonly #ranks = new Map<number, Int32Array>();
  readonly #totals = new Map<number, ReadonlyMap<string, number>>();

  constructor(columns: readonly PageColumn[], rows: readonly PageRow[]) {
    this.columns = columns;
    this.#rows = rows;
    this.#texts = Array.from({ length: rows.length });
  }

  get length(): number {
    return this.#rows.length;
  }

  /** Index of the column with this label, or of one whose keyword it is; -1 if there is none. */
  columnOf(...labels: readonly string[]): number {
    for (const label of labels) {
      const at = this.columns.findIndex((column) =>
        column.label === label || column.label.endsWith(`.${label}`)
      );
      if (at >= 0) return at;
    }
    return -1;
  }

  /** The values of a cell; none if it is empty. */
  values(row: number, column: number): readonly string[] {
    const cell = this.#rows[row]![column] as PageCell;
    return typeof cell !== "string" ? cell : cell === "" ? [] : [cell];
  }

  /** A cell as one text. */
  text(row: number, column: number): string {
    const cell = this.#rows[row]![column] as PageCell;
    if (typeof cell === "string") return cell;
    return cell.join(this.columns[column]!.kind === "name" ? "; " : ", ");
  }

  /** Whether attributes of a match could not be read. */
  isIncomplete(row: number): boolean {
    return this.#rows[row]!.length > this.columns.length;
  }

  /** Whether a match has all of these words, in lower case, somewhere. */
  hasWords(row: number, words: readonly string[]): boolean {
    if (words.length === 0) return true;
    const text = this.#texts[row] ??= this.columns
      .map((_, column) => this.text(row, column)).join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  }

  /** How many matches have each value of a column, the most frequent first; "" for those without one. */
  totals(column: number): ReadonlyMap<string, number> {
    const cachedTotals = this.#totals.get(column);
    if (cachedTotals !== undefined) return cachedTotals;
    const counts = new Map<string, number>();
    for (let row = 0; row < this.length; row++) {
      for (const value of distinct(this.values(row, column))) {
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
    }
    const totals = new Map(
      [...counts].sort(([a, m], [b, n]) => n - m || COLLATOR.compare(a, b)),
    );
    this.#totals.set(column, totals);
    return totals;
  }

  /** The place of each match in the order of a column, counted from 1; 0 if it has no value. */
  ranks(column: number): Int32Array {
    const cachedRanks = this.#ranks.get(column);
    if (cachedRanks !== undefined) return cachedRanks;
    const { kind } = this.columns[column]!;
    const texts = Array.from(
      { length: this.length },
      (_, row) => this.text(row, column),
    );
    const order = [...new Set(texts)].filter((text) => text !== "")
      .sort(kind === "number" ? byNumber : COLLATOR.compare);
    const places = new Map(order.map((text, at) => [text, at + 1]));
    const ranks = Int32Array.from(texts, (text) => places.get(text) ?? 0);
    this.#ranks.set(column, ranks);
    return ranks;
  }
}

const COLLATOR = new Intl.Collator(undefined, { numeric: true });

function byNumber(a: string, b: string): number {
  return Number(a) - Number(b) || COLLATOR.compare(a, b);
}

/** Each value once; an empty one if there is none. */
export function distinct(values: readonly string[]): readonly string[] {
  if (values.length === 0) return [""];
  return values.length === 1 ? values : [...new Set(values)];
}
