/**
 * The quick way from a value field to its text, for nearly all values: one value of printable ASCII, which means the same in
 * every character set and which a format writes as it is. The bytes of a match become one string once, and values are parts of it.
 * Whatever else there is goes the way that `value_text.ts` and its siblings go; both ways give the same text.
 */
import {
  Dataset,
  type Element,
  isFragments,
  isSequence,
} from "../dataset/dataset.ts";
import { type Vr, vrInfo } from "../dataset/vr.ts";
import type { PlainElements } from "../codec/plain_elements.ts";
import { ignoresLeadingBlanks } from "../codec/values.ts";
import type { MatchRecord } from "./writer.ts";

const UTF8 = new TextDecoder();
const SINGLE_BYTES = new TextDecoder("latin1");

/** Least and most bytes that are made a string at once. */
const LEAST_EXTENT = 256;
const MOST_EXTENT = 65_536;

/** Whether the quick way is open: tests close it, to compare the two. */
export const quickWay = { isOpen: true };

/**
 * Elements by their indexes, in ascending tag order: decoded ones, or those that are read where they lie. The class of the latter is
 * no value here or in any format: its place in the executable's bundle would be another one, where `--count` takes a tenth longer.
 */
export type Elements = Dataset | PlainElements;

/** The elements of a match where they lie, if the quick way is open and nothing is wrong with them; otherwise its dataset. */
export function elementsOf(
  match: Pick<MatchRecord, "dataset" | "elements">,
): Elements {
  return quickWay.isOpen && match.elements || match.dataset;
}

/** Reads plain texts of one match after the other. */
export class PlainTexts {
  /** For each byte, whether a value with it is not plain. */
  readonly #isSpecial = new Uint8Array(256);
  #bytes: ArrayBufferLike | undefined;
  /** The part of the bytes that is read as text, and its offset. */
  #text = "";
  #from = 0;
  /** The offset of this match's first text, and how many bytes from there on it has needed so far. */
  #start = 0;
  #needed = 0;
  /** How many bytes the match before it has needed. */
  #extent = LEAST_EXTENT;

  /** @param special printable characters that the format does not write as they are */
  constructor(special = "") {
    // ASCII characters that JIS X 0201 changed are not plain (PS3.3 C.12.1.1.2), and backslashes separate values.
    for (let byte = 0; byte < 256; byte++) {
      const isPlain = byte >= 0x20 && byte < 0x7e && byte !== 0x5c;
      this.#isSpecial[byte] = isPlain ? 0 : 1;
    }
    for (const character of special) {
      this.#isSpecial[character.charCodeAt(0)] = 1;
    }
  }

  /** Forgets the bytes of the last match: the memory that they are in may hold others now. */
  renew(): void {
    this.#bytes = undefined;
    this.#extent = Math.min(Math.max(LEAST_EXTENT, this.#needed), MOST_EXTENT);
    this.#needed = 0;
  }

  /** The value of a text element without insignificant padding, empty if it has none; undefined if it is not plain. */
  of(element: Element): string | undefined {
    if (isSequence(element) || isFragments(element)) return undefined;
    return this.#of(element.vr, element.value, 0, element.value.length);
  }

  /** The same for an element by its index. */
  at(elements: Elements, index: number): string | undefined {
    if (elements instanceof Dataset) return this.of(elements.at(index));
    return this.#of(
      elements.vr(index),
      elements.bytes,
      elements.start(index),
      elements.end(index),
    );
  }

  #of(
    vr: Vr,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): string | undefined {
    if (vrInfo(vr).kind !== "text") return undefined;
    while (end > start && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) {
      end--;
    }
    if (ignoresLeadingBlanks(vr)) {
      while (start < end && bytes[start] === 0x20) start++;
    }
    return this.#isPlain(bytes, start, end)
      ? this.#slice(bytes, start, end)
      : undefined;
  }

  /** The end of the value at a place, with its blanks but without NULs; undefined if it is not plain text. */
  endOf(
    vr: Vr,
    bytes: Uint8Array,
    start: number,
    after: number,
  ): number | undefined {
    if (vrInfo(vr).kind !== "text") return undefined;
    let end = after;
    while (end > start && bytes[end - 1] === 0) end--;
    return this.#isPlain(bytes, start, end) ? end : undefined;
  }

  #isPlain(value: Uint8Array, start: number, end: number): boolean {
    let special = 0;
    for (let at = start; at < end; at++) {
      special |= this.#isSpecial[value[at]!]!;
    }
    return special === 0 && quickWay.isOpen;
  }

  #slice(
    { buffer, byteOffset }: Uint8Array,
    start: number,
    end: number,
  ): string {
    if (start >= end) return "";
    const first = byteOffset + start;
    const length = end - start;
    if (this.#bytes !== buffer) {
      this.#bytes = buffer;
      this.#start = first;
      this.#read(first, Math.max(length, this.#extent));
    } else if (
      first < this.#from || first + length > this.#from + this.#text.length
    ) {
      this.#read(
        first,
        Math.max(length, this.#extent - (first - this.#start)),
      );
    }
    this.#needed = Math.max(this.#needed, first + length - this.#start);
    const at = first - this.#from;
    return this.#text.slice(at, at + length);
  }

  /** Makes a string of this number of bytes, or all that exist. */
  #read(first: number, count: number): void {
    const buffer = this.#bytes!;
    const length = Math.min(count, buffer.byteLength - first);
    const bytes = new Uint8Array(buffer, first, length);
    const text = UTF8.decode(bytes);
    // As many characters as bytes: each byte is one, though it may be the wrong one if it is not ASCII.
    this.#text = text.length === length ? text : SINGLE_BYTES.decode(bytes);
    this.#from = first;
  }
}
