/**
 * Matches as log lines on stderr, which is where DCMTK's findscu prints them, and as the files of `-X`. Does not depend on any
 * other format.
 */
import type { TextBuffer } from "../../bytes/text_buffer.ts";
import { dcmtkStatusName } from "../../dimse/status.ts";
import { DcmtkDump } from "../../output/dcmtk/dump.ts";
import { dcmtkResponse, writeDcmtkResponse } from "../../output/dcmtk/log.ts";
import {
  MOST_TEXT,
  recordOf,
  type Summary,
  type TextOptions,
} from "../../output/writer.ts";
import { LOGGERS } from "../log/log.ts";
import type { Console } from "../log/console.ts";
import { readingLine, responseMessage } from "../log/dcmtk_blocks.ts";
import type { ResultMatch, ResultSink } from "./sink.ts";
import type { Extractor } from "./files.ts";

/** How matches are logged. */
export interface LoggedOptions {
  /** Whether responses are shown here. */
  readonly showsResponses: boolean;
  /** Value bytes as received. */
  readonly rawText: boolean;
  readonly text: TextOptions;
  /** Values are shown without their padding. */
  readonly correction: boolean;
  /** Writes a file of each match. */
  readonly extractor: Extractor | undefined;
}

/** Matches as log lines: whole, or just counted. Nothing of a match is decoded unless it is shown. */
export class LogSink implements ResultSink {
  readonly isGone = false;
  readonly isHolding = false;
  readonly #output: Console;
  readonly #options: LoggedOptions;
  #dumper: DcmtkDump | undefined;
  #lines: TextBuffer | undefined;

  constructor(output: Console, options: LoggedOptions) {
    this.#output = output;
    this.#options = options;
  }

  /** Makes the lines of responses. Most runs show none here. */
  get #dump(): DcmtkDump {
    const { text, rawText, correction } = this.#options;
    return this.#dumper ??= new DcmtkDump({ ...text, rawText, correction });
  }

  get isPassive(): boolean {
    return this.#options.extractor === undefined &&
      !this.#options.showsResponses;
  }

  begin(): void {
    this.#options.extractor?.begin();
  }

  async take(
    matches: readonly ResultMatch[],
    first: number,
  ): Promise<void> {
    const { log } = this.#output;
    const { extractor, showsResponses } = this.#options;
    const isLogged = log.shows("info") || showsResponses;
    const prefix = showsResponses && extractor === undefined
      ? this.#output.responsePrefix
      : undefined;
    if (prefix !== undefined) await this.#print(matches, first, prefix);
    else if (isLogged || extractor !== undefined) {
      for (const [index, match] of matches.entries()) {
        if (match.isAbsent === true) continue;
        if (isLogged) this.#log(match, first + index);
        if (extractor?.write(match, first + index)) await extractor.flush();
      }
      await extractor?.flush();
    }
    await this.#output.flush();
  }

  /** The quick way of responses that need nothing but their lines: many of them are one text for the stream. */
  async #print(
    matches: readonly ResultMatch[],
    first: number,
    prefix: string,
  ): Promise<void> {
    const lines = this.#lines ??= this.#dump.buffer();
    for (const [index, match] of matches.entries()) {
      if (match.isAbsent === true) continue;
      const record = recordOf(match, first + index);
      writeDcmtkResponse(record, this.#dump, prefix, lines);
      if (lines.length >= MOST_TEXT) await this.#write(lines);
    }
    if (lines.length > 0) await this.#write(lines);
  }

  async #write(lines: TextBuffer): Promise<void> {
    try {
      await this.#output.responses(lines.bytes);
    } finally {
      lines.truncate(0);
    }
  }

  #log(match: ResultMatch, number: number): void {
    const { log } = this.#output;
    const { showsResponses, rawText } = this.#options;
    if (log.shows("debug")) {
      log.named(LOGGERS.data).block("debug", readingLine(match.syntax));
      log.info(`Received Find Response ${number}`);
      log.block("debug", responseMessage(match.command, match.status));
      if (showsResponses) {
        log.response(
          () =>
            `Response Identifiers:\n${
              this.#dump.dataset(match.dataset, match.syntax)
            }`,
          rawText,
        );
      }
    } else if (showsResponses) {
      log.response(
        () => dcmtkResponse(recordOf(match, number), this.#dump),
        rawText,
      );
    } else {
      log.info(
        `Received Find Response ${number} (${dcmtkStatusName(match.status)})`,
      );
    }
  }

  async idle(): Promise<void> {}

  async end(summary: Summary): Promise<void> {
    await this.#options.extractor?.end(summary);
    await this.#output.flush();
  }
}
