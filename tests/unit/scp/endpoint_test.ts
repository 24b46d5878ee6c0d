/** The endpoint of a mock connection: what behaviour and server options make of an archive or a recording. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EXPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import { encodeDataset } from "../../../src/codec/encode.ts";
import { rawElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { C_FIND_RQ } from "../../../src/dimse/commands.ts";
import { Session, type SessionEvent } from "../../../src/dimse/session.ts";
import { findModel } from "../../../src/find/models.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import { Archive } from "../../../src/scp/archive/archive.ts";
import { answerQuery, MAX_VALUES } from "../../../src/scp/archive/query.ts";
import {
  type MockContent,
  mockEndpoint,
  type MockEvent,
  type MockServerOptions,
} from "../../../src/scp/endpoint.ts";
import { faultNamed } from "../../../src/scp/faults/faults.ts";
import type { MockBehaviour } from "../../../src/scp/source.ts";
import { Wire } from "../../support/scu_scp.ts";

const PATIENT = findModel("patient")!.uid;

const ARCHIVE: MockContent = {
  kind: "archive",
  archive: Archive.fromDatasets(
    ["1", "2", "3", "4"].map((id) =>
      Dataset.of(rawElement(0x00100020, "LO", id))
    ),
  ),
};

/** What a requestor sees of a query for all patients: events, or the statuses of the responses. */
function query(
  behaviour: MockBehaviour = {},
  options: MockServerOptions = {},
  sopClassUid = PATIENT,
): (string | number | undefined)[] {
  const times = { acseTimeout: 1e6, artimTimeout: 1e6 };
  const session = new Session("requestor", { maxPduLength: 16384, ...times });
  session.request({
    callingAeTitle: "SCU",
    calledAeTitle: "SCP",
    contexts: [{
      abstractSyntax: PATIENT,
      transferSyntaxes: [EXPLICIT_LE.uid],
    }],
  });
  const wire = new Wire<SessionEvent, MockEvent>(
    session,
    mockEndpoint(ARCHIVE, behaviour, options),
  );
  wire.run();
  const [first] = wire.aEvents;
  if (first?.type !== "accepted") {
    return [first?.type === "rejected" ? first.reason : first?.type];
  }
  session.send(
    1,
    {
      commandField: C_FIND_RQ,
      affectedSopClassUid: sopClassUid,
      messageId: 1,
      priority: 0,
      hasDataset: true,
    },
    encodeDataset(
      Dataset.of(
        rawElement(0x00080052, "CS", "PATIENT"),
        rawElement(0x00100020, "LO", ""),
      ),
      EXPLICIT_LE,
    ),
  );
  wire.run();
  return wire.aEvents.flatMap((event) =>
    event.type === "message" ? event.message.command.status : []
  );
}

describe("an archive answers", () => {
  const four = [0xff00, 0xff00, 0xff00, 0xff00, 0];
  const two = [0xff00, 0xff00, 0xa700];
  // deno-fmt-ignore
  const rows: [
    name: string,
    behaviour: MockBehaviour,
    options: MockServerOptions,
    statuses: (number | string)[],
  ][] = [
    ["in full when nothing is said", {}, {}, four],
    ["up to the limit of the source", { limit: 2 }, {}, two],
    ["up to the limit of the server", {}, { limit: 2 }, two],
    ["up to the lower one of both", { limit: 2 }, { limit: 3 }, two],
    ["up to the lower one of both", { limit: 3 }, { limit: 2 }, two],
    ["with the fault of the source", { fault: faultNamed("fail-0110")! }, {}, [0x0110]],
    ["nobody when it is full, and then without a fault", { fault: faultNamed("fail-0110")! }, { isFull: true }, [2]],
    ["nobody who is not let in", {}, { allowedAeTitles: ["OTHER"] }, [3]],
  ];
  for (const [name, behaviour, options, statuses] of rows) {
    test(name, () => assert.deepEqual(query(behaviour, options), statuses));
  }

  test("0122 to a SOP class that is no information model", () => {
    assert.deepEqual(query({}, {}, "1.2.3"), [0x0122]);
  });
});

describe("a recording is played", () => {
  const release = encodePdu({ type: "release-rp" });
  const content: MockContent = {
    kind: "recording",
    recording: {
      header: {},
      entries: [
        { kind: "data", time: 0, from: "acceptor", bytes: release },
        { kind: "data", time: 500, from: "acceptor", bytes: release },
        { kind: "end", time: 900, by: "acceptor" },
      ],
    },
  };

  test("without its pauses", () => {
    const endpoint = mockEndpoint(content);
    endpoint.transportOpened(0);
    assert.deepEqual(endpoint.pollTransmit(), release);
    assert.deepEqual(endpoint.pollTransmit(), release);
    assert.equal(endpoint.pollTransmit(), undefined);
    assert.deepEqual(endpoint.pollEvent(), { type: "replayed" });
    assert.equal(endpoint.wantsClose, true);
  });

  test("with them if the source says so", () => {
    const endpoint = mockEndpoint(content, { realtime: true });
    endpoint.transportOpened(0);
    assert.deepEqual(endpoint.pollTransmit(), release);
    assert.equal(endpoint.pollTransmit(), undefined);
    assert.equal(endpoint.pollTimeout(), 500);
    endpoint.handleTimeout(499);
    assert.equal(endpoint.pollTransmit(), undefined);
    endpoint.handleTimeout(500);
    assert.deepEqual(endpoint.pollTransmit(), release);
    assert.equal(endpoint.pollTimeout(), undefined);
    assert.equal(endpoint.pollTransmit(), undefined);
    assert.equal(endpoint.pollTimeout(), 900);
  });

  test("to a requestor that departs from it with an A-ABORT, or without", () => {
    const abort = encodePdu({ type: "abort", source: 2, reason: 0 });
    for (const withoutAbort of [false, true]) {
      const endpoint = mockEndpoint(content, {}, { withoutAbort });
      endpoint.transportOpened(0);
      endpoint.receive(encodePdu({ type: "release-rq" }), 0);
      assert.deepEqual(
        endpoint.pollTransmit(),
        withoutAbort ? undefined : abort,
      );
      const event = endpoint.pollEvent();
      assert.ok(event?.type === "error");
      assert.match(event.error.message, /^Replay: the requestor sends release/);
    }
  });
});

test("values are counted from the first backslash to the last", () => {
  const statuses = (text: string) =>
    Array.from(
      answerQuery(new Archive(), {
        model: findModel("study")!,
        identifier: Dataset.of(
          rawElement(0x00080052, "CS", "STUDY"),
          rawElement(0x00100020, "LO", text),
        ),
      }),
      ({ status }) => status,
    );
  // The level is a value, too, and so is what follows the last backslash.
  assert.deepEqual(statuses("\\".repeat(MAX_VALUES - 2)), [0]);
  assert.deepEqual(statuses("\\".repeat(MAX_VALUES - 1)), [0xa700]);
});
