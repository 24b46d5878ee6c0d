/**
 * Makes a complete test PKI in memory: authorities, servers good and bad, clients, revocation lists, and one key in every
 * encoding. Keys are made afresh each time, so that none is ever committed. RSA and EC come from `node:crypto`, which signs;
 * PKCS#12 and the encrypted key formats come from node-forge. X.509 and CRL profile: RFC 5280.
 */

import { constants, createHash, generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { Buffer } from "node:buffer";

/** Opens every encrypted file of the PKI. It protects nothing: the keys are made for one test run. */
export const TEST_PASSWORD = "sesame-7431";

const DAY = 86_400_000;

/** How the PKI is made. */
export interface PkiOptions {
  /** The instant that validity dates are counted from. Default: the present. */
  readonly now?: Date;
}

/** The files of the PKI by name; text files are UTF-8. */
export type TestPki = ReadonlyMap<string, Uint8Array>;

// ---- DER (X.690 10) -------------------------------------------------------------------------------------------------------

type Der = Uint8Array;

function tlv(tag: number, ...contents: readonly Der[]): Der {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  const head = length < 0x80 ? [length] : [0x80 | bytes.length, ...bytes];
  return Uint8Array.from(
    Buffer.concat([Uint8Array.of(tag, ...head), ...contents]),
  );
}

const sequence = (...parts: readonly Der[]) => tlv(0x30, ...parts);
const utf8 = (text: string) => tlv(0x0c, new TextEncoder().encode(text));
const octets = (content: Der) => tlv(0x04, content);
const boolean = (value: boolean) => tlv(0x01, Uint8Array.of(value ? 0xff : 0));
const bits = (content: Der, unused = 0) =>
  tlv(0x03, Uint8Array.of(unused), content);

function integer(value: number): Der {
  const bytes: number[] = [];
  do bytes.unshift(value & 0xff); while ((value = Math.floor(value / 256)) > 0);
  if (bytes[0]! & 0x80) bytes.unshift(0);
  return tlv(0x02, Uint8Array.from(bytes));
}

function oid(text: string): Der {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const out = [first * 40 + second];
  for (const arc of rest) {
    const septets = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) {
      septets.unshift(0x80 | (left & 0x7f));
    }
    out.push(...septets);
  }
  return tlv(0x06, Uint8Array.from(out));
}

/** UTCTime up to 2049, GeneralizedTime after (RFC 5280 4.1.2.5). */
function time(date: Date): Der {
  const digits = date.toISOString().replace(/[-:T]/g, "").slice(0, 14);
  const late = date.getUTCFullYear() >= 2050;
  const text = (late ? digits : digits.slice(2)) + "Z";
  return tlv(late ? 0x18 : 0x17, new TextEncoder().encode(text));
}

/** A name; `rawName` replaces it, to write the same name in another way. */
export function name(
  commonName: string,
  string: (text: string) => Der = utf8,
): Der {
  const attribute = (type: string, value: string) =>
    tlv(0x31, sequence(oid(type), string(value)));
  return sequence(
    attribute("2.5.4.10", "findscu test"),
    attribute("2.5.4.3", commonName),
  );
}

/** A PrintableString. */
export const printableString = (text: string): Der =>
  tlv(0x13, new TextEncoder().encode(text));

/** A BMPString. */
export const bmpString = (text: string): Der =>
  tlv(
    0x1e,
    Uint8Array.from(
      [...text].flatMap((c) => [c.charCodeAt(0) >> 8, c.charCodeAt(0) & 0xff]),
    ),
  );

/** A GeneralName of ASCII: `DNS:`, `email:`, `URI:`, or `IP:` with an address or address/mask. */
export function generalName(text: string): Der {
  const [kind = "", ...rest] = text.split(":");
  const value = rest.join(":");
  if (kind === "IP") {
    return tlv(
      0x87,
      Uint8Array.from(value.split("/").flatMap((one) => [...address(one)])),
    );
  }
  if (kind === "dir") return tlv(0xa4, name(value));
  const tag = { email: 0x81, DNS: 0x82, URI: 0x86 }[kind]!;
  return tlv(tag, new TextEncoder().encode(value));
}

function pem(label: string, der: Uint8Array): string {
  const lines = Buffer.from(der).toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${
    lines.join("\n")
  }\n-----END ${label}-----\n`;
}

// ---- Certificates and revocation lists ------------------------------------------------------------------------------------

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
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
  readonly usage?: "server" | "client";
  /** Authorities allowed below an authority. */
  readonly pathLength?: number;
  /** Adds a critical extension that nobody knows. */
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

function address(text: string): Der {
  if (!text.includes(":")) return Uint8Array.from(text.split(".").map(Number));
  const bytes = new Uint8Array(16);
  bytes[15] = 1; // ::1 is the only one in use
  return bytes;
}

/** Makes a revocation list. */
export function revocationList(
  issuer: Entity,
  serials: readonly number[],
  from: Date,
  until: Date,
  digest: Digest = "sha256",
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
        sequence(sequence(oid("2.5.29.20"), octets(integer(1)))),
      ),
    ), issuer.privateKey);
}

// ---- The PKI --------------------------------------------------------------------------------------------------------------

/**
 * Makes the whole PKI.
 *
 * Authorities, each `.pem`: `ca` (root), below it `intermediate`, `fallen` (revoked), `short-ca` (allows none below) and `low-ca` below
 * that; `foreign-ca`, `ec-ca`. Lists, each in DER and with `.pem` added: `ca.crl`, `intermediate.crl`, `fallen.crl`,
 * `foreign-ca.crl`, `clean.crl` (the root's, empty), `stale.crl` (the root's, out of date), `forged.crl`.
 *
 * Servers, all with the key `server.key`: `server` (by the root), `chain` (by the intermediate, with it in one file), `wrong-name`,
 * `wildcard`, `expired`, `future`, `soon` (ten days left), `revoked`, `revoked-chain` (below `fallen`), `client-purpose`, `foreign`,
 * `self-signed`, `self-signed-ca`, `strange` (a critical extension), `nasty` (control characters in its name), `below-server` (issued
 * by what is not an authority), `below-short`; without a key file: `weak` (RSA 1024); with `ec.key`: `ec`. Clients, with `client.key`: `client`, `client-chain`,
 * `client-foreign`, `client-expired`; with `client-ec.key`: `client-ec`.
 */
export async function makePki(options: PkiOptions = {}): Promise<TestPki> {
  const files = new Map<string, Uint8Array>();
  const save = (file: string, content: string | Uint8Array) =>
    files.set(
      file,
      typeof content === "string"
        ? new TextEncoder().encode(content)
        : Uint8Array.from(content),
    );

  const now = (options.now ?? new Date()).getTime();
  const day = (count: number) => new Date(now + count * DAY);
  const usual = { from: day(-30), until: day(400) };
  let serial = 0x1000;

  const authority = (
    label: string,
    keys: Keys,
    issuer?: Entity,
    pathLength?: number,
  ): Entity => {
    const made = certificate({
      name: `findscu ${label}`,
      keys,
      ...(issuer ? { issuer } : {}),
      serial: serial++,
      ca: true,
      ...(pathLength === undefined ? {} : { pathLength }),
      ...usual,
    });
    save(`${label}.pem`, pem("CERTIFICATE", made.der));
    return made;
  };
  const root = authority("ca", rsa());
  const intermediate = authority("intermediate", rsa(), root);
  const fallen = authority("fallen", ec(), root);
  const short = authority("short-ca", ec(), root, 0);
  const low = authority("low-ca", ec(), short);
  const foreign = authority("foreign-ca", rsa());
  const ecRoot = authority("ec-ca", ec());
  save("ca.der", root.der);
  save(
    "all-cas.pem",
    [root, intermediate, ecRoot].map((ca) => pem("CERTIFICATE", ca.der)).join(
      "",
    ),
  );

  const here = {
    names: ["localhost"],
    addresses: ["127.0.0.1", "::1"],
    usage: "server",
  } as const;
  const issue = (
    file: string,
    keys: Keys,
    details: Partial<CertificateRequest>,
    ...chain: readonly Entity[]
  ): { entity: Entity; serial: number } => {
    const number = serial++;
    const entity = certificate({
      name: `findscu test ${file}`,
      keys,
      serial: number,
      ...usual,
      ...details,
    });
    save(
      `${file}.pem`,
      [entity, ...chain].map((one) => pem("CERTIFICATE", one.der)).join(""),
    );
    return { entity, serial: number };
  };

  const server = rsa();
  const serverEc = ec();
  const byRoot = { issuer: root, ...here };
  const plain = issue("server", server, byRoot);
  issue(
    "chain",
    server,
    { issuer: intermediate, ...here },
    intermediate,
  );
  issue("wrong-name", server, {
    issuer: root,
    names: ["pacs.example.org"],
    usage: "server",
  });
  issue("expired", server, { ...byRoot, from: day(-60), until: day(-2) });
  issue("future", server, { ...byRoot, from: day(20), until: day(400) });
  issue("soon", server, { ...byRoot, until: day(10) });
  issue("wildcard", server, { ...byRoot, names: ["*.hospital.example"] });
  issue("strange", server, { ...byRoot, strange: true });
  issue("nasty", server, { ...byRoot, name: "nasty\x1b[2J\r\n\u202e" });
  issue(
    "below-server",
    server,
    { ...byRoot, issuer: plain.entity },
    plain.entity,
  );
  issue("below-short", server, { ...byRoot, issuer: low }, low, short);
  issue("client-purpose", server, { ...byRoot, usage: "client" });
  issue("foreign", server, { ...byRoot, issuer: foreign });
  issue("self-signed", server, here);
  issue("self-signed-ca", server, { ...here, ca: true });
  issue("ec", serverEc, { ...byRoot, issuer: ecRoot });
  issue("weak", rsa(1024), byRoot);
  const revoked = issue("revoked", server, byRoot);
  issue("revoked-chain", server, { ...byRoot, issuer: fallen }, fallen);
  savePrivate("server", server.privateKey);
  savePrivate("ec", serverEc.privateKey);

  const client = rsa();
  const clientEc = ec();
  const byIntermediate = { issuer: intermediate, usage: "client" } as const;
  const mine = issue("client", client, { issuer: root, usage: "client" });
  issue("client-chain", client, byIntermediate, intermediate);
  issue("client-foreign", client, { issuer: foreign, usage: "client" });
  issue("client-expired", client, {
    issuer: root,
    usage: "client",
    from: day(-60),
    until: day(-2),
  });
  const mineEc = issue("client-ec", clientEc, {
    issuer: ecRoot,
    usage: "client",
  });
  savePrivate("client", client.privateKey);
  savePrivate("client-ec", clientEc.privateKey);
  save("client.der", mine.entity.der);
  save("client-ec.der", mineEc.entity.der);

  const lists: readonly [string, Entity, readonly number[], Date, Date][] = [
    // 0x1002 is the authority `fallen`.
    ["ca.crl", root, [revoked.serial, 0x1002], day(-1), day(30)],
    ["clean.crl", root, [], day(-1), day(30)],
    ["intermediate.crl", intermediate, [], day(-1), day(30)],
    ["foreign-ca.crl", foreign, [], day(-1), day(30)],
    ["fallen.crl", fallen, [], day(-1), day(30)],
    // The root's name over another's signature.
    ["forged.crl", { ...foreign, subject: root.subject }, [], day(-1), day(30)],
    ["stale.crl", root, [revoked.serial], day(-20), day(-10)],
  ];
  for (const [file, issuer, serials, from, until] of lists) {
    const der = revocationList(issuer, serials, from, until);
    save(file, der);
    save(`${file}.pem`, pem("X509 CRL", der));
  }

  await saveEncrypted();
  return files;

  function savePrivate(label: string, key: KeyObject): void {
    const pkcs8 = key.export({ type: "pkcs8", format: "der" });
    save(`${label}.key`, pem("PRIVATE KEY", pkcs8));
    save(`${label}.pkcs8.der`, pkcs8);
    const traditional = key.asymmetricKeyType === "ec" ? "sec1" : "pkcs1";
    const old = key.export({ type: traditional, format: "der" });
    const prefix = traditional === "sec1" ? "EC" : "RSA";
    save(`${label}.${traditional}.pem`, pem(`${prefix} PRIVATE KEY`, old));
    save(`${label}.${traditional}.der`, old);
  }

  /** The encrypted forms of the client's keys, and the client as PKCS#12. */
  async function saveEncrypted(): Promise<void> {
    const forge = (await import("node-forge")).default;
    const info = (key: KeyObject) =>
      forge.asn1.fromDer(
        key.export({ type: "pkcs8", format: "der" }).toString("binary"),
      );
    const rsaKey = forge.pki.privateKeyFromAsn1(info(client.privateKey));
    save(
      "client.encrypted-pkcs1.pem",
      forge.pki.encryptRsaPrivateKey(rsaKey, TEST_PASSWORD, {
        legacy: true,
        algorithm: "aes256",
      }),
    );
    save(
      "client.encrypted-pkcs1-3des.pem",
      forge.pki.encryptRsaPrivateKey(rsaKey, TEST_PASSWORD, {
        legacy: true,
        algorithm: "3des",
      }),
    );
    for (
      const [label, key] of [
        ["client", client.privateKey],
        ["client-ec", clientEc.privateKey],
      ] as const
    ) {
      const sealed = forge.pki.encryptPrivateKeyInfo(info(key), TEST_PASSWORD, {
        algorithm: "aes256",
        count: 2048,
        prfAlgorithm: "sha256",
      });
      const der = Buffer.from(forge.asn1.toDer(sealed).getBytes(), "binary");
      save(`${label}.encrypted-pkcs8.pem`, pem("ENCRYPTED PRIVATE KEY", der));
      save(`${label}.encrypted-pkcs8.der`, der);
    }
    const store = forge.pkcs12.toPkcs12Asn1(
      rsaKey,
      [
        forge.pki.certificateFromPem(pem("CERTIFICATE", mine.entity.der)),
        forge.pki.certificateFromPem(pem("CERTIFICATE", root.der)),
      ],
      TEST_PASSWORD,
      { algorithm: "aes256", count: 2048 },
    );
    save(
      "client.p12",
      Buffer.from(forge.asn1.toDer(store).getBytes(), "binary"),
    );
  }
}
