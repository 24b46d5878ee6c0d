/** Taking up the result of a list (`--resume`). Loaded on demand. */
import type { Dataset } from "../../../dataset/dataset.ts";
import { UsageError } from "../../../errors.ts";
import { dicomJson } from "../../../output/dicom_json.ts";
import { formatsWith } from "../../../output/format_names.ts";
import type { JournalHead } from "../../../plan/journal.ts";
import type { Row } from "../../../plan/list.ts";
import type { FindConfig } from "../../config/run_config.ts";
import type { Host } from "../../host.ts";
import type { PreparedList } from "../../lists/prepare.ts";
import { PEER, ResumedResult } from "../../lists/resume.ts";
import type { Logger } from "../../log/log.ts";

/** The point at which the result continues, and the remaining rows. Throws `UsageError` and `InputError`. */
export async function resumed(
  config: FindConfig,
  list: PreparedList,
  template: Dataset,
  host: Host,
  log: Logger,
): Promise<{ target: ResumedResult; rows: AsyncIterable<Row> }> {
  const { outputFile, format } = config.results;
  const formats: readonly unknown[] = formatsWith("resume");
  if (
    outputFile === undefined || outputFile === "-" || !formats.includes(format)
  ) {
    throw new UsageError(
      `--resume needs a file to continue, in one of the formats ${
        formats.join(", ")
      }`,
      { hint: "Name one: --output FILE.csv" },
    );
  }
  const head = headOf(config, list, template);
  const target = await ResumedResult.open(outputFile, head, host, log);
  try {
    return { target, rows: await target.remaining(list.rows) };
  } catch (error) {
    target.leave();
    throw error;
  }
}

/** The settings that must be the same in all runs that make one result. */
function headOf(
  config: FindConfig,
  { columns, questions }: PreparedList,
  template: Dataset,
): JournalHead {
  const { target, calledAeTitle, model, results, list } = config;
  const { where, enforce, split, expand, fillCounts } = config;
  const { extendedNegotiation } = config;
  const { format, bom, csvSafe, dates, names, allAttributes } = results;
  const { assumeCharset, charsetMap } = results;
  const text = (...values: readonly unknown[]) => JSON.stringify(values);
  return {
    question: {
      [PEER]: "host" in target
        ? `${calledAeTitle}@${target.host}:${target.port}`
        : target.source,
      "the model": model.uid,
      "the keys": text(dicomJson(template), questions.description),
      "the columns of the list": text(columns),
      "the format": text(
        format,
        results.columns ?? [],
        bom,
        csvSafe,
        dates,
        names,
        allAttributes,
        assumeCharset,
        [...charsetMap],
        list!.onlyFound,
      ),
      "the filters": text(where, enforce, split ?? false, list!.eachWildcards),
      "the levels": text(expand ?? false, fillCounts),
      ...Object.values(extendedNegotiation).includes(true) && {
        "the extended negotiation": text(extendedNegotiation),
      },
    },
  };
}
