/** The identifiers of a run, one per query file, or one of keys alone. All input is read before anything is sent. */
import { corrected } from "../../../codec/correction.ts";
import {
  EXPLICIT_LE,
  type TransferSyntax,
} from "../../../codec/transfer_syntax.ts";
import { stringsOf } from "../../../codec/values.ts";
import { type Dataset, isSequence } from "../../../dataset/dataset.ts";
import { type Selector, tagsAt } from "../../../dataset/path.ts";
import { QUERY_RETRIEVE_LEVEL, type Tag } from "../../../dataset/tag.ts";
import type { Dictionary } from "../../../dictionary/dictionary.ts";
import { UsageError } from "../../../errors.ts";
import {
  buildIdentifier,
  type BuiltIdentifier,
} from "../../../identifier/build.ts";
import { type UsualKeys, usualKeys } from "../../../identifier/usual_keys.ts";
import type { QueryInput } from "../../../identifier/detect.ts";
import { applyKey } from "../../../identifier/key.ts";
import { parseSelector } from "../../../identifier/selector.ts";
import { BAD_CONDITION } from "../../../plan/condition_text.ts";
import { type Day, localDay } from "../../../identifier/date_words.ts";
import type { InputKind } from "../../../identifier/kinds.ts";
import type { TermSource } from "../../../identifier/mistake.ts";
import { levelOf, LEVELS, queryModelOf } from "../../../identifier/levels.ts";
import type { RunContext } from "../../log/console.ts";
import type { FindConfig, KeyArgument } from "../../config/run_config.ts";
import type { columnsToAsk } from "../../results/columns.ts";

/** One query to send. */
export interface RunQuery {
  /** The file it comes from; undefined when it is made of keys alone. */
  readonly file: string | undefined;
  readonly dataset: Dataset;
  /** The attributes that keys named, in the order typed. */
  readonly selectors: readonly Selector[];
  /** The transfer syntax of the file; explicit VR little endian without one. */
  readonly syntax: TransferSyntax;
  /** Its probable mistakes, of which the user was warned. */
  readonly warnings: readonly string[];
  /** Tags of the outermost level that keys have set. */
  readonly keyTags: ReadonlySet<Tag>;
  /** The usual return keys for such matches, if the user requests nothing in particular. */
  readonly usual?: UsualKeys;
}

/** Builds all identifiers, with a warning for whatever is probably wrong. Throws `UsageError` and `InputError`. */
export async function identifiers(
  config: FindConfig,
  context: RunContext,
  dictionary: Dictionary,
): Promise<RunQuery[]> {
  const builder = await queryBuilder(config, context, dictionary);
  const keys = typedKeys(config).map(({ term }) => term);
  return builder.build(keys, (text) => context.output.own.warn(text));
}

/** The keys of the command line, without those that are saved with the connection. */
export function typedKeys({ identifier }: FindConfig): KeyArgument[] {
  return identifier.keys.filter(({ source }) => source === undefined);
}

/** Makes the queries of a run, again and again with other keys. */
export interface QueryBuilder {
  /** The queries with these keys, as typed, in place of the command line's. Throws `UsageError` and `InputError`. */
  build(keys: readonly string[], warn?: (text: string) => void): RunQuery[];
}

/** Reads the query files, once. */
export async function queryBuilder(
  config: FindConfig,
  { host, output: { own: log }, signal }: RunContext,
  dictionary: Dictionary,
): Promise<QueryBuilder> {
  const { files, queryKind, queryFiles } = config.identifier;
  const read = async (
    name: string,
    kind?: InputKind,
  ): Promise<QueryInput[]> => {
    const bytes = name === "-"
      ? await host.stdin.readAll(signal)
      : host.files.read(name);
    const { readQueryInput } = await import("../../../identifier/detect.ts");
    return readQueryInput(bytes, name === "-" ? "standard input" : name, {
      dictionary,
      warn: (text) => log.warn(`${name}: ${text}`),
      ...(kind && { kind }),
    });
  };
  await host.files.readPipes(
    [...queryFiles, ...files].filter((name) => name !== "-"),
    signal,
  );
  // Keys that are saved with the connection give way to those that are typed.
  const terms: TermSource[] = config.identifier.keys.flatMap(
    ({ term, source }) =>
      source === undefined ? [] : [{ text: term, file: source }],
  );
  for (const name of queryFiles) {
    for (const input of await read(name, "keys")) {
      if (input.kind === "keys") terms.push(...input.terms);
    }
  }
  const sources: QuerySource[] = files.length === 0
    ? [{ file: undefined, terms }]
    : [];
  for (const file of files) {
    const inputs = await read(file, queryKind);
    inputs.forEach((input, index) =>
      sources.push({
        file: inputs.length === 1 ? file : `${file}[${index + 1}]`,
        input,
        terms: input.kind === "keys" ? [...input.terms, ...terms] : terms,
      })
    );
  }
  // The local time zone takes a runtime milliseconds to load: a third of a short query.
  const today = () => localDay(host.date());
  const { columns, sort } = config.results;
  const toAsk = columns === undefined && sort.length === 0
    ? undefined
    : (await import("../../results/columns.ts")).columnsToAsk;
  return {
    build: (keys, warn = () => {}) =>
      sources.map((source) =>
        queryOf(source, keys, config, dictionary, today, warn, toAsk)
      ),
  };
}

/** The parts of a query besides the keys of the command line. */
interface QuerySource {
  readonly file: string | undefined;
  readonly input?: QueryInput;
  readonly terms: readonly TermSource[];
}

function queryOf(
  { file, input, terms }: QuerySource,
  keys: readonly string[],
  config: FindConfig,
  dictionary: Dictionary,
  today: () => Day,
  warn: (text: string) => void,
  toAsk: typeof columnsToAsk | undefined,
): RunQuery {
  const parts = {
    form: config.form,
    model: queryModelOf(config.model.name),
    relational: config.extendedNegotiation.relational,
    level: config.identifier.level,
    expand: config.expand,
    terms,
    keys,
    charset: config.identifier.charset,
    dictionary,
    today,
    ...(input && input.kind !== "keys" && { base: input.dataset }),
  };
  const typedAlone = buildIdentifier(parts);
  const { more, usual } = unsaid(config, typedAlone, dictionary, toAsk);
  const { dataset, warnings, ...built } = more.length === 0
    ? typedAlone
    : buildIdentifier({ ...parts, keys: [...parts.keys, ...more] });
  const selectors = usual === undefined
    ? built.selectors
    : inReadingOrder(built.selectors, usual, dataset, dictionary);
  for (const { attribute } of config.where) {
    const selector = parseSelector(attribute, dictionary, BAD_CONDITION);
    if (tagsAt(dataset, selector) === undefined) {
      applyKey(dataset, attribute, { dictionary });
    }
  }
  for (const text of warnings) warn(file ? `${file}: ${text}` : text);
  if (dataset.size === 0) {
    throw new UsageError("The query is empty", {
      hint: "Name at least one attribute, for example -k PatientName",
    });
  }
  return {
    file,
    dataset: config.correction ? corrected(dataset) : dataset,
    selectors,
    warnings,
    syntax: input !== undefined && "syntax" in input
      ? input.syntax
      : EXPLICIT_LE,
    keyTags: new Set(
      selectors.map(([first]) => first!.tag)
        .filter((tag) => !isOfFile(dataset, tag, input)),
    ),
    ...usual && { usual },
  };
}

/** Keys that were not typed: the usual ones, and those that columns and sort keys name. Query files are sent as they are. */
function unsaid(
  config: FindConfig,
  built: BuiltIdentifier,
  dictionary: Dictionary,
  toAsk: typeof columnsToAsk | undefined,
): { more: readonly string[]; usual?: UsualKeys } {
  const { form, identifier, results } = config;
  if (form !== "address" || identifier.files.length > 0) return { more: [] };
  const usual = usualOf(config, built);
  const isMissing = (key: string) =>
    tagsAt(built.dataset, parseSelector(key, dictionary)) === undefined;
  const keys = usual?.keys.filter(isMissing) ?? [];
  const columns = (toAsk?.(results, built, dictionary) ?? [])
    .filter((label) => !keys.includes(label));
  return {
    more: [...keys, ...columns],
    ...identifier.usual && usual && { usual },
  };
}

/** The usual return keys at the levels of a query for which none are given. */
function usualOf(
  { identifier, model, expand, results }: FindConfig,
  { dataset }: BuiltIdentifier,
): UsualKeys | undefined {
  const element = dataset.get(QUERY_RETRIEVE_LEVEL);
  const top = element === undefined ? "" : stringsOf(element)[0] ?? "";
  const queryModel = queryModelOf(model.name);
  const first = identifier.usual ? usualKeys(queryModel, top) : undefined;
  if (expand === undefined || results.columns !== undefined) return first;
  const below = LEVELS.slice(
    LEVELS.findIndex((level) => level === top) + 1,
    LEVELS.indexOf(expand) + 1,
  ).filter((level) =>
    identifier.usual ||
    ![...dataset].some(({ tag }) => levelOf(tag, queryModel) === level)
  ).map((level) => usualKeys(queryModel, level)!);
  const all = first === undefined ? below : [first, ...below];
  const columns = [...new Set(all.flatMap((one) => one.columns))];
  return {
    // In addition to other keys, only attributes that people read are added.
    keys: identifier.usual
      ? [...new Set(all.flatMap((one) => one.keys))]
      : columns,
    columns,
    sort: first?.sort ?? [],
  };
}

/** Attributes in the order in which people read them, after those that are rarely requested. */
function inReadingOrder(
  selectors: readonly Selector[],
  { keys }: UsualKeys,
  dataset: Dataset,
  dictionary: Dictionary,
): Selector[] {
  const place = (selector: Selector) => tagsAt(dataset, selector)?.join(".");
  const order = keys.map((key) => place(parseSelector(key, dictionary)));
  const rank = (selector: Selector) => order.indexOf(place(selector));
  return selectors.toSorted((a, b) => rank(a) - rank(b));
}

/** Whether a sequence came with the file, and keys have changed no more than its items. */
function isOfFile(
  dataset: Dataset,
  tag: Tag,
  input: QueryInput | undefined,
): boolean {
  const element = dataset.get(tag);
  return element !== undefined && isSequence(element) &&
    input !== undefined && input.kind !== "keys" && input.dataset.has(tag);
}
