/** The caller's signal ends whatever is going on at once, without waiting for a deadline. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../../../src/client/client.ts";
import { CancelledError } from "../../../src/errors.ts";
import type { Transport } from "../../../src/transport.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { scriptedPeer } from "../../support/scripted_peer.ts";

test("connect() ends at once when interrupted while the peer keeps silent", async () => {
  const controller = new AbortController();
  const { connector, log } = scriptedPeer([], {
    onRequest: () => {
      controller.abort(new CancelledError("interrupted", "Enough"));
      return new Uint8Array(0);
    },
  });
  await assert.rejects(
    connect({
      connector: async (target, options) =>
        slowWriter(await connector(target, options)),
      target: { host: "script", port: 104 },
      signal: controller.signal,
      clock: new FakeClock(),
    }),
    /Enough/,
  );
  assert.equal(log.received[0]?.type, "associate-rq");
});

/** A transport whose writes take their time, as those of a socket do. */
function slowWriter(inner: Transport): Transport {
  return {
    read: () => inner.read(),
    write: async (bytes) => {
      for (let turn = 0; turn < 10; turn++) await undefined;
      await inner.write(bytes);
    },
    close: () => inner.close(),
    info: inner.info,
  };
}
