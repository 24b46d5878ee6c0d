/** Everything that can be completed, in the terms that all shells share. Does not depend on any shell's language. */
import type { WordKind } from "../completion_words.ts";
import type { CommandName } from "../options/row.ts";

/** Values that may follow an option: words of a kind that the program supplies, or else these. */
export type Value =
  | { readonly kind: "file" | "directory" | "any" }
  | { readonly kind: "words"; readonly words: readonly string[] }
  | {
    readonly kind: "asked";
    readonly what: WordKind;
    readonly words: readonly string[];
  };

/** An option, as far as a shell cares. */
export interface Option {
  readonly spellings: readonly string[];
  readonly about: string;
  /** Undefined for a switch. */
  readonly value: Value | undefined;
}

/** The query or a command, with its options. */
export interface ShellCommand {
  readonly name: CommandName;
  readonly about: string;
  /** The first parameter, if it can be listed. */
  readonly parameters: readonly string[];
  readonly options: readonly Option[];
}

/** The query, which has no word of its own, and the commands. */
export interface Model {
  readonly query: ShellCommand;
  readonly commands: readonly ShellCommand[];
}

/** Commands that contact no peer: they have no connection name. */
export const WITHOUT_PEER: readonly CommandName[] = [
  "serve",
  "help",
  "man",
  "completions",
];

/** The query and the commands. */
export function all({ query, commands }: Model): readonly ShellCommand[] {
  return [query, ...commands];
}

/**
 * A spelling that is a switch in one grammar and wants a value in the other counts as the latter: it is the longer way. One that
 * wants words of several commands offers those of all.
 */
export function valuesBySpelling(model: Model): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const { options } of all(model)) {
    for (const { spellings, value } of options) {
      if (value === undefined) continue;
      for (const spelling of spellings) {
        values.set(spelling, mergedValue(values.get(spelling), value));
      }
    }
  }
  return values;
}

function mergedValue(first: Value | undefined, second: Value): Value {
  return first?.kind === "words" && second.kind === "words"
    ? {
      kind: "words",
      words: [...new Set([...first.words, ...second.words])],
    }
    : second;
}

/** The spellings that want each kind of value: one group per set of words. */
export function valueGroups(
  model: Model,
): { readonly spellings: string[]; readonly value: Value }[] {
  const groups = new Map<string, { spellings: string[]; value: Value }>();
  for (const [spelling, value] of valuesBySpelling(model)) {
    const key = JSON.stringify(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { spellings: [spelling], value });
    else group.spellings.push(spelling);
  }
  return [...groups.values()];
}

/** All spellings of a command's options. */
export function shellSpellings({ options }: ShellCommand): string[] {
  return [...new Set(options.flatMap(({ spellings }) => spellings))];
}

/** Each spelling once with its description: the first option that has it. */
export function described(
  { options }: ShellCommand,
): [spelling: string, about: string][] {
  const descriptions = new Map<string, string>();
  for (const { spellings, about } of options) {
    for (const spelling of spellings) {
      if (!descriptions.has(spelling)) descriptions.set(spelling, about);
    }
  }
  return [...descriptions];
}

/** Text between single quotes, for bash, zsh and (with its own escape) fish. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The lines of a script, each with its line end. */
export function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
