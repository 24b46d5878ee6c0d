/** A growing byte buffer with back-filled lengths. Does not depend on DICOM. */
import { EncodeError } from "../errors.ts";

const FIRST_CAPACITY = 256;

/** Writes numbers and byte runs; grows by doubling, so appending is linear overall. */
export class ByteWriter {
  /** Byte order of multi-byte numbers. */
  readonly littleEndian: boolean;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  constructor(littleEndian: boolean, capacity = FIRST_CAPACITY) {
    this.littleEndian = littleEndian;
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** Unsigned 8-bit number. */
  u8(value: number): this {
    this.#grow(1);
    this.#view.setUint8(this.#length, value);
    this.#length += 1;
    return this;
  }

  /** Unsigned 16-bit number in the writer's byte order. */
  u16(value: number): this {
    this.#grow(2);
    this.#view.setUint16(this.#length, value, this.littleEndian);
    this.#length += 2;
    return this;
  }

  /** Unsigned 32-bit number in the writer's byte order. */
  u32(value: number): this {
    this.#grow(4);
    this.#view.setUint32(this.#length, value, this.littleEndian);
    this.#length += 4;
    return this;
  }

  /** A run of bytes, copied. */
  put(bytes: Uint8Array): this {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** `count` times the same byte. */
  fill(count: number, value = 0): this {
    this.#grow(count);
    this.#bytes.fill(value, this.#length, this.#length + count);
    this.#length += count;
    return this;
  }

  /** Writes the output of `body`, preceded by its length as a 16-bit number. */
  prefixed16(what: string, body: () => void): this {
    const at = this.#length;
    this.u16(0);
    body();
    const size = this.#length - at - 2;
    if (size > 0xffff) {
      throw new EncodeError(
        `${what} is too long: ${size} bytes, at most 65535 fit`,
      );
    }
    this.#view.setUint16(at, size, this.littleEndian);
    return this;
  }

  /** Writes the output of `body`, preceded by its length as a 32-bit number. */
  prefixed32(what: string, body: () => void): this {
    const at = this.#length;
    this.u32(0);
    body();
    const size = this.#length - at - 4;
    if (size >= 0xffffffff) {
      throw new EncodeError(`${what} is too long: ${size} bytes`);
    }
    this.#view.setUint32(at, size, this.littleEndian);
    return this;
  }

  /** Overwrites four bytes that were written before. */
  patch32(at: number, value: number): void {
    this.#view.setUint32(at, value, this.littleEndian);
  }

  /** The bytes written, as a view of the writer's buffer: get it when done writing. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    let capacity = this.#bytes.length * 2;
    while (capacity < needed) capacity *= 2;
    const bytes = new Uint8Array(capacity);
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
