/** The actions of the command `config` on saved connections. Changes nothing itself. */
import { refuseMore } from "./commands.ts";
import { nearestWords } from "../../dictionary/nearest.ts";
import { UsageError } from "../../errors.ts";
import { isAddress, parseAddress } from "../line/address.ts";
import { nameOf, type OptionRow } from "../line/options/row.ts";
import type { CommandLine, Occurrence } from "../line/parse.ts";
import { LIST } from "../line/value.ts";
import {
  type Connections,
  isCommand,
  isReadFrom,
  savedName,
  type SavedPeer,
  UnknownPeerError,
} from "./connections.ts";
import { EffectiveOptions } from "./effective.ts";
import type { EchoConfig, SavedAction, SavedConfig } from "./run_config.ts";
import type { LogConfig } from "../log/console.ts";
import type { TomlValue } from "./toml_text.ts";

const ACTIONS = ["show", "add", "remove", "check", "names"] as const;

/**
 * The action. `echo` makes the settings by which a peer is tried. Throws `UnknownPeerError` as long as connections are not known.
 */
export function savedConfig(
  line: CommandLine,
  log: LogConfig,
  connections: Connections | undefined,
  echo: (peer: SavedPeer) => EchoConfig,
): SavedConfig {
  const [word = "show", ...parameters] = line.parameters;
  const kind = ACTIONS.find((action) => action === word);
  if (kind === undefined) {
    const [near] = nearestWords(word, ACTIONS, 1);
    throw new UsageError(`Unknown action "${word}"`, {
      hint: near === undefined
        ? `Give one of ${ACTIONS.join(", ")}`
        : `Did you mean ${near}?`,
    });
  }
  if (kind !== "add" && kind !== "check" && line.occurrences.length > 0) {
    const { row } = line.occurrences[0]!;
    throw new UsageError(`${nameOf(row)} not allowed with config ${kind}`);
  }
  // The caller calls again, with the file.
  if (connections === undefined) throw new UnknownPeerError(word);
  const { path, text, exists } = connections.file;
  if (path === "") {
    throw new UsageError("The place of saved connections is unknown", {
      hint: "Set HOME, or FINDSCU_CONFIG to the name of a file",
    });
  }
  return {
    command: "config",
    form: line.form,
    path,
    text: exists ? text : undefined,
    action: actionOf(kind, parameters, line, connections, echo),
    log,
  };
}

function actionOf(
  kind: typeof ACTIONS[number],
  parameters: readonly string[],
  line: CommandLine,
  connections: Connections,
  echo: (peer: SavedPeer) => EchoConfig,
): SavedAction {
  const { names } = connections;
  switch (kind) {
    case "show": {
      refuseMore(parameters);
      const peers = names.map((name) => {
        const { addressText, options } = connections.peer(name)!;
        return { name, address: addressText, words: wordsOf(options) };
      });
      return { kind, peers };
    }
    case "names":
      refuseMore(parameters);
      return { kind, names };
    case "add":
      return addAction(parameters, line, connections);
    case "remove": {
      const [name, ...more] = parameters;
      if (name === undefined) throw new UsageError("Missing name");
      refuseMore(more);
      if (!names.includes(name)) throw unknownName(name, names);
      return { kind, name };
    }
    case "check": {
      const requestedNames = parameters.length === 0
        ? names
        : [...new Set(parameters)];
      const peers = requestedNames.map((name) => {
        const peer = connections.peer(name);
        if (peer === undefined) throw unknownName(name, names);
        return { name, config: echo(peer) };
      });
      return { kind, peers };
    }
  }
}

function addAction(
  parameters: readonly string[],
  line: CommandLine,
  { names, file }: Connections,
): SavedAction {
  const [name, address, ...more] = parameters;
  if (name === undefined || address === undefined) {
    throw new UsageError(
      `Missing ${name === undefined ? "name and address" : "address"}`,
      { hint: "Write findscu config add NAME ADDRESS" },
    );
  }
  checkName(name);
  if (!isAddress(address)) {
    throw new UsageError(`"${address}" is not an address`, {
      hint: isAddress(name)
        ? `The name comes first: findscu config add ${address} ${name}`
        : "Give [AE@]HOST:PORT, dicom://…, dicoms://… or mock:NAME",
    });
  }
  refuseMore(more);
  if (names.includes(name)) {
    throw new UsageError(`"${name}" is already saved in "${file.path}"`, {
      hint: `Change it there, or run findscu config remove ${name} first`,
    });
  }
  const secret = line.occurrences.find(({ row }) => row.isSecret);
  if (secret !== undefined) {
    throw new UsageError(`${nameOf(secret.row)}: a password is not saved`, {
      hint:
        "Name the variable or file that contains it with --password-env or --password-file",
    });
  }
  const options = new EffectiveOptions(line, parseAddress(address));
  options.read(() => true);
  const values = new Map<string, TomlValue>();
  for (const row of line.rows) {
    const occurrences = line.occurrences.filter((one) => one.row === row);
    if (!options.hasRow(row)) continue;
    values.set(
      savedName(row),
      valueOf(
        row,
        occurrences,
        (value) => isReadFrom(row, value) ? file.absolute(value) : value,
      ),
    );
  }
  return { kind: "add", name, address, values };
}

/** A name must be a word that has no other meaning on a command line. */
function checkName(name: string): void {
  if (!/^[A-Za-z_][\w.-]*$/.test(name)) {
    throw new UsageError(`"${name}" cannot be the name of a connection`, {
      hint:
        "A name begins with a letter and has letters, digits, dots, dashes and underscores",
    });
  }
  if (isCommand(name)) {
    throw new UsageError(`"${name}" is the name of a command`, {
      hint: "Call the connection something else",
    });
  }
}

/** The value of an option in the file: a number or a list if it reads like one. Files are found again from everywhere. */
function valueOf(
  row: OptionRow,
  occurrences: readonly Occurrence[],
  placed: (value: string) => string,
): TomlValue {
  const last = occurrences.at(-1)!.values.map(placed);
  if (row.arity === 0) return true;
  if (row.arity === 2) return last;
  if (row.repeats) {
    return occurrences.flatMap(({ values }) => values.map(placed));
  }
  const [text = ""] = last;
  if (row.value === LIST) return text.split(",").map((word) => word.trim());
  return row.value?.isNumber && /^[1-9]\d{0,14}$|^0$/.test(text)
    ? Number(text)
    : text;
}

/** Options as one would type them. */
function wordsOf(options: readonly Occurrence[]): string[] {
  return options.flatMap(({ row, values }) => [nameOf(row), ...values]);
}

function unknownName(name: string, names: readonly string[]): UsageError {
  const near = nearestWords(name, names, 2);
  return new UsageError(`No connection is called "${name}"`, {
    hint: near.length > 0
      ? `Did you mean ${near.join(" or ")}?`
      : names.length > 0
      ? `Saved are ${names.join(", ")}`
      : "None is saved: findscu config add NAME ADDRESS saves one",
  });
}
