/** What a peer may send in the same bytes as the end of the association: nothing is thrown, and the end is reported. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answerRequest } from "../../../src/association/negotiation.ts";
import { IMPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import {
  decodeCommand,
  encodeCommand,
} from "../../../src/dimse/command_codec.ts";
import {
  C_CANCEL_RQ,
  C_ECHO_RQ,
  C_FIND_RQ,
} from "../../../src/dimse/commands.ts";
import { FindScp, type ScpEvent } from "../../../src/find/scp.ts";
import { FindScu, type ScuConfig } from "../../../src/find/scu.ts";
import type { ScuEvent } from "../../../src/find/scu_events.ts";
import { ArchiveScp } from "../../../src/scp/archive_scp.ts";
import { Archive } from "../../../src/scp/archive/archive.ts";
import { decodePdu } from "../../../src/pdu/decode.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import type { AssociateRq } from "../../../src/pdu/types.ts";
import {
  acceptAll,
  cmd,
  concat,
  data,
  identifier,
  match,
  pdata,
  response,
  success,
} from "../../support/scripted_peer.ts";

const STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1";
const CONFIG: ScuConfig = {
  maxPduLength: 16_384,
  acseTimeout: 30_000,
  artimTimeout: 5_000,
  firstResponseTimeout: 10_000,
  responseTimeout: 2_000,
};

const REQUEST = encodePdu({
  type: "associate-rq",
  protocolVersion: 1,
  calledAeTitle: "SCP",
  callingAeTitle: "SCU",
  applicationContext: "1.2.840.10008.3.1.1.1",
  contexts: [{
    id: 1,
    abstractSyntax: STUDY_ROOT,
    transferSyntaxes: [IMPLICIT_LE.uid],
  }],
  userInformation: { maxPduLength: 16_384 },
  unknownItems: [],
});
const ABORT = encodePdu({ type: "abort", source: 0, reason: 0 });
const RELEASE_RQ = encodePdu({ type: "release-rq" });
const ECHO_RQ = encodeCommand({
  commandField: C_ECHO_RQ,
  messageId: 7,
  hasDataset: false,
});
const FIND_RQ = encodeCommand({
  commandField: C_FIND_RQ,
  messageId: 8,
  hasDataset: true,
});
const FIND_RQ_ALONE = encodeCommand({
  commandField: C_FIND_RQ,
  messageId: 9,
  hasDataset: false,
});
const BROKEN = pdata(cmd(new Uint8Array(8).fill(0xee)));

function eventsOf<E>(endpoint: { pollEvent(): E | undefined }): E[] {
  const events: E[] = [];
  for (let event = endpoint.pollEvent(); event; event = endpoint.pollEvent()) {
    events.push(event);
  }
  return events;
}

function types(events: readonly { type: string }[]): string[] {
  return events.map((event) => event.type);
}

/** A user with an open association, which has asked a query whose first match it will cancel. */
function asking(): FindScu {
  const scu = new FindScu(CONFIG);
  scu.request({
    callingAeTitle: "SCU",
    calledAeTitle: "SCP",
    contexts: [{
      abstractSyntax: STUDY_ROOT,
      transferSyntaxes: [IMPLICIT_LE.uid],
    }],
  });
  scu.transportOpened(0);
  const request = decodePdu(scu.pollTransmit()!) as AssociateRq;
  scu.receive(acceptAll(request), 0);
  scu.find(scu.contextOf(STUDY_ROOT)!, identifier("A"), 0, "medium", 1);
  scu.pollTransmit();
  eventsOf(scu);
  return scu;
}

describe("FindScu takes, in one piece,", () => {
  const rows: [string, Uint8Array, string[]][] = [
    [
      "a match to be cancelled and an A-ABORT",
      concat(match("A"), ABORT),
      ["match", "aborted"],
    ],
    [
      "a request of the peer and an A-ABORT",
      concat(pdata(cmd(ECHO_RQ)), ABORT),
      ["warning", "aborted"],
    ],
    [
      "a request on a context that was not accepted",
      concat(pdata(cmd(ECHO_RQ, true, 9)), success()),
      ["warning", "final"],
    ],
    [
      "a release request and an A-ABORT",
      concat(RELEASE_RQ, ABORT),
      ["peer-released", "aborted"],
    ],
    [
      "a release request and data behind it",
      concat(match("A"), RELEASE_RQ, match("B")),
      ["match", "peer-released", "error"],
    ],
    [
      "a broken command set and a release request",
      concat(BROKEN, RELEASE_RQ),
      ["error"],
    ],
    [
      "a broken command set and an A-ABORT",
      concat(BROKEN, ABORT),
      ["error"],
    ],
    [
      "a broken command set and a match",
      concat(BROKEN, match("A"), success()),
      ["error"],
    ],
    [
      "a response with neither status nor dataset, and a match",
      concat(
        pdata(cmd(response(0, false, { status: undefined }))),
        match("A"),
        success(),
      ),
      ["error"],
    ],
  ];
  for (const [name, bytes, wanted] of rows) {
    test(name, () => {
      const scu = asking();
      scu.receive(bytes, 0);
      assert.deepEqual(types(eventsOf(scu)), wanted);
    });
  }

  test("a request of the peer while it waits for A-RELEASE-RP", () => {
    const scu = asking();
    scu.receive(success(), 0);
    scu.release(0);
    scu.receive(pdata(cmd(ECHO_RQ)), 0);
    scu.receive(encodePdu({ type: "release-rp" }), 0);
    assert.deepEqual(types(eventsOf(scu)), ["final", "warning", "released"]);
  });

  test("nothing of a request that could not be sent", () => {
    const scu = asking();
    scu.receive(concat(success(), ABORT), 0);
    assert.throws(() => scu.find(scu.contexts[0]!, identifier("A"), 0));
    assert.equal(scu.isFinding, false);
    assert.equal(scu.pollTimeout(), undefined);
  });
});

describe("FindScp takes, in one piece,", () => {
  const rows: [string, Uint8Array, string[]][] = [
    [
      "an echo and an A-ABORT",
      concat(pdata(cmd(ECHO_RQ)), ABORT),
      ["echo", "aborted"],
    ],
    [
      "an echo on a context that was not accepted",
      pdata(cmd(ECHO_RQ, true, 9)),
      ["warning"],
    ],
    [
      "a query on a context that was not accepted",
      pdata(cmd(FIND_RQ, true, 9), data(identifier("A"), true, 9)),
      ["warning"],
    ],
    [
      "a query without identifier and an A-ABORT",
      concat(pdata(cmd(FIND_RQ_ALONE)), ABORT),
      ["aborted"],
    ],
    [
      "an unknown request and an A-ABORT",
      concat(
        pdata(cmd(encodeCommand({ commandField: 0x0021, hasDataset: false }))),
        ABORT,
      ),
      ["aborted"],
    ],
  ];
  for (const [name, bytes, wanted] of rows) {
    test(name, () => {
      const scp = provider();
      scp.receive(REQUEST, 0);
      const [requested] = eventsOf(scp);
      assert.equal(requested?.type, "requested");
      accept(scp, requested);
      scp.receive(bytes, 0);
      assert.deepEqual(types(eventsOf(scp)), wanted);
    });
  }

  test("a proposal and an A-ABORT, and lets either be answered", () => {
    for (const react of [accept, refuse]) {
      const scp = provider();
      scp.receive(concat(REQUEST, ABORT), 0);
      const events = eventsOf(scp);
      assert.deepEqual(types(events), ["requested", "aborted"]);
      react(scp, events[0]!);
      assert.equal(scp.pollTransmit(), undefined);
    }
  });

  test("a query, a release request and an A-ABORT, and lets each be answered", () => {
    const scp = provider();
    scp.receive(REQUEST, 0);
    accept(scp, eventsOf(scp)[0]!);
    scp.pollTransmit();
    scp.receive(
      concat(
        pdata(cmd(FIND_RQ), data(identifier("A"))),
        pdata(
          cmd(encodeCommand({
            commandField: C_CANCEL_RQ,
            messageIdBeingRespondedTo: 8,
            hasDataset: false,
          })),
        ),
        RELEASE_RQ,
        ABORT,
      ),
      0,
    );
    const events = eventsOf(scp);
    assert.deepEqual(types(events), [
      "find",
      "cancel",
      "release-requested",
      "aborted",
    ]);
    const [find] = events;
    assert.equal(find?.type, "find");
    scp.pending(find.request, identifier("A"));
    scp.finish(find.request, 0);
    scp.release();
    assert.equal(scp.pollTransmit(), undefined);
    assert.deepEqual(scp.openRequests, []);
  });

  test("no more requests than it can keep, and none twice", () => {
    const scp = provider();
    scp.receive(REQUEST, 0);
    accept(scp, eventsOf(scp)[0]!);
    scp.pollTransmit();
    const query = (messageId: number) =>
      pdata(
        cmd(encodeCommand({
          commandField: C_FIND_RQ,
          messageId,
          hasDataset: true,
        })),
        data(identifier("A")),
      );
    const statusesTo = (bytes: Uint8Array): (number | undefined)[] => {
      scp.receive(bytes, 0);
      const pdu = scp.pollTransmit();
      if (pdu === undefined) return [];
      return [decodeCommand(pdu.subarray(12)).status];
    };
    assert.deepEqual(statusesTo(query(1)), []);
    assert.deepEqual(statusesTo(query(1)), [0x0210]);
    for (let id = 2; id <= 16; id++) {
      assert.deepEqual(statusesTo(query(id)), []);
    }
    assert.deepEqual(statusesTo(query(17)), [0x0213]);
    assert.equal(scp.openRequests.length, 16);
    scp.finish(scp.openRequests[0]!, 0);
    scp.pollTransmit();
    assert.deepEqual(statusesTo(query(17)), []);
  });

  test("an abort of its own before any proposal came", () => {
    const scp = provider();
    scp.abort();
    assert.equal(scp.wantsClose, true);
    assert.equal(scp.pollTransmit(), undefined);
    assert.equal(scp.pollTimeout(), undefined);
    scp.transportClosed(1);
    assert.deepEqual(eventsOf(scp), []);
  });
});

function provider(): FindScp {
  const scp = new FindScp(CONFIG);
  scp.transportOpened(0);
  return scp;
}

function accept(scp: FindScp, event: ScpEvent): void {
  assert.equal(event.type, "requested");
  scp.accept(answerRequest(event.request, {
    transferSyntaxes: () => [IMPLICIT_LE.uid],
  }));
}

function refuse(scp: FindScp): void {
  scp.reject(1, 1, 7);
}

describe("ArchiveScp takes, in one piece,", () => {
  const query = pdata(cmd(FIND_RQ), data(identifier("A")));
  const rows: [string, Uint8Array][] = [
    ["a proposal and an A-ABORT", concat(REQUEST, ABORT)],
    ["two proposals", concat(REQUEST, REQUEST)],
    ["a query and an A-ABORT", concat(REQUEST, query, ABORT)],
    ["a query and another proposal", concat(REQUEST, query, REQUEST)],
    ["a query and broken bytes", concat(REQUEST, query, BROKEN)],
    [
      "a query, a release request and data",
      concat(
        REQUEST,
        query,
        RELEASE_RQ,
        query,
      ),
    ],
    [
      "a query on a context that was not proposed",
      concat(
        REQUEST,
        pdata(cmd(FIND_RQ, true, 9), data(identifier("A"), true, 9)),
      ),
    ],
  ];
  for (const [name, bytes] of rows) {
    for (const isTogether of [true, false]) {
      test(`${name}${isTogether ? "" : ", the proposal answered before"}`, () => {
        const scp = new ArchiveScp({ archive: new Archive() });
        scp.transportOpened(0);
        if (isTogether) scp.receive(bytes, 0);
        else {
          scp.receive(bytes.subarray(0, REQUEST.length), 0);
          scp.pollTransmit();
          scp.receive(bytes.subarray(REQUEST.length), 0);
        }
        while (scp.pollTransmit() !== undefined);
        eventsOf<ScuEvent | ScpEvent | { type: string }>(scp);
        scp.transportClosed(0);
        assert.equal(scp.wantsClose, true);
      });
    }
  }
});

test("FindScu reports an oddity once, however often the peer repeats it", () => {
  const scu = asking();
  const stale = pdata(cmd(response(0xff00, false, {
    messageIdBeingRespondedTo: 77,
  })));
  const request = pdata(cmd(ECHO_RQ));
  for (let time = 0; time < 3; time++) {
    scu.receive(concat(stale, request), 0);
    scu.pollTransmit();
  }
  assert.deepEqual(
    types(eventsOf(scu)).filter((type) => type === "warning").length,
    2,
  );
});

test("FindScu reports no more than a thousand oddities", () => {
  const scu = asking();
  scu.receive(success(), 0);
  for (let id = 0; id < 5000; id++) {
    scu.receive(
      pdata(cmd(response(0, false, { messageIdBeingRespondedTo: id }))),
      0,
    );
  }
  assert.equal(eventsOf(scu).length, 1 + 1000);
});
