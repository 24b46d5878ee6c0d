/** A recording as an endpoint: at once, in real time, and what it does with a requestor that departs from it. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { encodePdu } from "../../../../src/pdu/encode.ts";
import type { Pdu } from "../../../../src/pdu/types.ts";
import type {
  Recording,
  RecordingEntry,
} from "../../../../src/scp/recording/recording.ts";
import {
  type ReplayOptions,
  ReplayScp,
} from "../../../../src/scp/recording/replay_scp.ts";

const RELEASE = encodePdu({ type: "release-rq" });
const RELEASED = encodePdu({ type: "release-rp" });
const ABORT = encodePdu({ type: "abort", source: 0, reason: 0 });

function said(
  time: number,
  from: "requestor" | "acceptor",
  bytes: Uint8Array,
): RecordingEntry {
  return { kind: "data", time, from, bytes };
}

function ended(time: number, by: "requestor" | "acceptor"): RecordingEntry {
  return { kind: "end", time, by };
}

/** A recording, and a replay of it that began at time 1000. */
function replay(
  entries: readonly RecordingEntry[],
  options: ReplayOptions = {},
): ReplayScp {
  const recording: Recording = { header: {}, entries };
  const scp = new ReplayScp(recording, options);
  scp.transportOpened(1000);
  return scp;
}

function sentBy(scp: ReplayScp): Uint8Array[] {
  const all: Uint8Array[] = [];
  for (let one = scp.pollTransmit(); one; one = scp.pollTransmit()) {
    all.push(one);
  }
  return all;
}

function errorOf(scp: ReplayScp): string | undefined {
  const event = scp.pollEvent();
  return event?.type === "error" ? event.error.message : event?.type;
}

const TALK = [
  said(5, "requestor", RELEASE),
  said(45, "acceptor", RELEASED),
  said(75, "acceptor", ABORT),
  ended(95, "acceptor"),
];

describe("ReplayScp", () => {
  test("answers at once, and closes where the acceptor closed", () => {
    const scp = replay(TALK);
    assert.deepEqual(sentBy(scp), []);
    assert.equal(scp.pollTimeout(), undefined);
    scp.receive(RELEASE, 1500);
    assert.deepEqual(sentBy(scp), [RELEASED, ABORT]);
    assert.equal(errorOf(scp), "replayed");
    assert.ok(scp.wantsClose);
  });
  test("keeps the pauses when it is asked to", () => {
    const scp = replay(TALK, { realtime: true });
    scp.receive(RELEASE, 2000);
    assert.deepEqual(sentBy(scp), []);
    assert.equal(scp.pollTimeout(), 2040);
    scp.handleTimeout(2039);
    assert.deepEqual(sentBy(scp), []);
    scp.handleTimeout(2041);
    assert.deepEqual(sentBy(scp), [RELEASED]);
    assert.equal(scp.pollTimeout(), 2071);
    scp.handleTimeout(2071);
    assert.deepEqual(sentBy(scp), [ABORT]);
    assert.ok(!scp.wantsClose);
    scp.handleTimeout(2091);
    assert.deepEqual(sentBy(scp), []);
    assert.equal(errorOf(scp), "replayed");
    assert.ok(scp.wantsClose);
  });
  test("aborts when the requestor says something else, and says so", () => {
    const scp = replay(TALK);
    scp.receive(ABORT, 1500);
    const answer: Pdu = { type: "abort", source: 2, reason: 0 };
    assert.deepEqual(sentBy(scp), [encodePdu(answer)]);
    assert.ok(!scp.wantsClose, "closed before the error was told");
    assert.match(
      errorOf(scp)!,
      /^Replay: the requestor sends abort where the recording has release request/,
    );
    assert.ok(scp.wantsClose);
  });
  test("leaves the A-ABORT out if the connection sends it", () => {
    const scp = replay(TALK, { withoutAbort: true });
    scp.receive(ABORT, 1500);
    assert.deepEqual(sentBy(scp), []);
    assert.match(errorOf(scp)!, /^Replay: /);
  });
  test("says that a recording stops in the middle", () => {
    const scp = replay(TALK.slice(0, 2), { withoutAbort: true });
    scp.receive(RELEASE, 1500);
    assert.deepEqual(sentBy(scp), [RELEASED]);
    assert.match(errorOf(scp)!, /the recording stops here/);
  });
  for (
    const [what, last] of [
      ["abort", said(50, "requestor", ABORT)],
      ["closing", ended(50, "requestor")],
    ] as const
  ) {
    test(`waits a little for the requestor's ${what}, not for ever`, () => {
      const scp = replay([...TALK.slice(0, 2), last], { withoutAbort: true });
      scp.receive(RELEASE, 1500);
      sentBy(scp);
      assert.equal(scp.pollTimeout(), 3500);
      scp.handleTimeout(3500);
      assert.deepEqual(sentBy(scp), []);
      assert.equal(
        errorOf(scp),
        `Replay: the recording ends with the requestor's ${what}, but this one goes on`,
      );
      assert.ok(scp.wantsClose);
    });
  }
  test("is content with a requestor that closes as recorded", () => {
    const scp = replay([...TALK.slice(0, 2), ended(50, "requestor")]);
    scp.receive(RELEASE, 1500);
    sentBy(scp);
    scp.transportClosed(1510);
    assert.equal(scp.pollEvent(), undefined);
    assert.equal(scp.pollTimeout(), undefined);
    assert.ok(scp.wantsClose);
  });
  test("is ended from outside with an A-ABORT", () => {
    const scp = replay(TALK);
    scp.abort();
    assert.equal(sentBy(scp).length, 1);
    assert.ok(scp.wantsClose);
  });
});
