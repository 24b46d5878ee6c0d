/** The names of the output formats. Apart from what writes them, so that the command line knows the names without loading that. */

/** The names that `--format` takes. */
export const FORMATS = [
  "text",
  "table",
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
