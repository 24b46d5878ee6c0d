/** The data that the page of `--html` has for its script: the types that both sides share. Types only; does not depend on HTML. */

/** How the values of a column are sorted and shown. */
export type PageColumnKind =
  | "text"
  | "code"
  | "name"
  | "number"
  | "date"
  | "time"
  | "uid"
  | "identifier";

/** One column. */
export interface PageColumn {
  /** Keywords of the path joined by dots. */
  readonly label: string;
  /** The text above it. */
  readonly heading: string;
  readonly kind: PageColumnKind;
}

/** A cell: its value as people read it, several values as a list, "" where there is none. */
export type PageCell = string | readonly string[];

/** A match: one cell per column, and a 1 behind them where attributes of it could not be read. */
export type PageRow = readonly (PageCell | 1)[];

/** The facts that are known before the first match. */
export interface PageHead {
  readonly columns: readonly PageColumn[];
  /** Name of the file for a download, without its ending. */
  readonly file: string;
}
