/** The example of a WebSocket transport: by both contracts, for the library, and as `--transport FILE`. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import webSocket, { openAt } from "../../docs/examples/websocket.mjs";
import { find } from "../../mod.ts";
import type { Connector, Listener, Transport } from "../../src/transport.ts";
import { connectorSuite } from "../../testing/connector_suite.ts";
import { transportSuite } from "../../testing/transport_suite.ts";
import { tcpListener } from "../../transports/tcp.ts";
import { findscu } from "../support/process.ts";
import { withServe } from "../support/serve_process.ts";
import { freePort } from "../support/tls.ts";
import { scriptedProxy } from "../support/proxies.ts";
import { type Bridge, websocketBridge } from "../support/websocket_bridge.ts";

const host = "127.0.0.1";
const { signal } = new AbortController();

let bridge: Bridge;
before(async () => {
  bridge = await websocketBridge();
});
after(() => bridge.close());

/** The example, whose bridge is that of the test. */
const connector: Connector = (target, { signal }) =>
  openAt(
    `ws://${host}:${bridge.port}/${target.host}/${target.port}`,
    `${target.host}:${target.port}`,
    signal,
  ) as Promise<Transport>;

async function accepted(listener: Listener): Promise<Transport> {
  return (await listener[Symbol.asyncIterator]().next()).value as Transport;
}

transportSuite("websocket", async () => {
  const listener = await tcpListener({ host, port: 0 });
  const [client, server] = await Promise.all([
    connector(listener.address, { signal }),
    accepted(listener),
  ]);
  return { client, server, dispose: () => listener.close() };
});

connectorSuite("websocket", async () => {
  const listener = await tcpListener({ host, port: 0 });
  const silent = await scriptedProxy([], "stay");
  const iterator = listener[Symbol.asyncIterator]();
  return {
    connector,
    target: listener.address,
    accept: async () => (await iterator.next()).value as Transport,
    refusing: { host, port: await freePort() },
    stalling: (_, { signal }) =>
      openAt(`ws://${host}:${silent.port}/`, "pacs", signal) as Promise<
        Transport
      >,
    dispose: () => {
      listener.close();
      silent.close();
    },
  };
});

test("a query goes through the bridge, of the library and of the command line", async () => {
  await withServe(["demo"], async (port) => {
    const matches = await find(`dicom://ANY@${host}:${port}`, {
      PatientName: "Doe*",
    }, { over: connector }).all();
    assert.equal(matches.length, 9);

    const file = fileURLToPath(
      new URL("../../docs/examples/websocket.mjs", import.meta.url),
    );
    const env = { DICOM_BRIDGE: `ws://${host}:${bridge.port}/%h/%p` };
    const words = ["-q", "PatientName=Doe*", "--count"];
    const way = ["--transport", file];
    const { code, stdout, stderr } = await findscu(
      [...way, `ANY@${host}:${port}`, ...words],
      { env },
    );
    assert.deepEqual({ code, stdout, stderr }, {
      code: 0,
      stdout: "9\n",
      stderr: "",
    });
    const nobody = await findscu(
      [...way, `ANY@${host}:${await freePort()}`, ...words],
      { env },
    );
    assert.equal(nobody.code, 60, nobody.stderr);
    assert.match(nobody.stderr, /no bridge to 127\.0\.0\.1:\d+ at ws:/);
  });
});

test("without an address of its own the bridge is where the target says", async () => {
  const { port } = bridge;
  // What answers is the bridge, which knows no peer without a path.
  await assert.rejects(
    async () => await (webSocket as Connector)({ host, port }, { signal }),
    new RegExp(`no bridge to ${host}:${port} at ws://${host}:${port}/`),
  );
});
