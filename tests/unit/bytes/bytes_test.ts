import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { latin1, latin1Bytes } from "../../../src/bytes/latin1.ts";
import { ByteReader } from "../../../src/bytes/reader.ts";
import { ByteWriter } from "../../../src/bytes/writer.ts";
import { DecodeError, EncodeError } from "../../../src/errors.ts";

describe("ByteReader", () => {
  test("reads numbers in both orders, and knows where it is", () => {
    const bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7]);
    const little = new ByteReader(bytes, true);
    assert.equal(little.u8(), 1);
    assert.equal(little.u16(), 0x0302);
    assert.equal(little.u32(), 0x07060504);
    assert.equal(little.remaining, 0);
    const big = new ByteReader(bytes, false);
    assert.equal(big.u16(), 0x0102);
    assert.equal(big.u32(), 0x03040506);
  });

  test("hands out ranges that end where they should", () => {
    const reader = new ByteReader(new Uint8Array([1, 2, 3, 4]), true);
    const inner = reader.sub(2);
    assert.equal(reader.position, 2);
    assert.equal(inner.u8(), 1);
    assert.throws(() => inner.expectEnd("item"), /1 unexpected byte/);
    assert.throws(() => inner.u16("number"), /Unexpected end of number/);
    assert.deepEqual([...reader.rest()], [3, 4]);
  });

  test("names the absolute offset of a fault", () => {
    const reader = new ByteReader(new Uint8Array(8), true, 3, 5);
    reader.skip(1);
    assert.throws(
      () => reader.take(2),
      (error: unknown) => error instanceof DecodeError && error.offset === 4,
    );
  });

  test("reads views whose buffer begins elsewhere", () => {
    const view = new Uint8Array([9, 9, 1, 0]).subarray(2);
    assert.equal(new ByteReader(view, true).u16(), 1);
  });
});

describe("ByteWriter", () => {
  test("grows, and fills in lengths afterwards", () => {
    const writer = new ByteWriter(false, 1);
    writer.u8(1).prefixed16("item", () => {
      writer.put(new Uint8Array([7, 8])).prefixed32("inner", () => {
        writer.fill(3, 9);
      });
    });
    assert.deepEqual(
      [...writer.finish()],
      [1, 0, 9, 7, 8, 0, 0, 0, 3, 9, 9, 9],
    );
  });

  test("refuses what does not fit a 16-bit length", () => {
    const writer = new ByteWriter(false);
    assert.throws(
      () => writer.prefixed16("item", () => writer.fill(65536)),
      EncodeError,
    );
  });
});

test("latin1() keeps every byte, however many", () => {
  const bytes = new Uint8Array(20_000).map((_, index) => index);
  assert.deepEqual(latin1Bytes(latin1(bytes)), bytes);
});
