import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describePdu, PduTrace } from "../../../src/pdu/describe.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import type { AssociateAc, AssociateRq } from "../../../src/pdu/types.ts";
import { hex } from "../../support/hex.ts";

const REQUEST: AssociateRq = {
  type: "associate-rq",
  protocolVersion: 1,
  calledAeTitle: "PACS\x1b[2J",
  callingAeTitle: "FINDSCU",
  applicationContext: "1.2.840.10008.3.1.1.1",
  contexts: [{ id: 1, abstractSyntax: "1.1", transferSyntaxes: ["1.2"] }],
  userInformation: {
    maxPduLength: 0,
    implementationClassUid: "1.2.3",
    implementationVersionName: "V1",
    asyncOperations: { invoked: 0, performed: 1 },
    roles: [{ sopClassUid: "1.1", scu: true, scp: false }],
    extended: [{ sopClassUid: "1.1", information: new Uint8Array([1, 10]) }],
    commonExtended: [{
      version: 0,
      sopClassUid: "1.1",
      serviceClassUid: "1.4",
      relatedSopClassUids: ["1.5"],
    }],
    userIdentity: {
      identityType: 2,
      responseRequested: true,
      primary: new TextEncoder().encode("user"),
      secondary: new TextEncoder().encode("secret"),
    },
    unknown: [{ itemType: 0x60, data: new Uint8Array(3) }],
  },
  unknownItems: [{ itemType: 0x99, data: new Uint8Array(2) }],
};

describe("describePdu()", () => {
  test("shows every field of A-ASSOCIATE-RQ but credentials", () => {
    const names = new Map([["1.1", "Finding"], ["1.2", "Implicit"]]);
    const lines = describePdu(REQUEST, (uid) => names.get(uid));
    assert.deepEqual(lines, [
      "A-ASSOCIATE-RQ",
      "  Protocol version: 0001",
      '  Called AE title: "PACS\\x1B[2J"',
      '  Calling AE title: "FINDSCU"',
      '  Application context: "1.2.840.10008.3.1.1.1"',
      "  Presentation context 1",
      '    Abstract syntax: "1.1" (Finding)',
      '    Transfer syntax: "1.2" (Implicit)',
      "  Maximum PDU length: any",
      '  Implementation class UID: "1.2.3"',
      '  Implementation version name: "V1"',
      "  Asynchronous operations: unlimited invoked, 1 performed",
      '  Roles for "1.1" (Finding): SCU yes, SCP no',
      '  Extended negotiation for "1.1" (Finding): 01 0A',
      '  Common extended negotiation for "1.1" (Finding)',
      '    Service class: "1.4"',
      '    Related SOP class: "1.5"',
      "  User identity: type 2, 4 + 6 bytes, response requested",
      "  Unknown item 60H: 3 bytes",
      "  Unknown item 99H: 2 bytes",
    ]);
  });

  test("shows the results of A-ASSOCIATE-AC", () => {
    const accept: AssociateAc = {
      ...REQUEST,
      type: "associate-ac",
      contexts: [
        { id: 1, result: 0, transferSyntax: "1.2" },
        { id: 3, result: 4, transferSyntax: "1.2" },
      ],
      userInformation: { userIdentityResponse: new Uint8Array(5) },
      unknownItems: [],
    };
    assert.deepEqual(describePdu(accept).slice(5), [
      "  Presentation context 1: Accepted (0)",
      '    Transfer syntax: "1.2"',
      "  Presentation context 3: Transfer Syntaxes Not Supported (4)",
      "  User identity response: 5 bytes",
    ]);
  });

  test("puts the short PDUs on a line", () => {
    assert.deepEqual(
      describePdu({ type: "associate-rj", result: 1, source: 1, reason: 7 }),
      [
        "A-ASSOCIATE-RJ: Rejected Permanent, Service User, " +
        "Called AE Title Not Recognized (result 1, source 1, reason 7)",
      ],
    );
    assert.deepEqual(describePdu({ type: "abort", source: 0, reason: 0 }), [
      "A-ABORT: Service User (source 0, reason 0)",
    ]);
    assert.deepEqual(describePdu({ type: "release-rq" }), ["A-RELEASE-RQ"]);
    assert.deepEqual(describePdu({ type: "release-rp" }), ["A-RELEASE-RP"]);
  });
});

describe("PduTrace", () => {
  test("describes a stream in pieces", () => {
    const trace = new PduTrace();
    const data = hex("04 00 00000008 00000004 01 03 aabb");
    assert.deepEqual(trace.push(data.subarray(0, 9)), []);
    assert.deepEqual(trace.push(data.subarray(9)), [
      "P-DATA-TF",
      "  Context 1: command, 2 bytes, last fragment",
    ]);
    assert.deepEqual(
      trace.push(encodePdu(REQUEST)),
      describePdu(REQUEST),
    );
  });

  test("says once that bytes are unreadable", () => {
    const trace = new PduTrace();
    const [line, ...others] = trace.push(hex("16 03 01 00 00 00 00"));
    assert.match(line ?? "", /Unreadable bytes: .* TLS/);
    assert.deepEqual(others, []);
    assert.deepEqual(trace.push(hex("05 00 00000004 00000000")), []);
  });
});
