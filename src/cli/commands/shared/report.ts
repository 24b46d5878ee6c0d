/**
 * Errors of a run as messages: DCMTK's own phrases first if there are any, then our explanation. Does not depend on any stream.
 */
import {
  type ErrorCode,
  type FindscuError,
  RejectedError,
  StatusError,
  TimeoutError,
  TransportError,
} from "../../../errors.ts";
import { explainReject } from "../../../pdu/reasons.ts";
import type { Logger } from "../../log/log.ts";
import type { CommandForm } from "../../line/options/row.ts";
import { sentence } from "../../line/usage_error.ts";
import { hintOf } from "../../line/remedies.ts";

/** The step that failed. */
export type Stage = "request" | "find" | "release" | "other";

/** A failure and its circumstances. */
export interface Failure {
  readonly error: FindscuError;
  readonly step: Stage;
  /** The host that was to be connected to. */
  readonly host?: string | undefined;
  /** Which of several queries it was. */
  readonly place?: string | undefined;
  /** The first lines of DCMTK's message about a query that broke off, and the dump that goes with them. */
  readonly query?: (() => string) | undefined;
}

/** The target of messages. */
export interface ReportLogs {
  /** DCMTK's phrases. */
  readonly log: Logger;
  /** Messages that DCMTK's findscu does not print. */
  readonly own: Logger;
  /** Prints a dump as an error. */
  readonly dump?: (text: () => string) => void;
}

/** Reports the failure, with advice. */
export function report(
  { error, step, query, host, place }: Failure,
  form: CommandForm,
  logs: ReportLogs,
): void {
  const { log, own } = logs;
  const advice = hintOf(error);
  const hint = advice && `Hint: ${sentence(advice)}`;
  const explanation = hint ? [...error.lines, hint] : error.lines;
  // Even in quiet mode the user must see that nothing was done.
  const isUnmet = NEVER_SILENT.includes(error.code) && !log.shows("error");
  if (isUnmet) {
    log.fatal(explanation);
    return;
  }
  if (form !== "dcmtk") {
    log.error(
      place === undefined ? explanation : led(`${place}: `, explanation),
    );
    return;
  }
  const phrases = phrasesOf(error, step, host);
  if (step === "find" && ORDERLY.includes(error.code)) {
    own.error(led("Find Failed: ", explanation));
  } else if (phrases === undefined) {
    const isSetUp = step === "other" && query === undefined &&
      error.code.startsWith("output-");
    const level = isSetUp ? "fatal" : "error";
    const lead = step === "other" ? "" : `${LEADS[step]}: `;
    log[level](led(lead, error.lines));
    if (hint) own[level](hint);
  } else if (step === "find") {
    reportBrokenQuery(error, phrases, explanation, query, logs);
  } else {
    log.error(phrases);
    own.error(explanation);
  }
}

/** A mistake in the user's input: nothing was sent. */
const NEVER_SILENT: readonly ErrorCode[] = [
  "usage",
  "encode",
  "input-unreadable",
  "input-invalid",
  "output-no-directory",
];

/** Statuses that say no more than that something went wrong (PS3.4 Table C.4-1). */
function isVague({ status, namesElements }: StatusError): boolean {
  return status === 0x0110 || (status >= 0xc000 && status <= 0xcfff) ||
    (status >= 0xa900 && status <= 0xa9ff && !namesElements);
}

/** A failure that does not say why, after a warning of ours that may be the reason. */
export function withSuspicion(
  error: unknown,
  warnings: readonly string[],
): unknown {
  const [first] = warnings;
  const isUnexplained = error instanceof StatusError && isVague(error);
  if (!isUnexplained || first === undefined) return error;
  const others = warnings.length === 1
    ? ""
    : ` (one of ${warnings.length} warnings above)`;
  return new StatusError(error.message, error.status, {
    hint: `An earlier warning may explain this${others}: ${first}`,
  });
}

/** The lines, with something before the first. */
function led(lead: string, [first, ...rest]: readonly string[]): string[] {
  return [`${lead}${first}`, ...rest];
}

/** Ends of a query that DCMTK does not treat as failures. */
const ORDERLY: readonly ErrorCode[] = ["status", "cancelled", "interrupted"];

const LEADS = {
  request: "Association Request Failed",
  find: "Find Failed",
  release: "Association Release Failed",
} as const;

/** The query is shown, then the reason for its failure, and the fate of the association. */
function reportBrokenQuery(
  error: FindscuError,
  phrases: readonly string[],
  explanation: readonly string[],
  query: Failure["query"],
  { log, own, dump = (text) => log.block("error", text) }: ReportLogs,
): void {
  if (query !== undefined) dump(query);
  log.error(phrases);
  if (isPeersEnd(error)) {
    own.error(explanation);
    log.info("Peer Aborted Association");
    return;
  }
  log.error(led("Find SCU Failed: ", phrases));
  own.error(explanation);
  log.info("Aborting Association");
}

/** The peer broke off: there is nothing left to abort. */
function isPeersEnd(error: FindscuError): boolean {
  return error.code === "aborted" || error.code === "closed";
}

/** DCMTK's lines, which scripts look for; undefined if its words would not fit. */
function phrasesOf(
  error: FindscuError,
  step: Stage,
  host: string | undefined,
): string[] | undefined {
  if (error instanceof RejectedError) {
    const explanation = explainReject(error.result, error.source, error.reason);
    return [
      "Association Rejected:",
      `Result: ${explanation.result}, Source: ${explanation.source}`,
      `Reason: ${explanation.reason}`,
    ];
  }
  if (error.code === "no-context") {
    return ["No Acceptable Presentation Contexts"];
  }
  const condition = conditionOf(error, step, host);
  if (condition === undefined || step === "other") return undefined;
  return [step === "find" ? condition : `${LEADS[step]}: ${condition}`];
}

/** The number and the text of DCMTK's error condition. */
function conditionOf(
  error: FindscuError,
  step: Stage,
  host: string | undefined,
): string | undefined {
  if (isPeersEnd(error)) {
    return "0006:0317 Peer aborted Association (or never connected)";
  }
  if (error instanceof TimeoutError) {
    if (error.phase === "association" || error.phase === "release") {
      return "0006:031a DUL network read timeout";
    }
    return step === "find"
      ? "0006:0207 DIMSE No data available (timeout in non-blocking mode)"
      : undefined;
  }
  if (error instanceof TransportError && error.code === "connect") {
    return connectCondition(error, host);
  }
  return error.code === "remote-protocol" && step === "find"
    ? "0006:020d DIMSE Failed to receive message"
    : undefined;
}

/** A name that has no address, or none for now. */
const UNKNOWN_HOST: readonly string[] = ["ENOTFOUND", "EAI_AGAIN"];

/** C libraries' messages for the system's errors. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Connection refused",
  ECONNRESET: "Connection reset by peer",
  EHOSTUNREACH: "No route to host",
  ENETUNREACH: "Network is unreachable",
  ETIMEDOUT: "Connection timed out",
};

function connectCondition(
  error: TransportError,
  host: string | undefined,
): string | undefined {
  const system = systemCode(error.cause);
  if (host !== undefined && UNKNOWN_HOST.includes(system)) {
    return `0006:0320 Attempt to connect to unknown host: ${host}`;
  }
  const text = SYSTEM_ERRORS[system];
  return text === undefined
    ? undefined
    : `0006:031c TCP Initialization Error: ${text}`;
}

/** The code of a system error, which may be one of several attempts. */
function systemCode(cause: unknown): string {
  if (cause instanceof AggregateError) return systemCode(cause.errors[0]);
  if (typeof cause !== "object" || cause === null) return "";
  if (!("code" in cause) || typeof cause.code !== "string") return "";
  return cause.code;
}
