/**
 * The settings of a query: model, identifier, proposal, results. Values are already checked; this file decides their
 * joint meaning, and the defaults of either grammar.
 */

import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../codec/transfer_syntax.ts";
import { InputError, UsageError } from "../../errors.ts";
import { type FindModel, findModel } from "../../find/models.ts";
import { formatsWith, type ResultFormat } from "../../output/format_names.ts";
import { checkList, listConfig, paceConfig } from "./list.ts";
import { type EffectiveOptions, isExtracting } from "./effective.ts";
import { destinationOf } from "./file_format.ts";
import type { ConfigHost } from "../host.ts";
import type { OptionId, OptionValues } from "../line/options.ts";
import { fileHint } from "../line/parameter_hint.ts";
import type {
  ExtractConfig,
  FindConfig,
  PeerConfig,
  ResultsConfig,
} from "./run_config.ts";
import { type CommandForm, nameOf } from "../line/options/row.ts";

/** Everything about one query run. */
export function findConfig(
  peer: PeerConfig,
  values: OptionValues,
  files: readonly string[],
  options: EffectiveOptions,
  host: ConfigHost,
): FindConfig {
  const model = modelOf(peer.form, values);
  const keys = options.occurrences("key", "query").map((occurrence) => ({
    term: occurrence.values[0]!,
    ...occurrence.source && { source: occurrence.source },
  }));
  // Keys with values choose matches, not attributes to return, unless they match any value.
  const isUsual = peer.form === "address" && files.length === 0 &&
    values.queryFile === undefined && values.columns === undefined &&
    values.countBy === undefined &&
    (values.count === undefined || keys.length === 0) &&
    keys.every(({ term }) => /=(?!\*+$)./s.test(term));
  const results = resultsConfig(peer.form, isUsual, values, options, host);
  const isLogged = results.format === "dcmtk" || options.has("showResponses");
  return {
    ...peer,
    log: {
      ...peer.log,
      responses: peer.log.responses && isLogged,
      keepsStdout: results.format !== undefined && results.format !== "dcmtk",
    },
    command: "find",
    model,
    identifier: {
      files,
      queryKind: values.queryKind,
      queryFiles: values.queryFile ?? [],
      keys,
      usual: isUsual,
      charset: values.charset ?? (peer.form === "dcmtk" ? "as-typed" : "fit"),
      level: values.level,
      writeQuery: values.writeQuery,
    },
    transferSyntaxes: transferSyntaxesOf(values).map((syntax) => syntax.uid),
    compressionLevel: values.compressionLevel ?? 6,
    disableNewVr: values.disableNewVr ?? false,
    extendedNegotiation: {
      relational: values.relational ?? false,
      datetime: values.datetime ?? false,
      fuzzy: values.fuzzy ?? false,
      timezoneAdjust: values.timezoneAdjust ?? false,
      enhanced: values.enhanced ?? false,
    },
    priority: values.priority ?? "medium",
    repeat: values.repeat ?? 1,
    writeTimeout: values.writeTimeout,
    cancelAfter: values.cancelAfter || undefined,
    maxResults: values.maxResults,
    where: values.where ?? [],
    enforce: values.enforce ?? false,
    list: listConfig(values, host),
    pace: paceConfig(values),
    split: values.split
      ? { splitBy: values.splitBy, peerLimit: values.peerLimit }
      : undefined,
    peers: [],
    unique: values.unique ?? false,
    compares: false,
    expand: values.expand,
    fillCounts: values.fillCounts ?? false,
    correction: values.enableCorrection ?? false,
    strict: values.strict ?? false,
    results,
  };
}

function modelOf(form: CommandForm, values: OptionValues): FindModel {
  return givenModel(values) ??
    findModel(form === "dcmtk" ? "worklist" : "study")!;
}

/** The model that is requested by name; undefined if none is. */
export function givenModel(values: OptionValues): FindModel | undefined {
  if (values.model !== undefined) return values.model;
  const name = (["worklist", "patient", "study", "psonly"] as const)
    .find((option) => values[option]);
  return name && findModel(name);
}

/** In DCMTK's order, on which peers that use the first or the last one depend. */
function transferSyntaxesOf(values: OptionValues) {
  if (values.proposeImplicit) return [IMPLICIT_LE];
  if (values.proposeBig) return [EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE];
  const uncompressed = [EXPLICIT_LE, EXPLICIT_BE, IMPLICIT_LE];
  return values.proposeDeflated ? [DEFLATED_LE, ...uncompressed] : uncompressed;
}

function resultsConfig(
  form: CommandForm,
  isUsual: boolean,
  values: OptionValues,
  options: EffectiveOptions,
  host: ConfigHost,
): ResultsConfig {
  const isNowhere = options.has("hideResponses") ||
    (isExtracting(options) && !options.has("showResponses"));
  const byDefault: ResultFormat | undefined = form === "dcmtk"
    ? "dcmtk"
    : isNowhere
    ? undefined
    : isUsual || values.list !== undefined || values.countBy !== undefined
    ? "table"
    : "text";
  const { format, file, page, files } = destinationOf(values, form, host);
  // A page or files alone leave nothing to print, unless the user requests output.
  const isKept = values.outputFile !== undefined && file === undefined;
  const plainFormat = values.format ?? format ??
    (isKept ? undefined : byDefault);
  const counts = values.countBy !== undefined;
  const counting = formatsWith("count");
  if (
    counts && (plainFormat === undefined || !counting.includes(plainFormat))
  ) {
    throw new UsageError(
      plainFormat === undefined
        ? "--count-by needs an output"
        : `--count-by cannot be written in format ${plainFormat}`,
      { hint: `Choose one of ${counting.join(", ")}` },
    );
  }
  return {
    format: plainFormat,
    outputFile: file,
    rawText: values.rawText ?? false,
    columns: values.columns ?? values.countBy,
    sort: values.sort ?? [],
    count: values.count ?? false,
    countBy: counts,
    wide: values.wide ?? false,
    // https://no-color.org: any value but the empty one
    color: values.color ?? (isSet("NO_COLOR", host) ? "never" : "auto"),
    progress: values.progress ? "always" : values.noProgress ? "never" : "auto",
    pager: values.noPager ? undefined : pagerOf(host),
    bom: values.bom ?? false,
    csvSafe: values.csvSafe ?? false,
    dates: values.dates ?? "stored",
    names: values.names ?? "string",
    allAttributes: values.allAttributes ?? false,
    html: page,
    assumeCharset: values.assumeCharset ?? [],
    charsetMap: new Map(values.charsetMap ?? []),
    extract: files === undefined ? extractConfig(values) : {
      kind: "dicom",
      ...files,
      file: undefined,
      limit: values.extractLimit ?? Infinity,
    },
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
    directory: values.extractDirectory ?? ".",
    stem: "rsp",
    file: values.extractXmlSingle,
    limit: values.extractLimit ?? Infinity,
  };
}

/** Throws unless there is a query, all of whose files can be read. */
export function checkQuery(
  files: readonly string[],
  form: CommandForm,
  values: OptionValues,
  options: EffectiveOptions,
  host: ConfigHost,
): void {
  const textFiles = values.queryFile ?? [];
  for (const name of [...files, ...textFiles]) {
    if (name === "-") continue;
    if (host.files.stat(name)?.readable !== true) {
      const hint = fileHint(name, form);
      throw new InputError(
        "input-unreadable",
        `cannot access file: ${name}`,
        { ...hint && { hint } },
      );
    }
  }
  if ([...files, ...textFiles].filter((name) => name === "-").length > 1) {
    throw new UsageError("Standard input can be read only once");
  }
  checkUses(files, form, values, options);
  checkList(files, values, host);
  const isGiven = values.list !== undefined || files.length > 0 ||
    textFiles.length > 0 ||
    options.occurrences("key", "query").length > 0;
  // An ADDRESS alone queries everything at the level that is added to the query.
  const { name, levels } = modelOf(form, values);
  if (
    isGiven ||
    (form === "address" && (levels.length > 0 || name === "worklist"))
  ) return;
  throw new UsageError(
    "either query file or override keys (or both) must be specified",
    {
      hint: `Keys like ${
        form === "dcmtk" ? "-k" : "-q"
      } PatientName name the attributes to request`,
    },
  );
}

/** Options whose file would be left out in silence if another one followed. */
const SINGLE_FILES = ["list", "outputFile", "html", "todo", "record"] as const;

/** Throws for options that something else, which is not there, would use; saved ones wait for it in silence. */
function checkUses(
  files: readonly string[],
  form: CommandForm,
  values: OptionValues,
  options: EffectiveOptions,
): void {
  const typed = (id: OptionId) =>
    options.occurrences(id).filter(({ source }) => source === undefined);
  const isTyped = (id: OptionId) => typed(id).length > 0;
  for (const id of SINGLE_FILES) {
    const [first, ...others] = typed(id);
    const other = others.find(({ values: [file] }) =>
      file !== first!.values[0]
    );
    if (first === undefined || other === undefined) continue;
    throw new UsageError(
      `${nameOf(first.row)} names two files: "${first.values[0]}" and "${
        other.values[0]
      }"`,
      { hint: "Give one of them" },
    );
  }
  if (files.length === 0 && isTyped("queryKind")) {
    throw new UsageError("--query-kind only allowed with a query file", {
      hint: "Files of --query-file are always lines of keys",
    });
  }
  // DCMTK's findscu accepts it alone.
  if (
    form === "address" && extractConfig(values) === undefined &&
    isTyped("extractDirectory")
  ) {
    throw new UsageError(
      "--output-directory only allowed with --extract, --extract-xml or --extract-xml-single",
    );
  }
}

/** PAGER, unless it is empty; the usual pager if it is not set. */
function pagerOf(host: ConfigHost): string | undefined {
  const command = variable("PAGER", host) ?? "less -R";
  return command.trim() === "" ? undefined : command;
}

/** Whether a variable has a value. */
export function isSet(name: string, host: ConfigHost): boolean {
  return Boolean(variable(name, host));
}

/** A variable that decides on nothing but looks: one that may not be read is treated as not set. */
function variable(name: string, host: ConfigHost): string | undefined {
  try {
    return host.env(name);
  } catch {
    return undefined;
  }
}
