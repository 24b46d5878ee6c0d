/** Names and numbers of messages, beside PS3.7 Table E.1-1. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nameOfMessage, PRIORITY } from "../../../src/dimse/commands.ts";

const NAMES = `
0001 a C-STORE-RQ
8001 a C-STORE-RSP
0010 a C-GET-RQ
8010 a C-GET-RSP
0020 a C-FIND-RQ
8020 a C-FIND-RSP
0021 a C-MOVE-RQ
8021 a C-MOVE-RSP
0030 a C-ECHO-RQ
8030 a C-ECHO-RSP
0100 an N-EVENT-REPORT-RQ
8100 an N-EVENT-REPORT-RSP
0110 an N-GET-RQ
8110 an N-GET-RSP
0120 an N-SET-RQ
8120 an N-SET-RSP
0130 an N-ACTION-RQ
8130 an N-ACTION-RSP
0140 an N-CREATE-RQ
8140 an N-CREATE-RSP
0150 an N-DELETE-RQ
8150 an N-DELETE-RSP
0fff a C-CANCEL-RQ
0002 a message of unknown type 0x0002
8fff a C-CANCEL-RSP
4711 a message of unknown type 0x4711`;

test("nameOfMessage() names every command field of the standard", () => {
  for (const line of NAMES.trim().split("\n")) {
    const [field = "", name] = line.split(/ (.*)/, 2);
    assert.equal(nameOfMessage(parseInt(field, 16)), name);
  }
});

test("priorities are numbered as in PS3.7 9.1.2.1.5", () => {
  assert.deepEqual(PRIORITY, { medium: 0, high: 1, low: 2 });
});
