import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RemoteProtocolError } from "../../../src/errors.ts";
import { Deframer, MAX_PDU_LENGTH } from "../../../src/pdu/deframer.ts";
import { hex } from "../../support/hex.ts";

const utf8 = new TextEncoder();

describe("Deframer", () => {
  test("gives the PDUs of one chunk as views of it", () => {
    const chunk = hex("05 00 00000004 00000000  04 00 00000000  06 00 0000");
    const deframer = new Deframer();
    deframer.push(chunk);
    assert.deepEqual(deframer.next(), {
      pduType: 5,
      bytes: chunk,
      start: 0,
      end: 10,
    });
    assert.equal(deframer.next()?.bytes, chunk);
    assert.equal(deframer.next(), undefined);
    deframer.push(hex("0004 00000000"));
    assert.equal(deframer.next()?.pduType, 6);
    assert.equal(deframer.next(), undefined);
  });

  test("takes several chunks before it is asked, empty ones too", () => {
    const deframer = new Deframer();
    const chunks = ["", "05", "00 0000", "", "0004 0000", "0000 06 00 0000"];
    for (const chunk of chunks) deframer.push(hex(chunk));
    deframer.push(hex("0000"));
    assert.equal(deframer.next()?.pduType, 5);
    assert.equal(deframer.next()?.pduType, 6);
    assert.equal(deframer.next(), undefined);
  });

  test("keeps what was handed out untouched by what comes later", () => {
    const deframer = new Deframer();
    deframer.push(hex("05 00 00000002 aa"));
    deframer.push(hex("bb 05 00 00000001"));
    const first = deframer.next()!;
    deframer.push(hex("cc"));
    const second = deframer.next()!;
    assert.deepEqual(
      [...first.bytes.subarray(first.start + 6, first.end)],
      [0xaa, 0xbb],
    );
    assert.deepEqual(
      [...second.bytes.subarray(second.start + 6, second.end)],
      [0xcc],
    );
  });

  test("cuts any stream the same, however it is chunked", () => {
    const stream = new Uint8Array(3_000);
    const types: number[] = [];
    let at = 0;
    for (let length = 0; at + 6 + length <= stream.length; length += 7) {
      types.push(1 + types.length % 7);
      stream[at] = types.at(-1)!;
      stream[at + 4] = length >> 8;
      stream[at + 5] = length & 0xff;
      at += 6 + length;
    }
    for (const size of [1, 2, 5, 6, 7, 64, 1_000, 3_000]) {
      const deframer = new Deframer();
      const found: number[] = [];
      for (let start = 0; start < at; start += size) {
        deframer.push(stream.subarray(start, Math.min(start + size, at)));
        for (let f = deframer.next(); f; f = deframer.next()) {
          found.push(f.pduType);
        }
      }
      assert.deepEqual(found, types);
    }
  });

  test("waits for a PDU that claims the limit, byte by byte", () => {
    const deframer = new Deframer();
    const header = new Uint8Array(6);
    header[0] = 4;
    new DataView(header.buffer).setUint32(2, MAX_PDU_LENGTH);
    deframer.push(header);
    for (let i = 0; i < 100_000; i++) {
      deframer.push(new Uint8Array(1));
      assert.equal(deframer.next(), undefined);
    }
  });

  const faults: [string, Uint8Array, RegExp, number][] = [
    ["TLS alerts", hex("15 03 03 00 02 02 28"), /speaks TLS/, 1],
    ["TLS handshakes", hex("16 03 01 02 00 01"), /speaks TLS/, 1],
    ["HTTP", utf8.encode("HTTP/1.1 400"), /in HTTP/, 1],
    ["text", utf8.encode("SSH-2.0-x"), /in text, not in DICOM: "SSH-2\."/, 1],
    ["other bytes", hex("ff 00 00 00 00 01"), /ff 00 00 00 00 01/, 1],
    ["a length beyond all limits", hex("04 00 04 00 00 01"), /67108865/, 6],
    ["a proposal beyond all limits", hex("01 00 00 10 00 01"), /1048577/, 6],
  ];
  for (const [name, bytes, message, abortReason] of faults) {
    test(`distinguishes ${name} from PDUs, with a hint`, () => {
      for (const cut of [1, 5, 6]) {
        const deframer = new Deframer();
        deframer.push(bytes.subarray(0, cut));
        if (cut < 6) assert.equal(deframer.next(), undefined);
        deframer.push(bytes.subarray(cut));
        assert.throws(() => deframer.next(), (error) => {
          assert.ok(error instanceof RemoteProtocolError);
          assert.match(error.message, message);
          assert.equal(error.abortReason, abortReason);
          assert.ok(error.hint);
          return true;
        });
      }
    });
  }

  test("does not guess at unknown PDU types once DICOM was spoken", () => {
    const deframer = new Deframer();
    deframer.push(hex('05 00 00000000 "HTTP/1"'));
    deframer.next();
    assert.throws(() => deframer.next(), /unknown type 72/);
  });
});
