/** A bounded cursor over bytes. Does not depend on DICOM. Positions are absolute, so errors name offsets of the outermost unit. */
import { DecodeError, quantity } from "../errors.ts";
import { viewOf } from "./view.ts";

/** Reads numbers and slices from a byte range; never past its end, never copying. */
export class ByteReader {
  /** The buffer that contains the range. */
  readonly bytes: Uint8Array;
  /** Absolute position of the next byte. */
  position: number;
  /** Absolute position after the last byte of the range. */
  readonly end: number;
  /** Byte order of multi-byte numbers. */
  readonly littleEndian: boolean;
  #view: DataView;

  /** @param start, end absolute offsets within `bytes`; the whole array by default */
  constructor(
    bytes: Uint8Array,
    littleEndian: boolean,
    start = 0,
    end: number = bytes.length,
  ) {
    this.bytes = bytes;
    this.littleEndian = littleEndian;
    this.position = start;
    this.end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Bytes left in the range. */
  get remaining(): number {
    return this.end - this.position;
  }

  /** Fails unless `count` more bytes are available. */
  need(count: number, what: string): void {
    if (this.end - this.position < count) {
      throw new DecodeError(
        `Unexpected end of ${what}: ${
          quantity(count, "byte")
        } needed, ${this.remaining} left`,
        { offset: this.position },
      );
    }
  }

  /** Unsigned 8-bit number. */
  u8(what = "data"): number {
    this.need(1, what);
    return this.#view.getUint8(this.position++);
  }

  /** Unsigned 16-bit number in the reader's byte order. */
  u16(what = "data"): number {
    this.need(2, what);
    const value = this.#view.getUint16(this.position, this.littleEndian);
    this.position += 2;
    return value;
  }

  /** Unsigned 32-bit number in the reader's byte order. */
  u32(what = "data"): number {
    this.need(4, what);
    const value = this.#view.getUint32(this.position, this.littleEndian);
    this.position += 4;
    return value;
  }

  /** The next `count` bytes as a view (not a copy). */
  take(count: number, what = "data"): Uint8Array {
    this.need(count, what);
    const start = this.position;
    this.position += count;
    return viewOf(this.bytes, start, this.position);
  }

  /** Whether a zero is among the bytes from `start` to `end`, which are 4 or more. */
  hasZero(start: number, end: number): boolean {
    return hasZero(this.#view, start, end);
  }

  /** Moves on without looking. */
  skip(count: number, what = "data"): void {
    this.need(count, what);
    this.position += count;
  }

  /** A reader for the next `count` bytes alone; this one moves past them. */
  sub(count: number, what = "data"): ByteReader {
    this.need(count, what);
    const start = this.position;
    this.position += count;
    return new ByteReader(
      this.bytes,
      this.littleEndian,
      start,
      this.position,
    );
  }

  /** Everything left. */
  rest(): Uint8Array {
    return this.take(this.remaining);
  }

  /** Fails when bytes are left over: every length that was read must have been used up. */
  expectEnd(what: string): void {
    if (this.position !== this.end) {
      throw new DecodeError(
        `${quantity(this.remaining, "unexpected byte")} at the end of ${what}`,
        { offset: this.position },
      );
    }
  }
}

/**
 * Whether a zero is among the bytes from `start` to `end`, which are 4 or more. Looks at four at a time: this is done for every text
 * of every answer.
 */
export function hasZero(view: DataView, start: number, end: number): boolean {
  const last = end - 4;
  for (let at = start; at < last; at += 4) {
    if (isZeroIn(view.getInt32(at))) return true;
  }
  return isZeroIn(view.getInt32(last));
}

/** Whether one of the four bytes of a 32-bit number is zero. */
function isZeroIn(word: number): boolean {
  return ((word - 0x01010101) & ~word & 0x80808080) !== 0;
}
