/** Received bytes that need no decoding to be written to a file: the quick way must lead where the plain one does. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { decodeDataset } from "../../../src/codec/decode.ts";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { isAsEncoded } from "../../support/plain_elements.ts";
import { generatedDatasets } from "../../support/generated.ts";
import { hex } from "../../support/hex.ts";

const SYNTAXES = [IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE, DEFLATED_LE];

const MATCH = Dataset.of(
  textElement(0x00080005, "CS", "ISO_IR 100"),
  textElement(0x00080052, "CS", "STUDY"),
  textElement(0x00080061, "CS", ["CT", "SR"]),
  textElement(0x00081030, "LO", ""),
  textElement(0x00090010, "LO", "ACME"),
  textElement(0x00100010, "PN", "M\u00fcller^Jane Alexandra"),
  textElement(0x0020000d, "UI", "1.2.826.0.1.3680043.10.1338.1.20240229"),
  { tag: 0x00280010, vr: "US", value: new Uint8Array([1, 0]) },
  sequence(0x00400100, [
    Dataset.of(
      textElement(0x00400002, "DA", "20240101"),
      sequence(0x00400008, [new Dataset()], true),
    ),
    new Dataset(),
  ], true),
  sequence(0x00400260, [], true),
);

test("a usual match is written as it came", () => {
  for (const syntax of [IMPLICIT_LE, EXPLICIT_LE]) {
    const bytes = encodeDataset(MATCH, syntax, { lengths: "undefined" });
    assert.equal(isAsEncoded(bytes, syntax), true, syntax.name);
    assert.equal(isAsEncoded(new Uint8Array(0), syntax), true, syntax.name);
  }
});

test("generated datasets are written the same either way", () => {
  let quick = 0;
  fc.assert(fc.property(generatedDatasets(), ({ dataset }) => {
    for (const syntax of SYNTAXES) {
      for (const lengths of ["defined", "undefined", "kept"] as const) {
        const bytes = encodeDataset(dataset, syntax, { lengths });
        quick += Number(isAsEncoded(bytes, syntax));
      }
    }
  }));
  assert.ok(quick > 100, `${quick}`);
});

test("damaged datasets are written the same either way", () => {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    by: fc.constantFrom("byte", "cut", "insert", "swap"),
    value: fc.constantFrom(0, 1, 2, 6, 0x20, 0x53, 0x51, 0xe0, 0xfe, 0xff),
  });
  let quick = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(IMPLICIT_LE, EXPLICIT_LE),
      fc.constantFrom("defined" as const, "undefined" as const),
      fc.array(change, { maxLength: 4 }),
      (syntax, lengths, changes) => {
        let bytes = [...encodeDataset(MATCH, syntax, { lengths })];
        for (const { at, by, value } of changes) {
          const index = Math.floor(at * bytes.length);
          if (by === "byte") bytes[index] = value;
          else if (by === "cut") bytes.splice(index, value);
          else if (by === "insert") bytes.splice(index, 0, value, 0);
          else {
            const half = bytes.slice(index);
            bytes = [...half, ...bytes.slice(0, index)];
          }
        }
        quick += Number(isAsEncoded(new Uint8Array(bytes), syntax));
      },
    ),
    { numRuns: 2000 },
  );
  assert.ok(quick > 100, `${quick}`);
});

/** Data that decoding reports, or encoding changes. */
const OTHERS: readonly (readonly [name: string, bytes: string])[] = [
  ["an element cut short", "10 00 20 00 4c 4f 04 00 41 42"],
  ["a head cut short", "10 00 20 00 4c 4f"],
  ["a long head cut short", "09 00 01 10 55 4e 00 00 00 00"],
  ["an odd length", "10 00 20 00 4c 4f 01 00 41"],
  ["a wrong order", "10 00 20 00 4c 4f 00 00 08 00 52 00 43 53 00 00"],
  ["an element twice", "10 00 20 00 4c 4f 00 00 10 00 20 00 4c 4f 00 00"],
  ["a group length", "10 00 00 00 55 4c 04 00 00 00 00 00"],
  ["a command element", "00 00 02 00 55 49 00 00"],
  ["a file's meta element", "02 00 00 00 55 4c 04 00 00 00 00 00"],
  ["an unknown VR", "10 00 20 00 5a 5a 00 00 00 00 00 00"],
  ["zeros as a VR", "10 00 20 00 00 00 00 00 00 00 00 00"],
  ["no VR", "10 00 20 00 02 00 00 00 41 42"],
  ["a reserved byte", "09 00 01 10 55 4e 01 00 00 00 00 00"],
  ["padding after the end", "10 00 20 00 4c 4f 00 00 00 00 00 00 00 00 00 00"],
  [
    "a covered attribute",
    "10 00 20 00 4c 4f 0c 00 41 42 10 00 30 00 44 41 02 00 32 30",
  ],
  [
    "covered numbers",
    "28 00 10 00 55 53 0a 00 01 00 28 00 11 00 55 53 02 00",
  ],
  ["a sequence of defined length", "40 00 00 01 53 51 00 00 00 00 00 00"],
  [
    "an item of defined length",
    `40 00 00 01 53 51 00 00 ff ff ff ff fe ff 00 e0 00 00 00 00
     fe ff dd e0 00 00 00 00`,
  ],
  [
    "a sequence without an end",
    `40 00 00 01 53 51 00 00 ff ff ff ff fe ff 00 e0 ff ff ff ff
     fe ff 0d e0 00 00 00 00`,
  ],
  [
    "an item without an end",
    `40 00 00 01 53 51 00 00 ff ff ff ff fe ff 00 e0 ff ff ff ff
     40 00 02 00 44 41 00 00`,
  ],
  [
    "an item with the end of the sequence",
    `40 00 00 01 53 51 00 00 ff ff ff ff fe ff 00 e0 ff ff ff ff
     fe ff dd e0 00 00 00 00`,
  ],
  [
    "delimiters with a length",
    `40 00 00 01 53 51 00 00 ff ff ff ff fe ff 00 e0 ff ff ff ff
     fe ff 0d e0 02 00 00 00 fe ff dd e0 00 00 00 00`,
  ],
  [
    "an end of a sequence with a length",
    "40 00 00 01 53 51 00 00 ff ff ff ff fe ff dd e0 02 00 00 00",
  ],
  ["a delimiter outside of items", "fe ff 0d e0 00 00 00 00"],
  [
    "UN of undefined length",
    "09 00 01 10 55 4e 00 00 ff ff ff ff fe ff dd e0 00 00 00 00",
  ],
  ["text of undefined length", "10 00 20 00 55 54 00 00 ff ff ff ff"],
];

describe("the plain way is taken for", () => {
  for (const [name, bytes] of OTHERS) {
    test(name, () => {
      assert.equal(isAsEncoded(hex(bytes), EXPLICIT_LE), false);
    });
  }

  test("a private attribute without a VR, which may be a sequence", () => {
    const bytes = hex("09 00 01 10 00 00 00 00");
    assert.equal(isAsEncoded(bytes, IMPLICIT_LE), false);
  });

  test("a sequence of defined length without a VR", () => {
    const bytes = hex("40 00 00 01 00 00 00 00");
    assert.equal(isAsEncoded(bytes, IMPLICIT_LE), false);
    const dictionary = Dictionary.standard.withEntries([{
      groups: { first: 0x0040, last: 0x0040, only: "any" },
      elements: { first: 0x0100, last: 0x0100, only: "any" },
      keyword: "Other",
      vrs: ["LO"],
    }]);
    assert.equal(isAsEncoded(bytes, IMPLICIT_LE, dictionary), true);
  });

  test("other syntaxes", () => {
    for (const syntax of [EXPLICIT_BE, DEFLATED_LE]) {
      const bytes = encodeDataset(MATCH, syntax, { lengths: "undefined" });
      assert.equal(isAsEncoded(bytes, syntax), false);
    }
  });

  test("nesting deeper than is read", () => {
    const nested = (depth: number): Dataset =>
      depth === 0
        ? new Dataset()
        : Dataset.of(sequence(0x00400100, [nested(depth - 1)], true));
    const bytes = (depth: number) =>
      encodeDataset(nested(depth), EXPLICIT_LE, { lengths: "undefined" });
    assert.equal(isAsEncoded(bytes(128), EXPLICIT_LE), true);
    assert.equal(isAsEncoded(bytes(129), EXPLICIT_LE), false);
    assert.throws(() => decodeDataset(bytes(129), EXPLICIT_LE));
  });
});
