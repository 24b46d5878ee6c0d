/**
 * Levelled messages in the line format of DCMTK's tools: every line of a message carries the letter of its level. Does not
 * depend on any stream: finished lines go to an injected sink. Does not depend on options either.
 */

import type { ErrorText } from "../../errors.ts";
import { prefixLines } from "../../output/dcmtk/log.ts";
import { sanitize } from "../../output/sanitize.ts";

/** Severities, most severe first. */
export const LOG_LEVELS = [
  "fatal",
  "error",
  "warn",
  "info",
  "debug",
  "trace",
] as const;

/** Severity of one message. */
export type LogLevel = typeof LOG_LEVELS[number];

/** The least severe level that is shown, or `off` for none at all. */
export type LogThreshold = LogLevel | "off";

/**
 * A message of one line, or of several, or a function that makes it, called only when the message is shown. A line end within a
 * line is foreign, and shown as such.
 */
export type LogText = ErrorText | (() => ErrorText);

/** Lines that are harmless already, as blocks and dumps are, or a function that makes them. */
export type LogBlock = string | (() => string);

/** Names of DCMTK's loggers, by which settings files refer to them. */
export const LOGGERS = {
  root: "root",
  /** The program as such. */
  program: "dcmtk.apps.findscu",
  /** Associations and messages. */
  network: "dcmtk.dcmnet",
  /** Responses, if they are shown by themselves. */
  responses: "dcmtk.dcmnet.responses",
  /** Data sets, dictionaries and character sets. */
  data: "dcmtk.dcmdata",
  tls: "dcmtk.dcmtls",
} as const;

/** Name of one of DCMTK's loggers. */
export type LoggerName = typeof LOGGERS[keyof typeof LOGGERS];

/** A message on its way. */
export interface LogMessage {
  readonly logger: LoggerName;
  readonly level: LogLevel;
  /** One or more lines, harmless to a terminal unless it is raw. */
  readonly text: string;
  /** Its characters are bytes, to be left as they are. */
  readonly isRaw: boolean;
}

/** Decides for each logger which messages are shown, and receives those. */
export interface LogRoute {
  /** The least severe level that is shown. */
  threshold(logger: LoggerName): LogThreshold;
  take(message: LogMessage): void;
}

/** How a `Logger` behaves. */
export interface LoggerOptions {
  /** The least severe level that is shown. */
  readonly level: LogThreshold;
  /** Whether C-FIND responses are shown, whatever the level. */
  readonly responses: boolean;
  /** Receives finished text: whole lines, each with its line end. `isRaw`: its characters are bytes. */
  readonly sink: (lines: string, isRaw: boolean) => void;
  /** Leave control characters as they are. Off by default: text from a peer must not control a terminal. */
  readonly raw?: boolean;
  /** Replaces `level` and `sink` if there is one. */
  readonly route?: LogRoute | undefined;
}

/** Writes messages of sufficient severity to a sink. */
export class Logger {
  /** The settings it was made with. */
  readonly options: LoggerOptions;
  /** Which part of the program speaks. */
  readonly name: LoggerName;
  readonly #threshold: number;

  constructor(options: LoggerOptions, name: LoggerName = LOGGERS.network) {
    this.options = options;
    this.name = name;
    const level = options.route?.threshold(name) ?? options.level;
    this.#threshold = level === "off" ? -1 : LOG_LEVELS.indexOf(level);
  }

  /** The logger for messages of another part of the program. */
  named(name: LoggerName): Logger {
    return this.options.route === undefined
      ? this
      : new Logger(this.options, name);
  }

  /** Whether messages of this level are shown: check before collecting facts that are costly to get. */
  shows(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) <= this.#threshold;
  }

  /** Whether C-FIND responses are shown. */
  get showsResponses(): boolean {
    return this.options.responses;
  }

  /** The program cannot go on. */
  fatal(text: LogText): void {
    this.#log("fatal", text);
  }

  /** Something failed. */
  error(text: LogText): void {
    this.#log("error", text);
  }

  /** Something is odd, but work continues. */
  warn(text: LogText): void {
    this.#log("warn", text);
  }

  /** A step of the work (`--verbose`). */
  info(text: LogText): void {
    this.#log("info", text);
  }

  /** Details for finding the cause of a problem (`--debug`). */
  debug(text: LogText): void {
    this.#log("debug", text);
  }

  /** More details still. */
  trace(text: LogText): void {
    this.#log("trace", text);
  }

  /**
   * A C-FIND response: shown unless responses are hidden, as `D:` lines at `--debug` and as `I:` lines otherwise; `isRaw` as in
   * `print`.
   */
  response(text: LogBlock, isRaw = false): void {
    if (!this.options.responses) return;
    if (this.shows("debug")) this.print("debug", text, isRaw);
    else this.named(LOGGERS.responses).print("info", text, isRaw);
  }

  /**
   * The prefix of each line of a response, for code that writes its lines to the stream of this logger without a detour by
   * `response`; undefined if a route or a level has a say in it.
   */
  get responsePrefix(): string | undefined {
    const { responses, route } = this.options;
    return responses && route === undefined && !this.shows("debug")
      ? prefixOf("info")
      : undefined;
  }

  /** Shows lines that are harmless already, if messages of this level are shown; `isRaw` as in `print`. */
  block(level: LogLevel, text: LogBlock, isRaw = false): void {
    if (this.shows(level)) this.print(level, text, isRaw);
  }

  /**
   * Shows lines that are harmless already, whatever the level. `isRaw`: their characters are bytes, which are shown exactly as they
   * are: text from a peer, on a terminal that can show colours.
   */
  print(level: LogLevel, text: LogBlock, isRaw = false): void {
    const lines = typeof text === "string" ? text : text();
    const { raw = false, route, sink } = this.options;
    const isKept = raw || isRaw;
    if (route === undefined) sink(logLines(level, lines, isKept), isRaw);
    else {
      const safeLines = isKept ? lines : harmless(lines);
      route.take({ logger: this.name, level, text: safeLines, isRaw });
    }
  }

  #log(level: LogLevel, text: LogText): void {
    if (!this.shows(level)) return;
    const message = typeof text === "function" ? text() : text;
    this.print(level, inLines(message));
  }
}

/** The lines of a message, each of which stays one line whatever is in it. */
function inLines(text: ErrorText): string {
  return typeof text === "string"
    ? sanitize(text)
    : text.map(sanitize).join("\n");
}

/** Printable ASCII and line ends, as nearly all text has it: it need not be looked at line by line. */
const ORDINARY = /^[\n\x20-\x7e]*$/;

/** A logger for runs that tolerate nothing: each warning is reported as a failure instead. */
export class StrictLogger extends Logger {
  readonly #onWarning: (text: ErrorText) => void;

  /** @param base whose settings are inherited */
  constructor(base: Logger, onWarning: (text: ErrorText) => void) {
    super(base.options, base.name);
    this.#onWarning = onWarning;
  }

  override warn(text: LogText): void {
    this.#onWarning(typeof text === "function" ? text() : text);
  }
}

/**
 * The lines of one message: each begins with the letter of the level, a colon and a blank. A message that ends with a
 * line end is followed by a line without text, as in DCMTK's output.
 */
export function logLines(level: LogLevel, text: string, raw: boolean): string {
  return prefixLines(prefixOf(level), raw ? text : harmless(text));
}

function prefixOf(level: LogLevel): string {
  return `${level[0]!.toUpperCase()}: `;
}

/** The text without characters that could control a terminal, except line ends. */
function harmless(text: string): string {
  return ORDINARY.test(text)
    ? text
    : text.split("\n").map((line) => sanitize(line)).join("\n");
}
