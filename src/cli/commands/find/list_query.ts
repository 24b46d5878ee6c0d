/** The query that the rows of a list fill (`--each`). Loaded on demand. */
import { QUERY_RETRIEVE_LEVEL } from "../../../dataset/tag.ts";
import { stringsOf } from "../../../codec/values.ts";
import type { Dataset } from "../../../dataset/dataset.ts";
import type { Dictionary } from "../../../dictionary/dictionary.ts";
import { UsageError } from "../../../errors.ts";
import type { FindConfig, ListConfig } from "../../config/run_config.ts";
import { type PreparedList, prepareList } from "../../lists/prepare.ts";
import { PATIENT_TAGS } from "../../lists/questions.ts";
import type { RunContext } from "../../log/console.ts";
import type { ListShape } from "../../results/sink.ts";
import { queryModelOf } from "../../../identifier/levels.ts";
import {
  queryBuilder,
  type RunQuery,
  typedKeys,
} from "../shared/identifiers.ts";

/** The query and its list. */
export interface ListQuery {
  readonly query: RunQuery & { readonly list: ListShape };
  readonly preparedList: PreparedList;
}

/** Reads the beginning of the list and builds the query. Throws `UsageError` and `InputError`. */
export async function preparedQuery(
  config: FindConfig,
  list: ListConfig,
  context: RunContext,
  dictionary: Dictionary,
): Promise<ListQuery> {
  const { host, signal, output: { own: log } } = context;
  const builder = await queryBuilder(config, context, dictionary);
  let query: RunQuery | undefined;
  const warn = (text: string) => log.warn(text);
  const build = (keys: readonly string[]): Dataset => {
    const queries = builder.build(keys, query === undefined ? warn : undefined);
    const [first] = queries;
    if (first === undefined || queries.length > 1) {
      throw new UsageError("--each allows one query, not several");
    }
    query ??= { ...first, dataset: first.dataset.clone() };
    return first.dataset;
  };
  const preparedList = await prepareList({
    list,
    host,
    dictionary,
    signal,
    terms: typedKeys(config).map(({ term }) => term),
    build,
    asksPatient: (dataset) => asksPatient(config, dataset),
  });
  const dataset = query!.dataset;
  const shape = {
    columns: preparedList.labels,
    keys: preparedList.keys,
    hidden: new Set(PATIENT_TAGS.filter((tag) => !dataset.has(tag))),
  };
  if (list.resume) {
    const { resumed } = await import("./list_resume.ts");
    const { target, rows } = await resumed(
      config,
      preparedList,
      dataset,
      host,
      log,
    );
    return {
      query: { ...query!, list: { ...shape, target } },
      preparedList: { ...preparedList, rows, resume: target },
    };
  }
  return { query: { ...query!, list: shape }, preparedList };
}

/**
 * Whether Patient ID and its issuer can be requested beside the keys, to see whether a row fits several patients: with an ADDRESS,
 * at the levels that have them (PS3.4 C.6.1.1, C.6.2.1, K.6.1.2.2).
 */
function asksPatient({ form, model }: FindConfig, dataset: Dataset): boolean {
  if (form !== "address") return false;
  const name = queryModelOf(model.name);
  if (name === "worklist") return true;
  const level = dataset.get(QUERY_RETRIEVE_LEVEL);
  const text = level && stringsOf(level)[0];
  return (name === "study" && text === "STUDY") || text === "PATIENT";
}
