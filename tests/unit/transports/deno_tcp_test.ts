/** Deno's own sockets, as far as a stand-in shows it; the contract of transports is kept in `tests/system/transport_test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Transport } from "../../../src/transport.ts";
import {
  type DenoSocket,
  type DenoTcp,
  openDenoTcp,
} from "../../../transports/deno_tcp.ts";

const target = { host: "pacs", port: 104 };
const { signal } = new AbortController();

const otherwise = (): Promise<Transport> =>
  Promise.reject(new Error("left to others"));

/** A socket that takes a few bytes at a time, and whose peer says nothing. */
function socket(taken: number[]): DenoSocket {
  let end = (_count: null): void => {};
  return {
    localAddr: { hostname: "::1", port: 4711 },
    read: () => new Promise((resolve) => end = resolve),
    write(bytes) {
      const some = bytes.subarray(0, 3);
      taken.push(...some);
      return Promise.resolve(some.length);
    },
    setNoDelay() {},
    closeWrite: () => Promise.resolve(),
    close: () => end(null),
  };
}

function failing(error: Error): DenoTcp {
  return { connect: () => Promise.reject(error) };
}

test("openDenoTcp() writes all bytes, however few the system takes at once", async () => {
  const taken: number[] = [];
  const deno = { connect: () => Promise.resolve(socket(taken)) };
  const transport = await openDenoTcp(deno, target, signal, otherwise);
  await transport.write(Uint8Array.of(1, 2, 3, 4, 5, 6, 7));
  assert.deepEqual(taken, [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(transport.info, {
    kind: "tcp",
    peer: "pacs:104",
    local: "[::1]:4711",
  });
  transport.close();
  assert.equal(await transport.read(), null);
});

test("openDenoTcp() explains what the system says, and leaves the rest to others", async () => {
  const refused = Object.assign(new Error("os error 111"), {
    code: "ECONNREFUSED",
  });
  await assert.rejects(
    openDenoTcp(failing(refused), target, signal, otherwise),
    /Cannot connect to "pacs:104": connection refused/,
  );
  await assert.rejects(
    openDenoTcp(
      failing(new Error("failed to lookup address information")),
      target,
      signal,
      otherwise,
    ),
    /left to others/,
  );
});

test("openDenoTcp() rejects with the reason of the signal", async () => {
  const controller = new AbortController();
  const reason = new Error("no time");
  controller.abort(reason);
  await assert.rejects(
    openDenoTcp(
      failing(new Error("aborted")),
      target,
      controller.signal,
      otherwise,
    ),
    reason,
  );
});
