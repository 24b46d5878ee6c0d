import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DecodeError } from "../../../../src/errors.ts";
import { Certificate } from "../../../../transports/tls/certificate.ts";
import { pemBlocks } from "../../../../transports/tls/pem.ts";
import { makePki } from "../../../support/certificates/pki.ts";

const NOW = Date.UTC(2030, 0, 15);
const pki = await makePki({ now: new Date(NOW) });
const load = (name: string) =>
  new Certificate(pemBlocks(pki.get(`${name}.pem`)!)[0]!.der);

describe("Certificate", () => {
  test("reads names, dates and rights", () => {
    const server = load("server");
    assert.equal(server.subjectText, "O=findscu test, CN=findscu test server");
    assert.equal(server.issuerText, "O=findscu test, CN=findscu ca");
    assert.equal(server.version, 3);
    assert.equal(server.notBefore, NOW - 30 * 86_400_000);
    assert.equal(server.notAfter, NOW + 400 * 86_400_000);
    assert.equal(server.isAuthority, false);
    assert.equal(load("ca").isAuthority, true);
    assert.match(server.fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    assert.deepEqual(server.hostNames, ["localhost", "127.0.0.1", "::1"]);
  });

  test("knows who signed it", () => {
    assert.ok(load("server").isSignedBy(load("ca")));
    assert.ok(load("ca").isSignedBy(load("ca")));
    assert.ok(load("ec").isSignedBy(load("ec-ca")));
    assert.ok(!load("server").isSignedBy(load("foreign-ca")));
    assert.ok(!load("ec").isSignedBy(load("ca")));
  });

  test("knows what it is for", () => {
    assert.ok(load("server").serves("server"));
    assert.ok(!load("server").serves("client"));
    assert.ok(load("client").serves("client"));
    assert.ok(!load("client").serves("server"));
    assert.ok(load("self-signed").serves("server"));
  });

  test("knows the size of its key and of the digest that was signed", () => {
    assert.deepEqual(load("server").key, { kind: "RSA", bits: 2048 });
    assert.deepEqual(load("weak").key, { kind: "RSA", bits: 1024 });
    assert.deepEqual(load("ec").key, { kind: "EC", bits: 256 });
    assert.equal(load("ec").signedPart.digestBits, 256);
  });

  test("rejects every truncation", () => {
    const { der } = load("server");
    for (let length = 0; length < der.length; length += 7) {
      assert.throws(
        () => new Certificate(der.subarray(0, length)),
        DecodeError,
      );
    }
  });

  const hosts: readonly [
    certificate: string,
    host: string,
    matches: boolean,
  ][] = [
    ["server", "localhost", true],
    ["server", "LocalHost", true],
    ["server", "localhost.", true],
    ["server", "localhost.example.org", false],
    ["server", "127.0.0.1", true],
    ["server", "127.0.0.2", false],
    ["server", "::1", true],
    ["server", "0:0:0:0:0:0:0:1", true],
    ["server", "::2", false],
    ["server", "::ffff:127.0.0.1", false],
    // An alternative name is there, so that the common name does not count.
    ["server", "findscu test server", false],
    ["wrong-name", "PACS.example.org", true],
    ["wrong-name", "example.org", false],
    ["client", "findscu test client", false],
    ["wildcard", "pacs.hospital.example", true],
    ["wildcard", "hospital.example", false],
    ["wildcard", "a.b.hospital.example", false],
    ["wildcard", ".hospital.example", false],
  ];
  for (const [name, host, matches] of hosts) {
    test(`${name} is ${matches ? "" : "not "}issued for "${host}"`, () => {
      assert.equal(load(name).nameFor(host) !== undefined, matches);
    });
  }

  test("a damaged name is damage", () => {
    const der = load("server").der.slice();
    const at = der.findIndex((byte, index) =>
      byte === 0x31 && der[index + 2] === 0x30 && der[index + 4] === 0x06
    );
    assert.ok(at > 0);
    der[at] = 0x77;
    assert.throws(() => new Certificate(der), DecodeError);
  });

  test("what the runtime cannot read is refused like other damage", () => {
    const { der } = load("server");
    // The algorithm in the SubjectPublicKeyInfo, which begins with the length of an RSA key.
    const damaged = der.slice();
    const at = damaged.findIndex((byte, index) =>
      byte === 0x01 && damaged[index + 1] === 0x22 &&
      damaged[index + 2] === 0x30
    );
    assert.ok(at > 0);
    damaged[at + 2] = 0x02;
    const certificate = new Certificate(damaged);
    assert.throws(() => certificate.x509, DecodeError);
    assert.throws(() => certificate.publicKey, DecodeError);
    assert.ok(!certificate.isSignedBy(load("ca")));
  });

  test("a stranger's control characters are not printed", () => {
    const { subjectText } = load("nasty");
    assert.doesNotMatch(subjectText, /\p{C}/u);
    assert.match(subjectText, /nasty/);
  });
});
