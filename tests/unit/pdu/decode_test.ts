import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DecodeError } from "../../../src/errors.ts";
import { decodePdu, decodePdvs, MAX_PDVS } from "../../../src/pdu/decode.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import type {
  AssociateRq,
  Pdv,
  UserInformation,
} from "../../../src/pdu/types.ts";
import { decodeOrRefuse } from "../../support/check_codec.ts";
import { hex } from "../../support/hex.ts";
import { generator } from "../../support/random.ts";

const utf8 = new TextEncoder();

describe("decodePdvs()", () => {
  test("names offsets within the PDU, wherever it is", () => {
    const bytes = hex("ffff 04 00 0000000d 00000003 01 03 aa 00000009 01 03");
    assert.throws(
      () => decodePdvs(bytes, 8, bytes.length, []),
      (error) => error instanceof DecodeError && error.offset === 13,
    );
  });
});

describe("decodePdvs()", () => {
  test("takes no more PDVs than memory has room for", () => {
    const bytes = new Uint8Array(6 * (MAX_PDVS + 1));
    for (let at = 0; at < bytes.length; at += 6) bytes[at + 3] = 2;
    const into: Pdv[] = [];
    decodePdvs(bytes, 0, bytes.length - 6, into);
    assert.equal(into.length, MAX_PDVS);
    assert.throws(
      () => decodePdvs(bytes, 0, bytes.length, []),
      (error) => error instanceof DecodeError,
    );
  });
});

describe("decodePdu()", () => {
  test("joins user information that comes in many items, in linear time", () => {
    const role = hex("50 00 00 0a  54 00 00 06 00 02 31 2e 01 00");
    const count = 20_000;
    const items = new Uint8Array(role.length * count);
    for (let at = 0; at < count; at++) items.set(role, at * role.length);
    const pdu = encodePdu({
      type: "associate-rq",
      protocolVersion: 1,
      calledAeTitle: "A",
      callingAeTitle: "B",
      applicationContext: "",
      contexts: [],
      userInformation: {},
      unknownItems: [],
    });
    const whole = new Uint8Array(pdu.length + items.length);
    whole.set(pdu);
    whole.set(items, pdu.length);
    new DataView(whole.buffer).setUint32(2, whole.length - 6);
    const decoded = decodePdu(whole) as AssociateRq;
    assert.equal(decoded.userInformation.roles?.length, count);
  });

  test("keeps unknown items and sub-items, and warns of them", () => {
    const bytes = request(`
      99 00 00 02 ab cd
      50 00 00 0d  51 00 00 04 00 00 00 00  60 00 00 01 ff
    `);
    const { pdu, warnings } = decode(bytes);
    assert.deepEqual(pdu.unknownItems, [
      { itemType: 0x99, data: new Uint8Array([0xab, 0xcd]) },
    ]);
    assert.deepEqual(pdu.userInformation, {
      maxPduLength: 0,
      unknown: [{ itemType: 0x60, data: new Uint8Array([0xff]) }],
    });
    assert.equal(warnings.length, 2);
    assert.deepEqual(decodePdu(encodePdu(pdu)), pdu);
  });

  test("takes NULs and blanks off AE titles, and nothing else", () => {
    const bytes = request("");
    bytes.set(utf8.encode("Arch\0\0\0\0\0\0\0\0\0\0\0\0"), 10);
    bytes.set(hex(`20 20 "a b" e4 01 20 20 20 20 20 20 20 20 20`), 26);
    const { pdu } = decode(bytes);
    assert.equal(pdu.calledAeTitle, "Arch");
    assert.equal(pdu.callingAeTitle, "a b\xe4\x01");
  });

  test("takes padding off UIDs, and leaves odd ones alone", () => {
    const bytes = request(`
      20 00 00 1c 01 00 00 00
        30 00 00 06 "1.2.4" 00  40 00 00 03 "A.b"  40 00 00 03 "1.2"
    `);
    const { pdu } = decode(bytes);
    assert.deepEqual(pdu.contexts, [
      { id: 1, abstractSyntax: "1.2.4", transferSyntaxes: ["A.b", "1.2"] },
    ]);
  });

  test("keeps the reserved bytes that the acceptor echoes", () => {
    const bytes = request("");
    bytes[42] = 7;
    const { pdu } = decode(bytes);
    assert.equal(pdu.reserved?.[0], 7);
    // The length differs: an encoded PDU always has a user information item.
    assert.deepEqual([...encodePdu(pdu)].slice(6, 74), [...bytes].slice(6, 74));
  });

  test("ignores bytes beyond a field's end, with a warning", () => {
    const { pdu, warnings } = decode(
      request(`50 00 00 0a 51 00 00 06 00 00 10 00 be ef`),
    );
    assert.equal(pdu.userInformation.maxPduLength, 4096);
    assert.match(warnings.join(), /Ignored 2 bytes at the end of .* 51H/);
  });

  test("adds a second user information item to the first", () => {
    const { pdu } = decode(request(`
      50 00 00 08 51 00 00 04 00 00 10 00
      50 00 00 06 55 00 00 02 "V1"
    `));
    assert.deepEqual(
      pdu.userInformation,
      {
        maxPduLength: 4096,
        implementationVersionName: "V1",
      } satisfies UserInformation,
    );
  });

  test("accepts a release PDU with other reserved bytes", () => {
    const bytes = hex("05 ff 00 00 00 04 de ad be ef");
    assert.deepEqual(decodePdu(bytes), { type: "release-rq" });
  });

  test("leaves out malformed sub-items that no one needs, with a warning", () => {
    const sound = "51 00 00 04 00 00 10 00";
    const rows: [string, string, number][] = [
      ["asynchronous operations", "53 00 00 02 00 01", 0x53],
      ["a role whose UID is too long", "54 00 00 04 00 09 31 2e", 0x54],
      ["extended negotiation without a UID", "56 00 00 01 00", 0x56],
      ["common extended negotiation", "57 00 00 03 00 05 31", 0x57],
      ["an identity's answer", "59 00 00 02 00 20", 0x59],
    ];
    for (const [name, sub, type] of rows) {
      const size = pair(8 + 9 + hex(sub).length);
      const { pdu, warnings } = decode(
        request(`50 00 00 ${size} ${sound} ${sub} 55 00 00 05 "CAT_1"`),
      );
      assert.deepEqual(pdu.userInformation, {
        maxPduLength: 4096,
        implementationVersionName: "CAT_1",
      }, name);
      assert.equal(warnings.length, 1, name);
      assert.match(
        warnings[0]!,
        new RegExp(`^Ignored the malformed .*${type.toString(16)}H`),
      );
    }
    const cut = decode(request(`50 00 00 0e ${sound} 56 00 00 40 00 02`));
    assert.deepEqual(cut.pdu.userInformation, { maxPduLength: 4096 });
    assert.equal(cut.warnings.length, 1);
    for (
      const needed of [
        "51 00 00 02 00 00",
        "58 00 00 03 02 00 00",
        `${sound} 58 00 00 03 02 00 00`,
      ]
    ) {
      const size = pair(hex(needed).length);
      assert.throws(() => decode(request(`50 00 00 ${size} ${needed}`)));
    }
  });

  test("does not look at the transfer syntax of a context that was rejected", () => {
    const answered = (result: string) => {
      const bytes = request(`21 00 00 07 01 00 ${result} 00 40 00 00`);
      bytes[0] = 2;
      return decodePdu(bytes);
    };
    const pdu = answered("03");
    assert.ok(pdu.type === "associate-ac");
    assert.deepEqual(pdu.contexts, [
      { id: 1, result: 3, transferSyntax: undefined },
    ]);
    assert.throws(() => answered("00"), DecodeError);
  });

  const malformed: [string, string, RegExp][] = [
    ["an unknown PDU type", "08 00 00 00 00 00", /Unknown PDU type 08H/],
    [
      "a length beyond the end",
      "05 00 00 00 00 05 00 00 00 00",
      /PDU: 5 bytes/,
    ],
    ["a short A-ABORT", "07 00 00 00 00 03 00 00 02", /abort reason/],
    [
      "a PDV shorter than its header",
      "04 00 00 00 00 05 00 00 00 01 01",
      /no room for a PDV/,
    ],
    [
      "a PDV length below two",
      "04 00 00 00 00 06 00 00 00 01 01 03",
      /PDV length 1 /,
    ],
    [
      "a PDV length beyond the PDU",
      "04 00 00 00 00 06 ff ff ff ff 01 03",
      /PDV length 4294967295 .* 2 bytes/,
    ],
  ];
  for (const [name, bytes, message] of malformed) {
    test(`refuses ${name}`, () => {
      assert.throws(
        () => decodePdu(hex(bytes)),
        (error) => error instanceof DecodeError && message.test(error.message),
      );
    });
  }

  test("refuses an item longer than its PDU", () => {
    assert.throws(
      () => decodePdu(request("10 00 00 05 31")),
      (error) => error instanceof DecodeError && error.offset === 78,
    );
  });

  test("gives a value or a DecodeError for any bytes", () => {
    const random = generator(1);
    for (let round = 0; round < 20_000; round++) {
      const length = random(120);
      const bytes = new Uint8Array(6 + length);
      for (let i = 6; i < bytes.length; i++) {
        // Small numbers and item types make structures likelier.
        bytes[i] = random(3) > 0 ? random(8) : random(256);
        if (random(8) === 0) bytes[i] = 0x10 * (1 + random(5)) + random(10);
      }
      bytes[0] = random(9);
      new DataView(bytes.buffer).setUint32(2, length);
      decodeOrRefuse(bytes);
    }
  });

  test("survives any content after a sound beginning", () => {
    const random = generator(2);
    for (let round = 0; round < 5_000; round++) {
      let items = "";
      for (let count = random(5); count > 0; count--) {
        const size = random(12);
        const type = [0x10, 0x20, 0x21, 0x50, 0x51, 0x77][random(6)]!;
        items += [type, 0, 0, size].map(pair).join(" ") + " ";
        for (let i = 0; i < size; i++) items += pair(random(96)) + " ";
      }
      const bytes = request(items);
      bytes[0] = 1 + random(2);
      decodeOrRefuse(bytes);
    }
  });
});

/** An A-ASSOCIATE-RQ with these items. */
function request(items: string): Uint8Array {
  const variable = hex(items);
  const bytes = new Uint8Array(74 + variable.length);
  bytes.set([0x01, 0, 0, 0, 0, 0, 0, 1]);
  new DataView(bytes.buffer).setUint32(2, bytes.length - 6);
  bytes.set(utf8.encode("CALLED          CALLING         "), 10);
  bytes.set(variable, 74);
  return bytes;
}

function decode(
  bytes: Uint8Array,
): { pdu: AssociateRq; warnings: string[] } {
  const warnings: string[] = [];
  const pdu = decodePdu(bytes, (text) => {
    warnings.push(text);
  });
  assert.ok(pdu.type === "associate-rq");
  return { pdu, warnings };
}

function pair(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
