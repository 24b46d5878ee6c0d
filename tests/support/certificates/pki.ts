/**
 * Makes a complete test PKI in memory: authorities, servers good and bad, clients, revocation lists, and one key in every
 * encoding. Keys are made afresh each time, so that none is ever committed. RSA and EC come from `node:crypto`, which signs;
 * PKCS#12 and the encrypted key formats come from node-forge. X.509 and CRL profile: RFC 5280.
 */
import type { KeyObject } from "node:crypto";
import { Buffer } from "node:buffer";
import {
  certificate,
  type CertificateRequest,
  ec,
  type Entity,
  type Keys,
  revocationList,
  rsa,
} from "./certificate.ts";
import { pem } from "./der.ts";

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
