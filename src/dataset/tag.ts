/**
 * Attribute tags as plain numbers (PS3.5 7.1): group in the upper, element in the lower 16 bits. Does not depend on any
 * dictionary.
 */
import { UsageError } from "../errors.ts";

import { hex, upperHex } from "../bytes/hex.ts";

/** A tag as an unsigned 32-bit number, `0xggggeeee`. */
export type Tag = number;

/** QueryRetrieveLevel (0008,0052). */
export const QUERY_RETRIEVE_LEVEL: Tag = 0x00080052;

/** Attributes that say how to read an identifier and are never matched themselves (PS3.4 C.2.2.2, C.4.1.1.3.1). */
export const NEVER_MATCHED: ReadonlySet<Tag> = new Set<Tag>([
  0x00080005, // SpecificCharacterSet
  QUERY_RETRIEVE_LEVEL,
  0x00080053, // QueryRetrieveView
  0x00080201, // TimezoneOffsetFromUTC
]);

/** The tag of a group and an element number, both 0..0xFFFF. Throws `UsageError` for others. */
export function tagOf(group: number, element: number): Tag {
  const tag = (group * 0x10000 + element) >>> 0;
  if (tag >>> 16 === group && (tag & 0xffff) === element) return tag;
  throw new UsageError(`Invalid tag: group ${group}, element ${element}`, {
    hint: "Both are whole numbers from 0 to 0xFFFF",
  });
}

/** Group number, 0..0xFFFF. */
export function groupOf(tag: Tag): number {
  return tag >>> 16;
}

/** Element number, 0..0xFFFF. */
export function elementOf(tag: Tag): number {
  return tag & 0xffff;
}

/** Private: odd group above 0x0008 (PS3.5 7.8). */
export function isPrivate(tag: Tag): boolean {
  const group = groupOf(tag);
  return (group & 1) === 1 && group > 0x0008;
}

/** A private creator element, (gggg,0010-00FF) of an odd group (PS3.5 7.8.1). */
export function isPrivateCreator(tag: Tag): boolean {
  const element = elementOf(tag);
  return isPrivate(tag) && element >= 0x0010 && element <= 0x00ff;
}

/** The tag of the creator that reserves the block of a private data element, or undefined for any other tag. */
export function privateCreatorOf(tag: Tag): Tag | undefined {
  const block = elementOf(tag) >>> 8;
  return isPrivate(tag) && block >= 0x10
    ? tagOf(groupOf(tag), block)
    : undefined;
}

/** A group length element, (gggg,0000). */
export function isGroupLength(tag: Tag): boolean {
  return elementOf(tag) === 0;
}

/** `(gggg,eeee)`, lower-case hex. */
export function formatTag(tag: Tag): string {
  return `(${hex(groupOf(tag), 4)},${hex(elementOf(tag), 4)})`;
}

/** `GGGGEEEE`, upper-case hex, as in the DICOM JSON model (PS3.18 F.2.1). */
export function formatTagBare(tag: Tag): string {
  return upperHex(tag, 8);
}

/** Attributes that serve a query and say nothing of its matches (PS3.4 C.4.1.1.3.2). */
export const SERVING_TAGS: readonly Tag[] = [
  0x00080005, // SpecificCharacterSet
  QUERY_RETRIEVE_LEVEL,
  0x00080054, // RetrieveAETitle
];
