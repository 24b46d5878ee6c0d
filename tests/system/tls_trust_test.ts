/** Authorities and revocation lists from files, whatever is wrong with them. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { FindscuError } from "../../src/errors.ts";
import { pemBlocks, toPem } from "../../transports/tls/pem.ts";
import { load, refused, said } from "../support/tls_loading.ts";
import { TEST_PASSWORD } from "../support/certificates/pki.ts";
import {
  hasProgram,
  type PkiDirectory,
  testCredentials,
} from "../support/tls.ts";

let pki: PkiDirectory;
before(async () => {
  pki = await testCredentials();
});
after(() => pki.dispose());

describe("loadCredentials()", () => {
  test("reads authorities from files and directories, each once", async () => {
    const directory = pki.path("authorities");
    mkdirSync(directory);
    for (
      const [from, to] of [["ca.pem", "a1b2c3d4.0"], ["ec-ca.pem", "ec.crt"], [
        "ca.der",
        "ca.cer",
      ]] as const
    ) {
      writeFileSync(`${directory}/${to}`, readFileSync(pki.path(from)));
    }
    writeFileSync(`${directory}/README`, "Not a certificate");
    const { authorities } = await load({
      authorityFiles: [pki.path("all-cas.pem"), pki.path("ca.pem")],
      authorityDirectories: [directory],
    });
    assert.equal(authorities.length, 3);
    mkdirSync(pki.path("hollow"));
    await refused(
      { authorityDirectories: [pki.path("hollow")] },
      /^No certificate in the CA directory/,
    );
  });

  test("names the file of a damaged certificate, wherever it breaks", async () => {
    const [good] = pemBlocks(readFileSync(pki.path("client.pem")));
    const file = pki.path("damaged.pem");
    let damaged = 0;
    for (let at = 0; at < good!.der.length; at += 9) {
      const der = Uint8Array.from(good!.der);
      der[at]! ^= 0xff;
      // The damaged one comes second: a file is taken whole or not at all.
      const pem = toPem("CERTIFICATE", der);
      writeFileSync(file, good!.text + pem);
      try {
        await load({ authorityFiles: [file] });
      } catch (error) {
        assert.ok(error instanceof FindscuError, String(error));
        assert.equal(error.code, "tls");
        assert.match(
          error.message,
          /certificate in ".*damaged\.pem" is damaged/,
        );
        damaged++;
      }
      writeFileSync(file, pem);
      const own = { keyFile: pki.path("client.key"), certificateFile: file };
      await load(own).catch((error) => {
        assert.ok(error instanceof FindscuError, String(error));
        assert.match(error.message, /damaged\.pem"/);
      });
    }
    assert.ok(damaged > 20, `${damaged}`);
  });

  test("names the file of a damaged armour, list or store", async () => {
    const file = pki.path("damaged");
    const ca = readFileSync(pki.path("ca.pem"), "utf8");
    writeFileSync(file, ca + ca.replace(/.\n/, "*\n"));
    await refused({ authorityFiles: [file] }, /certificate in ".*" is damaged/);
    writeFileSync(file, ca + ca.slice(0, -40));
    await refused({ authorityFiles: [file] }, /certificate in ".*" is damaged/);
    const list = readFileSync(pki.path("ca.crl"));
    for (let at = 0; at < list.length; at += 5) {
      const der = Uint8Array.from(list);
      der[at]! ^= 0xff;
      writeFileSync(file, toPem("X509 CRL", der));
      await load({ revocationFiles: [file] }).catch((error) => {
        assert.ok(error instanceof FindscuError, String(error));
        assert.match(error.message, /damaged"/);
      });
    }
    const store = readFileSync(pki.path("client.p12"));
    for (let at = 0; at < store.length; at += 97) {
      const bytes = Uint8Array.from(store);
      bytes[at]! ^= 0xff;
      writeFileSync(file, bytes);
      const options = {
        pkcs12File: file,
        password: { kind: "value" as const, value: TEST_PASSWORD },
      };
      await load(options).catch((error) => {
        assert.ok(error instanceof FindscuError, String(error));
        assert.match(error.message, /damaged"/);
      });
    }
  });

  test("a damaged file in a directory is left out with a warning", async () => {
    const directory = pki.path("some-damaged");
    mkdirSync(directory);
    const ca = readFileSync(pki.path("ca.pem"), "utf8");
    writeFileSync(`${directory}/good.pem`, ca);
    writeFileSync(`${directory}/half.pem`, ca.slice(0, 300));
    writeFileSync(`${directory}/noise.cer`, Uint8Array.of(0x30, 1, 2));
    writeFileSync(`${directory}/README`, "Our authorities");
    const { authorities, warnings } = await load({
      authorityDirectories: [directory],
    });
    assert.equal(authorities.length, 1);
    assert.equal(warnings.length, 2);
    assert.match(warnings[0]!, /half\.pem" is damaged; it is ignored/);
    assert.match(warnings[1]!, /No certificate in ".*noise\.cer"/);
  });

  test("a directory of nothing but damaged files says what is wrong with the first", async () => {
    const directory = pki.path("all-damaged");
    mkdirSync(directory);
    const ca = readFileSync(pki.path("ca.pem"), "utf8");
    writeFileSync(`${directory}/half.pem`, ca.slice(0, 300));
    await refused(
      { authorityDirectories: [directory] },
      /No usable certificate.*half\.pem" is damaged/,
    );
  });

  test("reads several certificates in DER, and takes no other bytes after them", async () => {
    const file = pki.path("two.der");
    const two = [pki.path("ca.der"), pki.path("client.der")]
      .map((path) => readFileSync(path));
    writeFileSync(file, Buffer.concat([...two, Buffer.from("\r\n")]));
    const { authorities } = await load({ authorityFiles: [file] });
    assert.equal(authorities.length, 2);
    writeFileSync(file, Buffer.concat([...two, Buffer.from("more")]));
    await refused({ authorityFiles: [file] }, /certificate in ".*" is damaged/);
  });

  test("reads PKCS#7 bundles in BER, as Java writes them", {
    skip: !hasProgram("openssl"),
  }, async () => {
    const file = pki.path("ber.p7b");
    const { status } = spawnSync("openssl", [
      ...["cms", "-sign", "-stream", "-nodetach", "-binary"],
      ...["-in", pki.path("ca.der"), "-outform", "DER", "-out", file],
      ...["-signer", pki.path("client.pem"), "-inkey", pki.path("client.key")],
      ...["-certfile", pki.path("ca.pem")],
    ]);
    assert.equal(status, 0);
    assert.equal(readFileSync(file)[1], 0x80);
    const { authorities } = await load({ authorityFiles: [file] });
    assert.equal(authorities.length, 2);
  });

  test("reads PKCS#7 bundles in PEM and DER", {
    skip: !hasProgram("openssl"),
  }, async () => {
    for (const outform of ["PEM", "DER"]) {
      const file = pki.path(`bundle-${outform}.p7b`);
      const { status } = spawnSync("openssl", [
        "crl2pkcs7",
        ...["-in", pki.path("ca.crl.pem"), "-outform", outform, "-out", file],
        ...["-certfile", pki.path("all-cas.pem")],
      ]);
      assert.equal(status, 0);
      const { authorities, revocationLists } = await load({
        authorityFiles: [file],
        revocationFiles: [file],
      });
      assert.equal(authorities.length, 3);
      assert.equal(revocationLists.length, 1);
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.subarray(0, bytes.length - 90));
      await refused({ authorityFiles: [file] }, /in ".*" is damaged/);
    }
  });

  test("refuses a certificate of ours that every peer must refuse", async () => {
    await refused({
      keyFile: pki.path("server.key"),
      certificateFile: pki.path("strange.pem"),
    }, /strange\.pem".*unknown critical extension/);
  });

  test("finds the system's authorities", async () => {
    const { authorities } = await load({ systemAuthorities: true });
    assert.ok(authorities.length > 10);
  });

  test("reads revocation lists in PEM and DER", async () => {
    const { revocationLists } = await load({
      revocationFiles: [pki.path("ca.crl"), pki.path("ca.crl.pem")],
    });
    assert.deepEqual(revocationLists.map(({ revoked }) => revoked.size), [
      2,
      2,
    ]);
    await refused(
      { revocationFiles: [pki.path("ca.pem")] },
      /^No revocation list in/,
    );
  });

  test("warns of our certificate's dates", async () => {
    const warningsOf = async (certificate: string, now = Date.now()) =>
      (await load({
        keyFile: pki.path("client.key"),
        certificateFile: pki.path(certificate),
        now,
      })).warnings.join();
    assert.equal(await warningsOf("client.pem"), "");
    assert.match(await warningsOf("client-expired.pem"), /expired on \d{4}-/);
    const day = 86_400_000;
    assert.match(
      await warningsOf("client.pem", Date.now() + 395 * day),
      /expires in 5 days/,
    );
    assert.match(
      await warningsOf("client.pem", Date.now() - 60 * day),
      /is valid only from/,
    );
  });
});

test("no key and no password has been said in any of this", () => {
  const secrets = [TEST_PASSWORD, "PRIVATE KEY-----\n"];
  for (const key of ["client.key", "client-ec.key", "server.key"]) {
    const lines = readFileSync(pki.path(key), "latin1").split("\n").slice(
      2,
      -2,
    );
    secrets.push(...lines.filter((line) => line.length > 30));
  }
  const all = said.join("\n");
  assert.ok(all.length > 1_000);
  for (const secret of secrets) assert.ok(!all.includes(secret));
});
