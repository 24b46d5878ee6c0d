/** The steps of a replay, one by one: what it sends, what it waits for, with which pause, and where it refuses to go on. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeDataset } from "../../../../src/codec/encode.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../../../src/codec/transfer_syntax.ts";
import { rawElement } from "../../../../src/codec/values.ts";
import { Dataset } from "../../../../src/dataset/dataset.ts";
import { encodeCommand } from "../../../../src/dimse/command_codec.ts";
import {
  C_CANCEL_RQ,
  C_FIND_RQ,
  C_FIND_RSP,
} from "../../../../src/dimse/commands.ts";
import { findModel } from "../../../../src/find/models.ts";
import { encodePdu } from "../../../../src/pdu/encode.ts";
import type { Pdu, Pdv } from "../../../../src/pdu/types.ts";
import type {
  Recording,
  RecordingEntry,
} from "../../../../src/scp/recording/recording.ts";
import {
  isReadable,
  Replay,
  type ReplayStep,
} from "../../../../src/scp/recording/replay.ts";

const STUDY = findModel("study")!.uid;

function pdvs(...parts: [isCommand: boolean, data: Uint8Array][]): Uint8Array {
  return encodePdu({
    type: "p-data-tf",
    pdvs: parts.map(([isCommand, data]): Pdv => ({
      contextId: 1,
      isCommand,
      isLast: true,
      data,
    })),
  });
}

function associate(
  type: "rq" | "ac",
  transferSyntax = EXPLICIT_LE.uid,
): Uint8Array {
  const common = {
    protocolVersion: 1,
    calledAeTitle: "SCP",
    callingAeTitle: "SCU",
    applicationContext: "1.2.840.10008.3.1.1.1",
    unknownItems: [],
    userInformation: {},
  };
  return encodePdu(
    type === "rq"
      ? {
        ...common,
        type: "associate-rq",
        contexts: [{
          id: 1,
          abstractSyntax: STUDY,
          transferSyntaxes: [EXPLICIT_LE.uid, IMPLICIT_LE.uid],
        }],
      }
      : {
        ...common,
        type: "associate-ac",
        contexts: [{ id: 1, result: 0, transferSyntax }],
      },
  );
}

const command = (messageId: number) =>
  encodeCommand({
    commandField: C_FIND_RQ,
    affectedSopClassUid: STUDY,
    messageId,
    priority: 0,
    hasDataset: true,
  });
const identifier = (
  level: string,
  name: string,
  syntax: TransferSyntax = EXPLICIT_LE,
) =>
  encodeDataset(
    Dataset.of(
      rawElement(0x00080052, "CS", level),
      rawElement(0x00100010, "PN", name),
    ),
    syntax,
  );
const query = (level: string, name: string, messageId = 1) =>
  pdvs([true, command(messageId)], [false, identifier(level, name)]);
const SUCCESS = pdvs([
  true,
  encodeCommand({
    commandField: C_FIND_RSP,
    messageIdBeingRespondedTo: 1,
    status: 0,
    hasDataset: false,
  }),
]);
const CANCEL = pdvs([
  true,
  encodeCommand({
    commandField: C_CANCEL_RQ,
    messageIdBeingRespondedTo: 1,
    hasDataset: false,
  }),
]);
const RELEASE = encodePdu({ type: "release-rq" });
const RELEASED = encodePdu({ type: "release-rp" });
const ABORT = encodePdu({ type: "abort", source: 0, reason: 0 } as Pdu);

const says = (
  time: number,
  from: "requestor" | "acceptor",
  bytes: Uint8Array,
): RecordingEntry => ({ kind: "data", time, from, bytes });

function recording(...entries: RecordingEntry[]): Recording {
  return { header: {}, entries };
}

const WHOLE = recording(
  says(0, "requestor", associate("rq")),
  says(12, "acceptor", associate("ac")),
  says(20, "requestor", query("STUDY", "A*")),
  says(50, "acceptor", SUCCESS),
  says(60, "requestor", RELEASE),
  says(65, "acceptor", RELEASED),
  { kind: "end", time: 66, by: "requestor" },
);

/** `send 12`, `await command`. */
function shown(step: ReplayStep): string {
  switch (step.type) {
    case "send":
      return `send ${step.bytes.length} after ${step.pause}`;
    case "close":
      return `close after ${step.pause}`;
    case "await":
      return `await ${step.what}${step.isEnd ? ", the end" : ""}`;
    case "done":
      return `done${step.isClosedByRequestor ? ", the requestor closes" : ""}`;
  }
}

test("each answer is sent with the pause before it, once the request came", () => {
  const replay = new Replay(WHOLE);
  const steps: string[] = [];
  const next = () => steps.push(shown(replay.next()));
  next();
  next();
  replay.hear(associate("rq"));
  next();
  next();
  replay.hear(pdvs([true, command(1)]));
  next();
  replay.hear(pdvs([false, identifier("STUDY", "A*")]));
  next();
  next();
  replay.hear(RELEASE);
  next();
  next();
  next();
  assert.deepEqual(steps, [
    "await association request",
    "await association request",
    `send ${associate("ac").length} after 12`,
    "await command",
    "await identifier",
    `send ${SUCCESS.length} after 30`,
    "await release request",
    `send ${RELEASED.length} after 5`,
    "done, the requestor closes",
    "done, the requestor closes",
  ]);
});

describe("a recording ends", () => {
  // deno-fmt-ignore
  const rows: [string, Recording, string[]][] = [
    ["with nothing", recording(), ["done"]],
    ["without an end", recording(says(0, "acceptor", RELEASED)), [`send 10 after 0`, "done"]],
    ["closed by the acceptor", recording(says(5, "acceptor", RELEASED), { kind: "end", time: 9, by: "acceptor" }), ["send 10 after 0", "close after 4", "done"]],
    ["with the requestor's abort", recording(says(5, "acceptor", RELEASED), says(6, "requestor", ABORT)), ["send 10 after 0", "await abort, the end"]],
  ];
  for (const [name, one, steps] of rows) {
    test(name, () => {
      const replay = new Replay(one);
      assert.deepEqual(steps.map(() => shown(replay.next())), steps);
    });
  }
});

describe("the requestor may say", () => {
  function refusal(said: Uint8Array[], isLoose = false): unknown {
    const replay = new Replay(WHOLE, isLoose);
    try {
      for (const bytes of said) replay.hear(bytes);
    } catch (error) {
      const { message, hint } = error as { message: string; hint?: string };
      assert.equal(
        hint,
        "Repeat the query with the options and keys it was recorded with, add ?loose to the file's name, or record again",
      );
      return message.replace("Replay: ", "");
    }
    const [notice] = replay.takeNotices();
    assert.deepEqual(replay.takeNotices(), []);
    return notice;
  }
  const RQ = associate("rq");
  const OFFSET = ` (at byte offset ${RQ.length})`;
  const LOOSE =
    "The identifier differs from the recording at (0010,0010) PatientName: answered as recorded";
  // deno-fmt-ignore
  const rows: [
    string,
    Uint8Array[],
    strict: string | undefined,
    loose?: string,
  ][] = [
    ["the same", [RQ, query("STUDY", "A*")], undefined],
    ["the same with an early cancel", [RQ, CANCEL, query("STUDY", "A*"), CANCEL, RELEASE], undefined],
    ["another name", [RQ, query("STUDY", "B*")], `identifier differs from the recording at (0010,0010) PatientName${OFFSET}`, LOOSE],
    ["another level", [RQ, query("PATIENT", "A*")], `identifier differs from the recording at (0008,0052) QueryRetrieveLevel${OFFSET}`, `identifier differs from the recording at (0008,0052) QueryRetrieveLevel${OFFSET}`],
    ["another message id", [RQ, query("STUDY", "A*", 2)], `command differs from the recording${OFFSET}`, `command differs from the recording${OFFSET}`],
    ["a release too early", [RQ, RELEASE], `the requestor sends release request where the recording has command${OFFSET}`, `the requestor sends release request where the recording has command${OFFSET}`],
    ["an abort", [RQ, ABORT], `the requestor sends abort where the recording has command${OFFSET}`, `the requestor sends abort where the recording has command${OFFSET}`],
  ];
  for (const [name, said, strict, loose = strict] of rows) {
    test(name, () => {
      assert.equal(refusal(said), strict);
      assert.equal(refusal(said, true), loose);
    });
  }

  test("more than was recorded, but not without being noticed", () => {
    const all = [RQ, query("STUDY", "A*"), RELEASE, RELEASE];
    assert.match(
      String(refusal(all)),
      /^the requestor sends release request where the recording has ended \(/,
    );
  });
});

test("identifiers are compared by meaning, in the syntax that the acceptor chose", () => {
  const implicit = recording(
    says(0, "requestor", associate("rq")),
    says(1, "acceptor", associate("ac", IMPLICIT_LE.uid)),
    says(
      2,
      "requestor",
      pdvs([true, command(1)], [false, identifier("STUDY", "A*", IMPLICIT_LE)]),
    ),
  );
  const replay = new Replay(implicit);
  replay.hear(associate("rq"));
  replay.hear(
    pdvs([true, command(1)], [false, identifier("STUDY", "A*", IMPLICIT_LE)]),
  );
  const { length } = associate("ac", IMPLICIT_LE.uid);
  assert.equal(shown(replay.next()), `send ${length} after 1`);
  assert.equal(shown(replay.next()), "done");
});

describe("isReadable()", () => {
  // deno-fmt-ignore
  const rows: [string, Recording, boolean][] = [
    ["whole PDUs", WHOLE, true],
    ["nothing", recording(), true],
    ["a PDU in two pieces", recording(says(0, "requestor", RELEASE.subarray(0, 4)), says(1, "requestor", RELEASE.subarray(4))), true],
    ["pieces of both directions between each other", recording(says(0, "requestor", RELEASE.subarray(0, 4)), says(1, "acceptor", RELEASED), says(1, "requestor", RELEASE.subarray(4))), true],
    ["a PDU that is cut", recording(says(0, "acceptor", RELEASED.subarray(0, 9))), false],
    ["a PDU of which one byte came", recording(says(0, "acceptor", RELEASED.subarray(0, 1))), false],
    ["bytes of no PDU", recording(says(0, "acceptor", Uint8Array.from({ length: 12 }, () => 0x48))), false],
  ];
  for (const [name, one, isExpected] of rows) {
    test(`is ${isExpected} for ${name}`, () => {
      assert.equal(isReadable(one), isExpected);
    });
  }
});
