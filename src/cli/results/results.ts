/**
 * The targets of the matches of a run: through the logger, as data to stdout or a file, into a page, several of them at once. Does
 * not depend on the network.
 */
import type { Clock } from "../../driver/drive.ts";
import {
  QUERY_RETRIEVE_LEVEL,
  SERVING_TAGS,
  type Tag,
} from "../../dataset/tag.ts";
import { Dictionary } from "../../dictionary/dictionary.ts";
import { ENTITIES, LEVELS } from "../../identifier/levels.ts";
import { stringsOf } from "../../codec/values.ts";
import { hasTrait } from "../../output/format_names.ts";
import type { Summary, TextOptions } from "../../output/writer.ts";
import type { Host } from "../host.ts";
import type { FindConfig, ResultsConfig } from "../config/run_config.ts";
import type { Console } from "../log/console.ts";
import { isNamed, resultRoute } from "./route.ts";
import { Progress } from "./progress.ts";
import { LogSink } from "./log.ts";
import type {
  ResultMatch,
  ResultQuery,
  ResultSink,
  RunResults,
} from "./sink.ts";
import { withRemedy, worded } from "../line/remedies.ts";
import type { CharsetOptions } from "../../charset/charset.ts";
import type { Logger } from "../log/log.ts";

/**
 * The results that the configuration specifies. Tabular formats have the requested attributes as columns.
 * Throws `UsageError` for columns and sort keys that do not exist, `OutputError` for files that cannot be made.
 */
export async function openResults(
  config: FindConfig,
  queries: readonly ResultQuery[],
  host: Host,
  output: Console,
  dictionary: Dictionary = Dictionary.standard,
): Promise<ResultSinks> {
  const { results } = config;
  warnOfUnused(results, output);
  const { format } = results;
  if (
    queries[0]?.hasPeers && format !== undefined &&
    !hasTrait(format, "peer")
  ) {
    output.own.warn(`Format ${format} cannot show which peer a match is from`);
  }
  const text: TextOptions = {
    charsets: textOptions(results, output.own),
    dictionary,
    hidden: results.allAttributes
      ? NOTHING
      : new Set([...unasked(queries), ...queries[0]?.list?.hidden ?? []]),
    dates: results.dates,
    names: results.names,
    words: worded,
  };
  const sinks: ResultSink[] = [];
  const { html } = results;
  if (results.columns !== undefined || results.sort.length > 0) {
    const { unaskedWarnings } = await import("./columns.ts");
    unaskedWarnings(results, queries, config.form, dictionary)
      .forEach((text) => output.own.warn(text));
  }
  const { isLogged, data } = resultRoute(results, output.log.showsResponses);
  try {
    const { extract } = results;
    const extractor = extract && await (await import("./files.ts"))
      .extractorOf(config, extract, text, host, output);
    if (
      isLogged || extractor !== undefined || data === undefined ||
      output.log.shows("info")
    ) {
      sinks.push(
        new LogSink(output, {
          showsResponses: isLogged,
          rawText: results.rawText,
          correction: config.correction,
          text,
          extractor,
        }),
      );
    }
    const { format } = data ?? {};
    if (format === "xlsx") {
      const { workbookResults } = await import("./workbook.ts");
      sinks.push(await workbookResults(config, queries, text, host, output));
    } else if (data !== undefined && format !== undefined) {
      const { writtenResults } = await import("./data.ts");
      sinks.push(
        await writtenResults(
          results,
          { format, to: data.to },
          queries,
          text,
          host,
          output,
          arraysBelow(config, queries),
        ),
      );
    }
    if (html !== undefined) {
      const { pageResults } = await import("./page.ts");
      sinks.push(
        await pageResults(html, config, queries, text, host, output),
      );
    }
  } catch (error) {
    // Nothing arrived: files that were begun are removed.
    for (const sink of sinks) await sink.end(NOTHING_CAME);
    throw error;
  }
  const progress = progressOf(config, host, output);
  output.status = progress;
  return new ResultSinks(sinks, progress, host.clock);
}

/** Names of the arrays that matches of lower levels are in, from the top down. */
function arraysBelow(
  { expand }: FindConfig,
  [first]: readonly ResultQuery[],
): string[] {
  if (expand === undefined || first === undefined) return [];
  const element = first.dataset.get(QUERY_RETRIEVE_LEVEL);
  const [top] = element === undefined ? [] : stringsOf(element);
  return LEVELS.slice(
    LEVELS.findIndex((level) => level === top) + 1,
    LEVELS.indexOf(expand) + 1,
  ).map((level) => ENTITIES[level][1]);
}

const NOTHING: ReadonlySet<Tag> = new Set();

/** Attributes that serve the query and that no key names. */
function unasked(queries: readonly ResultQuery[]): ReadonlySet<Tag> {
  const tags = new Set(
    queries.flatMap(({ selectors }) => selectors.map(([first]) => first!.tag)),
  );
  return new Set(SERVING_TAGS.filter((tag) => !tags.has(tag)));
}

const NOTHING_CAME: Summary = {
  matches: 0,
  elapsed: 0,
  incomplete: "never asked",
};

/** Options without a meaning in the chosen format are harmless, but perhaps not intended. */
function warnOfUnused(results: ResultsConfig, output: Console): void {
  const { format, bom, csvSafe, wide, dates, names, allAttributes } = results;
  const { count, sort, rawText, extract } = results;
  const outputText = count
    ? "with --count"
    : format === undefined
    ? "without output"
    : `in format ${format}`;
  // DCMTK's lines are also in files of -X, by their numbers, and in messages.
  const isRaw = rawText && extract === undefined && !output.log.shows("info");
  for (
    const [name, trait, isGiven] of [
      ["--bom", "bom", bom],
      ["--csv-safe", "csvSafe", csvSafe],
      ["--wide", "wide", wide],
      ["--dates", "dates", dates !== "stored"],
      ["--names", "names", names !== "string"],
      ["--all-attributes", "allAttributes", allAttributes],
      ["--raw-text", "rawText", isRaw],
      ["--sort", undefined, count && sort.length > 0],
    ] as const
  ) {
    const isUnused = count || format === undefined || trait === undefined ||
      !hasTrait(format, trait);
    if (isGiven && isUnused) {
      output.own.warn(`${name} has no effect ${outputText}`);
    }
  }
}

/** The progress line, unless none is wanted. */
function progressOf(
  { form, log, results }: FindConfig,
  host: Host,
  output: Console,
): Progress | undefined {
  const { progress, format, outputFile, count, sort } = results;
  if (progress === "never") return undefined;
  const isCertain = progress === "always";
  const isAlone = isCertain || count || sort.length > 0 ||
    isNamed(outputFile) || format === undefined ||
    (format === "dcmtk" ? !output.log.showsResponses : !host.stdout.isTerminal);
  const isQuiet = log.level === "fatal" || log.level === "off";
  if (!isAlone && (form === "dcmtk" || isQuiet)) return undefined;
  return new Progress(host.stderr, host.clock.now, {
    needsTerminal: !isCertain,
    // Matches that scroll by on the terminal are progress enough, once there are any.
    isBrief: !isAlone,
    isSorting: sort.length > 0,
  });
}

/** The pause between matches after which held-back ones are shown, and the interval of the progress line, in milliseconds. */
const TICK = 200;

/**
 * How many waits a short run has at most: others look at once whether anybody sees the progress line, as waits that can be
 * interrupted take longer, and what they wait for more memory.
 */
const FEW_WAITS = 5;

/** All outputs that receive the matches, and the progress line. */
export class ResultSinks implements RunResults {
  readonly #sinks: readonly ResultSink[];
  readonly #progress: Progress | undefined;
  readonly #clock: Clock;
  #waits = 0;
  /** Failures besides the one that ended the run: each is a result that is missing. */
  readonly #unreported: unknown[] = [];

  /** Use `openResults`. */
  constructor(
    sinks: readonly ResultSink[],
    progress: Progress | undefined,
    clock: Clock,
  ) {
    this.#sinks = sinks;
    this.#progress = progress;
    this.#clock = clock;
  }

  get isGone(): boolean {
    const readers = this.#sinks.filter((sink) => !sink.isPassive);
    return readers.length > 0 && readers.every((sink) => sink.isGone);
  }

  begin(): void {
    for (const sink of this.#sinks) sink.begin();
  }

  async take(matches: readonly ResultMatch[], first: number): Promise<void> {
    const [failure, ...others] = await this.#each((sink) =>
      sink.take(matches, first)
    );
    this.#unreported.push(...others);
    if (failure !== undefined) throw failure;
    this.#progress?.count(first + matches.length - 1);
    await this.#progress?.show();
  }

  cancelling(): void {
    this.#progress?.cancelling();
  }

  showProgress(text: () => string): void {
    this.#progress?.describe(text);
  }

  async wait<T>(next: Promise<T>): Promise<T> {
    if (++this.#waits === FEW_WAITS) this.#progress?.lookForTerminal();
    while (this.#progress?.isOver === false || this.#isHolding) {
      let stop = () => {};
      const tick = new Promise<typeof LATE>((resolve) => {
        stop = this.#clock.after(TICK, () => resolve(LATE));
      });
      try {
        const first = await Promise.race([next, tick]);
        if (first !== LATE) return first;
      } finally {
        stop();
      }
      for (const sink of this.#sinks) await sink.idle();
      await this.#progress?.show();
    }
    return await next;
  }

  get #isHolding(): boolean {
    return this.#sinks.some((sink) => sink.isHolding);
  }

  async end(summary: Summary): Promise<void> {
    await this.#progress?.end();
    const failures = await this.#each((sink) => sink.end(summary));
    const [failure] = [...this.#unreported, ...failures];
    if (failure !== undefined) throw failure;
  }

  /** Does something to every one of them, even if one fails; returns the failures. */
  async #each(action: (sink: ResultSink) => Promise<void>): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const sink of this.#sinks) {
      try {
        await action(sink);
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }
}

const LATE = Symbol("late");

/** A peer that finds a new violation in every match fills neither the memory nor the screen. */
const MAX_REPORTS = 100;

/** Options for everything that decodes text in one run. */
export function textOptions(
  { assumeCharset, charsetMap }: Pick<
    ResultsConfig,
    "assumeCharset" | "charsetMap"
  >,
  log: Logger,
): CharsetOptions {
  const reported = new Set<string>();
  return {
    warn: (text, key = text, remedy) => {
      if (reported.size > MAX_REPORTS || reported.has(key)) return;
      reported.add(key);
      log.warn(
        reported.size <= MAX_REPORTS
          ? withRemedy(text, remedy)
          : "Further defects of this kind are not reported",
      );
    },
    ...(assumeCharset.length > 0 && { assume: assumeCharset }),
    ...(charsetMap.size > 0 && { map: charsetMap }),
  };
}
