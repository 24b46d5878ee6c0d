/**
 * The columns and sort keys of a run: those of the requested keys, or those that the user names, which are compared
 * with the requested keys. Does not depend on any format. Loaded if one of them matters.
 */
import { SERVING_TAGS, type Tag } from "../../dataset/tag.ts";
import { Dictionary } from "../../dictionary/dictionary.ts";
import { nearestWords } from "../../dictionary/nearest.ts";
import {
  type Column,
  columnsOf,
  namesOf,
  NO_ATTRIBUTE,
  parseColumns,
  parseSortKeys,
  type SortKey,
  startsWith,
} from "../../output/columns.ts";
import { hasTrait } from "../../output/format_names.ts";
import type { UsualKeys } from "../../identifier/usual_keys.ts";
import type { FindConfig, ResultsConfig } from "../config/run_config.ts";
import type { CommandForm } from "../line/options/row.ts";
import type { ResultQuery } from "./sink.ts";

/** The columns that the user named; undefined when there are none. Throws `UsageError`. */
export function chosenColumns(
  columns: ResultsConfig["columns"],
  dictionary: Dictionary = Dictionary.standard,
): readonly Column[] | undefined {
  return columns && parseColumns(columns.join(","), dictionary);
}

/** The keys of all identifiers, each path once. */
export function requestedColumns(
  queries: readonly ResultQuery[],
  dictionary: Dictionary = Dictionary.standard,
): readonly Column[] {
  const columns = new Map<string, Column>();
  for (const { dataset, selectors } of queries) {
    for (const column of columnsOf(dataset, dictionary, selectors)) {
      const key = column.label;
      if (!columns.has(key)) columns.set(key, column);
    }
  }
  return [...columns.values()];
}

/**
 * The columns of a tabular result: those that the user named, or those of all keys; with a list its own columns come before, and
 * after them what became of the row. Throws `UsageError`.
 */
export function tableColumns(
  { columns, allAttributes }: Pick<ResultsConfig, "columns" | "allAttributes">,
  queries: readonly ResultQuery[],
  dictionary: Dictionary = Dictionary.standard,
): readonly Column[] {
  const list = queries[0]?.list;
  const chosen = chosenColumns(columns, dictionary) ??
    requestedColumns(queries, dictionary)
      .filter(({ label }) => list?.keys.has(label) !== true);
  const own = allAttributes
    ? withServing(chosen, [...SERVING_TAGS, ...list?.hidden ?? []], dictionary)
    : chosen;
  if (queries[0]?.hasPeers) return [PEER, ...own];
  if (list === undefined) return own;
  const listed = list.columns.map((label, index): Column => ({
    path: NO_ATTRIBUTE,
    label,
    textOf: ({ list }) => list?.cells[index] ?? "",
  }));
  return [...listed, ...own, {
    path: NO_ATTRIBUTE,
    label: "status",
    textOf: ({ list }) => list?.status ?? "",
  }];
}

/** Columns, and after them those of attributes that only serve the query. */
function withServing(
  columns: readonly Column[],
  tags: readonly Tag[],
  dictionary: Dictionary,
): readonly Column[] {
  const names = tags.map((tag) => dictionary.keyword(tag)!).join(",");
  const serving = parseColumns(names, dictionary)
    .filter(({ label }) => columns.every((column) => column.label !== label));
  return [...columns, ...serving];
}

/** The source of a match; several peers if it is shown once for all. */
const PEER: Column = {
  path: NO_ATTRIBUTE,
  label: "peer",
  textOf: ({ peer = "" }) => typeof peer === "string" ? peer : peer.join(" | "),
};

/** The sort keys of the user. Throws `UsageError`. */
export function sortKeys(
  { sort }: ResultsConfig,
  dictionary: Dictionary = Dictionary.standard,
): readonly SortKey[] {
  return sort.length === 0 ? [] : parseSortKeys(sort.join(","), dictionary);
}

/**
 * Attributes that servers return unasked: Specific Character Set, Query/Retrieve Level, where the match can be retrieved from and
 * how soon, and how the time zone is meant (PS3.4 C.4.1.1.3.2).
 */
const UNASKED = new Set([
  0x00080005,
  0x00080052,
  0x00080054,
  0x00080056,
  0x00080201,
  0x00880130,
  0x00880140,
]);

/**
 * One sentence for each column and sort key that none of the identifiers requests: servers leave it out, and it stays empty.
 * Throws `UsageError` for text that is not understood.
 */
export function unaskedWarnings(
  results: ResultsConfig,
  queries: readonly ResultQuery[],
  form: CommandForm,
  dictionary: Dictionary = Dictionary.standard,
): string[] {
  const keyColumns = requestedColumns(queries, dictionary);
  const isAsked = (column: Column) => isAmong(column, keyColumns);
  const key = form === "dcmtk" ? "-k" : "-q";
  const warning = (option: string, column: Column) => {
    const { label } = column;
    const meant = similar(label, keyColumns);
    return `${option} names ${label}, which the query does not request: ${
      meant === undefined ? `add ${key} ${label}` : `did you mean ${meant}?`
    }`;
  };
  const columns = chosenColumns(results.columns, dictionary) ?? [];
  const sort = sortKeys(results, dictionary).map(({ column }) => column);
  return [
    ...columns.filter((column) => !isAsked(column))
      .map((column) =>
        warning(results.countBy ? "--count-by" : "--columns", column)
      ),
    ...sort.filter((column) => !isAsked(column))
      .map((column) => warning("--sort", column)),
  ];
}

/**
 * Columns and sort keys that an identifier does not request, nor the same attribute at another place: their paths. Throws
 * `UsageError`.
 */
export function columnsToAsk(
  results: ResultsConfig,
  query: ResultQuery,
  dictionary: Dictionary,
): string[] {
  const keyColumns = requestedColumns([query], dictionary);
  const labels = [
    ...chosenColumns(results.columns, dictionary) ?? [],
    ...sortKeys(results, dictionary).map(({ column }) => column),
  ].filter((column) => !isAmong(column, keyColumns))
    .map(({ label }) => label);
  return [...new Set(labels)].filter((label) =>
    elsewhere(label, keyColumns) === undefined
  );
}

/** The configuration of a run with the usual return keys: a table shows the ones that people read, newest first. */
export function readably(
  config: FindConfig,
  { keys, columns, sort }: UsualKeys,
  queries: readonly ResultQuery[],
  dictionary: Dictionary,
): FindConfig {
  const { results } = config;
  const { format, count } = results;
  if (
    count || format === undefined || !hasTrait(format, "columns") ||
    !hasTrait(format, "paged")
  ) return config;
  // A list has columns and an order of its own.
  const list = queries[0]?.list;
  const own = requestedColumns(queries, dictionary).map(({ label }) => label)
    .filter((label) => !keys.includes(label));
  const labels = [...columns, ...own].filter((label) =>
    list?.keys.has(label) !== true
  );
  // A word that is not a keyword is not a name of a column either.
  const isNamed = labels.every((label) => /^[\w.]+$/.test(label));
  return {
    ...config,
    results: {
      ...results,
      ...isNamed && { columns: labels },
      sort: list !== undefined || results.sort.length > 0 ? results.sort : sort,
    },
  };
}

/** Whether an attribute is requested, or returned anyway. */
function isAmong({ path }: Column, keyColumns: readonly Column[]): boolean {
  return UNASKED.has(path[0]!) ||
    keyColumns.some((one) =>
      startsWith(one.path, path) || startsWith(path, one.path)
    );
}

/** A requested attribute that a label could mean: the same elsewhere, or one whose keyword is nearly the same. */
function similar(label: string, keyColumns: readonly Column[]) {
  const labels = keyColumns.map((column) => column.label);
  return elsewhere(label, keyColumns) ?? nearestWords(label, labels, 1)[0];
}

/** The same attribute in another place of the query. */
function elsewhere(label: string, keyColumns: readonly Column[]) {
  const last = label.slice(label.lastIndexOf(".") + 1);
  return keyColumns.find((one) => namesOf(one).at(-1) === last)?.label;
}
