/** The client against peers that bend or break the protocol: every match arrives, nothing hangs, each end has its error. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stringsOf } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { textElement } from "../../../src/codec/values.ts";
import {
  connect,
  type FindResult,
  type Match,
} from "../../../src/client/client.ts";
import { find } from "../../../src/client/query.ts";
import type { Clock } from "../../../src/driver/drive.ts";
import { type ErrorCode, FindscuError } from "../../../src/errors.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import { encodeCommand } from "../../../src/dimse/command_codec.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { hex } from "../../support/hex.ts";
import {
  acceptAll,
  cmd,
  concat,
  data,
  identifier,
  match,
  pdata,
  response,
  scriptedPeer,
  type Step,
  success,
} from "../../support/scripted_peer.ts";
import { hintOf } from "../../../src/cli/line/remedies.ts";

const STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1";

interface Outcome {
  readonly patients: (string | undefined)[];
  readonly statuses: number[];
  readonly warnings: string[];
  readonly result: FindResult | undefined;
  readonly error: FindscuError | undefined;
}

async function query(
  steps: readonly Step[],
  options: Parameters<typeof scriptedPeer>[1] & { clock?: Clock } = {},
): Promise<Outcome> {
  const { connector } = scriptedPeer(steps, options);
  const patients: (string | undefined)[] = [];
  const statuses: number[] = [];
  const warnings: string[] = [];
  let result: FindResult | undefined;
  let error: FindscuError | undefined;
  const note = (one: Match) => {
    const element = one.dataset.get(0x00100020);
    patients.push(element && stringsOf(element)[0]);
    statuses.push(one.status);
  };
  try {
    const matches = find({
      connector,
      target: { host: "peer", port: 104 },
      abstractSyntax: STUDY_ROOT,
      identifier: Dataset.of(textElement(0x00080052, "CS", "STUDY")),
      warn: (text) => warnings.push(text),
      ...(options.clock && { clock: options.clock }),
    });
    while (true) {
      const step = await matches.next();
      if (step.done) {
        result = step.value;
        break;
      }
      note(step.value);
    }
  } catch (caught) {
    if (!(caught instanceof FindscuError)) throw caught;
    error = caught;
  }
  return { patients, statuses, warnings, result, error };
}

function assertGood(outcome: Outcome, patients: (string | undefined)[]): void {
  assert.equal(outcome.error, undefined, outcome.error?.message);
  assert.deepEqual(outcome.patients, patients);
  assert.equal(outcome.result?.matches, patients.length);
}

function assertFails(
  outcome: Outcome,
  code: ErrorCode,
  message: RegExp,
  patients: string[] = [],
): void {
  assert.equal(outcome.error?.code, code, outcome.error?.message);
  assert.match(outcome.error.message, message);
  assert.deepEqual(outcome.patients, patients);
}

const RSP = response(0xff00, true);
const [A, B] = [identifier("A"), identifier("B")];
const OK = response(0, false);

/** A request of the peer's own. */
function request(commandField: number, hasDataset = true): Uint8Array {
  return encodeCommand({ commandField, messageId: 9, hasDataset });
}

/** A command set with StudyDate and QueryRetrieveLevel behind its own elements. */
function withExtra(command: Uint8Array): Uint8Array {
  return concat(
    command,
    hex(`08 00 20 00 08 00 00 00 "20240131" 08 00 52 00 06 00 00 00 "STUDY "`),
  );
}

/** Both halves of some bytes; the first one of even or odd length. */
function halves(bytes: Uint8Array, at: number): [Uint8Array, Uint8Array] {
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

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

  test("releases by itself behind the final response", async () => {
    const outcome = await query([{
      send: concat(match("A"), success(), encodePdu({ type: "release-rq" })),
    }]);
    assertGood(outcome, ["A"]);
  });
});

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

/** Waits for something, and lets time pass from timer to timer meanwhile. */
async function passing<T>(clock: FakeClock, running: Promise<T>): Promise<T> {
  let isDone = false;
  void running.finally(() => isDone = true).catch(() => {});
  for (let step = 0; step < 50 && !isDone; step++) {
    for (let turn = 0; turn < 200 && !isDone; turn++) await Promise.resolve();
    if (!isDone) clock.next();
  }
  return await running;
}

test("a dataset as the whole answer is a fault, said at once", async () => {
  const outcome = await query([{ send: pdata(data(A)) }]);
  assertFails(outcome, "remote-protocol", /dataset instead of a command/);
});

test("a response before any request is a fault, said at once", async () => {
  for (
    const early of [success(), match("A"), pdata(cmd(request(0x0001, false)))]
  ) {
    const outcome = await query([], {
      onRequest: (request) => concat(acceptAll(request), early),
    });
    assertFails(outcome, "remote-protocol", /before any request was sent$/);
  }
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
