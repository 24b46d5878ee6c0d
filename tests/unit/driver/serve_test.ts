/** The accept loop: whatever a connection or its handler does, the others go on, and stopping ends them all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { serve, type ServerEndpoint } from "../../../src/driver/serve.ts";
import { FindScp, type ScpEvent } from "../../../src/find/scp.ts";
import type { Listener, Transport } from "../../../src/transport.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import { mockPair } from "../../../transports/mock.ts";

const CONFIG = { maxPduLength: 16384, acseTimeout: 1e9, artimTimeout: 1e9 };

/** A listener that hands out these transports, then waits until it is closed. */
function listener(transports: readonly Transport[]): Listener {
  let close: () => void = () => {};
  const closed = new Promise<void>((resolve) => close = resolve);
  return {
    address: { host: "mock", port: 0 },
    close: () => close(),
    async *[Symbol.asyncIterator]() {
      yield* transports;
      await closed;
    },
  };
}

test("serve() outlives endpoints that cannot be made and handlers that throw", async () => {
  const [firstClient, first] = mockPair();
  const [secondClient, second] = mockPair();
  const controller = new AbortController();
  const errors: unknown[] = [];
  let made = 0;
  const done = serve<ScpEvent>(listener([first, second]), {
    endpoint: (): ServerEndpoint<ScpEvent> => {
      if (made++ === 0) throw new Error("no endpoint");
      return new FindScp(CONFIG);
    },
    onEvent: () => {
      throw new Error("no handler");
    },
    onError: (error) => {
      errors.push((error as Error).message);
      if (errors.length === 2) controller.abort();
    },
    signal: controller.signal,
  });
  assert.equal(await firstClient.read(), null);
  await secondClient.write(encodePdu({ type: "release-rp" }));
  await done;
  assert.deepEqual(errors, ["no endpoint", "no handler"]);
});

test("serve() stops though a client has connected and said nothing", async () => {
  const [client, server] = mockPair();
  const controller = new AbortController();
  const done = serve<ScpEvent>(listener([server]), {
    endpoint: () => new FindScp(CONFIG),
    signal: controller.signal,
  });
  const end = client.read();
  for (let turn = 0; turn < 20; turn++) await undefined;
  controller.abort();
  assert.equal(await end, null);
  await done;
});
