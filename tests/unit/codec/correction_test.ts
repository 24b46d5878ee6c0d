import assert from "node:assert/strict";
import { test } from "node:test";
import { corrected } from "../../../src/codec/correction.ts";
import { rawElement, rawStringOf } from "../../../src/codec/values.ts";
import {
  Dataset,
  type PlainElement,
  sequence,
} from "../../../src/dataset/dataset.ts";
import type { Vr } from "../../../src/dataset/vr.ts";

/** The value field of one element after the correction. */
function after(vr: Vr, text: string): string {
  const dataset = corrected(
    Dataset.of(rawElement(0x00100010, vr, text)),
  );
  return rawStringOf(dataset.get(0x00100010) as PlainElement);
}

test("corrected() removes trailing padding, and leaves lengths even", () => {
  assert.equal(after("PN", " A^B   "), " A^B");
  assert.equal(after("LO", "odd   "), "odd ");
  assert.equal(after("CS", "EVEN\0\0"), "EVEN");
  assert.equal(after("LO", "  "), "");
});

test("corrected() removes blanks from UIDs", () => {
  assert.equal(after("UI", " 1.2.3 "), "1.2.3\0");
  assert.equal(after("UI", "1.2\0"), "1.2\0");
});

test("corrected() leaves everything else alone", () => {
  assert.equal(after("UN", "ab  "), "ab  ");
  assert.equal(after("LO", "righty"), "righty");
});

test("corrected() looks into items", () => {
  const item = Dataset.of(rawElement(0x00100010, "PN", "A^B "));
  const result = corrected(Dataset.of(sequence(0x00400100, [item])));
  const [first] = (result.get(0x00400100) as ReturnType<typeof sequence>).items;
  const name = first!.dataset.get(0x00100010) as PlainElement;
  assert.equal(rawStringOf(name), "A^B ");
  assert.equal(name.value.length, 4);
});
