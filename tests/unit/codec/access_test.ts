/** Values by keyword: sequences that came as UN, and items that know the character set around them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { valuesOf } from "../../../src/codec/access.ts";
import { decodeDataset } from "../../../src/codec/decode.ts";
import { EXPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { hex } from "../../support/hex.ts";

describe("valuesOf()", () => {
  const items = {
    implicit: '40 00 09 00 06 00 00 00 "SPS001"',
    explicit: '40 00 09 00 "SH" 06 00 "SPS001"',
  };
  for (const [form, item] of Object.entries(items)) {
    test(`reads a sequence that was sent as UN, with ${form} items`, () => {
      const dataset = decodeDataset(
        hex(
          `40 00 75 02 "UN" 00 00 16 00 00 00 FE FF 00 E0 0E 00 00 00 ${item}`,
        ),
        EXPLICIT_LE,
      );
      const [step] = valuesOf(dataset, "RequestAttributesSequence");
      assert.ok(step instanceof Dataset);
      assert.deepEqual(valuesOf(step, "ScheduledProcedureStepID"), ["SPS001"]);
    });
  }

  test("leaves UN alone that holds no items", () => {
    const dataset = decodeDataset(
      hex('40 00 75 02 "UN" 00 00 04 00 00 00 "text"'),
      EXPLICIT_LE,
    );
    assert.deepEqual(valuesOf(dataset, "RequestAttributesSequence"), [
      116,
      101,
      120,
      116,
    ]);
  });

  test("reads text of items in the character set around them", () => {
    const dataset = decodeDataset(
      hex(
        '08 00 05 00 "CS" 0A 00 "ISO_IR 192" 40 00 75 02 "SQ" 00 00 14 00 00 00 ' +
          'FE FF 00 E0 0C 00 00 00 40 00 07 00 "LO" 04 00 C3 BC C3 BC',
      ),
      EXPLICIT_LE,
    );
    const [item] = valuesOf(dataset, "RequestAttributesSequence");
    assert.ok(item instanceof Dataset);
    assert.deepEqual(valuesOf(item, "ScheduledProcedureStepDescription"), [
      "üü",
    ]);
  });

  test("has numbers as numbers, long ones exactly, tags as text", () => {
    const dataset = decodeDataset(
      hex(`
        28 00 09 00 "AT" 04 00 18 00 63 10
        28 00 10 00 "US" 02 00 00 02
        72 00 82 00 "SV" 00 00 08 00 00 00 FE FF FF FF FF FF FF FF
        72 00 83 00 "UV" 00 00 00 00 00 00
      `),
      EXPLICIT_LE,
    );
    assert.deepEqual(valuesOf(dataset, "FrameIncrementPointer"), [
      "(0018,1063)",
    ]);
    assert.deepEqual(valuesOf(dataset, "Rows"), [512]);
    assert.deepEqual(valuesOf(dataset, "SelectorSVValue"), [-2n]);
    assert.deepEqual(valuesOf(dataset, "SelectorUVValue"), []);
    assert.deepEqual(valuesOf(dataset, 0x00280010), [512]);
    assert.deepEqual(valuesOf(dataset, "Columns"), []);
    assert.throws(() => valuesOf(dataset, "Nonsense"), {
      name: "UsageError",
      message: 'Unknown attribute "Nonsense"',
    });
  });
});
