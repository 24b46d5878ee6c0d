/**
 * Formats `csv` and `tsv`: one record per match, one field per column, quoted as RFC 4180 says. Values are as DICOM writes them:
 * several values are separated by `\`, those of several items by ` | `, a sequence requested as a whole is JSON.
 */
import { Dictionary } from "../dictionary/dictionary.ts";
import { CellReader } from "./cells.ts";
import { type Column, columnsOf } from "./columns.ts";
import { csvField } from "./csv_field.ts";
import { StoredTexts } from "./stored_text.ts";
import type {
  MatchRecord,
  ResultWriter,
  Summary,
  TextOptions,
} from "./writer.ts";

/** How fields and records look. */
export interface CsvOptions extends TextOptions {
  /** The columns; those of the first match when absent or empty. */
  readonly columns?: readonly Column[] | undefined;
  /** Between fields: a comma when absent, a tab for `tsv`. */
  readonly separator?: "," | "\t" | ";";
  /** Begin with a byte order mark, by which Excel knows UTF-8. */
  readonly bom?: boolean;
  /** Put an apostrophe before text that a spreadsheet would run as a formula, wherever it splits lines. */
  readonly csvSafe?: boolean;
}

const END = "\r\n";
/** Writes a heading and one record per match. */
export class CsvWriter implements ResultWriter {
  readonly #options: CsvOptions;
  readonly #dictionary: Dictionary;
  readonly #reader: CellReader;
  readonly #separator: string;
  readonly #texts: StoredTexts;
  #columns: readonly Column[];
  #headed = false;

  constructor(options: CsvOptions = {}) {
    this.#options = options;
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#reader = new CellReader(options);
    this.#separator = options.separator ?? ",";
    this.#texts = new StoredTexts(options);
    this.#columns = options.columns ?? [];
  }

  begin(): string {
    const mark = this.#options.bom === true ? "\ufeff" : "";
    return mark + (this.#columns.length > 0 ? this.#heading() : "");
  }

  match(record: MatchRecord): string {
    if (this.#columns.length === 0) {
      const { hidden } = this.#options;
      this.#columns = columnsOf(record.dataset, this.#dictionary)
        .filter(({ path }) => hidden?.has(path[0]!) !== true);
    }
    return (this.#headed ? "" : this.#heading()) + this.#record(record);
  }

  end(_summary: Summary): string {
    return "";
  }

  #heading(): string {
    this.#headed = true;
    return this.#line(this.#columns.map((column) => column.label));
  }

  #record(record: MatchRecord): string {
    const row = this.#reader.cells(record, this.#columns);
    return this.#line(row.map((cells) => this.#texts.text(cells)));
  }

  #line(fields: readonly string[]): string {
    const line = fields.map((field) =>
      csvField(field, this.#separator, this.#options.csvSafe === true)
    ).join(
      this.#separator,
    );
    // An empty line would be skipped by many readers.
    return (line === "" ? '""' : line) + END;
  }
}
