/** The settings of TLS, checked, and their form for the runtime. Opens no connection. */
import type { ProfileId } from "../../src/security.ts";
import { advise, TransportError } from "../../src/errors.ts";
import type { Connector, Target } from "../../src/transport.ts";
import type { Credentials } from "./credentials.ts";
import { toPem } from "./pem.ts";
import type { SessionPlan } from "./plan.ts";
import { suiteByName } from "./suites.ts";
import type { ConnectionOptions } from "node:tls";

/** How a secure connection is made, for both ends. */
export interface TlsOptions {
  /** Our identity and trust anchors, from `loadCredentials`. */
  readonly credentials: Credentials;
  /**
   * `require`: the peer must show a certificate that verifies. `if-given`: one that is shown must verify. `ignore`: any will do,
   * and the connection is only safe from those who merely listen.
   */
  readonly peer: "require" | "if-given" | "ignore";
  /** Compare the server's certificate with the target's host name, or with another name. Default: true. Clients only. */
  readonly checkHost?: boolean | string;
  /** Compare with the common name if no alternative name is that of a host. Default: false. */
  readonly allowCommonName?: boolean;
  /** Server name to request (RFC 6066 3): false: none; undefined: the target's host name. Clients only. */
  readonly serverName?: string | false;
  /** Default: `DEFAULT_PROFILE`. */
  readonly profile?: ProfileId;
  /** Further cipher suites to allow, IANA or OpenSSL names. */
  readonly ciphers?: readonly string[];
  /** Look for the peer's certificate, or the whole chain, in the revocation lists. Default: `leaf` when lists are given. */
  readonly revocation?: "off" | "leaf" | "all";
  /** The connector of the connection that TLS runs over; TCP if absent. Clients only. */
  readonly over?: Connector;
  /**
   * The connector of a second connection if the peer does not answer TLS, to identify its protocol; TCP if `over` is absent, too.
   */
  readonly again?: Connector;
  /**
   * Longest time for the handshake, in milliseconds, 1 to 2^31 - 1; undefined: none but the signal's for a client, 30 s for a
   * listener.
   */
  readonly handshakeTimeout?: number;
  /** The present, milliseconds since 1970. */
  readonly now: () => number;
  /** Receives warnings that the user should see. */
  readonly warn?: (text: string) => void;
}

/** Refuses settings that could only fail, and warns of those that have no effect or are unwise. */
export function checkOptions(options: TlsOptions): void {
  const { credentials, peer, revocation } = options;
  for (const { name } of (options.ciphers ?? []).map(suiteByName)) {
    if (!name.startsWith("TLS_RSA_")) continue;
    options.warn?.(
      `Cipher suite ${name} has no forward secrecy: anyone who later obtains the peer's key can decrypt recorded traffic (RFC 9325 4.1)`,
    );
  }
  const { authorities, revocationLists } = credentials;
  if (peer === "ignore") {
    if (revocationLists.length > 0 || (revocation ?? "off") !== "off") {
      options.warn?.(
        "Revocation is not checked, because the peer's certificate is not verified",
      );
    }
    return;
  }
  if (peer === "require" && authorities.length === 0) {
    throw new TransportError(
      "tls",
      "The peer's certificate cannot be verified: no trusted authority was given",
      {
        hint: advise("Give the authority's certificate", "authority"),
      },
    );
  }
  if ((revocation ?? "off") !== "off" && revocationLists.length === 0) {
    throw new TransportError(
      "tls",
      "Revocation cannot be checked: no revocation list was given",
      {
        hint: advise("Give the authority's current list", "revocation-list"),
      },
    );
  }
}

/**
 * The runtime settings of both ends. The runtime only makes sure that the peer has the key of its certificate, which it does in any
 * case; what it thinks of the chain does not count, because each runtime knows other rules (Bun no address constraints, Deno no
 * mail and directory constraints and no names that are merely written otherwise). Clients are sent the names of the authorities.
 */
export function sharedSettings(options: TlsOptions, plan: SessionPlan) {
  const { identity, authorities } = options.credentials;
  return {
    minVersion: plan.minVersion,
    maxVersion: plan.maxVersion,
    ...(plan.ciphers === undefined ? {} : { ciphers: plan.ciphers }),
    ...(plan.signatures === undefined ? {} : { sigalgs: plan.signatures }),
    ...(identity === undefined
      ? {}
      : { cert: identity.certificatePem(), key: identity.keyPem() }),
    ca: options.peer === "ignore"
      ? []
      : authorities.map(({ der }) => toPem("CERTIFICATE", der)),
    rejectUnauthorized: false,
  } satisfies ConnectionOptions;
}

/** The name that the certificate must be issued for; undefined if it is not checked. */
export function hostToCheck(
  options: TlsOptions,
  target: Target,
): string | undefined {
  const { checkHost = true, serverName } = options;
  if (checkHost === false || options.peer === "ignore") return undefined;
  if (typeof checkHost === "string") return checkHost;
  return typeof serverName === "string" ? serverName : target.host;
}
