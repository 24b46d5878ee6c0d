/** Text that is put together as the bytes it is written as, without a string for each part of it. Does not depend on DICOM. */
import { latin1, latin1Bytes } from "./latin1.ts";
import { viewOf } from "./view.ts";

const UTF8 = new TextDecoder();
const ENCODER = new TextEncoder();

const FIRST_CAPACITY = 16_384;
/** From how many bytes on a copy by the runtime is quicker than a loop. */
const LONG = 64;

/** Grows by strings, as UTF-8 or as one byte per character, and by bytes that are copied as they are. */
export class TextBuffer {
  readonly #isLatin1: boolean;
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #length = 0;

  /** @param isLatin1 characters are bytes, 0..255; UTF-8 otherwise */
  constructor(isLatin1 = false) {
    this.#isLatin1 = isLatin1;
  }

  /** How many bytes there are so far. */
  get length(): number {
    return this.#length;
  }

  /** Adds a string. */
  text(text: string): void {
    const { length } = text;
    this.#reserve(length);
    const bytes = this.#bytes;
    let to = this.#length;
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code > 0x7f && !this.#isLatin1) {
        const rest = ENCODER.encode(text.slice(at));
        this.#length = to;
        return this.copy(rest, 0, rest.length);
      }
      bytes[to++] = code;
    }
    this.#length = to;
  }

  /** Adds a part of other bytes, which are characters of the text already. */
  copy(from: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    const bytes = this.#bytes;
    let to = this.#length;
    if (end - start >= LONG) {
      bytes.set(from.subarray(start, end), to);
      to += end - start;
    } else {
      for (let at = start; at < end; at++) bytes[to++] = from[at]!;
    }
    this.#length = to;
  }

  /** Adds other bytes, which are characters of the text already. */
  whole(from: Uint8Array): void {
    const { length } = from;
    if (length < LONG) return this.copy(from, 0, length);
    this.#reserve(length);
    this.#bytes.set(from, this.#length);
    this.#length += length;
  }

  /** Adds one ASCII character by its code, as often as is wanted: none for a count below 1. */
  fill(code: number, count: number): void {
    if (count <= 0) return;
    this.#reserve(count);
    const bytes = this.#bytes;
    const end = this.#length + count;
    for (let at = this.#length; at < end; at++) bytes[at] = code;
    this.#length = end;
  }

  /** Takes back everything after a length that there was. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** The bytes of a string, to be added with `copy` again and again. */
  encode(text: string): Uint8Array {
    return this.#isLatin1 ? latin1Bytes(text) : ENCODER.encode(text);
  }

  /** The bytes so far, until the buffer changes. */
  get bytes(): Uint8Array {
    return viewOf(this.#bytes, 0, this.#length);
  }

  /** The text so far; the buffer is empty again. */
  takeText(): string {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return this.#isLatin1 ? latin1(bytes) : UTF8.decode(bytes);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
