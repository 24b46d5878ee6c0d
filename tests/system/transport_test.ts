/** The transport contract over every transport there is: in memory, TCP and TLS on the loopback interface. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { TransportError } from "../../src/errors.ts";
import type { Listener, Transport } from "../../src/transport.ts";
import { mockPair } from "../../transports/mock.ts";
import { tcpConnector, tcpListener } from "../../transports/tcp.ts";
import { tlsConnector, tlsListener } from "../../transports/tls/tls.ts";
import {
  type TransportPair,
  transportSuite,
} from "../support/transport_suite.ts";
import { testCredentials } from "../support/tls.ts";

const signal = new AbortController().signal;
const anyPort = { host: "127.0.0.1", port: 0 };

async function accepted(listener: Listener): Promise<Transport> {
  const next = await listener[Symbol.asyncIterator]().next();
  return next.value as Transport;
}

transportSuite("mock", () => {
  const [client, server] = mockPair({ name: "suite" });
  return Promise.resolve({ client, server });
});

for (const native of [false, true]) {
  transportSuite("tcp", async (): Promise<TransportPair> => {
    const listener = await tcpListener(anyPort);
    const [client, server] = await Promise.all([
      tcpConnector({ native })(listener.address, { signal }),
      accepted(listener),
    ]);
    return { client, server, dispose: () => listener.close() };
  });
}

for (const native of [false, true]) {
  test(`an empty host name cannot be connected to, native: ${native}`, () =>
    assert.rejects(
      tcpConnector({ native })({ host: "", port: 1 }, { signal }),
      TransportError,
    ));
}

let pki: Awaited<ReturnType<typeof testCredentials>>;
before(async () => {
  pki = await testCredentials();
});
after(() => pki.dispose());

transportSuite("tls", async (): Promise<TransportPair> => {
  const shared = { peer: "require", now: Date.now } as const;
  const listener = await tlsListener({
    ...shared,
    credentials: await pki.load("server", "ca"),
  }, anyPort);
  const connector = tlsConnector({
    ...shared,
    credentials: await pki.load("client", "ca"),
  });
  const [client, server] = await Promise.all([
    connector(listener.address, { signal }),
    accepted(listener),
  ]);
  return { client, server, dispose: () => listener.close() };
});
