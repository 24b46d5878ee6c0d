/** The client against peers that leave out the end of an answer, or break the protocol as an association begins. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { textElement } from "../../../src/codec/values.ts";
import { connect } from "../../../src/client/client.ts";
import type { ErrorCode } from "../../../src/errors.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import {
  cmd,
  concat,
  data,
  identifier,
  match,
  pdata,
  response,
  scriptedPeer,
  type Step,
} from "../../support/scripted_peer.ts";
import { hintOf } from "../../../src/cli/line/remedies.ts";
import {
  assertFails,
  assertGood,
  B,
  halves,
  passing,
  query,
  STUDY_ROOT,
} from "./odd_peer.ts";

describe("a final status counts though its dataset never comes, when the peer", () => {
  const end = pdata(cmd(response(0, true)));
  const begun = concat(end, pdata(data(halves(B, 10)[0], false)));
  const rows: [string, Step[], number][] = [
    ["falls silent", [{ send: concat(match("A"), end) }], 5_000],
    ["falls silent within it", [{ send: concat(match("A"), begun) }], 5_000],
    [
      "sends both late",
      [{ send: concat(match("A"), end) }, { await: 1 }, {
        send: concat(pdata(data(B)), encodePdu({ type: "release-rp" })),
      }],
      5_000,
    ],
    ["hangs up", [{ send: concat(match("A"), end) }, { close: true }], 0],
    [
      "aborts",
      [{
        send: concat(
          match("A"),
          begun,
          encodePdu({ type: "abort", source: 0, reason: 0 }),
        ),
      }],
      0,
    ],
    [
      "requests the release",
      [{ send: concat(match("A"), end, encodePdu({ type: "release-rq" })) }],
      0,
    ],
  ];
  for (const [name, steps, time] of rows) {
    test(name, async () => {
      const clock = new FakeClock();
      const outcome = await passing(clock, query(steps, { clock }));
      assertGood(outcome, ["A"]);
      assert.equal(clock.time, time);
      assert.match(
        outcome.warnings.join("\n"),
        /final response \(0x0000\) announces a dataset, which did not come/,
      );
    });
  }

  test("and the next query is answered", async () => {
    const clock = new FakeClock();
    const { connector } = scriptedPeer([
      { send: concat(match("A"), begun) },
      { await: 2 },
      { send: pdata(data(halves(B, 10)[1])) },
      {
        send: concat(
          ...["C", "D"].flatMap((id) => [
            pdata(
              cmd(response(0xff00, true, { messageIdBeingRespondedTo: 2 })),
            ),
            pdata(data(identifier(id))),
          ]),
          pdata(
            cmd(response(0, false, { messageIdBeingRespondedTo: 2 })),
          ),
        ),
      },
    ]);
    const association = await connect({
      connector,
      clock,
      target: { host: "peer", port: 104 },
    });
    const ask = async () => {
      const found: string[] = [];
      const operation = association.find({
        abstractSyntax: STUDY_ROOT,
        identifier: Dataset.of(textElement(0x00080052, "CS", "STUDY")),
      });
      for await (const one of operation) {
        found.push(String(one.get(0x00100020)));
      }
      return found;
    };
    assert.deepEqual(await passing(clock, ask()), ["A"]);
    assert.deepEqual(await passing(clock, ask()), ["C", "D"]);
    await association.abort();
  });
});

describe("an association fails with its error when the peer", () => {
  const rows: [
    string,
    () => Uint8Array | null,
    ErrorCode,
    RegExp,
  ][] = [
    [
      "rejects",
      () =>
        encodePdu({ type: "associate-rj", result: 1, source: 1, reason: 7 }),
      "rejected",
      /called AE title/,
    ],
    [
      "rejects with numbers that nobody defined",
      () =>
        encodePdu({ type: "associate-rj", result: 9, source: 9, reason: 9 }),
      "rejected",
      /9/,
    ],
    [
      "aborts",
      () => encodePdu({ type: "abort", source: 0, reason: 0 }),
      "aborted",
      /abort/i,
    ],
    ["hangs up", () => null, "closed", /before it answered the association/],
    [
      "speaks HTTP",
      () => new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"),
      "remote-protocol",
      /HTTP/,
    ],
    [
      "speaks TLS",
      () => new Uint8Array([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]),
      "remote-protocol",
      /TLS/,
    ],
  ];
  for (const [name, answer, code, message] of rows) {
    test(name, async () => {
      assertFails(await query([], { onRequest: answer }), code, message);
    });
  }

  test("rejects an AE title, which is named in the hint", async () => {
    const hint = async (reason: number) => {
      const { error } = await query([], {
        onRequest: () =>
          encodePdu({ type: "associate-rj", result: 1, source: 1, reason }),
      });
      return (error && hintOf(error)) ?? "";
    };
    assert.match(await hint(3), /^Have "[\w-]+" registered .* with -aet/);
    assert.match(await hint(7), /^It was called "[\w-]+": .* with -aec/);
    assert.doesNotMatch(await hint(1), /-aet|-aec/);
  });

  test("accepts no context", async () => {
    const outcome = await query([], {
      onRequest: (request) =>
        encodePdu({
          type: "associate-ac",
          protocolVersion: 1,
          calledAeTitle: "",
          callingAeTitle: "",
          applicationContext: request.applicationContext,
          contexts: [{ id: 1, result: 3, transferSyntax: undefined }],
          userInformation: {},
          unknownItems: [],
        }),
    });
    assertFails(outcome, "no-context", /does not accept Study Root/);
  });
});
