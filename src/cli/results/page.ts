/** The page of `--html`: a result to look at in a browser, besides the other output. Loaded on demand. */
import { sorted } from "../../output/arrange.ts";
import { aboutOf } from "./about.ts";
import { HtmlWriter } from "../../output/html.ts";
import type { TextOptions } from "../../output/writer.ts";
import type { Host } from "../host.ts";
import type { FindConfig } from "../config/run_config.ts";
import type { Console } from "../log/console.ts";
import type { ResultQuery, ResultSink } from "./sink.ts";
import { sortKeys, tableColumns } from "./columns.ts";
import { DataSink } from "./data.ts";
import { FileTarget } from "./target.ts";

/** The page, on its way to a file. */
export async function pageResults(
  file: string,
  config: FindConfig,
  queries: readonly ResultQuery[],
  text: TextOptions,
  host: Host,
  output: Console,
): Promise<ResultSink> {
  const { results } = config;
  const page = new HtmlWriter({
    ...text,
    columns: tableColumns(results, queries, text.dictionary),
    about: aboutOf(config, queries, text, host),
  });
  const writer = sorted(page, sortKeys(results, text.dictionary), text);
  const target = await FileTarget.create(file, host, output.log);
  return new DataSink(writer, target, output, host.clock.now);
}
