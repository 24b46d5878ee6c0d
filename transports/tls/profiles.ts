/** The TLS profiles of DICOM (PS3.15 Annex B) as a table; versions of TLS and the runtimes. Loads nothing. */
import type { ProfileId } from "../../src/security.ts";
import type { Strength } from "./verify.ts";

/** The runtimes that findscu runs on; each has another TLS library. */
export type Runtime = typeof RUNTIMES[number];

/** All of them. */
export const RUNTIMES = ["Deno", "Bun", "Node.js"] as const;

/** Protocol versions in the spelling of `node:tls`, oldest first. */
export const TLS_VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;

/** One of them. */
export type TlsVersion = typeof TLS_VERSIONS[number];

/** The runtime that executes this program. */
export function currentRuntime(): Runtime {
  const agent = globalThis.navigator?.userAgent ?? "";
  if (agent.startsWith("Deno/")) return "Deno";
  if (agent.startsWith("Bun/")) return "Bun";
  return "Node.js";
}

/** A secure transport connection profile of PS3.15 Annex B; `null` was IHE's. */
export interface TlsProfile {
  readonly id: ProfileId;
  /** The profile's name. */
  readonly name: string;
  /** The section of PS3.15 that defines it; undefined if none does. */
  readonly section: string | undefined;
  /** Whether the standard has retired it. */
  readonly retired: boolean;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** Allowed suites, IANA names, in the order of preference. */
  readonly suites: readonly string[];
  /** Whether further suites may be added on request. */
  readonly extensible: boolean;
  /** The minimum strength of the keys and signatures of a chain. */
  readonly strength: Strength;
}

const TLS13 = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
];

/** The recommendations of RFC 9325 4.2 for TLS 1.2, by the key of the peer's certificate. */
const ECDHE_RSA = [
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
];

const ECDHE_ECDSA = [
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
];

/** The four suites that PS3.15 B.10 requires, in the order of RFC 7525 4.2. */
const FORWARD_SECRET = [
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
];

/** Further suites of PS3.15 B.13. Its Camellia suites are optional, and no runtime has them. */
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

/** The requirements of RFC 9325 4.5 (as RFC 7525 4.3 before it) on every certificate, repeated by PS3.15 B.11 and B.13. */
const MODERN_KEYS: Strength = { rsaBits: 2048, ecBits: 256, digestBits: 256 };

/**
 * The algorithms in use at the time of the profiles before BCP 195; MD5 and RSA with less than 1024 bits no longer prove anything.
 */
export const OLD_KEYS: Strength = {
  rsaBits: 1024,
  ecBits: 192,
  digestBits: 160,
};

// deno-fmt-ignore
/** The profiles, current ones first. */
export const PROFILES: readonly TlsProfile[] = [
  { id: "8996", name: "BCP 195 RFC 8996 TLS Profile", section: "B.12", retired: false, minVersion: "TLSv1.2", maxVersion: "TLSv1.3", suites: [...TLS13, ...ECDHE_ECDSA, ...ECDHE_RSA], extensible: true, strength: MODERN_KEYS },
  { id: "8996-mod", name: "Modified BCP 195 RFC 8996 TLS Profile", section: "B.13", retired: false, minVersion: "TLSv1.2", maxVersion: "TLSv1.3", suites: [...TLS13, ...TLS13_CCM, ...ECDHE_ECDSA, ...ECDHE_RSA, ...MODIFIED], extensible: false, strength: MODERN_KEYS },
  { id: "bcp195-nd", name: "Non-downgrading BCP 195 TLS Profile", section: "B.10", retired: true, minVersion: "TLSv1.2", maxVersion: "TLSv1.3", suites: [...TLS13, ...FORWARD_SECRET], extensible: true, strength: MODERN_KEYS },
  { id: "bcp195", name: "BCP 195 TLS Profile", section: "B.9", retired: true, minVersion: "TLSv1", maxVersion: "TLSv1.3", suites: [...TLS13, ...FORWARD_SECRET, RSA_AES, RSA_3DES], extensible: true, strength: MODERN_KEYS },
  { id: "bcp195-ex", name: "Extended BCP 195 TLS Profile", section: "B.11", retired: true, minVersion: "TLSv1.2", maxVersion: "TLSv1.2", suites: [...FORWARD_SECRET, ...ECDHE_ECDSA], extensible: false, strength: MODERN_KEYS },
  { id: "basic", name: "Basic TLS Secure Transport Connection Profile", section: "B.1", retired: true, minVersion: "TLSv1", maxVersion: "TLSv1.2", suites: [RSA_3DES], extensible: true, strength: OLD_KEYS },
  { id: "aes", name: "AES TLS Secure Transport Connection Profile", section: "B.3", retired: true, minVersion: "TLSv1", maxVersion: "TLSv1.2", suites: [RSA_AES, RSA_3DES], extensible: true, strength: OLD_KEYS },
  { id: "null", name: "Authenticated unencrypted communication", section: undefined, retired: true, minVersion: "TLSv1", maxVersion: "TLSv1.2", suites: ["TLS_RSA_WITH_NULL_SHA"], extensible: true, strength: OLD_KEYS },
];
