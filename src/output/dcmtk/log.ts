/**
 * Format `dcmtk`: responses as the log lines of DCMTK 3.6.7's findscu. What is logged of the steps of a run is not this file's
 * business, nor is where lines go.
 */
import { DcmtkDump, type DumpOptions } from "./dump.ts";
import type { MatchRecord, ResultWriter, Summary } from "../writer.ts";

/**
 * The message for one response, as DCMTK's findscu prints it on its default log level: rule, number, status, dump. Ends with a
 * line feed; give it to `prefixLines`.
 */
export function dcmtkResponse(record: MatchRecord, dump: DcmtkDump): string {
  const status = record.status === 0xff01
    ? "Pending: WarningUnsupportedOptionalKeys"
    : "Pending";
  return "---------------------------\n" +
    `Find Response: ${record.number} (${status})\n` +
    dump.dataset(record.dataset, record.syntax);
}

/**
 * A log message as DCMTK's console appender prints it: each line behind the prefix (`I: `), and so is the empty line behind a
 * final line feed. The result ends with a line feed.
 */
export function prefixLines(prefix: string, message: string): string {
  return `${prefix}${message.replaceAll("\n", `\n${prefix}`)}\n`;
}

/** Format `dcmtk`: the log lines of DCMTK's findscu, without those about the steps of the run. */
export class DcmtkWriter implements ResultWriter {
  readonly binary: boolean;
  readonly #dump: DcmtkDump;

  constructor(options: DumpOptions = {}) {
    this.binary = options.raw ?? false;
    this.#dump = new DcmtkDump(options);
  }

  begin(): string {
    return "";
  }

  match(record: MatchRecord): string {
    if (record.isAbsent === true) return "";
    return prefixLines("I: ", dcmtkResponse(record, this.#dump));
  }

  end(_summary: Summary): string {
    return "";
  }
}
