/** Why a handshake failed, where a second look at the peer may tell more than the runtime's error. It knows no certificate. */

import type { TransportError } from "../../src/errors.ts";
import type { Target } from "../../src/transport.ts";
import {
  explainForeign,
  explainHandshake,
  type HandshakeFacts,
  HUNG_UP,
  NO_TLS,
} from "./explain.ts";
import {
  DICOM_PROBE,
  foreignProtocol,
  spokenProtocol,
  TLS_PROBE,
} from "../foreign.ts";

/**
 * The sentence for a failed handshake. When the answer was no TLS at all, its first bytes tell what it is; where the runtime keeps
 * them to itself, or there were none, a second look at the target does.
 */
export async function explainFailure(
  error: unknown,
  facts: HandshakeFacts,
  start: Uint8Array | undefined,
  target: Target,
  signal: AbortSignal,
): Promise<TransportError> {
  const explained = explainHandshake(error, facts);
  const protocol = explained.message.endsWith(HUNG_UP)
    ? await spokenProtocol(target, DICOM_PROBE, signal)
    : !explained.message.endsWith(NO_TLS)
    ? undefined
    : start === undefined
    ? await spokenProtocol(target, TLS_PROBE, signal)
    : foreignProtocol(start);
  return protocol === undefined || protocol === "TLS"
    ? explained
    : explainForeign(protocol, facts, error);
}
