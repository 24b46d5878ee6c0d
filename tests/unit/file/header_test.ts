/** Headers: as few bytes as possible, never a wrong end, and memory that lets the file go. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import { rawElement } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { DecodeError } from "../../../src/errors.ts";
import { decodeHeader, detachedHeader } from "../../../src/file/header.ts";
import { encodeFile } from "../../../src/file/part10.ts";

const META = {
  sopClassUid: "1.2.840.10008.5.1.4.1.1.7",
  sopInstanceUid: "1.2.3",
  implementationClassUid: "1.2.4",
};

/** A dataset with a value of this length in its header, and pixels. */
function image(length: number, pixels: number): Dataset {
  return Dataset.of(
    rawElement(0x00080018, "UI", "1.2.3"),
    rawElement(0x00100010, "PN", "Doe^John"),
    rawElement(0x00204000, "LT", "x".repeat(length)),
    rawElement(0x00280010, "US", "\x02\x00"),
    {
      tag: 0x7fe00010,
      vr: "OW",
      value: new Uint8Array(pixels),
    },
  );
}

/** Decodes the header; returns it with the most bytes that were requested. */
function headerOf(bytes: Uint8Array) {
  let asked = 0;
  const file = decodeHeader(bytes.length, (length) => {
    asked = Math.max(asked, length);
    return bytes.subarray(0, length);
  });
  return { file, asked };
}

describe("decodeHeader()", () => {
  test("reads the beginning of a large file only", () => {
    const { file, asked } = headerOf(
      encodeFile(image(100, 1_000_000), EXPLICIT_LE, META),
    );
    assert.equal(file.dataset.size, 4);
    assert.equal(file.syntax, EXPLICIT_LE);
    assert.equal(asked, 16_384);
  });
  test("reads more when the header is longer", () => {
    const { file, asked } = headerOf(
      encodeFile(image(40_000, 1_000_000), EXPLICIT_LE, META),
    );
    assert.equal(file.dataset.size, 4);
    assert.equal(asked, 131_072);
  });
  for (const syntax of [EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE]) {
    test(`is not misled by a piece that ends between attributes, ${syntax.name}`, () => {
      // Around the place where the first piece ends exactly after the long text.
      for (let length = 16_290; length < 16_384; length += 2) {
        const bytes = encodeDataset(image(length, 20_000), syntax);
        assert.equal(headerOf(bytes).file.dataset.size, 4, `${length}`);
      }
    });
  }
  test("takes files without pixels, small ones and bare datasets", () => {
    const small = Dataset.of(rawElement(0x00080018, "UI", "1.2.3"));
    for (
      const bytes of [
        encodeFile(small, IMPLICIT_LE, META),
        encodeDataset(small, EXPLICIT_LE),
      ]
    ) assert.equal(headerOf(bytes).file.dataset.size, 1);
  });
  test("says what is damaged", () => {
    const bytes = encodeFile(image(100, 0), EXPLICIT_LE, META);
    assert.throws(() => headerOf(bytes.subarray(0, 300)), DecodeError);
  });
});

describe("detachedHeader()", () => {
  test("has memory of its own", () => {
    const bytes = encodeDataset(image(10, 10), EXPLICIT_LE);
    const { file } = headerOf(bytes);
    const copy = detachedHeader(file.dataset);
    bytes.fill(0);
    const name = copy.get(0x00100010);
    assert.ok(name !== undefined && "value" in name);
    assert.equal(new TextDecoder().decode(name.value), "Doe^John");
  });
  test("leaves long binary values out, in items too", () => {
    const binary = (length: number) =>
      Dataset.of(
        rawElement(0x00100020, "LO", "x".repeat(60)),
        { tag: 0x00291010, vr: "OB", value: new Uint8Array(length) },
      );
    const copy = detachedHeader(Dataset.of(
      sequence(0x00081140, [binary(256), binary(258)]),
      ...binary(258),
    ));
    assert.equal(copy.size, 2);
    const items = copy.get(0x00081140);
    assert.ok(items !== undefined && "items" in items);
    assert.deepEqual(items.items.map(({ dataset }) => dataset.size), [2, 1]);
  });
});
