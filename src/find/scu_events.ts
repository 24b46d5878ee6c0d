/** Events that the user side of C-FIND and C-ECHO reports: matches, ends, and the fate of the association. Types only. */
import type { ByteRange } from "../bytes/view.ts";
import type { Command } from "../dimse/commands.ts";
import type { SessionEvent } from "../dimse/session.ts";
import type { TimeoutPhase } from "../errors.ts";

/** How a C-FIND or C-ECHO ended. */
export interface FinalResponse {
  /** Message id of the request. */
  readonly messageId: number;
  /** The command of the final response, with status, error comment and offending elements. */
  readonly command: Command;
  /** Full 16-bit status. */
  readonly status: number;
  /** Number of responses received, the final one included. */
  readonly responses: number;
  /** Whether C-CANCEL was sent before it came. */
  readonly cancelled: boolean;
  /** A dataset that came along, which the standard does not foresee but some peers send. */
  readonly dataset: Uint8Array | undefined;
  /** The presentation context that it came in. */
  readonly contextId: number;
}

/** One match. */
export interface MatchEvent {
  readonly type: "match";
  readonly messageId: number;
  /** Counts the responses to this request from 1. */
  readonly number: number;
  readonly status: number;
  readonly contextId: number;
  readonly command: Command;
  /** The identifier as received, in the transfer syntax of its context; undefined when there was none. */
  readonly dataset: Uint8Array | undefined;
  /** Where `dataset` lies, if that takes less than a view. */
  readonly range?: ByteRange;
}

/** Events that the service reports to its user. */
export type ScuEvent =
  | Exclude<
    SessionEvent,
    { readonly type: "message" } | { readonly type: "timeout" } | {
      readonly type: "release-requested";
    }
  >
  | MatchEvent
  | { readonly type: "final"; readonly final: FinalResponse }
  /** The peer requested release (answered); `early` when a request was still open. */
  | { readonly type: "peer-released"; readonly early: boolean }
  | { readonly type: "timeout"; readonly phase: TimeoutPhase };
