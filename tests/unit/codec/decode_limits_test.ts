/** How far decodeDataset() reads: up to a tag, and down to a level. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeDataset } from "../../../src/codec/decode.ts";
import { encodeDataset } from "../../../src/codec/encode.ts";
import { MAX_DEPTH } from "../../../src/codec/structure.ts";
import {
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { formatTag } from "../../../src/dataset/tag.ts";
import { hex } from "../../support/hex.ts";
import { ID, ID_SHOWN, ITEM, MR, MR_SHOWN, read } from "./reading.ts";

describe("reading stops", () => {
  const bytes = `${MR} ${ID} 20 00 10 00 "SH" 02 00 "S "`;
  const rows: [before: number, shown: string, isStopped: boolean][] = [
    [0x00080060, "", true],
    [0x00080061, MR_SHOWN, true],
    [0x00100020, MR_SHOWN, true],
    [0x00100021, `${MR_SHOWN}, ${ID_SHOWN}`, true],
    [0x00200010, `${MR_SHOWN}, ${ID_SHOWN}`, true],
    [0x00200011, `${MR_SHOWN}, ${ID_SHOWN}, (0020,0010) SH 53 20`, false],
  ];
  for (const [before, shown, isStopped] of rows) {
    test(`before ${formatTag(before)}, in regular and in damaged data`, () => {
      for (const damage of ["", '09 00 01 10 "--" 00 00']) {
        let stops = 0;
        const reading = read(
          hex(bytes.replace(ID, `${damage} ${ID}`)),
          EXPLICIT_LE,
          {
            before,
            stopped: () => stops++,
          },
        );
        const expected = damage === "" || before <= 0x00091001
          ? shown
          : shown.replace(MR_SHOWN, `${MR_SHOWN}, (0009,1001) UN`);
        assert.equal(reading.shown, expected);
        assert.equal(stops > 0, isStopped);
      }
    });
  }

  test("at no tag within an item", () => {
    const { shown } = read(
      hex(`08 00 10 11 "SQ" 00 00 12 00 00 00 ${ITEM} 0A 00 00 00 ${ID} ${ID}`),
      EXPLICIT_LE,
      { before: 0x00100000 },
    );
    assert.equal(shown, `(0008,1110) SQ {${ID_SHOWN}}`);
  });
});

describe("nesting", () => {
  function nested(depth: number): Dataset {
    let dataset = Dataset.of(textElement(0x00080060, "CS", "MR"));
    for (let level = 0; level < depth; level++) {
      dataset = Dataset.of(sequence(0x00400100, [dataset]));
    }
    return dataset;
  }

  for (const syntax of [EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE]) {
    test(`is followed to the last level and no further, ${syntax.name}`, () => {
      for (const lengths of ["defined", "undefined"] as const) {
        const bytes = (depth: number) =>
          encodeDataset(nested(depth), syntax, { lengths });
        const deepest = read(bytes(MAX_DEPTH), syntax);
        assert.deepEqual([deepest.warnings, deepest.losses], [[], []]);
        assert.match(deepest.shown, /\(0008,0060\) CS 4d 52/);
        // The same in the second reading, which an attribute that occurs twice leads to.
        const once = encodeDataset(
          Dataset.of(textElement(0x00200010, "SH", "X")),
          syntax,
        );
        const twice = read(
          Uint8Array.from([...once, ...once, ...bytes(MAX_DEPTH)]),
          syntax,
        );
        assert.deepEqual([twice.warnings.length, twice.losses], [1, []]);
        assert.match(twice.shown, /\(0008,0060\) CS 4d 52/);
        const deeper = read(bytes(MAX_DEPTH + 1), syntax);
        assert.doesNotMatch(deeper.shown, /\(0008,0060\)/);
        assert.match(
          deeper.losses[0]!,
          /\(0040,0100\) is nested deeper than 128 sequences$/,
        );
        assert.throws(
          () => decodeDataset(bytes(MAX_DEPTH + 1), syntax),
          /nested deeper than 128 sequences/,
        );
      }
    });
  }
});
