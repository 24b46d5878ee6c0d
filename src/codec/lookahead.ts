/**
 * What the bytes at a place may be: readings of an element's head, and how far each leads. The judgement of `repair.ts`, which reads by
 * it; nothing here is lost, reported or kept.
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

const EXPLICIT_LITTLE: Form = { explicitVr: true, littleEndian: true };
export const IMPLICIT_LITTLE: Form = { explicitVr: false, littleEndian: true };
const EXPLICIT_BIG: Form = { explicitVr: true, littleEndian: false };
const IMPLICIT_BIG: Form = { explicitVr: false, littleEndian: false };
const FORMS: readonly Form[] = [
  EXPLICIT_LITTLE,
  IMPLICIT_LITTLE,
  EXPLICIT_BIG,
  IMPLICIT_BIG,
];

/** What ends a run of elements: the end of their range alone, or a delimiter before it. */
export type Closing = "end" | "delimiter";

/** One reading of the bytes at a place as the head of an element. */
export interface Head {
  readonly tag: Tag;
  readonly vr: Vr;
  readonly form: Form;
  /** Where the value begins. */
  readonly start: number;
  /** Its length as read, `UNDEFINED_LENGTH` included. */
  readonly length: number;
  /** What is irregular about it; absent for a head that follows the rules. */
  readonly fault?: string;
}

/** How far a strict reading from some place gets. */
export interface Run {
  readonly count: number;
  /** Whether it got to the end of the range, or to the limit of looking ahead. */
  readonly isWhole: boolean;
}

/** So many elements are looked at ahead to judge a reading. */
const LOOKAHEAD = 12;

/** Elements in a row that make a place plausible after bytes that cannot be read. */
const FOOTING = 2;

/** So many irregular heads in a row are followed to judge the one before them. */
const IN_A_ROW = 4;

/** Looks at heads in all, for each byte of the dataset and beyond: what needs more is nothing but damage. */
const EFFORT_PER_BYTE = 64;
const LEAST_EFFORT = 100_000;

/** Looks at the bytes of a damaged dataset. */
export class Lookahead {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #dictionary: Dictionary;
  #effort: number;

  constructor(bytes: Uint8Array, dictionary: Dictionary) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#dictionary = dictionary;
    this.#effort = LEAST_EFFORT + bytes.length * EFFORT_PER_BYTE;
  }

  #u16(at: number, littleEndian: boolean): number {
    return this.#view.getUint16(at, littleEndian);
  }

  /** Unsigned 32-bit number at an offset. */
  u32(at: number, littleEndian: boolean): number {
    return this.#view.getUint32(at, littleEndian);
  }

  /** The four bytes at an offset as a tag. */
  tagAt(at: number, { littleEndian }: Form): Tag {
    return (this.#u16(at, littleEndian) * 0x10000 +
      this.#u16(at + 2, littleEndian)) >>> 0;
  }

  /**
   * Where in a value the next attribute begins, if its length covers that: after a text or a single number that others follow as only
   * heads of attributes do, in bytes that are read as attributes to the end of the range.
   */
  hiddenHead(
    { tag, vr, form, start, length }: Head,
    end: number,
    closing: Closing,
  ): number | undefined {
    const { kind, unit } = vrInfo(vr);
    if (length === UNDEFINED_LENGTH || length <= unit) return undefined;
    if (kind === "number") {
      const isSingle = this.#dictionary.entry(tag)?.vm === "1";
      return isSingle && this.isHead(start + unit, end, closing, form, tag)
        ? start + unit
        : undefined;
    }
    const text = this.#bytes.subarray(start, start + length - 1);
    if (kind !== "text" || !text.includes(0)) return undefined;
    for (let at = start; at < start + length; at++) {
      if (this.isHead(at, end, closing, form, tag)) return at;
    }
    return undefined;
  }

  /** Where the next attribute begins if the end of a value lies within its head, so that what is left of that head leads nowhere. */
  splitHead(
    { tag, form, start, length }: Head,
    end: number,
    closing: Closing,
  ): number | undefined {
    const stop = start + length;
    if (length === UNDEFINED_LENGTH || end - stop < 1) return undefined;
    if (this.run(stop, end, closing, form, tag).isWhole) return undefined;
    for (let at = Math.max(start, stop - 7); at < stop; at++) {
      if (this.isHead(at, end, closing, form, tag)) return at;
    }
    return undefined;
  }

  /** Whether an attribute of the standard begins here, which leads to the end of the range, or far enough. */
  isHead(
    at: number,
    end: number,
    closing: Closing,
    form: Form,
    last: number,
  ): boolean {
    if (end - at < 8 || !this.isNamed(this.tagAt(at, form))) return false;
    return this.#isFooting(at, end, closing, form, last);
  }

  /** Whether a strict reading gets from here to the end, or far enough. */
  #isFooting(
    at: number,
    end: number,
    closing: Closing,
    form: Form,
    last: number,
  ): boolean {
    const { count, isWhole } = this.run(at, end, closing, form, last);
    return (count > 0 && isWhole) || (count >= FOOTING && form.explicitVr);
  }

  /** Whether a strict reading in either form gets from here to the end. */
  anyRun(start: number, end: number, form: Form): boolean {
    if (start === end) return true;
    return FORMS.some((one) =>
      one.littleEndian === form.littleEndian &&
      this.run(start, end, "end", one, -1).isWhole
    );
  }

  /** Whether an item begins here, or a sequence ends. */
  isItemTag(at: number, end: number, form: Form): boolean {
    if (end - at < 8) return false;
    const tag = this.tagAt(at, form);
    return tag === ITEM || tag === SEQUENCE_DELIMITATION;
  }

  /** Positions in a range that look like the beginning of an item, or the end of a sequence. */
  itemTags(start: number, end: number, form: Form): number[] {
    const found: number[] = [];
    for (let at = start; at + 8 <= end && this.#isAffordable(); at++) {
      if (this.isItemTag(at, end, form)) found.push(at);
    }
    return found;
  }

  /** The reading of an element's head that leads on; undefined when none does, or several do. */
  headAt(
    at: number,
    end: number,
    closing: Closing,
    form: Form,
    last: number,
    dataset: Dataset,
  ): Head | undefined {
    const tag = this.tagAt(at, form);
    const strict = this.strictHead(at, end, form, dataset);
    if (
      strict !== undefined && isPlausible(tag) &&
      (tag > last || this.#isStandard(strict)) &&
      this.#leadsOn(strict, end, closing, form)
    ) return strict;
    const heads = this.#heads(at, end, form, dataset)
      .filter((head) => isPlausible(head.tag));
    const whole = heads.filter((head) => {
      const run = this.#runAfter(head, end, closing, form, last);
      return run.isWhole &&
        (tag > last || run.count > 0 || this.#next(head) === end);
    });
    return this.#agreed(whole, tag > last) ??
      (whole.length > 0 || tag <= last ? undefined : this.#agreed(
        heads.filter((head) => this.#leadsOn(head, end, closing, form)),
        true,
      ));
  }

  /** The one reading that is left; of several the one that follows the rules, unless it is out of order. */
  #agreed(heads: readonly Head[], isOrdered: boolean): Head | undefined {
    const [first, ...others] = heads;
    if (first === undefined) return undefined;
    const isOne = others.every((head) =>
      head.start === first.start && this.#next(head) === this.#next(first)
    );
    if (isOne) return first;
    const regular = heads.filter(({ fault }) => fault === undefined);
    return isOrdered && regular.length === 1 ? regular[0] : undefined;
  }

  /** Where an element ends, whatever its value holds: by its length where it fits in, else by its items. */
  after(head: Head, end: number): number | undefined {
    const next = this.#next(head);
    if (next === undefined) return this.#skip(head, end, 0);
    return next <= end ? next : undefined;
  }

  /** Where the element after this one begins, as far as its length tells. */
  #next({ start, length }: Head): number | undefined {
    return length === UNDEFINED_LENGTH ? undefined : start + length;
  }

  /** Whether something readable follows an element. */
  #leadsOn(head: Head, end: number, closing: Closing, form: Form): boolean {
    const next = this.after(head, end);
    return next === undefined
      ? this.#isOpen(head, end, closing, form)
      : this.#canFollow(next, end, closing, form, head.tag, IN_A_ROW);
  }

  /** Whether an element of undefined length begins with an item, or with what follows a sequence that has neither items nor delimiter. */
  #isOpen(
    { tag, length, start, form }: Head,
    end: number,
    closing: Closing,
    outer: Form,
  ): boolean {
    if (length !== UNDEFINED_LENGTH) return false;
    return this.isItemTag(start, end, form) ||
      this.run(start, end, closing, outer, tag).isWhole;
  }

  /**
   * Whether this place may be where an element ends: at the end, before padding, or before a head in whatever reading; irregular ones
   * only as long as they lead on in their turn.
   */
  #canFollow(
    at: number,
    end: number,
    closing: Closing,
    form: Form,
    last: number,
    irregular: number,
  ): boolean {
    if (at === end || this.isZero(at, end)) return true;
    if (end - at < 8 || !this.#isAffordable()) return false;
    const tag = this.tagAt(at, form);
    if (
      tag === ITEM || tag === ITEM_DELIMITATION || tag === SEQUENCE_DELIMITATION
    ) return closing === "delimiter";
    if (!isPlausible(tag)) return false;
    const strict = this.strictHead(at, end, form);
    if (tag <= last) {
      return form.explicitVr
        ? strict !== undefined && this.#isStandard(strict)
        : this.isHead(at, end, closing, form, -1);
    }
    if (form.explicitVr) {
      if (strict !== undefined) return true;
    } else if (
      this.isNamed(tag) || this.run(at, end, closing, form, last).count > 0
    ) return true;
    return irregular > 0 && this.#heads(at, end, form, EMPTY).some((head) => {
      const next = this.after(head, end);
      return next === undefined
        ? this.#isOpen(head, end, closing, form)
        : this.#canFollow(next, end, closing, form, tag, irregular - 1);
    });
  }

  /** How far a strict reading gets after an element. */
  #runAfter(
    head: Head,
    end: number,
    closing: Closing,
    form: Form,
    last: number,
  ): Run {
    const next = this.after(head, end);
    if (next === undefined) {
      return { count: 0, isWhole: this.#isOpen(head, end, closing, form) };
    }
    if (next === end || this.isZero(next, end)) {
      return { count: 0, isWhole: true };
    }
    return this.run(next, end, closing, form, Math.max(last, head.tag));
  }

  /** All readings of the bytes at a place as the head of an element whose value fits in. */
  #heads(at: number, end: number, form: Form, dataset: Dataset): Head[] {
    const heads: Head[] = [];
    const add = (head: Head | undefined) => {
      if (head === undefined) return;
      if (head.length !== UNDEFINED_LENGTH && head.start + head.length > end) {
        return;
      }
      heads.push(head);
    };
    const strict = this.strictHead(at, end, form, dataset);
    add(strict);
    const tag = this.tagAt(at, form);
    if (strict?.vr === "SQ" && strict.length !== UNDEFINED_LENGTH) {
      const length = this.#measured(strict, end);
      if (length > 0 && length !== strict.length) {
        add({
          ...strict,
          length,
          fault:
            `has the length ${strict.length} but its items have ${length} bytes`,
        });
      }
    }
    const { littleEndian } = form;
    const code = this.#bytes.subarray(at + 4, at + 6);
    const letters = latin1(code);
    const known = isVr(letters) ? letters : undefined;
    const isVrLike = known !== undefined || /^[ -~]{2}$/.test(letters) ||
      (form.explicitVr && (letters === "\0\0" || this.isNamed(tag)));
    const isLong = known !== undefined && vrInfo(known).longForm;
    const vr = known ?? "UN";
    const explicit: Form = { explicitVr: true, littleEndian };
    const fault = known === undefined
      ? `has the unknown VR "${printable(letters)}": read as UN`
      : `has the wrong form of length for VR ${known}`;
    const missing = form.explicitVr ? "" : ", and an explicit VR";
    if (isVrLike && (known === undefined || isLong || !form.explicitVr)) {
      const length = this.#u16(at + 6, littleEndian);
      const isRule = known !== undefined && !isLong;
      add({
        tag,
        vr,
        form: explicit,
        start: at + 8,
        length,
        fault: isRule ? `has an explicit VR (${known})` : fault + missing,
      });
    }
    if (
      isVrLike && (known === undefined || !isLong || !form.explicitVr) &&
      end - at >= 12 &&
      this.#u16(at + 6, littleEndian) === 0
    ) {
      const length = this.u32(at + 8, littleEndian);
      add({
        tag,
        vr,
        form: explicit,
        start: at + 12,
        length,
        fault: isLong ? `has an explicit VR (${known})` : fault + missing,
      });
    }
    if (form.explicitVr) {
      const implicit: Form = { explicitVr: false, littleEndian };
      const head = this.strictHead(at, end, implicit, dataset);
      add(
        head &&
          {
            ...head,
            fault: "has no VR though the transfer syntax is explicit",
          },
      );
    }
    return heads;
  }

  /** The length of a sequence by its items, which may be more or less than it says. */
  #measured({ start, form }: Head, end: number): number {
    let at = start;
    while (end - at >= 8 && this.#isAffordable()) {
      if (this.tagAt(at, form) !== ITEM) break;
      const length = this.u32(at + 4, form.littleEndian);
      const next = length === UNDEFINED_LENGTH
        ? this.#skipElements(at + 8, end, form, 0)
        : at + 8 + length;
      if (next === undefined || next > end) break;
      at = next;
    }
    return at - start;
  }

  /** A head that follows the rules of its form, or undefined. The value may be longer than what is left. */
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
      const vr = implicitVr(tag, dataset ?? EMPTY, this.#dictionary);
      const length = this.u32(at + 4, littleEndian);
      if (length === UNDEFINED_LENGTH && isGroupLength(tag)) return undefined;
      return { tag, vr, form, start: at + 8, length };
    }
    const name = latin1(this.#bytes.subarray(at + 4, at + 6));
    if (!isVr(name)) return undefined;
    if (!vrInfo(name).longForm) {
      return {
        tag,
        vr: name,
        form,
        start: at + 8,
        length: this.#u16(at + 6, littleEndian),
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
      if (!this.#isAffordable()) return { count, isWhole: false };
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
      const next = this.#skip(head, end, 0);
      if (next === undefined) return { count, isWhole: false };
      previous = tag;
      at = next;
    }
    return { count: LOOKAHEAD, isWhole: true };
  }

  /** Whether the standard has this attribute. */
  isNamed(tag: Tag): boolean {
    return !isPrivate(tag) && !isGroupLength(tag) &&
      this.#dictionary.entry(tag) !== undefined;
  }

  /** Whether a head states an attribute of the standard with its VR: no chance, even where it is out of order. */
  #isStandard({ tag, vr, form }: Head): boolean {
    return form.explicitVr &&
      (this.#dictionary.entry(tag)?.vrs.includes(vr) ?? false);
  }

  /** Without VRs only tags that exist tell data from chance. */
  #isKnown(tag: Tag): boolean {
    return isGroupLength(tag) || isPrivate(tag) || this.isNamed(tag);
  }

  /** Where an element ends by a strict reading; undefined when it does not fit in, or its items cannot be followed. */
  #skip(head: Head, end: number, depth: number): number | undefined {
    const { start, length, form, vr } = head;
    if (length !== UNDEFINED_LENGTH) {
      if (length > end - start) return undefined;
      const isBroken = vr === "SQ" && length > 0 &&
        (length < 8 || this.tagAt(start, form) !== ITEM);
      return isBroken ? undefined : start + length;
    }
    if (depth > MAX_DEPTH) return undefined;
    let at = start;
    while (end - at >= 8 && this.#isAffordable()) {
      const tag = this.tagAt(at, form);
      const itemLength = this.u32(at + 4, form.littleEndian);
      if (tag === SEQUENCE_DELIMITATION) return at + 8;
      if (tag !== ITEM) return undefined;
      const next = itemLength === UNDEFINED_LENGTH
        ? this.#skipElements(at + 8, end, form, depth + 1)
        : at + 8 + itemLength;
      if (next === undefined || next > end) return undefined;
      at = next;
    }
    return undefined;
  }

  /** Where an item of undefined length ends by a strict reading. */
  #skipElements(
    start: number,
    end: number,
    form: Form,
    depth: number,
  ): number | undefined {
    let at = start;
    while (end - at >= 8 && this.#isAffordable()) {
      if (this.tagAt(at, form) === ITEM_DELIMITATION) return at + 8;
      const head = this.strictHead(at, end, form);
      const next = head && this.#skip(head, end, depth);
      if (next === undefined) return undefined;
      at = next;
    }
    return undefined;
  }

  /** The next place from which a strict reading gets to the end, or far enough. */
  nextFooting(
    start: number,
    end: number,
    closing: Closing,
    form: Form,
    last: number,
  ): number | undefined {
    for (let at = start; at + 8 <= end && this.#isAffordable(); at++) {
      if (this.#isFooting(at, end, closing, form, last)) return at;
    }
    return undefined;
  }

  /** The form of a range: the declared one if it can be read so, else the one that gets furthest. */
  formOf(start: number, end: number, closing: Closing, declared: Form): Form {
    if (end - start < 8) return declared;
    const own = this.run(start, end, closing, declared, -1);
    if (own.isWhole) return declared;
    let best = declared;
    let furthest = own;
    for (const form of FORMS) {
      // Bytes in the other order are often tags of some private group: only what the standard knows is evidence.
      const isOther = form.littleEndian !== declared.littleEndian;
      if (isOther && !this.isNamed(this.tagAt(start, form))) continue;
      const run = this.run(start, end, closing, form, -1);
      const isBetter = run.isWhole !== furthest.isWhole
        ? run.isWhole
        : own.count === 0 && run.count > furthest.count;
      if (isBetter && run.count > 0) [best, furthest] = [form, run];
    }
    return best;
  }

  /** Whether a range is nothing but zeros. */
  isZero(start: number, end: number): boolean {
    if (this.#bytes[start] !== 0) return false;
    for (let at = start; at < end; at++) {
      if (this.#bytes[at] !== 0) return false;
    }
    return true;
  }

  /** Counts a look at the bytes; false when damaged data has taken too much work. */
  #isAffordable(): boolean {
    return this.#effort-- > 0;
  }
}

const EMPTY = new Dataset();

/** Whether a dataset can hold this tag: no command, no file meta information, no delimiter, no group that the standard excludes. */
export function isPlausible(tag: Tag): boolean {
  const group = groupOf(tag);
  if (group === 0x0002 || group < 0x0004 || group > 0xfffc) return false;
  if ((group & 1) === 0) return true;
  const element = elementOf(tag);
  return group > 0x0008 && (element === 0 || element >= 0x0010);
}

function printable(text: string): string {
  return text.replace(
    /[^\x20-\x7e]/g,
    (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
