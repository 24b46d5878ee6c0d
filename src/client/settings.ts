/**
 * How an association is opened: the options of the library's client, their defaults and limits. Does not depend on any protocol
 * step.
 */
import type { ContextProposal } from "../association/events.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import { CancelledError, FindscuError } from "../errors.ts";
import type { ExtendedNegotiation, UserIdentity } from "../pdu/types.ts";
import type { Connector, Target } from "../transport.ts";
import type { Clock, TraceHook } from "../driver/drive.ts";

/** Deadlines in milliseconds; `Infinity` waits for ever. */
export interface ClientTimeouts {
  /** Opening the connection, TLS included. */
  readonly connect: number;
  /** From A-ASSOCIATE-RQ to its answer. */
  readonly association: number;
  /** From a request to its first response. */
  readonly firstResponse: number;
  /** From one response to the next. */
  readonly response: number;
  /** From A-RELEASE-RQ to its answer. */
  readonly release: number;
  /** How long a peer may continue after C-CANCEL-RQ when the caller's signal fired. */
  readonly cancel: number;
}

/** Deadlines that never hang. */
export const DEFAULT_TIMEOUTS: ClientTimeouts = {
  connect: 30_000,
  association: 30_000,
  firstResponse: 300_000,
  response: 300_000,
  release: 30_000,
  cancel: 3_000,
};

/** Default for the largest PDU we announce, in bytes. */
export const DEFAULT_MAX_PDU_LENGTH = 16_384;

/** How to open an association. */
export interface ConnectOptions {
  /** Opens the transport. */
  readonly connector: Connector;
  /** The peer's address. */
  readonly target: Target;
  /** Our AE title, at most 16 characters; `FIND-SCU` when absent. */
  readonly callingAeTitle?: string;
  /** The peer's AE title, at most 16 characters; `ANY-SCP` when absent. */
  readonly calledAeTitle?: string;
  /**
   * Presentation contexts to propose; Study Root and Verification in explicit and implicit VR little endian when absent.
   */
  readonly contexts?: readonly ContextProposal[];
  /** Largest PDU we accept, in bytes; 0 for any. */
  readonly maxPduLength?: number;
  /**
   * Largest identifier of a response, in bytes, inflated if it is deflated; 64 MB when absent. A peer that sends a larger one is
   * given up; one that inflates to more is not decoded.
   */
  readonly maxResponseSize?: number;
  /** Deadlines; `DEFAULT_TIMEOUTS` for those that are absent. */
  readonly timeouts?: Partial<ClientTimeouts>;
  /** SOP class extended negotiation (PS3.4 C.5.1.1). */
  readonly extended?: readonly ExtendedNegotiation[];
  /** User identity (PS3.7 D.3.3.7). */
  readonly userIdentity?: UserIdentity;
  /** Ends any operation: a query is cancelled, then the association aborted. */
  readonly signal?: AbortSignal;
  /** Sees every byte that passes. */
  readonly trace?: TraceHook;
  /** Called with every irregularity that was tolerated. */
  readonly warn?: (text: string) => void;
  /** Source of VRs for implicit VR. */
  readonly dictionary?: Dictionary;
  /** A transformation of each decoded identifier, before it is passed on. */
  readonly mend?: (dataset: Dataset) => Dataset;
  /** The clock; the runtime's when absent. */
  readonly clock?: Clock;
}

/** Why the caller's signal fired: its reason if that is one of our errors, else an error with that as its cause. */
export function interruptionOf(signal: AbortSignal | undefined): FindscuError {
  return signal?.reason instanceof FindscuError
    ? signal.reason
    : new CancelledError("interrupted", "Interrupted before the end", {
      cause: signal?.reason,
    });
}
