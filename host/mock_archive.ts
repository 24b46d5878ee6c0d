/** The built-in archive for users of the library: a mock connection, served by the same core as any other. */
import { serveConnection } from "../src/driver/serve.ts";
import { demoArchive } from "../src/scp/archive/demo.ts";
import { ArchiveScp } from "../src/scp/archive_scp.ts";
import type { Connector } from "../src/transport.ts";
import { mockPair } from "../transports/mock.ts";

/** A connector to the built-in archive of fictional patients, whatever the target says. */
export function demoConnector(): Connector {
  const archive = demoArchive();
  return () => {
    const [client, server] = mockPair({ name: "demo" });
    void serveConnection(server, {
      endpoint: () => new ArchiveScp({ archive }),
    });
    return Promise.resolve(client);
  };
}
