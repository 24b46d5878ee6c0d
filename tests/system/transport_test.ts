/** The transport contract over every transport there is: in memory, TCP and TLS on the loopback interface. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { TransportError } from "../../src/errors.ts";
import type { Listener, Transport } from "../../src/transport.ts";
import { mockPair } from "../../transports/mock.ts";
import { tcpConnector, tcpListener } from "../../transports/tcp.ts";
import { tlsConnector, tlsListener } from "../../transports/tls/tls.ts";
import { connectorSuite } from "../../testing/connector_suite.ts";
import {
  type TransportPair,
  transportSuite,
} from "../../testing/transport_suite.ts";
import { freePort, testCredentials } from "../support/tls.ts";

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
  connectorSuite(`tcp, native: ${native}`, async () => {
    const listener = await tcpListener(anyPort);
    const iterator = listener[Symbol.asyncIterator]();
    return {
      connector: tcpConnector({ native }),
      target: listener.address,
      accept: async () => (await iterator.next()).value as Transport,
      refusing: { ...listener.address, port: await freePort() },
      dispose: () => listener.close(),
    };
  });
}

connectorSuite("mock", () => {
  const servers: Transport[] = [];
  const askers: ((transport: Transport) => void)[] = [];
  return Promise.resolve({
    connector: (_, { signal }) => {
      if (signal.aborted) return Promise.reject(signal.reason);
      const [client, server] = mockPair({ name: "suite" });
      const asker = askers.shift();
      if (asker === undefined) servers.push(server);
      else asker(server);
      return Promise.resolve(client);
    },
    target: { host: "mock", port: 0 },
    accept: () =>
      new Promise((resolve) => {
        const server = servers.shift();
        if (server === undefined) askers.push(resolve);
        else resolve(server);
      }),
  });
});

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

connectorSuite("tls", async () => {
  const shared = { peer: "require", now: Date.now } as const;
  const [listener, silent] = await Promise.all([
    pki.load("server", "ca").then((credentials) =>
      tlsListener({ ...shared, credentials }, anyPort)
    ),
    tcpListener(anyPort),
  ]);
  const iterator = listener[Symbol.asyncIterator]();
  const connector = tlsConnector({
    ...shared,
    credentials: await pki.load("client", "ca"),
  });
  return {
    connector,
    target: listener.address,
    accept: async () => (await iterator.next()).value as Transport,
    refusing: { ...listener.address, port: await freePort() },
    stalling: (_, options) => connector(silent.address, options),
    dispose: () => {
      listener.close();
      silent.close();
    },
  };
});

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
