/** Bun's sockets in situations that cannot be produced here. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TransportError } from "../../../src/errors.ts";
import { type BunTcp, openBunTcp } from "../../../transports/bun_tcp.ts";

/** Bun, for which these addresses have a listener; all others look open and have no peer. */
function bunWith(...open: readonly string[]) {
  const tried: string[] = [];
  const closed: string[] = [];
  const bun: BunTcp = {
    connect: ({ hostname, socket }) => {
      tried.push(hostname);
      socket.open({
        localAddress: "127.0.0.1",
        localPort: 49152,
        remoteAddress: open.includes(hostname) ? hostname : undefined,
        write: () => -1,
        setNoDelay: () => {},
        pause: () => {},
        resume: () => {},
        shutdown: () => {},
        terminate: () => closed.push(hostname),
      });
      return Promise.resolve();
    },
  };
  return { bun, tried, closed };
}

const signal = new AbortController().signal;

function isRefused(error: unknown): boolean {
  return error instanceof TransportError &&
    /"archive:104": connection refused/.test(error.message);
}

test("openBunTcp() takes a socket without a peer for a refused connection", async () => {
  const { bun, closed } = bunWith();
  const target = { host: "archive", port: 104 };
  const lookup = () => Promise.resolve([]);
  await assert.rejects(openBunTcp(bun, target, signal, lookup), isRefused);
  assert.deepEqual(closed, ["archive"]);
});

test("openBunTcp() tries every address of a name before it says so", async () => {
  const target = { host: "archive", port: 104 };
  const lookup = () => Promise.resolve(["::1", "127.0.0.1", "127.0.0.2"]);
  const { bun, tried } = bunWith("127.0.0.1");
  const { info } = await openBunTcp(bun, target, signal, lookup);
  assert.equal(info.peer, "archive:104");
  assert.deepEqual(tried, ["archive", "::1", "127.0.0.1"]);

  const none = bunWith();
  await assert.rejects(
    openBunTcp(none.bun, target, signal, lookup),
    isRefused,
  );
  assert.deepEqual(none.closed, ["archive", "::1", "127.0.0.1", "127.0.0.2"]);
});
