/** Keys, certificates, authorities and revocation lists from files: every encoding, every mistake, and no secret in any message. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import {
  checkDhParameters,
  checkSeed,
  writeSeed,
} from "../../transports/tls/legacy_options.ts";
import type { SecretSource } from "../../src/security.ts";
import { loadForge, type Secrets } from "../../transports/tls/private_key.ts";
import { load, refused, said } from "../support/tls_loading.ts";
import { TEST_PASSWORD } from "../support/certificates/pki.ts";
import {
  hasProgram,
  type PkiDirectory,
  testCredentials,
} from "../support/tls.ts";

let pki: PkiDirectory;
const WRONG = "no-such-sesame-9926";

before(async () => {
  pki = await testCredentials();
});
after(() => pki.dispose());

const text = (password: string): SecretSource => ({
  kind: "value",
  value: password,
});

describe("loadCredentials()", () => {
  const plain: readonly [key: string, certificate: string][] = [
    ["client.key", "client.pem"],
    ["client.pkcs1.pem", "client.pem"],
    ["client.pkcs1.der", "client.der"],
    ["client.pkcs8.der", "client.der"],
    ["client-ec.key", "client-ec.pem"],
    ["client-ec.sec1.pem", "client-ec.pem"],
    ["client-ec.sec1.der", "client-ec.der"],
    ["client-ec.pkcs8.der", "client-ec.der"],
  ];
  for (const [key, certificate] of plain) {
    test(`reads ${key} with ${certificate}`, async () => {
      const { identity } = await load({
        keyFile: pki.path(key),
        certificateFile: pki.path(certificate),
      });
      const [who = ""] = certificate.split(".");
      assert.match(
        identity?.certificate.subjectText ?? "",
        new RegExp(`${who}$`),
      );
    });
  }

  const sealed: readonly [key: string, certificate: string][] = [
    ["client.encrypted-pkcs1.pem", "client.pem"],
    ["client.encrypted-pkcs1-3des.pem", "client.pem"],
    ["client.encrypted-pkcs8.pem", "client.pem"],
    ["client.encrypted-pkcs8.der", "client.pem"],
    ["client-ec.encrypted-pkcs8.pem", "client-ec.pem"],
    ["client-ec.encrypted-pkcs8.der", "client-ec.pem"],
  ];
  for (const [key, certificate] of sealed) {
    const files = () => ({
      keyFile: pki.path(key),
      certificateFile: pki.path(certificate),
    });
    test(`opens ${key}`, async () => {
      const { identity } = await load({
        ...files(),
        password: text(TEST_PASSWORD),
      });
      assert.ok(identity);
    });
    test(`does not open ${key} with a wrong password`, async () => {
      await refused(
        { ...files(), password: text(WRONG) },
        /^Wrong password for the private key ".*"$/,
      );
      await refused({ ...files(), password: text("") }, /^Wrong password/);
      await refused(files(), /^Password of ".*" is missing$/);
    });
  }

  test("reads PKCS#12", async () => {
    const { identity } = await load({
      pkcs12File: pki.path("client.p12"),
      password: text(TEST_PASSWORD),
    });
    assert.match(identity?.certificate.subjectText ?? "", /client$/);
  });

  test("opens keys and PKCS#12 files with passwords beyond ASCII", {
    skip: !hasProgram("openssl"),
  }, async () => {
    for (const password of ["pässwörd", "€uro漢字", "p😀"]) {
      const [store, key] = [pki.path("umlaut.p12"), pki.path("umlaut.key")];
      const file = ["-inkey", pki.path("client.key")];
      for (
        const command of [
          // The defaults of OpenSSL 3 and of Windows, the older one, and a key that not every runtime opens.
          ["pkcs12", "-export", ...file, "-in", pki.path("client.pem")],
          [
            ...["pkcs12", "-export", ...file, "-in", pki.path("client.pem")],
            ...["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES"],
          ],
          [
            ...["pkcs8", "-topk8", "-in", pki.path("client.key")],
            ...["-v2", "des3", "-v2prf", "hmacWithSHA512"],
          ],
        ]
      ) {
        const isStore = command[0] === "pkcs12";
        const out = ["-out", isStore ? store : key];
        const pass = ["-passout", `pass:${password}`];
        const made = spawnSync("openssl", [...command, ...out, ...pass]);
        assert.equal(made.status, 0);
        const { identity } = await load({
          ...(isStore
            ? { pkcs12File: store }
            : { keyFile: key, certificateFile: pki.path("client.pem") }),
          password: text(password),
        });
        assert.match(identity?.certificate.subjectText ?? "", /client$/);
      }
    }
  });

  test("refuses to derive a key for hours", async () => {
    const { pkcs5, pkcs12, md, util } = await loadForge();
    const salt = "12345678";
    for (const rounds of [0, -1, 2 ** 31 - 1]) {
      assert.throws(
        () => pkcs5.pbkdf2("password", salt, rounds, 16, md.sha256.create()),
        /Unsupported number of rounds/,
      );
      assert.throws(
        () =>
          pkcs12.generateKey(
            "password",
            util.createBuffer(salt),
            3,
            rounds,
            20,
          ),
        /Unsupported number of rounds/,
      );
    }
  });

  test("reads a key whatever its line ends", async () => {
    const file = pki.path("line-ends.key");
    for (const end of ["\r", "\r\n", " \n"]) {
      const pem = readFileSync(pki.path("client.key"), "utf8");
      writeFileSync(file, `\ufeff${pem.replaceAll("\n", end)}`);
      assert.ok(
        (await load({
          keyFile: file,
          certificateFile: pki.path("client.pem"),
        })).identity,
      );
    }
  });

  test("explains what is wrong with PKCS#12", async () => {
    const file = (name: string, password: string) => ({
      pkcs12File: pki.path(name),
      password: text(password),
    });
    await refused(
      file("client.p12", WRONG),
      /^Wrong password for the PKCS#12 file/,
    );
    await refused(
      file("client.pem", WRONG),
      /is not a PKCS#12 file: it holds a PEM block "CERTIFICATE"/,
    );
    await refused(file("client.der", WRONG), /^Cannot read the PKCS#12 file/);
    await refused(
      { ...file("client.p12", WRONG), keyFile: "key" },
      /cannot be combined/,
    );
  });

  test("takes the password from wherever it is", async () => {
    const files = {
      keyFile: pki.path("client.encrypted-pkcs8.pem"),
      certificateFile: pki.path("client.pem"),
    };
    writeFileSync(pki.path("password"), `${TEST_PASSWORD}\r\nnot this\n`);
    const asked: string[] = [];
    const secrets: Secrets = {
      env: (name) => name === "KEY_PASSWORD" ? TEST_PASSWORD : undefined,
      ask: (question) => {
        asked.push(question);
        return Promise.resolve(TEST_PASSWORD);
      },
    };
    const sources: SecretSource[] = [
      { kind: "file", path: pki.path("password") },
      { kind: "env", name: "KEY_PASSWORD" },
      { kind: "prompt" },
    ];
    for (const password of sources) {
      assert.ok((await load({ ...files, password, secrets })).identity);
    }
    assert.equal(asked.length, 1);
    assert.match(
      asked[0] ?? "",
      /^Password for ".*client\.encrypted-pkcs8\.pem": $/,
    );
    await refused(
      {
        ...files,
        password: { kind: "env", name: "NO" },
        secrets,
      },
      /environment variable "NO" is not set/,
    );
    await refused(
      {
        ...files,
        password: { kind: "prompt" },
        secrets: { ...secrets, ask: () => Promise.resolve(undefined) },
      },
      /is missing/,
    );
    await refused(
      { ...files, password: { kind: "file", path: pki.path("nothing") } },
      /Cannot read the password file ".*": no such file/,
    );
  });

  test("prompts for no password that is not needed", async () => {
    await load({
      keyFile: pki.path("client.key"),
      certificateFile: pki.path("client.pem"),
      password: { kind: "prompt" },
      secrets: {
        env: () => undefined,
        ask: () => Promise.reject(new Error("asked")),
      },
    });
  });

  test("finds the certificate and its chain in one file", async () => {
    const { identity } = await load({
      keyFile: pki.path("client.key"),
      certificateFile: pki.path("client-chain.pem"),
    });
    assert.equal(identity?.chain.length, 1);
    const [leaf, ca] = readFileSync(pki.path("client-chain.pem"), "latin1")
      .split(/(?<=-----END CERTIFICATE-----\n)/);
    writeFileSync(pki.path("reversed.pem"), `${ca}${leaf}`);
    const reversed = await load({
      keyFile: pki.path("client.key"),
      certificateFile: pki.path("reversed.pem"),
    });
    assert.match(
      reversed.identity?.certificate.subjectText ?? "",
      /client-chain$/,
    );
  });

  test("refuses a key that does not fit", async () => {
    for (const key of ["server.key", "client-ec.key"]) {
      await refused(
        { keyFile: pki.path(key), certificateFile: pki.path("client.pem") },
        /^Private key ".*" does not fit certificate ".*client\.pem"/,
      );
    }
  });

  test("refuses one without the other", async () => {
    await refused(
      { keyFile: pki.path("client.key") },
      /the certificate is missing/,
    );
    await refused(
      { certificateFile: pki.path("client.pem") },
      /the key is missing/,
    );
  });

  test("explains files that are not what they should be", async () => {
    const certificateFile = pki.path("client.pem");
    const files: Readonly<
      Record<string, [content: Uint8Array | string, sentence: RegExp]>
    > = {
      "empty": ["", /it is empty/],
      "words": ["Dear Sir or Madam", /it is a text file without PEM/],
      "store": [
        Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0),
        /it is a Java keystore/,
      ],
      "putty": ["PuTTY-User-Key-File-3: ssh-rsa", /it is a PuTTY key/],
      "half": [
        "-----BEGIN PRIVATE KEY-----\nAAAA",
        /it holds a damaged PEM block/,
      ],
      "noise": [Uint8Array.of(0x30, 0x82, 0xff, 0xff), /it is in DER format/],
    };
    for (const [name, [content, sentence]] of Object.entries(files)) {
      writeFileSync(pki.path(name), content);
      await refused({ keyFile: pki.path(name), certificateFile }, sentence);
      await refused({ authorityFiles: [pki.path(name)] }, sentence);
      await refused({ revocationFiles: [pki.path(name)] }, sentence);
    }
    writeFileSync(
      pki.path("broken"),
      "-----BEGIN PRIVATE KEY-----\nMAAA\n-----END PRIVATE KEY-----\n",
    );
    await refused(
      { keyFile: pki.path("broken"), certificateFile },
      /The private key ".*" is damaged/,
    );
    await refused(
      { keyFile: certificateFile, certificateFile },
      /No private key in ".*": it holds a PEM block "CERTIFICATE"/,
    );
  });

  test("explains files that are not there", async () => {
    const missing = pki.path("missing");
    await refused(
      { keyFile: missing, certificateFile: pki.path("client.pem") },
      /^Cannot read the private key ".*missing": no such file$/,
    );
    await refused(
      { keyFile: pki.path("client.key"), certificateFile: missing },
      /^Cannot read the certificate/,
    );
    await refused({ pkcs12File: missing }, /^Cannot read the PKCS#12 file/);
    await refused(
      { authorityFiles: [missing] },
      /^Cannot read the CA certificate/,
    );
    await refused(
      { authorityDirectories: [missing] },
      /^Cannot read the CA directory/,
    );
    await refused(
      { revocationFiles: [missing] },
      /^Cannot read the revocation list/,
    );
    await refused({ authorityFiles: [pki.directory] }, /it is a directory/);
  });

  test("holds the user to the format that was named", async () => {
    await refused(
      { authorityFiles: [pki.path("ca.der")], format: "pem" },
      /is not in PEM format: it is in DER format/,
    );
    await refused(
      { authorityFiles: [pki.path("ca.pem")], format: "der" },
      /is not in DER format: it holds a PEM block/,
    );
    const { authorities } = await load({
      authorityFiles: [pki.path("ca.der")],
      format: "der",
    });
    assert.equal(authorities.length, 1);
  });
});

describe("files of DCMTK's other TLS options", () => {
  test("Diffie-Hellman parameters are checked and not used", () => {
    const dh = Uint8Array.of(0x30, 6, 2, 1, 23, 2, 1, 5);
    writeFileSync(pki.path("dh"), dh);
    assert.match(checkDhParameters(pki.path("dh")), /are not used/);
    assert.throws(
      () => checkDhParameters(pki.path("client.key")),
      /No Diffie-Hellman parameters/,
    );
    assert.throws(() => checkDhParameters(pki.path("nothing")), /no such file/);
  });

  test("a seed is checked, and a fresh one written", () => {
    const seed = pki.path("seed");
    assert.throws(() => checkSeed(seed), /no such file/);
    writeSeed(seed);
    assert.equal(readFileSync(seed).length, 1024);
    assert.match(checkSeed(seed), /is not used/);
    writeFileSync(seed, "");
    assert.throws(() => checkSeed(seed), /is empty/);
    chmodSync(seed, 0o400);
    assert.throws(() => writeSeed(pki.path("nowhere/seed")), {
      code: "output-unwritable",
    });
  });
});

test("no key and no password has been said in any of this", () => {
  const secrets = [TEST_PASSWORD, WRONG, "PRIVATE KEY-----\n"];
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
