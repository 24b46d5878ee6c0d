/**
 * The steps of a probe and their outcomes. A probe decides which questions to send and how to read the answers; it sends nothing
 * itself: its parts are synchronous generators that yield a step and are resumed with its outcome. All times are numbers that
 * come in.
 */
import type {
  ContextProposal,
  NegotiatedContext,
} from "../association/events.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { Tag } from "../dataset/tag.ts";
import type { FindscuError } from "../errors.ts";
import type { FindModel } from "../find/models.ts";
import type { AssociateAc, ExtendedNegotiation } from "../pdu/types.ts";
import type { WireFacts } from "./wire.ts";

/** An association that the probe holds open, by a number of its own choice. */
export type Slot = number;

/** Opens an association. */
export interface OpenStep {
  readonly kind: "open";
  readonly slot: Slot;
  /** The purpose, for messages. */
  readonly purpose: string;
  readonly contexts: readonly ContextProposal[];
  /** AE titles other than those of the run. */
  readonly callingAeTitle?: string;
  readonly calledAeTitle?: string;
  readonly extended?: readonly ExtendedNegotiation[];
  /** A user name to propose, if the run has none. */
  readonly userName?: string;
}

/** Sends C-ECHO. */
export interface EchoStep {
  readonly kind: "echo";
  readonly slot: Slot;
  readonly purpose: string;
}

/** Sends C-FIND; harmless by its limit. */
export interface FindStep {
  readonly kind: "find";
  readonly slot: Slot;
  readonly purpose: string;
  readonly model: FindModel;
  readonly identifier: Dataset;
  /** C-CANCEL-RQ follows this match. */
  readonly cancelAfter: number;
}

/** Releases an association. */
export interface CloseStep {
  readonly kind: "close";
  readonly slot: Slot;
}

/** One action that a probe requests. */
export type ProbeStep = OpenStep | EchoStep | FindStep | CloseStep;

/** How opening an association ended. Times in milliseconds. */
export interface Opened {
  readonly kind: "opened";
  /** Until the connection was established, TLS included; undefined if it never was. */
  readonly connectTime: number | undefined;
  /** From the request to the answer. */
  readonly associateTime: number | undefined;
  /** The negotiated TLS parameters, as lines. */
  readonly security: readonly string[];
  readonly accept: AssociateAc | undefined;
  readonly contexts: readonly NegotiatedContext[];
  /** Irregularities that were tolerated. */
  readonly warnings: readonly string[];
  /** Why there is no association. */
  readonly error: FindscuError | undefined;
}

/** How an echo or a release ended. */
export interface Done {
  readonly kind: "done";
  /** Milliseconds from the request to the answer. */
  readonly time: number;
  /** Observations on the wire meanwhile. */
  readonly wire: WireFacts;
  readonly warnings: readonly string[];
  readonly error: FindscuError | undefined;
}

/** How a query ended. */
export interface Answer {
  readonly kind: "answer";
  /** The identifiers of the matches, in the order received. */
  readonly matches: readonly Dataset[];
  /** Pending statuses and how many matches had them. */
  readonly pendingCounts: ReadonlyMap<number, number>;
  /** The final status (PS3.7 Annex C); undefined when none came. */
  readonly status: number | undefined;
  /** Error Comment (0000,0902). */
  readonly comment: string | undefined;
  /** Offending Element (0000,0901). */
  readonly offending: readonly Tag[];
  /** Milliseconds from the request to the first response, and to the end. */
  readonly firstTime: number | undefined;
  readonly time: number;
  /** Matches that came after C-CANCEL-RQ; undefined when it was not sent. */
  readonly afterCancel: number | undefined;
  /** Milliseconds from C-CANCEL-RQ to the end. */
  readonly cancelTime: number | undefined;
  /** Irregularities that were tolerated. */
  readonly warnings: readonly string[];
  /** The parts that could not be decoded. */
  readonly losses: readonly string[];
  /** How the messages were packed. */
  readonly wire: WireFacts;
  /** Why the query broke off; undefined when a final response came. */
  readonly error: FindscuError | undefined;
}

/** The input of a probe. */
export type Came = Opened | Done | Answer;

/** Part of a probe: yields steps, is resumed with their outcomes, and returns its result. */
export type Probing<T> = Generator<ProbeStep, T, Came>;
