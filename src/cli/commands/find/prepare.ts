/** All that a run is to send, with the dictionary that names it: whatever is wrong with it is found before anything is sent. */
import { type Dataset, isSequence } from "../../../dataset/dataset.ts";
import { isPrivate } from "../../../dataset/tag.ts";
import { Dictionary } from "../../../dictionary/dictionary.ts";
import { mentionsPrivate } from "../../../dictionary/private_text.ts";
import { FindscuError } from "../../../errors.ts";
import type { FindConfig } from "../../config/run_config.ts";
import type { Host } from "../../host.ts";
import type { Console, RunContext } from "../../log/console.ts";
import { identifiers } from "../shared/identifiers.ts";
import { asFindscuError } from "../shared/peer.ts";
import type { PreparedFind } from "./context.ts";
import { proposedExtension } from "./negotiation.ts";
import { isPlanned, queryPlan } from "./planned.ts";

/** Builds the queries. Rejects with a `FindscuError` when there is something wrong with them. */
export async function prepareFind(
  config: FindConfig,
  context: RunContext,
): Promise<PreparedFind> {
  if (config.writeTimeout !== undefined) {
    context.output.own.warn(
      "--write-timeout has no effect: -ta, -td and -ts limit the time of sending, too",
    );
  }
  // Throws for what the model does not have.
  proposedExtension(config.model, config.extendedNegotiation);
  await checkFiles(config, context.host);
  const dictionary = await dictionaryFor(config, context);
  const input = await queriesOf(config, context, dictionary);
  const { queries } = input;
  const [{ usual } = {}] = queries;
  let readable = config;
  if (usual !== undefined) {
    const { readably } = await import("../../results/columns.ts");
    readable = readably(config, usual, queries, dictionary);
  }
  const findInput = { ...input, dictionary, config: readable };
  if (config.fillCounts) {
    const { requestsCount } = await import("../../../plan/counts.ts");
    if (!queries.some(({ dataset }) => requestsCount(dataset))) {
      context.output.own.warn(
        "--fill-counts has no effect: the query requests no count, such as NumberOfStudyRelatedSeries",
      );
    }
  }
  if (isPlanned(config)) {
    // A query that cannot be split or followed down is refused before anything is sent.
    for (const query of queries) {
      await queryPlan({ ...findInput, host: context.host }, query, () => {});
    }
  }
  return findInput;
}

/** Rejects with `UsageError` if one file is named for two purposes. */
async function checkFiles(config: FindConfig, host: Host): Promise<void> {
  const { results, list, record, identifier, target } = config;
  const outputs = [
    { role: "--output", path: results.outputFile },
    { role: "--html", path: results.html },
    { role: "--todo", path: list?.todo },
    { role: "--record", path: record?.file },
    { role: "--write-query", path: identifier.writeQuery },
  ];
  if (outputs.every(({ path }) => path === undefined)) return;
  const source = target.transport === "mock"
    ? target.source.split("?", 1)[0]
    : undefined;
  const { checkDistinct } = await import("../shared/distinct_files.ts");
  checkDistinct(outputs, [
    { role: "--each", path: list?.file },
    ...[...identifier.files, ...identifier.queryFiles]
      .map((path) => ({ role: "The query file", path })),
    // The built-in archive is no file, and may be queried without the right to read one.
    { role: "The address", path: source === "demo" ? undefined : source },
  ], host.files);
}

/** The queries, or the one that the rows of a list fill. */
async function queriesOf(
  config: FindConfig,
  context: RunContext,
  dictionary: Dictionary,
): Promise<Pick<PreparedFind, "queries" | "list">> {
  if (config.list === undefined) {
    const queries = await identifiers(config, context, dictionary);
    return { queries, list: undefined };
  }
  const { preparedQuery } = await import("./list_query.ts");
  const { query, preparedList: list } = await preparedQuery(
    config,
    config.list,
    context,
    dictionary,
  );
  return { queries: [query], list: list };
}

/** The standard's dictionary, with private attributes of vendors if they may be meant, and the files that DCMDICTPATH names. */
async function dictionaryFor(
  config: FindConfig,
  { host, output, signal }: RunContext,
): Promise<Dictionary> {
  const standard = config.form === "address"
    ? Dictionary.standard.lenient()
    : Dictionary.standard;
  let dictionary = standard;
  if (await namesPrivate(config, host, standard)) {
    const { privateEntries } = await import(
      "../../../dictionary/private_dictionary.ts"
    );
    dictionary = standard.withEntries(privateEntries());
  }
  const list = dictionaryPath(host, output);
  if (!list) return dictionary;
  const { dictionaryFiles, loadDictionaries } = await import(
    "./dictionaries.ts"
  );
  await host.files.readPipes(dictionaryFiles(list, host), signal);
  return loadDictionaries(list, host, output.log, dictionary);
}

/** Uncertainty is reported: attributes may lack their names. */
function dictionaryPath(host: Host, output: Console): string | undefined {
  try {
    return host.env("DCMDICTPATH");
  } catch (error) {
    const { message, hint } = asFindscuError(error);
    output.own.warn(`${message}: treated as not set. ${hint}`);
    return undefined;
  }
}

/** Whether a name in a key, a column or a query file may mean a private attribute of a vendor. */
async function namesPrivate(
  { identifier, results, where }: FindConfig,
  host: Host,
  standard: Dictionary,
): Promise<boolean> {
  const { keys, files, queryFiles } = identifier;
  const names = [
    ...keys.map(({ term }) => term.split("=", 1)[0]!),
    ...results.columns ?? [],
    ...results.sort,
    ...where.map(({ attribute }) => attribute),
  ];
  const isNamed = names.some((name) =>
    mentionsPrivate(name) || hasForeignName(name, standard)
  );
  if (isNamed) return true;
  for (const name of [...files, ...queryFiles]) {
    if (await isPrivateFile(name, host)) return true;
  }
  return false;
}

/** Whether a path has a name that the standard does not know: those of private attributes, or a mistake. */
function hasForeignName(path: string, standard: Dictionary): boolean {
  const names = path.match(/(?<!\w)[a-z]\w{2,}/gi) ?? [];
  return names.some((name) => standard.byKeyword(name) === undefined);
}

/** Pipes and devices can be read once only: they go without. */
async function isPrivateFile(name: string, { files }: Host): Promise<boolean> {
  if (name === "-" || files.stat(name)?.kind !== "file") return false;
  try {
    const bytes = files.read(name);
    if (mentionsPrivate(new TextDecoder().decode(bytes))) return true;
    const { decodeFile, isDicom } = await import("../../../file/part10.ts");
    return isDicom(bytes) &&
      hasUnknown(decodeFile(bytes, { lenient: true }).dataset);
  } catch (error) {
    // The next reader reports the failure.
    if (!(error instanceof FindscuError)) throw error;
    return false;
  }
}

/** Whether a private attribute has no VR, at any depth. */
function hasUnknown(dataset: Dataset): boolean {
  return dataset.elements.some((element) =>
    isSequence(element)
      ? element.items.some((item) => hasUnknown(item.dataset))
      : element.vr === "UN" && isPrivate(element.tag)
  );
}
