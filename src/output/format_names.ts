/**
 * The output formats as a table. Apart from their writers, so that the command line knows them without loading that: a new format
 * is a row here and a case in `formats.ts`.
 */

/** A feature of a format; the last ones are ids of options that only some formats follow. */
export type FormatTrait =
  /** Says which peer a match comes from. */
  | "peer"
  /** Can have numbers of matches per value: `--count-by`. */
  | "count"
  /** Can have the differences between two peers. */
  | "compare"
  /** Can be continued after any row: `--resume`. */
  | "resume"
  /** Has columns, those of the query if the user names none. */
  | "columns"
  /** For people, who may want it in a pager. */
  | "paged"
  /** Has no escapes of its own for characters that control a terminal. */
  | "unescaped"
  | "allAttributes"
  | "bom"
  | "csvSafe"
  | "dates"
  | "names"
  | "rawText"
  | "wide";

/** A row of the table. */
export interface FormatRow {
  /** Its name for `--format`. */
  readonly name: string;
  /** How the names of its files end. */
  readonly endings: readonly string[];
  /** Its features. */
  readonly traits: readonly FormatTrait[];
  /** Its description, for the help. */
  readonly about: string;
  /** It is not text; its writer is loaded on demand. */
  readonly isBinary?: true;
}

// deno-fmt-ignore
/** All formats, in the order of the help. */
export const FORMAT_TABLE = [
  { name: "text", endings: ["txt"], traits: ["peer", "paged", "allAttributes"], about: "for people, one attribute per line" },
  { name: "table", endings: [], traits: ["peer", "count", "compare", "columns", "paged", "allAttributes", "wide"], about: "for people, one line per match" },
  { name: "tree", endings: [], traits: ["peer", "columns", "paged", "allAttributes"], about: "for people, levels below each other" },
  { name: "json", endings: ["json"], traits: ["peer", "count", "compare", "allAttributes", "dates", "names"], about: "keywords and values, one array" },
  { name: "jsonl", endings: ["jsonl", "ndjson"], traits: ["peer", "count", "resume", "allAttributes", "dates", "names"], about: "keywords and values, one object per line" },
  { name: "dicom-json", endings: [], traits: [], about: "the DICOM JSON model (PS3.18 F), one array" },
  { name: "dicom-jsonl", endings: [], traits: ["resume"], about: "the DICOM JSON model (PS3.18 F), one object per line" },
  { name: "csv", endings: ["csv"], traits: ["peer", "count", "compare", "resume", "columns", "unescaped", "allAttributes", "bom", "csvSafe", "dates"], about: "for spreadsheets and databases" },
  { name: "tsv", endings: ["tsv"], traits: ["peer", "count", "compare", "resume", "columns", "unescaped", "allAttributes", "bom", "csvSafe", "dates"], about: "the same, separated by tabs" },
  { name: "xml", endings: ["xml"], traits: [], about: "the native DICOM model (PS3.19 A)" },
  { name: "dcmtk", endings: [], traits: ["rawText"], about: "the lines of DCMTK's findscu" },
  { name: "xlsx", endings: ["xlsx"], traits: ["peer", "allAttributes"], about: "a workbook: identifiers are text, dates are dates", isBinary: true },
] as const satisfies readonly FormatRow[];

/** The name of a format. */
export type ResultFormat = typeof FORMAT_TABLE[number]["name"];

/** The name of a format that is text. */
export type Format = Exclude<
  typeof FORMAT_TABLE[number],
  { isBinary: true }
>["name"];

/** All names that `--format` accepts. */
export const RESULT_FORMATS: readonly ResultFormat[] = FORMAT_TABLE.map((
  { name },
) => name);

/** The names of those that are text. */
export const FORMATS: readonly Format[] = FORMAT_TABLE.flatMap((row) =>
  "isBinary" in row ? [] : [row.name]
);

/** The names of those that have a trait, as a type. */
type FormatWith<Trait, Row = typeof FORMAT_TABLE[number]> = Row extends
  { name: infer Name; traits: readonly (infer Traits)[] }
  ? Trait extends Traits ? Name : never
  : never;

/** Whether a format has a trait. */
export function hasTrait<Trait extends FormatTrait>(
  format: ResultFormat,
  trait: Trait,
): format is ResultFormat & FormatWith<Trait> {
  return formatsWith(trait).includes(format);
}

/** The names of those that have a trait. */
export function formatsWith(trait: FormatTrait): readonly ResultFormat[] {
  return FORMAT_TABLE.filter(({ traits }: FormatRow) => traits.includes(trait))
    .map(({ name }) => name);
}
