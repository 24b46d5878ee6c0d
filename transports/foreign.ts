/** Identifies the protocol of a peer that does not speak the expected one: by its first bytes, or by a second look at it. */

import type { Connector, Target, Transport } from "../src/transport.ts";
import { guarded } from "./guarded.ts";

/** The protocol that first bytes reveal. */
export type ForeignProtocol = "TLS" | "HTTP" | "DICOM";

/** The protocol of a peer's unexpected first bytes, or undefined if they look like no known one. */
export function foreignProtocol(
  start: Uint8Array,
): ForeignProtocol | undefined {
  const [type = 0, second = 0] = start;
  if (type >= 0x14 && type <= 0x17 && second === 0x03) return "TLS";
  const text = new TextDecoder("latin1").decode(start.subarray(0, 5));
  if (text === "HTTP/") return "HTTP";
  // A PDU: type 1 to 7, a reserved zero, a four-byte length (PS3.8 9.3.1).
  return type >= 0x01 && type <= 0x07 && second === 0x00 ? "DICOM" : undefined;
}

/** Time limit for a peer to reveal its protocol, in milliseconds. */
const PROBE_TIME = 1000;

/**
 * The least ClientHello (RFC 5246 7.4.1.2) in a record of its own, which every TLS server answers, if only with an alert; then the
 * empty line that a web server waits for.
 */
export const TLS_PROBE = Uint8Array.of(
  ...[0x16, 0x03, 0x01, 0x00, 0x31, 0x01, 0x00, 0x00, 0x2d, 0x03, 0x03],
  ...new Uint8Array(32), // random, for a connection that will not be made
  ...[0x00], // no session
  ...[0x00, 0x06, 0xc0, 0x2f, 0xc0, 0x2b, 0x00, 0x2f], // cipher suites
  ...[0x01, 0x00], // no compression
  ...[0x0d, 0x0a, 0x0d, 0x0a],
);

/** A-RELEASE-RQ without an association (PS3.8 9.3.6), which a DICOM server answers with A-ABORT (PS3.8 9.2, AA-1). */
export const DICOM_PROBE = Uint8Array.of(0x05, 0, 0, 0, 0, 4, 0, 0, 0, 0);

/** Connects again, sends very little, and looks at the answer; undefined when there is none in time. Never fails. */
export async function spokenProtocol(
  connector: Connector,
  target: Target,
  probe: Uint8Array,
  signal?: AbortSignal,
): Promise<ForeignProtocol | undefined> {
  const limit = AbortSignal.timeout(PROBE_TIME);
  const limited = signal === undefined
    ? limit
    : AbortSignal.any([signal, limit]);
  let transport: Transport | undefined;
  try {
    transport = await guarded(connector)(target, { signal: limited });
    limited.addEventListener("abort", () => transport?.close(), { once: true });
    await transport.write(probe);
    const start = await transport.read();
    return start === null ? undefined : foreignProtocol(start);
  } catch {
    return undefined; // the first failure says enough
  } finally {
    transport?.close();
  }
}
