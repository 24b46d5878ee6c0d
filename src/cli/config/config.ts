/**
 * From a command line to what is to be done: every value checked, every default filled in, every contradiction refused, in
 * the order in which DCMTK's findscu looks. Sends nothing, reads no file but command files and the logger's settings, and
 * only asks whether the query files can be read.
 */

import { textFromBytes } from "../../charset/typed_text.ts";
import { nearestWords } from "../../dictionary/nearest.ts";
import { type FindscuError, InputError, UsageError } from "../../errors.ts";
import type { ResultFormat } from "../../output/format_names.ts";
import { sanitize } from "../../output/sanitize.ts";
import { isAddress } from "../line/address.ts";
import type { Address } from "../line/address.ts";
import { expandCommandFiles } from "../line/command_file.ts";
import { checkQuery, findConfig, isExtracting } from "./find.ts";
import { probeConfig } from "./probe.ts";
import {
  type Connections,
  UnknownPeerError,
  withSaved,
} from "./connections.ts";
import {
  impliedBy,
  serverTlsOf,
  SOCKET_SECONDS,
  targetOf,
  timeoutsOf,
} from "./peer.ts";
import { EffectiveOptions } from "./effective.ts";
import type { ConfigHost } from "../host.ts";
import { filesOf, peerOf, peerWord, resolvePeer } from "./parameters.ts";
import { savedConfig } from "./saved.ts";
import { readLogProperties } from "../log/settings.ts";
import type { Properties } from "../log/properties.ts";
import {
  COMMAND_TABLE,
  OPTION_TABLE,
  type OptionValues,
} from "../line/options.ts";
import { GENERAL_GROUP } from "../line/options/general.ts";
import { TLS_GROUP } from "../line/options/tls.ts";
import {
  type CommandLine,
  type Grammar,
  isPeerAndPort,
  parseCommandLine,
} from "../line/parse.ts";
import { SIZE } from "../line/value.ts";
import type {
  EchoConfig,
  FindConfig,
  NamedPeer,
  PeerConfig,
  RunConfig,
  ServeConfig,
  TextConfig,
} from "./run_config.ts";
import type { CommandForm } from "../line/options/row.ts";
import type { LogConfig } from "../log/console.ts";

/** What became of a command line. */
export type Outcome =
  | { readonly ok: true; readonly config: RunConfig }
  | {
    readonly ok: false;
    /** What is wrong with it: a `UsageError`, or an `InputError` for a query file that cannot be read. */
    readonly error: FindscuError;
    readonly form: CommandForm;
    /** Where a word may be the name of a saved connection: what comes of it when they are known. */
    readonly withConnections?: (connections: Connections) => Outcome;
  };

/** What this version's command line offers. */
export const GRAMMAR: Grammar = {
  rows: OPTION_TABLE,
  commands: COMMAND_TABLE,
};

/** Understands the arguments of a run. Never throws on a faulty command line. */
export function configure(
  host: ConfigHost,
  grammar: Grammar = GRAMMAR,
): Outcome {
  try {
    const limit = earlyInputLimit(host.args);
    const args = expandCommandFiles(
      host.args,
      (name) => textFromBytes(host.files.read(name, limit)),
    );
    return understand(args, grammar, host, undefined);
  } catch (error) {
    if (!isReported(error)) throw error;
    const form = host.args.some(isAddress) ? "address" : "dcmtk";
    return { ok: false, error, form };
  }
}

/** What words mean. Without saved connections what fails may be tried again with them. */
function understand(
  args: readonly string[],
  grammar: Grammar,
  host: ConfigHost,
  connections: Connections | undefined,
): Outcome {
  const names = connections?.names ?? [];
  const line = parseCommandLine(args, grammar, (word) => names.includes(word));
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
        withConnections: (found) => understand(args, grammar, host, found),
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

/** Whether a line that cannot be understood has a word where the name of a connection would stand. */
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
  if (line.fault !== undefined) throw line.fault;
  const text = textConfig(line, isEmpty);
  if (text !== undefined) return text;
  if (line.command === "serve") {
    const { values, log } = readOptions(line, undefined, host);
    return serveConfig(line, values, log);
  }
  if (line.command === "config") {
    // What options say of each other depends on the peer's address.
    const options = new EffectiveOptions(line);
    const general = options.read((row) => row.group === GENERAL_GROUP);
    const log = logConfig(line, general, options, host);
    return savedConfig(line, log, connections, (peer) => {
      const merged = withSaved(line, peer);
      const { values, log, options } = readOptions(merged, peer.address, host);
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
  const merged = withSaved(line, peer);
  const check = (values: OptionValues, options: EffectiveOptions) => {
    if (line.command === "find" || isCompared) {
      checkQuery(files, line.form, values, options, host);
    }
  };
  const { values, log, options } = readOptions(
    merged,
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

/** Formats of a comparison. */
const COMPARED_FORMATS: readonly ResultFormat[] = [
  "table",
  "csv",
  "tsv",
  "json",
];

function comparedConfig(
  find: FindConfig,
  peers: readonly NamedPeer[],
  values: OptionValues,
): FindConfig {
  const { results } = find;
  // Text is what nobody asked for.
  const format = values.format === undefined && results.format === "text"
    ? "table"
    : results.format;
  if (format === undefined || !COMPARED_FORMATS.includes(format)) {
    throw new UsageError(
      `A comparison cannot be written in format ${format ?? "dcmtk"}`,
      { hint: `Choose one of ${COMPARED_FORMATS.join(", ")}` },
    );
  }
  return { ...find, results: { ...results, format }, peers, compares: true };
}

/** The two peers to compare. Throws `UsageError` when there is none, or one. */
function comparedWords(
  { parameters: [first, second] }: CommandLine,
): readonly [string, string] {
  if (first === undefined || second === undefined) {
    throw new UsageError(
      first === undefined
        ? "compare needs two peers"
        : `compare needs another peer besides "${first}"`,
      { hint: "Write findscu compare AE@HOST:PORT AE@HOST:PORT" },
    );
  }
  return [first, second];
}

/** The peers that words name, with the options that are saved for each. Throws `UsageError`. */
function namedPeers(
  words: readonly string[],
  line: CommandLine,
  host: ConfigHost,
  connections: Connections | undefined,
): NamedPeer[] {
  return words.map((name) => {
    const { address, options: saved } = resolvePeer(name, connections);
    const merged = withSaved(line, { address, options: saved });
    const { values, log, options } = readOptions(merged, address, host);
    const peer = peerConfig(line.form, address, values, log, options);
    return { name, peer };
  });
}

/** Throws `UsageError` for a peer that occurs twice: each match would come twice, too. */
function distinctPeers(peers: readonly NamedPeer[]): readonly NamedPeer[] {
  const names = new Map<string, string>();
  for (const { name, peer } of peers) {
    const key = JSON.stringify([peer.target, peer.calledAeTitle]);
    const first = names.get(key);
    if (first !== undefined) {
      throw new UsageError(
        first === name
          ? `${name} is named twice`
          : `${first} and ${name} are the same peer`,
        { hint: "Name each peer once" },
      );
    }
    names.set(key, name);
  }
  return peers;
}

/** Option values in the order in which DCMTK's findscu looks; `check` comes before those of TLS. */
function readOptions(
  line: CommandLine,
  address: Address | undefined,
  host: ConfigHost,
  check: (values: OptionValues, options: EffectiveOptions) => void = () => {},
): { values: OptionValues; log: LogConfig; options: EffectiveOptions } {
  const options = new EffectiveOptions(
    line,
    address === undefined ? [] : impliedBy(address),
  );
  const general = options.read((row) => row.group === GENERAL_GROUP);
  const log = logConfig(line, general, options, host);
  const others = options.read((row) =>
    row.group !== GENERAL_GROUP && row.group !== TLS_GROUP
  );
  check(others, options);
  const tls = options.read((row) => row.group === TLS_GROUP);
  return { values: { ...general, ...others, ...tls }, log, options };
}

/** Most bytes of one input, unless somebody says otherwise. */
const INPUT_LIMIT = 16 * 1024 * 1024;

function inputLimit({ maxInputSize }: OptionValues): number {
  return maxInputSize ?? INPUT_LIMIT;
}

/** The limit for command files, which are read before the options are. */
function earlyInputLimit(args: readonly string[]): number {
  const at = args.lastIndexOf("--max-input-size");
  const reading = SIZE.read(args[at + 1] ?? "");
  return at >= 0 && reading.ok ? reading.value : INPUT_LIMIT;
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

function logConfig(
  line: CommandLine,
  general: OptionValues,
  options: EffectiveOptions,
  host: ConfigHost,
): LogConfig {
  const level = general.logLevel ??
    (general.quiet
      ? "fatal"
      : general.verbose
      ? "info"
      : general.debug
      ? "debug"
      : "warn");
  // Without any of these options responses are shown although the level is "warn".
  const isMute = general.quiet === true ||
    (general.logLevel !== undefined &&
      !["info", "debug", "trace"].includes(general.logLevel));
  const isElsewhere = isMute || options.has("hideResponses") ||
    isExtracting(options);
  return {
    level,
    responses: options.has("showResponses") || !isElsewhere,
    forcesResponses: options.has("showResponses"),
    keepsStdout: line.command === "serve",
    settings: general.logConfig === undefined
      ? undefined
      : logSettings(general.logConfig, host, inputLimit(general)),
    argumentsLine: general.arguments ? argumentsLine(line.words) : undefined,
  };
}

/** The logger's settings in a file, in the words of DCMTK's tools when there are none. */
function logSettings(
  path: string,
  host: ConfigHost,
  limit: number,
): Properties {
  const facts = host.files.stat(path);
  if (facts === undefined || facts.kind === "directory") {
    throw new UsageError("Specified --log-config file does not exist");
  }
  if (!facts.readable) {
    throw new UsageError("Specified --log-config file cannot be read");
  }
  return readLogProperties(
    new TextDecoder().decode(host.files.read(path, limit)),
  );
}

/** In the words of DCMTK's tools, with the empty line that they print behind it. */
function argumentsLine(words: readonly string[]): string {
  const quoted = words.map((word) => `'${sanitize(word)}' `).join("");
  // deno-lint-ignore findscu/message-form -- DCMTK's line
  return `calling 'findscu' with ${words.length} arguments: ${quoted}\n`;
}

function peerConfig(
  form: CommandForm,
  address: Address,
  values: OptionValues,
  log: LogConfig,
  options: EffectiveOptions,
): PeerConfig {
  const aeTitle = address.transport === "mock" ? undefined : address.aeTitle;
  return {
    form,
    target: targetOf(address, values, form, options),
    callingAeTitle: values.callingAeTitle ??
      (form === "dcmtk" ? "FINDSCU" : "FIND-SCU"),
    calledAeTitle: values.calledAeTitle ?? aeTitle ?? "ANY-SCP",
    timeouts: timeoutsOf(values, form),
    socketTimeout: values.socketTimeout ??
      (form === "dcmtk" ? SOCKET_SECONDS : -1),
    maxPduLength: values.maxPdu ?? 16384,
    maxResponseSize: values.maxResponseSize,
    maxInputSize: inputLimit(values),
    abort: values.abort ?? false,
    userIdentity: values.user === undefined ? undefined : {
      user: values.user,
      password: values.userPasswordEnv !== undefined
        ? { kind: "env", name: values.userPasswordEnv }
        : values.userPasswordFile !== undefined
        ? { kind: "file", path: values.userPasswordFile }
        : { kind: "none" },
    },
    record: values.record === undefined
      ? undefined
      : { file: values.record, anonymous: values.recordAnonymous ?? false },
    log,
  };
}

function echoConfig(
  peer: PeerConfig,
  values: OptionValues,
  files: readonly string[],
): EchoConfig {
  refuseMore(files);
  return { ...peer, command: "echo", repeat: values.repeat ?? 1 };
}

/** The longest time that a timer holds, in milliseconds: some 25 days. */
const LONGEST_WAIT = 0x7fffffff;

function serveConfig(
  { form, parameters }: CommandLine,
  values: OptionValues,
  log: LogConfig,
): ServeConfig {
  refuseMore(parameters.slice(1));
  return {
    command: "serve",
    form,
    source: parameters[0] ?? "demo",
    bind: values.serveBind ?? "127.0.0.1",
    port: values.servePort ?? 11112,
    aeTitle: values.serveAeTitle,
    allowedAeTitles: values.serveAllowAeTitle ?? [],
    limit: values.serveLimit ?? Infinity,
    latency: Math.min((values.serveLatency ?? 0) * 1000, LONGEST_WAIT),
    maxAssociations: values.serveMaxAssociations ?? 256,
    idleTimeout: (values.serveIdleTimeout ?? 300) * 1000 || Infinity,
    fuzzy: values.serveFuzzy ?? false,
    requestedCharset: values.serveRequestedCharset ?? false,
    fault: values.serveFault,
    tls: serverTlsOf(values),
    maxPduLength: values.maxPdu ?? 16384,
    maxInputSize: inputLimit(values),
    log,
  };
}

function refuseMore(parameters: readonly string[]): void {
  if (parameters.length > 0) {
    throw new UsageError(`Unexpected parameter "${parameters[0]}"`);
  }
}
