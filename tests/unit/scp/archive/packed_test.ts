/** Packed datasets: what comes out is what went in, and one attribute is found without the others. */
import { test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { rawElement } from "../../../../src/codec/values.ts";
import { Dataset, type Element } from "../../../../src/dataset/dataset.ts";
import {
  findPacked,
  pack,
  packedSize,
  unpack,
} from "../../../../src/scp/archive/packed.ts";
import { Records } from "../../../../src/scp/archive/records.ts";
import { generatedDatasets } from "../../../support/generated.ts";

function packed(dataset: Dataset, before = 0): [Uint8Array, number] {
  const bytes = new Uint8Array(before + packedSize(dataset));
  assert.equal(pack(dataset, bytes, before), bytes.length);
  return [bytes, before];
}

test("any dataset comes out as it went in", () => {
  fc.assert(
    fc.property(generatedDatasets(), fc.nat(9), ({ dataset }, before) => {
      const [bytes, start] = packed(dataset, before);
      assert.deepEqual(unpack(bytes, start, bytes.length), dataset);
      for (const element of dataset) {
        const found = findPacked(bytes, start, bytes.length, element.tag);
        assert.deepEqual(found, element);
      }
    }),
    { numRuns: 200, seed: 1 },
  );
});

test("lengths beside those of the standard are kept", () => {
  const all: Element[] = [
    rawElement(0x00080005, "CS", "ISO_IR 192"),
    { tag: 0x00100010, vr: "PN", value: new Uint8Array(3) },
    { tag: 0x00100020, vr: "LO", value: new Uint8Array(0) },
    { tag: 0x00104000, vr: "LT", value: new Uint8Array(70_000).fill(65) },
    {
      tag: 0x00400100,
      vr: "SQ",
      undefinedLength: true,
      items: [
        { undefinedLength: true, dataset: new Dataset() },
        {
          undefinedLength: false,
          dataset: Dataset.of(rawElement(0x00080060, "CS", "CT")),
        },
      ],
    },
    {
      tag: 0x7fe00010,
      vr: "OB",
      fragments: [new Uint8Array(0), new Uint8Array(200).fill(7)],
    },
    { tag: 0xfffcfffc, vr: "OB", value: new Uint8Array(2) },
  ];
  const dataset = Dataset.of(...all);
  const [bytes, start] = packed(dataset);
  assert.deepEqual(unpack(bytes, start, bytes.length), dataset);
  for (const element of all) {
    const found = findPacked(bytes, start, bytes.length, element.tag);
    assert.deepEqual(found, element);
  }
  assert.equal(findPacked(bytes, start, bytes.length, 0x00100021), undefined);
  assert.equal(findPacked(bytes, start, start, 0x00080005), undefined);
});

test("lengths take as many groups of 7 bits as they need", () => {
  const sizes = [
    0,
    0x7f,
    0x80,
    0x81,
    0x3fff,
    0x4000,
    0x4001,
    0x1fffff,
    0x200000,
  ];
  for (const length of sizes) {
    const value = new Uint8Array(length).fill(1);
    const dataset = Dataset.of(
      { tag: 0x00420011, vr: "OB", value },
      { tag: 0x7fe00010, vr: "OW", fragments: [value, value.slice(0, 1)] },
    );
    const bytesOfLength = length < 0x80
      ? 1
      : length < 0x4000
      ? 2
      : length < 0x200000
      ? 3
      : 4;
    const [bytes] = packed(Dataset.of({ tag: 0x00420011, vr: "OB", value }));
    assert.equal(bytes.length, 5 + bytesOfLength + length);
    const [both] = packed(dataset);
    assert.deepEqual(unpack(both, 0, both.length), dataset);
    const found = findPacked(both, 0, both.length, 0x7fe00010);
    assert.deepEqual(found, dataset.get(0x7fe00010));
  }
});

test("records keep their bytes when memory is given back", () => {
  const records = new Records();
  const long = "x".repeat(30_000);
  const texts = Array.from({ length: 9 }, (_, at) => `${at}${long}`);
  for (const text of texts) {
    records.add(Dataset.of(rawElement(0x00104000, "LT", text)));
  }
  records.add(Dataset.of(rawElement(0x00104000, "LT", long.repeat(99))));
  records.close();
  assert.equal(records.size, 10);
  for (const [at, text] of texts.entries()) {
    const element = records.get(at, 0x00104000)!;
    assert.equal("value" in element && element.value[0], text.charCodeAt(0));
    assert.equal("value" in element && element.value.length, 30_002);
  }
});
