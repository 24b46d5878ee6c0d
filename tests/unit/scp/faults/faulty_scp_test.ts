/** The endpoint round a fault tap: pauses, pieces, closing; a simulated clock. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import {
  type FaultStep,
  FaultTap,
  type Tap,
} from "../../../../src/scp/faults/tap.ts";
import {
  type AbortableEndpoint,
  FaultyScp,
} from "../../../../src/scp/faults/faulty_scp.ts";
import { FAULTS } from "../../../../src/scp/faults/faults.ts";

/** An SCP that says what it is given. */
class Scripted implements AbortableEndpoint<string> {
  readonly received: number[] = [];
  deadline: number | undefined;
  wantsClose = false;
  readonly #out: Uint8Array[];

  constructor(...out: number[]) {
    this.#out = out.map((byte) => Uint8Array.of(byte));
  }
  transportOpened(): void {}
  transportClosed(): void {}
  handleTimeout(): void {}
  abort(): void {
    this.#out.splice(0, Infinity, Uint8Array.of(1));
  }
  receive(bytes: Uint8Array): void {
    this.received.push(...bytes);
  }
  pollTransmit(): Uint8Array | undefined {
    return this.#out.shift();
  }
  pollEvent(): string | undefined {
    return undefined;
  }
  pollTimeout(): number | undefined {
    return this.deadline;
  }
}

/** A tap that turns the byte n into the steps of row n. */
function tapOf(...rows: FaultStep[][]): Tap {
  return {
    incoming: (bytes) => ({
      deliver: bytes.subarray(1),
      steps: [{ type: "send", bytes: bytes.subarray(0, 1) }],
    }),
    outgoing: (bytes) => [...rows[bytes[0]!]!],
  };
}

const send = (byte: number): FaultStep => ({
  type: "send",
  bytes: Uint8Array.of(byte),
});

describe("FaultyScp", () => {
  test("sends each piece on its own, and skips what is swallowed", () => {
    const scp = new FaultyScp(
      new Scripted(0, 1, 2),
      tapOf([send(7), send(8)], [], [send(9)]),
    );
    const sent: number[][] = [];
    for (let bytes = scp.pollTransmit(); bytes; bytes = scp.pollTransmit()) {
      sent.push([...bytes]);
    }
    assert.deepEqual(sent, [[7], [8], [9]]);
  });
  test("does not swallow in one go what has no end", () => {
    const inner = new Scripted(1, 1, 0);
    inner.deadline = 0; // There is more to come.
    const scp = new FaultyScp(inner, tapOf([send(7)], []));
    scp.transportOpened(0);
    assert.equal(scp.pollTransmit(), undefined);
    assert.equal(scp.pollTimeout(), 0);
    assert.equal(scp.pollTransmit(), undefined);
    assert.deepEqual(scp.pollTransmit(), Uint8Array.of(7));
  });
  test("pauses until the time has come, and needs nothing meanwhile", () => {
    const inner = new Scripted(0, 1);
    inner.wantsClose = true;
    const scp = new FaultyScp(
      inner,
      tapOf([{ type: "wait", milliseconds: 50 }, send(7)], [send(8)]),
    );
    scp.transportOpened(100);
    assert.equal(scp.pollTransmit(), undefined);
    assert.equal(scp.pollTimeout(), 150);
    assert.equal(scp.wantsClose, false);
    inner.deadline = 120;
    assert.equal(scp.pollTimeout(), 120);
    scp.handleTimeout(149);
    assert.equal(scp.pollTransmit(), undefined);
    scp.handleTimeout(150);
    assert.deepEqual([...scp.pollTransmit()!], [7]);
    assert.deepEqual([...scp.pollTransmit()!], [8]);
    assert.equal(scp.pollTransmit(), undefined);
    assert.equal(scp.wantsClose, true);
    assert.equal(scp.pollTimeout(), 120);
  });
  test("closes where the tap says so, and sends nothing afterwards", () => {
    const inner = new Scripted(0, 1);
    const scp = new FaultyScp(
      inner,
      tapOf([send(7), { type: "close" }, send(8)], [send(9)]),
    );
    assert.deepEqual([...scp.pollTransmit()!], [7]);
    assert.equal(scp.wantsClose, false);
    assert.equal(scp.pollTransmit(), undefined);
    assert.equal(scp.wantsClose, true);
    assert.equal(scp.pollTransmit(), undefined);
    inner.deadline = 120;
    assert.equal(scp.pollTimeout(), undefined);
  });
  test("is ended from outside whatever it waits for", () => {
    const scp = new FaultyScp(
      new Scripted(0),
      tapOf([{ type: "wait", milliseconds: 50 }, send(7)], [send(8)]),
    );
    assert.equal(scp.pollTransmit(), undefined);
    scp.abort();
    assert.deepEqual([...scp.pollTransmit()!], [8]);
    assert.equal(scp.pollTransmit(), undefined);
  });
  test("waits for nothing when the peer is gone", () => {
    const scp = new FaultyScp(
      new Scripted(0),
      tapOf([{ type: "wait", milliseconds: 50 }, send(7)]),
    );
    scp.transportClosed(10);
    assert.equal(scp.pollTransmit(), undefined);
    assert.equal(scp.pollTimeout(), undefined);
  });
  test("hands on what is not DICOM, and all that follows", () => {
    const release = [5, 0, 0, 0, 0, 4, 0, 0, 0, 0];
    const foreign = [0x58, 1, 2, 3, 4, 5, 6];
    const cut = [3, 0, 0];
    for (const fault of FAULTS) {
      for (const size of [1, 3, 100]) {
        const inner = new Scripted();
        const scp = new FaultyScp(inner, new FaultTap(fault));
        const said = [...foreign, ...release, ...cut];
        for (let at = 0; at < said.length; at += size) {
          scp.receive(Uint8Array.from(said.slice(at, at + size)), 0);
        }
        assert.deepEqual(inner.received, said, `${fault.name}, ${size}`);
      }
      // A PDU that is whole, but none inside.
      const inner = new Scripted();
      const request = [1, 0, 0, 0, 0, 2, 0, 1];
      new FaultyScp(inner, new FaultTap(fault))
        .receive(Uint8Array.from([...request, ...foreign]), 0);
      assert.deepEqual(inner.received, [...request, ...foreign], fault.name);
    }
  });
  test("hands on what came in, and answers at once if the tap does", () => {
    const inner = new Scripted();
    const scp = new FaultyScp(inner, tapOf());
    scp.receive(Uint8Array.of(5, 6), 0);
    assert.deepEqual(inner.received, [6]);
    assert.deepEqual([...scp.pollTransmit()!], [5]);
  });
});
