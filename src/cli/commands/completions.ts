/** The command `completions`: prints a shell's script, installs it, or answers the shell's requests. */
import { FindscuError, UsageError } from "../../errors.ts";
import { sanitize } from "../../output/sanitize.ts";
import type { TextConfig } from "../config/run_config.ts";
import type { Host } from "../host.ts";
import { completionWords, WORD_KINDS } from "../line/completion_words.ts";
import {
  type CompletionsRequest,
  completionsText,
} from "../line/completions.ts";
import { loadConnections } from "./shared/connections_file.ts";

/** The output of the command. Throws `UsageError`, and `OutputError` if the file cannot be written. */
export async function completions(
  { topic = "", words, install }: TextConfig,
  request: CompletionsRequest,
  host: Host,
): Promise<string> {
  if (words !== undefined) return await answer(words, host);
  const text = completionsText(topic, request);
  return install ? await installed(topic, text, host) : text;
}

/** The words that a shell may offer, one per line. */
async function answer(
  [kind, beginning = ""]: readonly string[],
  host: Host,
): Promise<string> {
  const wordKind = WORD_KINDS.find((one) => one === kind);
  if (wordKind === undefined) {
    throw new UsageError(`Unknown words "${kind ?? ""}"`, {
      hint: `Give one of ${
        WORD_KINDS.join(", ")
      }, then -- and the text typed so far`,
    });
  }
  const peers = wordKind === "peers" ? await savedNames(host) : [];
  return completionWords(wordKind, beginning, peers).map((word) => `${word}\n`)
    .join(
      "",
    );
}

/** Names of connections; none if the file cannot be read, which is not the moment to say so. */
async function savedNames(host: Host): Promise<readonly string[]> {
  try {
    return (await loadConnections(host)).names;
  } catch (error) {
    if (!(error instanceof FindscuError)) throw error;
    return [];
  }
}

/** The place where a shell looks for its user's completions, and the remaining steps. */
function placeOf(
  shell: string,
  host: Host,
): { readonly folder: string; readonly name: string; readonly rest: string } {
  const home = host.env("HOME");
  if (!home) {
    throw new UsageError("The home directory is unknown", {
      hint: "Set HOME",
    });
  }
  const { join } = host.files;
  const base = (variable: string, usual: string) =>
    host.env(variable) || join(home, usual);
  switch (shell) {
    case "bash": {
      const folder = host.env("BASH_COMPLETION_USER_DIR") ||
        join(base("XDG_DATA_HOME", ".local/share"), "bash-completion");
      const completions = join(folder, "completions");
      return {
        folder: completions,
        name: "findscu",
        rest:
          `The package bash-completion loads them in new shells. Without it add to ~/.bashrc:\n  source ${
            join(completions, "findscu")
          }`,
      };
    }
    case "zsh": {
      const folder = join(
        base("XDG_DATA_HOME", ".local/share"),
        "zsh/site-functions",
      );
      return {
        folder,
        name: "_findscu",
        rest:
          `Unless that folder is in fpath already, add to ~/.zshrc:\n  fpath=(${folder} $fpath); autoload -Uz compinit; compinit`,
      };
    }
    case "fish":
      return {
        folder: join(base("XDG_CONFIG_HOME", ".config"), "fish/completions"),
        name: "findscu.fish",
        rest: "New shells load them",
      };
    default:
      throw new UsageError(
        `${shell} has no folder for completions`,
        {
          hint:
            "Add to $PROFILE: findscu completions powershell | Out-String | Invoke-Expression",
        },
      );
  }
}

async function installed(
  shell: string,
  text: string,
  host: Host,
): Promise<string> {
  const { folder, name, rest } = placeOf(shell, host);
  const path = host.files.join(folder, name);
  await host.files.makeDirectory(folder);
  await host.files.write(path, new TextEncoder().encode(text));
  return sanitize(`Wrote ${path}`) + `\n${rest}\n`;
}
