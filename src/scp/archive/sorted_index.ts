/** Whole numbers of 32 bits to places, sorted, with no more memory than that. Is independent of their meaning. */

interface Pairs {
  readonly keys: Int32Array;
  readonly places: Int32Array;
}

/** Places by key. Several may have one key, and a place may have several keys. */
export class SortedIndex {
  readonly #keys: Int32Array;
  readonly #places: Int32Array;

  /** Sorts pairs of a key and a place, whose arrays belong to the index from then on. Places of one key stay in their order. */
  constructor(keys: Int32Array, places: Int32Array) {
    let from: Pairs = { keys, places };
    let to: Pairs = {
      keys: new Int32Array(keys.length),
      places: new Int32Array(keys.length),
    };
    // By the lower half of the keys, then by the upper one, whose sign counts.
    for (const digit of [lower, upper]) {
      const next = new Uint32Array(DIGITS + 1);
      for (const key of from.keys) next[digit(key) + 1]!++;
      for (let value = 1; value <= DIGITS; value++) {
        next[value]! += next[value - 1]!;
      }
      for (let at = 0; at < keys.length; at++) {
        const key = from.keys[at]!;
        const place = next[digit(key)]!++;
        to.keys[place] = key;
        to.places[place] = from.places[at]!;
      }
      [from, to] = [to, from];
    }
    this.#keys = from.keys;
    this.#places = from.places;
  }

  /** How many pairs there are. */
  get size(): number {
    return this.#keys.length;
  }

  /** The places whose key is between two, both included; a view. */
  between(first: number, last: number): Int32Array {
    const begin = this.#begin(first);
    return this.#places.subarray(begin, Math.max(begin, this.#begin(last + 1)));
  }

  /** The first position with a key that is not below this. */
  #begin(key: number): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const DIGITS = 1 << 16;
const lower = (key: number) => key & 0xffff;
const upper = (key: number) => (key >> 16) + 0x8000;

/** A number of 32 bits that represents a text; different texts may have the same. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  // The lower bits, which choose a slot, depend on all others.
  hash = Math.imul(hash ^ hash >>> 15, 0x2c1b3c6d);
  return hash ^ hash >>> 13;
}
