/**
 * Arguments to options and parameters, by exact match against the option table. Finds out which of the two grammars is spoken
 * and which command is meant; does not depend on the meaning of options and reads no value.
 */

import { nearestWords } from "../../dictionary/nearest.ts";
import { FindscuError, UsageError } from "../../errors.ts";
import type { TermSource } from "../../identifier/mistake.ts";
import { isAddress } from "./address.ts";
import { foreignOptions } from "./foreign_options.ts";
import type { CommandRow } from "./options.ts";
import {
  belongsTo,
  type CommandForm,
  type CommandName,
  nameOf,
  type OptionRow,
} from "./options/row.ts";
import { hintOf } from "./remedies.ts";

/** One option as written on the command line. */
export interface Occurrence {
  readonly row: OptionRow;
  /** The spelling that was used. */
  readonly spelling: string;
  /** Its arguments, as many as the row's arity. */
  readonly values: readonly string[];
  /** The place where it is saved; absent for typed options. */
  readonly source?: TermSource["file"];
}

/** A parsed command line: the text as typed, before its meaning is decided. */
export interface CommandLine {
  readonly command: CommandName;
  readonly form: CommandForm;
  /** The options that the command has. */
  readonly rows: readonly OptionRow[];
  /** From left to right. */
  readonly occurrences: readonly Occurrence[];
  /** Words that are neither an option nor the value of one. */
  readonly parameters: readonly string[];
  /** All words, for people to read: options by their long names, secrets masked. */
  readonly words: readonly string[];
  /** The first unknown option or missing value. The rest was read as well as possible. */
  readonly mistake: UsageError | undefined;
}

/** The input of the parser. */
export interface Grammar {
  readonly rows: readonly OptionRow[];
  readonly commands: readonly CommandRow[];
}

/**
 * Takes arguments apart. Never throws: a mistake is part of the result, since how it is reported depends on the rest. `isSaved`:
 * whether a word is the name of a saved connection, which is an ADDRESS then.
 */
export function parseCommandLine(
  args: readonly string[],
  grammar: Grammar,
  isSaved: (word: string) => boolean = () => false,
): CommandLine {
  const command = grammar.commands.find((row) => row.name === args[0])?.name ??
    "find";
  const rest = command === "find" ? args : args.slice(1);
  const rows = grammar.rows.filter((row) => belongsTo(row, command));
  // The subject of help may look like an option.
  if (command === "help" && !/^(-h|--help)$/.test(rest[0] ?? "")) {
    return {
      command,
      form: "address",
      rows,
      occurrences: [],
      parameters: rest,
      words: args,
      mistake: undefined,
    };
  }
  const asDcmtk = scan(rest, rows, "dcmtk");
  const form = formOf(command, asDcmtk, rest, isSaved);
  const line = form === "dcmtk" ? asDcmtk : scan(rest, rows, form);
  const words = command === "find" ? line.words : [command, ...line.words];
  return { ...line, command, form, rows, words };
}

/**
 * Which grammar a command line speaks. PEER PORT is DCMTK's. If `-q` was used, its value may look like a parameter, so that
 * an ADDRESS anywhere decides; a name counts as one unless a port follows it.
 */
function formOf(
  command: CommandName,
  line: Scanned,
  args: readonly string[],
  isSaved: (word: string) => boolean,
): CommandForm {
  if (command !== "find" && command !== "echo") return "address";
  const { parameters } = line;
  const isAmbiguous = line.occurrences.some((occurrence) =>
    occurrence.row.onlyIn?.[occurrence.spelling] !== undefined
  );
  if (!isAmbiguous && isPeerAndPort(parameters)) return "dcmtk";
  if (parameters.some(isAddress)) return "address";
  if (isPeerAndPort(parameters)) return "dcmtk";
  if (parameters.some(isSaved)) return "address";
  return isAmbiguous && args.some((word, at) => isKey(word, args[at - 1]))
    ? "address"
    : "dcmtk";
}

/** Whether parameters begin as those of DCMTK's findscu do. */
export function isPeerAndPort(
  [peer, port = ""]: readonly string[],
): boolean {
  return peer !== undefined && !isAddress(peer) && /^\s*\+?\d+$/.test(port);
}

/** Whether a word after `-q` can only be a key: no host has such a name. */
function isKey(word: string, before: string | undefined): boolean {
  return before === "-q" &&
    /^[\w.,()[\]]+=|^\(?[0-9a-f]{4},[0-9a-f]{4}|^[A-Z][a-z]+[A-Z]/.test(word);
}

type Scanned = Pick<
  CommandLine,
  "occurrences" | "parameters" | "words" | "mistake"
>;

function scan(
  args: readonly string[],
  rows: readonly OptionRow[],
  form: CommandForm,
): Scanned {
  const spellings = spellingsOf(rows, form);
  const occurrences: Occurrence[] = [];
  const parameters: string[] = [];
  const words: string[] = [];
  let mistake: UsageError | undefined;
  for (let at = 0; at < args.length; at++) {
    const argument = args[at]!;
    if (argument === "--") {
      parameters.push(...args.slice(at + 1));
      words.push(...args.slice(at));
      break;
    }
    if (!isOption(argument)) {
      parameters.push(argument);
      words.push(argument);
      continue;
    }
    const assigned = spellings.has(argument)
      ? undefined
      : split(argument, spellings);
    const spelling = assigned?.spelling ?? argument;
    const row = spellings.get(spelling);
    if (row === undefined) {
      mistake ??= unknownOption(argument, spellings);
      continue;
    }
    const implied = row.switches?.[spelling];
    const values = implied !== undefined
      ? [implied]
      : assigned === undefined
      ? args.slice(at + 1, at + 1 + row.arity)
      : [assigned.value];
    if (assigned === undefined && implied === undefined) at += row.arity;
    if (values.length < row.arity) {
      mistake ??= new UsageError(`Missing value for option ${nameOf(row)}`);
      continue;
    }
    occurrences.push({ row, spelling, values });
    words.push(nameOf(row), ...(row.isSecret ? ["***"] : values));
  }
  return { occurrences, parameters, words, mistake };
}

/**
 * Whether an argument is an option: a sign and something more that does not begin with a digit. Numbers with a sign and a
 * lone `-` are parameters.
 */
export function isOption(argument: string): boolean {
  return /^[-+][^0-9]/s.test(argument);
}

/** Spellings that have a meaning in the given grammar. One that only a single row claims has it in both. */
export function spellingsOf(
  rows: readonly OptionRow[],
  form: CommandForm,
): Map<string, OptionRow> {
  const spellings = new Map<string, OptionRow>();
  for (const row of rows) {
    for (const spelling of row.spellings) {
      const isForeign = (row.onlyIn?.[spelling] ?? form) !== form;
      const isClaimed = isForeign &&
        rows.some((other) =>
          other !== row && other.spellings.includes(spelling)
        );
      if (!isClaimed) spellings.set(spelling, row);
    }
    if (row.switches === undefined) continue;
    for (const spelling of Object.keys(row.switches)) {
      spellings.set(spelling, row);
    }
  }
  return spellings;
}

/** Splits `--name=value`, if that is an option with one value. */
function split(
  argument: string,
  spellings: ReadonlyMap<string, OptionRow>,
): { spelling: string; value: string } | undefined {
  const at = argument.indexOf("=");
  if (!argument.startsWith("--") || at < 0) return undefined;
  const spelling = argument.slice(0, at);
  const row = spellings.get(spelling);
  return row?.arity === 1 && row.switches?.[spelling] === undefined
    ? { spelling, value: argument.slice(at + 1) }
    : undefined;
}

function unknownOption(
  argument: string,
  spellings: ReadonlyMap<string, OptionRow>,
): UsageError {
  const message = `Unknown option ${argument}`;
  const name = argument.startsWith("--") ? argument.split("=")[0]! : argument;
  if (spellings.has(name)) {
    const { arity, switches } = spellings.get(name)!;
    const count = switches?.[name] === undefined ? arity : 0;
    return new UsageError(message, {
      hint: `${name} takes ${count === 0 ? "no value" : `${count} arguments`}`,
    });
  }
  const foreign = foreignOptions().get(name);
  if (foreign !== undefined) {
    return new UsageError(message, { hint: `Did you mean ${foreign}?` });
  }
  const near = nearestWords(name, [...spellings.keys()], 2);
  const inOtherCase = near.filter((word) =>
    word.toLowerCase() === name.toLowerCase()
  );
  // Two of the short ones are always close to each other: only the case may differ there.
  const isShort = inOtherCase.length > 0 || name.length < 4;
  const meant = isShort ? [...longOnes(name, spellings), ...inOtherCase] : near;
  const hint = meant.length > 0
    ? `Did you mean ${meant.join(" or ")}?`
    : joinedHint(name, spellings);
  return new UsageError(message, { ...hint !== undefined && { hint } });
}

/** What to write if a value follows its short option without a blank. */
function joinedHint(
  argument: string,
  spellings: ReadonlyMap<string, OptionRow>,
): string | undefined {
  const [spelling] = [...spellings.keys()]
    .filter((one) => /^[-+]\w/.test(one) && argument.startsWith(one))
    .sort((a, b) => b.length - a.length);
  if (spelling === undefined) return undefined;
  const { arity, isSecret } = spellings.get(spelling)!;
  const value = argument.slice(spelling.length).replace(/^=/, "");
  if (arity === 1) {
    return `Write ${spelling} ${isSecret ? "PASSWORD" : value}, with a blank`;
  }
  return argument[spelling.length] === "="
    ? `${spelling} takes no value`
    : undefined;
}

/** The common options that begin with the letter of `-x`: most programs have short forms of theirs, and not the same. */
function longOnes(
  name: string,
  spellings: ReadonlyMap<string, OptionRow>,
): string[] {
  if (!/^-[a-z]$/i.test(name)) return [];
  return [...spellings].filter(([spelling, row]) =>
    row.isCommon && spelling.startsWith(`-${name.toLowerCase()}`)
  ).map(([spelling]) => spelling);
}

/**
 * The arguments with every `@NAME` replaced by the words of that text file, as in DCMTK's tools. Not recursive; a lone `@` is an ordinary
 * argument. `read` gives the text of a file or throws; then `UsageError` names the file.
 */
export function expandCommandFiles(
  args: readonly string[],
  read: (name: string) => string,
): string[] {
  return args.flatMap((argument) => {
    if (!argument.startsWith("@") || argument.length < 2) return [argument];
    const name = argument.slice(1);
    let content: string;
    try {
      content = read(name);
    } catch (cause) {
      // DCMTK's words, and the reason if it is one that DCMTK does not know.
      const isOurs = cause instanceof FindscuError && cause.hint !== undefined;
      // deno-lint-ignore findscu/message-form -- DCMTK's line
      throw new UsageError(`Cannot open command file '${name}'`, {
        cause,
        ...isOurs && { hint: `${cause.message}. ${hintOf(cause)}` },
      });
    }
    return splitWords(content);
  });
}

/**
 * The words of a command file: separated by blanks, tabs and line ends, but not within quotes of either kind. A closing
 * quote ends its word; an empty pair of quotes is an empty word. There are no escapes and no comments.
 */
export function splitWords(content: string): string[] {
  const words: string[] = [];
  let word = "";
  let quote: string | undefined;
  for (const character of content) {
    if (quote !== undefined) {
      if (character !== quote) {
        word += character;
        continue;
      }
      words.push(word);
      word = "";
      quote = undefined;
    } else if (character === '"' || character === "'") {
      quote = character;
    } else if (/[ \t\r\n]/.test(character)) {
      if (word !== "") words.push(word);
      word = "";
    } else {
      word += character;
    }
  }
  if (word !== "" || quote !== undefined) words.push(word);
  return words;
}
