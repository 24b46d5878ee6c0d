/**
 * Format `tree`, for people: a line per entity with its readable values, the entities below it indented. Text and dates appear
 * without a label, numbers have a word before them. Values of an entity above are not repeated.
 */
import type { Dataset } from "../dataset/dataset.ts";
import type { Vr } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { CellReader, readableCell } from "./cells.ts";
import {
  closingLine,
  type MatchRecord,
  type ResultWriter,
  type Summary,
  type TextOptions,
  withDataset,
} from "./writer.ts";
import { type Column, columnsOf } from "./columns.ts";
import { headingsOf } from "./headings.ts";
import { sanitize } from "./sanitize.ts";
import { BOLD, DIM, styled } from "./style.ts";

/** How the tree looks. */
export interface TreeOptions extends TextOptions {
  /** The attributes shown of each entity, in this order; the attributes of the first match when absent or empty. */
  readonly columns?: readonly Column[] | undefined;
  /** Use colours; false when absent. */
  readonly color?: boolean;
}

const GAP = "  ";
const INDENT = "  ";
const MARK = " !";

/** Values that say nothing without a word before them. */
const WORDLESS: ReadonlySet<Vr> = new Set<Vr>(
  ["IS", "DS", "US", "SS", "UL", "SL", "FL", "FD", "SV", "UV"],
);

/** Writes the lines, and one that closes. */
export class TreeWriter implements ResultWriter {
  readonly #options: TreeOptions;
  readonly #dictionary: Dictionary;
  readonly #reader: CellReader;
  readonly #color: boolean;
  #columns: readonly Column[];
  #headings: readonly string[] = [];
  #ancestors: readonly Dataset[] = [];

  constructor(options: TreeOptions = {}) {
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
    const { above = [], own } = record;
    if (this.#columns.length === 0) {
      const { hidden } = this.#options;
      this.#columns = columnsOf(record.dataset, this.#dictionary)
        .filter(({ path }) => hidden?.has(path[0]!) !== true);
    }
    if (this.#headings.length === 0) {
      this.#headings = this.#columns.flatMap((one) => headingsOf([one], true));
    }
    let text = "";
    let isNew = false;
    const printedTags = new Set<number>();
    for (const [depth, dataset] of [...above, own].entries()) {
      isNew ||= depth === above.length || this.#ancestors[depth] !== dataset;
      const values = this.#values(
        dataset === undefined ? record : withDataset(record, dataset),
        printedTags,
        depth > 0,
      );
      if (!isNew) continue;
      const line = values.length > 0
        ? values.join(GAP)
        : styled("(nothing)", DIM, this.#color);
      const isIncomplete = record.isIncomplete && depth === above.length;
      text += INDENT.repeat(depth) +
        (depth === 0 && above.length > 0
          ? styled(line, BOLD, this.#color)
          : line) +
        (isIncomplete ? MARK : "") + "\n";
    }
    this.#ancestors = above;
    return text;
  }

  end(summary: Summary): string {
    return `${
      styled(closingLine(summary, this.#options.words), DIM, this.#color)
    }\n`;
  }

  /** The values of one entity; the indexes of their columns go to `said`. */
  #values(
    record: MatchRecord,
    printedTags: Set<number>,
    isBelow: boolean,
  ): string[] {
    const values: string[] = [];
    const cells = this.#reader.cells(record, this.#columns);
    for (const [index, column] of this.#columns.entries()) {
      if (printedTags.has(index) || isBelow && column.textOf !== undefined) {
        continue;
      }
      const text = sanitize(cells[index]!.map(readableCell).join(" | "));
      if (text === "") continue;
      printedTags.add(index);
      const vr = this.#dictionary.vr(column.path[column.path.length - 1]!);
      values.push(
        WORDLESS.has(vr) ? `${this.#headings[index]} ${text}` : text,
      );
    }
    return values;
  }
}
