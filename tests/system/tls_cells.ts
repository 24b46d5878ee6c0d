/**
 * The cells of the TLS matrix: how `openssl s_server` is set up, how we connect, and what must come of it. Data only.
 */

import type { CredentialOptions } from "../../transports/tls/credentials.ts";
import type { Runtime } from "../../transports/tls/runtime.ts";
import type { TlsOptions } from "../../transports/tls/options.ts";
import { TEST_PASSWORD } from "../support/pki.ts";

/** `ok`, or what the error's sentence says. */
export type Outcome = "ok" | RegExp;

/** One way to meet a server. */
export interface Cell {
  readonly name: string;
  /** Arguments of `openssl s_server` besides port and protocol of the answer. */
  readonly server: readonly string[];
  /** Whose credentials to use and whom to trust; default: nobody's, and the root. */
  readonly who?: string;
  readonly trust?: string | null;
  readonly files?: (
    path: (name: string) => string,
  ) => Partial<CredentialOptions>;
  readonly options?: Partial<TlsOptions>;
  readonly host?: string;
  readonly expect: Outcome | Readonly<Record<Runtime, Outcome>>;
  /** A sentence that must be among the warnings. */
  readonly warns?: RegExp;
}

const signedBy = (name: string, key = "server") => [
  "-cert",
  `${name}.pem`,
  "-key",
  `${key}.key`,
];
const good = signedBy("server");
const chained = [...signedBy("chain"), "-cert_chain", "intermediate.pem"];
const fallen = [...signedBy("revoked-chain"), "-cert_chain", "fallen.pem"];
const mutual = [...good, "-Verify", "3", "-verify_return_error"];
const trusting = (authority: string) => ["-CAfile", `${authority}.pem`];
const only12 = ["-tls1_2"];
const only13 = ["-tls1_3"];
const cipher = (name: string) => [...only12, "-cipher", name];
/** TLS 1.2 with this signature alone, which OpenSSL only does at its lowest level if it is a weak one. */
const signing = (algorithm: string) => [
  ...cipher("DEFAULT:@SECLEVEL=0"),
  "-sigalgs",
  algorithm,
];
const crl = (...names: string[]) => (path: (name: string) => string) => ({
  revocationFiles: names.map(path),
});
const byRuntime = (deno: Outcome, bun: Outcome, node: Outcome = bun) => ({
  "Deno": deno,
  "Bun": bun,
  "Node.js": node,
});

/** The matrix. */
export const CELLS: readonly Cell[] = [
  // Versions and suites.
  { name: "any version", server: good, expect: "ok" },
  { name: "TLS 1.2 only", server: [...good, ...only12], expect: "ok" },
  { name: "TLS 1.3 only", server: [...good, ...only13], expect: "ok" },
  {
    name: "TLS 1.1 only",
    server: [...good, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
    expect: /no common TLS version/,
  },
  {
    name: "TLS 1.0 only under the AES profile",
    server: [...good, "-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"],
    options: { profile: "aes" },
    expect: byRuntime(/Deno\) does not support the AES/, "ok"),
  },
  {
    name: "TLS 1.2 under the AES profile",
    server: [...good, ...cipher("AES128-SHA")],
    options: { profile: "aes" },
    expect: byRuntime(/Deno\) does not support the AES/, "ok"),
  },
  {
    name: "NULL under the null profile",
    server: [...good, ...cipher("NULL-SHA:@SECLEVEL=0")],
    options: { profile: "null" },
    expect: byRuntime(
      /does not support the Authenticated unencrypted/,
      /does not support the Authenticated unencrypted/,
      "ok",
    ),
  },
  {
    name: "AES 128 of the BCP 195 profile",
    server: [...good, ...cipher("AES128-SHA")],
    options: { profile: "bcp195" },
    expect: byRuntime(/no common cipher suite/, "ok"),
  },
  {
    name: "AES 256 CBC, which no profile has",
    server: [...good, ...cipher("AES256-SHA")],
    expect: /no common cipher suite/,
  },
  {
    name: "AES 256 CBC, added by name",
    server: [...good, ...cipher("AES256-SHA")],
    options: { ciphers: ["TLS_RSA_WITH_AES_256_CBC_SHA"] },
    expect: byRuntime(/Deno\) does not support cipher suite TLS_RSA/, "ok"),
  },
  {
    name: "a handshake signed with SHA-1",
    server: [...good, ...signing("RSA+SHA1")],
    expect: /no common .*signature algorithm/,
  },
  {
    name: "a handshake signed with SHA-1 by an elliptic-curve key",
    server: [...signedBy("ec", "ec"), ...signing("ECDSA+SHA1")],
    expect: /no common .*signature algorithm/,
  },
  {
    name: "a handshake signed with SHA-1 under a closed profile",
    server: [...good, ...signing("RSA+SHA1")],
    options: { profile: "8996-mod" },
    expect: /no common .*signature algorithm/,
  },
  {
    name: "a handshake signed with SHA-1 under a profile of its time",
    server: [...good, ...signing("RSA+SHA1")],
    options: {
      profile: "aes",
      ciphers: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"],
    },
    expect: byRuntime(/Deno\) does not support the AES/, "ok"),
  },
  ...["RSA+SHA256", "RSA+SHA512", "rsa_pss_rsae_sha384"].map((name) => ({
    name: `a handshake signed with ${name}`,
    server: [...good, ...signing(name)],
    expect: "ok" as const,
  })),
  {
    name: "a suite that does not exist",
    server: good,
    options: { ciphers: ["TLS_ROT_WITH_13"] },
    expect: /Unknown TLS cipher suite "TLS_ROT_WITH_13"/,
  },
  {
    name: "ChaCha20, which the default profile lacks",
    server: [...good, ...cipher("ECDHE-RSA-CHACHA20-POLY1305")],
    expect: byRuntime(
      /CHACHA20_POLY1305_SHA256 was negotiated, which the .* does not allow/,
      /no common cipher suite/,
    ),
  },
  {
    name: "ChaCha20, added by name",
    server: [...good, ...cipher("ECDHE-RSA-CHACHA20-POLY1305")],
    options: { ciphers: ["TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"] },
    expect: "ok",
  },
  {
    name: "ChaCha20 of the modified RFC 8996 profile",
    server: [...good, ...cipher("ECDHE-RSA-CHACHA20-POLY1305")],
    options: { profile: "8996-mod" },
    expect: "ok",
  },
  {
    name: "a suite added to a closed profile",
    server: good,
    options: {
      profile: "bcp195-ex",
      ciphers: ["TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"],
    },
    expect: /cannot be added/,
  },
  {
    name: "finite-field Diffie-Hellman only",
    server: [...good, ...cipher("DHE-RSA-AES256-GCM-SHA384")],
    options: { profile: "bcp195-nd" },
    expect: byRuntime(/no common cipher/, /no common cipher/, "ok"),
  },
  {
    name: "the RFC 8996 profile",
    server: good,
    options: { profile: "8996" },
    expect: "ok",
  },
  {
    name: "the extended profile with TLS 1.2",
    server: [...good, ...only12],
    options: { profile: "bcp195-ex" },
    expect: "ok",
  },
  {
    name: "the extended profile with TLS 1.3 only",
    server: [...good, ...only13],
    options: { profile: "bcp195-ex" },
    expect: /no common TLS version/,
  },

  // The server's certificate.
  { name: "chain with intermediate", server: chained, expect: "ok" },
  {
    name: "chain without its intermediate",
    server: signedBy("chain"),
    expect: /issued by ".*intermediate", which is not among the trusted/,
  },
  {
    name: "intermediate given by us",
    server: signedBy("chain"),
    trust: "all-cas",
    expect: "ok",
  },
  {
    name: "intermediate trusted, root not",
    server: chained,
    trust: "intermediate",
    expect: /issued by ".*CN=findscu ca", which is not among the trusted/,
  },
  {
    name: "another authority",
    server: signedBy("foreign"),
    expect: /foreign-ca", which is not among the trusted/,
  },
  {
    name: "no trusted authority",
    server: good,
    trust: null,
    expect: /no trusted authority was given/,
  },
  {
    name: "expired",
    server: signedBy("expired"),
    expect: /expired on \d{4}-\d\d-\d\d/,
  },
  {
    name: "not yet valid",
    server: signedBy("future"),
    expect: /is valid only from \d{4}-\d\d-\d\d/,
  },
  {
    name: "expires soon",
    server: signedBy("soon"),
    expect: "ok",
    warns: /peer's certificate .* expires in 10 days/,
  },
  {
    name: "made for clients",
    server: signedBy("client-purpose"),
    expect: /not valid for this use/,
  },
  {
    name: "self-signed",
    server: signedBy("self-signed"),
    expect: /is self-signed and not among the trusted/,
  },
  {
    name: "self-signed and trusted",
    server: signedBy("self-signed"),
    trust: "self-signed",
    expect: "ok",
  },
  {
    name: "elliptic curve",
    server: signedBy("ec", "ec"),
    trust: "ec-ca",
    expect: "ok",
  },
  {
    name: "elliptic curve and TLS 1.2 under the RFC 8996 profile",
    server: [...signedBy("ec", "ec"), ...only12],
    trust: "ec-ca",
    options: { profile: "8996" },
    expect: "ok",
  },
  {
    name: "trust by directory",
    server: good,
    trust: null,
    files: (path) => ({ authorityDirectories: [path(".")] }),
    expect: "ok",
  },
  {
    name: "trust in the system only",
    server: good,
    trust: null,
    files: () => ({ systemAuthorities: true }),
    expect: /not among the trusted/,
  },

  // The host name.
  {
    name: "address in the certificate",
    server: good,
    host: "127.0.0.1",
    expect: "ok",
  },
  {
    name: "another name",
    server: signedBy("wrong-name"),
    expect: /issued for "pacs.example.org", not to "localhost"/,
  },
  {
    name: "another name for an address",
    server: signedBy("wrong-name"),
    host: "127.0.0.1",
    expect: /issued for "pacs.example.org", not to "127.0.0.1"/,
  },
  {
    name: "another name, unchecked",
    server: signedBy("wrong-name"),
    options: { checkHost: false },
    expect: "ok",
  },
  {
    name: "another name, asked for",
    server: signedBy("wrong-name"),
    options: { serverName: "pacs.example.org" },
    expect: "ok",
  },
  {
    name: "another name, compared with a given one",
    server: signedBy("wrong-name"),
    options: { checkHost: "PACS.Example.ORG", serverName: false },
    expect: "ok",
  },

  // Revocation.
  { name: "revoked, no list", server: signedBy("revoked"), expect: "ok" },
  {
    name: "revoked, list in PEM",
    server: signedBy("revoked"),
    files: crl("ca.crl.pem"),
    expect: /has been revoked/,
  },
  {
    name: "revoked, list in DER",
    server: signedBy("revoked"),
    files: crl("ca.crl"),
    expect: /has been revoked/,
  },
  { name: "not revoked", server: good, files: crl("ca.crl"), expect: "ok" },
  {
    name: "revoked, clean list",
    server: signedBy("revoked"),
    files: crl("clean.crl"),
    expect: "ok",
  },
  {
    name: "old list",
    server: good,
    files: crl("stale.crl"),
    expect: /revocation list of ".*" is out of date/,
  },
  {
    name: "another authority's list",
    server: good,
    files: crl("foreign-ca.crl"),
    expect: /no revocation list of/,
  },
  {
    name: "revocation without a list",
    server: good,
    options: { revocation: "leaf" },
    expect: /no revocation list was given/,
  },
  {
    name: "revoked authority, leaf checked",
    server: fallen,
    files: crl("ca.crl", "intermediate.crl"),
    options: { revocation: "leaf" },
    expect: /no revocation list of/,
  },
  {
    name: "whole chain checked",
    server: chained,
    files: crl("ca.crl", "intermediate.crl"),
    options: { revocation: "all" },
    expect: "ok",
  },
  {
    name: "whole chain checked, one list missing",
    server: chained,
    files: crl("intermediate.crl"),
    options: { revocation: "all" },
    expect: /no revocation list of ".*CN=findscu ca"/,
  },

  // No verification.
  {
    name: "foreign, ignored",
    server: signedBy("foreign"),
    trust: null,
    options: { peer: "ignore" },
    expect: "ok",
  },
  {
    name: "expired, ignored",
    server: signedBy("expired"),
    options: { peer: "ignore" },
    expect: "ok",
  },
  {
    name: "revoked, ignored",
    server: signedBy("revoked"),
    files: crl("ca.crl"),
    options: { peer: "ignore" },
    expect: "ok",
    warns: /Revocation is not checked/,
  },
  {
    name: "foreign, verified if given",
    server: signedBy("foreign"),
    options: { peer: "if-given" },
    expect: /not among the trusted/,
  },

  // Our certificate.
  {
    name: "none, demanded, TLS 1.3",
    server: [...mutual, ...trusting("ca"), ...only13],
    expect: /demands a client certificate/,
  },
  {
    name: "none, demanded, TLS 1.2",
    server: [...mutual, ...trusting("ca"), ...only12],
    expect: /demands a client certificate/,
  },
  {
    name: "accepted",
    who: "client",
    server: [...mutual, ...trusting("ca")],
    expect: "ok",
  },
  {
    name: "accepted, TLS 1.2",
    who: "client",
    server: [...mutual, ...trusting("ca"), ...only12],
    expect: "ok",
  },
  { name: "not demanded", who: "client", server: good, expect: "ok" },
  {
    name: "accepted with intermediate",
    who: "client-chain",
    server: [...mutual, ...trusting("ca")],
    expect: "ok",
  },
  {
    name: "accepted elliptic curve",
    who: "client-ec",
    server: [...mutual, ...trusting("ec-ca")],
    expect: "ok",
  },
  {
    name: "foreign, TLS 1.3",
    who: "client-foreign",
    server: [...mutual, ...trusting("ca"), ...only13],
    expect: /does not trust the authority that issued our certificate/,
  },
  {
    name: "foreign, TLS 1.2",
    who: "client-foreign",
    server: [...mutual, ...trusting("ca"), ...only12],
    expect: /does not trust the authority that issued our certificate/,
  },
  {
    name: "expired, TLS 1.3",
    who: "client-expired",
    server: [...mutual, ...trusting("ca"), ...only13],
    expect: /our certificate has expired/,
  },
  {
    name: "expired, TLS 1.2",
    who: "client-expired",
    server: [...mutual, ...trusting("ca"), ...only12],
    expect: /our certificate has expired/,
  },
  {
    name: "accepted from PKCS#12",
    server: [...mutual, ...trusting("ca")],
    files: (path) => ({
      pkcs12File: path("client.p12"),
      password: { from: "text", text: TEST_PASSWORD },
    }),
    expect: "ok",
  },
  {
    name: "accepted from an encrypted key",
    server: [...mutual, ...trusting("ca")],
    files: (path) => ({
      keyFile: path("client.encrypted-pkcs8.pem"),
      certificateFile: path("client.pem"),
      password: { from: "text", text: TEST_PASSWORD },
    }),
    expect: "ok",
  },
];

/** What a cell expects on one runtime. */
export function expected(cell: Cell, runtime: Runtime): Outcome {
  const { expect } = cell;
  return expect === "ok" || expect instanceof RegExp ? expect : expect[runtime];
}
