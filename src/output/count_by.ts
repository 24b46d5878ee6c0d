/**
 * How many matches there are of each value, the most frequent first: with any format that has rows or objects. A value is the whole
 * value of an attribute as stored; a match without the attribute counts as empty.
 */
import { emptyElement, SPECIFIC_CHARACTER_SET } from "../codec/values.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { CellReader } from "./cells.ts";
import { type Column, NO_ATTRIBUTE, projected } from "./columns.ts";
import { JsonObjects } from "./json.ts";
import { JsonStream } from "./json_text.ts";
import { StoredTexts } from "./stored_text.ts";
import type {
  MatchRecord,
  ResultWriter,
  Summary,
  TextOptions,
} from "./writer.ts";

/** Makes the writer of the table, given its columns. */
export type TableOf = (columns: readonly Column[]) => ResultWriter;

interface Group {
  readonly texts: readonly string[];
  /** The first match of the group, which shows its value. */
  readonly record: MatchRecord;
  count: number;
}

/** The heading of the numbers; lower case, as no keyword is. */
const COUNT = "count";

/** Keeps a match and a number for each value, and writes them at the end. */
export class CountByWriter implements ResultWriter {
  readonly #columns: readonly Column[];
  readonly #reader: CellReader;
  readonly #texts: StoredTexts;
  readonly #inner: ResultWriter;
  readonly #groups = new Map<string, Group>();
  /** The number that is being written. */
  #now = 0;

  constructor(
    columns: readonly Column[],
    options: TextOptions,
    kind: TableOf | "array" | "lines",
  ) {
    this.#columns = columns;
    this.#reader = new CellReader(options);
    this.#texts = new StoredTexts({ ...options, dates: "stored" });
    this.#inner = typeof kind === "string"
      ? this.#jsonWriter(kind, options)
      : kind([...columns, {
        path: NO_ATTRIBUTE,
        label: COUNT,
        textOf: () => String(this.#now),
      }]);
  }

  begin(): string {
    return this.#inner.begin();
  }

  match(record: MatchRecord): string {
    if (record.isAbsent === true) return "";
    const texts = this.#reader.cells(record, this.#columns)
      .map((cells) => this.#texts.text(cells));
    const key = texts.join("\0");
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, { texts, record, count: 1 });
    else group.count++;
    return "";
  }

  end(summary: Summary): string {
    const groups = [...this.#groups.values()].sort((a, b) =>
      b.count - a.count || compare(a.texts, b.texts)
    );
    let text = "";
    for (const { record, count } of groups) {
      const { number, status, dataset, syntax } = record;
      this.#now = count;
      text += this.#inner.match({ number, status, dataset, syntax });
    }
    return text + this.#inner.end(summary);
  }

  #jsonWriter(framing: "array" | "lines", options: TextOptions): ResultWriter {
    const isShown = this.#columns.some(({ path }) =>
      path[0] === SPECIFIC_CHARACTER_SET
    );
    const hidden = new Set(isShown ? [] : [SPECIFIC_CHARACTER_SET]);
    const objects = new JsonObjects({ ...options, hidden });
    const { dictionary = Dictionary.standard } = options;
    return new JsonStream(framing, ({ dataset }) => {
      const columnsOnly = projected(dataset, this.#columns);
      for (const { path: [tag] } of this.#columns) {
        if (tag !== undefined && !columnsOnly.has(tag)) {
          columnsOnly.set(emptyElement(tag, dictionary.vr(tag)));
        }
      }
      return `${
        objects.object(columnsOnly).slice(0, -1)
      },"${COUNT}":${this.#now}}`;
    });
  }
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [index, text] of a.entries()) {
    const other = b[index]!;
    if (text !== other) return text < other ? -1 : 1;
  }
  return 0;
}
