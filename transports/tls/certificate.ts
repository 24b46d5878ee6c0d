/**
 * One X.509 certificate: what its fields say (RFC 5280 clause 4), and whether it is meant for a host name (RFC 6125). The runtimes'
 * own answers differ (one falls back to the common name where it must not), so the fields are read here; only signatures are
 * left to `node:crypto`. It knows nothing of chains or trust.
 */

import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import {
  DerReader,
  derTime,
  integerHex,
  oidText,
  sameBytes,
  TAG,
} from "./der.ts";

/** Bits of the key usage extension (RFC 5280 4.2.1.3), counted from the left as the standard does. */
export const KEY_USAGE = {
  digitalSignature: 0x80,
  keyEncipherment: 0x20,
  keyAgreement: 0x08,
  keyCertSign: 0x04,
  crlSign: 0x02,
} as const;

/** Extended key purposes (RFC 5280 4.2.1.12). */
export const PURPOSE = {
  server: "1.3.6.1.5.5.7.3.1",
  client: "1.3.6.1.5.5.7.3.2",
  any: "2.5.29.37.0",
} as const;

/** Signatures with MD5 or SHA-1 (RFC 3279 2.2). */
const WEAK_SIGNATURES: ReadonlySet<string> = new Set([
  "1.2.840.113549.1.1.4",
  "1.2.840.113549.1.1.5",
  "1.2.840.10045.4.1",
  "1.2.840.10040.4.3",
]);
/** Curves of less than 256 bits, by the names of SEC 2 and X9.62. */
const WEAK_CURVES = /^(sec[pt]|prime)(1|2[0-4])/;

/** Extensions whose meaning is enforced, here or by the runtime (name constraints, policies). */
const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set([
  "2.5.29.14",
  "2.5.29.15",
  "2.5.29.17",
  "2.5.29.19",
  "2.5.29.30",
  "2.5.29.31",
  "2.5.29.32",
  "2.5.29.35",
  "2.5.29.36",
  "2.5.29.37",
  "2.5.29.54",
]);

/** A certificate, immutable. The constructor throws `DecodeError` for bytes that are none. */
export class Certificate {
  readonly der: Uint8Array;
  /** Serial number in lower-case hex, no leading zeros. */
  readonly serial: string;
  /** The issuer's and the subject's Name as encoded, for comparison. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** Validity, milliseconds since 1970, both inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Version as printed: 1, 2 or 3. */
  readonly version: number;
  /** Basic constraints: whether it is an authority, and how many may follow it. */
  readonly isAuthority: boolean;
  readonly pathLength: number | undefined;
  /** Key usage bits, or undefined when unrestricted. */
  readonly keyUsage: number | undefined;
  /** Extended purposes (OIDs), or undefined when unrestricted. */
  readonly purposes: readonly string[] | undefined;
  /** OID of the algorithm that the issuer signed with. */
  readonly signatureAlgorithm: string;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly Uint8Array[];
  /** Critical extensions that nobody here understands; such a certificate must be refused. */
  readonly unknownCritical: readonly string[];
  #x509: X509Certificate | undefined;

  constructor(der: Uint8Array) {
    const whole = new DerReader(der).next(TAG.sequence);
    this.der = whole.encoded;
    const body = new DerReader(whole.content).inside();
    const version = body.optional(0xa0);
    this.version = version === undefined
      ? 1
      : (new DerReader(version.content).next(TAG.integer).content[0] ?? 0) + 1;
    this.serial = integerHex(body.next(TAG.integer).content);
    this.signatureAlgorithm = oidText(body.inside().next(TAG.oid).content);
    this.issuer = body.next(TAG.sequence).encoded;
    const validity = body.inside();
    this.notBefore = derTime(validity.next());
    this.notAfter = derTime(validity.next());
    this.subject = body.next(TAG.sequence).encoded;
    body.next(TAG.sequence);
    body.optional(0x81, 0xa1);
    body.optional(0x82, 0xa2);
    const wrapper = body.optional(0xa3);
    const extensions = readExtensions(
      wrapper === undefined
        ? undefined
        : new DerReader(wrapper.content).inside(),
    );
    const value = (oid: string) => extensions.get(oid)?.value;
    const basic = basicConstraints(value("2.5.29.19"));
    this.isAuthority = basic.isAuthority;
    this.pathLength = basic.pathLength;
    const usage = value("2.5.29.15");
    this.keyUsage = usage === undefined
      ? undefined
      : new DerReader(usage).next(TAG.bitString).content[1] ?? 0;
    this.purposes = purposeList(value("2.5.29.37"));
    const names = alternativeNames(value("2.5.29.17"));
    this.dnsNames = names.dns;
    this.ipAddresses = names.ip;
    this.unknownCritical = [...extensions]
      .filter(([oid, { critical }]) => critical && !KNOWN_EXTENSIONS.has(oid))
      .map(([oid]) => oid);
  }

  /** The same certificate for `node:crypto`: signatures, public key. */
  get x509(): X509Certificate {
    return this.#x509 ??= new X509Certificate(this.der);
  }

  /** SHA-256 of the encoded certificate, pairs of hex digits with colons between. */
  get fingerprint(): string {
    return this.x509.fingerprint256;
  }

  /** The subject as `O=…, CN=…`, safe to print. */
  get subjectText(): string {
    return nameText(this.subject);
  }

  /** The issuer as `O=…, CN=…`, safe to print. */
  get issuerText(): string {
    return nameText(this.issuer);
  }

  /** Whether subject and issuer are the same name. */
  get isSelfIssued(): boolean {
    return sameBytes(this.subject, this.issuer);
  }

  /** Whether `authority` issued this certificate: by name and by signature. */
  isSignedBy(authority: Certificate): boolean {
    if (!sameBytes(this.issuer, authority.subject)) return false;
    try {
      return this.x509.verify(authority.x509.publicKey);
    } catch {
      return false; // a key of another kind than the signature's
    }
  }

  /** Whether it is signed with SHA-256 or better, for an RSA key of 2048 or an EC key of 256 bits at least. */
  get isStrong(): boolean {
    if (WEAK_SIGNATURES.has(this.signatureAlgorithm)) return false;
    const { asymmetricKeyType: kind, asymmetricKeyDetails: details } =
      this.x509.publicKey;
    if (kind === "ec") return !WEAK_CURVES.test(details?.namedCurve ?? "");
    return kind !== "rsa" || (details?.modulusLength ?? 0) >= 2048;
  }

  /** Whether the key may serve `purpose`. */
  serves(purpose: "server" | "client"): boolean {
    if (
      this.purposes !== undefined &&
      !this.purposes.includes(PURPOSE[purpose]) &&
      !this.purposes.includes(PURPOSE.any)
    ) return false;
    const needed = KEY_USAGE.digitalSignature |
      (purpose === "server"
        ? KEY_USAGE.keyEncipherment | KEY_USAGE.keyAgreement
        : 0);
    return this.keyUsage === undefined || (this.keyUsage & needed) !== 0;
  }

  /** The names the certificate is valid for, as printed to a user. */
  get hostNames(): readonly string[] {
    const listed = [...this.dnsNames, ...this.ipAddresses.map(addressText)];
    const common = commonName(this.subject);
    return listed.length > 0 || common === undefined
      ? listed.map(printable)
      : [printable(common)];
  }

  /**
   * Whether the certificate is made out to `host`, a name or an IP address. A wildcard stands for the whole left-most label
   * only. The common name counts only where there is no alternative name at all, as old archives' certificates have it.
   */
  matchesHost(host: string): boolean {
    if (isIP(host) !== 0) {
      const wanted = addressBytes(host);
      return this.ipAddresses.some((address) => sameBytes(address, wanted)) ||
        (this.#hasNoNames && commonName(this.subject) === host);
    }
    const common = commonName(this.subject);
    const names = this.#hasNoNames && common !== undefined
      ? [common]
      : this.dnsNames;
    return names.some((name) => matchesName(name, host));
  }

  get #hasNoNames(): boolean {
    return this.dnsNames.length === 0 && this.ipAddresses.length === 0;
  }
}

/** An extension's value (the contents of its OCTET STRING) and whether it may not be ignored. */
export interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** A SEQUENCE of extensions by OID (RFC 5280 4.1). */
export function readExtensions(
  list: DerReader | undefined,
): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>();
  while (list !== undefined && !list.done) {
    const extension = list.inside();
    const oid = oidText(extension.next(TAG.oid).content);
    const critical = extension.optional(TAG.boolean);
    found.set(oid, {
      critical: critical !== undefined && critical.content[0] !== 0,
      value: extension.next(TAG.octetString).content,
    });
  }
  return found;
}

function basicConstraints(
  value: Uint8Array | undefined,
): { isAuthority: boolean; pathLength: number | undefined } {
  if (value === undefined) return { isAuthority: false, pathLength: undefined };
  const fields = new DerReader(value).inside();
  const flag = fields.optional(TAG.boolean);
  const length = fields.optional(TAG.integer);
  return {
    isAuthority: flag !== undefined && flag.content[0] !== 0,
    pathLength: length === undefined
      ? undefined
      : Number.parseInt(integerHex(length.content), 16),
  };
}

function purposeList(
  value: Uint8Array | undefined,
): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const list = new DerReader(value).inside();
  const purposes: string[] = [];
  while (!list.done) purposes.push(oidText(list.next(TAG.oid).content));
  return purposes;
}

function alternativeNames(
  value: Uint8Array | undefined,
): { dns: readonly string[]; ip: readonly Uint8Array[] } {
  const dns: string[] = [];
  const ip: Uint8Array[] = [];
  const list = value === undefined ? undefined : new DerReader(value).inside();
  while (list !== undefined && !list.done) {
    const { tag, content } = list.next();
    if (tag === 0x82) dns.push(new TextDecoder().decode(content));
    if (tag === 0x87) ip.push(content);
  }
  return { dns, ip };
}

/** The usual attribute types of a Name, with their customary short forms (RFC 4514). */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.2.840.113549.1.9.1": "emailAddress",
};

function nameParts(name: Uint8Array): [type: string, value: string][] {
  const parts: [string, string][] = [];
  const sets = new DerReader(name).inside();
  while (!sets.done) {
    const set = sets.inside(TAG.set);
    while (!set.done) {
      const attribute = set.inside();
      const oid = oidText(attribute.next(TAG.oid).content);
      parts.push([ATTRIBUTES[oid] ?? oid, stringText(attribute.next())]);
    }
  }
  return parts;
}

/** Directory strings: BMPString is UTF-16, the others are read as UTF-8, of which ASCII is a part. */
function stringText(value: { tag: number; content: Uint8Array }): string {
  const label = value.tag === 0x1e ? "utf-16be" : "utf-8";
  return new TextDecoder(label).decode(value.content);
}

/** A Name as one printable line. */
export function nameText(name: Uint8Array): string {
  const text = nameParts(name).map(([type, value]) => `${type}=${value}`)
    .join(", ");
  return text === "" ? "(no name)" : printable(text);
}

function commonName(name: Uint8Array): string | undefined {
  return nameParts(name).findLast(([type]) => type === "CN")?.[1];
}

/** A stranger's text must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
}

function matchesName(pattern: string, host: string): boolean {
  const normal = (name: string) => name.toLowerCase().replace(/\.$/, "");
  const wanted = normal(host);
  const given = normal(pattern);
  if (!given.startsWith("*.")) return given === wanted;
  const dot = wanted.indexOf(".");
  const rest = given.slice(2);
  return dot > 0 && rest.includes(".") && wanted.slice(dot + 1) === rest;
}

/** An IP address as the 4 or 16 bytes of an iPAddress name. */
function addressBytes(host: string): Uint8Array {
  const quad = (text: string) => text.split(".").map(Number);
  if (isIP(host) === 4) return Uint8Array.from(quad(host));
  const [bare = ""] = host.split("%");
  const tail = /(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1];
  const groups = tail === undefined ? bare : bare.slice(0, -tail.length) +
    [0, 2].map((at) => {
      const [high = 0, low = 0] = quad(tail).slice(at, at + 2);
      return (high * 256 + low).toString(16);
    }).join(":");
  const [left = "", right] = groups.split("::");
  const words = (text: string) =>
    text === "" ? [] : text.split(":").map((word) => Number.parseInt(word, 16));
  const head = words(left);
  const end = right === undefined ? [] : words(right);
  const zeros = new Array<number>(8 - head.length - end.length).fill(0);
  return Uint8Array.from(
    [...head, ...zeros, ...end].flatMap((word) => [word >> 8, word & 0xff]),
  );
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const words: string[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    words.push((bytes[at]! * 256 + bytes[at + 1]!).toString(16));
  }
  return words.join(":").replace(/(^|:)0(:0)+(:|$)/, "::");
}
