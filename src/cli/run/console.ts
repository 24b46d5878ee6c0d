/** Messages of a run: a logger whose lines wait until somebody can wait for the stream to take them. Knows no network. */
import { latin1Bytes } from "../../bytes/latin1.ts";
import type { Host } from "../host.ts";
import { Logger, type LogLevel, logLines, type LogText } from "../log.ts";
import type { LogConfig } from "../run_config.ts";

/** Something in the last line of the terminal that gives way to messages. */
export interface StatusLine {
  /** Erases it, if it is there. */
  hide(): Promise<void>;
}

/** The logger of a run, and the way of its lines to stderr. */
export class Console {
  readonly log: Logger;
  /** What may stand where messages go. */
  status: StatusLine | undefined;
  readonly #host: Host;
  /** What waits for stderr: text, or the bytes of a peer's text. */
  #waiting: (string | Uint8Array)[] = [];

  constructor(host: Host, config: LogConfig) {
    this.#host = host;
    this.log = new Logger({
      level: config.level,
      responses: config.responses,
      sink: (lines) => this.#waiting.push(lines),
    });
    if (config.argumentsLine !== undefined) {
      this.log.print("info", `${config.argumentsLine}\n`);
    }
  }

  /** Shows a message whose characters are bytes, exactly as they are: what a peer sent, on a terminal that can take it. */
  printBytes(level: LogLevel, text: LogText): void {
    const made = typeof text === "string" ? text : text();
    this.#waiting.push(latin1Bytes(logLines(level, made, true)));
  }

  /** Makes room on the terminal. */
  async hideStatus(): Promise<void> {
    await this.status?.hide();
  }

  /** Writes what was said so far to stderr. A reader that went away is no error. */
  async flush(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    await this.hideStatus();
    let text = "";
    for (const part of waiting) {
      if (typeof part === "string") {
        text += part;
        continue;
      }
      if (text !== "") await this.#host.stderr.write(text);
      text = "";
      await this.#host.stderr.write(part);
    }
    if (text !== "") await this.#host.stderr.write(text);
  }
}
