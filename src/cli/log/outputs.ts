/**
 * The outputs of a logger settings file: messages wait here, in the shape that their appenders give them, until a caller can wait
 * for files, streams and sockets to accept them.
 */
import { latin1Bytes } from "../../bytes/latin1.ts";
import { FindscuError } from "../../errors.ts";
import type { FileSystem, Host } from "../host.ts";
import {
  LOGGERS,
  type LogMessage,
  type LogRoute,
  type LogThreshold,
} from "./log.ts";
import { type LogTree, logTree } from "./settings.ts";
import type { Appender, LogFileTarget } from "./appender.ts";
import type { LogRecord } from "./layout.ts";
import type { Properties } from "./properties.ts";

/** The name of this program in settings files. */
const APP_NAME = "findscu";

/** Takes finished text; rejects with `OutputError`. */
type Write = (chunks: readonly Chunk[]) => Promise<void>;

/** Text, or bytes to be left as they are. */
type Chunk = string | Uint8Array;

/** The machine's services for logs. */
export interface LogHost extends
  Pick<
    Host,
    "stdout" | "stderr" | "clock" | "date" | "env" | "process" | "sendDatagram"
  > {
  readonly files: Pick<FileSystem, "stat" | "append" | "rename">;
}

/** How `LogOutputs` behaves. */
export interface LogOutputsOptions {
  /** Messages for stdout go to stderr. */
  readonly keepsStdout?: boolean;
}

/** One appender and its waiting messages. */
interface Output {
  readonly appender: Appender;
  readonly write: Write;
  queue: Chunk[];
}

/** Gives messages to the appenders of a settings file. */
export class LogOutputs implements LogRoute {
  readonly #host: LogHost;
  readonly #tree: LogTree;
  readonly #warn: (text: string) => void;
  readonly #keepsStdout: boolean;
  readonly #outputs = new Map<Appender, Output>();
  readonly #begin: number;
  /** Done when all that was to be written is written. */
  #writing = Promise.resolve();
  /** The time of day when the host's clock was at `#begin`. */
  readonly #date: Date;

  /** `warn` receives one line for each setting that cannot be honoured. */
  constructor(
    properties: Properties,
    host: LogHost,
    warn: (text: string) => void,
    options: LogOutputsOptions = {},
  ) {
    this.#host = host;
    this.#keepsStdout = options.keepsStdout ?? false;
    this.#begin = host.clock.now();
    this.#date = host.date();
    this.#warn = (text) => warn(`Logger settings: ${text}`);
    this.#tree = logTree(properties, {
      appName: APP_NAME,
      date: this.#date,
      env: (name) => this.#variable(name),
      ...host.process,
    }, this.#warn);
  }

  #variable(name: string): string | undefined {
    try {
      return this.#host.env(name);
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      this.#warn(`${error.message}: treated as not set. ${error.hint}`);
      return undefined;
    }
  }

  /** Makes everything ready for writing. A target that cannot be written to is named in a warning. */
  async open(): Promise<void> {
    for (const appender of this.#tree.appenders) {
      await this.#attempt(appender, async () => {
        const write = await this.#writeOf(appender);
        this.#outputs.set(appender, { appender, write, queue: [] });
      });
    }
  }

  threshold(logger: string): LogThreshold {
    return this.#tree.threshold(logger);
  }

  take(message: LogMessage): void {
    if (message.logger !== LOGGERS.responses) return this.#take(message);
    for (const text of responseMessages(message.text)) {
      this.#take({ ...message, text });
    }
  }

  #take({ logger, level, text, isRaw }: LogMessage): void {
    const elapsed = this.#host.clock.now() - this.#begin;
    const time = this.#date.getTime() + elapsed;
    const record: LogRecord = { logger, level, text, time, elapsed };
    for (const appender of this.#tree.appendersOf(logger)) {
      const output = this.#outputs.get(appender);
      if (output === undefined || !appender.accepts(record)) continue;
      const { target, layout } = appender;
      const line = target.kind === "syslog"
        ? target.header(record) + layout(record)
        : layout(record);
      output.queue.push(isRaw ? latin1Bytes(line) : line);
    }
  }

  /** Whether there is anything to write. */
  get isWaiting(): boolean {
    for (const { queue } of this.#outputs.values()) {
      if (queue.length > 0) return true;
    }
    return false;
  }

  /** Writes the waiting messages. An appender that fails is named in a warning, and left out from then on. */
  flush(): Promise<void> {
    // One after the other: a server's messages come while others are being written.
    this.#writing = this.#writing.then(() => this.#flush());
    return this.#writing;
  }

  async #flush(): Promise<void> {
    for (const output of this.#outputs.values()) {
      const { appender, queue } = output;
      if (queue.length === 0) continue;
      output.queue = [];
      await this.#attempt(appender, () => output.write(queue));
    }
  }

  async #attempt(
    appender: Appender,
    action: () => Promise<void>,
  ): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      this.#warn(`Appender "${appender.name}" is ignored: ${error.message}`);
      this.#outputs.delete(appender);
    }
  }

  async #writeOf({ target }: Appender): Promise<Write> {
    const { stdout, stderr, files } = this.#host;
    switch (target.kind) {
      case "stdout":
      case "stderr": {
        const isStdout = target.kind === "stdout" && !this.#keepsStdout;
        const stream = isStdout ? stdout : stderr;
        return async (chunks) => {
          for (const chunk of joinChunks(chunks)) await stream.write(chunk);
        };
      }
      case "file": {
        await files.append(target.path, "", !target.isAppended);
        const file = new LogFile(target, files);
        return (chunks) => file.write(chunks);
      }
      case "syslog":
        return async (chunks) => {
          for (const chunk of chunks) {
            await this.#host.sendDatagram(target, bytesOf(chunk));
          }
        };
    }
  }
}

/** A response is three messages to DCMTK: rule, title and dump. It matters to filters, and to layouts without lines. */
function responseMessages(text: string): string[] {
  const [rule = "", title, ...dump] = text.split("\n");
  return title === undefined ? [rule] : [rule, title, dump.join("\n")];
}

/** A log file that makes way for a new one when it has grown enough. */
class LogFile {
  readonly #target: LogFileTarget;
  readonly #files: LogHost["files"];
  #size: number;

  constructor(target: LogFileTarget, files: LogHost["files"]) {
    this.#target = target;
    this.#files = files;
    this.#size = files.stat(target.path)?.size ?? 0;
  }

  async write(chunks: readonly Chunk[]): Promise<void> {
    let part: Chunk[] = [];
    for (const chunk of chunks) {
      part.push(chunk);
      this.#size += bytesOf(chunk).length;
      if (this.#size < this.#target.maxSize) continue;
      await this.#append(part);
      part = [];
      await this.#roll();
    }
    await this.#append(part);
  }

  async #append(chunks: readonly Chunk[]): Promise<void> {
    for (const chunk of joinChunks(chunks)) {
      await this.#files.append(this.#target.path, chunk);
    }
  }

  /** A message is never torn in two: the file rolls after the one that fills it. */
  async #roll(): Promise<void> {
    const { path, backups } = this.#target;
    for (let number = backups - 1; number >= 0; number--) {
      const from = number === 0 ? path : `${path}.${number}`;
      if (this.#files.stat(from) !== undefined) {
        await this.#files.rename(from, `${path}.${number + 1}`);
      }
    }
    await this.#files.append(path, "");
    this.#size = 0;
  }
}

/** The same in as few chunks as possible. */
function joinChunks(chunks: readonly Chunk[]): Chunk[] {
  const fewer: Chunk[] = [];
  for (const chunk of chunks) {
    const last = fewer.at(-1);
    if (typeof chunk === "string" && typeof last === "string") {
      fewer[fewer.length - 1] = last + chunk;
    } else fewer.push(chunk);
  }
  return fewer;
}

const encoder = new TextEncoder();

function bytesOf(chunk: Chunk): Uint8Array {
  return typeof chunk === "string" ? encoder.encode(chunk) : chunk;
}
