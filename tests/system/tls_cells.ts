/**
 * What the command line has no option for, or what only the transport shows: how `openssl s_server` is set up, how we connect, and
 * what must come of it. What options require is in `tests/interop/support/tls_cells.ts`, beside DCMTK and on both runtimes; chains of
 * certificates are in `tests/support/certificates`. Data only.
 */

import type { CredentialOptions } from "../../transports/tls/credentials.ts";
import type { Runtime } from "../../transports/tls/profiles.ts";
import type { TlsOptions } from "../../transports/tls/options.ts";

/** `ok`, or what the error's sentence says. */
export type Outcome = "ok" | RegExp;

/** One way to meet a server. */
export interface Cell {
  readonly name: string;
  /** Arguments of `openssl s_server` besides port and protocol of the answer. */
  readonly server: readonly string[];
  /** Whose credentials to use and whom to trust; default: none, and the root. */
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

  // The server's certificate.
  {
    name: "intermediate trusted, root not",
    server: chained,
    trust: "intermediate",
    expect: /issued by ".*CN=findscu ca", which is not among the trusted/,
  },
  {
    name: "elliptic curve and TLS 1.2 under the RFC 8996 profile",
    server: [...signedBy("ec", "ec"), ...only12],
    trust: "ec-ca",
    options: { profile: "8996" },
    expect: "ok",
  },

  // The host name.
  {
    name: "another name for an address",
    server: signedBy("wrong-name"),
    host: "127.0.0.1",
    expect: /issued for "pacs.example.org", not to "127.0.0.1"/,
  },
  {
    name: "another name, compared with a given one",
    server: signedBy("wrong-name"),
    options: { checkHost: "PACS.Example.ORG", serverName: false },
    expect: "ok",
  },

  // Revocation.
  {
    name: "revoked, clean list",
    server: signedBy("revoked"),
    files: crl("clean.crl"),
    expect: "ok",
  },
  {
    name: "revoked authority, leaf checked",
    server: fallen,
    files: crl("ca.crl", "intermediate.crl"),
    options: { revocation: "leaf" },
    expect: /no revocation list of/,
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
];

/** What a cell expects on one runtime. */
export function expected(cell: Cell, runtime: Runtime): Outcome {
  const { expect } = cell;
  return expect === "ok" || expect instanceof RegExp ? expect : expect[runtime];
}
