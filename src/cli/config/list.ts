/** The settings of a list: its file, its columns, how fast it is worked off. */
import { InputError, UsageError } from "../../errors.ts";
import type { ConfigHost } from "../host.ts";
import type { OptionValues } from "../line/options.ts";
import type { ListConfig, PaceConfig } from "./run_config.ts";

/** The default number of repetitions with a list. */
const RETRIES = 2;

/** Everything about the list of a run; undefined if there is none. */
export function listConfig(
  values: OptionValues,
  host: ConfigHost,
): ListConfig | undefined {
  if (values.list === undefined) return undefined;
  return {
    ...placeOf(values.list, host),
    onlyFound: values.onlyFound ?? false,
    eachWildcards: values.eachWildcards ?? false,
    batch: values.batch ?? 1,
    resume: values.resume ?? false,
    todo: values.todo,
  };
}

/** How fast, and how persistently, a run queries. */
export function paceConfig(values: OptionValues): PaceConfig {
  return {
    associations: values.associations ?? 1,
    rate: values.rate,
    retries: values.retries ?? (values.list === undefined ? 0 : RETRIES),
  };
}

/** `FILE[:COLUMN[,COLUMN…]]`: a file whose name is all of this takes precedence; the colon of a drive does not count. */
function placeOf(
  text: string,
  host: ConfigHost,
): Pick<ListConfig, "file" | "columns"> {
  const at = text.lastIndexOf(":");
  if (
    at < 1 || /^[a-z]:[\\/][^:]*$/i.test(text) ||
    (text[0] !== "-" && host.files.stat(text) !== undefined)
  ) return { file: text, columns: [] };
  const columns = text.slice(at + 1).split(/,(?![0-9a-f]{4}\))/i)
    .map((name) => name.trim()).filter((name) => name !== "");
  if (columns.length === 0) {
    throw new UsageError(`--each "${text}" has no column after the colon`, {
      hint:
        "Name a column, as in --each list.csv:PatientID, or leave the colon out",
    });
  }
  return { file: text.slice(0, at), columns };
}

/** Throws if the list cannot be read, or goes together with something else that cannot. */
export function checkList(
  files: readonly string[],
  values: OptionValues,
  host: ConfigHost,
): void {
  const list = listConfig(values, host);
  if (list === undefined) return;
  const { file } = list;
  if (files.length > 1) {
    throw new UsageError("--each allows one query file, not several");
  }
  if (file === "-") {
    if ([...files, ...values.queryFile ?? []].includes("-")) {
      throw new UsageError("Standard input can be read only once");
    }
    return;
  }
  const facts = host.files.stat(file);
  if (facts?.readable === true && facts.kind !== "directory") return;
  throw new InputError("input-unreadable", `Cannot read the list "${file}"`, {
    hint: facts === undefined
      ? "No such file; write FILE:COLUMN to name the key, - for standard input"
      : facts.kind === "directory"
      ? "It is a directory"
      : "Permission to read it is denied",
  });
}
