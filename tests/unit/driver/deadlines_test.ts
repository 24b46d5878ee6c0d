/** Every wait ends at its deadline: even if the peer never falls silent, and when the caller's signal says so. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { connect } from "../../../src/client/client.ts";
import { find } from "../../../src/client/query.ts";
import { type Clock, systemClock } from "../../../src/driver/drive.ts";
import { CancelledError, TimeoutError } from "../../../src/errors.ts";
import { decodePdu } from "../../../src/pdu/decode.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import type { AssociateRq } from "../../../src/pdu/types.ts";
import type { Connector, Transport } from "../../../src/transport.ts";
import {
  acceptAll,
  cmd,
  match,
  pdata,
  response,
  scriptedPeer,
  type ScriptOptions,
  type Step,
  success,
} from "../../support/scripted_peer.ts";

const STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1";
const VERIFICATION = "1.2.840.10008.1.1";
const IDENTIFIER = Dataset.of(textElement(0x00080052, "CS", "STUDY"));
const TARGET = { host: "peer", port: 104 };

/** More chunks than any of these tests should ever read. */
const ENOUGH = 5_000;

/** A peer that accepts, and then always has another chunk; each takes a while. */
function flooding(chunk: Uint8Array): { connector: Connector; clock: Clock } {
  let now = 0;
  let answer: Uint8Array | undefined;
  let chunks = 0;
  let close: (() => void) | undefined;
  const transport: Transport = {
    info: { kind: "mock", peer: "flood" },
    write: (bytes) => {
      if (bytes[0] === 0x01) {
        answer = acceptAll(decodePdu(bytes) as AssociateRq);
      }
      return Promise.resolve();
    },
    read: () => {
      const first = answer;
      answer = undefined;
      if (first !== undefined) return Promise.resolve(first);
      now += 100;
      if (++chunks < ENOUGH) return Promise.resolve(chunk);
      return new Promise((resolve) => close = () => resolve(null));
    },
    close: () => close?.(),
  };
  // The bytes are always there before a timer fires.
  const clock: Clock = {
    now: () => now,
    after: (_, callback) => {
      if (chunks >= ENOUGH) queueMicrotask(callback);
      return () => {};
    },
    turn: () => Promise.resolve(),
  };
  return { connector: () => Promise.resolve(transport), clock };
}

test("a cancelled query ends after its grace time though matches never stop", async () => {
  const { connector, clock } = flooding(match("A"));
  const association = await connect({ connector, clock, target: TARGET });
  const operation = association.find({
    abstractSyntax: STUDY_ROOT,
    identifier: IDENTIFIER,
  });
  await operation.next();
  operation.cancel(3_000);
  await assert.rejects(async () => {
    for await (const _ of operation);
  }, TimeoutError);
  assert.ok(operation.matches < 100, `after ${operation.matches} matches`);
});

test("a query ends at its deadline though the peer sends other things without end", async () => {
  const stale = response(0xff00, false, { messageIdBeingRespondedTo: 0 });
  const { connector, clock } = flooding(pdata(cmd(
    stale.subarray(0, 10),
    false,
  )));
  const association = await connect({
    connector,
    clock,
    target: TARGET,
    timeouts: { firstResponse: 10_000 },
  });
  const operation = association.find({
    abstractSyntax: STUDY_ROOT,
    identifier: IDENTIFIER,
  });
  await assert.rejects(operation.next(), (error: TimeoutError) => {
    assert.equal(error.phase, "first-response");
    return true;
  });
  assert.ok(clock.now() < 20_000, `after ${clock.now()} ms`);
});

test("a release ends at its own deadline though data never stops", async () => {
  const { connector, clock } = flooding(match("A"));
  const association = await connect({
    connector,
    clock,
    target: TARGET,
    timeouts: { association: 60_000, release: 2_000 },
  });
  const before = clock.now();
  await assert.rejects(association.release(), (error: TimeoutError) => {
    assert.equal(error.phase, "release");
    assert.match(error.message, /waited 2 s/);
    return true;
  });
  assert.ok(clock.now() - before < 10_000, `after ${clock.now()} ms`);
});

test("bytes that were there before a late deadline count", async () => {
  let now = 0;
  const { connector } = scriptedPeer([{ send: match("A") }, {
    send: success(),
  }]);
  const association = await connect({
    connector,
    target: TARGET,
    clock: {
      now: () => now,
      after: (_, callback) => {
        const timer = setTimeout(callback);
        return () => clearTimeout(timer);
      },
      turn: systemClock.turn,
    },
  });
  const operation = association.find({
    abstractSyntax: STUDY_ROOT,
    identifier: IDENTIFIER,
  });
  assert.equal((await operation.next()).done, false);
  now += 1_000_000; // the consumer was busy with the match
  assert.equal((await operation.next()).done, true);
  assert.equal(operation.result?.status, 0);
});

test("a signal ends an echo at once", async () => {
  const controller = new AbortController();
  const { connector, log } = scriptedPeer([]);
  const association = await connect({
    connector,
    target: TARGET,
    signal: controller.signal,
  });
  assert.ok(
    association.contexts.some((one) =>
      one.abstractSyntax === VERIFICATION && one.result === 0
    ),
  );
  const echo = association.echo();
  controller.abort(new CancelledError("interrupted", "Enough"));
  await assert.rejects(echo, /Enough/);
  for (let turn = 0; turn < 20; turn++) await undefined;
  assert.deepEqual(log.received.map((pdu) => pdu.type), [
    "associate-rq",
    "p-data-tf",
    "abort",
  ]);
});

test("find() fails with the peer's status, however the release ends", async () => {
  const { connector } = scriptedPeer([
    { send: success(0xa700) },
    { await: 1 },
    { send: encodePdu({ type: "abort", source: 2, reason: 0 }) },
  ]);
  const matches = find({
    connector,
    target: TARGET,
    abstractSyntax: STUDY_ROOT,
    identifier: IDENTIFIER,
  });
  await assert.rejects(matches.next(), /status 0xa700/);
});

test("a loop that is left early does not fail because the peer ignores the cancel", async () => {
  const { connector, clock } = flooding(match("A"));
  let seen = 0;
  const matches = find({
    connector,
    clock,
    target: TARGET,
    abstractSyntax: STUDY_ROOT,
    identifier: IDENTIFIER,
  });
  for await (const _ of matches) {
    seen++;
    break;
  }
  assert.equal(seen, 1);
});

/** A query of a peer that sends a match, left after it; answers the types of what the peer received, and when all was over. */
async function leaveEarly(
  steps: readonly Step[],
  options: ScriptOptions = {},
): Promise<{ types: string[]; time: number }> {
  const { connector, log } = scriptedPeer(
    [{ send: match("A") }, ...steps],
    options,
  );
  let time = 0;
  const clock: Clock = {
    now: () => time,
    // No timer but the first: it is the shortest, as the others are of many seconds.
    after: (milliseconds, callback) => {
      let isOff = false;
      void (async () => {
        for (let turn = 0; turn < 500 && !isOff; turn++) await undefined;
        if (isOff || milliseconds > 1_000) return;
        time += milliseconds;
        callback();
      })();
      return () => isOff = true;
    },
    turn: () => Promise.resolve(),
  };
  const query = { abstractSyntax: STUDY_ROOT, identifier: IDENTIFIER };
  for await (const _ of find({ connector, clock, target: TARGET, ...query })) {
    break;
  }
  for (let turn = 0; turn < 50; turn++) await undefined;
  return { types: log.received.slice(3).map(({ type }) => type), time };
}

test("find() that is left early cancels the query and releases the association", async () => {
  const { types, time } = await leaveEarly([
    { await: 1 },
    { send: success(0xfe00) },
  ]);
  assert.deepEqual(types, ["p-data-tf", "release-rq"]);
  assert.equal(time, 0);
});

test("find() that is left early aborts within 100 ms when the peer does not follow", async () => {
  for (
    const [steps, options, wanted] of [
      [[], {}, ["p-data-tf", "abort"]],
      [
        [{ await: 1 }, { send: success(0xfe00) }],
        { answerRelease: false },
        ["p-data-tf", "release-rq", "abort"],
      ],
    ] as const
  ) {
    const { types, time } = await leaveEarly(steps, options);
    assert.deepEqual(types, wanted);
    assert.ok(time > 0 && time <= 100, `after ${time} ms`);
  }
});

test("a second query says why the association is over, when its end came with the first", async () => {
  for (
    const [end, wanted] of [
      [encodePdu({ type: "abort", source: 2, reason: 0 }), "AbortedError"],
      [encodePdu({ type: "release-rq" }), "TransportError"],
    ] as const
  ) {
    const both = new Uint8Array([...success(), ...end]);
    const { connector } = scriptedPeer([{ send: both }]);
    const association = await connect({ connector, target: TARGET });
    const query = { abstractSyntax: STUDY_ROOT, identifier: IDENTIFIER };
    assert.equal((await association.find(query).next()).done, true);
    assert.throws(() => association.find(query), { name: wanted });
    await assert.rejects(association.echo(), { name: wanted });
    await association.abort();
  }
});

test("a second query is answered or not by its own responses", async () => {
  const { connector } = scriptedPeer([
    { send: success() },
    { await: 2 },
    { close: true },
  ]);
  const association = await connect({ connector, target: TARGET });
  const query = { abstractSyntax: STUDY_ROOT, identifier: IDENTIFIER };
  assert.equal((await association.find(query).next()).done, true);
  await assert.rejects(
    association.find(query).next(),
    /closed the connection before its first response/,
  );
});
