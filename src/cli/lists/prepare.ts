/**
 * A list made ready: its beginning is read, its columns are understood, and whatever can be wrong with them is found, before
 * anything is sent.
 */
import type { Dataset } from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import { attributeKey } from "../../output/attributes.ts";
import type { Dictionary } from "../../dictionary/dictionary.ts";
import { UsageError } from "../../errors.ts";
import { parseSelector } from "../../identifier/selector.ts";
import type { Row } from "../../plan/list.ts";
import type { ListConfig } from "../config/run_config.ts";
import type { Host } from "../host.ts";
import { attributeNamed, findColumn, listColumns } from "./columns.ts";
import { Questions } from "./questions.ts";
import type { ResumedResult } from "./resume.ts";
import { type ListReading, openList } from "./reader.ts";

/** The input for preparing a list. */
export interface PrepareOptions {
  readonly list: ListConfig;
  readonly host: Host;
  readonly dictionary: Dictionary;
  readonly signal: AbortSignal;
  /** Keys as typed. */
  readonly terms: readonly string[];
  /** The identifier with these keys instead. Throws `FindscuError`. */
  readonly build: (keys: readonly string[]) => Dataset;
  readonly asksPatient: (dataset: Dataset) => boolean;
}

/** A list that is ready. */
export interface PreparedList {
  /** Its name in messages. */
  readonly name: string;
  /** Its own names of its columns. */
  readonly columns: readonly string[];
  /** Their names in results. */
  readonly labels: readonly string[];
  /** Labels of columns that are keys by themselves, as the attribute is called. */
  readonly keys: ReadonlySet<string>;
  readonly questions: Questions;
  readonly rows: AsyncIterable<Row>;
  /** The rows after the first ones, read again; only of a file. */
  readonly rowsAfter: (count: number) => AsyncIterable<Row>;
  /** The answers of an earlier run, and the point at which the result continues. */
  readonly resume?: ResumedResult;
  /** How many rows there are, if that can be known before. */
  readonly total: number | undefined;
}

/** Makes it ready. Throws `UsageError` and `InputError`. */
export async function prepareList(
  options: PrepareOptions,
): Promise<PreparedList> {
  const { list, host, dictionary, signal, terms, build, asksPatient } = options;
  const isFile = list.file !== "-" &&
    host.files.stat(list.file)?.kind === "file";
  const reading: ListReading = {
    name: list.file === "-" ? "on standard input" : `"${list.file}"`,
    requestedColumns: list.columns,
    find: (columns, columnName) => findColumn(columns, columnName, dictionary),
    isAttribute: (name) => attributeNamed(name, dictionary) !== undefined,
  };
  const open = (until?: AbortSignal) =>
    openList(
      list.file === "-"
        ? host.stdin.chunks(until)
        : host.files.chunks(list.file, until),
      reading,
    );
  // A file that can be read twice is read to its end first, so that its mistakes are reported before anything is sent.
  const total = isFile ? await countRows((await open(signal)).rows) : undefined;
  const { columns, rows } = await open(signal);
  const { name } = reading;
  const meaning = listColumns({
    name,
    columns,
    requestedColumns: list.columns,
    terms,
    dictionary,
  });
  if (total === 0) {
    throw new UsageError(`The list ${name} has no rows`);
  }
  const questions = new Questions({
    columns: meaning,
    dictionary,
    eachWildcards: list.eachWildcards,
    build,
    asksPatient,
  });
  const keys = new Set(
    [...meaning.direct.values()].map((path) =>
      parseSelector(path, dictionary).map(({ tag }) =>
        dictionary.keyword(tag) ?? path
      ).join(".")
    ),
  );
  const keyLabels = labelsOf(questions.template(), dictionary);
  const labels = columns.map((column, index) =>
    column === "status" || (keyLabels.has(column) && !meaning.direct.has(index))
      ? `list.${column}`
      : column
  );
  // After an interruption, too.
  const rowsAfter = async function* (count: number): AsyncGenerator<Row> {
    for await (const row of (await open()).rows) {
      if (row.number > count) yield row;
    }
  };
  return { name, columns, labels, keys, questions, rows, rowsAfter, total };
}

async function countRows(rows: AsyncIterable<Row>): Promise<number> {
  let count = 0;
  for await (const _row of rows) count++;
  return count;
}

/** The names of an identifier's attributes. */
function labelsOf(identifier: Dataset, dictionary: Dictionary): Set<string> {
  const tags: Tag[] = [...identifier].map(({ tag }) => tag);
  return new Set(tags.map((tag) => attributeKey(identifier, tag, dictionary)));
}
