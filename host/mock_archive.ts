/** The transport `mock:`: a mock connection with an archive behind it, served by the same core as any other. */
import { archiveOf } from "../src/cli/run/archive_source.ts";
import { serveConnection } from "../src/driver/serve.ts";
import { ArchiveScp } from "../src/mock/scp.ts";
import type { Connector } from "../src/transport.ts";
import { mockPair } from "../transports/mock.ts";

/** A connector to the archive of a source such as `demo`. Rejects with `UsageError` when there is none of that name. */
export async function mockConnector(source: string): Promise<Connector> {
  const archive = await archiveOf(source);
  return () => {
    const [client, server] = mockPair({ name: source });
    void serveConnection(server, {
      endpoint: () => new ArchiveScp({ archive }),
    });
    return Promise.resolve(client);
  };
}
