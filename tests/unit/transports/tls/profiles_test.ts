import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TransportError, UsageError } from "../../../../src/errors.ts";
import { PROFILES } from "../../../../transports/tls/profiles.ts";
import {
  CIPHER_SUITES,
  ianaName,
  suiteByName,
} from "../../../../transports/tls/suites.ts";
import {
  listCiphers,
  listProfiles,
  planSession,
} from "../../../../transports/tls/plan.ts";

describe("the tables", () => {
  test("every suite of a profile is in the table of suites", () => {
    for (const { suites } of PROFILES) suites.forEach(suiteByName);
  });

  test("no name means two suites", () => {
    const names = CIPHER_SUITES.flatMap(({ name, openssl }) => [
      ...new Set([name, openssl]),
    ]);
    assert.equal(new Set(names).size, names.length);
  });

  test("TLS 1.3 has the same names everywhere, and CCM in OpenSSL only", () => {
    const modern = CIPHER_SUITES.filter(({ name }) => !name.includes("_WITH_"));
    assert.equal(modern.length, 5);
    for (const { name, openssl, runtimes } of modern) {
      assert.deepEqual(
        [openssl, runtimes],
        [name, name.includes("_CCM_") ? "n" : "dbn"],
      );
    }
  });

  test("the profiles have what PS3.15 Annex B requires", () => {
    const suites = (id: string) =>
      PROFILES.find((profile) => profile.id === id)!.suites
        .filter((name) => name.includes("_WITH_"))
        .map((name) => name.replace(/^TLS_/, "")).sort();
    const ecdhe = ["ECDSA", "RSA"].flatMap((key) => [
      `ECDHE_${key}_WITH_AES_128_GCM_SHA256`,
      `ECDHE_${key}_WITH_AES_256_GCM_SHA384`,
    ]);
    const rsa = ["DHE", "ECDHE"].flatMap((exchange) => [
      `${exchange}_RSA_WITH_AES_128_GCM_SHA256`,
      `${exchange}_RSA_WITH_AES_256_GCM_SHA384`,
    ]);
    assert.deepEqual(suites("8996"), ecdhe);
    assert.deepEqual(
      suites("8996-mod"),
      [
        ...ecdhe,
        "ECDHE_ECDSA_WITH_AES_128_CCM",
        "ECDHE_ECDSA_WITH_AES_128_CCM_8",
        "ECDHE_ECDSA_WITH_AES_256_CCM",
        "ECDHE_ECDSA_WITH_AES_256_CCM_8",
        "ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
      ].sort(),
    );
    assert.deepEqual(suites("bcp195-nd"), rsa);
    assert.deepEqual(
      suites("bcp195-ex"),
      [...rsa, ...ecdhe.slice(0, 2)].sort(),
    );
    assert.deepEqual(suites("basic"), ["RSA_WITH_3DES_EDE_CBC_SHA"]);
  });
});

describe("planSession()", () => {
  test("keeps TLS 1.2 as the least by default", () => {
    const plan = planSession("bcp195-nd", [], "Bun");
    assert.deepEqual([plan.minVersion, plan.maxVersion], [
      "TLSv1.2",
      "TLSv1.3",
    ]);
  });

  test("hands a list to the runtimes that obey one", () => {
    assert.equal(planSession("bcp195-nd", [], "Deno").ciphers, undefined);
    assert.equal(
      planSession("aes", [], "Bun").ciphers,
      "AES128-SHA:DES-CBC3-SHA",
    );
    assert.equal(
      planSession("null", [], "Node.js").ciphers,
      "NULL-SHA:@SECLEVEL=0",
    );
  });

  test("adds suites by either name", () => {
    for (const name of ["TLS_RSA_WITH_AES_256_CBC_SHA", "aes256-sha"]) {
      const plan = planSession("bcp195-nd", [name], "Bun");
      assert.ok(plan.suites.has("TLS_RSA_WITH_AES_256_CBC_SHA"));
    }
  });

  test("says what the runtime lacks", () => {
    const { unsupported } = planSession("bcp195", [], "Deno");
    assert.deepEqual(unsupported, [
      "TLSv1",
      "TLSv1.1",
      "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
      "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
      "TLS_RSA_WITH_AES_128_CBC_SHA",
      "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    ]);
  });

  test("refuses what the runtime cannot do, and names one that can", () => {
    const refuse = (profile: "aes" | "basic" | "null", hint: RegExp) =>
      assert.throws(() => planSession(profile, [], "Deno"), (error) => {
        assert.ok(error instanceof TransportError);
        assert.match(
          error.message,
          /^TLS of this executable \(Deno\) does not support/,
        );
        assert.match(error.hint ?? "", hint);
        return true;
      });
    refuse("aes", /with Bun or Node\.js/);
    refuse("basic", /with Bun,/);
    refuse("null", /with Node\.js,/);
    assert.throws(
      () => planSession("8996", ["TLS_RSA_WITH_AES_256_CBC_SHA256"], "Bun"),
      /does not support cipher suite TLS_RSA_WITH_AES_256_CBC_SHA256/,
    );
  });

  test("adds no suite without encryption to a profile that encrypts", () => {
    assert.throws(
      () => planSession("8996", ["TLS_RSA_WITH_NULL_SHA"], "Node.js"),
      /TLS_RSA_WITH_NULL_SHA" cannot be added: it does not encrypt/,
    );
  });

  test("refuses unknown suites and additions to closed profiles", () => {
    assert.throws(() => planSession("bcp195-nd", ["NONE"], "Bun"), UsageError);
    assert.throws(
      () => planSession("bcp195-ex", ["AES128-SHA"], "Bun"),
      UsageError,
    );
  });
});

describe("the lists for the user", () => {
  test("listCiphers() gives IANA names", () => {
    assert.equal(listCiphers("Deno").length, 9);
    for (const name of listCiphers()) assert.match(name, /^TLS_/);
  });

  test("listProfiles() covers every profile", () => {
    const support = Object.fromEntries(
      listProfiles("Deno").map(({ profile, support }) => [profile.id, support]),
    );
    assert.deepEqual(support, {
      "8996": "full",
      "8996-mod": "part",
      "bcp195-nd": "part",
      "bcp195": "part",
      "bcp195-ex": "part",
      "basic": "none",
      "aes": "none",
      "null": "none",
    });
  });

  test("ianaName() translates what a runtime reports", () => {
    assert.equal(
      ianaName({ name: "AES128-SHA" }),
      "TLS_RSA_WITH_AES_128_CBC_SHA",
    );
    assert.equal(ianaName({ name: "X", standardName: "TLS_X" }), "TLS_X");
  });
});
