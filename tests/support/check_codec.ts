/** One row, many properties: what must hold for every PDU and its bytes. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DecodeError } from "../../src/errors.ts";
import { decodePdu } from "../../src/pdu/decode.ts";
import { Deframer } from "../../src/pdu/deframer.ts";
import { encodePdu } from "../../src/pdu/encode.ts";
import type { Pdu } from "../../src/pdu/types.ts";

const HEADER_LENGTH = 6;

/** Declares the tests that `value` and `bytes` are each other's encoding, and that nothing else of the bytes decodes wildly. */
export function checkCodec(name: string, value: Pdu, bytes: Uint8Array): void {
  describe(`${name} as bytes`, () => {
    test("decodes to the value, without a warning", () => {
      assert.deepEqual(decodePdu(bytes, (text) => assert.fail(text)), value);
    });

    test("is what the value encodes to", () => {
      assert.deepEqual([...encodePdu(value)], [...bytes]);
    });

    test("passes the deframer byte by byte, and cut in two anywhere", () => {
      const bytewise = new Deframer();
      for (let i = 0; i < bytes.length; i++) {
        assert.equal(bytewise.next(), undefined);
        bytewise.push(bytes.subarray(i, i + 1));
      }
      assert.deepEqual(framed(bytewise), [...bytes]);
      for (let cut = 0; cut <= bytes.length; cut++) {
        const deframer = new Deframer();
        deframer.push(bytes.subarray(0, cut));
        if (cut < bytes.length) assert.equal(deframer.next(), undefined);
        deframer.push(bytes.subarray(cut));
        assert.deepEqual(framed(deframer), [...bytes]);
      }
    });

    test("is refused with a byte too many", () => {
      const longer = new Uint8Array(bytes.length + 1);
      longer.set(bytes);
      assert.throws(() => decodePdu(longer), DecodeError);
    });

    test("is refused when cut short anywhere", () => {
      for (let length = 0; length < bytes.length; length++) {
        assert.throws(() => decodePdu(bytes.subarray(0, length)), DecodeError);
      }
    });

    test("gives a value or a DecodeError when its content is cut short", () => {
      for (let length = HEADER_LENGTH; length < bytes.length; length++) {
        const shorter = bytes.slice(0, length);
        new DataView(shorter.buffer).setUint32(2, length - HEADER_LENGTH);
        decodeOrRefuse(shorter);
      }
    });

    test("gives a value or a DecodeError when any byte is another", () => {
      for (let at = 0; at < bytes.length; at++) {
        for (const other of [0x00, 0x01, 0x7f, 0x80, 0xff]) {
          const changed = bytes.slice();
          changed[at] = other;
          decodeOrRefuse(changed);
        }
      }
    });
  });
}

/** Decodes; whatever decodes must encode, and decode equal again. */
export function decodeOrRefuse(bytes: Uint8Array): Pdu | undefined {
  let pdu: Pdu;
  try {
    pdu = decodePdu(bytes);
  } catch (error) {
    assert.ok(error instanceof DecodeError, String(error));
    return undefined;
  }
  assert.deepEqual(decodePdu(encodePdu(pdu)), pdu);
  return pdu;
}

function framed(deframer: Deframer): number[] {
  const frame = deframer.next();
  assert.ok(frame);
  assert.equal(deframer.next(), undefined);
  return [...frame.bytes.subarray(frame.start, frame.end)];
}
