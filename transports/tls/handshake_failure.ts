/**
 * Why a handshake failed, for which a second look at the peer may show more than the runtime's error. It does not depend on any
 * certificate.
 */

import type { TransportError } from "../../src/errors.ts";
import {
  explainForeign,
  explainHandshake,
  type HandshakeFacts,
  openQuestion,
} from "./explain.ts";
import {
  DICOM_PROBE,
  type ForeignProtocol,
  foreignProtocol,
  TLS_PROBE,
} from "../foreign.ts";

/**
 * The sentence for a failed handshake. When the answer was not TLS at all, its first bytes identify it; if the runtime keeps
 * them to itself, or there were none, a second look at the target does, if there is one.
 */
export async function explainFailure(
  error: unknown,
  facts: HandshakeFacts,
  start: Uint8Array | undefined,
  look: (probe: Uint8Array) => Promise<ForeignProtocol | undefined> = () =>
    Promise.resolve(undefined),
): Promise<TransportError> {
  const explained = explainHandshake(error, facts);
  const question = openQuestion(error);
  const protocol = question === "hung-up"
    ? await look(DICOM_PROBE)
    : question === undefined
    ? undefined
    : start === undefined
    ? await look(TLS_PROBE)
    : foreignProtocol(start);
  return protocol === undefined || protocol === "TLS"
    ? explained
    : explainForeign(protocol, facts, error);
}
