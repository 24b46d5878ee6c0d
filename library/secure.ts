/** TLS with few words: from paths of files to a connector. Loaded only when there is TLS. */
import { UsageError } from "../src/errors.ts";
import type { Connector } from "../src/transport.ts";
import { loadCredentials } from "../transports/tls/credentials.ts";
import { tlsConnector } from "../transports/tls/tls.ts";

/** TLS of a `dicoms://` address. Paths of files, PEM or DER. */
export interface SecurityOptions {
  /** Files with the certificates of trusted authorities; those of the system when absent. */
  readonly authorities?: readonly string[];
  /** File with our private key. */
  readonly key?: string;
  /** File with our certificate, and the chain to its authority. */
  readonly certificate?: string;
  /** File with key, certificate and chain in one (PKCS#12), instead of the two above. */
  readonly pkcs12?: string;
  /** Password of the private key, or of the PKCS#12 file. */
  readonly password?: string;
  /** Do not verify the server's certificate: only safe from those who merely listen. */
  readonly insecure?: boolean;
}

/** A connector for TLS with these files. Rejects with `UsageError` or `TransportError` for settings that cannot work. */
export async function secureConnector(
  options: SecurityOptions,
  over: Connector | undefined,
  warn: ((text: string) => void) | undefined,
): Promise<Connector> {
  const { authorities, key, certificate, pkcs12, password, insecure } = options;
  if ((key === undefined) !== (certificate === undefined)) {
    throw new UsageError("A private key and its certificate belong together", {
      hint: 'Give both "key" and "certificate", or neither',
    });
  }
  if (key !== undefined && pkcs12 !== undefined) {
    throw new UsageError("Two private keys were given", {
      hint: 'Give either "key" and "certificate", or "pkcs12"',
    });
  }
  const credentials = await loadCredentials({
    now: Date.now(),
    ...(key !== undefined && { keyFile: key }),
    ...(certificate !== undefined && { certificateFile: certificate }),
    ...(pkcs12 !== undefined && { pkcs12File: pkcs12 }),
    ...(password !== undefined && {
      password: { kind: "value", value: password },
    }),
    ...(authorities === undefined
      ? { systemAuthorities: insecure !== true }
      : { authorityFiles: authorities }),
  });
  for (const text of credentials.warnings) warn?.(text);
  return tlsConnector({
    credentials,
    peer: insecure === true ? "ignore" : "require",
    now: Date.now,
    ...(warn && { warn }),
    ...(over && { over, again: over }),
  });
}
