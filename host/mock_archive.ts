/** The transport `mock:`: a mock connection with an archive behind it, served by the same core as any other. */
import { archiveOf } from "../src/cli/run/archive_source.ts";
import { serveConnection } from "../src/driver/serve.ts";
import type { Archive } from "../src/mock/archive.ts";
import { demoArchive } from "../src/mock/demo.ts";
import { ArchiveScp } from "../src/mock/scp.ts";
import type { Connector } from "../src/transport.ts";
import { mockPair } from "../transports/mock.ts";

/** A connector to the archive of a source such as `demo`. Rejects with `UsageError` when there is none of that name. */
export async function mockConnector(source: string): Promise<Connector> {
  return archiveConnector(await archiveOf(source), source);
}

/** A connector to the built-in archive of fictional patients, whatever the target says. */
export function demoConnector(): Connector {
  return archiveConnector(demoArchive(), "demo");
}

function archiveConnector(archive: Archive, name: string): Connector {
  return () => {
    const [client, server] = mockPair({ name });
    void serveConnection(server, {
      endpoint: () => new ArchiveScp({ archive }),
    });
    return Promise.resolve(client);
  };
}
