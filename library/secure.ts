/** TLS with few words: from paths of files to a connector. Loaded only when there is TLS. */
import { UsageError } from "../src/errors.ts";
import type { Connector } from "../src/transport.ts";
import { loadCredentials } from "../transports/tls/credentials.ts";
import { tlsConnector } from "../transports/tls/tls.ts";
import type { SecurityOptions } from "./find.ts";

/** A connector for TLS with these files. Rejects with `UsageError` or `TransportError` for what cannot work. */
export async function secureConnector(
  options: SecurityOptions,
  over: Connector | undefined,
  warn: ((text: string) => void) | undefined,
): Promise<Connector> {
  const { authorities, key, certificate, password, insecure } = options;
  if ((key === undefined) !== (certificate === undefined)) {
    throw new UsageError("A private key and its certificate belong together", {
      hint: "Give both `key` and `certificate`, or neither",
    });
  }
  const credentials = await loadCredentials({
    now: Date.now(),
    ...(key !== undefined && { keyFile: key }),
    ...(certificate !== undefined && { certificateFile: certificate }),
    ...(password !== undefined && {
      password: { from: "text", text: password },
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
