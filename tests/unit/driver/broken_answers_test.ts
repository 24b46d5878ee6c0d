/** The client against peers that break the protocol during a query: the matches before arrive, and each end has its error. */
import { describe, test } from "node:test";
import type { ErrorCode } from "../../../src/errors.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import {
  acceptAll,
  cmd,
  concat,
  data,
  match,
  pdata,
  response,
  type Step,
  success,
} from "../../support/scripted_peer.ts";
import {
  A,
  assertFails,
  B,
  halves,
  OK,
  query,
  request,
  RSP,
} from "./odd_peer.ts";

describe("a query ends with its error, and the matches before it, when the peer", () => {
  const rows: [string, readonly Step[], ErrorCode, RegExp][] = [
    [
      "answers A700",
      [{ send: concat(match("A"), success(0xa700)) }],
      "status",
      /status 0xa700: the peer is out of resources/,
    ],
    [
      "answers A900 with details",
      [{
        send: concat(
          match("A"),
          pdata(cmd(response(0xa900, false, {
            errorComment: "no wildcard here",
            offendingElements: [0x0020000d],
          }))),
        ),
      }],
      "status",
      /0xa900.*the peer says "no wildcard here".*\(0020,000d\)/,
    ],
    [
      "answers C502",
      [{ send: concat(match("A"), success(0xc502)) }],
      "status",
      /0xc502/,
    ],
    [
      "answers 0122",
      [{ send: concat(match("A"), success(0x0122)) }],
      "status",
      /0x0122: the SOP class is not supported/,
    ],
    [
      "aborts",
      [{
        send: concat(
          match("A"),
          encodePdu({ type: "abort", source: 2, reason: 0 }),
        ),
      }],
      "aborted",
      /abort/i,
    ],
    [
      "closes the connection",
      [{ send: match("A") }, { close: true }],
      "closed",
      /closed the connection before its final response/,
    ],
    [
      "asks for release in the middle",
      [{ send: concat(match("A"), encodePdu({ type: "release-rq" })) }],
      "closed",
      /released the association before its final response/,
    ],
    [
      "begins a message inside another",
      [{
        send: concat(
          match("A"),
          pdata(cmd(RSP), data(halves(B, 10)[0], false), cmd(OK)),
        ),
      }],
      "remote-protocol",
      /before the dataset of the last one was complete/,
    ],
    [
      "asks in place of an answer",
      [{
        send: concat(
          match("A"),
          pdata(cmd(request(0x0001))),
          pdata(data(B)),
        ),
      }],
      "remote-protocol",
      /^The peer sent a C-STORE-RQ in place of a response to C-FIND$/,
    ],
    [
      "sends a command that nobody knows",
      [{ send: concat(match("A"), pdata(cmd(request(0x4711, false)))) }],
      "remote-protocol",
      /^The peer sent a message of unknown type 0x4711 in place of a response/,
    ],
    [
      "answers another operation",
      [{
        send: concat(
          match("A"),
          pdata(cmd(response(0, false, { commandField: 0x8030 }))),
        ),
      }],
      "remote-protocol",
      /^The peer sent a C-ECHO-RSP in place of a response to C-FIND$/,
    ],
    [
      "sends a dataset instead of a command",
      [{ send: concat(match("A"), pdata(data(B))) }],
      "remote-protocol",
      /^The peer sent a dataset instead of a command$/,
    ],
    [
      "begins a dataset instead of a command",
      [{ send: concat(match("A"), pdata(data(B, false))) }],
      "remote-protocol",
      /^The peer sent a dataset instead of a command$/,
    ],
    [
      "sends a command set that is none",
      [{
        send: concat(
          match("A"),
          pdata(cmd(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]))),
        ),
      }],
      "remote-protocol",
      /command set/,
    ],
  ];
  for (const [name, steps, code, message] of rows) {
    test(name, async () => {
      assertFails(await query(steps), code, message, ["A"]);
    });
  }

  test("stops talking", async () => {
    const clock = new FakeClock();
    const running = query([{ send: match("A") }], { clock });
    let done = false;
    void running.finally(() => done = true);
    for (let step = 0; step < 50 && !done; step++) {
      for (let turn = 0; turn < 100; turn++) await Promise.resolve();
      if (!done) clock.next();
    }
    assertFails(await running, "timeout", /waited 300 s for the/, ["A"]);
  });
});

test("a dataset as the whole answer is a violation, reported at once", async () => {
  const outcome = await query([{ send: pdata(data(A)) }]);
  assertFails(outcome, "remote-protocol", /dataset instead of a command/);
});

test("a response before any request is a violation, reported at once", async () => {
  for (
    const early of [success(), match("A"), pdata(cmd(request(0x0001, false)))]
  ) {
    const outcome = await query([], {
      onRequest: (request) => concat(acceptAll(request), early),
    });
    assertFails(outcome, "remote-protocol", /before any request was sent$/);
  }
});
