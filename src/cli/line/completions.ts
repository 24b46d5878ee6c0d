/**
 * The completions of a shell as a script for it, rendered from the option table: commands, options with their descriptions, and
 * what may stand behind an option. Prints nothing itself.
 */
import { nearestWords } from "../../dictionary/nearest.ts";
import { UsageError } from "../../errors.ts";
import type { CommandRow } from "./options.ts";
import {
  belongsTo,
  type CommandName,
  nameOf,
  type OptionRow,
} from "./options/row.ts";
import { bash } from "./shells/bash.ts";
import { fish } from "./shells/fish.ts";
import type { Command, Model, Option, Value } from "./shells/model.ts";
import { powershell } from "./shells/powershell.ts";
import { zsh } from "./shells/zsh.ts";

/** The shells that there are completions for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** What completions are made of. */
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

/** The keys that people ask by most, for where a key is wanted. */
const USUAL_KEYS = [
  "AccessionNumber",
  "InstanceNumber",
  "Modality",
  "ModalitiesInStudy",
  "NumberOfStudyRelatedInstances",
  "NumberOfStudyRelatedSeries",
  "PatientBirthDate",
  "PatientID",
  "PatientName",
  "PatientSex",
  "QueryRetrieveLevel",
  "ReferringPhysicianName",
  "RequestedProcedureID",
  "SOPInstanceUID",
  "ScheduledProcedureStepSequence",
  "SeriesDescription",
  "SeriesInstanceUID",
  "SeriesNumber",
  "SpecificCharacterSet",
  "StudyDate",
  "StudyDescription",
  "StudyID",
  "StudyInstanceUID",
  "StudyTime",
];

function modelOf({ rows, commands }: CompletionsRequest): Model {
  const shown = rows.filter((row) => row.status === "served" && !row.hidden);
  const command = (
    name: CommandName,
    about: string,
    parameters: readonly string[],
  ): Command => ({
    name,
    about,
    parameters,
    options: shown.filter((row) => belongsTo(row, name)).flatMap((row) => [
      optionOf(row),
      ...switchesOf(row),
    ]),
  });
  return {
    query: command("find", "", []),
    commands: commands.filter((row) => row.status === "served").map((row) =>
      command(
        row.name,
        row.short,
        row.name === "completions" ? SHELLS : [],
      )
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

function switchesOf(row: OptionRow): Option[] {
  return Object.entries(row.switches ?? {}).map(([spelling, value]) => ({
    spellings: [spelling],
    about: `the same as ${nameOf(row)} ${value}`,
    value: undefined,
  }));
}

function valueOf({ complete, value, metavars }: OptionRow): Value {
  if (complete !== undefined) return { kind: complete };
  if (value?.choices !== undefined) {
    return { kind: "words", words: value.choices };
  }
  const [first] = metavars ?? [];
  return first === "key" && metavars?.length === 1
    ? { kind: "words", words: USUAL_KEYS }
    : { kind: "any" };
}
