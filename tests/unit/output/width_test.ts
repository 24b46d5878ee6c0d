import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  displayWidth,
  paddedEnd,
  paddedStart,
  truncated,
} from "../../../src/output/width.ts";

describe("displayWidth()", () => {
  const rows: [text: string, width: number][] = [
    ["", 0],
    ["Doe^John", 8],
    ["Müller", 6],
    ["山田^太郎", 9],
    ["ﾔﾏﾀﾞ", 4],
    ["ＡＢ", 4],
    ["홍길동", 6],
    ["홍", 2], // conjoining jamo
    ["e\u0301", 1],
    ["ก่อน", 3], // Thai mark
    ["a\u200bb", 2],
    ["🙂", 2],
    ["👍🏽", 2],
    ["👩‍👩‍👧", 2],
    ["❤️", 2],
    ["🇩🇪", 2],
  ];
  for (const [text, width] of rows) {
    test(`is ${width} for "${text}"`, () => {
      assert.equal(displayWidth(text), width);
    });
  }
});

describe("truncated()", () => {
  test("keeps what fits", () => {
    assert.equal(truncated("Doe", 3), "Doe");
    assert.equal(truncated("山田", 4), "山田");
  });

  test("cuts with an ellipsis", () => {
    assert.equal(truncated("Doe^John", 5), "Doe^…");
    assert.equal(truncated("Doe", 0), "");
  });

  test("never splits what is drawn as one", () => {
    assert.equal(truncated("山田太郎", 4), "山…");
    assert.equal(truncated("ae\u0301i", 2), "a…");
    assert.equal(truncated("ae\u0301io", 3), "ae\u0301…");
    assert.equal(truncated("👩‍👩‍👧👩‍👩‍👧", 3), "👩‍👩‍👧…");
  });

  test("never exceeds the width", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: 0, max: 20 }),
        (text, width) => {
          assert.ok(displayWidth(truncated(text, width)) <= width);
        },
      ),
    );
  });
});

test("padding counts columns", () => {
  assert.equal(paddedEnd("山", 4), "山  ");
  assert.equal(paddedStart("12", 4), "  12");
  assert.equal(paddedEnd("long", 2), "long");
});
