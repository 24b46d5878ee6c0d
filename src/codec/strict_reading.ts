/**
 * The bytes at a place read as elements by the rules of one form (PS3.5 7.1), and how far that leads. Judges no irregular reading,
 * which is `lookahead.ts`; nothing here is lost, reported or kept.
 */
import { latin1 } from "../bytes/latin1.ts";
import { Dataset } from "../dataset/dataset.ts";
import {
  elementOf,
  groupOf,
  isGroupLength,
  isPrivate,
  type Tag,
} from "../dataset/tag.ts";
import { isVr, type Vr, vrInfo } from "../dataset/vr.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import { implicitVr } from "./implicit_vr.ts";
import {
  DELIMITER_GROUP,
  ITEM,
  ITEM_DELIMITATION,
  MAX_DEPTH,
  SEQUENCE_DELIMITATION,
  UNDEFINED_LENGTH,
} from "./structure.ts";

/** How elements are written. */
export interface Form {
  readonly explicitVr: boolean;
  readonly littleEndian: boolean;
}

/** Implicit VR little endian, PS3.5 A.1. */
export const IMPLICIT_LITTLE: Form = { explicitVr: false, littleEndian: true };

/** `explicit VR little endian`. */
export function formName({ explicitVr, littleEndian }: Form): string {
  const order = littleEndian ? "little" : "big";
  return `${explicitVr ? "explicit" : "implicit"} VR ${order} endian`;
}

/** The end of a run of elements: the end of their range alone, or a delimiter before it. */
export type Closing = "end" | "delimiter";

/** One reading of the bytes at a place as the head of an element. */
export interface Head {
  readonly tag: Tag;
  readonly vr: Vr;
  readonly form: Form;
  /** Offset of the value. */
  readonly start: number;
  /** Its length as read, `UNDEFINED_LENGTH` included. */
  readonly length: number;
  /** Its irregularity; absent for a head that follows the rules. */
  readonly violation?: string;
}

/** How far a strict reading from some place gets. */
export interface Run {
  readonly count: number;
  /** Whether it got to the end of the range, or to the limit of looking ahead. */
  readonly isWhole: boolean;
}

/** So many elements are looked at ahead to judge a reading. */
const LOOKAHEAD = 12;

/** Looks at heads in all, for each byte of the dataset and beyond: data that needs more is nothing but damage. */
const EFFORT_PER_BYTE = 64;

/** The same for the smallest dataset. */
const LEAST_EFFORT = 100_000;

/** Reads heads of elements by the rules of a form, and counts the cost. */
export class StrictReading {
  protected readonly bytes: Uint8Array;
  protected readonly dictionary: Dictionary;
  readonly #view: DataView;
  #effort: number;

  constructor(bytes: Uint8Array, dictionary: Dictionary) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.dictionary = dictionary;
    this.#effort = LEAST_EFFORT + bytes.length * EFFORT_PER_BYTE;
  }

  /** Unsigned 16-bit number at an offset. */
  protected u16(at: number, littleEndian: boolean): number {
    return this.#view.getUint16(at, littleEndian);
  }

  /** Unsigned 32-bit number at an offset. */
  u32(at: number, littleEndian: boolean): number {
    return this.#view.getUint32(at, littleEndian);
  }

  /** The four bytes at an offset as a tag. */
  tagAt(at: number, { littleEndian }: Form): Tag {
    return (this.u16(at, littleEndian) * 0x10000 +
      this.u16(at + 2, littleEndian)) >>> 0;
  }

  /** Whether an item begins here, or a sequence ends. */
  isItemTag(at: number, end: number, form: Form): boolean {
    if (end - at < 8) return false;
    const tag = this.tagAt(at, form);
    return tag === ITEM || tag === SEQUENCE_DELIMITATION;
  }

  /** A head that follows the rules of its form, or undefined. The value may be longer than the remaining bytes. */
  strictHead(
    at: number,
    end: number,
    form: Form,
    dataset?: Dataset,
  ): Head | undefined {
    if (end - at < 8) return undefined;
    const { littleEndian } = form;
    const tag = this.tagAt(at, form);
    if (groupOf(tag) === DELIMITER_GROUP) return undefined;
    if (!form.explicitVr) {
      const vr = implicitVr(tag, dataset ?? EMPTY_BYTES, this.dictionary);
      const length = this.u32(at + 4, littleEndian);
      if (length === UNDEFINED_LENGTH && isGroupLength(tag)) return undefined;
      return { tag, vr, form, start: at + 8, length };
    }
    const name = latin1(this.bytes.subarray(at + 4, at + 6));
    if (!isVr(name)) return undefined;
    if (!vrInfo(name).longForm) {
      return {
        tag,
        vr: name,
        form,
        start: at + 8,
        length: this.u16(at + 6, littleEndian),
      };
    }
    if (end - at < 12) return undefined;
    const length = this.u32(at + 8, littleEndian);
    // PS3.5 6.2.2, note 4: the items of UN with undefined length are implicit VR little endian.
    const inner = name === "UN" && length === UNDEFINED_LENGTH
      ? IMPLICIT_LITTLE
      : form;
    return { tag, vr: name, form: inner, start: at + 12, length };
  }

  /** How many elements a strict reading finds one after the other with ascending tags, up to the limit of looking ahead. */
  run(
    start: number,
    end: number,
    closing: Closing,
    form: Form,
    last: number,
  ): Run {
    let at = start;
    let previous = last;
    for (let count = 0; count < LOOKAHEAD; count++) {
      if (at === end) return { count, isWhole: closing === "end" || count > 0 };
      if (!this.isAffordable()) return { count, isWhole: false };
      if (end - at < 8) return { count, isWhole: this.isZero(at, end) };
      const tag = this.tagAt(at, form);
      if (
        closing === "delimiter" &&
        (tag === ITEM_DELIMITATION || tag === SEQUENCE_DELIMITATION) &&
        this.u32(at + 4, form.littleEndian) === 0
      ) return { count, isWhole: true };
      if (tag === 0 && this.isZero(at, end)) {
        return { count, isWhole: count > 0 };
      }
      const head = this.strictHead(at, end, form);
      if (head === undefined || tag <= previous || !isPlausible(tag)) {
        return { count, isWhole: false };
      }
      if (!form.explicitVr && !this.#isKnown(tag)) {
        return { count, isWhole: false };
      }
      const next = this.skip(head, end, 0);
      if (next === undefined) return { count, isWhole: false };
      previous = tag;
      at = next;
    }
    return { count: LOOKAHEAD, isWhole: true };
  }

  /** Whether the standard has this attribute. */
  isNamed(tag: Tag): boolean {
    return !isPrivate(tag) && !isGroupLength(tag) &&
      this.dictionary.entry(tag) !== undefined;
  }

  /** Whether a head states an attribute of the standard with its VR: not chance, even if it is out of order. */
  protected isStandard({ tag, vr, form }: Head): boolean {
    return form.explicitVr &&
      (this.dictionary.entry(tag)?.vrs.includes(vr) ?? false);
  }

  /** Without VRs only known tags distinguish data from chance. */
  #isKnown(tag: Tag): boolean {
    return isGroupLength(tag) || isPrivate(tag) || this.isNamed(tag);
  }

  /** The end of an element by a strict reading; undefined when it does not fit in, or its items cannot be followed. */
  protected skip(head: Head, end: number, depth: number): number | undefined {
    const { start, length, form, vr } = head;
    if (length !== UNDEFINED_LENGTH) {
      if (length > end - start) return undefined;
      const isBroken = vr === "SQ" && length > 0 &&
        (length < 8 || this.tagAt(start, form) !== ITEM);
      return isBroken ? undefined : start + length;
    }
    if (depth > MAX_DEPTH) return undefined;
    let at = start;
    while (end - at >= 8 && this.isAffordable()) {
      const tag = this.tagAt(at, form);
      const itemLength = this.u32(at + 4, form.littleEndian);
      if (tag === SEQUENCE_DELIMITATION) return at + 8;
      if (tag !== ITEM) return undefined;
      const next = itemLength === UNDEFINED_LENGTH
        ? this.skipElements(at + 8, end, form, depth + 1)
        : at + 8 + itemLength;
      if (next === undefined || next > end) return undefined;
      at = next;
    }
    return undefined;
  }

  /** The end of an item of undefined length by a strict reading. */
  protected skipElements(
    start: number,
    end: number,
    form: Form,
    depth: number,
  ): number | undefined {
    let at = start;
    while (end - at >= 8 && this.isAffordable()) {
      if (this.tagAt(at, form) === ITEM_DELIMITATION) return at + 8;
      const head = this.strictHead(at, end, form);
      const next = head && this.skip(head, end, depth);
      if (next === undefined) return undefined;
      at = next;
    }
    return undefined;
  }

  /** Whether a range is nothing but zeros. */
  isZero(start: number, end: number): boolean {
    if (this.bytes[start] !== 0) return false;
    for (let at = start; at < end; at++) {
      if (this.bytes[at] !== 0) return false;
    }
    return true;
  }

  /** Counts a look at the bytes; false when damaged data has required too much work. */
  protected isAffordable(): boolean {
    return this.#effort-- > 0;
  }
}

/** A dataset for readings that depend on no other element. */
export const EMPTY_BYTES = new Dataset();

/** Whether a dataset can hold this tag: no command, no file meta information, no delimiter, no group that the standard excludes. */
export function isPlausible(tag: Tag): boolean {
  const group = groupOf(tag);
  if (group === 0x0002 || group < 0x0004 || group > 0xfffc) return false;
  if ((group & 1) === 0) return true;
  const element = elementOf(tag);
  return group > 0x0008 && (element === 0 || element >= 0x0010);
}
