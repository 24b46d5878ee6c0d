/** Which runtime this is, and the versions of TLS. Loads nothing. */

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
