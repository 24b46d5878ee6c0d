/**
 * Datasets packed into bytes, so that a million of them need little more memory than their contents. One attribute is found
 * without reading the others. The form is our own, never leaves the program, and keeps every element as it was: tag (4 bytes),
 * kind (1 byte), length of the content, content; lengths in groups of 7 bits. Does not depend on any hierarchy.
 */
import {
  Dataset,
  type Element,
  isFragments,
  isSequence,
  type Item,
} from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import { type Vr, VR_TABLE } from "../../dataset/vr.ts";

const VRS = Object.keys(VR_TABLE) as Vr[];
const VR_CODES = new Map(VRS.map((vr, code) => [vr, code]));
/** Kinds besides the codes of VRs: a sequence, and the flag of encapsulated fragments. */
const SEQUENCE = 0x40;
const FRAGMENTS = 0x80;
/** Whether a sequence or an item had an undefined length. */
const UNDEFINED_LENGTH = 1;

/** Bytes that a length occupies. */
function lengthSize(length: number): number {
  let size = 1;
  for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

function framed(length: number): number {
  return lengthSize(length) + length;
}

function contentSize(element: Element): number {
  if (isSequence(element)) {
    return element.items.reduce(
      (sum, { dataset }) => sum + 1 + framed(packedSize(dataset)),
      0,
    );
  }
  if (isFragments(element)) {
    return element.fragments.reduce(
      (sum, { length }) => sum + framed(length),
      0,
    );
  }
  return element.value.length;
}

/** How many bytes a packed dataset occupies. */
export function packedSize(dataset: Dataset): number {
  let size = 0;
  for (const element of dataset) size += 5 + framed(contentSize(element));
  return size;
}

/** Packs a dataset into bytes that have room for it; returns its end. */
export function pack(
  dataset: Dataset,
  bytes: Uint8Array,
  start: number,
): number {
  let at = start;
  const length = (value: number) => {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
      bytes[at++] = 0x80 | rest % 0x80;
    }
    bytes[at++] = rest;
  };
  const content = (value: Uint8Array) => {
    length(value.length);
    bytes.set(value, at);
    at += value.length;
  };
  const elements = (from: Dataset) => {
    for (const element of from) {
      const { tag } = element;
      bytes[at++] = tag;
      bytes[at++] = tag >>> 8;
      bytes[at++] = tag >>> 16;
      bytes[at++] = tag >>> 24;
      if (isSequence(element)) {
        bytes[at++] = SEQUENCE | Number(element.undefinedLength);
        length(contentSize(element));
        for (const item of element.items) {
          bytes[at++] = Number(item.undefinedLength);
          length(packedSize(item.dataset));
          elements(item.dataset);
        }
      } else if (isFragments(element)) {
        bytes[at++] = FRAGMENTS | VR_CODES.get(element.vr)!;
        length(contentSize(element));
        element.fragments.forEach(content);
      } else {
        bytes[at++] = VR_CODES.get(element.vr)!;
        content(element.value);
      }
    }
  };
  elements(dataset);
  return at;
}

/** Reads packed elements one after the other. */
class Reader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.#bytes[this.at++]!;
  }

  tag(): Tag {
    const { at } = this;
    const bytes = this.#bytes;
    this.at = at + 4;
    return (bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 |
      bytes[at + 3]! << 24) >>> 0;
  }

  length(): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let unit = 0x80; byte >= 0x80; unit *= 0x80) {
      byte = this.byte();
      value += (byte & 0x7f) * unit;
    }
    return value;
  }

  content(): Uint8Array {
    const length = this.length();
    return this.#bytes.subarray(this.at, this.at += length);
  }

  /** The element after its tag. */
  element(tag: Tag): Element {
    const kind = this.byte();
    if (kind < SEQUENCE) {
      return { tag, vr: VRS[kind] as Exclude<Vr, "SQ">, value: this.content() };
    }
    const length = this.length();
    const end = this.at + length;
    if (kind >= FRAGMENTS) {
      const fragments: Uint8Array[] = [];
      while (this.at < end) fragments.push(this.content());
      return { tag, vr: VRS[kind & 0x3f] as "OB" | "OW" | "UN", fragments };
    }
    const items: Item[] = [];
    while (this.at < end) {
      const undefinedLength = this.byte() === UNDEFINED_LENGTH;
      const length = this.length();
      items.push({ dataset: this.dataset(this.at + length), undefinedLength });
    }
    const undefinedLength = (kind & UNDEFINED_LENGTH) !== 0;
    return { tag, vr: "SQ", items, undefinedLength };
  }

  dataset(end: number): Dataset {
    const dataset = new Dataset();
    while (this.at < end) dataset.set(this.element(this.tag()));
    return dataset;
  }
}

/** The element of a tag between two places. Its value is a view of the bytes. */
export function findPacked(
  bytes: Uint8Array,
  start: number,
  end: number,
  tag: Tag,
): Element | undefined {
  const reader = new Reader(bytes, start);
  while (reader.at < end) {
    const packedTag = reader.tag();
    if (packedTag === tag) return reader.element(tag);
    if (packedTag > tag) return undefined;
    reader.at++;
    const length = reader.length();
    reader.at += length;
  }
  return undefined;
}

/** The whole dataset between two places. */
export function unpack(bytes: Uint8Array, start: number, end: number): Dataset {
  return new Reader(bytes, start).dataset(end);
}
