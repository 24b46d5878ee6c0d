/**
 * Is this peer's certificate to be trusted? Builds a chain to a given authority and checks every link (RFC 5280 clause 6):
 * signatures, dates, authority rights, purpose, revocation; then the host name. The handshake itself, which proves that the peer
 * holds the key, is the runtime's. Pure: certificates and the time go in, a fault or none comes out.
 */

import { type Certificate, KEY_USAGE } from "./certificate.ts";
import { type RevocationList, revocationStatus } from "./revocation.ts";

/** What is wrong with a certificate, and with which. */
export interface CertificateFault {
  readonly kind:
    | "self-signed"
    | "unknown-issuer"
    | "expired"
    | "not-yet-valid"
    | "not-an-authority"
    | "chain-too-long"
    | "wrong-purpose"
    | "unknown-extension"
    | "wrong-name"
    | "revoked"
    | "no-revocation-list"
    | "revocation-list-expired"
    | "revocation-list-not-yet-valid"
    | "revocation-list-forged";
  readonly certificate: Certificate;
}

/** How a peer is judged. */
export interface VerifyOptions {
  /** Trusted certificates: roots, and intermediates that complete a chain. */
  readonly authorities: readonly Certificate[];
  /** What the peer sent besides its own certificate; not trusted. */
  readonly untrusted: readonly Certificate[];
  /** The role the peer plays. */
  readonly purpose: "server" | "client";
  /** The instant of judgement, milliseconds since 1970. */
  readonly now: number;
  /** The name the certificate must be made out to; undefined: any. */
  readonly host?: string | undefined;
  readonly revocation: "off" | "leaf" | "all";
  readonly revocationLists: readonly RevocationList[];
}

/** A chain has a handful of links; more only serve an attacker. */
const MAX_CHAIN = 10;
/** Cross-signed authorities allow several chains; this many are tried. */
const MAX_CHAINS = 32;

/** The first fault that speaks against `leaf`, or undefined when it is to be trusted. */
export function verifyCertificate(
  leaf: Certificate,
  options: VerifyOptions,
): CertificateFault | undefined {
  let first: CertificateFault | undefined;
  let tried = 0;
  for (const chain of chains([leaf], options)) {
    const fault = checkChain(chain, options);
    if (fault === undefined) return checkName(leaf, options);
    first ??= fault;
    if (++tried >= MAX_CHAINS) break;
  }
  return first ?? checkDates(leaf, options.now) ?? incomplete(leaf, options);
}

/** All chains by name and signature from the given start to a trusted root. */
function* chains(
  start: readonly Certificate[],
  options: VerifyOptions,
): Generator<readonly Certificate[]> {
  const last = start[start.length - 1]!;
  if (isRoot(last)) {
    if (includes(options.authorities, last)) yield start;
    return;
  }
  if (start.length >= MAX_CHAIN) return;
  for (const issuer of [...options.authorities, ...options.untrusted]) {
    if (!includes(start, issuer) && last.isSignedBy(issuer)) {
      yield* chains([...start, issuer], options);
    }
  }
}

function isRoot(certificate: Certificate): boolean {
  return certificate.isSelfIssued && certificate.isSignedBy(certificate);
}

function includes(list: readonly Certificate[], one: Certificate): boolean {
  return list.some((other) => other.fingerprint === one.fingerprint);
}

/** Names the link at which the chain breaks. */
function incomplete(
  leaf: Certificate,
  options: VerifyOptions,
): CertificateFault {
  let last = leaf;
  const pool = [...options.authorities, ...options.untrusted];
  for (let length = 1; length < MAX_CHAIN && !isRoot(last); length++) {
    const issuer = pool.find((other) => last.isSignedBy(other));
    if (issuer === undefined) break;
    last = issuer;
  }
  const alone = last === leaf && isRoot(leaf);
  return { kind: alone ? "self-signed" : "unknown-issuer", certificate: last };
}

function checkChain(
  chain: readonly Certificate[],
  options: VerifyOptions,
): CertificateFault | undefined {
  for (const [depth, certificate] of chain.entries()) {
    const fault = checkDates(certificate, options.now) ??
      (depth === 0
        ? checkLeaf(certificate, options)
        : checkAuthority(certificate, depth));
    if (fault !== undefined) return fault;
  }
  return checkRevocation(chain, options);
}

function checkDates(
  certificate: Certificate,
  now: number,
): CertificateFault | undefined {
  if (now > certificate.notAfter) return { kind: "expired", certificate };
  if (now < certificate.notBefore) {
    return { kind: "not-yet-valid", certificate };
  }
  return undefined;
}

function checkLeaf(
  certificate: Certificate,
  options: VerifyOptions,
): CertificateFault | undefined {
  if (certificate.unknownCritical.length > 0) {
    return { kind: "unknown-extension", certificate };
  }
  return certificate.serves(options.purpose)
    ? undefined
    : { kind: "wrong-purpose", certificate };
}

function checkAuthority(
  certificate: Certificate,
  depth: number,
): CertificateFault | undefined {
  if (certificate.unknownCritical.length > 0) {
    return { kind: "unknown-extension", certificate };
  }
  // Version 1 has no extensions to say so; as a trusted root it is what its owner says it is.
  const mayIssue = certificate.isAuthority ||
    (certificate.version === 1 && certificate.isSelfIssued);
  const maySign = certificate.keyUsage === undefined ||
    (certificate.keyUsage & KEY_USAGE.keyCertSign) !== 0;
  if (!mayIssue || !maySign) return { kind: "not-an-authority", certificate };
  return certificate.pathLength !== undefined &&
      certificate.pathLength < depth - 1
    ? { kind: "chain-too-long", certificate }
    : undefined;
}

function checkRevocation(
  chain: readonly Certificate[],
  options: VerifyOptions,
): CertificateFault | undefined {
  if (options.revocation === "off") return undefined;
  const last = options.revocation === "leaf" ? 1 : chain.length;
  for (const [depth, certificate] of chain.slice(0, last).entries()) {
    const issuer = chain[depth + 1];
    if (issuer === undefined && depth > 0) break; // a root cannot revoke itself
    const status = revocationStatus(
      certificate,
      issuer ?? certificate,
      options.revocationLists,
      options.now,
    );
    const kind = REVOCATION_FAULTS[status];
    if (kind !== undefined) return { kind, certificate };
  }
  return undefined;
}

const REVOCATION_FAULTS = {
  "good": undefined,
  "revoked": "revoked",
  "no-list": "no-revocation-list",
  "list-expired": "revocation-list-expired",
  "list-not-yet-valid": "revocation-list-not-yet-valid",
  "list-forged": "revocation-list-forged",
} as const;

function checkName(
  certificate: Certificate,
  options: VerifyOptions,
): CertificateFault | undefined {
  return options.host === undefined || certificate.matchesHost(options.host)
    ? undefined
    : { kind: "wrong-name", certificate };
}
