/**
 * Paths to attributes inside nested sequences, and private blocks along the way (PS3.5 7.5 and 7.8.1). Knows neither the
 * spelling of paths nor the dictionary: `identifier/selector.ts` reads and writes them.
 */
import { FindscuError } from "../errors.ts";
import {
  Dataset,
  type Holder,
  isSequence,
  type Item,
  type PlainElement,
  plainValue,
  sequence,
} from "./dataset.ts";
import {
  elementOf,
  formatTag,
  groupOf,
  privateCreatorOf,
  type Tag,
  tagOf,
} from "./tag.ts";

/** One step of a path. */
export interface PathStep {
  /**
   * The attribute. With a `creator` whose block is left open, the upper byte of the element number is zero and the block is
   * looked up in the dataset that the step starts from.
   */
  readonly tag: Tag;
  /** Private creator whose block the attribute belongs to. */
  readonly creator?: string;
  /** Item of the sequence, from 0. Undefined only in a last step: the attribute itself. */
  readonly item?: number;
}

/** A path of at least one step. A last step with an item means that item, without one the attribute. */
export type Selector = readonly PathStep[];

const FIRST_BLOCK = 0x10;
const LAST_BLOCK = 0xff;

/** The creator that reserves the block of a private data element in this dataset, or undefined. */
export function creatorIn(dataset: Holder, tag: Tag): string | undefined {
  const reserving = privateCreatorOf(tag);
  if (reserving === undefined) return undefined;
  const value = plainValue(dataset.get(reserving));
  return value === undefined ? undefined : creatorText(value);
}

/** The tag that a step means in this dataset; undefined when its creator has no block there. */
export function locate(dataset: Holder, step: PathStep): Tag | undefined {
  if (step.creator === undefined) return step.tag;
  if (elementOf(step.tag) > 0xff) {
    return creatorIn(dataset, step.tag) === step.creator ? step.tag : undefined;
  }
  const group = groupOf(step.tag);
  for (let block = FIRST_BLOCK; block <= LAST_BLOCK; block++) {
    const value = plainValue(dataset.get(tagOf(group, block)));
    if (value !== undefined && creatorText(value) === step.creator) {
      return tagOf(group, block * 0x100 + elementOf(step.tag));
    }
  }
  return undefined;
}

/**
 * The tag that a step means in this dataset, reserving a block for its creator if there is none yet. Throws a
 * `FindscuError` with code `usage` when the requested block belongs to another creator, or no block is left.
 */
export function reserve(dataset: Dataset, step: PathStep): Tag {
  const tag = locate(dataset, step);
  if (tag !== undefined) return tag;
  const creator = step.creator ?? "";
  const creatorTag = privateCreatorOf(step.tag);
  if (creatorTag !== undefined) {
    const owner = creatorIn(dataset, step.tag);
    if (owner !== undefined) {
      throw new FindscuError(
        "usage",
        `${formatTag(creatorTag)} reserves that block for "${owner}"`,
      );
    }
    dataset.set(creatorElement(creatorTag, creator));
    return step.tag;
  }
  const group = groupOf(step.tag);
  for (let block = FIRST_BLOCK; block <= LAST_BLOCK; block++) {
    const tag = tagOf(group, block);
    if (dataset.has(tag)) continue;
    dataset.set(creatorElement(tag, creator));
    return tagOf(group, block * 0x100 + elementOf(step.tag));
  }
  throw new FindscuError(
    "usage",
    `No private block is left in group ${formatTag(step.tag).slice(1, 5)}`,
  );
}

/** An item of a sequence. The sequence, and items before the requested one, are created if missing. */
export function ensureItem(
  dataset: Dataset,
  tag: Tag,
  item: number,
): Dataset {
  const items = ensureSequence(dataset, tag);
  while (items.length <= item) {
    items.push({ dataset: new Dataset(), undefinedLength: false });
  }
  return items[item]!.dataset;
}

/** The items of a sequence, created empty if missing. An element that has no items is replaced when it has no value either. */
export function ensureSequence(
  dataset: Dataset,
  tag: Tag,
): Item[] {
  const element = dataset.get(tag);
  if (isSequence(element)) return element.items;
  if (element !== undefined && (plainValue(element)?.length ?? 1) > 0) {
    throw new FindscuError(
      "usage",
      `${formatTag(tag)} is not a sequence but has a value of VR ${element.vr}`,
    );
  }
  const created = sequence(tag, []);
  dataset.set(created);
  return created.items;
}

/** The tags along a path, with the blocks that private creators have there; undefined if anything on the way is missing. */
export function tagsAt(
  dataset: Dataset,
  selector: Selector,
): Tag[] | undefined {
  const tags: Tag[] = [];
  let current = dataset;
  for (const step of selector) {
    const tag = locate(current, step);
    const element = tag === undefined ? undefined : current.get(tag);
    if (element === undefined) return undefined;
    tags.push(element.tag);
    if (step.item === undefined) break;
    const item = isSequence(element) ? element.items[step.item] : undefined;
    if (item === undefined) return undefined;
    current = item.dataset;
  }
  return tags;
}

function creatorText(value: Uint8Array): string {
  return new TextDecoder().decode(value).replace(/[\0 ]+$/, "");
}

function creatorElement(tag: Tag, creator: string): PlainElement {
  const text = new TextEncoder().encode(creator);
  const value = new Uint8Array(text.length + text.length % 2).fill(0x20);
  value.set(text);
  return { tag, vr: "LO", value };
}
