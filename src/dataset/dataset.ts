/**
 * Datasets as ordered elements that keep their value fields as bytes (PS3.5 section 7). Views as text and numbers are made by
 * `codec/values.ts` on demand: received data stays byte for byte as it was. Does not depend on any dictionary or any
 * encoding.
 */
import { FindscuError, UsageError } from "../errors.ts";
import { formatTag, type Tag } from "./tag.ts";
import type { Vr } from "./vr.ts";

/** An element with a plain value field. */
export interface PlainElement {
  /** The attribute. */
  readonly tag: Tag;
  /** Its value representation (PS3.5 6.2). */
  readonly vr: Exclude<Vr, "SQ">;
  /** The value field, padding included, multi-byte numbers always in little endian order, whatever the transfer syntax was. */
  readonly value: Uint8Array;
}

/** An element with items: VR SQ, or UN of undefined length, which is a sequence too (PS3.5 6.2.2, CP-246). */
export interface SequenceElement {
  /** The attribute. */
  readonly tag: Tag;
  /** Its value representation (PS3.5 6.2). */
  readonly vr: "SQ";
  /** The items, in order. */
  readonly items: Item[];
  /** Whether the length was given as undefined (0xFFFFFFFF). */
  readonly undefinedLength: boolean;
}

/** An element with encapsulated fragments (PS3.5 A.4): only in files, first fragment is the basic offset table. */
export interface FragmentsElement {
  /** The attribute. */
  readonly tag: Tag;
  /** Its value representation (PS3.5 6.2). */
  readonly vr: "OB" | "OW" | "UN";
  /** The fragments, the basic offset table first. */
  readonly fragments: Uint8Array[];
}

/** One data element. Tell the kinds apart with `isSequence` and `isFragments`. */
export type Element = PlainElement | SequenceElement | FragmentsElement;

/** One item of a sequence. */
export interface Item {
  /** Its attributes. */
  readonly dataset: Dataset;
  /** Whether the length was given as undefined (0xFFFFFFFF). */
  readonly undefinedLength: boolean;
}

/** Whether an element holds items. */
export function isSequence(
  element: Element | undefined,
): element is SequenceElement {
  return element !== undefined && "items" in element;
}

/** Whether an element holds encapsulated fragments. */
export function isFragments(
  element: Element | undefined,
): element is FragmentsElement {
  return element !== undefined && "fragments" in element;
}

/** The value field of a plain element; undefined for absent elements, sequences and fragments. */
export function plainValue(
  element: Element | undefined,
): Uint8Array | undefined {
  return element !== undefined && "value" in element
    ? element.value
    : undefined;
}

/** Whether two plain elements have the same bytes as their values; sequences and fragments never have. */
export function isSameValue(one: Element, other: Element): boolean {
  const a = plainValue(one);
  const b = plainValue(other);
  if (a === undefined || b === undefined) return false;
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** A container of elements: a dataset, one that is read where it lies, or a record of which only the requested parts are read. */
export interface Holder {
  /** The element of a tag. */
  get(tag: Tag): Element | undefined;
}

/** A set of data elements in ascending tag order, each tag at most once. */
export class Dataset {
  #elements: Element[] = [];

  /** A dataset of these elements, in any order; of equal tags the last one stays. */
  static of(...elements: Element[]): Dataset {
    const dataset = new Dataset();
    for (const element of elements) dataset.set(element);
    return dataset;
  }

  /** Number of elements at this level. */
  get size(): number {
    return this.#elements.length;
  }

  /**
   * An element by its index in tag order.
   * @internal
   */
  at(index: number): Element {
    return this.#elements[index]!;
  }

  /**
   * The tag of an element by its index.
   * @internal
   */
  tag(index: number): Tag {
    return this.#elements[index]!.tag;
  }

  /**
   * The VR of an element by its index.
   * @internal
   */
  vr(index: number): Vr {
    return this.#elements[index]!.vr;
  }

  /** The element of a tag. */
  get(tag: Tag): Element | undefined {
    const index = this.#search(tag);
    return index >= 0 ? this.#elements[index] : undefined;
  }

  /** Whether the tag is present. */
  has(tag: Tag): boolean {
    return this.#search(tag) >= 0;
  }

  /**
   * Adds an element, or replaces the one with its tag. Appending in tag order is constant time. Throws `UsageError` for an invalid
   * tag.
   */
  set(element: Element): void {
    if (element.tag >>> 0 !== element.tag) throw noTag(element.tag);
    const last = this.#elements[this.#elements.length - 1];
    if (last === undefined || last.tag < element.tag) {
      this.#elements.push(element);
      return;
    }
    const index = this.#search(element.tag);
    if (index >= 0) this.#elements[index] = element;
    else this.#elements.splice(~index, 0, element);
  }

  /** Removes an element; returns whether it existed. */
  delete(tag: Tag): boolean {
    const index = this.#search(tag);
    if (index < 0) return false;
    this.#elements.splice(index, 1);
    return true;
  }

  /**
   * The elements in ascending tag order, for a walk that does not change them. Unlike an iterator, an array needs no code of the
   * runtime's own, which Bun compiles on first use: that shows in a short query.
   */
  get elements(): readonly Element[] {
    return this.#elements;
  }

  /** The elements in ascending tag order. */
  [Symbol.iterator](): IterableIterator<Element> {
    return this.#elements.values();
  }

  /** A copy whose sequences and items can be changed independently; value fields are shared, as they are never changed. */
  clone(): Dataset {
    const copy = new Dataset();
    copy.#elements = this.#elements.map((element) =>
      isSequence(element)
        ? mapItems(element, (dataset) => dataset.clone())
        : element
    );
    return copy;
  }

  /** The items of a sequence, none when it is absent. Fails when the element is not a sequence. */
  items(tag: Tag): readonly Item[] {
    const element = this.get(tag);
    if (element === undefined) return [];
    if (!isSequence(element)) {
      throw new FindscuError(
        "usage",
        `${formatTag(tag)} is not a sequence but has VR ${element.vr}`,
      );
    }
    return element.items;
  }

  /** Index of a tag, or the complement of where it belongs. */
  #search(tag: Tag): number {
    let low = 0;
    let high = this.#elements.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const middleTag = this.#elements[middle]!.tag;
      if (middleTag === tag) return middle;
      if (middleTag < tag) low = middle + 1;
      else high = middle - 1;
    }
    return ~low;
  }
}

/** A sequence element, of defined length by default. */
export function sequence(
  tag: Tag,
  datasets: readonly Dataset[],
  undefinedLength = false,
): SequenceElement {
  return {
    tag,
    vr: "SQ",
    items: datasets.map((dataset) => ({ dataset, undefinedLength })),
    undefinedLength,
  };
}

/** A sequence whose items hold what `change` makes of their datasets. */
export function mapItems(
  element: SequenceElement,
  change: (dataset: Dataset) => Dataset,
): SequenceElement {
  const items = element.items.map((item) => ({
    ...item,
    dataset: change(item.dataset),
  }));
  return { ...element, items };
}

function noTag(tag: number): UsageError {
  return new UsageError(`Invalid tag ${tag}`, {
    hint:
      "A tag is a whole number from 0 to 0xFFFFFFFF: 0x00100010 for (0010,0010)",
  });
}
