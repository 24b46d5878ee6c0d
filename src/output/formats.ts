/** Formats by name, with the stages around them. The page of `html.ts` is not among them: it is loaded on demand. */
import type { Dataset } from "../dataset/dataset.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { UsageError } from "../errors.ts";
import { CountWriter, SelectingWriter, sorted } from "./arrange.ts";
import { type Column, columnsOf, type SortKey } from "./columns.ts";
import { CountByWriter } from "./count_by.ts";
import { CsvWriter } from "./csv.ts";
import { type Format, FORMATS } from "./format_names.ts";
import { DcmtkWriter } from "./dcmtk/log.ts";
import { dicomJsonWriter } from "./dicom_json.ts";
import { jsonWriter } from "./json.ts";
import { TableWriter } from "./table.ts";
import { NestedJsonWriter } from "./nested_json.ts";
import { TextWriter } from "./text.ts";
import { TreeWriter } from "./tree.ts";
import type { ResultWriter, TextOptions } from "./writer.ts";
import { XmlWriter } from "./xml.ts";

/** All settings of formats; each uses those that concern it. */
export interface FormatOptions extends TextOptions {
  /** The requested attributes: they give tabular formats their columns. */
  readonly identifier?: Dataset | undefined;
  /** The columns that the user chose: in tabular formats instead of the identifier's, elsewhere a selection of attributes. */
  readonly columns?: readonly Column[] | undefined;
  /** Order of the matches; they are kept until the end then. */
  readonly sort?: readonly SortKey[] | undefined;
  /** Names of the arrays in which `json` puts the entities below a match, from the top down; matches are alone when absent. */
  readonly nested?: readonly string[];
  /** Write how many matches there are of each value of these instead of the matches; for formats with rows or objects. */
  readonly countBy?: readonly Column[] | undefined;
  /** Write the number of matches instead of the matches. */
  readonly count?: boolean;
  /** Columns of the terminal, for `table`; unlimited when absent. */
  readonly width?: number | undefined;
  /** Never cut values, and whole keywords as headings, in `table`. */
  readonly wide?: boolean;
  /** Returns the present day, `2026-01-31`, which colours mark in `table`. */
  readonly today?: (() => string) | undefined;
  /** Use colours, in `text` and `table`. */
  readonly color?: boolean;
  /** End with a line that says how many matches there are, in `text`; `table` always does. */
  readonly closing?: boolean;
  /** Value bytes as received, in `dcmtk`. */
  readonly rawText?: boolean;
  /** Begin with a byte order mark, in `csv` and `tsv`. */
  readonly bom?: boolean;
  /** Disarm text that a spreadsheet would run as a formula, in `csv` and `tsv`. */
  readonly csvSafe?: boolean;
}

/** The writer of a format. Throws `UsageError` if there is none of that name. */
export function resultWriter(
  format: Format,
  options: FormatOptions = {},
): ResultWriter {
  if (options.count === true) return new CountWriter();
  if (options.countBy !== undefined) return countByWriter(format, options);
  return sorted(formatWriter(format, options), options.sort, {
    ...options,
    keepsBranches: format === "tree" || isNested(format, options),
  });
}

function countByWriter(format: Format, options: FormatOptions): ResultWriter {
  const { countBy = [], sort: _, ...rest } = options;
  return new CountByWriter(
    countBy,
    options,
    format === "json"
      ? "array"
      : format === "jsonl"
      ? "lines"
      : (columns) => formatWriter(format, { ...rest, columns }),
  );
}

/** Whether matches are written inside of those above them. */
function isNested(format: Format, { nested = [] }: FormatOptions): boolean {
  return format === "json" && nested.length > 0;
}

function formatWriter(format: Format, options: FormatOptions): ResultWriter {
  switch (format) {
    case "table":
      return new TableWriter({ ...options, columns: tabularColumns(options) });
    case "tree":
      return new TreeWriter({ ...options, columns: tabularColumns(options) });
    case "csv":
      return new CsvWriter({ ...options, columns: tabularColumns(options) });
    case "tsv":
      return new CsvWriter({
        ...options,
        columns: tabularColumns(options),
        separator: "\t",
      });
    default: {
      const writer = datasetWriter(format, options);
      return options.columns === undefined
        ? writer
        : new SelectingWriter(writer, options.columns);
    }
  }
}

/** The writer of a format without columns: it gets whole datasets. */
function datasetWriter(
  format: Exclude<Format, "table" | "tree" | "csv" | "tsv">,
  options: FormatOptions,
): ResultWriter {
  switch (format) {
    case "text":
      return new TextWriter(options);
    case "json":
      return isNested(format, options)
        ? new NestedJsonWriter(options.nested!, options)
        : jsonWriter("array", options);
    case "jsonl":
      return jsonWriter("lines", options);
    case "dicom-json":
      return dicomJsonWriter("array", options);
    case "dicom-jsonl":
      return dicomJsonWriter("lines", options);
    case "xml":
      return new XmlWriter(options);
    case "dcmtk":
      return new DcmtkWriter(options);
    default:
      throw new UsageError(`Unknown format "${format satisfies never}"`, {
        hint: `There are ${FORMATS.join(", ")}`,
      });
  }
}

/** The columns of a table: the user's, else the identifier's; undefined leaves them to the first match. */
function tabularColumns(
  options: FormatOptions,
): readonly Column[] | undefined {
  const { columns, identifier, dictionary = Dictionary.standard } = options;
  return columns ??
    (identifier === undefined ? undefined : columnsOf(identifier, dictionary));
}
