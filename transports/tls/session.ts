/**
 * The verdict over a finished handshake: the negotiated parameters and the peer's identity. Runtimes ignore some settings silently,
 * so everything is checked.
 */
import { advise, type Hint, TransportError } from "../../src/errors.ts";
import type { Transport } from "../../src/transport.ts";
import { localAddress, socketTransport } from "../node_socket.ts";
import type { TransportStream } from "../transport_stream.ts";
import { Certificate } from "./certificate.ts";
import { dateText, expiryNotice } from "./credentials.ts";
import {
  explainDefect,
  explainOpen,
  type HandshakeFacts,
  tlsVersionText,
} from "./explain.ts";
import type { TlsOptions } from "./options.ts";
import { ianaName } from "./suites.ts";
import { verifyCertificate } from "./verify.ts";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";

/** The verdict over an open connection: a transport, or the reason why not. */
export function secured(
  socket: TLSSocket,
  options: TlsOptions,
  session: {
    readonly facts: HandshakeFacts;
    readonly peerRole: "server" | "client";
    readonly host: string | undefined;
    readonly wire: TransportStream | undefined;
  },
): Transport {
  const { facts, peerRole, host, wire } = session;
  const version = socket.getProtocol() ?? "unknown";
  // The types promise a cipher; a session that the peer has already ended has none.
  const negotiated: ReturnType<TLSSocket["getCipher"]> | null = socket
    .getCipher();
  const cipher = negotiated === null ? "none" : ianaName(negotiated);
  checkNegotiated(version, cipher, facts);
  const [certificate, ...untrusted] = peerCertificates(socket, facts);
  if (options.peer !== "ignore") {
    if (certificate === undefined) {
      if (options.peer === "require" || peerRole === "server") {
        throw failure(
          facts,
          "the peer did not present a certificate",
          "Ask its administrator for one",
        );
      }
    } else {
      const { authorities, revocationLists } = options.credentials;
      const defect = verifyCertificate(certificate, {
        authorities,
        untrusted,
        purpose: peerRole,
        now: options.now(),
        host,
        allowCommonName: options.allowCommonName ?? false,
        keyUse: cipher.startsWith("TLS_RSA_") && peerRole === "server"
          ? "decipher"
          : "sign",
        strength: facts.plan.profile.strength,
        revocation: options.revocation ??
          (revocationLists.length > 0 ? "leaf" : "off"),
        revocationLists,
      });
      if (defect !== undefined) throw explainDefect(defect, facts.peer, host);
    }
  }
  const notice = certificate &&
    expiryNotice("The peer's certificate", certificate, { now: options.now() });
  if (notice !== undefined) options.warn?.(notice);
  const local = localAddress(socket);
  return socketTransport(socket, {
    kind: "tls",
    peer: facts.peer,
    ...(local === undefined ? {} : { local }),
    security: securityLines(version, cipher, certificate, options),
  }, { explain: (error) => explainOpen(error, facts), throttle: wire });
}

/** A runtime that does not obey the list of suites may have negotiated another. */
function checkNegotiated(
  version: string,
  cipher: string,
  facts: HandshakeFacts,
): void {
  const { plan } = facts;
  if (version < plan.minVersion || version > plan.maxVersion) {
    throw failure(
      facts,
      `${
        tlsVersionText(version)
      } was negotiated, which the ${plan.profile.name} does not allow`,
      "Choose another profile, or limit the versions that the peer offers",
    );
  }
  if (!plan.suites.has(cipher)) {
    throw failure(
      facts,
      `cipher suite ${cipher} was negotiated, which the ${plan.profile.name} does not allow`,
      facts.runtime === "Deno"
        ? advise(
          "Deno cannot limit the suites it offers: allow the suite, limit the peer, or use Bun",
          "allow-suite-or-bun",
        )
        : advise("Allow the suite, or choose another profile", "allow-suite"),
    );
  }
}

function failure(
  facts: HandshakeFacts,
  what: string,
  hint: Hint,
): TransportError {
  return new TransportError("tls", `TLS with "${facts.peer}" failed: ${what}`, {
    hint,
  });
}

/** The peer's certificate and those sent along; empty if it sent none. */
function peerCertificates(
  socket: TLSSocket,
  facts: HandshakeFacts,
): Certificate[] {
  const certificates: Certificate[] = [];
  let next: Partial<DetailedPeerCertificate> | null | undefined = socket
    .getPeerCertificate(true);
  const seen = new Set<string>();
  while (next?.raw !== undefined && certificates.length < 10) {
    const key = next.raw.toString("hex");
    if (seen.has(key)) break;
    seen.add(key);
    try {
      const certificate = new Certificate(new Uint8Array(next.raw));
      if (certificate.key.kind !== "") certificates.push(certificate);
    } catch {
      throw failure(
        facts,
        "the peer's certificate is damaged",
        "Have it reissued",
      );
    }
    next = next.issuerCertificate;
  }
  return certificates;
}

function securityLines(
  version: string,
  cipher: string,
  certificate: Certificate | undefined,
  options: TlsOptions,
): string[] {
  const lines = [`${tlsVersionText(version)}, ${cipher}`];
  if (certificate === undefined) return [...lines, "Peer without certificate"];
  const verified = options.peer === "ignore" ? "not verified" : "verified";
  return [
    ...lines,
    `Peer certificate (${verified}): ${certificate.subjectText}`,
    `Issued by: ${certificate.issuerText}`,
    `Valid until: ${dateText(certificate.notAfter)}`,
    `SHA-256 fingerprint: ${certificate.fingerprint}`,
  ];
}
