import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Assembler } from "../../../src/dimse/assembler.ts";
import {
  decodeCommand,
  encodeCommand,
} from "../../../src/dimse/command_codec.ts";
import {
  C_CANCEL_RQ,
  C_ECHO_RQ,
  C_FIND_RQ,
  C_FIND_RSP,
  type Command,
  type Message,
} from "../../../src/dimse/commands.ts";
import { fragment } from "../../../src/dimse/fragmenter.ts";
import { formatStatus, statusInfo } from "../../../src/dimse/status.ts";
import { DecodeError } from "../../../src/errors.ts";
import { hex, toHex } from "../../support/hex.ts";

const FIND_RQ: Command = {
  commandField: C_FIND_RQ,
  affectedSopClassUid: "1.2.840.10008.5.1.4.31",
  messageId: 1,
  priority: 0,
  hasDataset: true,
};

describe("encodeCommand()", () => {
  test("writes C-FIND-RQ as PS3.7 9.3.2.1 has it", () => {
    assert.equal(
      toHex(encodeCommand(FIND_RQ)),
      toHex(hex(`
        00 00 00 00  04 00 00 00  46 00 00 00
        00 00 02 00  16 00 00 00  "1.2.840.10008.5.1.4.31"
        00 00 00 01  02 00 00 00  20 00
        00 00 10 01  02 00 00 00  01 00
        00 00 00 07  02 00 00 00  00 00
        00 00 00 08  02 00 00 00  01 00
      `)),
    );
  });

  test("and decodeCommand() agree on every kind", () => {
    const rows: Command[] = [
      FIND_RQ,
      { commandField: C_ECHO_RQ, messageId: 65535, hasDataset: false },
      {
        commandField: C_CANCEL_RQ,
        messageIdBeingRespondedTo: 7,
        hasDataset: false,
      },
      {
        commandField: C_FIND_RSP,
        messageIdBeingRespondedTo: 7,
        status: 0xa900,
        offendingElements: [0x0020000d, 0x00080052],
        errorComment: "odd",
        errorId: 12,
        hasDataset: false,
      },
    ];
    for (const row of rows) {
      const back = decodeCommand(encodeCommand(row));
      for (const [key, value] of Object.entries(row)) {
        assert.deepEqual(back[key as keyof Command], value, key);
      }
    }
  });
});

describe("decodeCommand()", () => {
  test("takes the first of several values, and unpadded text", () => {
    const command = decodeCommand(hex(`
      00 00 02 00  05 00 00 00  "1.2.3"
      00 00 00 01  04 00 00 00  20 80 21 80
      00 00 00 08  02 00 00 00  01 01
    `));
    assert.equal(command.commandField, C_FIND_RSP);
    assert.equal(command.affectedSopClassUid, "1.2.3");
    assert.equal(command.hasDataset, false);
  });

  test("fails on truncation and a missing command field", () => {
    const bytes = encodeCommand(FIND_RQ);
    for (let end = 8; end < bytes.length; end++) {
      try {
        decodeCommand(bytes.subarray(0, end));
      } catch (error) {
        assert.ok(error instanceof DecodeError, String(end));
      }
    }
    assert.throws(
      () => decodeCommand(hex("08 00 00 01 02 00 00 00 20 80")),
      /no Command Field/,
    );
    assert.throws(() => decodeCommand(new Uint8Array(0)), /no Command Field/);
  });
});

describe("fragment()", () => {
  test("keeps to the limit with fragments of even length", () => {
    const dataset = new Uint8Array(1001).map((_, index) => index);
    for (const limit of [7, 8, 64, 100, 16384, Infinity]) {
      const pdvs = fragment(3, FIND_RQ, dataset, limit);
      const size = Math.max(2, limit - 6);
      for (const pdv of pdvs) {
        assert.ok(pdv.data.length <= size, `${limit}`);
        assert.equal(pdv.contextId, 3);
        if (!pdv.isLast) assert.equal(pdv.data.length % 2, 0);
      }
      const messages: Message[] = [];
      const assembler = new Assembler(() => {});
      for (const pdv of pdvs) {
        assembler.push(pdv, (message) => messages.push(message));
      }
      assert.equal(messages.length, 1);
      assert.deepEqual(messages[0]!.dataset, dataset);
    }
  });

  test("sends an empty dataset as one empty last fragment", () => {
    const pdvs = fragment(1, FIND_RQ, new Uint8Array(0), 16384);
    assert.equal(pdvs.length, 2);
    assert.deepEqual(pdvs[1]!.isLast, true);
  });
});

describe("statusInfo()", () => {
  const rows: [number, string, string][] = [
    [0x0000, "success", "Success"],
    [0xff00, "pending", "Pending"],
    [0xff01, "pending", "Pending: WarningUnsupportedOptionalKeys"],
    [0xff02, "pending", "Pending"],
    [0xfe00, "cancel", "Cancel: MatchingTerminatedDueToCancelRequest"],
    [0xa700, "failure", "Refused: OutOfResources"],
    [0xa900, "failure", "Error: DataSetDoesNotMatchSOPClass"],
    [0xc000, "failure", "Failed: UnableToProcess"],
    [0xc502, "failure", "Failed: UnableToProcess"],
    [0x0122, "failure", "Refused: SOPClassNotSupported"],
    [0xb001, "warning", "Warning: MatchingReachedResponseLimit"],
    [0x1234, "failure", "Unknown Status: 0x1234"],
  ];
  for (const [status, category, name] of rows) {
    test(`knows ${formatStatus(status)}`, () => {
      const info = statusInfo(status);
      assert.equal(info.status, status);
      assert.equal(info.category, category);
      assert.equal(info.name, name);
    });
  }
});
