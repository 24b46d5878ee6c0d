/** Matches as log lines on stderr, which is where DCMTK's findscu prints them, or nowhere. Knows no format but the dump. */
import type { CharsetOptions } from "../../charset/charset.ts";
import type { Match } from "../../driver/client.ts";
import { DcmtkDump } from "../../output/dcmtk_dump.ts";
import { dcmtkResponse } from "../../output/dcmtk_log.ts";
import type { Console } from "./console.ts";
import { recordOf, type Results } from "./results.ts";

/** Matches that nobody wants to see: nothing of them is decoded. */
export class Hidden implements Results {
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
export class Logged implements Results {
  readonly isGone = false;
  readonly #output: Console;
  readonly #dump: DcmtkDump;
  readonly #isRaw: boolean;

  constructor(output: Console, charsets: CharsetOptions, isRaw: boolean) {
    this.#output = output;
    this.#dump = new DcmtkDump({ charsets, raw: isRaw });
    this.#isRaw = isRaw;
  }

  async take(
    matches: readonly Match[],
    first: number,
  ): Promise<void> {
    const { log } = this.#output;
    let number = first;
    for (const match of matches) {
      const count = number++;
      const text = () => dcmtkResponse(recordOf(match, count), this.#dump);
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
