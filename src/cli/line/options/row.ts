/**
 * The shape of one row of the option table. The parser, the help, the man page and the completions read rows and nothing
 * else about options. Rows are in sections, which hold the properties that they share.
 */
import type { ValueKind } from "../value.ts";

/** Which of the two command line grammars was used. */
export type CommandForm = "dcmtk" | "address";

/** Words that may come first on the command line, and the query, which has none. */
export type CommandName =
  | "find"
  | "echo"
  | "probe"
  | "compare"
  | "serve"
  | "config"
  | "help"
  | "man"
  | "completions";

/** One option. */
export interface OptionRow {
  /** Name in code, unique in the table. */
  readonly id: string;
  /** Every accepted form, literally: the short one (if any), the long one that messages use, then synonyms. */
  readonly spellings: readonly [string, ...string[]];
  /** Spellings that mean this option in one of the grammars, and another option in the other. */
  readonly onlyIn?: Readonly<Record<string, CommandForm>>;
  /** Further spellings that take no argument, and the one that each replaces: `--csv` for `--format csv`. */
  readonly switches?: Readonly<Record<string, string>>;
  /** How many of the following arguments belong to it. */
  readonly arity: 0 | 1 | 2;
  /** Their names in the help, one per argument. */
  readonly metavars?: readonly string[];
  /** The whole message for a wrong value, if it is not the usual one. */
  readonly complaint?: string;
  /** How each of them is read; absent if there is none. */
  readonly value?: ValueKind<unknown>;
  /** Chapter of the help. */
  readonly group: string;
  /** Section within the chapter. */
  readonly subgroup?: string;
  /** Its effect, in a few words. */
  readonly short: string;
  /** More about it: whole sentences. */
  readonly long?: string;
  /** The default, as text. */
  readonly default?: string;
  /** All occurrences count, in order; otherwise the rightmost does. */
  readonly repeats?: true;
  /** Set of options of which the rightmost counts. */
  readonly exclusive?: string;
  /** Ids of options, of each list one must be in effect, too. */
  readonly requires?: readonly (readonly string[])[];
  /** Ids of options, of each list none may be in effect. */
  readonly forbids?: readonly (readonly string[])[];
  /** Only with an ADDRESS: DCMTK's form sends the typed text, and nothing else. */
  readonly needsAddress?: true;
  /** Ids of options that count as present for `requires` and `forbids` of others, because this one is. */
  readonly implies?: readonly string[];
  /** The text that it prints before it ends the program, regardless of other options. */
  readonly ends?:
    | "help"
    | "version"
    | "list-ciphers"
    | "list-profiles"
    | "list-faults";
  /** Commands that have it; the query, `echo` and `probe` when absent. */
  readonly commands?: readonly CommandName[];
  /** `dcmtk`: an option of DCMTK's findscu, and valid without an ADDRESS, too. */
  readonly origin?: "dcmtk" | "ours";
  /** Among those that most people need: the short help shows it. */
  readonly isCommon?: true;
  /** Its value is never shown, wherever the command line is. */
  readonly isSecret?: true;
  /** Values that a shell may offer, besides the words of its kind. */
  readonly complete?:
    | "file"
    | "directory"
    | "keys"
    | "columns"
    | "sort"
    | "peers"
    | "faults";
  /**
   * It names a file or folder that is written to: in a saved connection, too, its path is relative to the program's working
   * directory.
   */
  readonly writes?: true;
}

/** The name of an option in messages: its first long spelling, or its only one. */
export function nameOf(row: OptionRow): string {
  return row.spellings.find((spelling) => spelling.startsWith("--")) ??
    row.spellings[0];
}

/** Options of the query that mean nothing when two answers are compared, or would make them incomplete. */
const NOT_COMPARED: ReadonlySet<string> = new Set([
  "also",
  "unique",
  "list",
  "count",
  "countBy",
  "html",
  "sort",
  "extract",
  "extractXml",
  "extractXmlSingle",
  "extractDirectory",
  "extractLimit",
  "writeQuery",
  "record",
  "recordAnonymous",
  "maxResults",
  "cancelAfter",
  "repeat",
]);

/** The commands that have an option whose row names none. */
const USUAL_COMMANDS: readonly CommandName[] = ["find", "echo", "probe"];

/** Whether a command has the option. Connections are saved with any option of a query; a comparison is a query, too. */
export function belongsTo(row: OptionRow, command: CommandName): boolean {
  if (command === "compare" && NOT_COMPARED.has(row.id)) return false;
  const rowCommand = command === "config" || command === "compare"
    ? "find"
    : command;
  return (row.commands ?? USUAL_COMMANDS).includes(rowCommand);
}

/** The properties of all rows of a section, unless a row overrides them. */
type Common = Pick<
  OptionRow,
  "commands" | "origin" | "exclusive" | "requires" | "isCommon"
>;

/** The properties of a row itself; the rest comes from its section and from its kind of value. */
type Own =
  & Omit<OptionRow, "id" | "arity" | "group">
  & { readonly metavars?: readonly [string] | readonly [string, string] };

type Rows = Readonly<Record<string, Own>>;

/** Rows with the types of their own parts, from which those of the parsed values follow. */
type RowOf<R extends Rows> = {
  [Id in keyof R & string]: OptionRow & R[Id] & { readonly id: Id };
}[keyof R & string];

/**
 * The rows of one section, by their ids, in order. The first argument is its chapter of the help, and its heading within
 * that; several sections may share one heading.
 */
export function section<const R extends Rows>(
  [group, subgroup]: readonly [group: string, subgroup?: string],
  common: Common,
  rows: R,
): readonly RowOf<R>[] {
  return Object.entries(rows).map(([id, own]) => {
    const { value } = own;
    const {
      metavars = value === undefined ? [] : [value.metavar] as const,
      complete = value?.complete,
    } = own;
    return {
      group,
      ...subgroup !== undefined && { subgroup },
      ...common,
      ...own,
      id,
      arity: metavars.length,
      ...metavars.length > 0 && { metavars },
      ...complete !== undefined && { complete },
    } satisfies OptionRow as RowOf<R>;
  });
}
