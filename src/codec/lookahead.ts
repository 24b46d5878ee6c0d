/**
 * Possible meanings of the bytes at a place: readings of an element's head, and how far each leads. The judgement of `repair.ts`,
 * which reads by it; nothing here is lost, reported or kept.
 */
import { quantity } from "../errors.ts";
import { hex } from "../bytes/hex.ts";
import { latin1 } from "../bytes/latin1.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { isVr, vrInfo } from "../dataset/vr.ts";
import {
  type Closing,
  EMPTY_BYTES,
  type Form,
  type Head,
  IMPLICIT_LITTLE,
  isPlausible,
  type Run,
  StrictReading,
} from "./strict_reading.ts";
import {
  ITEM,
  ITEM_DELIMITATION,
  SEQUENCE_DELIMITATION,
  UNDEFINED_LENGTH,
} from "./structure.ts";

const EXPLICIT_LITTLE: Form = { explicitVr: true, littleEndian: true };

const EXPLICIT_BIG: Form = { explicitVr: true, littleEndian: false };

const IMPLICIT_BIG: Form = { explicitVr: false, littleEndian: false };

const FORMS: readonly Form[] = [
  EXPLICIT_LITTLE,
  IMPLICIT_LITTLE,
  EXPLICIT_BIG,
  IMPLICIT_BIG,
];

/** Elements in a row that make a place plausible after bytes that cannot be read. */
const FOOTING = 2;

/** So many irregular heads in a row are followed to judge the one before them. */
const IN_A_ROW = 4;

/** Looks at the bytes of a damaged dataset. */
export class Lookahead extends StrictReading {
  /**
   * The position in a value at which the next attribute begins, if the value's length covers it: after a text or a single number
   * that others follow as only heads of attributes do, in bytes that are read as attributes to the end of the range.
   */
  hiddenHead(
    { tag, vr, form, start, length }: Head,
    end: number,
    closing: Closing,
  ): number | undefined {
    const { kind, unit } = vrInfo(vr);
    if (length === UNDEFINED_LENGTH || length <= unit) return undefined;
    if (kind === "number") {
      const isSingle = this.dictionary.entry(tag)?.vm === "1";
      return isSingle && this.isHead(start + unit, end, closing, form, tag)
        ? start + unit
        : undefined;
    }
    const text = this.bytes.subarray(start, start + length - 1);
    if (kind !== "text" || !text.includes(0)) return undefined;
    for (let at = start; at < start + length; at++) {
      if (this.isHead(at, end, closing, form, tag)) return at;
    }
    return undefined;
  }

  /** The start of the next attribute if a value ends within its head, so that the rest of that head leads nowhere. */
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

  /** Positions in a range that look like the beginning of an item, or the end of a sequence. */
  itemTags(start: number, end: number, form: Form): number[] {
    const tags: number[] = [];
    for (let at = start; at + 8 <= end && this.isAffordable(); at++) {
      if (this.isItemTag(at, end, form)) tags.push(at);
    }
    return tags;
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
      (tag > last || this.isStandard(strict)) &&
      this.#leadsOn(strict, end, closing, form)
    ) return strict;
    const heads = this.#heads(at, end, form, dataset)
      .filter((head) => isPlausible(head.tag));
    const whole = heads.filter((head) => {
      const run = this.#runAfter(head, end, closing, form, last);
      return run.isWhole &&
        (tag > last || run.count > 0 || this.#next(head) === end);
    });
    return this.#agreement(whole, tag > last) ??
      (whole.length > 0 || tag <= last ? undefined : this.#agreement(
        heads.filter((head) => this.#leadsOn(head, end, closing, form)),
        true,
      ));
  }

  /** The one reading that is left; of several the one that follows the rules, unless it is out of order. */
  #agreement(heads: readonly Head[], isOrdered: boolean): Head | undefined {
    const [first, ...others] = heads;
    if (first === undefined) return undefined;
    const isOne = others.every((head) =>
      head.start === first.start && this.#next(head) === this.#next(first)
    );
    if (isOne) return first;
    const regular = heads.filter(({ violation }) => violation === undefined);
    return isOrdered && regular.length === 1 ? regular[0] : undefined;
  }

  /** The end of an element, whatever its value holds: by its length if that fits, else by its items. */
  after(head: Head, end: number): number | undefined {
    const next = this.#next(head);
    if (next === undefined) return this.skip(head, end, 0);
    return next <= end ? next : undefined;
  }

  /** The start of the element after this one, according to this one's length. */
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

  /**
   * Whether an element of undefined length begins with an item, or with the element after a sequence that has neither items nor
   * delimiter.
   */
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
   * Whether this place may be where an element ends: at the end, before padding, or before a head in whatever reading; irregular
   * ones only as long as they lead on in their turn.
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
    if (end - at < 8 || !this.isAffordable()) return false;
    const tag = this.tagAt(at, form);
    if (tag === ITEM) return closing === "delimiter";
    if (tag === ITEM_DELIMITATION || tag === SEQUENCE_DELIMITATION) {
      // A stray one harms nothing, if reading can go on after it.
      return closing === "delimiter" ||
        irregular > 0 && this.u32(at + 4, form.littleEndian) === 0 &&
          this.#canFollow(at + 8, end, closing, form, last, irregular - 1);
    }
    if (!isPlausible(tag)) return false;
    const strict = this.strictHead(at, end, form);
    if (tag <= last) {
      return form.explicitVr
        ? strict !== undefined && this.isStandard(strict)
        : this.isHead(at, end, closing, form, -1);
    }
    if (form.explicitVr) {
      if (strict !== undefined) return true;
    } else if (
      this.isNamed(tag) || this.run(at, end, closing, form, last).count > 0
    ) return true;
    return irregular > 0 &&
      this.#heads(at, end, form, EMPTY_BYTES).some((head) => {
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
          violation: `has the length ${strict.length} but its items have ${
            quantity(length, "byte")
          }`,
        });
      }
    }
    const { littleEndian } = form;
    const code = this.bytes.subarray(at + 4, at + 6);
    const letters = latin1(code);
    const explicitVr = isVr(letters) ? letters : undefined;
    const isVrLike = explicitVr !== undefined || /^[ -~]{2}$/.test(letters) ||
      (form.explicitVr && (letters === "\0\0" || this.isNamed(tag)));
    const isLong = explicitVr !== undefined && vrInfo(explicitVr).longForm;
    const vr = explicitVr ?? "UN";
    const explicit: Form = { explicitVr: true, littleEndian };
    const violation = explicitVr === undefined
      ? `has the unknown VR "${printable(letters)}": read as UN`
      : `has the wrong form of length for VR ${explicitVr}`;
    const suffix = form.explicitVr ? "" : ", and an explicit VR";
    if (isVrLike && (explicitVr === undefined || isLong || !form.explicitVr)) {
      const length = this.u16(at + 6, littleEndian);
      const isRule = explicitVr !== undefined && !isLong;
      add({
        tag,
        vr,
        form: explicit,
        start: at + 8,
        length,
        violation: isRule
          ? `has an explicit VR (${explicitVr})`
          : violation + suffix,
      });
    }
    if (
      isVrLike && (explicitVr === undefined || !isLong || !form.explicitVr) &&
      end - at >= 12 &&
      this.u16(at + 6, littleEndian) === 0
    ) {
      const length = this.u32(at + 8, littleEndian);
      add({
        tag,
        vr,
        form: explicit,
        start: at + 12,
        length,
        violation: isLong
          ? `has an explicit VR (${explicitVr})`
          : violation + suffix,
      });
    }
    if (form.explicitVr) {
      const implicit: Form = { explicitVr: false, littleEndian };
      const head = this.strictHead(at, end, implicit, dataset);
      add(
        head &&
          {
            ...head,
            violation: "has no VR though the transfer syntax is explicit",
          },
      );
    }
    return heads;
  }

  /** The length of a sequence by its items, which may be more or less than it says. */
  #measured({ start, form }: Head, end: number): number {
    let at = start;
    while (end - at >= 8 && this.isAffordable()) {
      if (this.tagAt(at, form) !== ITEM) break;
      const length = this.u32(at + 4, form.littleEndian);
      const next = length === UNDEFINED_LENGTH
        ? this.skipElements(at + 8, end, form, 0)
        : at + 8 + length;
      if (next === undefined || next > end) break;
      at = next;
    }
    return at - start;
  }

  /** The next place from which a strict reading gets to the end, or far enough. */
  nextFooting(
    start: number,
    end: number,
    closing: Closing,
    form: Form,
    last: number,
  ): number | undefined {
    for (let at = start; at + 8 <= end && this.isAffordable(); at++) {
      if (this.#isFooting(at, end, closing, form, last)) return at;
    }
    return undefined;
  }

  /** The form of the enclosing dataset, in the byte order in which an item begins. */
  itemForm(at: number, form: Form): Form {
    const { explicitVr, littleEndian } = form;
    const other: Form = { explicitVr, littleEndian: !littleEndian };
    return this.tagAt(at, form) !== ITEM && this.tagAt(at, other) === ITEM
      ? other
      : form;
  }

  /** The form of a range: the declared one if it can be read so, else the one that gets furthest. */
  formOf(start: number, end: number, closing: Closing, declared: Form): Form {
    if (end - start < 8) return declared;
    const own = this.run(start, end, closing, declared, -1);
    if (own.isWhole) return declared;
    let best = declared;
    let furthest = own;
    for (const form of FORMS) {
      // Bytes in the other order are often tags of some private group: only tags of the standard are evidence.
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
}

function printable(text: string): string {
  return text.replace(
    /[^\x20-\x7e]/g,
    (one) => `\\x${hex(one.charCodeAt(0), 2)}`,
  );
}
