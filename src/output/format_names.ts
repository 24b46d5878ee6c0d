/** The names of the output formats. Apart from what writes them, so that the command line knows the names without loading that. */

/** The formats that are text. */
export const FORMATS = [
  "text",
  "table",
  "tree",
  "json",
  "jsonl",
  "dicom-json",
  "dicom-jsonl",
  "csv",
  "tsv",
  "xml",
  "dcmtk",
] as const;

/** One of `FORMATS`. */
export type Format = typeof FORMATS[number];

/** All that `--format` takes: those above, and what is loaded when asked for. */
export const RESULT_FORMATS = [...FORMATS, "xlsx"] as const;

/** One of `RESULT_FORMATS`. */
export type ResultFormat = typeof RESULT_FORMATS[number];

/** Those that have room for numbers beside values: what `--count-by` takes. */
export const COUNTING_FORMATS: readonly ResultFormat[] = [
  "table",
  "csv",
  "tsv",
  "json",
  "jsonl",
];
