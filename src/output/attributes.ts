/**
 * The name of an attribute in formats: keyword, tag, or creator and tag for private ones (PS3.5 7.8). Does not depend on any
 * format.
 */
import { stringsOf, withKnownVr } from "../codec/values.ts";
import type { Element, Holder } from "../dataset/dataset.ts";
import {
  formatTagBare,
  isGroupLength,
  isPrivate,
  isPrivateCreator,
  privateCreatorOf,
  type Tag,
} from "../dataset/tag.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";

const DATA_SET_TRAILING_PADDING: Tag = 0xfffcfffc;

/** The private creator that reserves the block of a tag in a dataset; undefined for standard tags and unreserved blocks. */
export function creatorOf(
  dataset: Holder,
  tag: Tag,
): string | undefined {
  const creatorTag = privateCreatorOf(tag);
  if (creatorTag === undefined) return undefined;
  const element = dataset.get(creatorTag);
  return element === undefined ? undefined : stringsOf(element)[0];
}

/**
 * An element of a dataset with the VR that the dictionary knows for it, if it came as UN; a look at its creator is spared
 * otherwise.
 */
export function knownElement(
  dataset: Holder,
  element: Element,
  dictionary: Dictionary,
): Element {
  return element.vr === "UN"
    ? withKnownVr(element, dictionary, creatorOf(dataset, element.tag))
    : element;
}

/** A private tag without the block that a dataset happens to reserve: `0029xx08`. */
function blockless(tag: Tag): string {
  const bare = formatTagBare(tag);
  return `${bare.slice(0, 4)}xx${bare.slice(6)}`;
}

/** The name of a private attribute as a key: `SIEMENS CSA HEADER:0029xx08`. */
export function privateKey(creator: string, tag: Tag): string {
  return `${creator}:${blockless(tag)}`;
}

/**
 * The name of an attribute as a key in our own formats: its keyword; `GGGGEEEE` when it has none, and in all but the first of
 * repeating groups, which share it; for a private data element with a creator the creator and the tag without its block,
 * `SIEMENS CSA HEADER:0029xx08`, which is the same in every dataset.
 */
export function attributeKey(
  dataset: Holder,
  tag: Tag,
  dictionary: Dictionary,
): string {
  if (isPrivate(tag)) {
    const creator = creatorOf(dataset, tag);
    return creator === undefined
      ? formatTagBare(tag)
      : privateKey(creator, tag);
  }
  const entry = dictionary.entry(tag);
  return entry?.tag === tag ? entry.keyword : formatTagBare(tag);
}

/** A private tag with its block set to zero, as the XML model writes it: `00290008` (PS3.19 A.1). */
export function withoutBlock(tag: Tag): string {
  const bare = formatTagBare(tag);
  return `${bare.slice(0, 4)}00${bare.slice(6)}`;
}

/** Elements that carry no information of their own, which PS3.18 F.2.2 and PS3.19 A.1 leave out. */
export function isStructural(tag: Tag): boolean {
  return isGroupLength(tag) || tag === DATA_SET_TRAILING_PADDING;
}

/** Whether an attribute may have more than one value by its value multiplicity ("1-n", "2"), as opposed to "1". */
export function isMultiple(
  dataset: Holder,
  tag: Tag,
  dictionary: Dictionary,
): boolean {
  if (isPrivateCreator(tag)) return false;
  const entry = dictionary.entry(tag, creatorOf(dataset, tag));
  return entry !== undefined && entry.vm !== "1";
}

/** The name that DCMTK gives an attribute: retired ones carry a mark, unknown ones have a name too. */
export function dcmtkName(
  dataset: Holder,
  tag: Tag,
  dictionary: Dictionary,
): string {
  const entry = dictionary.entry(tag, creatorOf(dataset, tag));
  if (entry === undefined) return "Unknown Tag & Data";
  return entry.retired && entry.keyword !== "GenericGroupLength"
    ? `RETIRED_${entry.keyword}`
    : entry.keyword;
}
