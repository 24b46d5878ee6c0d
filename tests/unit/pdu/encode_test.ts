import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EncodeError } from "../../../src/errors.ts";
import { encodePdu, PduWriter } from "../../../src/pdu/encode.ts";
import type { AssociateRq, Pdu } from "../../../src/pdu/types.ts";

describe("encodePdu()", () => {
  const base: AssociateRq = {
    type: "associate-rq",
    protocolVersion: 1,
    calledAeTitle: "A",
    callingAeTitle: "B",
    applicationContext: "1.2",
    contexts: [],
    userInformation: {},
    unknownItems: [],
  };
  const impossible: [string, Pdu, RegExp][] = [
    [
      "an AE title of 17 characters",
      { ...base, calledAeTitle: "12345678901234567" },
      /called AE title: .* more than 16/,
    ],
    [
      "an AE title outside Latin-1",
      { ...base, callingAeTitle: "\u0141" },
      /calling AE title .* outside Latin-1/,
    ],
    [
      "reserved bytes of another length",
      { ...base, reserved: new Uint8Array(31) },
      /31 given, 32 wanted/,
    ],
    [
      "an item beyond 65535 bytes",
      {
        ...base,
        unknownItems: [{ itemType: 0x99, data: new Uint8Array(65536) }],
      },
      /item 99H is too long/,
    ],
  ];
  for (const [name, pdu, message] of impossible) {
    test(`refuses ${name}`, () => {
      assert.throws(
        () => encodePdu(pdu),
        (error) => error instanceof EncodeError && message.test(error.message),
      );
    });
  }
});

describe("PduWriter", () => {
  test("putPdv() writes what put() does", () => {
    const pdv = {
      contextId: 5,
      isCommand: true,
      isLast: false,
      data: new Uint8Array([1, 2, 3, 4]),
    };
    const fast = new PduWriter(1);
    fast.putPdv(pdv);
    fast.putPdv(pdv);
    const slow = new PduWriter(1);
    slow.put(encodePdu({ type: "p-data-tf", pdvs: [pdv] }));
    slow.put(encodePdu({ type: "p-data-tf", pdvs: [pdv] }));
    assert.deepEqual(fast.finish(), slow.finish());
  });
});
