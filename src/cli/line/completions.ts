/**
 * The completions of a shell as a script for it, rendered from the option table: commands, options with their descriptions, and
 * what may follow an option. Prints nothing itself.
 */
import { nearestWords } from "../../dictionary/nearest.ts";
import { UsageError } from "../../errors.ts";
import { FAULTS } from "../../scp/faults/faults.ts";
import { USUAL_KEYS } from "./completion_words.ts";
import type { CommandRow } from "./options.ts";
import { TOPIC_NAMES } from "./topics.ts";
import {
  belongsTo,
  type CommandName,
  nameOf,
  type OptionRow,
} from "./options/row.ts";
import { bash } from "./shells/bash.ts";
import { fish } from "./shells/fish.ts";
import type { Model, Option, ShellCommand, Value } from "./shells/model.ts";
import { powershell } from "./shells/powershell.ts";
import { zsh } from "./shells/zsh.ts";

/** The shells that there are completions for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** The data for completions. */
export interface CompletionsRequest {
  readonly rows: readonly OptionRow[];
  readonly commands: readonly CommandRow[];
}

/** The script for a shell, with its last line end. Throws `UsageError` for a shell that is not known. */
export function completionsText(
  shell: string,
  request: CompletionsRequest,
): string {
  const model = modelOf(request);
  switch (shell) {
    case "bash":
      return bash(model);
    case "zsh":
      return zsh(model);
    case "fish":
      return fish(model);
    case "powershell":
      return powershell(model);
  }
  const near = nearestWords(shell, SHELLS, 1);
  throw new UsageError(`Unknown shell "${shell}"`, {
    hint: near.length > 0
      ? `Did you mean ${near[0]}?`
      : `Give one of ${SHELLS.join(", ")}`,
  });
}

function modelOf({ rows, commands }: CompletionsRequest): Model {
  const command = (
    name: CommandName,
    about: string,
    parameters: readonly string[],
  ): ShellCommand => ({
    name,
    about,
    parameters,
    options: rows.filter((row) => belongsTo(row, name)).flatMap((row) => [
      optionOf(row),
      ...switchesOf(row),
    ]),
  });
  return {
    query: command("find", "", []),
    commands: commands.map(({ name, short }) =>
      command(name, short, PARAMETERS[name] ?? [])
    ),
  };
}

function optionOf(row: OptionRow): Option {
  return {
    spellings: row.spellings,
    about: row.short,
    value: row.arity === 0 ? undefined : valueOf(row),
  };
}

/** First parameters that can be listed. */
const PARAMETERS: Partial<Record<CommandName, readonly string[]>> = {
  completions: SHELLS,
  help: TOPIC_NAMES.map(([name]) => name),
  config: ["show", "add", "remove", "check", "names"],
};

function switchesOf(row: OptionRow): Option[] {
  return Object.entries(row.switches ?? {}).map(([spelling, value]) => ({
    spellings: [spelling],
    about: `the same as ${nameOf(row)} ${value}`,
    value: undefined,
  }));
}

function valueOf({ complete, value }: OptionRow): Value {
  switch (complete) {
    case "file":
    case "directory":
      return { kind: complete };
    case "keys":
    case "columns":
    case "sort":
      return { kind: "asked", what: complete, words: USUAL_KEYS };
    case "peers":
      return { kind: "asked", what: complete, words: [] };
    case "faults":
      return { kind: "words", words: FAULTS.map(({ name }) => name) };
    default:
      return value?.choices === undefined
        ? { kind: "any" }
        : { kind: "words", words: value.choices };
  }
}
