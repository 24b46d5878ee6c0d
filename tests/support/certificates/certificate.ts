/** Makes certificates and revocation lists, good ones and bad ones (RFC 5280). */
import {
  constants,
  createHash,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import {
  address,
  bits,
  boolean,
  type Der,
  generalName,
  integer,
  name,
  octets,
  oid,
  sequence,
  time,
  tlv,
} from "./der.ts";

/** A certificate with its key. */
export interface Entity {
  readonly name: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly der: Der;
  /** The subject as encoded. */
  readonly subject: Der;
}

/** A pair of keys. */
export interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A new RSA key. */
export const rsa = (modulusLength = 2048): Keys =>
  generateKeyPairSync("rsa", { modulusLength });
/** A new EC key. */
export const ec = (namedCurve = "prime256v1"): Keys =>
  generateKeyPairSync("ec", { namedCurve });

/** Signs with another digest: SHA-1 and MD5 are what old certificates have. */
function signedWith(
  digest: Digest,
  makeBody: (algorithm: Der) => Der,
  key: KeyObject,
): Der {
  if (digest === "pss") {
    const identifier = pssIdentifier();
    const body = makeBody(identifier);
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const signature = sign("sha256", body, { key, padding, saltLength: 32 });
    return sequence(body, identifier, bits(signature));
  }
  const isEc = key.asymmetricKeyType === "ec";
  const id = (isEc ? EC_DIGESTS : RSA_DIGESTS)[digest]!;
  const identifier = isEc ? sequence(oid(id)) : sequence(oid(id), tlv(0x05));
  const body = makeBody(identifier);
  return sequence(body, identifier, bits(sign(digest, body, key)));
}

/** RSASSA-PSS with SHA-256 throughout (RFC 4055 3.1). */
function pssIdentifier(): Der {
  const sha256 = sequence(oid("2.16.840.1.101.3.4.2.1"), tlv(0x05));
  return sequence(
    oid("1.2.840.113549.1.1.10"),
    sequence(
      tlv(0xa0, sha256),
      tlv(0xa1, sequence(oid("1.2.840.113549.1.1.8"), sha256)),
      tlv(0xa2, integer(32)),
    ),
  );
}

/** Digests of signatures, as `node:crypto` calls them; `pss`: RSASSA-PSS with SHA-256. */
export type Digest = "md5" | "sha1" | "sha256" | "sha384" | "sha512" | "pss";
const RSA_DIGESTS: Readonly<Partial<Record<Digest, string>>> = {
  "md5": "1.2.840.113549.1.1.4",
  "sha1": "1.2.840.113549.1.1.5",
  "sha256": "1.2.840.113549.1.1.11",
  "sha384": "1.2.840.113549.1.1.12",
  "sha512": "1.2.840.113549.1.1.13",
};
const EC_DIGESTS: Readonly<Partial<Record<Digest, string>>> = {
  "sha1": "1.2.840.10045.4.1",
  "sha256": "1.2.840.10045.4.3.2",
  "sha384": "1.2.840.10045.4.3.3",
  "sha512": "1.2.840.10045.4.3.4",
};

const spki = (key: KeyObject): Der =>
  Uint8Array.from(key.export({ type: "spki", format: "der" }));

function keyId(key: KeyObject): Der {
  return createHash("sha1").update(spki(key)).digest();
}

/** What to write into a certificate. */
export interface CertificateRequest {
  readonly name: string;
  readonly keys: Keys;
  /** Undefined: self-signed. */
  readonly issuer?: Entity;
  readonly serial: number;
  readonly ca?: boolean;
  /** Leave out the basic constraints. */
  readonly unconstrained?: boolean;
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
  readonly usage?: "server" | "client";
  /** Authorities allowed below an authority. */
  readonly pathLength?: number;
  /** Adds an unknown critical extension. */
  readonly strange?: boolean;
  /** Further alternative names, as `generalName` takes them. */
  readonly alternatives?: readonly string[];
  /** Name constraints, as `generalName` takes them. */
  readonly permitted?: readonly string[];
  readonly excluded?: readonly string[];
  /** Certificate policies as OIDs. */
  readonly policies?: readonly string[];
  readonly policyMappings?: readonly (readonly [string, string])[];
  /** Certificates that may follow without a policy, with mappings, with anyPolicy. */
  readonly explicitPolicy?: number;
  readonly inhibitMapping?: number;
  readonly inhibitAnyPolicy?: number;
  /** Bits of the key usage extension's first byte, or null to leave it out. */
  readonly keyUsage?: number | null;
  /** Extended purposes as OIDs, instead of `usage`. */
  readonly purposes?: readonly string[];
  /** Leave out all extensions. */
  readonly version1?: boolean;
  readonly digest?: Digest;
  /** Subject and issuer as encoded, to write them in another way. */
  readonly rawSubject?: Der;
  readonly rawIssuer?: Der;
  /** Spoil the signature. */
  readonly forged?: boolean;
  readonly from: Date;
  readonly until: Date;
}

/** Makes a certificate. */
export function certificate(request: CertificateRequest): Entity {
  const { keys, issuer } = request;
  const signer = issuer?.privateKey ?? keys.privateKey;
  const extension = (id: string, critical: boolean, value: Der) =>
    critical
      ? sequence(oid(id), boolean(true), octets(value))
      : sequence(oid(id), octets(value));
  const usageBits = request.keyUsage ?? (request.ca ? 0x06 : 0xa0);
  const extensions = [
    extension(
      "2.5.29.19",
      true,
      request.ca
        ? sequence(
          boolean(true),
          ...(request.pathLength === undefined
            ? []
            : [integer(request.pathLength)]),
        )
        : sequence(),
    ),
    // keyCertSign + cRLSign, or digitalSignature + keyEncipherment (RFC 5280 4.2.1.3).
    extension(
      "2.5.29.15",
      true,
      bits(Uint8Array.of(usageBits), unusedBits(usageBits)),
    ),
    extension("2.5.29.14", false, octets(keyId(keys.publicKey))),
    extension(
      "2.5.29.35",
      false,
      sequence(tlv(0x80, keyId(issuer?.publicKey ?? keys.publicKey))),
    ),
  ];
  if (request.strange) {
    extensions.push(extension("1.3.6.1.4.1.99999.1", true, boolean(true)));
  }
  const encoder = new TextEncoder();
  const alternatives = [
    ...(request.names ?? []).map((text) => tlv(0x82, encoder.encode(text))),
    ...(request.addresses ?? []).map((text) => tlv(0x87, address(text))),
    ...(request.alternatives ?? []).map(generalName),
  ];
  const subtrees = (tag: number, names: readonly string[] = []) =>
    names.length === 0
      ? []
      : [tlv(tag, ...names.map((text) => sequence(generalName(text))))];
  const constraints = [
    ...subtrees(0xa0, request.permitted),
    ...subtrees(0xa1, request.excluded),
  ];
  if (constraints.length > 0) {
    extensions.push(extension("2.5.29.30", true, sequence(...constraints)));
  }
  extensions.push(...policyExtensions(request, extension));
  if (request.purposes !== undefined) {
    extensions.push(
      extension("2.5.29.37", false, sequence(...request.purposes.map(oid))),
    );
  }
  if (request.keyUsage === null) extensions.splice(1, 1);
  if (request.unconstrained) extensions.splice(0, 1);
  if (alternatives.length > 0) {
    extensions.push(
      extension("2.5.29.17", false, sequence(...alternatives)),
    );
  }
  if (request.usage !== undefined) {
    const purpose = request.usage === "server" ? 1 : 2;
    extensions.push(extension(
      "2.5.29.37",
      false,
      sequence(oid(`1.3.6.1.5.5.7.3.${purpose}`)),
    ));
  }
  const subject = request.rawSubject ?? name(request.name);
  const der = signedWith(request.digest ?? "sha256", (identifier) =>
    sequence(
      ...(request.version1 ? [] : [tlv(0xa0, integer(2))]),
      integer(request.serial),
      identifier,
      request.rawIssuer ?? issuer?.subject ?? subject,
      sequence(time(request.from), time(request.until)),
      subject,
      spki(keys.publicKey),
      ...(request.version1 ? [] : [tlv(0xa3, sequence(...extensions))]),
    ), signer);
  if (request.forged) der[der.length - 5]! ^= 0x55;
  return { name: request.name, ...keys, der, subject };
}

function policyExtensions(
  request: CertificateRequest,
  extension: (id: string, critical: boolean, value: Der) => Der,
): Der[] {
  const { policies, policyMappings, inhibitAnyPolicy } = request;
  const { explicitPolicy, inhibitMapping } = request;
  const limit = (tag: number, count: number | undefined) =>
    count === undefined ? [] : [tlv(tag, Uint8Array.of(count))];
  const constraints = [
    ...limit(0x80, explicitPolicy),
    ...limit(0x81, inhibitMapping),
  ];
  const pairs = policyMappings?.map(([issuer, subject]) =>
    sequence(oid(issuer), oid(subject))
  );
  return [
    ...policies === undefined ? [] : [extension(
      "2.5.29.32",
      false,
      sequence(...policies.map((policy) => sequence(oid(policy)))),
    )],
    ...pairs === undefined
      ? []
      : [extension("2.5.29.33", true, sequence(...pairs))],
    ...constraints.length === 0
      ? []
      : [extension("2.5.29.36", true, sequence(...constraints))],
    ...inhibitAnyPolicy === undefined
      ? []
      : [extension("2.5.29.54", true, integer(inhibitAnyPolicy))],
  ];
}

/** Bits at the end of the key usage that are not there. */
function unusedBits(usage: number): number {
  let count = 0;
  while (count < 7 && (usage & (1 << count)) === 0) count++;
  return count;
}

/** Makes a revocation list; `more`: further extensions. */
export function revocationList(
  issuer: Entity,
  serials: readonly number[],
  from: Date,
  until: Date,
  digest: Digest = "sha256",
  more: readonly Der[] = [],
): Der {
  const revoked = serials.map((serial) =>
    sequence(integer(serial), time(from))
  );
  return signedWith(digest, (identifier) =>
    sequence(
      integer(1),
      identifier,
      issuer.subject,
      time(from),
      time(until),
      ...(revoked.length > 0 ? [sequence(...revoked)] : []),
      tlv(
        0xa0,
        sequence(sequence(oid("2.5.29.20"), octets(integer(1))), ...more),
      ),
    ), issuer.privateKey);
}
