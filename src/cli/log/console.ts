/**
 * Messages of a run: a logger whose lines wait until the run waits, or until a caller waits for the stream to accept them. Does
 * not depend on the network.
 */
import { latin1Bytes } from "../../bytes/latin1.ts";
import { sanitize } from "../../output/sanitize.ts";
import { FindscuError, type OutputError } from "../../errors.ts";
import type { Host, MessageStream, OutputStream } from "../host.ts";
import { Logger, LOGGERS, logLines, type LogThreshold } from "./log.ts";
import type { Properties } from "./properties.ts";
import type { LogOutputs } from "./outputs.ts";

/** The messages on stderr. */
export interface LogConfig {
  readonly level: LogThreshold;
  /** Whether responses go through the logger (`dcmtk` format only). */
  readonly responses: boolean;
  /** `--show-responses`: they are shown even if the logger's settings hide them. */
  readonly forcesResponses: boolean;
  /** Whether stdout is for data alone: then messages that the logger's settings send there go to stderr. */
  readonly keepsStdout: boolean;
  /** The logger's settings (`--log-config`), which then decide which messages go where. */
  readonly settings: Properties | undefined;
  /** `--arguments`: the expanded command line to print first. */
  readonly argumentsLine: string | undefined;
}

/** Something in the last line of the terminal that gives way to messages. */
export interface StatusLine {
  /** Erases it, if it is shown. */
  hide(): Promise<void>;
}

/** The surroundings of a command. */
export interface RunContext {
  readonly host: Host;
  readonly output: Console;
  /** Ends the run early. */
  readonly signal: AbortSignal;
}

/** The console of a run. Loads the modules that the logger's settings need, if there are any, and creates their files. */
export async function openConsole(
  host: Host,
  config: LogConfig,
): Promise<Console> {
  if (config.settings === undefined) return new Console(host, config);
  const { LogOutputs } = await import("./outputs.ts");
  const remarks: string[] = [];
  let remark = (text: string): unknown => remarks.push(text);
  const outputs = new LogOutputs(
    config.settings,
    host,
    (text) => remark(text),
    { keepsStdout: config.keepsStdout },
  );
  await outputs.open();
  const output = new Console(host, config, outputs);
  remark = (text) => output.remark(text);
  remarks.forEach(remark);
  return output;
}

/** The logger of a run, and the way of its lines to stderr. */
export class Console {
  readonly log: Logger;
  /** For messages that DCMTK's findscu does not print; silent if every line must be one of its own. */
  own: Logger;
  /** Contents of the terminal besides messages. */
  status: StatusLine | undefined;
  /** Whether messages must wait: something else has the terminal. */
  isHeld = false;
  /** Output besides the results that could not be written, and was reported: the run continues, and fails at its end. */
  unwritten: OutputError | undefined;
  /** Connections that were recorded. */
  recordings = 0;
  readonly #host: Host;
  readonly #config: LogConfig;
  readonly #outputs: LogOutputs | undefined;
  readonly #isLabelled: boolean;
  /** Messages waiting for stderr: text, or the bytes of a peer's text. */
  #queue: (string | Uint8Array)[] = [];
  /** Whether waiting messages will be written as soon as the run waits for something else. */
  #isDue = false;
  /** The message being written. */
  #writing: Promise<void> = Promise.resolve();

  constructor(
    host: Host,
    config: LogConfig,
    outputs?: LogOutputs,
    label?: string,
  ) {
    this.#host = host;
    this.#config = config;
    this.#outputs = outputs;
    this.#isLabelled = label !== undefined;
    const mark = label === undefined ? undefined : `$1${sanitize(label)}: `;
    const marked = (lines: string) =>
      mark === undefined ? lines : lines.replace(/^([A-Z]: )/gm, mark);
    const shown = config.forcesResponses || outputs === undefined ||
      !["off", "fatal", "error", "warn"].includes(
        outputs.threshold(LOGGERS.responses),
      );
    this.log = new Logger({
      level: config.level,
      responses: config.responses && shown,
      sink: (lines, isRaw) =>
        this.#push(isRaw ? latin1Bytes(lines) : marked(lines)),
      route: outputs && {
        threshold: (name) => outputs.threshold(name),
        take: (message) => {
          outputs.take(message);
          this.#flushSoon();
        },
      },
    });
    this.own = this.log;
    if (config.argumentsLine !== undefined) {
      this.log.named(LOGGERS.root).print("info", config.argumentsLine);
    }
  }

  /** The prefix of the lines of a response for `responses`; undefined if they must go through the logger. */
  get responsePrefix(): string | undefined {
    return this.#isLabelled ? undefined : this.log.responsePrefix;
  }

  /** Writes lines of responses, as `responsePrefix` allows; the bytes are the caller's again when it resolves. */
  async responses(lines: Uint8Array): Promise<void> {
    this.#push(lines);
    await this.flush();
    const at = this.#queue.indexOf(lines);
    if (at >= 0) this.#queue[at] = lines.slice();
  }

  /** A console for one of several peers: its messages say which. */
  labelled(label: string): Console {
    const { argumentsLine: _, ...config } = this.#config;
    const labelled = new Console(
      this.#host,
      { ...config, argumentsLine: undefined },
      this.#outputs,
      label,
    );
    labelled.status = this.status;
    return labelled;
  }

  /** From now on only messages that DCMTK's findscu prints as well. */
  silenceOwn(): void {
    this.own = new Logger({ level: "off", responses: false, sink: () => {} });
  }

  /** A line for people about the result as a whole, on stderr unless it is to be quiet. */
  note(text: string): void {
    if (this.own.shows("warn")) this.#push(`${sanitize(text)}\n`);
  }

  /** Makes room on the terminal. */
  async hideStatus(): Promise<void> {
    await this.status?.hide();
  }

  /** A line about the logger itself, on stderr wherever messages go. */
  remark(text: string): void {
    this.#push(logLines("warn", sanitize(text), false));
  }

  #push(part: string | Uint8Array): void {
    this.#queue.push(part);
    this.#flushSoon();
  }

  /** Nobody needs to remember that a message waits: it is written when the run waits for a peer, a timer or a file. */
  #flushSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#host.clock.after(0, () => {
      this.#isDue = false;
      // A failure is repeated for the next flush.
      this.flush().catch(() => {});
    });
  }

  /** Writes the messages so far. A reader that went away is not an error. */
  flush(): Promise<void> {
    // One after the other: the order of messages is that in which they were said.
    this.#writing = this.#writing.then(() => this.#flush());
    return this.#writing;
  }

  async #flush(): Promise<void> {
    if (this.isHeld) return;
    if (this.#outputs?.isWaiting) await this.hideStatus();
    await this.#outputs?.flush();
    const queue = this.#queue;
    if (queue.length === 0) return;
    this.#queue = [];
    await this.hideStatus();
    let text = "";
    for (const part of queue) {
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

/** A stream that accepts everything: data that cannot be written is lost, and the reason is kept. */
export class LossyStream implements MessageStream {
  /** The first failure; undefined while there was none. */
  failure: FindscuError | undefined;
  readonly #stream: OutputStream;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  get isTerminal(): boolean {
    return this.#stream.isTerminal;
  }

  get obeysEscapes(): boolean {
    return this.#stream.obeysEscapes;
  }

  get columns(): number | undefined {
    return this.#stream.columns;
  }

  /** Writes if it can; `false` once the reading end is gone. */
  async write(chunk: string | Uint8Array): Promise<boolean> {
    try {
      return await this.#stream.write(chunk);
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      this.failure ??= error;
      return true;
    }
  }
}
