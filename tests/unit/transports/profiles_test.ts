import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TransportError, UsageError } from "../../../src/errors.ts";
import {
  CIPHER_SUITES,
  ianaName,
  listCiphers,
  listProfiles,
  planSession,
  PROFILES,
  suiteByName,
} from "../../../transports/profiles.ts";

describe("the tables", () => {
  test("every suite of a profile is in the table of suites", () => {
    for (const { suites } of PROFILES) suites.forEach(suiteByName);
  });

  test("no name stands for two suites", () => {
    const names = CIPHER_SUITES.flatMap(({ name, openssl }) => [
      ...new Set([name, openssl]),
    ]);
    assert.equal(new Set(names).size, names.length);
  });

  test("TLS 1.3 is for all runtimes, and named alike", () => {
    const modern = CIPHER_SUITES.filter(({ name }) => !name.includes("_WITH_"));
    assert.equal(modern.length, 3);
    for (const { name, openssl, runtimes } of modern) {
      assert.deepEqual([openssl, runtimes], [name, "dbn"]);
    }
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
    assert.equal(planSession("aes", [], "Bun").ciphers, "AES128-SHA");
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
      () => planSession("bcp195-nd", ["TLS_RSA_WITH_NULL_SHA"], "Bun"),
      /does not support cipher suite TLS_RSA_WITH_NULL_SHA/,
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
      "8996": "part",
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
