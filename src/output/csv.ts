/**
 * Formats `csv` and `tsv`: one record per match, one field per column, quoted as RFC 4180 says. Values are as DICOM writes them:
 * several values are separated by `\`, those of several items by ` | `, a sequence asked for as a whole is JSON.
 */
import type { Charset } from "../charset/charset.ts";
import { charsetOf, withKnownVr } from "../codec/values.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { isSequence } from "../dataset/dataset.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { creatorOf } from "./attributes.ts";
import { type Cell, cellsAt, type Column, columnsOf } from "./columns.ts";
import { JsonObjects } from "./json.ts";
import { dicomText } from "./value_text.ts";
import {
  type MatchRecord,
  type ResultWriter,
  type Summary,
  type TextOptions,
  undeclaredCharset,
} from "./writer.ts";

/** How fields and records look. */
export interface CsvOptions extends TextOptions {
  /** The columns; those of the first match when absent or empty. */
  readonly columns?: readonly Column[] | undefined;
  /** Between fields: a comma when absent, a tab for `tsv`. */
  readonly separator?: "," | "\t" | ";";
  /** Begin with a byte order mark, by which Excel knows UTF-8. */
  readonly bom?: boolean;
  /** Put an apostrophe before text that a spreadsheet would run as a formula. */
  readonly neutralise?: boolean;
}

const END = "\r\n";
const BETWEEN_ITEMS = " | ";
/** What spreadsheets take for the beginning of a formula, full-width forms included. */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?[\d.]+$/;

/** Writes a heading and one record per match. */
export class CsvWriter implements ResultWriter {
  readonly #options: CsvOptions;
  readonly #dictionary: Dictionary;
  readonly #undeclared: Charset;
  readonly #separator: string;
  readonly #objects: JsonObjects;
  #columns: readonly Column[];
  #headed = false;

  constructor(options: CsvOptions = {}) {
    this.#options = options;
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#undeclared = undeclaredCharset(options);
    this.#separator = options.separator ?? ",";
    this.#objects = new JsonObjects(options);
    this.#columns = options.columns ?? [];
  }

  begin(): string {
    const mark = this.#options.bom === true ? "\ufeff" : "";
    return mark + (this.#columns.length > 0 ? this.#heading() : "");
  }

  match(record: MatchRecord): string {
    if (this.#columns.length === 0) {
      this.#columns = columnsOf(record.dataset, this.#dictionary);
    }
    return (this.#headed ? "" : this.#heading()) + this.#record(record.dataset);
  }

  end(_summary: Summary): string {
    return "";
  }

  #heading(): string {
    this.#headed = true;
    return this.#line(this.#columns.map((column) => column.label));
  }

  #record(dataset: Dataset): string {
    const { charsets } = this.#options;
    const charset = charsetOf(dataset, this.#undeclared, charsets);
    return this.#line(this.#columns.map((column) => {
      const cells = cellsAt(dataset, column.path, charset, charsets);
      return cells.length === 1
        ? this.#text(cells[0]!)
        : cells.map((cell) => this.#text(cell)).join(BETWEEN_ITEMS);
    }));
  }

  #text(cell: Cell): string {
    const { dataset, charset } = cell;
    const element = withKnownVr(
      cell.element,
      this.#dictionary,
      creatorOf(dataset, cell.element.tag),
    );
    if (!isSequence(element)) return dicomText(element, charset);
    return element.items.length === 0
      ? ""
      : `[${
        element.items.map((item) => this.#objects.object(item.dataset, charset))
          .join(",")
      }]`;
  }

  #line(fields: readonly string[]): string {
    const line = fields.map((field) => this.#field(field)).join(
      this.#separator,
    );
    // An empty line would be skipped by many readers.
    return (line === "" ? '""' : line) + END;
  }

  #field(text: string): string {
    const safe = this.#options.neutralise === true && FORMULA.test(text) &&
        !NUMBER.test(text)
      ? `'${text}`
      : text;
    return needsQuotes(safe, this.#separator)
      ? `"${safe.replaceAll('"', '""')}"`
      : safe;
  }
}

function needsQuotes(text: string, separator: string): boolean {
  return text.includes(separator) || text.includes('"') ||
    text.includes("\n") || text.includes("\r");
}
