import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, type ConnectOptions } from "../../../src/client/client.ts";
import {
  CancelledError,
  TimeoutError,
  TransportError,
} from "../../../src/errors.ts";
import type { Connector, Transport } from "../../../src/transport.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const target = { host: "pacs", port: 104 };

/** A transport that never says a word, and remembers whether it was closed. */
class Silent implements Transport {
  readonly info = { kind: "silent", peer: "pacs:104" };
  isClosed = false;
  read(): Promise<Uint8Array | null> {
    return new Promise(() => {});
  }
  write(): Promise<void> {
    return Promise.resolve();
  }
  close(): void {
    this.isClosed = true;
  }
}

function attempt(connector: Connector, options: Partial<ConnectOptions> = {}) {
  const clock = new FakeClock();
  return { clock, ended: connect({ connector, target, clock, ...options }) };
}

test("a connector that never settles is given up at the time limit", async () => {
  const { clock, ended } = attempt(() => new Promise(() => {}));
  const rejected = assert.rejects(
    ended,
    (error) => error instanceof TimeoutError && error.phase === "connect",
  );
  await clock.pass(30_000);
  await rejected;
});

test("a connector that heeds no signal does not hold up the caller", async () => {
  const controller = new AbortController();
  let heard = false;
  const { ended } = attempt((_, { signal }) => {
    signal.addEventListener("abort", () => heard = true);
    return new Promise(() => {});
  }, { signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(
    ended,
    (error) => error instanceof CancelledError && error.cause === reason,
  );
  assert.ok(heard);
});

test("a connector is not even asked when the signal has fired before", async () => {
  let asked = false;
  const { ended } = attempt(() => {
    asked = true;
    return Promise.resolve(new Silent());
  }, { signal: AbortSignal.abort() });
  await assert.rejects(ended, CancelledError);
  assert.equal(asked, false);
});

test("a transport that opens late is closed", async () => {
  const transport = new Silent();
  let open: (transport: Transport) => void = () => {};
  const { clock, ended } = attempt(() =>
    new Promise((resolve) => open = resolve)
  );
  const rejected = assert.rejects(ended, TimeoutError);
  await clock.pass(30_000);
  await rejected;
  open(transport);
  await clock.pass(0);
  assert.ok(transport.isClosed);
});

for (
  const [how, connector] of [
    ["throws", () => {
      throw new Error("my own");
    }],
    ["rejects with", () => Promise.reject(new Error("my own"))],
  ] as const satisfies readonly (readonly [string, Connector])[]
) {
  test(`what a connector ${how} is reported as its own`, async () => {
    await assert.rejects(attempt(connector).ended, (error) => {
      assert.ok(error instanceof TransportError);
      assert.equal(error.message, "The connector failed: my own");
      assert.equal((error.cause as Error).message, "my own");
      return true;
    });
  });
}

test("what is not a transport is refused", async () => {
  for (const value of [undefined, {}, { read() {}, write() {}, close() {} }]) {
    await assert.rejects(
      attempt(() => Promise.resolve(value as unknown as Transport)).ended,
      /did not resolve with a transport, which has read, write, close and info/,
    );
  }
});

for (
  const [what, read, message] of [
    ["an exception", () => {
      throw new Error("my own");
    }, "The transport to pacs:104 failed: my own"],
    [
      "a rejection",
      () => Promise.reject(new Error("my own")),
      "The transport to pacs:104 failed: my own",
    ],
    [
      "a rejection with what is not an error",
      () => Promise.reject("my own"),
      "The transport to pacs:104 failed: my own",
    ],
    [
      "a chunk without bytes",
      () => Promise.resolve(new Uint8Array(0)),
      "The transport to pacs:104 failed: read() must resolve with a non-empty Uint8Array or with null",
    ],
    [
      "text",
      () => Promise.resolve("text" as unknown as Uint8Array),
      "The transport to pacs:104 failed: read() must resolve with a non-empty Uint8Array or with null",
    ],
  ] as const satisfies readonly (readonly [
    string,
    Transport["read"],
    string,
  ])[]
) {
  test(`${what} from a transport is reported as its own`, async () => {
    const transport = new Silent();
    transport.read = read;
    await assert.rejects(
      attempt(() => Promise.resolve(transport)).ended,
      { name: "TransportError", code: "closed", message },
    );
    assert.ok(transport.isClosed);
  });
}
