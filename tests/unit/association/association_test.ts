import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Association } from "../../../src/association/association.ts";
import {
  EncodeError,
  LocalProtocolError,
  UsageError,
} from "../../../src/errors.ts";
import { decodePdu } from "../../../src/pdu/decode.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import {
  established,
  obliging,
  only,
  REQUEST,
} from "../../support/association.ts";
import { hex } from "../../support/hex.ts";
import { Pair, PAIR_CONFIG } from "../../support/pair.ts";
import { generator } from "../../support/random.ts";

describe("establishment", () => {
  test("ends with both knowing what was agreed", () => {
    const pair = established({ acceptor: { maxPduLength: 4_096 } });
    const { contexts, accept } = only(pair.events.requestor, "accepted");
    assert.deepEqual(contexts, [{
      id: 1,
      result: 0,
      abstractSyntax: "1.2.840.10008.1.1",
      transferSyntax: "1.2.840.10008.1.2",
    }]);
    assert.equal(accept.calledAeTitle, "ARCHIVE");
    assert.deepEqual(pair.acceptor.contexts, pair.requestor.contexts);
    assert.equal(pair.requestor.maxSendPduLength, 4_096);
    assert.equal(pair.acceptor.maxSendPduLength, 16_384);
    assert.equal(pair.requestor.pollTimeout(), undefined);
    assert.equal(pair.acceptor.pollTimeout(), undefined);
  });

  test("takes a limit of 0 for none", () => {
    const pair = established({ acceptor: { maxPduLength: 0 } });
    assert.equal(pair.requestor.maxSendPduLength, Infinity);
  });

  test("may be requested after the transport has opened", () => {
    const pair = new Pair({ react: obliging });
    pair.open();
    pair.requestor.request(REQUEST);
    pair.run();
    assert.equal(pair.requestor.state, "Sta6");
  });

  test("works through any chunking", () => {
    for (const chunkSize of [1, 7, 100]) established({ chunkSize, latency: 3 });
  });

  test("ends at once when rejected", () => {
    const pair = new Pair({
      react: (side, event, { [side]: end }) => {
        if (event.type === "requested") end.reject(1, 1, 7);
      },
    });
    pair.requestor.request(REQUEST);
    pair.open();
    pair.run();
    assert.deepEqual(pair.events.requestor, [
      { type: "rejected", result: 1, source: 1, reason: 7 },
    ]);
    assert.equal(pair.requestor.state, "Sta1");
    assert.equal(pair.acceptor.state, "Sta1");
  });

  test("is rejected by the acceptor itself for another protocol version", () => {
    const acceptor = new Association("acceptor", PAIR_CONFIG);
    acceptor.transportOpened(0);
    const pair = new Pair();
    pair.requestor.request(REQUEST);
    pair.requestor.transportOpened(0);
    const bytes = pair.requestor.pollTransmit()!.slice();
    bytes[7] = 2;
    acceptor.receive(bytes, 0);
    assert.equal(acceptor.pollEvent()?.type, "error");
    assert.deepEqual(decodePdu(acceptor.pollTransmit()!), {
      type: "associate-rj",
      result: 1,
      source: 2,
      reason: 2,
    });
  });

  test("times out when the acceptor never answers, with an A-ABORT", () => {
    const pair = new Pair({ latency: 5 });
    pair.requestor.request(REQUEST);
    pair.open();
    pair.run();
    assert.deepEqual(pair.events.requestor, [
      { type: "timeout", phase: "association" },
    ]);
    assert.deepEqual(pair.types("acceptor"), ["requested", "aborted"]);
    assert.equal(pair.now, 1_000 + 30_000 + 10);
  });

  test("times out when the peer takes nothing at all", () => {
    const pair = new Pair();
    pair.isCut = true;
    pair.requestor.request(REQUEST);
    pair.open();
    pair.run();
    assert.deepEqual(pair.types("requestor"), ["timeout"]);
    assert.deepEqual(pair.types("acceptor"), ["timeout"]);
    // The acceptor: ARTIM. The requestor: ACSE, then ARTIM until it closes by itself.
    assert.equal(pair.now, 1_000 + 30_000 + 10_000);
  });

  test("waits for ever with an infinite limit", () => {
    const pair = new Pair({ requestor: { acseTimeout: Infinity } });
    pair.requestor.request(REQUEST);
    pair.requestor.transportOpened(0);
    assert.equal(pair.requestor.pollTimeout(), undefined);
  });

  test("reports a transport that closes instead of an answer", () => {
    const pair = new Pair({
      react: (side, event, p) => {
        if (event.type === "requested") p.close(side);
      },
    });
    pair.requestor.request(REQUEST);
    pair.open();
    pair.run();
    assert.deepEqual(pair.types("requestor"), ["closed"]);
    assert.ok(pair.requestor.wantsClose);
  });

  test("names a peer that speaks no DICOM, and stops listening to it", () => {
    const association = new Association("requestor", PAIR_CONFIG);
    association.request(REQUEST);
    association.transportOpened(0);
    association.pollTransmit();
    association.receive(new TextEncoder().encode("HTTP/1.1 400 Bad"), 0);
    const event = association.pollEvent();
    assert.ok(event?.type === "error");
    assert.match(event.error.hint ?? "", /web server/);
    const abort = { type: "abort", source: 2, reason: 1 };
    assert.deepEqual(decodePdu(association.pollTransmit()!), abort);
    association.receive(encodePdu({ type: "release-rq" }), 1);
    assert.equal(association.pollEvent(), undefined);
    assert.equal(association.pollTransmit(), undefined);
  });
});

describe("abort", () => {
  test("is sent to the peer with its numbers, and not reported here", () => {
    const pair = established();
    pair.requestor.abort();
    pair.run();
    assert.deepEqual(pair.types("requestor"), ["accepted"]);
    assert.deepEqual(pair.events.acceptor.at(-1), {
      type: "aborted",
      source: 0,
      reason: 0,
    });
    assert.equal(pair.requestor.state, "Sta1");
  });

  test("goes by the ARTIM timer when the peer keeps the transport open", () => {
    const pair = established();
    pair.isCut = true;
    pair.requestor.abort();
    pair.runUntil(pair.now + 9_999);
    assert.ok(!pair.requestor.wantsClose);
    pair.runUntil(pair.now + 1);
    assert.ok(pair.requestor.wantsClose);
  });

  test("may be repeated, and come after the end", () => {
    const pair = established();
    pair.requestor.abort();
    pair.requestor.abort(2, 2);
    assert.equal(pair.requestor.pollTransmit()?.length, 10);
    pair.run();
    pair.requestor.abort();
    assert.equal(pair.requestor.pollTransmit(), undefined);
  });

  test("with a reserved source is passed on as it is", () => {
    const pair = established();
    pair.requestor.receive(hex("07 00 00000004 00000105"), pair.now);
    pair.flush();
    assert.deepEqual(pair.events.requestor.at(-1), {
      type: "aborted",
      source: 1,
      reason: 5,
    });
  });
});

describe("the wait for the answer to a release request", () => {
  const acseTimeout = 5_000;

  test("begins at the time of the request", () => {
    const { requestor, now } = established({ requestor: { acseTimeout } });
    requestor.release(now + 10);
    assert.equal(requestor.pollTimeout(), now + 10 + acseTimeout);
  });

  test("begins at the next call with a time, which is due at once, after a request without one", () => {
    const { requestor, now } = established({ requestor: { acseTimeout } });
    requestor.release();
    assert.ok(requestor.pollTimeout()! <= now);
    requestor.handleTimeout(now + 10);
    assert.equal(requestor.pollTimeout(), now + 10 + acseTimeout);
  });
});

describe("misuse", () => {
  test("is refused without a trace", () => {
    const association = new Association("acceptor", PAIR_CONFIG);
    const calls = [
      () => association.request(REQUEST),
      () => association.accept({ contexts: [] }),
      () => association.reject(1, 1, 1),
      () => association.sendData([]),
      () => association.release(),
      () => association.abort(),
      () => association.receive(new Uint8Array(1), 0),
    ];
    for (const call of calls) assert.throws(call, LocalProtocolError);
    assert.equal(association.state, "Sta1");
    assert.equal(association.pollEvent(), undefined);
    assert.equal(association.pollTransmit(), undefined);
    association.transportOpened(0);
    assert.throws(() => association.transportOpened(0), LocalProtocolError);
  });

  test("does not allow a second association", () => {
    const pair = established();
    pair.requestor.release();
    pair.run();
    assert.throws(() => pair.requestor.request(REQUEST), LocalProtocolError);
  });

  test("leaves a request that cannot be encoded unmade", () => {
    const association = new Association("requestor", PAIR_CONFIG);
    assert.throws(() =>
      association.request({
        ...REQUEST,
        userIdentity: {
          identityType: 4,
          responseRequested: false,
          primary: new Uint8Array(70_000),
          secondary: new Uint8Array(0),
        },
      }), EncodeError);
    assert.throws(
      () => association.request({ ...REQUEST, calledAeTitle: "" }),
      UsageError,
    );
    association.request(REQUEST);
    assert.equal(association.state, "Sta4");
  });

  test("an early or needless timeout changes nothing", () => {
    const pair = established();
    pair.requestor.handleTimeout(pair.now + 1_000_000);
    assert.equal(pair.requestor.state, "Sta6");
    assert.equal(pair.requestor.pollEvent(), undefined);
  });
});

describe("any bytes", () => {
  test("give events, never an exception, in every phase", () => {
    const random = generator(7);
    for (let round = 0; round < 3_000; round++) {
      const association = random(2) === 0
        ? established().requestor
        : new Association("acceptor", PAIR_CONFIG);
      if (association.state === "Sta1") association.transportOpened(0);
      if (random(3) === 0 && association.state === "Sta6") {
        association.release();
      }
      for (let pdu = 0; pdu < 4; pdu++) {
        const bytes = new Uint8Array(6 + random(40));
        for (let i = 6; i < bytes.length; i++) bytes[i] = random(random(256));
        bytes[0] = random(20) === 0 ? random(256) : 1 + random(7);
        bytes[5] = bytes.length - 6 + (random(10) === 0 ? random(9) : 0);
        association.receive(bytes, 2_000);
        while (association.pollEvent() !== undefined);
        association.pollTransmit();
      }
    }
  });
});
