/**
 * From a command line to a configuration: every value checked, every default filled in, every contradiction refused, in
 * the order in which DCMTK's findscu looks. Sends nothing, reads no file but command files and the logger's settings, and
 * only checks whether the query files can be read.
 */
import { textFromFile } from "../../bytes/typed_text.ts";
import { nearestWords } from "../../dictionary/nearest.ts";
import { type FindscuError, InputError, UsageError } from "../../errors.ts";
import type { ConfigHost } from "../host.ts";
import { isAddress } from "../line/address.ts";
import {
  type CommandLine,
  expandCommandFiles,
  type Grammar,
  isPeerAndPort,
  parseCommandLine,
} from "../line/parse.ts";
import {
  COMMAND_TABLE,
  OPTION_TABLE,
  type OptionValues,
} from "../line/options.ts";
import { GENERAL_GROUP } from "../line/options/general.ts";
import type { CommandForm } from "../line/options/row.ts";
import {
  echoConfig,
  probeConfig,
  refuseMore,
  serveConfig,
} from "./commands.ts";
import { peerConfig } from "./peer.ts";
import {
  type Connections,
  UnknownPeerError,
  withSaved,
} from "./connections.ts";
import {
  earlyInputLimit,
  EffectiveOptions,
  logConfig,
  readOptions,
} from "./effective.ts";
import { checkQuery, findConfig } from "./find.ts";
import { filesOf, peerOf, peerWord, resolvePeer } from "./parameters.ts";
import {
  comparedConfig,
  comparedWords,
  distinctPeers,
  namedPeers,
} from "./peers.ts";
import type { RunConfig, TextConfig } from "./run_config.ts";
import { savedConfig } from "./saved.ts";

/** The outcome of reading a command line. */
export type ConfigOutcome =
  | { readonly ok: true; readonly config: RunConfig }
  | {
    readonly ok: false;
    /** Its mistake: a `UsageError`, or an `InputError` for a query file that cannot be read. */
    readonly error: FindscuError;
    readonly form: CommandForm;
    /** The configuration once saved connections are known, if a word may be the name of one. */
    readonly withConnections?: (connections: Connections) => ConfigOutcome;
  };

/** The command line of this version. */
export const GRAMMAR: Grammar = {
  rows: OPTION_TABLE,
  commands: COMMAND_TABLE,
};

/** Understands the arguments of a run. Never throws on a wrong command line. */
export function configure(host: ConfigHost): ConfigOutcome {
  try {
    const limit = earlyInputLimit(host.args);
    const args = expandCommandFiles(
      host.args,
      (name) => textFromFile(host.files.read(name, limit)),
    );
    return understand(args, host, undefined);
  } catch (error) {
    if (!isReported(error)) throw error;
    const form = host.args.some(isAddress) ? "address" : "dcmtk";
    return { ok: false, error, form };
  }
}

/** The meaning of words. A failure without saved connections may be tried again with them. */
function understand(
  args: readonly string[],
  host: ConfigHost,
  connections: Connections | undefined,
): ConfigOutcome {
  const names = connections?.names ?? [];
  const line = parseCommandLine(args, GRAMMAR, (word) => names.includes(word));
  try {
    const config = configOf(line, args.length === 0, host, connections);
    return { ok: true, config };
  } catch (error) {
    if (!isReported(error)) throw error;
    const isUnknown = error instanceof UnknownPeerError;
    if (connections === undefined && (isUnknown || mayBeSaved(line))) {
      return {
        ok: false,
        error,
        form: line.form,
        withConnections: (savedConnections) =>
          understand(args, host, savedConnections),
      };
    }
    const [word] = line.parameters;
    // In DCMTK's form a word that is nearly a name was probably meant to be one.
    const meant = line.form === "dcmtk" && mayBeSaved(line) &&
      nearestWords(word!, names, 1).length > 0;
    return meant
      ? {
        ok: false,
        error: new UnknownPeerError(word!, names),
        form: "address",
      }
      : { ok: false, error, form: line.form };
  }
}

function isReported(error: unknown): error is UsageError | InputError {
  return error instanceof UsageError || error instanceof InputError;
}

/** Whether a line that cannot be understood has a word in the place of the name of a connection. */
function mayBeSaved({ command, form, parameters }: CommandLine): boolean {
  return (command === "find" || command === "echo") && form === "dcmtk" &&
    parameters[0] !== undefined && !isPeerAndPort(parameters);
}

function configOf(
  line: CommandLine,
  isEmpty: boolean,
  host: ConfigHost,
  connections: Connections | undefined,
): RunConfig {
  if (line.mistake !== undefined) throw line.mistake;
  const text = textConfig(line, isEmpty);
  if (text !== undefined) return text;
  if (line.command === "serve") {
    const { values, log } = readOptions(line, undefined, host);
    return serveConfig(line, values, log);
  }
  if (line.command === "config") {
    // Rules between options depend on the peer's address.
    const options = new EffectiveOptions(line);
    const general = options.read((row) => row.group === GENERAL_GROUP);
    const log = logConfig(line, general, options, host);
    return savedConfig(line, log, connections, (peer) => {
      const wholeLine = withSaved(line, peer);
      const { values, log, options } = readOptions(
        wholeLine,
        peer.address,
        host,
      );
      const config = peerConfig(line.form, peer.address, values, log, options);
      return echoConfig(config, values, []);
    });
  }
  const isCompared = line.command === "compare";
  const compared = isCompared ? comparedWords(line) : undefined;
  const files = compared === undefined
    ? filesOf(line, connections)
    : line.parameters.slice(2);
  const peer = compared === undefined
    ? peerOf(line, connections)
    : resolvePeer(compared[0], connections);
  const wholeLine = withSaved(line, peer);
  const check = (values: OptionValues, options: EffectiveOptions) => {
    if (line.command === "find" || isCompared) {
      checkQuery(files, line.form, values, options, host);
    }
  };
  const { values, log, options } = readOptions(
    wholeLine,
    peer.address,
    host,
    check,
  );
  const config = peerConfig(line.form, peer.address, values, log, options);
  if (line.command === "probe") {
    refuseMore(files);
    return probeConfig(config, values, options, host);
  }
  if (line.command === "echo") return echoConfig(config, values, files);
  const find = findConfig(config, values, files, options, host);
  if (compared !== undefined) {
    const peers = namedPeers(compared, line, host, connections);
    return comparedConfig(find, distinctPeers(peers), values);
  }
  if (values.also === undefined) return find;
  const first = { name: peerWord(line, connections), peer: config };
  const others = namedPeers(values.also, line, host, connections);
  return { ...find, peers: distinctPeers([first, ...others]) };
}

/** Options and commands that print a text and end there; they go before everything but an unknown option. */
function textConfig(
  line: CommandLine,
  isEmpty: boolean,
): TextConfig | undefined {
  const { command, form, occurrences, parameters } = line;
  const ending = line.rows.find((row) =>
    row.ends !== undefined &&
    occurrences.some((occurrence) => occurrence.row === row)
  );
  const text = isEmpty ? "help" : ending?.ends;
  if (text === "help") {
    const isLong = occurrences.some(({ row, spelling }) =>
      row === ending && spelling !== "-h"
    );
    const topic = command === "find" ? undefined : command;
    return { command: text, form, long: isLong, topic };
  }
  if (text !== undefined) {
    return { command: text, form, long: false, topic: undefined };
  }
  switch (command) {
    case "man":
      refuseMore(parameters);
      return { command, form, long: false, topic: undefined };
    case "help":
      refuseMore(parameters.slice(1));
      return { command, form, long: false, topic: parameters[0] };
    case "completions": {
      const [topic, ...words] = parameters;
      if (topic === undefined) {
        throw new UsageError("Missing shell name", {
          hint: "Give bash, zsh, fish or powershell",
        });
      }
      if (topic === "words") {
        return { command, form, long: false, topic, words };
      }
      refuseMore(words);
      const install = occurrences.some(({ row }) => row.id === "install");
      return { command, form, long: false, topic, ...install && { install } };
    }
    default:
      return undefined;
  }
}
