import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Certificate } from "../../../../transports/tls/certificate.ts";
import { pemBlocks } from "../../../../transports/tls/pem.ts";
import {
  ForeignListError,
  RevocationList,
  revocationStatus,
} from "../../../../transports/tls/revocation.ts";
import {
  type CertificateDefect,
  verifyCertificate,
  type VerifyOptions,
} from "../../../../transports/tls/verify.ts";
import {
  certificate,
  ec,
  revocationList,
} from "../../../support/certificates/certificate.ts";
import {
  integer,
  octets,
  oid,
  sequence,
} from "../../../support/certificates/der.ts";
import { makePki } from "../../../support/certificates/pki.ts";

const NOW = Date.UTC(2030, 0, 15);
const DAY = 86_400_000;
const pki = await makePki({ now: new Date(NOW) });
const all = (name: string) =>
  pemBlocks(pki.get(`${name}.pem`)!).map(({ der }) => new Certificate(der));
const one = (name: string) => all(name)[0]!;
const list = (name: string) => new RevocationList(pki.get(`${name}.crl`)!);

function judge(
  name: string,
  trusted: readonly string[],
  more: Partial<VerifyOptions> = {},
): CertificateDefect["kind"] | "good" {
  const [leaf, ...untrusted] = all(name);
  return verifyCertificate(leaf!, {
    authorities: trusted.map(one),
    untrusted,
    purpose: "server",
    now: NOW,
    revocation: "off",
    revocationLists: [],
    ...more,
  })?.kind ?? "good";
}

describe("verifyCertificate()", () => {
  const rows: readonly [
    ReturnType<typeof judge>,
    string,
    string[],
    Partial<VerifyOptions>?,
  ][] = [
    ["good", "server", ["ca"]],
    ["good", "server", ["foreign-ca", "ec-ca", "ca"]],
    ["good", "chain", ["ca"]],
    ["good", "chain", ["intermediate", "ca"], { untrusted: [] }],
    ["good", "ec", ["ec-ca"]],
    ["good", "self-signed", ["self-signed"]],
    ["good", "client", ["ca"], { purpose: "client" }],
    ["unknown-issuer", "server", []],
    ["unknown-issuer", "server", ["foreign-ca"]],
    ["unknown-issuer", "chain", ["ca"], { untrusted: [] }],
    ["unknown-issuer", "chain", ["intermediate"]],
    ["unknown-issuer", "server", ["server"]],
    ["self-signed", "self-signed", ["ca"]],
    ["expired", "expired", ["ca"]],
    ["expired", "expired", []],
    ["not-yet-valid", "future", ["ca"]],
    ["expired", "server", ["ca"], { now: NOW + 401 * DAY }],
    ["not-yet-valid", "server", ["ca"], { now: NOW - 31 * DAY }],
    ["wrong-purpose", "client-purpose", ["ca"]],
    ["wrong-purpose", "server", ["ca"], { purpose: "client" }],
    ["not-an-authority", "below-server", ["ca"]],
    ["chain-too-long", "below-short", ["ca"]],
    ["unknown-extension", "strange", ["ca"]],
    ["good", "server", ["ca"], { host: "localhost" }],
    ["wrong-name", "server", ["ca"], { host: "pacs" }],
    // A certificate without an issuer that is trusted is not made better by its name.
    ["unknown-issuer", "server", [], { host: "localhost" }],
  ];
  for (const [expected, name, trusted, more] of rows) {
    const how = more === undefined
      ? ""
      : ` with ${Object.keys(more).join(", ")}`;
    test(`${name} trusting ${trusted.join(", ") || "nobody"}${how}: ${expected}`, () => {
      assert.equal(judge(name, trusted, more), expected);
    });
  }

  const revocation: readonly [
    ReturnType<typeof judge>,
    string,
    VerifyOptions["revocation"],
    string[],
  ][] = [
    ["good", "server", "leaf", ["ca"]],
    ["revoked", "revoked", "leaf", ["ca"]],
    ["good", "revoked", "off", ["ca"]],
    ["revoked", "revoked", "leaf", ["clean", "ca"]],
    ["revoked", "revoked", "leaf", ["stale"]],
    ["no-revocation-list", "server", "leaf", []],
    ["no-revocation-list", "server", "leaf", ["intermediate"]],
    ["revocation-list-expired", "server", "leaf", ["stale"]],
    ["good", "server", "leaf", ["stale", "ca"]],
    ["good", "server", "leaf", ["ca", "stale"]],
    ["good", "chain", "leaf", ["intermediate"]],
    ["no-revocation-list", "chain", "all", ["intermediate"]],
    ["good", "chain", "all", ["intermediate", "ca"]],
    ["revoked", "revoked-chain", "all", ["fallen", "ca"]],
    ["good", "revoked-chain", "leaf", ["fallen", "ca"]],
    ["revocation-list-forged", "server", "leaf", ["forged"]],
  ];
  for (const [expected, name, extent, lists] of revocation) {
    test(`${name}, ${extent} in the lists ${lists.join(", ") || "(none)"}: ${expected}`, () => {
      const options = { revocation: extent, revocationLists: lists.map(list) };
      assert.equal(judge(name, ["ca"], options), expected);
    });
  }

  test("a list that is not valid yet is no help", () => {
    assert.equal(
      judge("server", ["ca"], {
        now: NOW - 5 * DAY,
        revocation: "leaf",
        revocationLists: [list("ca")],
      }),
      "revocation-list-not-yet-valid",
    );
  });
});

describe("revocationStatus()", () => {
  test("of several lists a good one is enough, whatever their order", () => {
    const issuer = certificate({
      name: "issuer",
      keys: ec(),
      serial: 1,
      ca: true,
      from: new Date(NOW - 9 * DAY),
      until: new Date(NOW + 9 * DAY),
    });
    const leaf = new Certificate(
      certificate({
        name: "leaf",
        keys: ec(),
        serial: 2,
        issuer,
        from: new Date(NOW - DAY),
        until: new Date(NOW + DAY),
      }).der,
    );
    const made = (from: number, until: number) =>
      new RevocationList(
        revocationList(
          issuer,
          [],
          new Date(NOW + from * DAY),
          new Date(NOW + until * DAY),
        ),
      );
    const [old, good, future] = [made(-8, -7), made(-1, 1), made(1, 2)];
    const status = (...lists: RevocationList[]) =>
      revocationStatus(leaf, new Certificate(issuer.der), lists, NOW);
    assert.equal(status(good!, future!), "good");
    assert.equal(status(future!, good!), "good");
    assert.equal(status(good!, old!), "good");
    assert.equal(status(old!, good!, future!, old!), "good");
    assert.equal(status(future!), "list-not-yet-valid");
  });

  test("a delta or partial list is none, though its mark is not critical", () => {
    const issuer = certificate({
      name: "issuer",
      keys: ec(),
      serial: 1,
      ca: true,
      from: new Date(NOW - DAY),
      until: new Date(NOW + DAY),
    });
    for (const id of ["2.5.29.27", "2.5.29.28"]) {
      const mark = sequence(oid(id), octets(integer(1)));
      const [from, until] = [new Date(NOW - DAY), new Date(NOW + DAY)];
      assert.throws(
        () =>
          new RevocationList(
            revocationList(issuer, [], from, until, "sha256", [mark]),
          ),
        ForeignListError,
      );
    }
  });

  test("asks only the issuer's lists", () => {
    const [revoked, ca] = [one("revoked"), one("ca")];
    assert.equal(
      revocationStatus(revoked, ca, [list("foreign-ca")], NOW),
      "no-list",
    );
    assert.equal(revocationStatus(revoked, ca, [list("ca")], NOW), "revoked");
  });
});
