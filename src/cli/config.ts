/**
 * From a command line to what is to be done: every value checked, every default filled in, every contradiction refused, in
 * the order in which DCMTK's findscu looks. Sends nothing and reads no file; asks only whether the query files can be read.
 */

import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../codec/transfer_syntax.ts";
import { type FindscuError, InputError, UsageError } from "../errors.ts";
import { type FindModel, findModel } from "../find/models.ts";
import { isAddress, parseAddress, PORT } from "./address.ts";
import type { Address } from "./address.ts";
import { expandCommandFiles } from "./command_file.ts";
import { impliedBy, targetOf, timeoutsOf } from "./config_peer.ts";
import { EffectiveOptions } from "./effective.ts";
import type { FileSystem } from "./host.ts";
import {
  COMMAND_TABLE,
  type OptionId,
  type OptionValues,
  SERVED_OPTIONS,
} from "./options.ts";
import { GENERAL_GROUP } from "./options/general.ts";
import { TLS_GROUP } from "./options/tls.ts";
import { type CommandLine, type Grammar, parseCommandLine } from "./parse.ts";
import type {
  CommandForm,
  EchoConfig,
  ExtractConfig,
  FindConfig,
  LogConfig,
  OutputFormat,
  PeerConfig,
  ResultsConfig,
  RunConfig,
  ServeConfig,
  TextConfig,
} from "./run_config.ts";

/** What the configuration must know of the machine: part of a `Host`. */
export interface ConfigHost {
  readonly args: readonly string[];
  env(name: string): string | undefined;
  readonly files: Pick<FileSystem, "stat" | "read">;
}

/** What became of a command line. */
export type Outcome =
  | { readonly ok: true; readonly config: RunConfig }
  | {
    readonly ok: false;
    /** What is wrong with it: a `UsageError`, or an `InputError` for a query file that cannot be read. */
    readonly error: FindscuError;
    readonly form: CommandForm;
    /** The user asked for quiet before the fault was found. */
    readonly isSilent: boolean;
  };

/** What this version's command line offers. */
export const GRAMMAR: Grammar = {
  rows: SERVED_OPTIONS,
  commands: COMMAND_TABLE,
};

/** Understands the arguments of a run. Never throws on a faulty command line. */
export function configure(
  host: ConfigHost,
  grammar: Grammar = GRAMMAR,
): Outcome {
  let form: CommandForm = host.args.some(isAddress) ? "address" : "dcmtk";
  let log: LogConfig | undefined;
  try {
    const args = expandCommandFiles(
      host.args,
      (name) => new TextDecoder().decode(host.files.read(name)),
    );
    const line = parseCommandLine(args, grammar);
    form = line.form;
    if (line.fault !== undefined) throw line.fault;
    const text = textConfig(line, args.length === 0);
    if (text !== undefined) return { ok: true, config: text };
    const address = line.command === "serve" ? undefined : addressOf(line);
    const options = new EffectiveOptions(
      line,
      address === undefined ? [] : impliedBy(address),
    );
    const general = options.read((row) => row.group === GENERAL_GROUP);
    log = logConfig(line, general, options);
    const others = options.read((row) =>
      row.group !== GENERAL_GROUP && row.group !== TLS_GROUP
    );
    if (address === undefined) {
      return { ok: true, config: serveConfig(line, others, log) };
    }
    const files = filesOf(line);
    if (line.command === "find") checkQuery(files, line, others, options, host);
    const tls = options.read((row) => row.group === TLS_GROUP);
    const values = { ...general, ...others, ...tls };
    const peer = peerConfig(line.form, address, values, log);
    const config = line.command === "echo"
      ? echoConfig(peer, values, files)
      : findConfig(peer, values, files, options, host);
    return { ok: true, config };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof InputError)) {
      throw error;
    }
    const isSilent = log?.level === "fatal" || log?.level === "off";
    return { ok: false, error, form, isSilent };
  }
}

/** Options and commands that print a text and end there; they go before everything but an unknown option. */
function textConfig(
  line: CommandLine,
  isEmpty: boolean,
): TextConfig | undefined {
  const { command, form, parameters } = line;
  const ending = line.rows.find((row) =>
    row.ends && line.occurrences.some((occurrence) => occurrence.row === row)
  );
  const id = ending?.id as OptionId | undefined;
  if (isEmpty || id === "help") {
    const isLong = isEmpty ||
      line.occurrences.some((occurrence) =>
        occurrence.row === ending && occurrence.spelling !== "-h"
      );
    const topic = command === "find" ? undefined : command;
    return { command: "help", form, long: isLong, topic };
  }
  const texts = {
    version: "version",
    listCiphers: "list-ciphers",
    listProfiles: "list-profiles",
  } as const;
  if (id !== undefined && id in texts) {
    const text = texts[id as keyof typeof texts];
    return { command: text, form, long: false, topic: undefined };
  }
  if (command !== "man" && command !== "completions") return undefined;
  const wanted = command === "man" ? 0 : 1;
  if (parameters.length < wanted) throw new UsageError("Missing shell name");
  refuseMore(parameters.slice(wanted));
  return { command, form, long: false, topic: parameters[0] };
}

/** The peer: PEER and PORT, or the first ADDRESS among the parameters. */
function addressOf({ form, parameters }: CommandLine): Address {
  if (form === "address") {
    const address = parameters.find(isAddress);
    if (address === undefined) {
      throw new UsageError("Missing address", {
        hint: "-q takes the key that follows it; to be quiet say --quiet",
      });
    }
    return parseAddress(address);
  }
  const [host, port] = parameters;
  if (host === undefined) throw new UsageError("Missing parameter peer");
  if (port === undefined) throw new UsageError("Missing parameter port");
  const reading = PORT.read(port);
  if (reading.ok) {
    return { transport: "tcp", host, port: reading.value, aeTitle: undefined };
  }
  const { reason, isOurs, hint } = reading.fault;
  // DCMTK reads the port as an unsigned number, of which a negative one is a very large one.
  const range = /^\s*-\d/.test(port) ? "overflow" : reason;
  throw new UsageError(
    `Invalid parameter value ${port}${
      range === "invalid" ? "" : ` (${range})`
    }`,
    isOurs ? { hint } : {},
  );
}

/** The query files: what is left of the parameters. */
function filesOf({ form, parameters }: CommandLine): string[] {
  if (form === "dcmtk") return parameters.slice(2);
  const at = parameters.findIndex(isAddress);
  return parameters.filter((_, index) => index !== at);
}

function logConfig(
  line: CommandLine,
  general: OptionValues,
  options: EffectiveOptions,
): LogConfig {
  const level = general.logLevel ??
    (general.quiet
      ? "fatal"
      : general.verbose
      ? "info"
      : general.debug
      ? "debug"
      : "warn");
  const isMute = general.quiet === true || general.logLevel === "off" ||
    general.logLevel === "fatal" || general.logLevel === "error" ||
    general.logLevel === "warn";
  const isElsewhere = isMute || options.has("hideResponses") ||
    isExtracting(options);
  return {
    level,
    responses: options.has("showResponses") || !isElsewhere,
    configFile: general.logConfig,
    argumentsLine: general.arguments ? argumentsLine(line.words) : undefined,
  };
}

/** In the words of DCMTK's tools, with the empty line that they print behind it. */
function argumentsLine(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word}' `).join("");
  return `calling 'findscu' with ${words.length} arguments: ${quoted}\n`;
}

function isExtracting(options: EffectiveOptions): boolean {
  return options.has("extract") || options.has("extractXml") ||
    options.has("extractXmlSingle");
}

/** Whether there is a query at all, and whether its files can be read. */
function checkQuery(
  files: readonly string[],
  line: CommandLine,
  values: OptionValues,
  options: EffectiveOptions,
  host: ConfigHost,
): void {
  const textFiles = values.queryFile ?? [];
  for (const name of [...files, ...textFiles]) {
    if (name === "-") continue;
    if (host.files.stat(name)?.readable !== true) {
      throw new InputError(
        "input-unreadable",
        `cannot access file: ${name}`,
      );
    }
  }
  if ([...files, ...textFiles].filter((name) => name === "-").length > 1) {
    throw new UsageError("Standard input can be read only once");
  }
  const isGiven = files.length > 0 || textFiles.length > 0 ||
    options.occurrences("key", "query").length > 0;
  // An ADDRESS alone asks for everything at the level of the model.
  if (isGiven || inferredLevel(line.form, modelOf(line.form, values))) return;
  throw new UsageError(
    "either query file or override keys (or both) must be specified",
  );
}

function peerConfig(
  form: CommandForm,
  address: Address,
  values: OptionValues,
  log: LogConfig,
): PeerConfig {
  const aeTitle = address.transport === "mock" ? undefined : address.aeTitle;
  return {
    form,
    target: targetOf(address, values, form),
    callingAeTitle: values.callingAeTitle ??
      (form === "dcmtk" ? "FINDSCU" : "FIND-SCU"),
    calledAeTitle: values.calledAeTitle ?? aeTitle ?? "ANY-SCP",
    timeouts: timeoutsOf(values, form),
    maxPduLength: values.maxPdu ?? 16384,
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

function findConfig(
  peer: PeerConfig,
  values: OptionValues,
  files: readonly string[],
  options: EffectiveOptions,
  host: ConfigHost,
): FindConfig {
  const model = modelOf(peer.form, values);
  const results = resultsConfig(peer.form, values, options, host);
  const isLogged = results.format === "dcmtk" || options.has("showResponses");
  return {
    ...peer,
    log: { ...peer.log, responses: peer.log.responses && isLogged },
    command: "find",
    model,
    identifier: {
      files,
      fileKind: values.queryKind,
      queryTextFiles: values.queryFile ?? [],
      keys: options.occurrences("key", "query").map((occurrence) => ({
        term: occurrence.values[0]!,
        spelling: occurrence.spelling,
      })),
      inferredLevel: inferredLevel(peer.form, model),
      charset: values.charset ?? (peer.form === "dcmtk" ? "as-typed" : "fit"),
      writeTo: values.writeQuery,
    },
    transferSyntaxes: transferSyntaxesOf(values).map((syntax) => syntax.uid),
    compressionLevel: values.compressionLevel ?? 6,
    oldVrsOnly: values.disableNewVr ?? false,
    extendedNegotiation: {
      relational: values.relational ?? false,
      dateTime: values.datetime ?? false,
      fuzzy: values.fuzzy ?? false,
      timezone: values.timezoneAdjust ?? false,
      enhanced: values.enhanced ?? false,
    },
    priority: ({ medium: 0, high: 1, low: 2 } as const)[
      values.priority ?? "medium"
    ],
    repeat: values.repeat ?? 1,
    cancelAfter: values.cancel || undefined,
    maxResults: values.maxResults,
    correction: values.enableCorrection ?? false,
    strict: values.strict ?? false,
    results,
  };
}

function modelOf(form: CommandForm, values: OptionValues): FindModel {
  if (values.model !== undefined) return values.model;
  const name = values.worklist
    ? "worklist"
    : values.patient
    ? "patient"
    : values.study
    ? "study"
    : values.psonly
    ? "psonly"
    : form === "dcmtk"
    ? "worklist"
    : "study";
  return findModel(name)!;
}

/** QueryRetrieveLevel that the ADDRESS form adds when absent, where the model has levels at all. */
function inferredLevel(
  form: CommandForm,
  model: FindModel,
): "PATIENT" | "STUDY" | undefined {
  if (form === "dcmtk" || model.levels.length === 0) return undefined;
  return model.name === "patient" ? "PATIENT" : "STUDY";
}

/** In DCMTK's order, which peers that take the first or the last one depend on. */
function transferSyntaxesOf(values: OptionValues) {
  if (values.proposeImplicit) return [IMPLICIT_LE];
  if (values.proposeBig) return [EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE];
  const uncompressed = [EXPLICIT_LE, EXPLICIT_BE, IMPLICIT_LE];
  return values.proposeDeflated ? [DEFLATED_LE, ...uncompressed] : uncompressed;
}

function resultsConfig(
  form: CommandForm,
  values: OptionValues,
  options: EffectiveOptions,
  host: ConfigHost,
): ResultsConfig {
  const isNowhere = options.has("hideResponses") ||
    (isExtracting(options) && !options.has("showResponses"));
  const byDefault: OutputFormat | undefined = form === "dcmtk"
    ? "dcmtk"
    : isNowhere
    ? undefined
    : "text";
  return {
    format: values.format ?? byDefault,
    file: values.output,
    rawText: values.rawText ?? false,
    columns: values.columns,
    sort: values.sort ?? [],
    countOnly: values.count ?? false,
    wide: values.wide ?? false,
    // https://no-color.org: any value but the empty one
    color: values.color ?? (host.env("NO_COLOR") ? "never" : "auto"),
    progress: values.progress ? "always" : values.noProgress ? "never" : "auto",
    bom: values.bom ?? false,
    csvSafe: values.csvSafe ?? false,
    html: values.html,
    assumeCharset: values.assumeCharset ?? [],
    charsetMap: new Map(values.charsetMap ?? []),
    extract: extractConfig(values),
  };
}

function extractConfig(values: OptionValues): ExtractConfig | undefined {
  const kind = values.extract
    ? "dicom"
    : values.extractXml
    ? "xml"
    : values.extractXmlSingle !== undefined
    ? "xml-single"
    : undefined;
  return kind === undefined ? undefined : {
    kind,
    directory: values.outputDirectory ?? ".",
    file: values.extractXmlSingle,
    limit: values.limitOutput ?? Infinity,
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
    latency: (values.serveLatency ?? 0) * 1000,
    timeouts: timeoutsOf(values, form),
    maxPduLength: values.maxPdu ?? 16384,
    log,
  };
}

function refuseMore(parameters: readonly string[]): void {
  if (parameters.length > 0) {
    throw new UsageError(`Unexpected parameter "${parameters[0]}"`);
  }
}
