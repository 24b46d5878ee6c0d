/** Format `xlsx`: a result as a workbook. Loaded on demand. */
import { UsageError } from "../../errors.ts";
import { sorted } from "../../output/arrange.ts";
import type { TextOptions } from "../../output/writer.ts";
import { XlsxWriter } from "../../output/xlsx/xlsx.ts";
import type { Host } from "../host.ts";
import type { FindConfig } from "../config/run_config.ts";
import type { Console } from "../log/console.ts";
import { aboutOf } from "./about.ts";
import type { ResultQuery, ResultSink } from "./sink.ts";
import { sortKeys, tableColumns } from "./columns.ts";
import { DataSink } from "./data.ts";
import { outputTargetOf } from "./target.ts";

/** The workbook, on its way to a file or into a pipe. Throws `UsageError` if it does not fit the other options or the terminal. */
export async function workbookResults(
  config: FindConfig,
  queries: readonly ResultQuery[],
  text: TextOptions,
  host: Host,
  output: Console,
): Promise<ResultSink> {
  const { results } = config;
  if (results.count) {
    throw new UsageError(
      "--count prints a number, not a workbook: leave out one of them",
    );
  }
  const workbook = new XlsxWriter({
    ...text,
    columns: tableColumns(results, queries, text.dictionary),
    about: aboutOf(config, queries, text, host),
  });
  const writer = sorted(workbook, sortKeys(results, text.dictionary), text);
  const target = await outputTargetOf(
    results.outputFile,
    host.stdout,
    host,
    output.log,
  );
  if (target.isTerminal) {
    throw new UsageError("A workbook cannot be shown on a terminal", {
      hint: "Name a file: --output FILE.xlsx",
    });
  }
  return new DataSink(writer, target, output, host.clock.now);
}
