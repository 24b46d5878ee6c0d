/** How associations and operations end badly, as errors in plain words with the next step. Knows no command line. */
import type {
  AssociateRequest,
  NegotiatedContext,
} from "../association/events.ts";
import { formatTag } from "../dataset/tag.ts";
import { formatStatus, statusInfo } from "../dimse/status.ts";
import {
  AbortedError,
  FindscuError,
  NoContextError,
  RejectedError,
  StatusError,
  TimeoutError,
  type TimeoutPhase,
  TransportError,
} from "../errors.ts";
import { findModel, VERIFICATION } from "../find/models.ts";
import type { FinalResponse, ScuEvent } from "../find/scu.ts";
import {
  explainAbort,
  explainContextResult,
  explainReject,
} from "../pdu/reasons.ts";
import type { Target } from "../transport.ts";

/** What is known when an association ends. */
export interface EndContext {
  readonly target: Target;
  readonly request: AssociateRequest;
  /** Whether A-ASSOCIATE-AC came. */
  readonly accepted: boolean;
  /** Whether any response to the open request came. */
  readonly answered: boolean;
  readonly timeouts: Readonly<Record<string, number>>;
  /** Whether the transport is encrypted. */
  readonly secured: boolean;
  /** How the transport broke, where it did. */
  readonly failure: Error | undefined;
}

const WHITELIST_HINT =
  "Peers that do not know a calling AE title often end the connection like this: ask the administrator to register";

function peerOf(target: Target): string {
  // What is no network address, a mock, has no port.
  if (target.port === 0) return target.host;
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  return `${host}:${target.port}`;
}

function whitelistHint(request: AssociateRequest): string {
  return `${WHITELIST_HINT} "${request.callingAeTitle}", or choose another with -aet`;
}

/** What to do where one of the AE titles is why a peer rejects (PS3.8 Table 9-21). */
function titleHint(
  source: number,
  reason: number,
  { callingAeTitle, calledAeTitle }: AssociateRequest,
): string | undefined {
  if (source !== 1) return undefined;
  return reason === 3
    ? `Have "${callingAeTitle}" registered at the peer, or choose a title that it knows with -aet; upper and lower case differ`
    : reason === 7
    ? `It was addressed as "${calledAeTitle}": give its own title with -aec, or before the @ of an address; upper and lower case differ`
    : undefined;
}

/** The error that an event means, or undefined when the association goes on. */
export function endOf(
  event: ScuEvent | undefined,
  context: EndContext,
): Error | undefined {
  if (event === undefined) return closedError(context);
  switch (event.type) {
    case "rejected": {
      const { result, source, reason } = event;
      const told = explainReject(result, source, reason);
      const hint = titleHint(source, reason, context.request) ?? told.hint;
      return new RejectedError(told.text, result, source, reason, {
        ...(hint && { hint }),
      });
    }
    case "aborted": {
      const { source, reason } = event;
      const told = explainAbort(source, reason);
      const hint = context.answered
        ? told.hint
        : whitelistHint(context.request);
      return new AbortedError(told.text, source, reason, {
        ...(hint && { hint }),
      });
    }
    case "closed":
      return closedError(context);
    case "timeout":
      return timeoutError(
        event.phase,
        context.timeouts[TIMEOUT_NAMES[event.phase]] ?? Infinity,
        context.target,
      );
    case "error":
      return event.error;
    case "peer-released":
      return new TransportError(
        "closed",
        event.early
          ? "The peer released the association before its final response"
          : "The peer released the association",
      );
    default:
      return undefined;
  }
}

function closedError(context: EndContext): FindscuError {
  const { failure, request, target } = context;
  // A transport that knows better (TLS, a replay) has the more precise words.
  if (failure instanceof FindscuError && failure.code !== "closed") {
    return failure;
  }
  if (failure !== undefined && !(failure instanceof FindscuError)) {
    return new TransportError(
      "closed",
      `The transport to ${peerOf(target)} failed: ${failure.message}`,
      { cause: failure },
    );
  }
  const when = !context.accepted
    ? "before it answered the association request"
    : context.answered
    ? "before its final response"
    : "before its first response";
  return new TransportError(
    "closed",
    `The peer at ${peerOf(target)} closed the connection ${when}`,
    {
      ...(failure && { cause: failure }),
      hint: context.answered
        ? "What was received before is good, but there may be more"
        : context.accepted
        ? whitelistHint(request)
        : `${
          context.secured
            ? "The peer may demand a client certificate, or another one"
            : "Check that the port speaks DICOM"
        }; ${lowerFirst(whitelistHint(request))}`,
    },
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

const TIMEOUT_NAMES: Readonly<Record<TimeoutPhase, string>> = {
  connect: "connect",
  association: "association",
  "first-response": "firstResponse",
  response: "response",
  release: "release",
  total: "total",
};

const TIMEOUT_TEXTS: Readonly<
  Record<TimeoutPhase, readonly [waited: string, hint: string]>
> = {
  connect: [
    "for the connection to open",
    "Check host, port and firewall, or wait longer with -to",
  ],
  association: [
    "for the answer to the association request",
    "Check that the port speaks DICOM and that TLS is used on both sides or on none, or wait longer with -ta",
  ],
  "first-response": [
    "for the first response",
    "The archive may be slow with broad queries: narrow the query, or wait longer with -td",
  ],
  response: [
    "for the next response",
    "The archive may be slow: narrow the query, or wait longer with -td",
  ],
  release: [
    "for the answer to the release request",
    "The results are complete; the peer just did not say good-bye",
  ],
  total: ["in all", "Allow more with --total-timeout, or narrow the query"],
};

/** A wait that ended at its deadline. `time` in milliseconds. */
export function timeoutError(
  phase: TimeoutPhase,
  time: number,
  target: Target,
): TimeoutError {
  const [waited, hint] = TIMEOUT_TEXTS[phase];
  const seconds = time === Infinity ? "" : ` ${time / 1000} s`;
  return new TimeoutError(
    `Timed out: waited${seconds} ${waited} from ${peerOf(target)}`,
    phase,
    { hint },
  );
}

/** No accepted presentation context for a SOP class, with what the peer said of it. */
export function noContextError(
  abstractSyntax: string,
  contexts: readonly NegotiatedContext[],
): NoContextError {
  const name = abstractSyntax === VERIFICATION
    ? "Verification"
    : findModel(abstractSyntax)?.title ?? abstractSyntax;
  const ours = contexts.find((one) => one.abstractSyntax === abstractSyntax);
  const told = ours === undefined
    ? undefined
    : explainContextResult(ours.result);
  const why = told === undefined ? "it was not proposed" : told.text;
  return new NoContextError(`The peer does not accept ${name}: ${why}`, {
    ...(told?.hint && { hint: told.hint }),
  });
}

/** A final response with a failure status. */
export function statusError(
  service: string,
  final: FinalResponse,
): StatusError {
  const info = statusInfo(final.status);
  const { errorComment, offendingElements, errorId } = final.command;
  const parts = [
    `${service} failed with status ${
      formatStatus(final.status)
    }: ${info.meaning}`,
  ];
  if (errorComment) parts.push(`the peer says "${errorComment}"`);
  if (offendingElements && offendingElements.length > 0) {
    parts.push(
      `offending element ${offendingElements.map(formatTag).join(", ")}`,
    );
  }
  if (errorId !== undefined) parts.push(`error id ${errorId}`);
  return new StatusError(parts.join("; "), final.status, {
    ...(info.hint && { hint: info.hint }),
  });
}
