/**
 * Invariants, for any bytes in a file for TLS, and for any certificate of a peer:
 *   1. keys, certificates, revocation lists and PKCS#12 files are read, or refused with a `FindscuError`;
 *   2. what was read can be looked at, judged and shown.
 */
import assert from "node:assert/strict";
import type { Certificate } from "../../../transports/tls/certificate.ts";
import {
  expiryNotice,
  tlsIdentityIn,
} from "../../../transports/tls/credentials.ts";
import {
  certificatesOf,
  revocationListsIn,
} from "../../../transports/tls/trust.ts";
import { DerReader } from "../../../transports/tls/der.ts";
import { FindscuError } from "../../../src/errors.ts";
import { describeFile, pemBlocks, toPem } from "../../../transports/tls/pem.ts";
import { readPrivateKey } from "../../../transports/tls/private_key.ts";
import { revocationStatus } from "../../../transports/tls/revocation.ts";
import { verifyCertificate } from "../../../transports/tls/verify.ts";
import { fuzzBytes, unlessRefused } from "../../support/fuzz.ts";
import { policyDefect } from "../../../transports/tls/policies.ts";
import {
  makePki,
  TEST_PASSWORD,
  type TestPki,
} from "../../support/certificates/pki.ts";
import { certificate, ec } from "../../support/certificates/certificate.ts";

const NOW = Date.UTC(2026, 0, 1);
const PASSWORD = { kind: "value", value: TEST_PASSWORD } as const;

let pki: Promise<TestPki> | undefined;

function madePki(): Promise<TestPki> {
  return pki ??= makePki({ now: new Date(NOW) });
}

/** The files of a PKI whose names match. */
function filesOf(names: RegExp): () => Promise<Uint8Array[]> {
  return async () => {
    const files = [...await madePki()].filter(([name]) => names.test(name));
    assert.ok(files.length > 0, `No file is like ${names}`);
    const unended = "-----BEGIN CERTIFICATE-----\n".repeat(10_000);
    return [
      ...files.map(([, bytes]) => bytes),
      new TextEncoder().encode(unended),
    ];
  };
}

/** As `unlessRefused`, later. */
async function unlessRejected<T>(act: Promise<T>): Promise<T | undefined> {
  try {
    return await act;
  } catch (error) {
    if (error instanceof FindscuError) return undefined;
    throw error;
  }
}

function look(certificate: Certificate): void {
  for (
    const text of [
      certificate.subjectText,
      certificate.issuerText,
      certificate.serial,
      certificate.fingerprint,
    ]
  ) assert.equal(typeof text, "string");
  for (const text of certificate.hostNames) assert.equal(typeof text, "string");
  for (const host of ["localhost", "127.0.0.1", "::1", "*.a.example", ""]) {
    for (const purpose of ["server", "client"] as const) {
      verifyCertificate(certificate, {
        authorities: [certificate],
        untrusted: [certificate],
        purpose,
        host,
        allowCommonName: purpose === "server",
        strength: { rsaBits: 2048, ecBits: 256, digestBits: 224 },
        revocation: host === "" ? "off" : "all",
        revocationLists: [],
        now: NOW,
      });
    }
  }
  policyDefect([certificate, certificate, certificate, certificate]);
  expiryNotice("It", certificate, { now: NOW });
  assert.equal(typeof certificate.key.bits, "number");
}

fuzzBytes("DER", filesOf(/\.der$|\.crl$|\.p12$/), (bytes) => {
  const walk = (reader: DerReader, depth: number): void => {
    while (!reader.done) {
      const { tag, content, encoded } = reader.next();
      assert.ok(content.length < encoded.length);
      if ((tag & 0x20) !== 0 && depth < 50) {
        walk(new DerReader(content), depth + 1);
      }
    }
  };
  unlessRefused(() => walk(new DerReader(bytes), 0));
});

fuzzBytes("PEM", filesOf(/\.pem$|\.key$/), (bytes) => {
  describeFile(bytes);
  for (const { label, der } of pemBlocks(bytes)) {
    const [again] = pemBlocks(new TextEncoder().encode(toPem(label, der)));
    assert.deepEqual(again?.der, der);
  }
});

/** A certificate with all that can be said of policies. */
function policed(): Uint8Array {
  const any = "2.5.29.32.0";
  return certificate({
    name: "policies",
    keys: ec(),
    serial: 1,
    ca: true,
    policies: ["1.2.3", "1.2.4", any],
    policyMappings: [["1.2.3", "1.2.4"], ["1.2.4", "1.2.3"]],
    explicitPolicy: 0,
    inhibitMapping: 1,
    inhibitAnyPolicy: 2,
    from: new Date(NOW - 1e9),
    until: new Date(NOW + 1e9),
  }).der;
}

fuzzBytes("certificates", async () => [
  ...await filesOf(/^(?!.*(?:key|crl|pkcs)).*\.(?:pem|der)$/)(),
  policed(),
], (bytes) => {
  const certificates = unlessRefused(() =>
    certificatesOf(bytes, "file", undefined, "certificate")
  );
  for (const certificate of certificates ?? []) {
    unlessRefused(() => look(certificate));
  }
});

fuzzBytes("revocation lists", filesOf(/\.crl/), async (bytes) => {
  const [issuer] = certificatesOf(
    (await madePki()).get("ca.der")!,
    "ca",
    undefined,
    "certificate",
  );
  const lists = unlessRefused(() =>
    revocationListsIn(bytes, "file", undefined)
  );
  for (const list of lists ?? []) {
    assert.equal(typeof list.issuerName, "string");
  }
  revocationStatus(issuer!, issuer!, lists ?? [], NOW);
});

fuzzBytes("private keys", filesOf(/\.key$|pkcs[18]|sec1/), async (bytes) => {
  await unlessRejected(
    readPrivateKey(bytes, "file", undefined, PASSWORD, undefined),
  );
});

fuzzBytes("PKCS#12", filesOf(/\.p12$|\.pfx$/), async (bytes) => {
  const identity = await unlessRejected(
    tlsIdentityIn(bytes, TEST_PASSWORD, "file"),
  );
  if (identity === undefined) return;
  look(identity.certificate);
  assert.match(identity.certificatePem(), /^-----BEGIN CERT/);
  assert.match(identity.keyPem(), /^-----BEGIN PRIV/);
});
