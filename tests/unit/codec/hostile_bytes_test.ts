/** Datasets that are damaged, or made to harm: an error or a warning, in little time and memory. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import {
  decodeDataset,
  MAX_DISORDER,
  MAX_WARNINGS,
} from "../../../src/codec/decode.ts";
import { inflate, MAX_INFLATED_BYTES } from "../../../src/codec/deflate.ts";
import {
  DEFLATED_LE,
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import { isFragments, isSequence } from "../../../src/dataset/dataset.ts";
import { DecodeError } from "../../../src/errors.ts";
import { hex } from "../../support/hex.ts";

/** Empty elements (0009,eeee) in implicit VR, in this order. */
function elements(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 * numbers.length);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, index) => {
    view.setUint16(8 * index, 0x0009, true);
    view.setUint16(8 * index + 2, number, true);
  });
  return bytes;
}

describe("decodeDataset()", () => {
  test("returns what there is of a damaged deflate stream, when lenient", () => {
    const warnings: string[] = [];
    const options = {
      lenient: true,
      warn: (text: string) => warnings.push(text),
    };
    const dataset = decodeDataset(hex("ff ff ff ff"), DEFLATED_LE, options);
    assert.equal(dataset.size, 0);
    assert.match(warnings.join(), /deflate stream is damaged/);
    assert.throws(
      () => decodeDataset(hex("ff ff ff ff"), DEFLATED_LE),
      DecodeError,
    );
  });

  test("takes a private OB of undefined length for fragments, not items", () => {
    const bytes = hex(`
      09 00 10 00 4c 4f 04 00 41 43 4d 45
      09 00 01 10 4f 42 00 00 ff ff ff ff
        fe ff 00 e0 00 00 00 00
        fe ff 00 e0 06 00 00 00 ff d8 01 02 03 04
      fe ff dd e0 00 00 00 00
    `);
    const element = decodeDataset(bytes, EXPLICIT_LE).get(0x00091001);
    assert.ok(isFragments(element));
    assert.equal(element.fragments.length, 2);
  });

  test("takes a private element of undefined length for items in implicit VR", () => {
    const bytes = hex(`
      09 00 01 10 ff ff ff ff
        fe ff 00 e0 00 00 00 00
      fe ff dd e0 00 00 00 00
    `);
    assert.ok(isSequence(decodeDataset(bytes, IMPLICIT_LE).get(0x00091001)));
  });

  test("sorts what is out of order, but not without end", () => {
    const descending = (count: number) =>
      elements(Array.from({ length: count }, (_, index) => 0xffff - index));
    const sorted = decodeDataset(descending(MAX_DISORDER + 1), IMPLICIT_LE);
    assert.equal(sorted.size, MAX_DISORDER + 1);
    assert.throws(
      () => decodeDataset(descending(MAX_DISORDER + 2), IMPLICIT_LE),
      /out of order/,
    );
  });

  test("warns a number of times, then says that there is more", () => {
    const warnings: string[] = [];
    const twice = elements(Array.from({ length: 10_000 }, () => 0x1001));
    decodeDataset(twice, IMPLICIT_LE, { warn: (text) => warnings.push(text) });
    assert.equal(warnings.length, MAX_WARNINGS + 1);
    assert.match(warnings.at(-1)!, /further/);
  });
});

describe("inflate()", () => {
  test("refuses a bomb", () => {
    const bomb = deflateRawSync(new Uint8Array(MAX_INFLATED_BYTES + 1), {
      level: 9,
    });
    assert.throws(
      () => inflate(bomb),
      (error) =>
        error instanceof DecodeError && /more than/.test(error.message),
    );
  });

  test("refuses a stream that is cut short", () => {
    const whole = deflateRawSync(new Uint8Array(1000).fill(7));
    assert.throws(() => inflate(whole.subarray(0, -2)), DecodeError);
  });
});

test("decodeDataset() refuses a group length of undefined length", () => {
  const bytes = hex("09 00 00 00 ff ff ff ff fe ff dd e0 00 00 00 00");
  assert.throws(() => decodeDataset(bytes, IMPLICIT_LE), DecodeError);
});
