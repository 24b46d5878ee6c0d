/**
 * The contract of every `Transport`, as tests to run against each kind of it: `transportSuite("tcp", makePair)`. It knows the
 * contract of `src/transport.ts` and nothing of how the bytes travel.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FindscuError } from "../src/errors.ts";
import type { Transport } from "../src/transport.ts";

/** Two connected ends, and a function that tears down their surroundings. */
export interface TransportPair {
  /** The end that opened the connection: the one under test. */
  readonly client: Transport;
  /** The far end. */
  readonly server: Transport;
  /** Tears down the rest after a test. */
  dispose?(): void;
}

/** Bytes that fill every buffer on the way, so that a writer must wait for its reader. */
const FLOOD = 32 * 1024 * 1024;
/** How long a promise may stay unsettled before it counts as waiting, in milliseconds. */
const WAITING = 150;
/** Time limit for each behaviour, in milliseconds; a hang fails instead of stalling the run. */
const LIMIT = 20_000;

/** A recognisable sequence that does not repeat with any power of two. */
export function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = index % 251;
  return bytes;
}

/** Reads exactly `length` bytes; fails when the stream ends before. */
export async function readExactly(
  transport: Transport,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const chunk = await transport.read();
    assert.ok(
      chunk !== null,
      `stream ended after ${filled} of ${length} bytes`,
    );
    assert.ok(filled + chunk.length <= length, "more bytes than were sent");
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return bytes;
}

/** Reads up to the end. */
async function readAll(transport: Transport): Promise<number> {
  let length = 0;
  for (;;) {
    const chunk = await transport.read();
    if (chunk === null) return length;
    length += chunk.length;
  }
}

/** Equality of large arrays without the cost of a deep comparison's report. */
function assertSame(actual: Uint8Array, expected: Uint8Array): void {
  assert.equal(actual.length, expected.length);
  assert.equal(actual.findIndex((byte, at) => byte !== expected[at]), -1);
}

function isClosed(error: unknown): boolean {
  // Errors of a transport's own are fine; ours are to be of the right kind.
  return error instanceof FindscuError
    ? error.code === "closed"
    : error instanceof Error;
}

async function isWaiting(promise: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<true>((resolve) => {
    timer = setTimeout(() => resolve(true), WAITING);
  });
  const settled = promise.then(() => false as const, () => false as const);
  const waiting = await Promise.race([settled, late]);
  clearTimeout(timer);
  return waiting;
}

/** Registers the tests. `makePair` opens a fresh connection for each of them. */
export function transportSuite(
  name: string,
  makePair: () => Promise<TransportPair>,
): void {
  const behaves = (
    behaviour: string,
    body: (client: Transport, server: Transport) => Promise<void>,
  ) =>
    test(behaviour, { timeout: LIMIT }, async () => {
      const pair = await makePair();
      try {
        await body(pair.client, pair.server);
      } finally {
        pair.client.close();
        pair.server.close();
        pair.dispose?.();
      }
    });

  describe(`transport ${name}`, () => {
    behaves("carries bytes from client to server", async (client, server) => {
      await client.write(Uint8Array.of(1, 2, 3));
      assert.deepEqual(await readExactly(server, 3), Uint8Array.of(1, 2, 3));
    });

    behaves("carries bytes from server to client", async (client, server) => {
      await server.write(Uint8Array.of(4, 5));
      assert.deepEqual(await readExactly(client, 2), Uint8Array.of(4, 5));
    });

    behaves("carries a single byte of each value", async (client, server) => {
      for (let value = 0; value < 256; value++) {
        await client.write(Uint8Array.of(value));
      }
      const expected = Uint8Array.from({ length: 256 }, (_, value) => value);
      assertSame(await readExactly(server, 256), expected);
    });

    behaves("keeps the order of many writes", async (client, server) => {
      const bytes = pattern(5_000);
      const received = readExactly(server, bytes.length);
      for (let at = 0; at < bytes.length; at += 10) {
        await client.write(bytes.subarray(at, at + 10));
      }
      assertSame(await received, bytes);
    });

    behaves("keeps four megabytes intact", async (client, server) => {
      const bytes = pattern(4 * 1024 * 1024);
      const received = readExactly(server, bytes.length);
      await client.write(bytes);
      assertSame(await received, bytes);
    });

    behaves("carries both directions at once", async (client, server) => {
      const bytes = pattern(1024 * 1024);
      const [, , there, back] = await Promise.all([
        client.write(bytes),
        server.write(bytes),
        readExactly(server, bytes.length),
        readExactly(client, bytes.length),
      ]);
      assertSame(there, bytes);
      assertSame(back, bytes);
    });

    behaves(
      "answers a hundred questions without delay",
      async (client, server) => {
        const start = Date.now();
        for (let turn = 0; turn < 100; turn++) {
          await client.write(Uint8Array.of(turn));
          await server.write(await readExactly(server, 1));
          assert.equal((await readExactly(client, 1))[0], turn);
        }
        // Nagle's algorithm against delayed acknowledgements costs 40 ms a turn.
        assert.ok(Date.now() - start < 2_000);
      },
    );

    behaves("reads chunks that are never empty", async (client, server) => {
      await client.write(new Uint8Array(0));
      await client.write(Uint8Array.of(7));
      assert.deepEqual(await server.read(), Uint8Array.of(7));
    });

    behaves(
      "never overwrites a chunk it has handed out",
      async (client, server) => {
        await client.write(pattern(1_000));
        const first = await server.read();
        assert.ok(first !== null);
        const copy = Uint8Array.from(first);
        const rest = 1_000 - first.length + 100_000;
        const received = readExactly(server, rest);
        await client.write(new Uint8Array(100_000).fill(0xff));
        await received;
        assertSame(first, copy);
      },
    );

    behaves("lets a written buffer be used again", async (client, server) => {
      const buffer = new Uint8Array(70_000).fill(1);
      const received = readExactly(server, 2 * buffer.length);
      await client.write(buffer);
      buffer.fill(2);
      await client.write(buffer);
      const bytes = await received;
      assert.equal(bytes.indexOf(2), buffer.length);
      assert.equal(bytes.lastIndexOf(1), buffer.length - 1);
    });

    behaves("makes a writer wait for its reader", async (client, server) => {
      const write = client.write(new Uint8Array(FLOOD));
      assert.ok(await isWaiting(write), "the write did not wait");
      const received = readExactly(server, FLOOD);
      await write;
      await received;
    });

    behaves("makes a reader wait for bytes", async (client, server) => {
      const read = server.read();
      assert.ok(await isWaiting(read), "the read did not wait");
      await client.write(Uint8Array.of(9));
      assert.deepEqual(await read, Uint8Array.of(9));
    });

    behaves(
      "ends a pending read when the peer closes",
      async (client, server) => {
        const read = server.read();
        client.close();
        assert.equal(await read, null);
      },
    );

    behaves("stays at its end", async (client, server) => {
      client.close();
      assert.equal(await server.read(), null);
      assert.equal(await server.read(), null);
    });

    behaves(
      "delivers all that was written before the close",
      async (client, server) => {
        await client.write(pattern(100_000));
        client.close();
        assert.equal(await readAll(server), 100_000);
      },
    );

    behaves(
      "delivers it even if it has not read what came",
      async (client, server) => {
        // More than is read ahead, so that some of it is still with the system when the connection is closed.
        const unread = server.write(pattern(600_000)).catch(() => {});
        await isWaiting(unread);
        const closed = client.write(pattern(450_000)).then(() =>
          client.close()
        );
        // A program on the way may do one thing at a time, and go on with this one only then.
        if (await isWaiting(closed)) void readAll(client);
        assert.equal(await readAll(server), 450_000);
        await closed;
        server.close();
        await unread;
      },
    );

    behaves("settles its own pending read on close", async (client) => {
      const read = client.read();
      client.close();
      assert.equal(await read, null);
    });

    behaves("reads nothing after its own close", async (client, server) => {
      await server.write(Uint8Array.of(1));
      client.close();
      assert.equal(await client.read(), null);
    });

    behaves("may be closed again and again", async (client, server) => {
      client.close();
      client.close();
      server.close();
      server.close();
      assert.equal(await client.read(), null);
    });

    behaves("refuses to write after its own close", async (client) => {
      client.close();
      await assert.rejects(client.write(Uint8Array.of(1)), isClosed);
    });

    behaves("rejects a pending write on close", async (client) => {
      const write = client.write(new Uint8Array(FLOOD));
      const rejected = assert.rejects(write, isClosed);
      assert.ok(await isWaiting(write), "the write did not wait");
      client.close();
      await rejected;
    });

    behaves(
      "reports that nobody takes its bytes any more",
      async (client, server) => {
        server.close();
        await assert.rejects(async () => {
          // The first writes may still fit into buffers on the way.
          for (let turn = 0; turn < 200; turn++) {
            await client.write(new Uint8Array(256 * 1024));
          }
        }, Error);
      },
    );

    behaves("names its kind and its peer", (client, server) => {
      assert.equal(client.info.kind, name);
      for (const { info } of [client, server]) {
        assert.notEqual(info.kind, "");
        assert.equal(typeof info.peer, "string");
        assert.notEqual(info.peer, "");
      }
      return Promise.resolve();
    });
  });
}
