/**
 * The TLS profiles of DICOM (PS3.15 Annex B) and the cipher suites, as data, and what each runtime can do of them. From a
 * profile it makes the plan of a session: what to ask of the runtime, and what to accept when the handshake is done.
 */

import { createSecureContext } from "node:tls";
import { advise, TransportError, UsageError } from "../../src/errors.ts";
import type { Strength } from "./verify.ts";

/** The runtimes that findscu runs on; each has another TLS library. */
export type Runtime = typeof RUNTIMES[number];
const RUNTIMES = ["Deno", "Bun", "Node.js"] as const;

/** Protocol versions in the spelling of `node:tls`, oldest first. */
export const TLS_VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
export type TlsVersion = typeof TLS_VERSIONS[number];

/** The runtime that executes this program. */
export function currentRuntime(): Runtime {
  const agent = globalThis.navigator?.userAgent ?? "";
  if (agent.startsWith("Deno/")) return "Deno";
  if (agent.startsWith("Bun/")) return "Bun";
  return "Node.js";
}

/** One cipher suite under its IANA and its OpenSSL name. */
export interface CipherSuite {
  readonly name: string;
  readonly openssl: string;
  /** Runtimes whose library has it: d(eno, rustls), b(un, BoringSSL), n(ode, OpenSSL). */
  readonly runtimes: string;
}

/** Every suite that an option may name, as `IANA name, OpenSSL name, runtimes`; strongest kinds first. */
export const CIPHER_SUITES: readonly CipherSuite[] = ([
  ["TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384", "dbn"],
  ["TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "dbn"],
  ["TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", "dbn"],
  ["TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_SHA256", "n"],
  ["TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_CCM_8_SHA256", "n"],
  [
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "dbn",
  ],
  [
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "dbn",
  ],
  [
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "dbn",
  ],
  [
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "dbn",
  ],
  [
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "dbn",
  ],
  [
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "dbn",
  ],
  ["TLS_ECDHE_ECDSA_WITH_AES_256_CCM", "ECDHE-ECDSA-AES256-CCM", "n"],
  ["TLS_ECDHE_ECDSA_WITH_AES_128_CCM", "ECDHE-ECDSA-AES128-CCM", "n"],
  ["TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8", "ECDHE-ECDSA-AES256-CCM8", "n"],
  ["TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", "ECDHE-ECDSA-AES128-CCM8", "n"],
  ["TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "DHE-RSA-AES256-GCM-SHA384", "n"],
  [
    "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "DHE-RSA-CHACHA20-POLY1305",
    "n",
  ],
  ["TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "DHE-RSA-AES128-GCM-SHA256", "n"],
  ["TLS_DHE_DSS_WITH_AES_256_GCM_SHA384", "DHE-DSS-AES256-GCM-SHA384", "n"],
  ["TLS_DHE_DSS_WITH_AES_128_GCM_SHA256", "DHE-DSS-AES128-GCM-SHA256", "n"],
  ["TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "ECDHE-ECDSA-AES256-SHA384", "n"],
  ["TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "ECDHE-RSA-AES256-SHA384", "n"],
  [
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "ECDHE-ECDSA-AES128-SHA256",
    "bn",
  ],
  ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "ECDHE-RSA-AES128-SHA256", "bn"],
  ["TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA", "bn"],
  ["TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA", "bn"],
  ["TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA", "bn"],
  ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA", "bn"],
  ["TLS_DHE_RSA_WITH_AES_256_CBC_SHA256", "DHE-RSA-AES256-SHA256", "n"],
  ["TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", "DHE-RSA-AES128-SHA256", "n"],
  ["TLS_DHE_RSA_WITH_AES_256_CBC_SHA", "DHE-RSA-AES256-SHA", "n"],
  ["TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "DHE-RSA-AES128-SHA", "n"],
  ["TLS_DHE_DSS_WITH_AES_256_CBC_SHA256", "DHE-DSS-AES256-SHA256", "n"],
  ["TLS_DHE_DSS_WITH_AES_128_CBC_SHA256", "DHE-DSS-AES128-SHA256", "n"],
  ["TLS_DHE_DSS_WITH_AES_256_CBC_SHA", "DHE-DSS-AES256-SHA", "n"],
  ["TLS_DHE_DSS_WITH_AES_128_CBC_SHA", "DHE-DSS-AES128-SHA", "n"],
  ["TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA", "DHE-RSA-CAMELLIA256-SHA", "n"],
  ["TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA", "DHE-RSA-CAMELLIA128-SHA", "n"],
  ["TLS_DHE_DSS_WITH_CAMELLIA_256_CBC_SHA", "DHE-DSS-CAMELLIA256-SHA", "n"],
  ["TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA", "DHE-DSS-CAMELLIA128-SHA", "n"],
  ["TLS_RSA_WITH_AES_256_GCM_SHA384", "AES256-GCM-SHA384", "bn"],
  ["TLS_RSA_WITH_AES_128_GCM_SHA256", "AES128-GCM-SHA256", "bn"],
  ["TLS_RSA_WITH_AES_256_CBC_SHA256", "AES256-SHA256", "n"],
  ["TLS_RSA_WITH_AES_128_CBC_SHA256", "AES128-SHA256", "n"],
  ["TLS_RSA_WITH_AES_256_CBC_SHA", "AES256-SHA", "bn"],
  ["TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA", "bn"],
  ["TLS_RSA_WITH_CAMELLIA_256_CBC_SHA", "CAMELLIA256-SHA", "n"],
  ["TLS_RSA_WITH_CAMELLIA_128_CBC_SHA", "CAMELLIA128-SHA", "n"],
  ["TLS_RSA_WITH_3DES_EDE_CBC_SHA", "DES-CBC3-SHA", "b"],
  ["TLS_RSA_WITH_NULL_SHA", "NULL-SHA", "n"],
] as const).map(([name, openssl, runtimes]) => ({ name, openssl, runtimes }));

/** A secure transport connection profile of PS3.15 Annex B; `null` was IHE's. */
export interface TlsProfile {
  readonly id: ProfileId;
  /** The profile's name. */
  readonly name: string;
  /** Where PS3.15 defines it; undefined where it does not. */
  readonly section: string | undefined;
  /** Whether the standard has retired it. */
  readonly retired: boolean;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** Allowed suites, IANA names, in the order of preference. */
  readonly suites: readonly string[];
  /** Whether further suites may be added on request. */
  readonly extensible: boolean;
  /** What the keys and signatures of a chain have to have at least. */
  readonly strength: Strength;
}

/** Short names of the profiles, as the options' long forms end. */
export type ProfileId =
  | "8996"
  | "8996-mod"
  | "bcp195-nd"
  | "bcp195"
  | "bcp195-ex"
  | "basic"
  | "aes"
  | "null";

const TLS13 = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
];
/** What RFC 9325 4.2 recommends for TLS 1.2, by the key of the peer's certificate. */
const ECDHE_RSA = [
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
];
const ECDHE_ECDSA = [
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
];
/** The four suites that PS3.15 B.10 asks for, in the order of RFC 7525 4.2. */
const FORWARD_SECRET = [
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
];
/** What PS3.15 B.13 asks for besides. Its Camellia suites are optional, and no runtime has them. */
const MODIFIED = [
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",
  "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
  "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8",
  "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
];
const TLS13_CCM = ["TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"];
const RSA_AES = "TLS_RSA_WITH_AES_128_CBC_SHA";
const RSA_3DES = "TLS_RSA_WITH_3DES_EDE_CBC_SHA";

/** What RFC 9325 4.5 (as RFC 7525 4.3 before it) demands of every certificate, and PS3.15 B.11 and B.13 repeat. */
const MODERN_KEYS: Strength = { rsaBits: 2048, ecBits: 256, digestBits: 256 };
/** What the time of the profiles before BCP 195 had; MD5 and RSA with less than 1024 bits prove nothing any more. */
const OLD_KEYS: Strength = { rsaBits: 1024, ecBits: 192, digestBits: 160 };

/** The profiles, current ones first. */
export const PROFILES: readonly TlsProfile[] = [
  {
    id: "8996",
    name: "BCP 195 RFC 8996 TLS Profile",
    section: "B.12",
    retired: false,
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.3",
    suites: [...TLS13, ...ECDHE_ECDSA, ...ECDHE_RSA],
    extensible: true,
    strength: MODERN_KEYS,
  },
  {
    id: "8996-mod",
    name: "Modified BCP 195 RFC 8996 TLS Profile",
    section: "B.13",
    retired: false,
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.3",
    suites: [
      ...TLS13,
      ...TLS13_CCM,
      ...ECDHE_ECDSA,
      ...ECDHE_RSA,
      ...MODIFIED,
    ],
    extensible: false,
    strength: MODERN_KEYS,
  },
  {
    id: "bcp195-nd",
    name: "Non-downgrading BCP 195 TLS Profile",
    section: "B.10",
    retired: true,
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.3",
    suites: [...TLS13, ...FORWARD_SECRET],
    extensible: true,
    strength: MODERN_KEYS,
  },
  {
    id: "bcp195",
    name: "BCP 195 TLS Profile",
    section: "B.9",
    retired: true,
    minVersion: "TLSv1",
    maxVersion: "TLSv1.3",
    suites: [...TLS13, ...FORWARD_SECRET, RSA_AES, RSA_3DES],
    extensible: true,
    strength: MODERN_KEYS,
  },
  {
    id: "bcp195-ex",
    name: "Extended BCP 195 TLS Profile",
    section: "B.11",
    retired: true,
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.2",
    suites: [...FORWARD_SECRET, ...ECDHE_ECDSA],
    extensible: false,
    strength: MODERN_KEYS,
  },
  {
    id: "basic",
    name: "Basic TLS Secure Transport Connection Profile",
    section: "B.1",
    retired: true,
    minVersion: "TLSv1",
    maxVersion: "TLSv1.2",
    suites: [RSA_3DES],
    extensible: true,
    strength: OLD_KEYS,
  },
  {
    id: "aes",
    name: "AES TLS Secure Transport Connection Profile",
    section: "B.3",
    retired: true,
    minVersion: "TLSv1",
    maxVersion: "TLSv1.2",
    suites: [RSA_AES, RSA_3DES],
    extensible: true,
    strength: OLD_KEYS,
  },
  {
    id: "null",
    name: "Authenticated unencrypted communication",
    section: undefined,
    retired: true,
    minVersion: "TLSv1",
    maxVersion: "TLSv1.2",
    suites: ["TLS_RSA_WITH_NULL_SHA"],
    extensible: true,
    strength: OLD_KEYS,
  },
];

/**
 * The profile used where none is chosen: the standard's present one. On Deno and Bun, which have no finite-field Diffie-Hellman, it
 * reaches every peer that its retired predecessor (`bcp195-nd`) reaches, and those with elliptic-curve certificates.
 */
export const DEFAULT_PROFILE: ProfileId = "8996";

/** What to ask of the runtime, and what to accept from it. */
export interface SessionPlan {
  readonly profile: TlsProfile;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** Suites that may be negotiated, IANA names. */
  readonly suites: ReadonlySet<string>;
  /** The list for `node:tls`, or undefined where the runtime does not obey it. */
  readonly ciphers: string | undefined;
  /** Signature algorithms of the handshake for `node:tls`, or undefined where those of the runtime are right or cannot be chosen. */
  readonly signatures: string | undefined;
  /** What the profile would allow, but this runtime has not: for the explanation of a failed handshake. */
  readonly unsupported: readonly string[];
  /** Other runtimes, which have some of that. */
  readonly elsewhere: readonly Runtime[];
}

/**
 * Plans a session by a profile and further suites (IANA or OpenSSL names). Throws `UsageError` for an unknown name and
 * `TransportError` for what this runtime cannot do at all, naming one that can; nothing has been sent then.
 */
export function planSession(
  profileId: ProfileId,
  extraCiphers: readonly string[] = [],
  runtime: Runtime = currentRuntime(),
): SessionPlan {
  const profile = PROFILES.find(({ id }) => id === profileId);
  if (profile === undefined) {
    throw new UsageError(`Unknown TLS profile "${profileId}"`);
  }
  const extra = extraCiphers.map(suiteByName);
  if (extra.length > 0 && !profile.extensible) {
    throw new UsageError(
      `Cipher suite "${
        extra[0]!.name
      }" cannot be added: the ${profile.name} allows no others`,
      { hint: "Choose another profile, or leave the cipher suite out" },
    );
  }
  const naked = extra.find(({ name }) => name.includes("_WITH_NULL_"));
  if (naked !== undefined && profile.id !== "null") {
    throw new UsageError(
      `Cipher suite "${naked.name}" cannot be added: it does not encrypt`,
      {
        hint: advise(
          "Choose the profile without encryption if that is intended",
          "null-profile",
        ),
      },
    );
  }
  const has = suiteTest(runtime);
  for (const suite of extra) {
    if (!has(suite)) throw notSupported(`cipher suite ${suite.name}`, [suite]);
  }
  const wanted = profile.suites.map(suiteByName);
  const allowed = [...wanted, ...extra].filter(has);
  const usable = wanted.filter(has);
  if (usable.length === 0) {
    throw notSupported(`the ${profile.name} (${wanted[0]!.name})`, wanted);
  }
  const minVersion = later(profile.minVersion, OLDEST_VERSION[runtime]);
  const lacking = wanted.filter((suite) => !has(suite));
  const oldVersions = TLS_VERSIONS.filter((version) =>
    version >= profile.minVersion && version < minVersion
  );
  return {
    profile,
    minVersion,
    maxVersion: profile.maxVersion,
    suites: new Set(allowed.map(({ name }) => name)),
    ciphers: runtime === "Deno" ? undefined : cipherList(allowed, {
      openssl: runtime === "Node.js",
      legacy: minVersion !== "TLSv1.2" && minVersion !== "TLSv1.3",
    }),
    signatures: signatureList(profile.strength, runtime),
    unsupported: [...oldVersions, ...lacking.map(({ name }) => name)],
    elsewhere: RUNTIMES.filter((one) =>
      one !== runtime &&
      (lacking.some((suite) => inTable(suite, one)) ||
        oldVersions.some((version) => version >= OLDEST_VERSION[one]))
    ),
  };

  function notSupported(what: string, suites: readonly CipherSuite[]) {
    const able = RUNTIMES.filter((one) =>
      one !== runtime && suites.some((suite) => inTable(suite, one))
    );
    return new TransportError(
      "tls",
      `TLS of this executable (${runtime}) does not support ${what}`,
      {
        hint: able.length === 0
          ? "No runtime of findscu supports it; choose another profile or cipher suite"
          : `Use findscu with ${
            able.join(" or ")
          }, or choose another profile or cipher suite`,
      },
    );
  }
}

/** rustls begins with TLS 1.2. */
const OLDEST_VERSION: Readonly<Record<Runtime, TlsVersion>> = {
  "Deno": "TLSv1.2",
  "Bun": "TLSv1",
  "Node.js": "TLSv1",
};

function later(a: TlsVersion, b: TlsVersion): TlsVersion {
  return TLS_VERSIONS.indexOf(a) > TLS_VERSIONS.indexOf(b) ? a : b;
}

/** OpenSSL's security level 1 and up refuses TLS 1.0, 1.1 and NULL whatever the list says. */
function cipherList(
  suites: readonly CipherSuite[],
  { openssl, legacy }: { openssl: boolean; legacy: boolean },
): string {
  const names = suites
    .filter(({ name }) => openssl || name.includes("_WITH_"))
    .map((suite) => suite.openssl);
  return [...names, ...(openssl && legacy ? ["@SECLEVEL=0"] : [])].join(":");
}

/** The signature schemes of TLS 1.2 and 1.3 that have a digest of SHA-2 (RFC 8446 4.2.3), in the runtimes' order of preference. */
const SHA2_SIGNATURES = [256, 384, 512].flatMap((bits) => [
  `ECDSA+SHA${bits}`,
  `rsa_pss_rsae_sha${bits}`,
  `RSA+SHA${bits}`,
]);
/** What OpenSSL has besides. */
const OPENSSL_SIGNATURES = [
  ...[256, 384, 512].map((bits) => `rsa_pss_pss_sha${bits}`),
  ...["ed25519", "ed448"],
];

/** SHA-1 proves no handshake where it proves no certificate (RFC 9155). What rustls does not know needs no list: it has no SHA-1. */
function signatureList(
  { digestBits }: Strength,
  runtime: Runtime,
): string | undefined {
  if (runtime === "Deno" || digestBits <= OLD_KEYS.digestBits) return undefined;
  return [
    ...SHA2_SIGNATURES,
    ...(runtime === "Node.js" ? OPENSSL_SIGNATURES : []),
  ].join(":");
}

/** The suite with this IANA or OpenSSL name, in any case; `UsageError` when there is none. */
export function suiteByName(name: string): CipherSuite {
  const wanted = name.toUpperCase();
  const found = CIPHER_SUITES.find((suite) =>
    suite.name === wanted || suite.openssl === wanted
  );
  if (found === undefined) {
    throw new UsageError(`Unknown TLS cipher suite "${name}"`, {
      hint: advise("See the list of suites", "list-suites"),
    });
  }
  return found;
}

/** The IANA name for what the runtime calls the negotiated suite. */
export function ianaName(
  cipher: { name: string; standardName?: string },
): string {
  const { name, standardName = name } = cipher;
  return CIPHER_SUITES.find((suite) => suite.openssl === name)?.name ??
    standardName;
}

function inTable(suite: CipherSuite, runtime: Runtime): boolean {
  return suite.runtimes.includes(runtime.charAt(0).toLowerCase());
}

/** Whether a suite is available: by the table for rustls, which does not tell; by trying for the others, whose builds differ. */
function suiteTest(runtime: Runtime): (suite: CipherSuite) => boolean {
  if (runtime === "Deno" || runtime !== currentRuntime()) {
    return (suite) => inTable(suite, runtime);
  }
  const level = runtime === "Node.js" ? ":@SECLEVEL=0" : "";
  return (suite) => {
    if (!suite.name.includes("_WITH_")) return inTable(suite, runtime);
    try {
      createSecureContext({ ciphers: suite.openssl + level });
      return true;
    } catch {
      return false;
    }
  };
}

/** The suites that this very executable can negotiate, IANA names. */
export function listCiphers(runtime: Runtime = currentRuntime()): string[] {
  return CIPHER_SUITES.filter(suiteTest(runtime)).map(({ name }) => name);
}

/** A profile and how much of it this very executable can do. */
export interface ProfileSupport {
  readonly profile: TlsProfile;
  /** `none`: asking for it is refused. `part`: some of its suites or versions are missing, the others are used. */
  readonly support: "full" | "part" | "none";
  /** What is missing: IANA names and protocol versions. */
  readonly missing: readonly string[];
}

/** All profiles with what this very executable can do of each. */
export function listProfiles(
  runtime: Runtime = currentRuntime(),
): ProfileSupport[] {
  const has = suiteTest(runtime);
  return PROFILES.map((profile) => {
    const suites = profile.suites.map(suiteByName);
    const lacking = suites.filter((suite) => !has(suite));
    const oldest = later(profile.minVersion, OLDEST_VERSION[runtime]);
    const missing = [
      ...TLS_VERSIONS.filter((version) =>
        version >= profile.minVersion && version < oldest
      ),
      ...lacking.map(({ name }) => name),
    ];
    const support = lacking.length === suites.length
      ? "none"
      : missing.length > 0
      ? "part"
      : "full";
    return { profile, support, missing };
  });
}
