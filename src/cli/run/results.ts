/** Where the matches of a run go: through the logger, or as data to stdout. Knows no network. */
import type { CharsetOptions } from "../../charset/charset.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import type { Match } from "../../driver/client.ts";
import { DcmtkDump } from "../../output/dcmtk_dump.ts";
import { dcmtkResponse } from "../../output/dcmtk_log.ts";
import {
  encodeChunk,
  type MatchRecord,
  type ResultWriter,
  type Summary,
} from "../../output/writer.ts";
import type { Host } from "../host.ts";
import type { ResultsConfig } from "../run_config.ts";
import type { Console } from "./console.ts";

/** Takes the matches of a run. */
export interface Results {
  /** Takes matches; `first` is the number of the first within the run. */
  take(
    matches: readonly Match[],
    first: number,
  ): Promise<void>;
  /** The run is over, well or not. */
  end(summary: Summary): Promise<void>;
  /** Whether the reader of the data went away: nothing more needs to be fetched. */
  readonly isGone: boolean;
}

/** What the configuration asks for. */
export async function resultsOf(
  config: ResultsConfig,
  identifier: Dataset | undefined,
  host: Host,
  output: Console,
): Promise<Results> {
  const charsets: CharsetOptions = {
    warn: (text) => output.log.warn(text),
    ...(config.assumeCharset.length > 0 && { assume: config.assumeCharset }),
    ...(config.charsetMap.size > 0 && { map: config.charsetMap }),
  };
  const { format } = config;
  if (format === undefined) return new Hidden(output);
  if (format === "dcmtk") {
    return new Logged(
      output,
      new DcmtkDump({ charsets, raw: config.rawText }),
      config.rawText,
    );
  }
  const { resultWriter } = await import("../../output/formats.ts");
  const writer = resultWriter(format, { charsets, identifier });
  return new Written(host, output, writer);
}

function record(match: Match, number: number): MatchRecord {
  const { status, dataset, syntax } = match;
  return { number, status, dataset, syntax };
}

/** Matches that nobody wants to see: nothing of them is decoded. */
class Hidden implements Results {
  readonly isGone = false;
  readonly #output: Console;

  constructor(output: Console) {
    this.#output = output;
  }

  async take(): Promise<void> {
    await this.#output.flush();
  }

  async end(): Promise<void> {
    await this.#output.flush();
  }
}

/** Matches as log lines on stderr. */
class Logged implements Results {
  readonly isGone = false;
  readonly #output: Console;
  readonly #dump: DcmtkDump;
  readonly #isRaw: boolean;

  constructor(output: Console, dump: DcmtkDump, isRaw: boolean) {
    this.#output = output;
    this.#dump = dump;
    this.#isRaw = isRaw;
  }

  async take(
    matches: readonly Match[],
    first: number,
  ): Promise<void> {
    const { log } = this.#output;
    for (const [index, match] of matches.entries()) {
      const text = () =>
        dcmtkResponse(record(match, first + index), this.#dump);
      if (!this.#isRaw) log.response(text);
      else if (log.showsResponses) {
        this.#output.printBytes(log.shows("debug") ? "debug" : "info", text);
      }
    }
    await this.#output.flush();
  }

  async end(): Promise<void> {
    await this.#output.flush();
  }
}

/** Matches as data on stdout. */
class Written implements Results {
  isGone = false;
  readonly #host: Host;
  readonly #output: Console;
  readonly #writer: ResultWriter;
  #hasBegun = false;

  constructor(host: Host, output: Console, writer: ResultWriter) {
    this.#host = host;
    this.#output = output;
    this.#writer = writer;
  }

  async take(
    matches: readonly Match[],
    first: number,
  ): Promise<void> {
    let chunk = this.#begin();
    for (const [index, match] of matches.entries()) {
      chunk += this.#writer.match(record(match, first + index));
    }
    await this.#write(chunk);
    await this.#output.flush();
  }

  async end(summary: Summary): Promise<void> {
    await this.#write(this.#begin() + this.#writer.end(summary));
    await this.#output.flush();
  }

  #begin(): string {
    if (this.#hasBegun) return "";
    this.#hasBegun = true;
    return this.#writer.begin();
  }

  async #write(chunk: string): Promise<void> {
    if (chunk === "" || this.isGone) return;
    const taken = await this.#host.stdout.write(
      encodeChunk(this.#writer, chunk),
    );
    if (!taken) this.isGone = true;
  }
}
