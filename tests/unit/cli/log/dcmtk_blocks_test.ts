import assert from "node:assert/strict";
import { dcmtkStatusName } from "../../../../src/dimse/status.ts";
import { describe, test } from "node:test";
import {
  acceptDump,
  readingLine,
  requestBlock,
  requestMessage,
  responseMessage,
  statusDetail,
} from "../../../../src/cli/log/dcmtk_blocks.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../../src/codec/transfer_syntax.ts";
import { C_FIND_RSP, type Command } from "../../../../src/dimse/commands.ts";

const STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1";

const RESPONSE: Command = {
  commandField: C_FIND_RSP,
  affectedSopClassUid: STUDY_ROOT,
  messageIdBeingRespondedTo: 3,
  status: 0,
  hasDataset: false,
};

test("requestBlock() names what is proposed, known UIDs by name", () => {
  const block = requestBlock({
    callingAeTitle: "FINDSCU",
    calledAeTitle: "ARCHIVE",
    implementationClassUid: "1.2.3",
    implementationVersionName: "V1",
    maxPduLength: 16384,
    contexts: [{
      abstractSyntax: STUDY_ROOT,
      transferSyntaxes: [EXPLICIT_LE.uid, "1.2.3.4"],
    }],
    extended: [{
      sopClassUid: STUDY_ROOT,
      information: Uint8Array.of(1, 0, 1),
    }],
    userIdentity: {
      identityType: 2,
      responseRequested: false,
      primary: new TextEncoder().encode("me"),
      secondary: new TextEncoder().encode("secret"),
    },
  });
  for (
    const line of [
      "Called Application Name:     ARCHIVE",
      "    Abstract Syntax: =FINDStudyRootQueryRetrieveInformationModel",
      "      =LittleEndianExplicit",
      "      1.2.3.4",
      "    [0x01, 0x00, 0x01]",
      "Requested User Identity Negotiation: user name and passcode",
    ]
  ) assert.ok(block.split("\n").includes(line), line);
  assert.doesNotMatch(block, /secret/);
});

describe("acceptDump()", () => {
  test("shows sixteen bytes per line", () => {
    assert.equal(
      acceptDump(new Uint8Array(18)),
      "PDU Type: Associate Accept, PDU Length: 12 + 6 bytes PDU header\n" +
        `${"  00".repeat(16)}\n  00  00`,
    );
  });

  test("shows no more than 512 bytes", () => {
    const lines = acceptDump(new Uint8Array(600)).split("\n");
    assert.equal(lines[1], "Only dumping 512 bytes.");
    assert.equal(lines.length, 2 + 32 + 1);
  });
});

test("messages are blocks", () => {
  assert.match(
    requestMessage({
      contextId: 1,
      messageId: 7,
      sopClassUid: "1.2.3",
      priority: "high",
    }),
    /^=+ OUTGOING .*\nMessage Type +: C-FIND RQ\nPresentation Context ID +: 1\nMessage ID +: 7\nAffected SOP Class UID +: 1\.2\.3\nData Set +: present\nPriority +: high\n=+ END/,
  );
  assert.match(
    responseMessage({ ...RESPONSE, affectedSopClassUid: undefined }, 0xa700),
    /Responded To : 3\nAffected SOP Class UID +: none\nData Set +: none\nDIMSE Status +: 0xa700: Refused: Out of resources\n/,
  );
  assert.equal(readingLine(IMPLICIT_LE).split("\n").length, 2);
});

test("dcmtkStatusName() keeps the number of what DCMTK does not know", () => {
  assert.equal(dcmtkStatusName(0xff00), "Pending");
  assert.equal(dcmtkStatusName(0xc123), "Failed: UnableToProcess");
  assert.equal(dcmtkStatusName(0xa9ff), "Unknown Status: 0xa9ff");
});

describe("statusDetail()", () => {
  test("dumps what a failure came with", () => {
    const detail = statusDetail({
      ...RESPONSE,
      offendingElements: [0x00100010, 0x00100020],
      errorComment: "odd",
      errorId: 7,
    })!;
    assert.deepEqual(detail.split("\n").slice(4, 7), [
      "(0000,0901) AT (0010,0010)\\(0010,0020)                  #   8, 2 OffendingElement",
      "(0000,0902) LO [odd]                                    #   4, 1 ErrorComment",
      "(0000,0903) US 7                                        #   2, 1 ErrorID",
    ]);
  });

  test("is nothing without details", () => {
    assert.equal(statusDetail(RESPONSE), undefined);
  });
});

test("no foreign text begins a line of a block", () => {
  const forged = "x\nD: forged";
  assert.match(
    responseMessage({ ...RESPONSE, affectedSopClassUid: forged }, 0),
    /: x<U\+000A>D: forged\n/,
  );
  assert.match(
    statusDetail({ ...RESPONSE, errorComment: forged })!,
    /\[x<U\+000A>D: forged\]/,
  );
  const block = requestBlock({
    callingAeTitle: forged,
    calledAeTitle: forged,
    implementationClassUid: "1.2.3",
    implementationVersionName: "V1",
    maxPduLength: 16384,
    contexts: [{ abstractSyntax: forged, transferSyntaxes: [forged] }],
    extended: [],
    userIdentity: undefined,
  });
  assert.doesNotMatch(block, /^D: forged/m);
  assert.equal(block.split("x<U+000A>D: forged").length, 6);
});
