/** Archives, read back field by field; real programs unpack them in tests/executable. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gunzipSync, inflateRawSync } from "node:zlib";
import { crc32, tarGz, zip } from "../../../scripts/release/archive.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const FILES = [
  { path: "a/findscu", bytes: encoder.encode("#!"), isExecutable: true },
  { path: "a/ümlaut.txt", bytes: encoder.encode("text\n".repeat(300)) },
  { path: "a/empty", bytes: new Uint8Array(0) },
];
const DATE = "2030-01-31";

describe("crc32()", () => {
  test("has the check value of its definition", () => {
    assert.equal(crc32(encoder.encode("123456789")), 0xcbf43926);
  });
});

describe("tarGz()", () => {
  test("holds every file with its mode, size, time and content", () => {
    const tar = new Uint8Array(gunzipSync(tarGz(FILES, DATE)));
    let at = 0;
    for (const { path, bytes, isExecutable } of FILES) {
      const header = tar.subarray(at, at + 512);
      const field = (from: number, length: number) =>
        decoder.decode(header.subarray(from, from + length)).replace(
          /\0.*$/s,
          "",
        );
      assert.equal(field(0, 100), path);
      assert.equal(field(100, 8), isExecutable ? "0000755" : "0000644");
      assert.equal(Number.parseInt(field(124, 12), 8), bytes.length);
      assert.equal(
        Number.parseInt(field(136, 12), 8),
        Date.UTC(2030, 0, 31) / 1000,
      );
      assert.equal(field(257, 8), "ustar");
      const blank = header.map((byte, index) =>
        index >= 148 && index < 156 ? 0x20 : byte
      );
      assert.equal(
        Number.parseInt(field(148, 8), 8),
        blank.reduce((sum, byte) => sum + byte, 0),
      );
      at += 512;
      assert.deepEqual(tar.slice(at, at + bytes.length), bytes);
      at += Math.ceil(bytes.length / 512) * 512;
    }
    assert.equal(tar.length, at + 1024);
    assert.ok(tar.subarray(at).every((byte) => byte === 0));
  });

  test("is the same bytes each time", () => {
    assert.deepEqual(tarGz(FILES, DATE), tarGz(FILES, DATE));
  });

  test("refuses a name that ustar cannot hold", () => {
    const file = { path: "x".repeat(101), bytes: new Uint8Array(0) };
    assert.throws(() => tarGz([file], DATE), RangeError);
  });
});

describe("zip()", () => {
  const archive = zip(FILES, DATE);
  const view = new DataView(archive.buffer, archive.byteOffset, archive.length);
  const end = archive.length - 22;

  test("ends with a directory of all files", () => {
    assert.equal(view.getUint32(end, true), 0x06054b50);
    assert.equal(view.getUint16(end + 8, true), FILES.length);
    assert.equal(view.getUint16(end + 10, true), FILES.length);
    const size = view.getUint32(end + 12, true);
    assert.equal(view.getUint32(end + 16, true) + size, end);
  });

  test("holds every file with its mode, sum and content", () => {
    let at = view.getUint32(end + 16, true);
    for (const { path, bytes, isExecutable } of FILES) {
      assert.equal(view.getUint32(at, true), 0x02014b50);
      assert.equal(view.getUint16(at + 10, true), 8);
      assert.equal(view.getUint16(at + 14, true), 50 << 9 | 1 << 5 | 31);
      assert.equal(view.getUint32(at + 16, true), crc32(bytes));
      const packed = view.getUint32(at + 20, true);
      assert.equal(view.getUint32(at + 24, true), bytes.length);
      const nameLength = view.getUint16(at + 28, true);
      const mode = view.getUint32(at + 38, true) >>> 16;
      assert.equal(mode, isExecutable ? 0o100755 : 0o100644);
      const name = archive.subarray(at + 46, at + 46 + nameLength);
      assert.equal(decoder.decode(name), path);
      const local = view.getUint32(at + 42, true);
      assert.equal(view.getUint32(local, true), 0x04034b50);
      assert.deepEqual(
        archive.subarray(local + 4, local + 30),
        archive.subarray(at + 6, at + 32),
      );
      const start = local + 30 + nameLength;
      const content = inflateRawSync(archive.subarray(start, start + packed));
      assert.deepEqual(new Uint8Array(content), bytes);
      at += 46 + nameLength;
    }
    assert.equal(at, end);
  });
});
