/**
 * Sentences for all failures of TLS: the event, and advice. Three TLS libraries name the same event
 * in three ways; here they become one. It opens no connection.
 */

import { isIP } from "node:net";
import {
  advise,
  type Hint,
  messageOf,
  TransportError,
} from "../../src/errors.ts";
import type { Certificate } from "./certificate.ts";
import { dateText } from "./credentials.ts";
import type { Runtime } from "./profiles.ts";
import type { SessionPlan } from "./plan.ts";
import { errorCode } from "../socket_errors.ts";
import type { CertificateDefect } from "./verify.ts";

/** The facts known about a connection when it fails. */
export interface HandshakeFacts {
  /** The peer as `host:port`. */
  readonly peer: string;
  readonly runtime: Runtime;
  readonly plan: SessionPlan;
  /** Whether we had a certificate to show. */
  readonly identified: boolean;
  /** Bytes received before the failure, or undefined if the runtime does not report them. */
  readonly received: number | undefined;
}

/** A pattern over the runtime's error, and its meaning. */
type Rule = readonly [
  pattern: RegExp,
  explain: (facts: HandshakeFacts) => readonly [what: string, hint: Hint],
];

const ASK_FOR_CERTIFICATE =
  "Ask the archive's administrator for a certificate that it accepts";

// deno-fmt-ignore
/** A refusal that the peer has put into an alert (RFC 8446 6.2), by the names that the libraries give it. */
const ALERTS: readonly Rule[] = [
  [/CERTIFICATE_?REQUIRED/, demandsCertificate],
  [/ALERT_UNKNOWN_CA|UNKNOWNCA/,
    () => ["the peer does not trust the authority that issued our certificate",
      "Use a certificate of an authority the peer knows, with its intermediates in the file, or have the authority added at the peer"]],
  [/ALERT_CERTIFICATE_EXPIRED|CERTIFICATEEXPIRED/,
    () => ["the peer says that our certificate has expired or is not yet valid",
      "Renew the client certificate, and compare the clocks of both ends"]],
  [/ALERT_CERTIFICATE_REVOKED|CERTIFICATEREVOKED/,
    () => ["the peer says that our certificate has been revoked", "Request a new client certificate"]],
  [/ALERT_(BAD|UNSUPPORTED)_CERTIFICATE|ALERT_CERTIFICATE_UNKNOWN|(BAD|UNSUPPORTED)CERTIFICATE|CERTIFICATEUNKNOWN/,
    () => ["the peer does not accept our certificate", ASK_FOR_CERTIFICATE]],
  [/ACCESS_?DENIED/, () => ["the peer knows our certificate but denies access", ASK_FOR_CERTIFICATE]],
  [/UNRECOGNI[SZ]ED_?NAME/,
    () => ["the peer does not know the requested server name",
      advise("Name the server as the archive expects it, or request none", "server-name")]],
];

/** The peer answers with something else. */
const NO_TLS: Rule = [
  /WRONG_VERSION_NUMBER|INVALIDCONTENTTYPE|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE|RECORD_?TOO_?LARGE|UNKNOWN_PROTOCOL/,
  () => [
    "it does not speak TLS on this port",
    "The port probably speaks plain DICOM: try without TLS, or use the archive's TLS port (usually 2762)",
  ],
];

/** The peer does not answer. */
const HUNG_UP: Rule = [
  /ECONNRESET|ECONNABORTED|EPIPE|UNEXPECTED_?EOF|DISCONNECTED|SOCKET_HANG_UP/,
  () => [
    "the peer closed the connection during the handshake",
    "The port may speak plain DICOM: try without TLS; or the archive refuses this client: check its log",
  ],
];

// deno-fmt-ignore
/** Failures of the handshake, most specific first. */
const HANDSHAKE: readonly Rule[] = [
  ...ALERTS,
  [/WRONG_SIGNATURE_TYPE|WITHUNADVERTISEDSIGSCHEME/,
    () => ["the peer signs the handshake with an algorithm that was not offered to it",
      "Something between here and the archive may be interfering, or the archive's TLS software needs an update"]],
  [/ALERT_PROTOCOL_VERSION|PROTOCOLVERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS/, noCommonVersion],
  [/ALERT_INSUFFICIENT_SECURITY|INSUFFICIENTSECURITY/, noCommonCipher],
  [/ALERT_HANDSHAKE_FAILURE|HANDSHAKEFAILURE/, handshakeFailure],
  NO_TLS,
  [/HANDSHAKE_?TIMEOUT/,
    () => ["the peer did not complete the handshake in time",
      "The peer may speak plain DICOM, or only look whether the port is open"]],
  [/DECODE_ERROR|BAD_ECC_CERT|UNKNOWN_CERTIFICATE_TYPE|WRONG_CURVE|X509_LIB/,
    () => ["the peer's certificate or handshake cannot be read",
      "The archive needs a certificate with an RSA key, or an EC key of a named curve (P-256, P-384, P-521)"]],
  [/NO_COMMON_SIGNATURE_ALGORITHMS|NO_SUPPORTED_SIGNATURE|NO_SUITABLE_SIGNATURE/,
    ({ runtime }) => [`no common signature algorithm: the peer or ${runtime} supports none for the key of the other's certificate`,
      "A certificate with an RSA key, or an EC key of P-256, serves everywhere"]],
  // One code for several reasons, and the certificate itself is not to be had.
  [/UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
    ({ runtime }) => [`the peer cannot prove that it owns its certificate, or ${runtime} does not support it (RSA key of less than 2048 bits, unknown critical extension)`,
      "Do not send patient data until the cause is known: ask the administrator about the certificate, or try the findscu executable built with Bun, which reports more detail"]],
  [/BAD_SIGNATURE|OCTET_INVALID|BAD_DECRYPT|RSA_VERIFY|ALERT_DECRYPT_ERROR|DECRYPTERROR/,
    () => ["the peer cannot prove that it owns its certificate",
      "Something between here and the archive may be interfering: do not send patient data, and inform the administrator"]],
  [/KEY_USAGE/,
    () => ["the peer's certificate is not valid for this use (key usage)",
      "The archive needs a certificate whose key usage includes digital signature"]],
  [/DH_KEY_TOO_SMALL|EE_KEY_TOO_SMALL|CA_MD_TOO_WEAK|CA_KEY_TOO_SMALL|LEGACY_SIGALG/,
    () => ["the peer's keys or signatures are too weak by current standards",
      "The archive needs a certificate with an RSA key of 2048 bits or an EC key, signed with SHA-256"]],
  [/UNSAFE_LEGACY_RENEGOTIATION/,
    () => ["the peer only supports insecure legacy renegotiation", "The archive's TLS software needs an update"]],
  HUNG_UP,
];

function demandsCertificate(): readonly [what: string, hint: Hint] {
  return [
    "the peer demands a client certificate",
    advise(
      "Give a private key and certificate that the archive accepts",
      "client-certificate",
    ),
  ];
}

function noCommonVersion(
  facts: HandshakeFacts,
): readonly [what: string, hint: Hint] {
  const { minVersion, maxVersion } = facts.plan;
  const ours = minVersion === maxVersion
    ? tlsVersionText(minVersion)
    : `${tlsVersionText(minVersion)} to ${tlsVersionText(maxVersion)}`;
  return [
    `no common TLS version: the peer accepts none of ours (${ours})`,
    otherProfile(facts, (name) => name.startsWith("TLSv")),
  ];
}

function noCommonCipher(
  facts: HandshakeFacts,
): readonly [what: string, hint: Hint] {
  return [
    `no common cipher suite, version or signature algorithm: the peer accepts nothing of the ${facts.plan.profile.name}`,
    `${
      otherProfile(facts)
    }. Or its certificate has a key of a rare kind (Ed448, RSASSA-PSS, Brainpool): RSA and P-256 serve everywhere`,
  ];
}

/** Names the parts of the profile that the runtime lacks, as far as they may be the reason. */
function otherProfile(
  facts: HandshakeFacts,
  matters: (name: string) => boolean = () => true,
): string {
  const unsupported = facts.plan.unsupported.filter(matters);
  const choose = "Choose a profile that the archive supports";
  if (unsupported.length === 0) return choose;
  const { elsewhere } = facts.plan;
  const other = elsewhere.length === 0
    ? ""
    : `, which findscu with ${
      elsewhere.join(" or ")
    } supports at least in part`;
  return `${choose}; ${facts.runtime} also lacks ${
    unsupported.map(tlsVersionText).join(", ")
  } of this one${other}`;
}

/**
 * "Handshake failure" has two usual reasons. When nothing but the alert has come, our first message was refused: no common
 * suite. When the peer has introduced itself before, it is our missing certificate that it resents.
 */
function handshakeFailure(
  facts: HandshakeFacts,
): readonly [what: string, hint: Hint] {
  if (facts.received !== undefined && facts.received <= ALERT_LENGTH) {
    return noCommonCipher(facts);
  }
  if (facts.received !== undefined && !facts.identified) {
    return demandsCertificate();
  }
  return [
    facts.identified
      ? "the peer ends the handshake: no common cipher suite, or it does not accept our certificate"
      : "the peer ends the handshake: no common cipher suite, or it demands a client certificate",
    otherProfile(facts),
  ];
}

/** A record header and a two-byte alert, in clear. */
const ALERT_LENGTH = 7;

/** The sentence for a handshake that failed. */
export function explainHandshake(
  error: unknown,
  facts: HandshakeFacts,
): TransportError {
  const explanation = explain(HANDSHAKE, error, facts);
  if (explanation !== undefined) return explanation;
  return tlsError(
    facts.peer,
    firstLine(messageOf(error)),
    UNKNOWN_FAILURE,
    error,
  );
}

/** What to do about a failure that only the words of the TLS library describe. */
const UNKNOWN_FAILURE =
  "The archive's TLS software or certificate may be at fault, or something between here and there: check the archive's log";

/**
 * The open question after a failed handshake: whether the peer answers in another protocol, or hangs up on TLS; undefined if all is
 * said.
 */
export function openQuestion(error: unknown): "no-tls" | "hung-up" | undefined {
  const rule = ruleFor(HANDSHAKE, error);
  return rule === NO_TLS ? "no-tls" : rule === HUNG_UP ? "hung-up" : undefined;
}

/** The sentence for a peer that is known to speak something else. */
export function explainForeign(
  protocol: "HTTP" | "DICOM",
  { peer }: HandshakeFacts,
  cause: unknown,
): TransportError {
  const [what, hint] = protocol === "HTTP"
    ? [
      "an HTTP server answers on this port",
      "Use the archive's DICOM port instead of its web port",
    ]
    : [
      "it speaks plain DICOM on this port",
      "Leave TLS out, or use the archive's TLS port (usually 2762)",
    ];
  return tlsError(peer, what, hint, cause);
}

/**
 * The sentence for an error after the handshake. With TLS 1.3 a peer refuses our certificate only then. `null`: the peer just
 * closed without the closing alert, as many do. `undefined`: nothing to do with TLS.
 */
export function explainOpen(
  error: Error,
  facts: HandshakeFacts,
): TransportError | null | undefined {
  const text = searchText(error);
  if (/UNEXPECTED_?EOF|CLOSE_?NOTIFY/.test(text)) return null;
  const explanation = explain(ALERTS, error, facts);
  if (explanation !== undefined) return explanation;
  return /SSL|TLS|ALERT|RECORD_/.test(text)
    ? tlsError(facts.peer, firstLine(error.message), UNKNOWN_FAILURE, error)
    : undefined;
}

function explain(
  rules: readonly Rule[],
  error: unknown,
  facts: HandshakeFacts,
): TransportError | undefined {
  const rule = ruleFor(rules, error);
  return rule && tlsError(facts.peer, ...rule[1](facts), error);
}

function ruleFor(rules: readonly Rule[], error: unknown): Rule | undefined {
  const text = searchText(error);
  return rules.find(([pattern]) => pattern.test(text));
}

/** Code and message, spelled so that one pattern fits all three libraries. */
function searchText(error: unknown): string {
  const message = messageOf(error);
  return `${errorCode(error)} ${message}`.toUpperCase()
    .replace(/[ -]+(?=[A-Z])/g, "_");
}

function firstLine(message: string): string {
  const [line = ""] = message.replace(/\p{C}+$/u, "").split("\n");
  // OpenSSL puts addresses and source lines around the reason.
  const reason = /:SSL routines:[^:]*:([^:]+)/.exec(line)?.[1];
  return reason ?? line.replace(/\p{C}/gu, "?");
}

function tlsError(
  peer: string,
  what: string,
  hint: Hint | undefined,
  cause: unknown,
): TransportError {
  return new TransportError("tls", `TLS with "${peer}" failed: ${what}`, {
    cause,
    hint,
  });
}

/** The sentence for a peer certificate that is not to be trusted. `host` is the name it was compared with. */
export function explainDefect(
  defect: CertificateDefect,
  peer: string,
  host: string | undefined,
): TransportError {
  const { certificate } = defect;
  const whose = `certificate "${certificate.subjectText}"`;
  // deno-fmt-ignore
  const texts: Readonly<Record<CertificateDefect["kind"], () => readonly [what: string, hint: Hint]>> = {
    "self-signed": () => [`${whose} is self-signed and not among the trusted ones`,
      advise(`If ${certificate.fingerprint} is the archive's SHA-256 fingerprint, trust the certificate`, "trust-certificate")],
    "unknown-issuer": () => [certificate.isSelfIssued
      ? `authority "${certificate.subjectText}" is not among the trusted ones`
      : `${whose} is issued by "${certificate.issuerText}", which is not among the trusted authorities`,
      advise("Give the certificate of that authority", "authority")],
    "expired": () => [`${whose} expired on ${dateText(certificate.notAfter)}`,
      "The archive needs a new certificate; also check the date of this computer"],
    "not-yet-valid": () => [`${whose} is valid only from ${dateText(certificate.notBefore)}`,
      "Check the date of this computer, and whether the archive has the right certificate"],
    "not-an-authority": () => [`${whose} has issued another certificate but is not an authority`,
      "Ask the archive's administrator where its certificate comes from"],
    "chain-too-long": () => [`authority "${certificate.subjectText}" allows fewer authorities below it`,
      "Ask the archive's administrator where its certificate comes from"],
    "wrong-purpose": () => [`${whose} is not valid for this use (key usage)`,
      "Use a certificate issued for TLS server or client authentication, as needed"],
    "unknown-extension": () => [`${whose} has an unknown critical extension (${certificate.unknownCritical.join(", ")})`,
      "The certificate must be issued without that extension"],
    "no-valid-policy": () => [`${whose} has no policy that the authorities above it demand and know`,
      "Ask the archive's administrator where its certificate comes from"],
    "wrong-name": () => wrongName(certificate, whose, host ?? ""),
    "only-common-name": () => [`${whose} names "${host}" only in its common name, which does not count`,
      advise(`The archive needs a certificate with "${host}" as subject alternative name`, "allow-common-name")],
    "constrained-common-name": () => [`${whose} names "${host}" only in its common name, and authority "${defect.authority!.subjectText}" is constrained in the names it may certify`,
      `The archive needs a certificate with "${host}" as subject alternative name`],
    "name-not-permitted": () => [`authority "${defect.authority!.subjectText}" may not certify the names of ${whose} (name constraints)`,
      "Do not trust it: ask the archive's administrator where its certificate comes from"],
    "forged-signature": () => [`${whose} is not signed by the "${certificate.issuerText}" known here: it is damaged or forged, or the authority has a new key`,
      "Compare the authority's certificate with the administrator's; the archive may need a new certificate"],
    "unknown-signature": () => [`${whose} is signed with an algorithm that is not supported (${certificate.signedPart.algorithmText})`,
      "The archive needs a certificate signed with RSA or ECDSA and SHA-256"],
    "weak-signature": () => [`${whose} is signed with ${certificate.signedPart.algorithmText}, which is no longer secure`,
      advise("Have the certificate reissued with a SHA-256 or better signature; if you accept the risk, an older profile than BCP 195 allows SHA-1", "older-profile")],
    "weak-key": () => [`${whose} has too weak a key (${certificate.key.kind}, ${certificate.key.bits} bits)`,
      advise("Have the certificate reissued for an RSA key of at least 2048 bits or an EC key of at least 256 bits; if you accept the risk, an older profile than BCP 195 allows RSA with 1024 bits", "older-profile")],
    "revoked": () => [`${whose} has been revoked`,
      "Do not use this archive until it has a new certificate"],
    "no-revocation-list": () => [`no revocation list of "${certificate.issuerText}" was given`,
      advise("Give the authority's current list", "revocation-list")],
    "revocation-list-expired": () => [`the revocation list of "${certificate.issuerText}" is out of date`,
      "Fetch the authority's current list"],
    "revocation-list-not-yet-valid": () => [`the revocation list of "${certificate.issuerText}" is not valid yet`,
      "Check the date of this computer"],
    "revocation-list-forged": () => [`the revocation list of "${certificate.issuerText}" is not signed by it`,
      "Fetch the list again from the authority itself"],
    "revocation-list-weak": () => [`the revocation list of "${certificate.issuerText}" is signed with a digest that is no longer secure`,
      "Ask the authority for a list signed with SHA-256 or better"],
    "no-revocation-authority": () => [`"${certificate.issuerText}" has signed a revocation list, but its certificate does not allow that (key usage without cRLSign)`,
      "Get a certificate of the authority that allows it to sign revocation lists"],
  };
  const [what, hint] = texts[defect.kind]();
  return tlsError(peer, what, hint, undefined);
}

/** A name of the other kind is easily mistaken for the right one, so the kind is named. */
function wrongName(
  certificate: Certificate,
  whose: string,
  host: string,
): readonly [what: string, hint: Hint] {
  const names = certificate.hostNames;
  const isAddress = isIP(host) !== 0;
  if (isAddress && names.includes(host)) {
    return [
      `${whose} has "${host}" as a DNS name, not as an IP address, and addresses are only compared with IP addresses`,
      advise(
        `Have the certificate reissued with the subject alternative name IP:${host}; or connect by a DNS name it has, or skip the check`,
        "no-host-check",
      ),
    ];
  }
  return [
    names.length === 0
      ? `${whose} does not name any host, so not "${host}"`
      : `${whose} is issued for "${names.join('", "')}", not to "${host}"`,
    advise(
      "Use the name in the certificate, or skip the check if you know the archive by another name",
      "known-other-name",
    ),
  ];
}

/** `TLSv1.2` as `TLS 1.2`; other text unchanged. */
export function tlsVersionText(version: string): string {
  return version === "TLSv1" ? "TLS 1.0" : version.replace(/^TLSv/, "TLS ");
}
