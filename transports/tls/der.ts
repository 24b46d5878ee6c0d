/**
 * A bounded reader of DER (ITU-T X.690 clause 10), as far as certificates, revocation lists and key files need it.
 * It knows tags and lengths, not their meaning.
 */

import { hex, hexBytes } from "../../src/bytes/hex.ts";
import { DecodeError } from "../../src/errors.ts";

/** Universal and context tags in use, as their identifier octet. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One value: its identifier octet, its contents, and both with the length between them. */
export interface DerValue {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly encoded: Uint8Array;
}

/** Reads values one after the other; every mistake of the input is a `DecodeError`. */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #ber: boolean;
  #position = 0;

  /** `ber`: read lengths that are given by an end mark alone, too (X.690 8.1.3.6). */
  constructor(bytes: Uint8Array, { ber = false } = {}) {
    this.#bytes = bytes;
    this.#ber = ber;
  }

  /** True when nothing is left. */
  get done(): boolean {
    return this.#position >= this.#bytes.length;
  }

  /** The next value; with `tag`, of this kind only. */
  next(tag?: number): DerValue {
    const start = this.#position;
    const nextTag = this.#byte();
    if (tag !== undefined && nextTag !== tag) {
      throw new DecodeError(
        `DER tag 0x${hex(nextTag, 2)} where 0x${hex(tag, 2)} was expected`,
        { offset: start },
      );
    }
    if ((nextTag & 0x1f) === 0x1f) {
      throw new DecodeError("DER tag of more than one byte", { offset: start });
    }
    if (this.#ber && this.#bytes[this.#position] === 0x80) {
      return this.#unmeasured(nextTag);
    }
    const length = this.#length();
    const end = this.#position + length;
    if (end > this.#bytes.length) {
      throw new DecodeError("DER value runs past the end of its container", {
        offset: start,
      });
    }
    const value = {
      tag: nextTag,
      content: this.#bytes.subarray(this.#position, end),
      encoded: this.#bytes.subarray(start, end),
    };
    this.#position = end;
    return value;
  }

  /** The next value when it has this tag, else undefined and nothing is read. */
  optional(...tags: readonly number[]): DerValue | undefined {
    const tag = this.#bytes[this.#position];
    return tag !== undefined && tags.includes(tag) ? this.next() : undefined;
  }

  /** A reader of the contents of the next value. */
  inside(tag: number = TAG.sequence): DerReader {
    return new DerReader(this.next(tag).content, { ber: this.#ber });
  }

  /** A value of indefinite length, from the 0x80 that says so to its end mark. */
  #unmeasured(tag: number): DerValue {
    const start = this.#position - 1;
    this.#position += 1;
    let depth = 1;
    while (depth > 0) {
      const inner = this.#byte();
      if (this.#bytes[this.#position] === 0x80) {
        this.#position += 1;
        depth += 1;
        continue;
      }
      const length = this.#length();
      this.#position += length;
      if (inner === 0) depth -= 1;
    }
    return {
      tag,
      content: this.#bytes.subarray(start + 2, this.#position - 2),
      encoded: this.#bytes.subarray(start, this.#position),
    };
  }

  #byte(): number {
    const byte = this.#bytes[this.#position];
    if (byte === undefined) {
      throw new DecodeError("DER ends in the middle of a value", {
        offset: this.#position,
      });
    }
    this.#position += 1;
    return byte;
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > 4) {
      throw new DecodeError("DER length is indefinite or too large", {
        offset: this.#position - 1,
      });
    }
    let length = 0;
    for (let index = 0; index < count; index++) {
      length = length * 256 + this.#byte();
    }
    return length;
  }
}

/** An OBJECT IDENTIFIER's contents in dotted form. */
export function oidText(content: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(arc / 40));
      arcs.push(first, arc - first * 40);
    } else arcs.push(arc);
    arc = 0;
  }
  return arcs.join(".");
}

/** A UTCTime or GeneralizedTime (RFC 5280 4.1.2.5) as milliseconds since 1970. */
export function derTime(value: DerValue): number {
  const text = new TextDecoder().decode(value.content);
  const short = value.tag === TAG.utcTime;
  const match = (short ? UTC_TIME : GENERALIZED_TIME).exec(text);
  if (match === null) throw new DecodeError(`DER time "${text}" is malformed`);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1).map((digits) => Number(digits ?? 0));
  const full = !short ? year : year < 50 ? 2000 + year : 1900 + year;
  return Date.UTC(full, month - 1, day, hour, minute, second);
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/;

/** An INTEGER's contents as lower-case hex without leading zeros, so that serial numbers compare as text. */
export function integerHex(content: Uint8Array): string {
  return hexBytes(content).replace(/^0+(?=.)/, "");
}

/** The bits of a BIT STRING whose length is a whole number of bytes, as signatures and keys have it. */
export function bitStringBytes(content: Uint8Array): Uint8Array {
  if (content[0] !== 0) {
    throw new DecodeError("DER bit string is not whole bytes");
  }
  return content.subarray(1);
}

/** True when both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
