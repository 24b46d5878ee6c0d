/** The data dictionary of a run: the standard's, and the additions of the files in DCMDICTPATH. Loaded when the variable is set. */
import {
  type DictionaryProblem,
  parseDcmtkDictionary,
} from "../../../dictionary/dcmtk_dictionary.ts";
import { Dictionary } from "../../../dictionary/dictionary.ts";
import { InputError, quantity } from "../../../errors.ts";
import type { Host } from "../../host.ts";
import { type Logger, LOGGERS } from "../../log/log.ts";
import { hintOf } from "../../line/remedies.ts";

/** The machine's services for loading dictionaries. */
export interface DictionaryHost {
  readonly files: Pick<Host["files"], "read">;
  readonly version: Pick<Host["version"], "platform">;
}

/** Number of mistakes in one file that are reported one by one. */
const TOLD_LINES = 10;

/**
 * The dictionary of all files in the list, separated as in PATH: by colons, or by semicolons, which always hold on Windows. A
 * later file overrides an earlier one, and all of them the `known` entries. Throws `InputError` for a file that cannot be read or
 * has lines that are not entries.
 */
export function loadDictionaries(
  list: string,
  host: DictionaryHost,
  log: Logger,
  base: Dictionary = Dictionary.standard,
): Dictionary {
  let dictionary = base;
  for (const path of dictionaryFiles(list, host)) {
    log.named(LOGGERS.data).debug(
      `DcmDataDictionary: Loading file: ${path}`,
    );
    const { entries, problems } = parseDcmtkDictionary(textOf(path, host));
    if (problems.length > 0) throw mistakes(path, problems);
    dictionary = dictionary.withEntries(entries);
  }
  return dictionary;
}

/** The files of the list. */
export function dictionaryFiles(
  list: string,
  { version }: Pick<DictionaryHost, "version">,
): string[] {
  const usesSemicolon = list.includes(";") ||
    version.platform.startsWith("win32");
  return list.split(usesSemicolon ? ";" : ":").filter((path) => path !== "");
}

/** Names the lines that are not entries: their author relies on them. */
function mistakes(
  path: string,
  problems: readonly DictionaryProblem[],
): InputError {
  const lines = problems.slice(0, TOLD_LINES)
    .map(({ line, text }) =>
      `DcmDataDictionary: ${path}: line ${line}: ${text}`
    );
  const rest = problems.length - lines.length;
  if (rest > 0) {
    lines.push(
      `DcmDataDictionary: ${path}: ${quantity(rest, "more such line")}`,
    );
  }
  return new InputError("input-invalid", lines, { hint: HINT });
}

const HINT = "Correct the environment variable DCMDICTPATH, which names it";

function textOf(path: string, host: DictionaryHost): string {
  try {
    return new TextDecoder().decode(host.files.read(path));
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new InputError(
      "input-unreadable",
      `DcmDataDictionary: Cannot open file: ${path}`,
      {
        cause,
        hint: cause.hint === undefined
          ? HINT
          : `${cause.message}. ${hintOf(cause)}`,
      },
    );
  }
}
