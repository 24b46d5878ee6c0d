/** The tags and limits of nested encoding (PS3.5 7.5), which both readings of a dataset share. */
import type { Tag } from "../dataset/tag.ts";

/** Deepest nesting of sequences that is followed; real data has less than ten levels, an attack has thousands. */
export const MAX_DEPTH = 128;

/** Undefined length (PS3.5 7.1.1). */
export const UNDEFINED_LENGTH = 0xffffffff;

/** The group of items and delimiters, which no attribute has. */
export const DELIMITER_GROUP = 0xfffe;

/** Item (FFFE,E000). */
export const ITEM: Tag = 0xfffee000;

/** Item Delimitation Item (FFFE,E00D). */
export const ITEM_DELIMITATION: Tag = 0xfffee00d;

/** Sequence Delimitation Item (FFFE,E0DD). */
export const SEQUENCE_DELIMITATION: Tag = 0xfffee0dd;

/** A copy with every run of `unit` bytes reversed; an incomplete run at the end stays as it is. */
export function swapped(bytes: Uint8Array, unit: 1 | 2 | 4 | 8): Uint8Array {
  if (unit === 1 || bytes.length < unit) return bytes;
  const out = bytes.slice();
  const whole = bytes.length - (bytes.length % unit);
  for (let at = 0; at < whole; at += unit) {
    out.subarray(at, at + unit).reverse();
  }
  return out;
}
