/** Matches as data: a format, and the stream or file that its text goes to. Does not depend on any option or the network. */
import { dateAndTime } from "../../output/about.ts";
import { resultWriter } from "../../output/formats.ts";
import { sanitizeLines } from "../../output/sanitize.ts";
import {
  ChunkEncoder,
  MOST_TEXT,
  recordOf,
  type ResultWriter,
  type Summary,
  type TextOptions,
} from "../../output/writer.ts";
import { type Format, hasTrait } from "../../output/format_names.ts";
import type { Host, OutputStream } from "../host.ts";
import type { ResultsConfig } from "../config/run_config.ts";
import type { Console } from "../log/console.ts";
import type { ResultMatch, ResultQuery, ResultSink } from "./sink.ts";
import type { DataRoute } from "./route.ts";
import { chosenColumns, sortKeys, tableColumns } from "./columns.ts";
import { type OutputTarget, outputTargetOf } from "./target.ts";

/** Matches in their format, on their way. */
export async function writtenResults(
  config: ResultsConfig,
  { format, to }: { readonly format: Format; readonly to: DataRoute["to"] },
  queries: readonly ResultQuery[],
  text: TextOptions,
  host: Host,
  output: Console,
  nestedLevels: readonly string[],
): Promise<ResultSink> {
  const { count, countBy, color, columns } = config;
  const isFile = to === "file";
  const stream = to === "stderr" ? host.stderr : host.stdout;
  const isTerminal = !isFile && stream.isTerminal;
  const writer = resultWriter(format, {
    ...text,
    columns: hasTrait(format, "columns")
      ? tableColumns(config, queries, text.dictionary)
      : chosenColumns(columns, text.dictionary),
    sort: sortKeys(config, text.dictionary),
    nested: nestedLevels,
    count,
    ...countBy && { countBy: chosenColumns(columns, text.dictionary) },
    // Output to a pipe or a file is for later use: nothing may be missing there, unless COLUMNS is set.
    width: isFile ? undefined : stream.columns,
    wide: config.wide,
    today: () => dateAndTime(host.date()).slice(0, 10),
    color: color === "auto"
      ? !isFile && stream.obeysEscapes
      : color === "always",
    // Without it nothing would be shown if there are no matches.
    closing: isTerminal,
    rawText: config.rawText,
    bom: config.bom,
    csvSafe: config.csvSafe,
  });
  const isPaged = config.pager !== undefined && !isFile && !count &&
    stream.obeysEscapes && stream.rows !== undefined &&
    hasTrait(format, "paged");
  const growing = queries[0]?.list?.target;
  const target = growing ??
    (isPaged
      ? await pagedTarget(config.pager, stream.rows, stream, host, output)
      : await outputTargetOf(config.outputFile, stream, host, output.log));
  // These have no escapes of their own for characters that control a terminal.
  const isBare = isTerminal && hasTrait(format, "unescaped");
  return new DataSink(
    writer,
    target,
    output,
    host.clock.now,
    {
      ...isBare && { filter: sanitizeLines },
      hasBegun: growing?.hasBegun === true,
      // One look takes in both.
      isReported: isTerminal && !isPaged && host.stderr.isTerminal &&
        output.log.shows("error"),
    },
  );
}

async function pagedTarget(
  command: string,
  rows: number,
  stream: OutputStream,
  host: Host,
  output: Console,
): Promise<OutputTarget> {
  const { PagedTarget } = await import("./paged_target.ts");
  return new PagedTarget(stream, rows, command, host, output);
}

/** How long a writer may hold matches back, in milliseconds. */
const PATIENCE = 500;

/** The peculiarities of a result's target. */
export interface DataSinkOptions {
  /** A transformation of each chunk. */
  readonly filter?: (chunk: string) => string;
  /** Whether the target has the beginning. */
  readonly hasBegun?: boolean;
  /** Whether the reader of the result has seen why it is incomplete. */
  readonly isReported?: boolean;
}

/** Matches through a writer to a target. */
export class DataSink implements ResultSink {
  readonly isPassive = false;
  isGone = false;
  readonly #writer: ResultWriter;
  readonly #encoder: ChunkEncoder;
  readonly #target: OutputTarget;
  readonly #output: Console;
  readonly #now: () => number;
  readonly #options: DataSinkOptions;
  #hasBegun = false;
  /** When the first of the matches came that the writer holds back. */
  #heldSince: number | undefined;
  /** Whether an earlier write failed: the output so far is not to be kept. */
  #hasFailed = false;

  constructor(
    writer: ResultWriter,
    target: OutputTarget,
    output: Console,
    now: () => number,
    options: DataSinkOptions = {},
  ) {
    if (options.hasBegun) {
      this.#hasBegun = true;
      // The writer begins, too, but its opening text has been written.
      writer.begin();
    }
    this.#options = options;
    this.#writer = writer;
    this.#encoder = new ChunkEncoder(writer);
    this.#target = target;
    this.#output = output;
    this.#now = now;
  }

  get isHolding(): boolean {
    return this.#heldSince !== undefined || this.#target.isHolding;
  }

  begin(): void {}

  async take(
    matches: readonly ResultMatch[],
    first: number,
  ): Promise<void> {
    // Messages about the way here come before the matches.
    await this.#output.flush();
    let chunk = this.#begin();
    let number = first;
    let isHeld = false;
    const { isBlind } = this.#writer;
    if (isBlind) findLosses(matches);
    for (const match of isBlind ? [] : matches) {
      const record = recordOf(match, number++);
      const text = this.#writer.match(record);
      isHeld = text === "";
      chunk += text;
      if (chunk.length < MOST_TEXT) continue;
      await this.#write(chunk);
      chunk = "";
    }
    chunk += this.#flushIfLate(isHeld);
    await this.#write(chunk);
    await this.#output.flush();
  }

  async idle(): Promise<void> {
    if (this.#heldSince !== undefined) await this.#write(this.#flush());
    if (!await this.#target.release()) this.isGone = true;
    await this.#output.flush();
  }

  async end(summary: Summary): Promise<void> {
    await this.#output.flush();
    this.#heldSince = undefined;
    if (!this.#hasFailed) {
      const isShort = this.#options.isReported &&
        summary.incomplete !== undefined;
      const shortSummary = isShort ? { ...summary, incomplete: "" } : summary;
      await this.#write(this.#begin() + this.#writer.end(shortSummary));
      for (const notice of this.#writer.notices?.() ?? []) {
        this.#output.own.warn(notice);
      }
    }
    await this.#target.end(summary, this.#hasFailed);
    await this.#output.flush();
  }

  #begin(): string {
    if (this.#hasBegun) return "";
    this.#hasBegun = true;
    return this.#writer.begin();
  }

  /** Matches held back too long: those that arrive one by one must not wait for ever. */
  #flushIfLate(isHeld: boolean): string {
    if (!isHeld || this.#writer.flush === undefined) {
      this.#heldSince = undefined;
      return "";
    }
    this.#heldSince ??= this.#now();
    return this.#now() - this.#heldSince < PATIENCE ? "" : this.#flush();
  }

  #flush(): string {
    this.#heldSince = undefined;
    return this.#writer.flush?.() ?? "";
  }

  async #write(chunk: string): Promise<void> {
    if (chunk === "" || this.isGone) return;
    if (this.#target.isTerminal) await this.#output.hideStatus();
    try {
      const { filter } = this.#options;
      const text = filter === undefined ? chunk : filter(chunk);
      const bytes = this.#encoder.encode(text);
      if (!await this.#target.write(bytes)) this.isGone = true;
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }
}

/** Finds out what is lost of matches, which is reported at the end. A loop by itself is compiled sooner than one that may wait. */
function findLosses(matches: readonly ResultMatch[]): void {
  for (const match of matches) {
    // Elements of the usual kind have lost nothing.
    if (match.elements === undefined) void match.dataset;
  }
}
