/**
 * The error classes of findscu. Each answers "who is responsible?" by its class and "what exactly?" by its stable `code`,
 * from which the command line derives the exit code. This file does not depend on the rest of the program.
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

/**
 * A remedy for a failure, by a key for which each program has its own words: an option, an argument, a button. Never reuse
 * or rename one.
 */
export type RemedyKey =
  | "allow-common-name"
  | "allow-suite"
  | "allow-suite-or-bun"
  | "association-timeout"
  | "authority"
  | "authority-files"
  | "called-title"
  | "calling-title"
  | "charset"
  | "charset-map"
  | "choose-columns"
  | "client-certificate"
  | "connect-timeout"
  | "enforced"
  | "expand"
  | "expand-or-relational"
  | "file-format"
  | "http-proxy"
  | "known-calling-title"
  | "known-other-name"
  | "level-model"
  | "list-faults"
  | "list-suites"
  | "max-input-size"
  | "max-response-size"
  | "model"
  | "no-host-check"
  | "null-profile"
  | "older-profile"
  | "other-model"
  | "other-syntaxes"
  | "patient-root"
  | "proxy-login"
  | "proxy-user"
  | "response-timeout"
  | "revocation-list"
  | "server-name"
  | "socks-proxy"
  | "show-pdus"
  | "split"
  | "split-date"
  | "study-root"
  | "total-timeout"
  | "trust-certificate"
  | "typed-bytes"
  | "wide"
  | "wide-or-columns";

/** A remedy and the subjects of its words: names, titles, levels. */
export type Remedy = readonly [key: RemedyKey, ...values: string[]];

/** A sentence of advice: as such, or with the remedy for which a program may have better words. */
export type Hint = string | {
  readonly text: string;
  readonly remedy: Remedy;
};

/** A hint with its remedy. */
export function advise(
  text: string,
  key: RemedyKey,
  ...values: string[]
): Hint {
  return { text, remedy: [key, ...values] };
}

/** A hint and its remedy as one, if there are such. */
export function hintWith({ hint, remedy }: {
  readonly hint: string | undefined;
  readonly remedy: Remedy | undefined;
}): Hint | undefined {
  return hint === undefined || remedy === undefined
    ? hint
    : { text: hint, remedy };
}

/** The sentence of a hint, in the general form. */
export function hintText(hint: Hint): string {
  return typeof hint === "string" ? hint : hint.text;
}

/** The message of an error: one line, or several if it includes an excerpt. */
export type ErrorText = string | readonly string[];

/**
 * Base of every error that findscu throws on purpose. `hint` is one further sentence: advice for the user. Neither holds a
 * control or an unseen character of the foreign text that is quoted in it: a line end in `message` is always one of ours.
 */
export class FindscuError extends Error {
  /** Stable identifier of the failure class. */
  readonly code: ErrorCode;
  /** Advice for the user, one sentence, or undefined. */
  readonly hint: string | undefined;
  /** The remedy behind that advice, for programs with their own words for it. */
  readonly remedy: Remedy | undefined;
  /** Made by findscu. */
  constructor(
    code: ErrorCode,
    message: ErrorText,
    options: { cause?: unknown; hint?: Hint | undefined } = {},
  ) {
    super(
      typeof message === "string"
        ? sanitize(message)
        : message.map(sanitize).join("\n"),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = new.target.name;
    this.code = code;
    const { hint } = options;
    this.hint = hint && sanitize(hintText(hint));
    this.remedy = typeof hint === "object" ? hint.remedy : undefined;
  }

  /** The hint with its remedy, for an error that this one becomes. */
  get advice(): Hint | undefined {
    return hintWith(this);
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
    options: { cause?: unknown; hint?: Hint } = {},
  ) {
    super("usage", message, options);
  }
}

/** An input file cannot be read (`input-unreadable`) or is invalid (`input-invalid`). */
export class InputError extends FindscuError {
  /** Made by findscu. */
  constructor(
    code: "input-unreadable" | "input-invalid",
    message: ErrorText,
    options: { cause?: unknown; hint?: Hint } = {},
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
    options: { cause?: unknown; hint?: Hint } = {},
  ) {
    super(code, message, options);
  }
}

/** Bytes that break the rules of their encoding. `offset` counts from the first byte of the outermost unit (PDU, dataset, file). */
export class DecodeError extends FindscuError {
  /** Byte offset of the damage, or undefined if none is meaningful. */
  readonly offset: number | undefined;
  /** Made by findscu. */
  constructor(
    message: string,
    options: { offset?: number; cause?: unknown; hint?: Hint } = {},
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

/** Data that would need more memory than allowed. */
export class TooLargeError extends DecodeError {}

/** A value that its encoding cannot carry: too long, out of range, not in the character set. */
export class EncodeError extends FindscuError {
  /** Made by findscu. */
  constructor(
    message: string,
    options: { cause?: unknown; hint?: Hint } = {},
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

/** The peer broke the protocol. `abortReason` is the reason in our A-ABORT (PS3.8 Table 9-26), if we sent one. */
export class RemoteProtocolError extends FindscuError {
  /** Reason/Diag. of the A-ABORT that answers the violation (PS3.8 9.3.8). */
  readonly abortReason: number | undefined;
  /** Made by findscu. */
  constructor(
    message: ErrorText,
    options: { abortReason?: number; cause?: unknown; hint?: Hint } = {},
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
    options: { hint?: Hint } = {},
  ) {
    super("rejected", message, options);
  }
}

/** The association was accepted, but no usable presentation context was. */
export class NoContextError extends FindscuError {
  /** Made by findscu. */
  constructor(message: string, options: { hint?: Hint } = {}) {
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
    options: { hint?: Hint } = {},
  ) {
    super("aborted", message, options);
  }
}

/**
 * The transport failed: `connect` (refused, unreachable, unknown host), `tls` (handshake, certificate),
 * `closed` (the connection ended too early).
 */
export class TransportError extends FindscuError {
  /** Made by findscu. */
  constructor(
    code: "connect" | "tls" | "closed",
    message: string,
    options: { cause?: unknown; hint?: Hint | undefined } = {},
  ) {
    super(code, message, options);
  }
}

/** The event that was awaited when time ran out. */
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
    options: { hint?: Hint } = {},
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

/** The results are good but known to be incomplete: the peer ended with a warning, or part of the query failed. */
export class IncompleteError extends FindscuError {
  /** Made by findscu. */
  constructor(message: string, options: { hint?: Hint | undefined } = {}) {
    super("incomplete", message, options);
  }
}

/** A C-FIND or C-ECHO that ended with a failure status (PS3.7 Annex C). `status` is the full 16-bit value. */
export class StatusError extends FindscuError {
  /** Whether the peer named the attributes that it objects to (Offending Element, PS3.7 C.4). */
  readonly namesElements: boolean;
  /** Made by findscu. */
  constructor(
    message: string,
    readonly status: number,
    options: { hint?: Hint; namesElements?: boolean } = {},
  ) {
    super("status", message, options);
    this.namesElements = options.namesElements ?? false;
  }
}

/** `1 match`, `3 matches`: a count with its noun; `many` is the plural, if it does not just end in s. */
export function quantity(
  count: number | string,
  one: string,
  many = `${one}s`,
): string {
  return `${count} ${String(count) === "1" ? one : many}`;
}

/** The words of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
