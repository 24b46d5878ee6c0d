/**
 * Levelled messages in the line format of DCMTK's tools: every line of a message carries the letter of its level.
 * Knows no stream: finished lines go to an injected sink. Knows nothing of options either.
 */

import { sanitize } from "../output/sanitize.ts";

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

/** A message, or a function that makes it, called only when the message is shown. */
export type LogText = string | (() => string);

/** How a `Logger` behaves. */
export interface LoggerOptions {
  /** The least severe level that is shown. */
  readonly level: LogThreshold;
  /** Whether C-FIND responses are shown, whatever the level. */
  readonly responses: boolean;
  /** Receives finished text: whole lines, each with its line end. */
  readonly sink: (lines: string) => void;
  /** Leave control characters as they are. Off by default: what a peer sends must not steer a terminal. */
  readonly raw?: boolean;
}

/** Writes messages of sufficient severity to a sink. */
export class Logger {
  readonly #shown: number;
  readonly #options: LoggerOptions;

  constructor(options: LoggerOptions) {
    this.#options = options;
    this.#shown = options.level === "off"
      ? -1
      : LOG_LEVELS.indexOf(options.level);
  }

  /** Whether messages of this level are shown: ask before collecting what is costly to know. */
  shows(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) <= this.#shown;
  }

  /** Whether C-FIND responses are shown. */
  get showsResponses(): boolean {
    return this.#options.responses;
  }

  /** The program cannot go on. */
  fatal(text: LogText): void {
    this.#log("fatal", text);
  }

  /** Something failed. */
  error(text: LogText): void {
    this.#log("error", text);
  }

  /** Something is odd, but work goes on. */
  warn(text: LogText): void {
    this.#log("warn", text);
  }

  /** A step of the work (`--verbose`). */
  info(text: LogText): void {
    this.#log("info", text);
  }

  /** Details for finding faults (`--debug`). */
  debug(text: LogText): void {
    this.#log("debug", text);
  }

  /** More details still. */
  trace(text: LogText): void {
    this.#log("trace", text);
  }

  /** A C-FIND response: shown unless responses are hidden, as `D:` lines at `--debug` and as `I:` lines otherwise. */
  response(text: LogText): void {
    if (!this.#options.responses) return;
    this.print(this.shows("debug") ? "debug" : "info", text);
  }

  /** Shows a message whatever the level. */
  print(level: LogLevel, text: LogText): void {
    const made = typeof text === "string" ? text : text();
    this.#options.sink(logLines(level, made, this.#options.raw ?? false));
  }

  #log(level: LogLevel, text: LogText): void {
    if (this.shows(level)) this.print(level, text);
  }
}

/** Printable ASCII and line ends. */
const ORDINARY = /^[\n\x20-\x7e]*$/;

/**
 * The lines of one message: each begins with the letter of the level, a colon and a blank. A message that ends with a
 * line end is followed by a line without text, as in DCMTK's output.
 */
export function logLines(level: LogLevel, text: string, raw: boolean): string {
  const prefix = `${level[0]!.toUpperCase()}: `;
  // Nearly all text is harmless; then it need not be looked at line by line.
  if (raw || ORDINARY.test(text)) {
    return `${prefix}${text.replaceAll("\n", `\n${prefix}`)}\n`;
  }
  let lines = "";
  for (const line of text.split("\n")) {
    lines += `${prefix}${sanitize(line)}\n`;
  }
  return lines;
}
