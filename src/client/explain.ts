/** How associations and operations end badly, as errors in plain words with the next step. Does not depend on the command line. */
import type {
  AssociateRequest,
  ContextProposal,
  NegotiatedContext,
} from "../association/events.ts";
import { transferSyntaxOf } from "../codec/transfer_syntax.ts";
import { formatTag, type Tag } from "../dataset/tag.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { formatStatus, KEYS_HINT, statusInfo } from "../dimse/status.ts";
import {
  AbortedError,
  advise,
  FindscuError,
  type Hint,
  hintWith,
  NoContextError,
  quantity,
  RejectedError,
  StatusError,
  TimeoutError,
  type TimeoutPhase,
  TransportError,
} from "../errors.ts";
import { findModel, VERIFICATION } from "../find/models.ts";
import type { FinalResponse, ScuEvent } from "../find/scu_events.ts";
import {
  AbortSource,
  explainAbort,
  explainContextResult,
  explainReject,
} from "../pdu/reasons.ts";
import type { Target } from "../transport.ts";

/** The facts known when an association ends. */
export interface EndContext {
  readonly target: Target;
  readonly request: AssociateRequest;
  /** Whether A-ASSOCIATE-AC came. */
  readonly accepted: boolean;
  /** Whether any response to the open request came. */
  readonly answered: boolean;
  /** Requests that were answered to the end on this association. */
  readonly served: number;
  readonly timeouts: Readonly<Record<string, number>>;
  /** Whether the transport is encrypted. */
  readonly secured: boolean;
  /** How the transport broke, if it did. */
  readonly failure: Error | undefined;
}

const WHITELIST_HINT =
  "Peers that do not recognise a calling AE title often end the connection like this: ask the administrator to register";

function peerOf(target: Target): string {
  // A mock, which is not a network address, has no port.
  if (target.port === 0) return target.host;
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  return `${host}:${target.port}`;
}

function whitelistText(request: AssociateRequest): string {
  return `${WHITELIST_HINT} "${request.callingAeTitle}", or choose another`;
}

/** Advice for a rejection because of one of the AE titles (PS3.8 Table 9-21). */
function titleHint(
  source: number,
  reason: number,
  { callingAeTitle, calledAeTitle }: AssociateRequest,
): Hint | undefined {
  if (source !== 1) return undefined;
  return reason === 3
    ? advise(
      `Have "${callingAeTitle}" registered at the peer, or use a title that it knows; titles are case-sensitive`,
      "known-calling-title",
      callingAeTitle,
    )
    : reason === 7
    ? advise(
      `It was called "${calledAeTitle}": give its own title; titles are case-sensitive`,
      "called-title",
      calledAeTitle,
    )
    : undefined;
}

/** The error that an event means, or undefined if the association continues. */
export function endOf(
  event: ScuEvent | undefined,
  context: EndContext,
): Error | undefined {
  if (event === undefined) return closedError(context);
  switch (event.type) {
    case "rejected": {
      const { result, source, reason } = event;
      const explanation = explainReject(result, source, reason);
      const hint = titleHint(source, reason, context.request) ??
        explanation.hint;
      return new RejectedError(explanation.text, result, source, reason, {
        ...(hint && { hint }),
      });
    }
    case "aborted": {
      const { source, reason } = event;
      const explanation = explainAbort(source, reason);
      const isKnown = context.answered || context.served > 0;
      const hint = source === AbortSource.user || !isKnown
        ? lossHint(context)
        : explanation.hint;
      return new AbortedError(explanation.text, source, reason, {
        ...(hint && { hint }),
      });
    }
    case "closed":
      return closedError(context);
    case "timeout":
      return timeoutError(
        event.phase,
        context.timeouts[
          event.phase === "first-response" ? "firstResponse" : event.phase
        ] ?? Infinity,
        context.target,
        timeoutHint(event.phase, context),
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
      hint: context.accepted ? lossHint(context) : advise(
        `${
          context.secured
            ? "The peer may demand a client certificate, or another one"
            : "Check that the port speaks DICOM"
        }; ${lowerFirst(whitelistText(request))}`,
        "calling-title",
      ),
    },
  );
}

/** Why a peer may have broken off an association that it had accepted: one that has answered knows the calling AE title. */
function lossHint({ answered, served, request }: EndContext): Hint {
  if (answered) {
    return "The matches received are valid, but there may be more";
  }
  if (served === 0) return advise(whitelistText(request), "calling-title");
  return `It had answered ${
    quantity(served, "request")
  } on this association: it may limit their number or time, or have failed on this one: check its log`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

// deno-fmt-ignore
const TIMEOUT_TEXTS: Readonly<Record<TimeoutPhase, readonly [waited: string, hint: Hint]>> = {
  connect: ["for the connection to open", advise("Check host, port and firewall, or wait longer", "connect-timeout")],
  association: ["for the answer to the association request",
    advise("Check that the port speaks DICOM and that both sides use TLS or neither does, or wait longer", "association-timeout")],
  "first-response": ["for the first response",
    advise("The archive may be slow with broad queries: narrow the query, or wait longer", "response-timeout")],
  response: ["for the next response",
    advise("The archive may be slow: narrow the query, or wait longer", "response-timeout")],
  release: ["for the answer to the release request", "The results are complete; only the release was not confirmed"],
  total: ["in all", advise("Narrow the query, or allow more time", "total-timeout")],
};

/** An explanation of a wait from its circumstances; undefined for an ordinary one. */
function timeoutHint(
  phase: TimeoutPhase,
  { secured, served }: EndContext,
): Hint | undefined {
  if (phase === "association" && secured) {
    return advise(
      "TLS is established, so check that the port speaks DICOM, or wait longer",
      "association-timeout",
    );
  }
  if (phase === "first-response" && served > 0) {
    return advise(
      `It had answered ${
        quantity(served, "request")
      } on this association: the peer hangs, or this one takes longer: narrow it, or wait longer`,
      "response-timeout",
    );
  }
  return undefined;
}

/** A wait that ended at its deadline. `time` in milliseconds; `known` replaces the usual hint. */
export function timeoutError(
  phase: TimeoutPhase,
  time: number,
  target: Target,
  givenHint?: Hint,
): TimeoutError {
  const [waited, usual] = TIMEOUT_TEXTS[phase];
  const hint = givenHint ?? usual;
  const seconds = time === Infinity ? "" : ` ${time / 1000} s`;
  return new TimeoutError(
    `Timed out: waited${seconds} ${waited} from ${peerOf(target)}`,
    phase,
    { hint },
  );
}

/** No accepted presentation context for a SOP class, with the peer's reasons for it and for the proposed contexts. */
export function noContextError(
  abstractSyntax: string,
  contexts: readonly NegotiatedContext[],
  proposals: readonly ContextProposal[],
): NoContextError {
  const name = abstractSyntax === VERIFICATION
    ? "Verification"
    : findModel(abstractSyntax)?.title ?? abstractSyntax;
  const ours = contexts.find((one) => one.abstractSyntax === abstractSyntax);
  const explanation = ours === undefined
    ? undefined
    : explainContextResult(ours.result);
  const why = explanation === undefined
    ? "it was not proposed"
    : explanation.text;
  const syntaxes = proposals.filter((one) =>
    one.abstractSyntax === abstractSyntax
  ).flatMap((one) => one.transferSyntaxes);
  const hint = ours?.result === NO_TRANSFER_SYNTAX
    ? syntaxHint(syntaxes)
    : ours?.result === NO_ABSTRACT_SYNTAX
    ? modelHint(abstractSyntax) ?? explanation?.hint
    : explanation?.hint;
  return new NoContextError(`The peer does not accept ${name}: ${why}`, {
    ...(hint && { hint }),
  });
}

/** Abstract syntax not supported (PS3.8 Table 9-18). */
const NO_ABSTRACT_SYNTAX = 3;

/** The other information models that archives and worklist servers have. */
function modelHint(abstractSyntax: string): Hint | undefined {
  const used = findModel(abstractSyntax);
  if (used === undefined) return undefined;
  const others = COMMON_MODELS.filter((name) => name !== used.name);
  return advise(
    `It may support another information model: try ${others.join(", ")}`,
    "other-model",
    ...others,
  );
}

const COMMON_MODELS: readonly string[] = ["study", "patient", "worklist"];

/** Transfer syntaxes not supported (PS3.8 Table 9-18). */
const NO_TRANSFER_SYNTAX = 4;

/** Every peer must support Implicit VR Little Endian (PS3.5 10.1), and every option proposes it: only more can help. */
function syntaxHint(syntaxes: readonly string[]): Hint {
  return syntaxes.length === 1
    ? advise(
      `Only ${
        transferSyntaxOf(syntaxes[0]!)?.name ?? syntaxes[0]
      } was proposed: propose the others too`,
      "other-syntaxes",
    )
    : "All uncompressed transfer syntaxes were proposed, which every peer must support: it may not support this information model after all (check its log, or try another model)";
}

/** A final response with a failure status. */
export function statusError(
  service: string,
  final: FinalResponse,
  abstractSyntax?: string,
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
      `offending element ${offendingElements.map(keywordOf).join(", ")}`,
    );
  }
  if (errorId !== undefined) parts.push(`error id ${errorId}`);
  const hint = info.hint === KEYS_HINT
    ? keysHint(offendingElements, abstractSyntax)
    : hintWith(info);
  return new StatusError(parts.join("; "), final.status, {
    ...(hint && { hint }),
    namesElements: (offendingElements?.length ?? 0) > 0,
  });
}

/** `PatientID (0010,0020)`. */
function keywordOf(tag: Tag): string {
  const keyword = Dictionary.standard.keyword(tag);
  return keyword === undefined
    ? formatTag(tag)
    : `${keyword} ${formatTag(tag)}`;
}

/** The keys to check if a peer rejects them: those that it names, else those that the information model demands. */
function keysHint(
  offending: readonly Tag[] = [],
  abstractSyntax: string | undefined,
): string | undefined {
  const model = abstractSyntax === undefined
    ? undefined
    : findModel(abstractSyntax);
  const check = model !== undefined && model.levels.length === 0
    ? "Check that the keys belong to this information model and are in the right place"
    : KEYS_HINT;
  return offending.length === 0
    ? check
    : `The peer rejects ${
      offending.map(keywordOf).join(", ")
    }: leave it out, or change its value. ${check}`;
}
