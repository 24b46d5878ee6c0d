import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Certificate } from "../../../../transports/tls/certificate.ts";
import { explainDefect } from "../../../../transports/tls/explain.ts";
import { PROFILES } from "../../../../transports/tls/profiles.ts";
import { RevocationList } from "../../../../transports/tls/revocation.ts";
import { verifyCertificate } from "../../../../transports/tls/verify.ts";
import {
  makeMatrix,
  type MatrixRow,
} from "../../../support/certificates/matrix.ts";
import {
  certificate,
  type Digest,
  ec,
  revocationList,
  rsa,
} from "../../../support/certificates/certificate.ts";

const NOW = Date.UTC(2030, 0, 15);
const DAY = 86_400_000;
const rows = makeMatrix(NOW);
const read = ({ der }: { der: Uint8Array }) => new Certificate(der);

function judge(row: MatrixRow, more: { allowCommonName?: boolean } = {}) {
  const [leaf, ...untrusted] = row.chain.map(read);
  return verifyCertificate(leaf!, {
    authorities: row.trusted.map(read),
    untrusted,
    purpose: row.role,
    now: NOW,
    host: row.host,
    revocation: "off",
    revocationLists: [],
    strength: PROFILES[0]!.strength,
    ...more,
  })?.kind ?? "good";
}

describe("the matrix of certificates", () => {
  test("has 150 rows at least, each with a name of its own", () => {
    assert.ok(rows.length >= 150, `${rows.length}`);
    assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
  });
  for (const row of rows) {
    test(`${row.name}: ${row.expect}`, () => {
      assert.equal(judge(row), row.expect);
    });
  }
});

describe("the common name, if it is allowed", () => {
  for (
    const row of rows.filter(({ expect }) => expect === "only-common-name")
  ) {
    const isConstrained = row.trusted.some((one) =>
      read(one).nameConstraints !== undefined
    );
    const expected = isConstrained ? "constrained-common-name" : "good";
    test(`${row.name}: ${expected}`, () => {
      assert.equal(judge(row, { allowCommonName: true }), expected);
    });
  }
});

test("a list signed by an authority that may not sign lists is refused", () => {
  const dates = {
    from: new Date(NOW - DAY),
    until: new Date(NOW + DAY),
  };
  for (
    const [keyUsage, expected] of [[0x04, "no-revocation-authority"], [
      0x06,
      "good",
    ]] as const
  ) {
    const root = certificate({
      name: "root",
      keys: ec(),
      serial: 1,
      ca: true,
      keyUsage,
      ...dates,
    });
    const leaf = certificate({
      name: "leaf",
      keys: ec(),
      serial: 2,
      issuer: root,
      ...dates,
    });
    const list = revocationList(root, [], dates.from, dates.until);
    const defect = verifyCertificate(read(leaf), {
      authorities: [read(root)],
      untrusted: [],
      purpose: "server",
      now: NOW,
      revocation: "leaf",
      revocationLists: [new RevocationList(list)],
    });
    assert.equal(defect?.kind ?? "good", expected);
  }
});

test("a list signed with a weak digest is none, whatever it says, if the profile demands more", () => {
  const dates = { from: new Date(NOW - DAY), until: new Date(NOW + DAY) };
  const keys = rsa();
  const root = certificate({
    name: "root",
    keys,
    serial: 1,
    ca: true,
    ...dates,
  });
  const leaf = certificate({
    name: "leaf",
    keys: rsa(),
    serial: 2,
    issuer: root,
    ...dates,
  });
  const verdict = (
    digestBits: number,
    ...lists: readonly (readonly [Digest, ...number[]])[]
  ) =>
    verifyCertificate(read(leaf), {
      authorities: [read(root)],
      untrusted: [],
      purpose: "server",
      now: NOW,
      strength: { rsaBits: 2048, ecBits: 256, digestBits },
      revocation: "leaf",
      revocationLists: lists.map(([digest, ...serials]) =>
        new RevocationList(
          revocationList(root, serials, dates.from, dates.until, digest),
        )
      ),
    })?.kind ?? "good";
  for (const digest of ["md5", "sha1"] as const) {
    assert.equal(verdict(256, [digest]), "revocation-list-weak");
    assert.equal(verdict(256, [digest, 2]), "revocation-list-weak");
    assert.equal(verdict(256, [digest, 2], ["sha256"]), "good");
    assert.equal(verdict(256, [digest], ["sha256", 2]), "revoked");
  }
  for (const digest of ["sha384", "sha512", "pss"] as const) {
    assert.equal(verdict(256, [digest]), "good");
    assert.equal(verdict(256, [digest, 2]), "revoked");
  }
  // Profiles of the time of SHA-1 take it; MD5 none does.
  assert.equal(verdict(160, ["sha1", 2]), "revoked");
  assert.equal(verdict(160, ["md5", 2]), "revocation-list-weak");
});

test("a peer's many certificates of one name and key do not keep us busy", () => {
  const dates = { from: new Date(NOW - DAY), until: new Date(NOW + DAY) };
  const keys = ec();
  const many = Array.from(
    { length: 10 },
    (_, serial) =>
      certificate({ name: "same", keys, serial, ca: true, ...dates }),
  );
  const [issuer] = many;
  const leaf = certificate({
    name: "leaf",
    keys,
    serial: 99,
    issuer: issuer!,
    ...dates,
  });
  const defect = verifyCertificate(read(leaf), {
    authorities: [],
    untrusted: many.map(read),
    purpose: "server",
    now: NOW,
    revocation: "off",
    revocationLists: [],
  });
  assert.equal(defect?.kind, "unknown-issuer");
});

test("an address among the DNS names is reported as of the wrong kind", () => {
  const row = rows.find(({ name }) => name === "host: IP address as DNS name")!;
  const { message } = explainDefect(
    { kind: "wrong-name", certificate: read(row.chain[0]!) },
    "127.0.0.1:2762",
    "127.0.0.1",
  );
  assert.match(message, /"127\.0\.0\.1" as a DNS name, not as an IP address/);
});
