/** Bun's sockets as they behave where nobody can try them here. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TransportError } from "../../../src/errors.ts";
import { type BunTcp, openBunTcp } from "../../../transports/bun_tcp.ts";

test("openBunTcp() takes a socket without a peer for a refused connection", async () => {
  let isClosed = false;
  const bun: BunTcp = {
    connect: ({ socket }) => {
      socket.open({
        localAddress: "127.0.0.1",
        localPort: 49152,
        remoteAddress: undefined,
        write: () => -1,
        setNoDelay: () => {},
        pause: () => {},
        resume: () => {},
        end: () => {},
        terminate: () => isClosed = true,
      });
      return Promise.resolve();
    },
  };
  const target = { host: "127.0.0.1", port: 104 };
  await assert.rejects(
    openBunTcp(bun, target, new AbortController().signal),
    (error) =>
      error instanceof TransportError &&
      /"127\.0\.0\.1:104": connection refused/.test(error.message),
  );
  assert.ok(isClosed);
});
