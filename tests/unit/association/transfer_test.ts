import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LocalProtocolError } from "../../../src/errors.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import {
  dataOf,
  established,
  obliging,
  only,
  pdv,
} from "../../support/association.ts";
import { hex } from "../../support/hex.ts";

describe("data transfer", () => {
  test("delivers fragments in order, whatever the chunks", () => {
    for (const chunkSize of [1, 13, 1_000, 100_000]) {
      const pair = established({ chunkSize, latency: 1 });
      const pdvs = [0, 1, 2, 300, 5_000, 16_378].map((size) => pdv(size));
      pair.acceptor.sendData(pdvs);
      pair.run();
      assert.deepEqual(dataOf(pair.events.requestor), pdvs);
      assert.ok(pair.types("requestor").every((type) => type !== "warning"));
    }
  });

  test("puts one fragment into each P-DATA-TF, all into one chunk", () => {
    const pair = established();
    pair.requestor.sendData([pdv(4), pdv(6)]);
    pair.requestor.sendData([pdv(2)]);
    const bytes = pair.requestor.pollTransmit()!;
    const expected = [pdv(4), pdv(6), pdv(2)].flatMap((one) => [
      ...encodePdu({ type: "p-data-tf", pdvs: [one] }),
    ]);
    assert.deepEqual([...bytes], expected);
    assert.equal(pair.requestor.pollTransmit(), undefined);
  });

  test("joins the data of one chunk into one event of views", () => {
    const pair = established();
    pair.acceptor.sendData([pdv(4), pdv(6), pdv(8)]);
    const bytes = pair.acceptor.pollTransmit()!;
    pair.requestor.receive(bytes, pair.now);
    const event = pair.requestor.pollEvent();
    assert.ok(event?.type === "data");
    assert.equal(event.pdvs.length, 3);
    for (const { data } of event.pdvs) assert.equal(data.buffer, bytes.buffer);
    assert.equal(pair.requestor.pollEvent(), undefined);
  });

  test("keeps data before the release that follows it", () => {
    const pair = established();
    pair.acceptor.sendData([pdv(4)]);
    pair.acceptor.release();
    pair.run();
    assert.deepEqual(pair.types("requestor").slice(1), [
      "data",
      "release-requested",
      "released",
    ]);
  });

  test("refuses what the peer could not take, and sends nothing of it", () => {
    const pair = established({ acceptor: { maxPduLength: 100 } });
    const { requestor } = pair;
    const wrong = [
      [pdv(94), pdv(95)],
      [pdv(4), pdv(4, 3)],
    ];
    for (const pdvs of wrong) {
      assert.throws(() => requestor.sendData(pdvs), LocalProtocolError);
      assert.equal(requestor.pollTransmit(), undefined);
    }
    requestor.sendData([pdv(94)]);
    assert.equal(requestor.pollTransmit()?.length, 106);
  });

  test("takes PDUs beyond the announced limit, warning once", () => {
    const pair = established({ requestor: { maxPduLength: 64 } });
    const long = encodePdu({ type: "p-data-tf", pdvs: [pdv(70), pdv(70)] });
    pair.requestor.receive(long, pair.now);
    pair.requestor.receive(long, pair.now);
    pair.flush();
    const warning = only(pair.events.requestor, "warning");
    assert.match(warning.text, /152 bytes, more than the 64/);
    assert.equal(dataOf(pair.events.requestor).length, 4);
  });

  test("ignores P-DATA-TFs without data, warning once", () => {
    const pair = established();
    for (let i = 0; i < 3; i++) {
      pair.requestor.receive(hex("04 00 00000000"), pair.now);
    }
    pair.flush();
    assert.deepEqual(pair.types("requestor"), ["accepted", "warning"]);
    assert.equal(pair.requestor.state, "Sta6");
  });

  test("aborts on a malformed PDU, after the sound ones before it", () => {
    const pair = established();
    const sound = encodePdu({ type: "p-data-tf", pdvs: [pdv(2)] });
    const broken = hex("04 00 00000010 00000004 0103 aabb 00000009 0103 ccdd");
    pair.requestor.receive(sound, pair.now);
    pair.requestor.receive(broken, pair.now);
    pair.run();
    assert.deepEqual(pair.types("requestor"), ["accepted", "data", "error"]);
    assert.deepEqual(dataOf(pair.events.requestor), [pdv(2)]);
    assert.deepEqual(pair.events.acceptor.at(-1), {
      type: "aborted",
      source: 2,
      reason: 6,
    });
  });

  test("reports a transport that closes in between", () => {
    const pair = established();
    pair.close("acceptor");
    pair.run();
    assert.equal(pair.types("requestor").at(-1), "closed");
  });
});

describe("release", () => {
  test("ends both sides in order", () => {
    const pair = established({ latency: 2 });
    pair.requestor.release();
    pair.run();
    assert.deepEqual(pair.types("requestor"), ["accepted", "released"]);
    assert.deepEqual(pair.types("acceptor").slice(1), [
      "release-requested",
      "released",
    ]);
    assert.equal(pair.requestor.state, "Sta1");
    assert.equal(pair.acceptor.state, "Sta1");
  });

  test("may come from the acceptor", () => {
    const pair = established({ latency: 2 });
    pair.acceptor.release();
    pair.run();
    assert.equal(pair.types("requestor").at(-1), "released");
    assert.equal(pair.types("acceptor").at(-1), "released");
  });

  test("still delivers data that was on its way", () => {
    const pair = established({ latency: 2 });
    pair.acceptor.sendData([pdv(4), pdv(6)]);
    pair.requestor.release();
    pair.run();
    assert.deepEqual(pair.types("requestor"), ["accepted", "data", "released"]);
  });

  test("allows data before the answer to the peer's request", () => {
    const pair = established({
      react: (side, event, p) => {
        if (event.type === "release-requested") p[side].sendData([pdv(8)]);
        obliging(side, event, p);
      },
    });
    pair.requestor.release();
    pair.run();
    assert.deepEqual(pair.types("requestor"), ["accepted", "data", "released"]);
  });

  test("settles a collision without further calls", () => {
    const pair = established({ latency: 2 });
    pair.requestor.release();
    pair.acceptor.release();
    pair.run();
    assert.deepEqual(pair.types("requestor"), ["accepted", "released"]);
    assert.deepEqual(pair.types("acceptor"), ["requested", "released"]);
    assert.equal(pair.requestor.state, "Sta1");
    assert.equal(pair.acceptor.state, "Sta1");
  });

  test("times out, on a clock that starts with the request", () => {
    const pair = established();
    pair.runUntil(500_000);
    pair.isCut = true;
    pair.requestor.release();
    pair.run();
    assert.equal(pair.requestor.state, "Sta1");
    assert.deepEqual(pair.events.requestor.at(-1), {
      type: "timeout",
      phase: "release",
    });
    assert.equal(pair.now, 500_000 + 30_000 + 10_000);
  });

  test("is given up when the transport closes instead", () => {
    const pair = established();
    pair.requestor.release();
    pair.close("acceptor");
    pair.run();
    assert.equal(pair.types("requestor").at(-1), "closed");
  });
});
