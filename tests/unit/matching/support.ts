/** Keys and stored values for tests of matching. */
import { Charset } from "../../../src/charset/charset.ts";
import { textElement } from "../../../src/codec/values.ts";
import type { Dataset, Element } from "../../../src/dataset/dataset.ts";
import type { Vr } from "../../../src/dataset/vr.ts";
import { lookupIn } from "../../../src/matching/attribute.ts";
import { KeySet, type MatchOptions } from "../../../src/matching/matching.ts";

/** An attribute that the dictionary does not have. */
export const TAG = 0x00189999;
/** The set that has every character. */
export const UTF_8 = Charset.of(["ISO_IR 192"]);

/** Whether keys match a stored dataset. */
export function matches(
  keys: Dataset,
  stored: Dataset,
  options: MatchOptions = {},
  keyCharset = UTF_8,
  storedCharset = UTF_8,
): boolean {
  return KeySet.compile(keys, keyCharset, options).matches(
    lookupIn(stored, storedCharset),
  );
}

/** A text element in UTF-8. */
export function text(vr: Vr, value: string): Element {
  return textElement(TAG, vr, value, UTF_8);
}

/** Matches, and does not, in tables. */
export const Y = true;
/** See `Y`. */
export const N = false;
