/**
 * Is this peer's certificate to be trusted? Builds a chain to a given authority and checks every link (RFC 5280 clause 6):
 * signatures, dates, authority rights, purpose, revocation; then the host name. The handshake itself, which proves that the peer
 * holds the key, is the runtime's. Pure: certificates and the time go in, a defect or none comes out.
 */

import { type Certificate, KEY_USAGE } from "./certificate.ts";
import { sameBytes } from "./der.ts";
import {
  type GeneralName,
  isPermitted,
  NAME_KIND,
  relativeNames,
} from "./names.ts";
import { policyDefect } from "./policies.ts";
import { type RevocationList, revocationStatus } from "./revocation.ts";

/** The defect of a certificate, and the certificate. */
export interface CertificateDefect {
  readonly kind:
    | "self-signed"
    | "unknown-issuer"
    | "expired"
    | "not-yet-valid"
    | "not-an-authority"
    | "chain-too-long"
    | "wrong-purpose"
    | "unknown-extension"
    | "no-valid-policy"
    | "wrong-name"
    | "only-common-name"
    | "constrained-common-name"
    | "name-not-permitted"
    | "forged-signature"
    | "unknown-signature"
    | "weak-signature"
    | "weak-key"
    | "revoked"
    | "no-revocation-list"
    | "revocation-list-expired"
    | "revocation-list-not-yet-valid"
    | "revocation-list-forged"
    | "revocation-list-weak"
    | "no-revocation-authority";
  readonly certificate: Certificate;
  /** The authority that does not permit a name of the certificate, or may not sign the list that revokes it. */
  readonly authority?: Certificate;
}

/** The minimum strength of keys and signatures, in bits. */
export interface Strength {
  readonly rsaBits: number;
  readonly ecBits: number;
  /** Of the digest that is signed; SHA-1 has 160. The anchor's own signature proves nothing, and is not checked. */
  readonly digestBits: number;
}

/** How a peer is judged. */
export interface VerifyOptions {
  /** Trusted certificates: roots, and intermediates that complete a chain. */
  readonly authorities: readonly Certificate[];
  /** The certificates that the peer sent besides its own; not trusted. */
  readonly untrusted: readonly Certificate[];
  /** The role the peer plays. */
  readonly purpose: "server" | "client";
  /** The instant of judgement, milliseconds since 1970. */
  readonly now: number;
  /** The name the certificate must be issued for; undefined: any. */
  readonly host?: string | undefined;
  /** Use the common name as the host's if no alternative name is that of a host and no authority is constrained. */
  readonly allowCommonName?: boolean;
  /** The use of the peer's key in the handshake. Default: it signs, as in every suite with forward secrecy. */
  readonly keyUse?: "sign" | "decipher";
  /** Default: anything will do. */
  readonly strength?: Strength;
  readonly revocation: "off" | "leaf" | "all";
  readonly revocationLists: readonly RevocationList[];
}

/** A chain has a handful of links; more only serve an attacker. */
const MAX_CHAIN = 10;
/** Cross-signed authorities allow several chains; this many are tried. */
const MAX_CHAINS = 32;
/** A peer that sends many certificates of one name must not keep us busy: at most this many signatures are checked. */
const MAX_SIGNATURES = 256;

/** The first defect that speaks against `leaf`, or undefined when it is to be trusted. Of several chains a good one is enough. */
export function verifyCertificate(
  leaf: Certificate,
  options: VerifyOptions,
): CertificateDefect | undefined {
  let first: CertificateDefect | undefined;
  let tried = 0;
  for (const chain of chains([leaf], options, { budget: MAX_SIGNATURES })) {
    const defect = checkChain(chain, options);
    if (defect === undefined) return undefined;
    first ??= defect;
    if (++tried >= MAX_CHAINS) break;
  }
  return first ?? checkDates(leaf, options.now) ?? incomplete(leaf, options);
}

/** All chains by name and signature from the given start to a trusted root. */
function* chains(
  start: readonly Certificate[],
  options: VerifyOptions,
  signatures: { budget: number },
): Generator<readonly Certificate[]> {
  const last = start[start.length - 1]!;
  if (last.isSelfIssued && includes(options.authorities, last)) {
    yield start;
    return;
  }
  if (start.length >= MAX_CHAIN) return;
  for (const issuer of [...options.authorities, ...options.untrusted]) {
    if (includes(start, issuer) || !last.namesIssuer(issuer)) continue;
    if (--signatures.budget < 0) return;
    if (last.isSignedBy(issuer)) {
      yield* chains([...start, issuer], options, signatures);
    }
  }
}

function includes(list: readonly Certificate[], one: Certificate): boolean {
  return list.some((other) => sameBytes(other.der, one.der));
}

/** Names the link at which the chain breaks. */
function incomplete(
  leaf: Certificate,
  options: VerifyOptions,
): CertificateDefect {
  const pool = [...options.authorities, ...options.untrusted];
  let last = leaf;
  for (let length = 1; length < MAX_CHAIN; length++) {
    const issuers = pool.filter((other) => last.namesIssuer(other));
    const issuer = issuers.find((other) => last.isSignedBy(other));
    if (issuer === undefined && (issuers.length > 0 || last.isSelfIssued)) {
      const kind = brokenSignature(last, options);
      if (kind !== undefined) return { kind, certificate: last };
    }
    if (issuer === undefined || issuer === last) break;
    last = issuer;
  }
  return {
    kind: leaf.isSelfIssued ? "self-signed" : "unknown-issuer",
    certificate: last,
  };
}

/** Why no certificate of its issuer's name has signed a certificate. */
function brokenSignature(
  certificate: Certificate,
  { strength }: VerifyOptions,
): CertificateDefect["kind"] | undefined {
  const { signedPart } = certificate;
  if (!signedPart.isKnown) return "unknown-signature";
  if (signedPart.digestBits < (strength?.digestBits ?? 0)) {
    return "weak-signature";
  }
  return certificate.isSelfIssued && certificate.isSignedBy(certificate)
    ? undefined
    : "forged-signature";
}

function checkChain(
  chain: readonly Certificate[],
  options: VerifyOptions,
): CertificateDefect | undefined {
  for (const [depth, certificate] of chain.entries()) {
    const isAnchor = depth === chain.length - 1;
    const defect = checkDates(certificate, options.now) ??
      (depth === 0 ? checkLeaf(certificate, options) : checkAuthority(
        certificate,
        chain.slice(1, depth),
        isAnchor,
        options,
      )) ??
      checkStrength(certificate, isAnchor, options);
    if (defect !== undefined) return defect;
  }
  return checkRevocation(chain, options) ?? checkNames(chain, options) ??
    checkPolicies(chain);
}

/** If an authority demands policies, those of the chain against each other (RFC 5280 6.1.3 d to f). */
function checkPolicies(
  chain: readonly Certificate[],
): CertificateDefect | undefined {
  const certificate = policyDefect(chain);
  return certificate && { kind: "no-valid-policy", certificate };
}

/** The anchor's signature is its own, and proves nothing. */
function checkStrength(
  certificate: Certificate,
  isAnchor: boolean,
  { strength }: VerifyOptions,
): CertificateDefect | undefined {
  if (strength === undefined) return undefined;
  const { kind, bits } = certificate.key;
  const least = kind === "EC"
    ? strength.ecBits
    : kind === "RSA"
    ? strength.rsaBits
    : 0;
  if (bits < least) return { kind: "weak-key", certificate };
  return !isAnchor && certificate.signedPart.digestBits < strength.digestBits
    ? { kind: "weak-signature", certificate }
    : undefined;
}

function checkDates(
  certificate: Certificate,
  now: number,
): CertificateDefect | undefined {
  if (now > certificate.notAfter) return { kind: "expired", certificate };
  if (now < certificate.notBefore) {
    return { kind: "not-yet-valid", certificate };
  }
  return undefined;
}

function checkLeaf(
  certificate: Certificate,
  options: VerifyOptions,
): CertificateDefect | undefined {
  if (certificate.unknownCritical.length > 0) {
    return { kind: "unknown-extension", certificate };
  }
  const use = options.keyUse === "decipher"
    ? KEY_USAGE.keyEncipherment
    : KEY_USAGE.digitalSignature;
  return certificate.serves(options.purpose) && certificate.mayUseKeyFor(use)
    ? undefined
    : { kind: "wrong-purpose", certificate };
}

function checkAuthority(
  certificate: Certificate,
  below: readonly Certificate[],
  isAnchor: boolean,
  { purpose }: VerifyOptions,
): CertificateDefect | undefined {
  if (certificate.unknownCritical.length > 0) {
    return { kind: "unknown-extension", certificate };
  }
  const mayIssue = certificate.isAuthority ??
    (isAnchor && isOldAuthority(certificate));
  if (!mayIssue || !certificate.mayUseKeyFor(KEY_USAGE.keyCertSign)) {
    return { kind: "not-an-authority", certificate };
  }
  if (!certificate.serves(purpose)) {
    return { kind: "wrong-purpose", certificate };
  }
  // Certificates of an authority to itself, as when it changes its key, do not count (RFC 5280 6.1.4 l).
  const authorities = below.filter((one) => !one.isSelfIssued).length;
  return certificate.pathLength !== undefined &&
      certificate.pathLength < authorities
    ? { kind: "chain-too-long", certificate }
    : undefined;
}

/**
 * Whether a certificate without basic constraints is an authority's all the same, if the user trusts it: one of version 1, which has
 * no extensions at all, or one whose key usage is to sign certificates. The key usage itself is checked for all authorities.
 */
function isOldAuthority({ version, keyUsage }: Certificate): boolean {
  return version === 1 || keyUsage !== undefined;
}

function checkRevocation(
  chain: readonly Certificate[],
  options: VerifyOptions,
): CertificateDefect | undefined {
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
      options.strength?.digestBits,
    );
    const kind = REVOCATION_DEFECTS[status];
    if (kind !== undefined) return { kind, certificate };
  }
  return undefined;
}

const REVOCATION_DEFECTS = {
  "good": undefined,
  "revoked": "revoked",
  "no-list": "no-revocation-list",
  "list-expired": "revocation-list-expired",
  "list-not-yet-valid": "revocation-list-not-yet-valid",
  "list-forged": "revocation-list-forged",
  "list-weak": "revocation-list-weak",
  "no-list-authority": "no-revocation-authority",
} as const;

/** The host's name first; then every name of the chain against the constraints above it (RFC 5280 6.1.3 b, c). */
function checkNames(
  chain: readonly Certificate[],
  options: VerifyOptions,
): CertificateDefect | undefined {
  const [leaf] = chain as [Certificate, ...Certificate[]];
  const { host } = options;
  const matched = host === undefined ? undefined : leaf.nameFor(host);
  if (host !== undefined && matched === undefined) {
    if (!leaf.isCommonlyNamed(host)) {
      return { kind: "wrong-name", certificate: leaf };
    }
    if (!options.allowCommonName) {
      return { kind: "only-common-name", certificate: leaf };
    }
    const authority = chain.find((one) => one.nameConstraints !== undefined);
    if (authority !== undefined) {
      return { kind: "constrained-common-name", certificate: leaf, authority };
    }
  }
  for (const [depth, authority] of chain.entries()) {
    const constraints = authority.nameConstraints;
    if (depth === 0 || constraints === undefined) continue;
    for (const [index, certificate] of chain.slice(0, depth).entries()) {
      if (index > 0 && certificate.isSelfIssued) continue;
      const names = namesOf(certificate);
      if (index === 0 && matched !== undefined) names.push(matched);
      if (!names.every((name) => isPermitted(name, constraints))) {
        return { kind: "name-not-permitted", certificate, authority };
      }
    }
  }
  return undefined;
}

const EMAIL_ADDRESS = "1.2.840.113549.1.9.1";

/** Every name that constraints apply to: the alternative ones, the subject, and mail addresses in it if there are no others. */
function namesOf(certificate: Certificate): GeneralName[] {
  const { alternativeNames, subject } = certificate;
  const attributes = relativeNames(subject).flat();
  const hasMail = alternativeNames.some(({ tag }) => tag === NAME_KIND.email);
  return [
    ...alternativeNames,
    ...(attributes.length === 0
      ? []
      : [{ tag: NAME_KIND.directory, content: subject }]),
    ...attributes
      .filter(({ oid }) => oid === EMAIL_ADDRESS && !hasMail)
      .map(({ value }) => ({ tag: NAME_KIND.email, content: value.content })),
  ];
}
