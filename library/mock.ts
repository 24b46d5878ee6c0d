/**
 * Peers in memory: an archive, one with a fault, or a recording, served by the same core as any other. For tests and
 * demonstrations.
 */
import { serveConnection } from "../src/driver/serve.ts";
import { UsageError } from "../src/errors.ts";
import type { Archive } from "../src/scp/archive/archive.ts";
import { demoArchive } from "../src/scp/archive/demo.ts";
import type { ArchiveScpOptions } from "../src/scp/archive_scp.ts";
import { mockEndpoint } from "../src/scp/endpoint.ts";
import { faultNamed } from "../src/scp/faults/faults.ts";
import type { Recording } from "../src/scp/recording/recording.ts";
import type { Connector } from "../src/transport.ts";
import { mockPair } from "../transports/mock.ts";

/** The behaviour of a peer in memory; correct by default. */
export interface MockPeerOptions {
  /** Name of the fault, as `findscu --list-faults` lists them. */
  readonly fault?: string;
  /** Milliseconds from each write to its arrival. */
  readonly latency?: number;
  /** Largest chunk that a read answers with, in bytes. */
  readonly chunkSize?: number;
  /** The connection breaks once the peer has sent this number of bytes. */
  readonly cutAfter?: number;
  /** Most matches per query; more end it with A700. */
  readonly limit?: number;
  /** How an archive answers. */
  readonly server?: Omit<ArchiveScpOptions, "archive">;
}

/** A connector to an archive or a recording in memory, whatever the target. Throws `UsageError` for an unknown fault. */
export function mockConnector(
  content: Archive | Recording,
  options: MockPeerOptions = {},
): Connector {
  const { fault: name, limit, server = {}, ...pair } = options;
  const fault = name === undefined ? undefined : faultNamed(name);
  if (name !== undefined && fault === undefined) {
    throw new UsageError(`Unknown fault "${name}"`, {
      hint: "FAULTS has their names",
    });
  }
  const behaviour = {
    ...(fault && { fault }),
    ...(limit !== undefined && { limit }),
  };
  const mockContent = "entries" in content
    ? { kind: "recording", recording: content } as const
    : { kind: "archive", archive: content } as const;
  return () => {
    const [client, end] = mockPair({ name: "mock", ...pair });
    void serveConnection(end, {
      endpoint: () => mockEndpoint(mockContent, behaviour, server),
      onEvent: (event) => {
        // A client that departs from a recording gets an explanation in words, which an A-ABORT cannot carry.
        if (event.type === "error" && "entries" in content) {
          end.break(event.error);
        }
      },
    });
    return Promise.resolve(client);
  };
}

/** A connector to the built-in archive of fictional patients, whatever the target says. */
export function demoConnector(options: MockPeerOptions = {}): Connector {
  return mockConnector(demoArchive(), options);
}
