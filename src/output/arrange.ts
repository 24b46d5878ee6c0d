/** Stages before or instead of a format: a selection of attributes, an order of the matches, their number alone. */
import type { Dataset } from "../dataset/dataset.ts";
import { vrInfo } from "../dataset/vr.ts";
import { type Cell, CellReader } from "./cells.ts";
import { type Column, projected, type SortKey } from "./columns.ts";
import { textValues } from "./value_text.ts";
import {
  type MatchRecord,
  type ResultWriter,
  type Summary,
  type TextOptions,
  withDataset,
} from "./writer.ts";

/** Gives a writer only the attributes that the columns name. Tabular writers choose columns themselves. */
export class SelectingWriter implements ResultWriter {
  readonly #inner: ResultWriter;
  readonly #columns: readonly Column[];
  /** An entity above several matches stays one object. */
  readonly #projected = new WeakMap<Dataset, Dataset>();

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
    const { dataset, above, own } = record;
    return this.#inner.match({
      ...withDataset(record, this.#project(dataset)),
      ...above && { above: above.map((one) => this.#project(one)) },
      ...own && { own: this.#project(own) },
    });
  }

  #project(dataset: Dataset): Dataset {
    let result = this.#projected.get(dataset);
    if (result === undefined) {
      result = projected(dataset, this.#columns);
      this.#projected.set(dataset, result);
    }
    return result;
  }

  flush(): string {
    return this.#inner.flush?.() ?? "";
  }

  end(summary: Summary): string {
    return this.#inner.end(summary);
  }

  notices(): readonly string[] {
    return this.#inner.notices?.() ?? [];
  }
}

/** The writer, given the matches in order if there are keys for one. */
export function sorted(
  writer: ResultWriter,
  keys: readonly SortKey[] = [],
  options: SortingOptions = {},
): ResultWriter {
  return keys.length === 0 ? writer : new SortingWriter(writer, keys, options);
}

/** How matches are put in order. */
export interface SortingOptions extends TextOptions {
  /** The entities below one match stay together, at the place of the first. */
  readonly keepsBranches?: boolean;
}

/**
 * Gives a writer the matches in order, all at the end: it must keep them until then. Absent values come last, equal matches
 * stay in the order they came in.
 */
class SortingWriter implements ResultWriter {
  readonly #inner: ResultWriter;
  readonly #keys: readonly SortKey[];
  readonly #columns: readonly Column[];
  readonly #reader: CellReader;
  readonly #keepsBranches: boolean;
  readonly #rows: { record: MatchRecord; values: SortValue[] }[] = [];

  constructor(
    inner: ResultWriter,
    keys: readonly SortKey[],
    options: SortingOptions = {},
  ) {
    this.#keepsBranches = options.keepsBranches ?? false;
    this.#inner = inner;
    this.#keys = keys;
    this.#columns = keys.map((key) => key.column);
    this.#reader = new CellReader(options);
  }

  get binary(): boolean {
    return this.#inner.binary === true;
  }

  begin(): string {
    return this.#inner.begin();
  }

  match(record: MatchRecord): string {
    const values = this.#reader.cells(record, this.#columns).map(
      (cells) => {
        const cell = cells.find((one) => one !== undefined);
        return cell === undefined ? undefined : sortValue(cell);
      },
    );
    this.#rows.push({ record, values });
    return "";
  }

  end(summary: Summary): string {
    this.#rows.sort((a, b) => {
      for (const [index, { descending }] of this.#keys.entries()) {
        const order = compare(a.values[index], b.values[index], descending);
        if (order !== 0) return order;
      }
      return 0;
    });
    const sorted = this.#rows.map(({ record }) => record);
    const records = this.#keepsBranches ? inBranches(sorted, 0) : sorted;
    const chunks = records.map((record) => this.#inner.match(record));
    this.#rows.length = 0;
    return chunks.join("") + this.#inner.end(summary);
  }

  notices(): readonly string[] {
    return this.#inner.notices?.() ?? [];
  }
}

/** The records with those together that have the same match above them, at this depth and below. */
function inBranches(
  records: readonly MatchRecord[],
  depth: number,
): readonly MatchRecord[] {
  const branches = new Map<unknown, MatchRecord[]>();
  for (const record of records) {
    const parent = record.above?.[depth] ?? record;
    const branch = branches.get(parent);
    if (branch === undefined) branches.set(parent, [record]);
    else branch.push(record);
  }
  return [...branches.values()].flatMap((branch) =>
    branch.length > 1 ? inBranches(branch, depth + 1) : branch
  );
}

type SortValue = string | number | undefined;

/** The first value of a cell. */
function sortValue({ element, charset }: Cell): SortValue {
  if (!("value" in element)) return undefined;
  const [text] = textValues(element, charset);
  if (text === undefined || text === "") return undefined;
  const { vr } = element;
  const isNumber = vr === "IS" || vr === "DS" || vrInfo(vr).kind === "number";
  const number = isNumber ? Number(text) : NaN;
  return Number.isNaN(number) ? text : number;
}

/** Numbers before texts, absent values last in either direction. */
function compare(a: SortValue, b: SortValue, descending: boolean): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  const isLess = typeof a === typeof b ? a < b : typeof a === "number";
  return isLess === descending ? 1 : -1;
}

/** Writes nothing but the number of matches, and nothing at all if it is not known because the run was cut short. */
export class CountWriter implements ResultWriter {
  readonly isBlind = true;

  begin(): string {
    return "";
  }

  match(_record: MatchRecord): string {
    return "";
  }

  end(summary: Summary): string {
    return summary.incomplete === undefined ? `${summary.matches}\n` : "";
  }
}
