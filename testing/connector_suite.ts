/**
 * The contract of every `Connector`, as tests to run against each kind of it: `connectorSuite("tcp", makeBench)`. It knows the
 * contract of `src/transport.ts`, and requests an echo through the connection at the end.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { connect, echo } from "../src/client/client.ts";
import { serveConnection } from "../src/driver/serve.ts";
import { CancelledError, TimeoutError } from "../src/errors.ts";
import { Archive } from "../src/scp/archive/archive.ts";
import { ArchiveScp } from "../src/scp/archive_scp.ts";
import type { Connector, Target, Transport } from "../src/transport.ts";
import { readExactly } from "./transport_suite.ts";

/** A connector, and addresses to try it on. */
export interface ConnectorBench {
  /** The tested connector. */
  readonly connector: Connector;
  /** An address where a connection can be opened. */
  readonly target: Target;
  /** The far end of the next connection that is opened. */
  accept(): Promise<Transport>;
  /** An address where opening a connection fails at once. */
  readonly refusing?: Target;
  /** A connector that neither opens a connection nor fails, as with a peer or proxy that never answers. */
  readonly stalling?: Connector;
  /** Tears everything down. */
  dispose?(): void;
}

/** Time limit for each behaviour, in milliseconds; a hang fails instead of stalling the run. */
const LIMIT = 20_000;

/** Registers the tests. `makeBench` makes a fresh bench for each of them. */
export function connectorSuite(
  name: string,
  makeBench: () => Promise<ConnectorBench>,
): void {
  const behaves = (
    behaviour: string,
    body: (bench: ConnectorBench) => Promise<void>,
  ) =>
    test(behaviour, { timeout: LIMIT }, async () => {
      const bench = await makeBench();
      try {
        await body(bench);
      } finally {
        bench.dispose?.();
      }
    });
  const open = async (bench: ConnectorBench) => {
    const { signal } = new AbortController();
    const [client, server] = await Promise.all([
      bench.connector(bench.target, { signal }),
      bench.accept(),
    ]);
    return { client, server };
  };

  describe(`connector ${name}`, () => {
    behaves("opens a connection that carries bytes", async (bench) => {
      const { client, server } = await open(bench);
      await client.write(Uint8Array.of(1, 2));
      assert.deepEqual(await readExactly(server, 2), Uint8Array.of(1, 2));
      await server.write(Uint8Array.of(3));
      assert.deepEqual(await readExactly(client, 1), Uint8Array.of(3));
      client.close();
      server.close();
    });

    behaves(
      "opens connections that know nothing of each other",
      async (bench) => {
        const first = await open(bench);
        const second = await open(bench);
        first.client.close();
        assert.equal(await first.server.read(), null);
        await second.client.write(Uint8Array.of(7));
        assert.deepEqual(await readExactly(second.server, 1), Uint8Array.of(7));
        for (const { client, server } of [first, second]) {
          client.close();
          server.close();
        }
      },
    );

    behaves(
      "hands over what a peer that hangs up said before",
      async (bench) => {
        const { client, server } = await open(bench);
        await server.write(new Uint8Array(100_000).fill(5));
        server.close();
        const bytes = await readExactly(client, 100_000);
        assert.equal(bytes[99_999], 5);
        assert.equal(await client.read(), null);
        client.close();
      },
    );

    behaves(
      "rejects with the reason of a signal that has fired before",
      async (bench) => {
        const reason = new Error("enough");
        await assert.rejects(
          bench.connector(bench.target, { signal: AbortSignal.abort(reason) }),
          reason,
        );
      },
    );

    behaves(
      "outlives a signal that fires after the connection is open",
      async (bench) => {
        const controller = new AbortController();
        const [client, server] = await Promise.all([
          bench.connector(bench.target, { signal: controller.signal }),
          bench.accept(),
        ]);
        controller.abort(new Error("too late"));
        await client.write(Uint8Array.of(9));
        assert.deepEqual(await readExactly(server, 1), Uint8Array.of(9));
        client.close();
        server.close();
      },
    );

    behaves("rejects if no connection can be opened", async (bench) => {
      if (bench.refusing === undefined) return;
      const { signal } = new AbortController();
      const { connector, refusing } = bench;
      // A way there that opens at once learns of it when bytes are to pass.
      await assert.rejects(async () => {
        const transport = await connector(refusing, { signal });
        try {
          await transport.write(Uint8Array.of(1));
          assert.notEqual(await transport.read(), null);
        } finally {
          transport.close();
        }
      }, Error);
    });

    behaves(
      "rejects with the reason of a signal that fires meanwhile",
      async (bench) => {
        if (bench.stalling === undefined) return;
        const controller = new AbortController();
        const reason = new Error("enough");
        const opening = bench.stalling(bench.target, {
          signal: controller.signal,
        });
        setTimeout(() => controller.abort(reason), 50);
        await assert.rejects(opening, reason);
      },
    );

    behaves("holds up neither a time limit nor the caller", async (bench) => {
      if (bench.stalling === undefined) return;
      const { stalling: connector, target } = bench;
      await assert.rejects(
        connect({ connector, target, timeouts: { connect: 50 } }),
        (error) => error instanceof TimeoutError && error.phase === "connect",
      );
      await assert.rejects(
        connect({ connector, target, signal: AbortSignal.timeout(50) }),
        CancelledError,
      );
    });

    behaves("carries DICOM", async (bench) => {
      const { connector, target } = bench;
      const served = bench.accept().then((transport) =>
        serveConnection(transport, {
          endpoint: () => new ArchiveScp({ archive: new Archive() }),
        })
      );
      await echo({ connector, target });
      await served;
    });
  });
}
