/**
 * The parts of a profile that a session may use on this runtime: versions, cipher suites, signatures, and the missing ones. Opens
 * no connection.
 */
import type { ProfileId } from "../../src/security.ts";
import { advise, TransportError, UsageError } from "../../src/errors.ts";
import {
  currentRuntime,
  OLD_KEYS,
  PROFILES,
  type Runtime,
  RUNTIMES,
  TLS_VERSIONS,
  type TlsProfile,
  type TlsVersion,
} from "./profiles.ts";
import { CIPHER_SUITES, type CipherSuite, suiteByName } from "./suites.ts";
import type { Strength } from "./verify.ts";
import { createSecureContext } from "node:tls";

/** The requirements on the runtime, and the results to accept from it. */
export interface SessionPlan {
  readonly profile: TlsProfile;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** Suites that may be negotiated, IANA names. */
  readonly suites: ReadonlySet<string>;
  /** The list for `node:tls`, or undefined if the runtime does not obey it. */
  readonly ciphers: string | undefined;
  /** Signature algorithms of the handshake for `node:tls`, or undefined if those of the runtime are right or cannot be chosen. */
  readonly signatures: string | undefined;
  /** The parts that the profile allows but this runtime lacks: for the explanation of a failed handshake. */
  readonly unsupported: readonly string[];
  /** Other runtimes, which have some of that. */
  readonly elsewhere: readonly Runtime[];
}

/**
 * Plans a session by a profile and further suites (IANA or OpenSSL names). Throws `UsageError` for an unknown name and
 * `TransportError` if this runtime cannot do it at all, naming one that can; nothing has been sent then.
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
  const suites = profile.suites.map(suiteByName);
  const allowed = [...suites, ...extra].filter(has);
  const usable = suites.filter(has);
  if (usable.length === 0) {
    throw notSupported(`the ${profile.name} (${suites[0]!.name})`, suites);
  }
  const minVersion = later(profile.minVersion, OLDEST_VERSION[runtime]);
  const lacking = suites.filter((suite) => !has(suite));
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

/** Further schemes of OpenSSL. */
const OPENSSL_SIGNATURES = [
  ...[256, 384, 512].map((bits) => `rsa_pss_pss_sha${bits}`),
  "ed448",
];

/** SHA-1 does not prove a handshake if it does not prove a certificate (RFC 9155). rustls needs no list: it has no SHA-1. */
function signatureList(
  { digestBits }: Strength,
  runtime: Runtime,
): string | undefined {
  if (runtime === "Deno" || digestBits <= OLD_KEYS.digestBits) return undefined;
  return [
    ...SHA2_SIGNATURES,
    "ed25519",
    ...(runtime === "Node.js" ? OPENSSL_SIGNATURES : []),
  ].join(":");
}

function inTable(suite: CipherSuite, runtime: Runtime): boolean {
  return suite.runtimes.includes(runtime.charAt(0).toLowerCase());
}

/**
 * Whether a suite is available: by the table for rustls, which does not report it; by trying for the others, whose builds differ.
 */
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
  /** `none`: requests for it are refused. `part`: some of its suites or versions are missing, the others are used. */
  readonly support: "full" | "part" | "none";
  /** The missing parts: IANA names and protocol versions. */
  readonly missing: readonly string[];
}

/** All profiles with this executable's support of each. */
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
