/** Matches as log lines on stderr, which is where DCMTK's findscu prints them, and as the files of `-X`. Knows no other format. */
import { DcmtkDump } from "../../output/dcmtk/dump.ts";
import { dcmtkResponse } from "../../output/dcmtk/log.ts";
import type { Summary, TextOptions } from "../../output/writer.ts";
import { LOGGERS } from "../log/log.ts";
import type { Console } from "../log/console.ts";
import {
  readingLine,
  responseMessage,
  statusName,
} from "../log/dcmtk_blocks.ts";
import { recordOf, type ResultMatch, type Results } from "./sink.ts";
import type { Extractor } from "./files.ts";

/** How matches are logged. */
export interface LoggedOptions {
  /** Whether responses are shown here. */
  readonly showsResponses: boolean;
  /** Value bytes as received. */
  readonly isRaw: boolean;
  readonly text: TextOptions;
  /** Values are shown without their padding. */
  readonly trims: boolean;
  /** Writes a file of each match. */
  readonly extractor: Extractor | undefined;
}

/** Matches as log lines: whole, or just counted. Nothing of a match is decoded unless it is shown. */
export class Logged implements Results {
  readonly isGone = false;
  readonly isHolding = false;
  readonly #output: Console;
  readonly #options: LoggedOptions;
  readonly #dump: DcmtkDump;

  constructor(output: Console, options: LoggedOptions) {
    this.#output = output;
    this.#options = options;
    this.#dump = new DcmtkDump({
      ...options.text,
      raw: options.isRaw,
      trims: options.trims,
    });
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
    if (isLogged || extractor !== undefined) {
      for (const [index, match] of matches.entries()) {
        if (match.isAbsent === true) continue;
        if (isLogged) this.#log(match, first + index);
        await extractor?.write(match, first + index);
      }
    }
    await this.#output.flush();
  }

  #log(match: ResultMatch, number: number): void {
    const { log } = this.#output;
    const { showsResponses, isRaw } = this.#options;
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
          isRaw,
        );
      }
    } else if (showsResponses) {
      log.response(
        () => dcmtkResponse(recordOf(match, number), this.#dump),
        isRaw,
      );
    } else {
      log.info(
        `Received Find Response ${number} (${statusName(match.status)})`,
      );
    }
  }

  async idle(): Promise<void> {}

  async end(summary: Summary): Promise<void> {
    await this.#options.extractor?.end(summary);
    await this.#output.flush();
  }
}
