/** Messages of a run: a logger whose lines wait until somebody can wait for the stream to take them. Knows no network. */
import type { Host } from "../host.ts";
import { Logger } from "../log.ts";
import type { LogConfig } from "../run_config.ts";

/** The logger of a run, and the way of its lines to stderr. */
export class Console {
  readonly log: Logger;
  readonly #host: Host;
  #lines = "";

  constructor(host: Host, config: LogConfig) {
    this.#host = host;
    this.log = new Logger({
      level: config.level,
      responses: config.responses,
      sink: (lines) => {
        this.#lines += lines;
      },
    });
    if (config.argumentsLine !== undefined) {
      this.log.print("info", `${config.argumentsLine}\n`);
    }
  }

  /** Writes what was said so far to stderr. A reader that went away is no error. */
  async flush(): Promise<void> {
    if (this.#lines === "") return;
    const lines = this.#lines;
    this.#lines = "";
    await this.#host.stderr.write(lines);
  }
}
