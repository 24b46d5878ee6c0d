/**
 * The input and output of an association, as plain data: configuration, parameters, events for the user,
 * effects of actions. Does not depend on bytes or sockets. The events mirror the primitives of PS3.8 clause 7.
 */
import type { RemoteProtocolError } from "../errors.ts";
import type {
  AnsweredContext,
  AssociateAc,
  AssociateRq,
  AsyncOperations,
  CommonExtendedNegotiation,
  ExtendedNegotiation,
  Pdu,
  Pdv,
  RoleSelection,
  UserIdentity,
} from "../pdu/types.ts";

/** Which end of the association this is: the role of establishment (PS3.8 3.2), not SCU or SCP. */
export type Role = "requestor" | "acceptor";

/** Settings that hold for the whole life of an association. Times are in milliseconds. */
export interface AssociationConfig {
  /** Largest P-DATA-TF length that we announce to accept; 0 means any (PS3.8 D.1). */
  readonly maxPduLength: number;
  /** How long to wait for the answer to our A-ASSOCIATE-RQ, and to our A-RELEASE-RQ; `Infinity` for ever. */
  readonly acseTimeout: number;
  /** How long to wait for the answer to our A-RELEASE-RQ, if that differs. */
  readonly releaseTimeout?: number;
  /** The ARTIM timer: for the peer's A-ASSOCIATE-RQ, and for it to close the connection at the end (PS3.8 9.1.5). */
  readonly artimTimeout: number;
  /** Announced in the user information; the program's own when absent. */
  readonly implementationClassUid?: string;
  /** Announced in the user information; the program's own when absent, left out when empty. */
  readonly implementationVersionName?: string;
}

/** The requestor's proposal: the parameters of the A-ASSOCIATE request primitive (PS3.8 7.1.1). */
export interface AssociateRequest {
  /** 1 to 16 characters. */
  readonly calledAeTitle: string;
  /** 1 to 16 characters. */
  readonly callingAeTitle: string;
  /** In order of the odd ids they get: 1, 3, 5… */
  readonly contexts: readonly ContextProposal[];
  /** Asynchronous operations window (PS3.7 D.3.3.3). */
  readonly asyncOperations?: AsyncOperations;
  /** SCP/SCU role selection (PS3.7 D.3.3.4). */
  readonly roles?: readonly RoleSelection[];
  /** SOP class extended negotiation (PS3.7 D.3.3.5). */
  readonly extended?: readonly ExtendedNegotiation[];
  /** SOP class common extended negotiation (PS3.7 D.3.3.6). */
  readonly commonExtended?: readonly CommonExtendedNegotiation[];
  /** User identity (PS3.7 D.3.3.7). */
  readonly userIdentity?: UserIdentity;
}

/** One presentation context to propose. */
export interface ContextProposal {
  /** SOP Class UID. */
  readonly abstractSyntax: string;
  /** At least one, in order of preference. */
  readonly transferSyntaxes: readonly string[];
}

/** The acceptor's answer: the parameters of the A-ASSOCIATE response primitive (PS3.8 7.1.1). */
export interface AssociateAnswer {
  readonly contexts: readonly AnsweredContext[];
  readonly asyncOperations?: AsyncOperations;
  readonly roles?: readonly RoleSelection[];
  readonly extended?: readonly ExtendedNegotiation[];
  readonly userIdentityResponse?: Uint8Array;
}

/** A presentation context after negotiation, as both ends see it. */
export interface NegotiatedContext {
  /** Presentation context id, odd. */
  readonly id: number;
  /** 0 accepted, else why not (PS3.8 Table 9-18). */
  readonly result: number;
  /** SOP Class UID. */
  readonly abstractSyntax: string;
  /** Defined exactly when `result` is 0. */
  readonly transferSyntax: string | undefined;
}

/**
 * Events that an association reports to its user. `rejected`, `released`, `aborted`, `closed`, `timeout` and `error` end it:
 * exactly one of them comes, and last, unless the user ended it by `abort()` or `reject()`.
 */
export type AssociationEvent =
  /** The peer proposes; answer with `accept()` or `reject()`. */
  | { readonly type: "requested"; readonly request: AssociateRq }
  /** The peer accepted; `contexts` has the result of each proposed context. */
  | {
    readonly type: "accepted";
    readonly accept: AssociateAc;
    readonly contexts: readonly NegotiatedContext[];
  }
  /** A-ASSOCIATE-RJ, the numbers as received. */
  | {
    readonly type: "rejected";
    readonly result: number;
    readonly source: number;
    readonly reason: number;
  }
  /** Fragments in the order received; PDU borders carry no meaning. */
  | { readonly type: "data"; readonly pdvs: readonly Pdv[] }
  /** The peer wants to end; answer with `release()`. */
  | { readonly type: "release-requested" }
  /** The association ended in order. */
  | { readonly type: "released" }
  /** A-ABORT from the peer, the numbers as received. */
  | {
    readonly type: "aborted";
    readonly source: number;
    readonly reason: number;
  }
  /** The transport closed when it should not. */
  | { readonly type: "closed" }
  /** The peer did not answer in time; A-ABORT was queued if one is due. */
  | { readonly type: "timeout"; readonly phase: "association" | "release" }
  /** The peer broke the protocol; A-ABORT was queued. */
  | { readonly type: "error"; readonly error: RemoteProtocolError }
  /** Something odd that was tolerated. */
  | { readonly type: "warning"; readonly text: string };

/** The effects of an action of the state machine, in order. */
export type Effect =
  | { readonly do: "transmit"; readonly pdu: Pdu }
  | { readonly do: "indicate"; readonly event: AssociationEvent }
  /** Starts or restarts the ARTIM timer. */
  | { readonly do: "start-artim" }
  | { readonly do: "stop-artim" }
  /** Close the transport once everything queued is written. */
  | { readonly do: "close" };
