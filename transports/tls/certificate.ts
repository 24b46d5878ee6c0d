/**
 * One X.509 certificate: its fields (RFC 5280 clause 4), and whether it is meant for a host name (RFC 6125). The
 * runtimes' own answers differ (one falls back to the common name where it must not), so the fields are read here; only the
 * arithmetic of signatures is left to `node:crypto`. It does not depend on chains or trust.
 */

import { createHash, type KeyObject, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { DecodeError } from "../../src/errors.ts";
import {
  DerReader,
  derTime,
  integerHex,
  oidText,
  sameBytes,
  TAG,
} from "./der.ts";
import {
  comparableName,
  directoryString,
  type GeneralName,
  NAME_KIND,
  type NameConstraints,
  readGeneralNames,
  readNameConstraints,
  relativeNames,
} from "./names.ts";
import {
  POLICY_EXTENSIONS,
  type PolicyFacts,
  readPolicyFacts,
} from "./policies.ts";
import { Signed } from "./signature.ts";

/** Bits of the key usage extension (RFC 5280 4.2.1.3), counted from the left as the standard does. */
export const KEY_USAGE = {
  digitalSignature: 0x80,
  keyEncipherment: 0x20,
  keyAgreement: 0x08,
  keyCertSign: 0x04,
  crlSign: 0x02,
} as const;

/** Extended key purposes (RFC 5280 4.2.1.12). */
const PURPOSE = {
  server: "1.3.6.1.5.5.7.3.1",
  client: "1.3.6.1.5.5.7.3.2",
} as const;

/** Policy extensions of authorities, which mean nothing in other certificates (RFC 5280 4.2.1.5, 4.2.1.11, 4.2.1.14). */
const AUTHORITY_EXTENSIONS: ReadonlySet<string> = new Set([
  POLICY_EXTENSIONS.mappings,
  POLICY_EXTENSIONS.constraints,
  POLICY_EXTENSIONS.inhibitAny,
]);

/** Extensions whose meaning is enforced, or that restrict nothing. */
const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set([
  "2.5.29.14",
  "2.5.29.15",
  "2.5.29.17",
  "2.5.29.19",
  "2.5.29.30",
  "2.5.29.31",
  "2.5.29.35",
  "2.5.29.37",
  ...Object.values(POLICY_EXTENSIONS),
]);

/** A certificate, immutable. The constructor throws `DecodeError` for bytes that are not one. */
export class Certificate {
  readonly der: Uint8Array;
  /** Serial number in lower-case hex, no leading zeros. */
  readonly serial: string;
  /** The issuer's and the subject's Name as encoded. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** The same for comparison (`comparableName`). */
  readonly issuerName: string;
  readonly subjectName: string;
  /** Validity, milliseconds since 1970, both inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Version as printed: 1, 2 or 3. */
  readonly version: number;
  /** Basic constraints: whether it is an authority (undefined: it has none), and how many may follow it. */
  readonly isAuthority: boolean | undefined;
  readonly pathLength: number | undefined;
  /** Key usage bits, or undefined when unrestricted. */
  readonly keyUsage: number | undefined;
  /** Extended purposes (OIDs), or undefined when unrestricted. */
  readonly purposes: readonly string[] | undefined;
  /** The signed bytes, and the algorithm. */
  readonly signedPart: Signed;
  /** Every alternative name, of whatever kind. */
  readonly alternativeNames: readonly GeneralName[];
  /** The names that an authority may issue certificates for; undefined: any. */
  readonly nameConstraints: NameConstraints | undefined;
  /** Its policies. */
  readonly policyFacts: PolicyFacts;
  /** Critical extensions that are not understood here; such a certificate must be refused. */
  readonly unknownCritical: readonly string[];
  #x509: X509Certificate | undefined;

  constructor(der: Uint8Array) {
    const whole = new DerReader(der).next(TAG.sequence);
    this.der = whole.encoded;
    this.signedPart = new Signed(whole.content);
    const body = new DerReader(whole.content).inside();
    const version = body.optional(0xa0);
    this.version = version === undefined
      ? 1
      : (new DerReader(version.content).next(TAG.integer).content[0] ?? 0) + 1;
    this.serial = integerHex(body.next(TAG.integer).content);
    if (!this.signedPart.agreesWith(body.next(TAG.sequence).encoded)) {
      throw new DecodeError(
        "Certificate contains two different signature algorithms",
      );
    }
    this.issuer = body.next(TAG.sequence).encoded;
    const validity = body.inside();
    this.notBefore = derTime(validity.next());
    this.notAfter = derTime(validity.next());
    this.subject = body.next(TAG.sequence).encoded;
    this.issuerName = comparableName(this.issuer);
    this.subjectName = comparableName(this.subject);
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
    this.alternativeNames = readGeneralNames(value("2.5.29.17"));
    const constraints = value("2.5.29.30");
    this.nameConstraints = constraints && readNameConstraints(constraints);
    this.policyFacts = readPolicyFacts(value);
    this.unknownCritical = [...extensions]
      .filter(([oid, { critical }]) =>
        critical && (!KNOWN_EXTENSIONS.has(oid) ||
          !this.isAuthority && AUTHORITY_EXTENSIONS.has(oid))
      )
      .map(([oid]) => oid);
  }

  /**
   * The same certificate for `node:crypto`. Throws `DecodeError` if the runtime does not accept a certificate that is read here.
   */
  get x509(): X509Certificate {
    try {
      return this.#x509 ??= new X509Certificate(this.der);
    } catch (cause) {
      throw new DecodeError("The runtime cannot read the certificate", {
        cause,
      });
    }
  }

  /** The public key. Throws `DecodeError` for one that the runtime cannot read. */
  get publicKey(): KeyObject {
    const { x509 } = this;
    try {
      return x509.publicKey;
    } catch (cause) {
      throw new DecodeError("The runtime cannot read the certificate's key", {
        cause,
      });
    }
  }

  /** SHA-256 of the encoded certificate, pairs of hex digits with colons between. */
  get fingerprint(): string {
    const digest = createHash("sha256").update(this.der).digest("hex");
    return digest.toUpperCase().replace(/..(?=.)/g, "$&:");
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
    return this.subjectName === this.issuerName;
  }

  /** Whether `authority` bears the name of this certificate's issuer. */
  namesIssuer(authority: Certificate): boolean {
    return this.issuerName === authority.subjectName;
  }

  /** Whether `authority` issued this certificate: by name and by signature. */
  isSignedBy(authority: Certificate): boolean {
    return this.namesIssuer(authority) &&
      authority.hasSigned(this.signedPart);
  }

  /** Whether the holder of this certificate's key signed something; not with a key that the runtime cannot read. */
  hasSigned(signedPart: Signed): boolean {
    let key: KeyObject;
    try {
      key = this.publicKey;
    } catch (error) {
      if (error instanceof DecodeError) return false;
      throw error;
    }
    return signedPart.isBy(key);
  }

  /** Kind and size of the key; a kind whose size says nothing has Infinity bits, an unknown curve 0. */
  get key(): { readonly kind: string; readonly bits: number } {
    const { asymmetricKeyType: kind = "unknown", asymmetricKeyDetails } =
      this.publicKey;
    if (kind === "ec") {
      const curve = asymmetricKeyDetails?.namedCurve ?? "";
      return { kind: "EC", bits: Number(/\d{3}/.exec(curve)?.[0] ?? 0) };
    }
    if (kind !== "rsa" && kind !== "rsa-pss") return { kind, bits: Infinity };
    return { kind: "RSA", bits: asymmetricKeyDetails?.modulusLength ?? 0 };
  }

  /**
   * Whether the extended key usage names `purpose`. Of an authority it says for what it may issue certificates, as all
   * implementations have it; "any" does not do for a purpose that is required (RFC 5280 4.2.1.12), in OpenSSL neither.
   */
  serves(purpose: "server" | "client"): boolean {
    return this.purposes === undefined ||
      this.purposes.includes(PURPOSE[purpose]);
  }

  /** Whether the key usage allows one of these uses (bits of `KEY_USAGE`). */
  mayUseKeyFor(uses: number): boolean {
    return this.keyUsage === undefined || (this.keyUsage & uses) !== 0;
  }

  /** The DNS names and IP addresses it is issued for, as printed to a user. */
  get hostNames(): readonly string[] {
    return this.alternativeNames.filter(isHostName).map(({ tag, content }) =>
      printable(tag === NAME_KIND.ip ? addressText(content) : latin1(content))
    );
  }

  /**
   * The alternative name that makes the certificate out to `host`, a DNS name or an IP address, with the host in place of a
   * wildcard, which matches the whole left-most label only. The common name does not count (RFC 9525 2).
   */
  nameFor(host: string): GeneralName | undefined {
    if (isIP(host) !== 0) {
      const address = addressBytes(host);
      return this.alternativeNames.find(({ tag, content }) =>
        tag === NAME_KIND.ip && sameBytes(content, address)
      );
    }
    const matches = this.alternativeNames.some(({ tag, content }) =>
      tag === NAME_KIND.dns && matchesName(latin1(content), host)
    );
    return matches
      ? {
        tag: NAME_KIND.dns,
        content: new TextEncoder().encode(unrooted(host)),
      }
      : undefined;
  }

  /** Whether the common name is `host`, and no alternative name is that of a host (RFC 6125 6.4.4, obsolete). */
  isCommonlyNamed(host: string): boolean {
    const common = commonName(this.subject);
    return common !== undefined && !this.alternativeNames.some(isHostName) &&
      (isIP(host) === 0 ? matchesName(common, host) : common === host);
  }
}

function isHostName({ tag }: GeneralName): boolean {
  return tag === NAME_KIND.dns || tag === NAME_KIND.ip;
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/** An extension's value (the contents of its OCTET STRING) and whether it may not be ignored. */
export interface CertificateExtension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** A SEQUENCE of extensions by OID (RFC 5280 4.1). */
export function readExtensions(
  list: DerReader | undefined,
): ReadonlyMap<string, CertificateExtension> {
  const extensions = new Map<string, CertificateExtension>();
  while (list !== undefined && !list.done) {
    const extension = list.inside();
    const oid = oidText(extension.next(TAG.oid).content);
    const critical = extension.optional(TAG.boolean);
    const { content: value } = extension.next(TAG.octetString);
    // Two of one kind are forbidden (RFC 5280 4.2): which would count?
    if (extensions.has(oid) || !extension.done) {
      throw new DecodeError(`Extension ${oid} is malformed or occurs twice`);
    }
    extensions.set(oid, {
      critical: critical !== undefined && critical.content[0] !== 0,
      value,
    });
  }
  return extensions;
}

function basicConstraints(
  value: Uint8Array | undefined,
): { isAuthority: boolean | undefined; pathLength: number | undefined } {
  if (value === undefined) {
    return { isAuthority: undefined, pathLength: undefined };
  }
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
  return relativeNames(name).flat().map(({ oid, value }) => [
    ATTRIBUTES[oid] ?? oid,
    directoryString(value) ?? new TextDecoder().decode(value.content),
  ]);
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

/** A user may end a name with a dot; in a certificate it may not have one (RFC 5280 4.2.1.6). */
function unrooted(host: string): string {
  return host.replace(/\.$/, "");
}

function matchesName(pattern: string, host: string): boolean {
  const name = unrooted(host.toLowerCase());
  const lowerPattern = pattern.toLowerCase();
  if (!lowerPattern.startsWith("*.")) return lowerPattern === name;
  const dot = name.indexOf(".");
  const rest = lowerPattern.slice(2);
  return dot > 0 && rest.includes(".") && name.slice(dot + 1) === rest;
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
  const [headText = "", tailText] = groups.split("::");
  const words = (text: string) =>
    text === "" ? [] : text.split(":").map((word) => Number.parseInt(word, 16));
  const head = words(headText);
  const end = tailText === undefined ? [] : words(tailText);
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
