/** The client against peers that bend the protocol: every match arrives, and nothing hangs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodePdu } from "../../../src/pdu/encode.ts";
import {
  cmd,
  concat,
  data,
  identifier,
  match,
  pdata,
  response,
  success,
} from "../../support/scripted_peer.ts";
import {
  A,
  assertGood,
  B,
  halves,
  OK,
  query,
  RSP,
  withExtra,
} from "./odd_peer.ts";

describe("a query is answered in full when the peer", () => {
  const rows: [string, Uint8Array, (string | undefined)[], RegExp?][] = [
    ["behaves", concat(match("A"), match("B"), success()), ["A", "B"]],
    ["finds nothing", success(), []],
    [
      "sends command and dataset in one PDU",
      concat(pdata(cmd(RSP), data(A)), success()),
      ["A"],
    ],
    [
      "sends the command and a first fragment in one PDU, the rest later",
      concat(
        pdata(cmd(RSP), data(halves(A, 10)[0], false)),
        pdata(data(halves(A, 10)[1])),
        success(),
      ),
      ["A"],
    ],
    [
      "sends four fragments in one PDU",
      concat(
        pdata(
          cmd(halves(RSP, 20)[0], false),
          cmd(halves(RSP, 20)[1]),
          data(halves(A, 10)[0], false),
          data(halves(A, 10)[1]),
        ),
        success(),
      ),
      ["A"],
    ],
    [
      "sends a dataset and the next message's command in one PDU",
      concat(
        pdata(cmd(RSP)),
        pdata(data(A), cmd(RSP)),
        pdata(data(B)),
        success(),
      ),
      ["A", "B"],
    ],
    [
      "sends pending, dataset and success in one PDU",
      pdata(cmd(RSP), data(A), cmd(OK)),
      ["A"],
    ],
    [
      "sends two matches and success in one PDU",
      pdata(cmd(RSP), data(A), cmd(RSP), data(B), cmd(OK)),
      ["A", "B"],
    ],
    [
      "fragments command and dataset over PDUs",
      concat(
        pdata(cmd(halves(RSP, 30)[0], false)),
        pdata(cmd(halves(RSP, 30)[1])),
        pdata(data(halves(A, 8)[0], false)),
        pdata(data(halves(A, 8)[1])),
        success(),
      ),
      ["A"],
    ],
    [
      "sends fragments of odd length",
      concat(
        pdata(cmd(halves(RSP, 7)[0], false)),
        pdata(cmd(halves(RSP, 7)[1])),
        pdata(data(halves(A, 9)[0], false)),
        pdata(data(halves(A, 9)[1])),
        success(),
      ),
      ["A"],
    ],
    [
      "says that a match has no dataset, but sends one",
      concat(
        pdata(cmd(response(0xff00, false))),
        pdata(data(A)),
        success(),
      ),
      ["A"],
      /dataset although its response announced none/,
    ],
    [
      "sends a match that really has no dataset",
      concat(pdata(cmd(response(0xff00, false))), success()),
      [undefined],
    ],
    [
      "announces a dataset and sends none",
      concat(pdata(cmd(RSP)), success()),
      [undefined],
      /announced a dataset but sent none/,
    ],
    [
      "sends a dataset with success",
      concat(
        match("A"),
        pdata(cmd(response(0, true))),
        pdata(data(B)),
      ),
      ["A"],
      /has a dataset/,
    ],
    [
      "sends an undeclared dataset behind success",
      concat(match("A"), success(), pdata(data(B))),
      ["A"],
    ],
    [
      "answers another message id",
      concat(
        pdata(cmd(response(0xff00, true, { messageIdBeingRespondedTo: 77 }))),
        pdata(data(A)),
        success(),
      ),
      ["A"],
      /answers message 1 as message 77/,
    ],
    [
      "leaves out the group length",
      concat(
        pdata(cmd(RSP.subarray(12))),
        pdata(data(A)),
        pdata(cmd(OK.subarray(12))),
      ),
      ["A"],
    ],
    [
      "sends a match with status FF02",
      concat(match("A", 0xff02), match("B"), success()),
      ["A", "B"],
      /undefined status 0xff02/,
    ],
    [
      "sends every match with status FF01",
      concat(match("A", 0xff01), match("B", 0xff01), success()),
      ["A", "B"],
    ],
    ["ends with B000", concat(match("A"), success(0xb000)), ["A"]],
    ["ends with B001", concat(match("A"), success(0xb001)), ["A"]],
    [
      "sends a P-DATA-TF without a PDV",
      concat(match("A"), pdata(), match("B"), success()),
      ["A", "B"],
      /PDV|P-DATA/,
    ],
    [
      "sends on a context that was not proposed",
      concat(
        pdata(cmd(RSP, true, 9)),
        pdata(data(A, true, 9)),
        pdata(cmd(OK, true, 9)),
      ),
      ["A"],
    ],
    [
      "sends a response to an older message first",
      concat(
        pdata(cmd(response(0, false, { messageIdBeingRespondedTo: 0 }))),
      ),
      [],
    ],
    [
      "puts attributes into its command sets that belong into a dataset",
      concat(
        pdata(cmd(withExtra(RSP))),
        pdata(data(A)),
        pdata(cmd(withExtra(RSP))),
        pdata(data(B)),
        pdata(cmd(withExtra(OK))),
      ),
      ["A", "B"],
      /^The peer's command sets hold .*\(0008,0020\).*: ignored$/,
    ],
    [
      "cancels by itself",
      concat(match("A"), success(0xfe00)),
      ["A"],
    ],
  ];
  for (const [name, bytes, patients, warning] of rows) {
    test(name, async () => {
      const outcome = await query([{ send: bytes }]);
      assertGood(outcome, patients);
      if (warning) assert.match(outcome.warnings.join("\n"), warning);
    });
    test(`${name}, byte by byte`, async () => {
      assertGood(await query([{ send: bytes }], { chunkSize: 1 }), patients);
    });
  }

  test("sends a PDU beyond our maximum", async () => {
    const long = identifier("X".repeat(40_000));
    const outcome = await query([{
      send: concat(pdata(cmd(RSP)), pdata(data(long)), match("B"), success()),
    }]);
    assertGood(outcome, ["X".repeat(40_000), "B"]);
    assert.match(
      outcome.warnings.join("\n"),
      /40028 bytes, more than the 16384 we announced/,
    );
  });

  test("closes the connection instead of answering the release", async () => {
    const outcome = await query([
      { send: concat(match("A"), success()) },
      { await: 1 },
      { close: true },
    ]);
    assertGood(outcome, ["A"]);
    assert.match(outcome.warnings.join("\n"), /instead of answering/);
  });

  test("releases by itself after the final response", async () => {
    const outcome = await query([{
      send: concat(match("A"), success(), encodePdu({ type: "release-rq" })),
    }]);
    assertGood(outcome, ["A"]);
  });
});
