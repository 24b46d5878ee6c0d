/** The input of matching: elements with the context of their dataset, and conditions on them. Does not depend on keys. */
import type { Charset } from "../charset/charset.ts";
import { charsetOf, stringsOf } from "../codec/values.ts";
import type { Element, Holder } from "../dataset/dataset.ts";
import type { Tag } from "../dataset/tag.ts";
import { parseOffset, type Span } from "./temporal.ts";

/** Timezone Offset From UTC (0008,0201). */
export const TIMEZONE_OFFSET_FROM_UTC: Tag = 0x00080201;

/** An element together with the context of its dataset. */
export interface Attribute {
  readonly element: Element;
  /** The character set of its text. */
  readonly charset: Charset;
  /** Its container, which may declare the offset of its dates and times (0008,0201). */
  readonly holder?: Holder;
  /** Of an element in an item: the offset round the sequence, in minutes east of UTC, which holds if the item declares none. */
  readonly offset?: number | undefined;
}

/** Gives an entity's element of a tag. */
export type Lookup = (tag: Tag) => Attribute | undefined;

/** One condition of a query; an entity matches when all hold. */
export interface Condition {
  /** The attribute it is about; of a combined pair, the date. */
  readonly tag: Tag;
  /** The keyed element. */
  readonly key: Element;
  /** Composed texts, one of which is a value of whatever fulfils it. */
  readonly texts?: readonly string[];
  /** Spans of days; a value of anything that fulfils it is within one of them. */
  readonly days?: readonly Span[];
  /** Whether an entity fulfils it. */
  test(lookup: Lookup): boolean;
}

/** The offset that a dataset declares for its dates and times, in minutes. */
export function offsetIn(holder: Holder | undefined): number | undefined {
  const element = holder?.get(TIMEZONE_OFFSET_FROM_UTC);
  return element && parseOffset(stringsOf(element)[0] ?? "");
}

/** The offset of the dates and times of an element. */
export function offsetOf(attribute: Attribute): number | undefined {
  return offsetIn(attribute.holder) ?? attribute.offset;
}

/** How to look into a dataset. `offset` holds if the dataset declares none. */
export function lookupIn(
  holder: Holder,
  charset: Charset,
  offset?: number,
): Lookup {
  return (tag) => {
    const element = holder.get(tag);
    return element && { element, charset, holder, offset };
  };
}

/** How to look into an item of a sequence that was found somewhere. */
export function lookupInItem(item: Holder, sequence: Attribute): Lookup {
  return lookupIn(item, charsetOf(item, sequence.charset), offsetOf(sequence));
}
