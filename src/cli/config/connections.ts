/**
 * Saved connections: the peers of `config.toml`, checked and made into an address and options as a user would type them.
 * Takes the file as parsed already; opens nothing, and does not depend on any command.
 */
import { nearestWords } from "../../dictionary/nearest.ts";
import { InputError, UsageError } from "../../errors.ts";
import { type Address, isAddress, parseAddress } from "../line/address.ts";
import { COMMAND_TABLE, OPTION_TABLE } from "../line/options.ts";
import { belongsTo, nameOf, type OptionRow } from "../line/options/row.ts";
import type { CommandLine, Occurrence } from "../line/parse.ts";
import { peerHint } from "../line/parameter_hint.ts";
import { LIST, PATH } from "../line/value.ts";
import { EffectiveOptions } from "./effective.ts";
import {
  tomlDuplicate,
  tomlEntries,
  type TomlEntry,
  tomlLine,
} from "./toml_text.ts";

/** A file with saved connections; one that does not exist has none. */
export interface ConnectionsFile {
  /** As people are shown it. */
  readonly path: string;
  readonly exists: boolean;
  readonly text: string;
  /** The parsed TOML. */
  readonly data: Readonly<Record<string, unknown>>;
  /** A path from the file, as it is from the working directory. */
  readonly resolve: (path: string) => string;
  /** A path that was typed, as it is from everywhere. */
  readonly absolute: (path: string) => string;
}

/** A peer that has a name. */
export interface SavedPeer {
  readonly name: string;
  /** As written in the file. */
  readonly addressText: string;
  readonly address: Address;
  /** Options of the peer, and of all peers, as if typed. */
  readonly options: readonly Occurrence[];
}

/** The command line has a word that is not an ADDRESS, and none of these names of saved connections. */
export class UnknownPeerError extends UsageError {
  constructor(word: string, names: readonly string[] = []) {
    const near = nearestWords(word, names, 2);
    const hint = near.length > 0
      ? `Did you mean ${near.join(" or ")}?`
      : peerHint([word, ""]) ??
        (names.length > 0
          ? `Saved are ${names.join(", ")}; any other peer is HOST:PORT`
          : `Give HOST:PORT, or save it: findscu config add ${word} HOST:PORT`);
    super(`"${word}" is neither an address nor a saved connection`, { hint });
  }
}

type Table = Readonly<Record<string, unknown>>;

/** All saved connections of a file. */
export class Connections {
  readonly file: ConnectionsFile;
  /** In the order of the file. */
  readonly names: readonly string[];
  readonly #peers: Table;
  readonly #defaults: Table;
  readonly #entries: readonly TomlEntry[];

  /** Throws `InputError` for a file that has something else in it than tables of peers. */
  constructor(file: ConnectionsFile) {
    this.file = file;
    this.#entries = tomlEntries(file.text);
    const repetition = repetitionIn(this.#entries, file.path);
    if (repetition !== undefined) throw repetition;
    for (const name of Object.keys(file.data)) {
      if (name === "peers" || name === "defaults") continue;
      const [near] = nearestWords(name, ["peers", "defaults"], 1);
      throw this.#mistake(
        this.#lineOf([name]),
        `Unknown name "${name}"`,
        near === undefined
          ? "A connection is a table like [peers.prod]"
          : `Did you mean ${near}?`,
      );
    }
    this.#peers = this.#table(file.data["peers"], ["peers"]);
    this.#defaults = this.#table(file.data["defaults"], ["defaults"]);
    this.names = Object.keys(this.#peers);
    const command = this.names.find(isCommand);
    if (command !== undefined) {
      throw this.#mistake(
        this.#lineOf(["peers", command]),
        `"${command}" is the name of a command`,
        "Call the connection something else",
      );
    }
  }

  /** The peer of this name, checked; undefined if there is none. Throws `InputError`. */
  peer(name: string): SavedPeer | undefined {
    if (!Object.hasOwn(this.#peers, name)) return undefined;
    const path = ["peers", name];
    const { address: text, ...own } = this.#table(this.#peers[name], path);
    if (typeof text !== "string") {
      throw this.#mistake(
        this.#lineOf([...path, "address"]) ?? this.#lineOf(path),
        text === undefined
          ? `${path.join(".")} has no address`
          : `${path.join(".")}.address is not a string`,
        'Write address = "AE@HOST:PORT"',
      );
    }
    const address = this.#address(text, [...path, "address"]);
    const options = [
      ...this.#occurrences(this.#defaults, ["defaults"], own),
      ...this.#occurrences(own, path),
    ];
    this.#checkTogether(options, address, path);
    return { name, addressText: text, address, options };
  }

  #address(text: string, path: readonly string[]): Address {
    try {
      if (isAddress(text)) return parseAddress(text);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw this.#mistake(this.#lineOf(path), error.message, error.hint);
    }
    throw this.#mistake(
      this.#lineOf(path),
      `"${text}" is not an address`,
      "Write [AE@]HOST:PORT, dicom://…, dicoms://… or mock:NAME",
    );
  }

  /** The options of a table, except for those that another table has anyway. */
  #occurrences(
    table: Table,
    path: readonly string[],
    overriding: Table = {},
  ): Occurrence[] {
    const overridden = new Set(Object.keys(overriding).map(rowNamed));
    return Object.entries(table).flatMap(([key, value]) => {
      const row = this.#row(key, [...path, key]);
      if (overridden.has(row)) return [];
      return this.#valuesOf(row, value, [...path, key]).map((values) => ({
        row,
        spelling: nameOf(row),
        values,
        source: this.#placeOf([...path, key], values[0] ?? ""),
      }));
    });
  }

  #row(key: string, path: readonly string[]): OptionRow {
    const row = rowNamed(key);
    if (isPassword(key, row)) {
      throw this.#mistake(
        this.#lineOf(path),
        `${path.join(".")}: do not store a password in this file`,
        "Name the variable or file that contains it: password-env or password-file for the private key, user-password-env or user-password-file for the user",
      );
    }
    if (row !== undefined) return row;
    const near = meantBy(key);
    throw this.#mistake(
      this.#lineOf(path),
      `${path.join(".")}: --${key} is not an option of connections`,
      near.length > 0
        ? `Did you mean ${near.join(" or ")}?`
        : "Use the long names of options here, without the dashes",
    );
  }

  /** The arguments of the option: one list for each occurrence. */
  #valuesOf(
    row: OptionRow,
    value: unknown,
    path: readonly string[],
  ): string[][] {
    const wrong = (description: string) =>
      this.#mistake(
        this.#lineOf(path),
        `${path.join(".")} is not ${description}`,
      );
    if (row.arity === 0) {
      if (typeof value !== "boolean") throw wrong("true or false");
      return value ? [[]] : [];
    }
    const words = Array.isArray(value) ? value.map(wordOf) : [wordOf(value)];
    const texts: string[] = [];
    for (const word of words) {
      if (word === undefined) throw wrong("text or a number");
      const reading = row.value?.read(word);
      if (reading?.ok === false) {
        throw this.#mistake(
          this.#lineOf(path),
          `${path.join(".")}: "${word}" is not a valid value`,
          reading.mistake.hint,
        );
      }
      texts.push(isReadFrom(row, word) ? this.file.resolve(word) : word);
    }
    if (row.arity === 2) {
      if (texts.length !== 2) {
        throw wrong(`a list of two: ${row.metavars?.join(", ")}`);
      }
      return [texts];
    }
    if (row.repeats) return texts.map((word) => [word]);
    if (row.value === LIST) return [[texts.join(",")]];
    if (texts.length !== 1 || Array.isArray(value)) throw wrong("one value");
    return [texts];
  }

  /** Rules between options must already hold in the file. */
  #checkTogether(
    options: readonly Occurrence[],
    address: Address,
    path: readonly string[],
  ): void {
    const line = {
      rows: savedRows(),
      occurrences: options,
      form: "address",
    } as const;
    try {
      new EffectiveOptions(line, address).read(() => true);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw this.#mistake(
        this.#lineOf(path),
        `${path.join(".")}: ${error.message}`,
        error.hint,
      );
    }
  }

  #table(value: unknown, path: readonly string[]): Table {
    if (value === undefined) return {};
    if (
      typeof value === "object" && value !== null && !Array.isArray(value) &&
      !(value instanceof Date)
    ) return value as Table;
    throw this.#mistake(
      this.#lineOf(path),
      `${path.join(".")} is not a table`,
      "A connection is a table like [peers.prod]",
    );
  }

  /** The place of an option's value, as precisely as known. */
  #placeOf(path: readonly string[], value: string) {
    const line = this.#lineOf(path) ?? 1;
    const text = this.file.text.split("\n")[line - 1] ?? "";
    const name = this.file.path;
    return { name, line, column: Math.max(text.indexOf(value), 0) + 1 };
  }

  /** The line of a path, or of the first thing below it. */
  #lineOf(path: readonly string[]): number | undefined {
    return tomlLine(this.#entries, path) ??
      this.#entries.find((entry) =>
        path.every((name, index) => entry.path[index] === name)
      )?.line;
  }

  #mistake(line: number | undefined, text: string, hint?: string): InputError {
    return fileMistake(this.file.path, line, undefined, text, hint);
  }
}

/** Whether a word is the name of a command, so that no connection can have it. */
export function isCommand(word: string): boolean {
  return COMMAND_TABLE.some(({ name }) => name === word);
}

/** The mistake of a file that defines something twice; undefined if there is none. */
export function repetitionIn(
  entries: readonly TomlEntry[],
  path: string,
): InputError | undefined {
  const duplicate = tomlDuplicate(entries);
  if (duplicate === undefined) return undefined;
  const [first, second] = duplicate.lines;
  const text = `${duplicate.name} is already defined in line ${first}`;
  return fileMistake(path, second, undefined, text, "Keep one of them");
}

/** An error in the file: one sentence with its place. Lines and columns count from 1. */
export function fileMistake(
  path: string,
  line: number | undefined,
  column: number | undefined,
  text: string,
  hint?: string,
): InputError {
  const at = [
    ...line === undefined ? [] : [`line ${line}`],
    ...column === undefined ? [] : [`column ${column}`],
  ];
  return new InputError(
    "input-invalid",
    `"${path}"${at.map((part) => `, ${part}`).join("")}: ${text}`,
    { ...hint !== undefined && { hint } },
  );
}

/** The options that a connection may have: those of all commands that contact a peer, except those that only print a text. */
function savedRows(): readonly OptionRow[] {
  return OPTION_TABLE.filter((row) =>
    row.ends === undefined &&
    (belongsTo(row, "find") || belongsTo(row, "echo"))
  );
}

let byName: ReadonlyMap<string, OptionRow> | undefined;

/** The options that may be saved, by their long spellings without the dashes. */
function rowsByName(): ReadonlyMap<string, OptionRow> {
  byName ??= new Map(
    savedRows().flatMap((row) =>
      row.spellings.filter((spelling) => spelling.startsWith("--"))
        .map((spelling) => [spelling.slice(2), row] as const)
    ),
  );
  return byName;
}

function rowNamed(key: string): OptionRow | undefined {
  return rowsByName().get(key);
}

/** The option by which a key is called in the file. */
export function savedName(row: OptionRow): string {
  return nameOf(row).replace(/^--/, "");
}

/** Whether a value of an option is the path of something that is read. */
export function isReadFrom(row: OptionRow, value: string): boolean {
  return row.value === PATH && !row.writes && value !== "-";
}

function isPassword(key: string, row: OptionRow | undefined): boolean {
  return row === undefined
    ? /^-*(.*[-_])?(password|passwd|pass|secret)$/i.test(key)
    : row.isSecret === true;
}

/** Names that a key could mean: without its dashes, by its short spelling, or misspelt. */
function meantBy(key: string): string[] {
  const name = key.replace(/^[-+]+/, "").replaceAll("_", "-");
  const short = savedRows().find(({ spellings }) =>
    spellings.some((spelling) =>
      spelling === key || /^[-+]/.test(spelling) && spelling.slice(1) === name
    )
  );
  if (short !== undefined && nameOf(short).startsWith("--")) {
    return [savedName(short)];
  }
  return nearestWords(name, ["address", ...rowsByName().keys()], 2);
}

/** A value as it would be typed. */
function wordOf(value: unknown): string | undefined {
  return typeof value === "string"
    ? value
    : typeof value === "number"
    ? String(value)
    : undefined;
}

/** The typed command line for this peer: its options first, so that those that were typed win. */
export function withSaved(
  line: CommandLine,
  { address, options }: Pick<SavedPeer, "address" | "options">,
): CommandLine {
  if (options.length === 0) return line;
  const rows = new Map(line.rows.map((row) => [row.id, row]));
  const typedRows = line.occurrences.map(({ row }) => row);
  const rivals = (a: OptionRow, b: OptionRow) =>
    (a.forbids ?? []).flat().includes(b.id);
  let saved = options.filter(({ row }) =>
    rows.has(row.id) &&
    !typedRows.some((other) => rivals(row, other) || rivals(other, row))
  );
  // An option replaced by a typed one goes with everything that only belonged to it.
  while (true) {
    const occurrences = [...saved, ...line.occurrences];
    const wholeLine = { ...line, occurrences };
    const effective = new EffectiveOptions(wholeLine, address);
    const savedOccurrences = saved.filter(({ row }) => effective.allows(row));
    if (savedOccurrences.length === saved.length) return wholeLine;
    saved = savedOccurrences;
  }
}
