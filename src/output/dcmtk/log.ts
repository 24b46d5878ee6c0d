/**
 * Format `dcmtk`: responses as the log lines of DCMTK 3.6.7's findscu. The log of a run's steps is not this file's
 * business, nor is where lines go.
 */
import type { TextBuffer } from "../../bytes/text_buffer.ts";
import { DcmtkDump, type DumpOptions } from "./dump.ts";
import { elementsOf } from "../plain_text.ts";
import type { MatchRecord, ResultWriter, Summary } from "../writer.ts";

/**
 * The message for one response, as DCMTK's findscu prints it on its default log level: rule, number, status, dump. Ends with a
 * line feed; give it to `prefixLines`.
 */
export function dcmtkResponse(record: MatchRecord, dump: DcmtkDump): string {
  return heading(record, "") + dump.dataset(record.dataset, record.syntax);
}

/** Writes the output of `prefixLines` for a response to a buffer made by the dump. */
export function writeDcmtkResponse(
  record: MatchRecord,
  dump: DcmtkDump,
  prefix: string,
  into: TextBuffer,
): void {
  into.text(heading(record, prefix));
  dump.write(elementsOf(record), record.syntax, into, prefix);
  into.text(`${prefix}\n`);
}

function heading({ number, status }: MatchRecord, prefix: string): string {
  const name = status === 0xff01
    ? "Pending: WarningUnsupportedOptionalKeys"
    : "Pending";
  return `${prefix}---------------------------\n${prefix}Find Response: ${number} (${name})\n`;
}

/**
 * A log message as DCMTK's console appender prints it: each line after the prefix (`I: `), and so is the empty line after a
 * final line feed. The result ends with a line feed.
 */
export function prefixLines(prefix: string, message: string): string {
  return `${prefix}${message.replaceAll("\n", `\n${prefix}`)}\n`;
}

/** Format `dcmtk`: the log lines of DCMTK's findscu, without those about the steps of the run. */
export class DcmtkWriter implements ResultWriter {
  readonly binary: boolean;
  readonly #dump: DcmtkDump;
  readonly #text: TextBuffer;

  constructor(options: DumpOptions = {}) {
    this.binary = options.rawText ?? false;
    this.#dump = new DcmtkDump(options);
    this.#text = this.#dump.buffer();
  }

  begin(): string {
    return "";
  }

  match(record: MatchRecord): string {
    if (record.isAbsent === true) return "";
    writeDcmtkResponse(record, this.#dump, "I: ", this.#text);
    return this.#text.takeText();
  }

  end(_summary: Summary): string {
    return "";
  }
}
