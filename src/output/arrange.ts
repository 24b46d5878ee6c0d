/** What can be put before or instead of a format: a selection of attributes, an order of the matches, their number alone. */
import type { Charset } from "../charset/charset.ts";
import { charsetOf, withKnownVr } from "../codec/values.ts";
import { vrInfo } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { creatorOf } from "./attributes.ts";
import { cellsAt, type Column, projected, type SortKey } from "./columns.ts";
import { textValues } from "./value_text.ts";
import {
  type MatchRecord,
  type ResultWriter,
  type Summary,
  type TextOptions,
  undeclaredCharset,
} from "./writer.ts";

/** Gives a writer only the attributes that the columns name. Tabular writers take columns themselves. */
export class SelectingWriter implements ResultWriter {
  readonly #inner: ResultWriter;
  readonly #columns: readonly Column[];

  constructor(inner: ResultWriter, columns: readonly Column[]) {
    this.#inner = inner;
    this.#columns = columns;
  }

  get binary(): boolean {
    return this.#inner.binary === true;
  }

  begin(): string {
    return this.#inner.begin();
  }

  match(record: MatchRecord): string {
    return this.#inner.match({
      ...record,
      dataset: projected(record.dataset, this.#columns),
    });
  }

  flush(): string {
    return this.#inner.flush?.() ?? "";
  }

  end(summary: Summary): string {
    return this.#inner.end(summary);
  }
}

/**
 * Gives a writer the matches in order, all at the end: it has to keep them until then. Absent values come last, equal matches
 * stay in the order they came in.
 */
export class SortingWriter implements ResultWriter {
  readonly #inner: ResultWriter;
  readonly #keys: readonly SortKey[];
  readonly #options: TextOptions;
  readonly #dictionary: Dictionary;
  readonly #undeclared: Charset;
  readonly #waiting: { record: MatchRecord; values: SortValue[] }[] = [];

  constructor(
    inner: ResultWriter,
    keys: readonly SortKey[],
    options: TextOptions = {},
  ) {
    this.#inner = inner;
    this.#keys = keys;
    this.#options = options;
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#undeclared = undeclaredCharset(options);
  }

  get binary(): boolean {
    return this.#inner.binary === true;
  }

  begin(): string {
    return this.#inner.begin();
  }

  match(record: MatchRecord): string {
    const values = this.#keys.map((key) => this.#value(record, key));
    this.#waiting.push({ record, values });
    return "";
  }

  end(summary: Summary): string {
    this.#waiting.sort((a, b) => {
      for (const [index, { descending }] of this.#keys.entries()) {
        const order = compare(a.values[index], b.values[index], descending);
        if (order !== 0) return order;
      }
      return 0;
    });
    const chunks = this.#waiting.map(({ record }) => this.#inner.match(record));
    this.#waiting.length = 0;
    return chunks.join("") + this.#inner.end(summary);
  }

  /** The first value at the key's path. */
  #value(record: MatchRecord, key: SortKey): SortValue {
    const { charsets } = this.#options;
    const charset = charsetOf(record.dataset, this.#undeclared, charsets);
    const [cell] = cellsAt(record.dataset, key.column.path, charset, charsets);
    if (cell === undefined) return undefined;
    const element = withKnownVr(
      cell.element,
      this.#dictionary,
      creatorOf(cell.dataset, cell.element.tag),
    );
    if (!("value" in element)) return undefined;
    const [text] = textValues(element, cell.charset);
    if (text === undefined || text === "") return undefined;
    const { vr } = element;
    const isNumber = vr === "IS" || vr === "DS" ||
      vrInfo(vr).kind === "number";
    const number = isNumber ? Number(text) : NaN;
    return Number.isNaN(number) ? text : number;
  }
}

type SortValue = string | number | undefined;

/** Numbers before texts, absent values last in either direction. */
function compare(a: SortValue, b: SortValue, descending: boolean): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  const isLess = typeof a === typeof b ? a < b : typeof a === "number";
  return isLess === descending ? 1 : -1;
}

/** Writes nothing but the number of matches. */
export class CountWriter implements ResultWriter {
  begin(): string {
    return "";
  }

  match(_record: MatchRecord): string {
    return "";
  }

  end(summary: Summary): string {
    return `${summary.matches}\n`;
  }
}
