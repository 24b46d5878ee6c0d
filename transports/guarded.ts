/** Connectors of others, which may break every promise of `src/transport.ts`: what they do wrong becomes a rejection. */
import {
  chunkOf,
  closeQuietly,
  type Connector,
  type Transport,
  transportOf,
} from "../src/transport.ts";

/** The connector, with a transport that rejects where it would throw or give anything but chunks, and that closes silently. */
export function guarded(connector: Connector): Connector {
  return async (target, options) => {
    const transport = transportOf(await connector(target, options));
    return {
      info: transport.info,
      read: async () => chunkOf(await transport.read()),
      write: async (bytes) => await transport.write(bytes),
      close: () => closeQuietly(transport),
    } satisfies Transport;
  };
}
