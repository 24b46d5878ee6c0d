/**
 * The error classes of findscu. Each answers "whose fault is it?" by its class and "what exactly?" by its stable `code`,
 * from which the command line derives the exit code. This file knows nothing else of the program.
 */
import { sanitize } from "./output/sanitize.ts";

/** Stable, documented identifiers of everything that can go wrong. Never reuse or rename one. */
export type ErrorCode =
  | "usage"
  | "input-unreadable"
  | "input-invalid"
  | "output-unwritable"
  | "output-no-directory"
  | "decode"
  | "encode"
  | "local-protocol"
  | "connect"
  | "tls"
  | "rejected"
  | "no-context"
  | "aborted"
  | "closed"
  | "timeout"
  | "remote-protocol"
  | "status"
  | "cancelled"
  | "incomplete"
  | "different"
  | "interrupted";

/** What an error says: one line, or several where an excerpt belongs to it. */
export type ErrorText = string | readonly string[];

/**
 * Base of every error that findscu throws on purpose. `hint` is one further sentence: what the user can do about it. Neither holds a
 * control or an unseen character of the foreign text that is quoted in it: a line end in `message` is always one of ours.
 */
export class FindscuError extends Error {
  /** Stable identifier of the failure class. */
  readonly code: ErrorCode;
  /** What the user can do, one sentence, or undefined. */
  readonly hint: string | undefined;
  /** Made by findscu. */
  constructor(
    code: ErrorCode,
    message: ErrorText,
    options: { cause?: unknown; hint?: string | undefined } = {},
  ) {
    super(
      typeof message === "string"
        ? sanitize(message)
        : message.map(sanitize).join("\n"),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint && sanitize(options.hint);
  }

  /** The lines of the message. */
  get lines(): string[] {
    return this.message.split("\n");
  }
}

/** The command line, or an argument of a library call, is wrong. Nothing was sent. */
export class UsageError extends FindscuError {
  /** Made by findscu. */
  constructor(
    message: ErrorText,
    options: { cause?: unknown; hint?: string } = {},
  ) {
    super("usage", message, options);
  }
}

/** An input file cannot be read (`input-unreadable`) or is not what it should be (`input-invalid`). */
export class InputError extends FindscuError {
  /** Made by findscu. */
  constructor(
    code: "input-unreadable" | "input-invalid",
    message: ErrorText,
    options: { cause?: unknown; hint?: string } = {},
  ) {
    super(code, message, options);
  }
}

/** Output cannot be written, or its directory does not exist. */
export class OutputError extends FindscuError {
  /** Made by findscu. */
  constructor(
    code: "output-unwritable" | "output-no-directory",
    message: string,
    options: { cause?: unknown; hint?: string } = {},
  ) {
    super(code, message, options);
  }
}

/** Bytes that break the rules of their encoding. `offset` counts from the first byte of the outermost unit (PDU, dataset, file). */
export class DecodeError extends FindscuError {
  /** Byte offset of the fault, or undefined where none is meaningful. */
  readonly offset: number | undefined;
  /** Made by findscu. */
  constructor(
    message: string,
    options: { offset?: number; cause?: unknown; hint?: string } = {},
  ) {
    super(
      "decode",
      options.offset === undefined
        ? message
        : `${message} (at byte offset ${options.offset})`,
      options,
    );
    this.offset = options.offset;
  }
}

/** What would take more memory than it is allowed to. */
export class TooLargeError extends DecodeError {}

/** A value that its encoding cannot carry: too long, out of range, not in the character set. */
export class EncodeError extends FindscuError {
  /** Made by findscu. */
  constructor(
    message: string,
    options: { cause?: unknown; hint?: string } = {},
  ) {
    super("encode", message, options);
  }
}

/** A call that the state of the protocol object does not allow: a bug of the caller, nothing was sent or changed. */
export class LocalProtocolError extends FindscuError {
  /** Made by findscu. */
  constructor(message: string) {
    super("local-protocol", message);
  }
}

/** The peer broke the protocol. `abortReason` is what our A-ABORT tells it (PS3.8 Table 9-26), when we sent one. */
export class RemoteProtocolError extends FindscuError {
  /** Reason/Diag. of the A-ABORT that answers the fault (PS3.8 9.3.8). */
  readonly abortReason: number | undefined;
  /** Made by findscu. */
  constructor(
    message: ErrorText,
    options: { abortReason?: number; cause?: unknown; hint?: string } = {},
  ) {
    super("remote-protocol", message, options);
    this.abortReason = options.abortReason;
  }
}

/** The peer answered A-ASSOCIATE-RJ (PS3.8 9.3.4). The three numbers are kept as received, known or not. */
export class RejectedError extends FindscuError {
  /** Made by findscu. */
  constructor(
    message: string,
    readonly result: number,
    readonly source: number,
    readonly reason: number,
    options: { hint?: string } = {},
  ) {
    super("rejected", message, options);
  }
}

/** The association was accepted, but no presentation context of use was. */
export class NoContextError extends FindscuError {
  /** Made by findscu. */
  constructor(message: string, options: { hint?: string } = {}) {
    super("no-context", message, options);
  }
}

/** The peer sent A-ABORT (PS3.8 9.3.8). */
export class AbortedError extends FindscuError {
  /** Made by findscu. */
  constructor(
    message: string,
    readonly source: number,
    readonly reason: number,
    options: { hint?: string } = {},
  ) {
    super("aborted", message, options);
  }
}

/**
 * The transport failed: `connect` (refused, unreachable, unknown host), `tls` (handshake, certificate),
 * `closed` (the connection ended before it should).
 */
export class TransportError extends FindscuError {
  /** Made by findscu. */
  constructor(
    code: "connect" | "tls" | "closed",
    message: string,
    options: { cause?: unknown; hint?: string | undefined } = {},
  ) {
    super(code, message, options);
  }
}

/** What was waited for when time ran out. */
export type TimeoutPhase =
  | "connect"
  | "association"
  | "first-response"
  | "response"
  | "release"
  | "total";

/** A wait ended at its deadline. */
export class TimeoutError extends FindscuError {
  /** Made by findscu. */
  constructor(
    message: string,
    readonly phase: TimeoutPhase,
    options: { hint?: string } = {},
  ) {
    super("timeout", message, options);
  }
}

/** The operation was ended from outside: Ctrl-C, an AbortSignal (`interrupted`) or a requested C-CANCEL (`cancelled`). */
export class CancelledError extends FindscuError {
  /** Made by findscu. */
  constructor(
    code: "cancelled" | "interrupted",
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(code, message, options);
  }
}

/** What came is good, but known not to be all: the peer ended with a warning, or a part of what was asked failed. */
export class IncompleteError extends FindscuError {
  /** Made by findscu. */
  constructor(message: string, options: { hint?: string | undefined } = {}) {
    super("incomplete", message, options);
  }
}

/** A C-FIND or C-ECHO that ended with a failure status (PS3.7 Annex C). `status` is the full 16-bit value. */
export class StatusError extends FindscuError {
  /** Made by findscu. */
  constructor(
    message: string,
    readonly status: number,
    options: { hint?: string } = {},
  ) {
    super("status", message, options);
  }
}

/** The words of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
