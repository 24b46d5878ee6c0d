/**
 * The actions of the state machine: PS3.8 Tables 9-6 to 9-9 as pure functions from the situation to effects
 * and the next state. Nothing is performed here. If the standard is silent and a user would be left without
 * word of the end (Sta2), an indication is added.
 */
import { LocalProtocolError, RemoteProtocolError } from "../errors.ts";
import {
  type Abort,
  type AssociateRq,
  type Pdu,
  PDU_NAMES,
  PROTOCOL_VERSION_1,
} from "../pdu/types.ts";
import { AbortReason, AbortSource } from "../pdu/reasons.ts";
import type { AssociationEvent, Effect, Role } from "./events.ts";
import { negotiatedContexts } from "./negotiation.ts";
import {
  type ActionName,
  type EventName,
  type State,
  STATE_TEXT,
} from "./table.ts";

/** The input of an action. */
export interface Situation {
  readonly role: Role;
  readonly state: State;
  readonly event: EventName;
  /** The PDU received, or the one that the local user wants sent. */
  readonly pdu?: Pdu;
  /** The peer's violation (Evt19). */
  readonly error?: RemoteProtocolError;
  /** The A-ASSOCIATE-RQ of this association, sent or received, once there is one. */
  readonly request?: AssociateRq;
}

/** The outcome of an action. */
export interface ActionOutcome {
  readonly next: State;
  readonly effects: readonly Effect[];
}

/** Performs nothing: returns the effects of the action in the situation. */
export function perform(
  action: ActionName,
  situation: Situation,
): ActionOutcome {
  return ACTIONS[action](situation);
}

type Action = (situation: Situation) => ActionOutcome;

const ACTIONS: Readonly<Record<ActionName, Action>> = {
  // Association establishment (PS3.8 Table 9-6).

  // Ask for a transport connection: the driver opens one, and reports it.
  "AE-1": () => to("Sta4"),
  // Send A-ASSOCIATE-RQ.
  "AE-2": (s) => to("Sta5", transmit(pduOf(s.request, "associate-rq"))),
  // Tell the user that the association is accepted.
  "AE-3": (s) => {
    const accept = pduOf(s.pdu, "associate-ac");
    const request = pduOf(s.request, "associate-rq");
    const { contexts, warnings } = negotiatedContexts(request, accept);
    return to(
      "Sta6",
      ...warnings.map((text) => indicate({ type: "warning", text })),
      indicate({ type: "accepted", accept, contexts }),
    );
  },
  // Tell the user that the association is rejected; close.
  "AE-4": (s) => {
    const { result, source, reason } = pduOf(s.pdu, "associate-rj");
    return to(
      "Sta1",
      indicate({ type: "rejected", result, source, reason }),
      CLOSE,
    );
  },
  // Start ARTIM: the peer has that long to send its request.
  "AE-5": () => to("Sta2", START_ARTIM),
  // Stop ARTIM; indicate the request, or reject an unsupported request: another protocol version.
  "AE-6": (s) => {
    const request = pduOf(s.pdu, "associate-rq");
    if ((request.protocolVersion & PROTOCOL_VERSION_1) !== 0) {
      return to("Sta3", STOP_ARTIM, indicate({ type: "requested", request }));
    }
    const error = new RemoteProtocolError(
      `The peer requests protocol version bits ${request.protocolVersion}, which do not include version 1`,
    );
    return to(
      "Sta13",
      transmit({ type: "associate-rj", result: 1, source: 2, reason: 2 }),
      indicate({ type: "error", error }),
      START_ARTIM,
    );
  },
  // Send A-ASSOCIATE-AC.
  "AE-7": (s) => to("Sta6", transmit(pduOf(s.pdu, "associate-ac"))),
  // Send A-ASSOCIATE-RJ; the peer should close now.
  "AE-8": (s) =>
    to("Sta13", transmit(pduOf(s.pdu, "associate-rj")), START_ARTIM),

  // Data transfer (PS3.8 Table 9-7).

  "DT-1": (s) => to("Sta6", transmit(pduOf(s.pdu, "p-data-tf"))),
  "DT-2": (s) => to("Sta6", indicateData(s)),

  // Association release (PS3.8 Table 9-8).

  "AR-1": () => to("Sta7", transmit({ type: "release-rq" })),
  "AR-2": () => to("Sta8", indicate({ type: "release-requested" })),
  "AR-3": () => to("Sta1", indicate({ type: "released" }), CLOSE),
  // Send A-RELEASE-RP. In Sta12 AR-10 has already notified the user.
  "AR-4": (s) =>
    to(
      "Sta13",
      transmit({ type: "release-rp" }),
      ...(s.state === "Sta12" ? [] : [indicate({ type: "released" })]),
      START_ARTIM,
    ),
  "AR-5": () => to("Sta1", STOP_ARTIM),
  // Data that was in transit when we requested release.
  "AR-6": (s) => to("Sta7", indicateData(s)),
  "AR-7": (s) => to("Sta8", transmit(pduOf(s.pdu, "p-data-tf"))),
  // Release collision. Not indicated: the user has requested release itself, so its answer is known.
  "AR-8": (s) => to(s.role === "requestor" ? "Sta9" : "Sta10"),
  "AR-9": () => to("Sta11", transmit({ type: "release-rp" })),
  "AR-10": () => to("Sta12", indicate({ type: "released" })),

  // Association abort (PS3.8 Table 9-9).

  // Send A-ABORT as the service user; start ARTIM. In Sta2 the cause is the peer, and the user does not know of the association yet.
  "AA-1": (s) => {
    if (s.event === "Evt15") {
      return to("Sta13", transmit(pduOf(s.pdu, "abort")), START_ARTIM);
    }
    return to(
      "Sta13",
      transmit(abort(AbortSource.user, AbortReason.none)),
      indicate({ type: "error", error: violation(s) }),
      START_ARTIM,
    );
  },
  // Stop ARTIM; close. In Sta2 the user has not been given a reason.
  "AA-2": (s) =>
    to(
      "Sta1",
      STOP_ARTIM,
      ...(s.state === "Sta2" ? [indicateEarlyEnd(s)] : []),
      CLOSE,
    ),
  "AA-3": (s) => to("Sta1", indicateAbort(s), CLOSE),
  "AA-4": () => to("Sta1", indicate({ type: "closed" })),
  "AA-5": () => to("Sta1", STOP_ARTIM, indicate({ type: "closed" })),
  // Ignore: it crossed our own farewell.
  "AA-6": () => to("Sta13"),
  "AA-7": (s) => to("Sta13", transmit(abortFor(violation(s)))),
  // Send A-ABORT as the service provider, notify the user, start ARTIM.
  "AA-8": (s) => {
    const error = violation(s);
    return to(
      "Sta13",
      transmit(abortFor(error)),
      indicate({ type: "error", error }),
      START_ARTIM,
    );
  },
};

const START_ARTIM: Effect = { do: "start-artim" };
const STOP_ARTIM: Effect = { do: "stop-artim" };
const CLOSE: Effect = { do: "close" };

function to(next: State, ...effects: Effect[]): ActionOutcome {
  return { next, effects };
}

function transmit(pdu: Pdu): Effect {
  return { do: "transmit", pdu };
}

function indicate(event: AssociationEvent): Effect {
  return { do: "indicate", event };
}

function indicateData(s: Situation): Effect {
  return indicate({ type: "data", pdvs: pduOf(s.pdu, "p-data-tf").pdvs });
}

function indicateAbort(s: Situation): Effect {
  const { source, reason } = pduOf(s.pdu, "abort");
  return indicate({ type: "aborted", source, reason });
}

/** The end of an association that never was: A-ABORT, or silence until ARTIM expired. */
function indicateEarlyEnd(s: Situation): Effect {
  return s.event === "Evt16"
    ? indicateAbort(s)
    : indicate({ type: "timeout", phase: "association" });
}

function abort(source: number, reason: number): Abort {
  return { type: "abort", source, reason };
}

function abortFor(error: RemoteProtocolError): Abort {
  return abort(AbortSource.provider, error.abortReason ?? AbortReason.none);
}

/** The peer's violation: bytes that are not PDUs, or a PDU at the wrong time. */
function violation(s: Situation): RemoteProtocolError {
  if (s.error !== undefined) return s.error;
  return new RemoteProtocolError(
    `Unexpected ${
      s.pdu === undefined ? "PDU" : PDU_NAMES[s.pdu.type]
    } from the peer in ${s.state}: ${STATE_TEXT[s.state]}`,
    { abortReason: AbortReason.unexpectedPdu },
  );
}

/** The PDU as the type that the event implies. */
function pduOf<T extends Pdu["type"]>(
  pdu: Pdu | undefined,
  type: T,
): Extract<Pdu, { type: T }> {
  if (!isPdu(pdu, type)) {
    throw new LocalProtocolError(
      `Cannot act on ${pdu?.type ?? "no PDU"}: ${PDU_NAMES[type]} expected`,
    );
  }
  return pdu;
}

function isPdu<T extends Pdu["type"]>(
  pdu: Pdu | undefined,
  type: T,
): pdu is Extract<Pdu, { type: T }> {
  return pdu?.type === type;
}
