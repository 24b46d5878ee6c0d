/**
 * A second reading of datasets that break the rules of PS3.5 section 7: unknown VRs, the wrong form of a length, lengths that are
 * too long or too short, missing delimiters, another transfer syntax than agreed. Of the possible readings of a place that one is
 * taken which leads to ascending tags and ends where the enclosing length ends; where two do, or none, what is lost is reported, and
 * reading goes on after the smallest enclosing length. `decode.ts` comes here only with data that it cannot read.
 */
import { latin1 } from "../bytes/latin1.ts";
import {
  Dataset,
  type Element,
  isSameValue,
  type Item,
} from "../dataset/dataset.ts";
import {
  elementOf,
  formatTag,
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
import { swapped } from "./swap.ts";

/** What the reading needs and reports. */
export interface RepairContext {
  readonly dictionary: Dictionary;
  /** Called for what was read although it is irregular. */
  readonly warn: (text: string) => void;
  /** Called for what could not be read. May throw to end the reading. */
  readonly lost: (text: string) => void;
  /** Stop before the first element of the top level with this tag or a higher one. */
  readonly before?: Tag;
  /** Called when `before` stopped the reading. */
  readonly stopped?: () => void;
}

/** How elements are written. */
interface Form {
  readonly explicitVr: boolean;
  readonly littleEndian: boolean;
}

const EXPLICIT_LITTLE: Form = { explicitVr: true, littleEndian: true };
const IMPLICIT_LITTLE: Form = { explicitVr: false, littleEndian: true };
const EXPLICIT_BIG: Form = { explicitVr: true, littleEndian: false };
const IMPLICIT_BIG: Form = { explicitVr: false, littleEndian: false };
const FORMS: readonly Form[] = [
  EXPLICIT_LITTLE,
  IMPLICIT_LITTLE,
  EXPLICIT_BIG,
  IMPLICIT_BIG,
];

/** What ends a run of elements: the end of their range alone, or a delimiter before it. */
type Closing = "end" | "delimiter";

/** One reading of the bytes at a place as the head of an element. */
interface Head {
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
interface Run {
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

/** Reads a dataset that is not what its transfer syntax demands. */
export function repairDataset(
  bytes: Uint8Array,
  declared: Form,
  context: RepairContext,
): Dataset {
  return new Repair(bytes, context).read(declared);
}

/**
 * The items of a sequence that was sent as UN with a defined length: implicit VR little endian by PS3.5 6.2.2, but whatever it is
 * that can be read. Undefined where attributes would be lost.
 */
export function itemsOfUnknown(
  tag: Tag,
  bytes: Uint8Array,
  dictionary: Dictionary,
): Item[] | undefined {
  let isWhole = true;
  const repair = new Repair(bytes, {
    dictionary,
    warn: () => {},
    lost: () => isWhole = false,
  });
  const items = repair.items(tag);
  return isWhole ? items : undefined;
}

function nameOf({ explicitVr, littleEndian }: Form): string {
  return `${explicitVr ? "explicit" : "implicit"} VR ${
    littleEndian ? "little" : "big"
  } endian`;
}

class Repair {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #context: RepairContext;
  /** The sequences and items around the place that is read, for messages. */
  readonly #path: string[] = [];
  #effort: number;

  constructor(bytes: Uint8Array, context: RepairContext) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#context = context;
    this.#effort = LEAST_EFFORT + bytes.length * EFFORT_PER_BYTE;
  }

  read(declared: Form): Dataset {
    const end = this.#bytes.length;
    const form = this.#formOf(0, end, "end", declared);
    if (form !== declared) {
      this.#context.warn(
        `The dataset is encoded in ${nameOf(form)}, not in ${nameOf(declared)}`,
      );
    }
    return this.#elements(0, end, "end", form, 0).dataset;
  }

  /** All bytes as the items of a sequence. */
  items(tag: Tag): Item[] {
    const length = this.#bytes.length;
    const head = {
      tag,
      vr: "SQ",
      form: IMPLICIT_LITTLE,
      start: 0,
      length,
    } as const;
    return this.#items(head, length, 0).items;
  }

  #where(tag: Tag): string {
    return this.#path.join("") + formatTag(tag);
  }

  #u16(at: number, littleEndian: boolean): number {
    return this.#view.getUint16(at, littleEndian);
  }

  #u32(at: number, littleEndian: boolean): number {
    return this.#view.getUint32(at, littleEndian);
  }

  #tagAt(at: number, { littleEndian }: Form): Tag {
    return (this.#u16(at, littleEndian) * 0x10000 +
      this.#u16(at + 2, littleEndian)) >>> 0;
  }

  /** Elements up to `end`, or up to a delimiter; `position` is where reading goes on. */
  #elements(
    start: number,
    end: number,
    closing: Closing,
    form: Form,
    depth: number,
    owner: Tag = 0,
  ): { readonly dataset: Dataset; readonly position: number } {
    const dataset = new Dataset();
    let last = -1;
    let at = start;
    while (at < end) {
      if (this.#isZero(at, end)) {
        this.#context.warn(
          `${end - at} padding bytes after the last attribute${this.#inside()}`,
        );
        return { dataset, position: end };
      }
      if (end - at < 8) {
        this.#lose(at, end, last);
        return { dataset, position: end };
      }
      const tag = this.#tagAt(at, form);
      if (depth === 0 && this.#stopsAt(tag)) return { dataset, position: end };
      if (tag === ITEM_DELIMITATION || tag === SEQUENCE_DELIMITATION) {
        if (closing === "delimiter") {
          return {
            dataset,
            position: tag === ITEM_DELIMITATION ? at + 8 : at,
          };
        }
        this.#context.warn(`Stray delimiter ${this.#where(tag)}`);
        at += 8;
        continue;
      }
      if (
        closing === "delimiter" &&
        this.#endsItem(at, end, tag, last, owner, form)
      ) {
        this.#context.warn(
          `An item of undefined length ends without its delimiter${this.#inside()}`,
        );
        return { dataset, position: at };
      }
      const head = this.#headAt(at, end, closing, form, last, dataset);
      if (head === undefined) {
        at = this.#resume(at, end, closing, form, last, dataset, depth);
        continue;
      }
      if (head.fault !== undefined) {
        this.#context.warn(`${this.#where(head.tag)} ${head.fault}`);
      }
      const hidden = this.#hiddenHead(head, end, closing) ??
        this.#splitHead(head, end, closing);
      if (hidden !== undefined) this.#loseLength(head, hidden);
      const { element, position } = this.#element(
        hidden === undefined ? head : { ...head, length: hidden - head.start },
        end,
        depth,
      );
      if (element !== undefined) this.#add(dataset, element, last);
      // A tag that is too high is damaged itself, if attributes in order follow it.
      const isOutlier = end - position >= 8 &&
        this.#tagAt(position, form) < head.tag &&
        this.#isHead(position, end, closing, form, last);
      if (isOutlier) {
        this.#context.warn(`${this.#where(head.tag)} is out of order`);
      } else last = Math.max(last, head.tag);
      at = position;
    }
    if (closing === "delimiter") {
      // Attributes of the dataset around it may have been taken for the item's own: nobody can tell.
      this.#context.lost(
        `An item of undefined length has no delimiter${this.#inside()}: where it ends is unknown`,
      );
    }
    return { dataset, position: end };
  }

  /**
   * Where in a value the next attribute begins, if its length covers that: after a text or a single number that others follow as only
   * heads of attributes do, in bytes that are read as attributes to the end of the range.
   */
  #hiddenHead(
    { tag, vr, form, start, length }: Head,
    end: number,
    closing: Closing,
  ): number | undefined {
    const { kind, unit } = vrInfo(vr);
    if (length === UNDEFINED_LENGTH || length <= unit) return undefined;
    if (kind === "number") {
      const isSingle = this.#context.dictionary.entry(tag)?.vm === "1";
      return isSingle && this.#isHead(start + unit, end, closing, form, tag)
        ? start + unit
        : undefined;
    }
    const text = this.#bytes.subarray(start, start + length - 1);
    if (kind !== "text" || !text.includes(0)) return undefined;
    for (let at = start; at < start + length; at++) {
      if (this.#isHead(at, end, closing, form, tag)) return at;
    }
    return undefined;
  }

  /** Where the next attribute begins if the end of a value lies within its head, so that what is left of that head leads nowhere. */
  #splitHead(
    { tag, form, start, length }: Head,
    end: number,
    closing: Closing,
  ): number | undefined {
    const stop = start + length;
    if (length === UNDEFINED_LENGTH || end - stop < 1) return undefined;
    if (this.#run(stop, end, closing, form, tag).isWhole) return undefined;
    for (let at = Math.max(start, stop - 7); at < stop; at++) {
      if (this.#isHead(at, end, closing, form, tag)) return at;
    }
    return undefined;
  }

  /** Whether an attribute of the standard begins here, which leads to the end of the range, or far enough. */
  #isHead(
    at: number,
    end: number,
    closing: Closing,
    form: Form,
    last: number,
  ): boolean {
    if (end - at < 8 || !this.#isNamed(this.#tagAt(at, form))) return false;
    const { count, isWhole } = this.#run(at, end, closing, form, last);
    return count > 0 && isWhole;
  }

  #inside(): string {
    return this.#path.length === 0 ? "" : ` in ${this.#path.join("")}`;
  }

  #stopsAt(tag: Tag): boolean {
    const { before, stopped } = this.#context;
    if (before === undefined || tag < before) return false;
    stopped?.();
    return true;
  }

  /** Whether an item without a delimiter ends here: at the next item, or where an attribute of the dataset around it follows. */
  #endsItem(
    at: number,
    end: number,
    tag: Tag,
    last: number,
    owner: Tag,
    form: Form,
  ): boolean {
    if (tag === ITEM) return true;
    return tag <= last && tag > owner &&
      this.#run(at, end, "delimiter", form, owner).isWhole;
  }

  #add(dataset: Dataset, element: Element, last: number): void {
    const { tag } = element;
    const before = dataset.get(tag);
    if (before === undefined) {
      if (tag <= last) {
        this.#context.warn(`${this.#where(tag)} is out of order`);
      }
      dataset.set(element);
      return;
    }
    const text = `${this.#where(tag)} occurs twice: the second one is left out`;
    if (isSameValue(before, element)) this.#context.warn(text);
    else this.#context.lost(text);
  }

  /** The value of a head, and where the next element begins. */
  #element(
    head: Head,
    end: number,
    depth: number,
  ): { readonly element: Element | undefined; readonly position: number } {
    const { tag, vr, form, start, length } = head;
    const isUndefined = length === UNDEFINED_LENGTH;
    if (isUndefined && (vr === "OB" || vr === "OW")) {
      return this.#fragments(head, vr, end);
    }
    if (isUndefined || vr === "SQ") {
      if (depth >= MAX_DEPTH) {
        this.#context.lost(
          `${this.#where(tag)} is nested deeper than ${MAX_DEPTH} sequences`,
        );
        return {
          element: undefined,
          position: isUndefined ? end : Math.min(end, start + length),
        };
      }
      const { items, position } = this.#items(head, end, depth);
      return {
        element: { tag, vr: "SQ", items, undefinedLength: isUndefined },
        position,
      };
    }
    const raw = this.#bytes.subarray(start, start + length);
    const value = form.littleEndian ? raw : swapped(raw, vrInfo(vr).unit);
    return { element: { tag, vr, value }, position: start + length };
  }

  /** The items of a sequence. */
  #items(
    { tag, start, length, form }: Head,
    enclosing: number,
    depth: number,
  ): { readonly items: Item[]; readonly position: number } {
    const isUndefined = length === UNDEFINED_LENGTH;
    const end = isUndefined ? enclosing : start + length;
    const items: Item[] = [];
    let at = start;
    while (at < end) {
      if (end - at < 8 || this.#isZero(at, end)) {
        this.#loseIn(tag, at, end);
        return { items, position: end };
      }
      const itemForm = this.#itemForm(at, form);
      const itemTag = this.#tagAt(at, itemForm);
      const itemLength = this.#u32(at + 4, itemForm.littleEndian);
      if (itemTag === SEQUENCE_DELIMITATION) {
        if (isUndefined) return { items, position: at + 8 };
        at += 8;
        continue;
      }
      if (itemTag === ITEM_DELIMITATION) {
        at += 8;
        continue;
      }
      if (itemTag !== ITEM) {
        if (isUndefined && this.#run(at, end, "delimiter", form, tag).isWhole) {
          this.#context.warn(
            `${this.#where(tag)} ends without its sequence delimiter`,
          );
          return { items, position: at };
        }
        if (isUndefined) {
          const next = this.#nextFooting(at + 1, end, "delimiter", form, tag);
          this.#loseIn(tag, at, next ?? end);
          return { items, position: next ?? end };
        }
        this.#loseIn(tag, at, end);
        return { items, position: end };
      }
      this.#path.push(`${formatTag(tag)}[${items.length + 1}]`);
      const body = at + 8;
      if (itemLength === UNDEFINED_LENGTH) {
        const inner = this.#formOf(body, end, "delimiter", itemForm);
        const read = this.#elements(
          body,
          end,
          "delimiter",
          inner,
          depth + 1,
          tag,
        );
        items.push({ dataset: read.dataset, undefinedLength: true });
        at = read.position;
      } else {
        const stop = this.#itemEnd(
          body,
          itemLength,
          end,
          isUndefined,
          itemForm,
        );
        const inner = this.#formOf(body, stop, "end", itemForm);
        const read = this.#elements(body, stop, "end", inner, depth + 1);
        items.push({ dataset: read.dataset, undefinedLength: false });
        at = stop;
      }
      this.#path.pop();
    }
    if (isUndefined) {
      this.#context.warn(
        `${this.#where(tag)} ends without its sequence delimiter`,
      );
    }
    return { items, position: end };
  }

  /** The byte order in which an item begins. */
  #itemForm(at: number, form: Form): Form {
    const { explicitVr, littleEndian } = form;
    const other: Form = { explicitVr, littleEndian: !littleEndian };
    return this.#tagAt(at, form) !== ITEM && this.#tagAt(at, other) === ITEM
      ? other
      : form;
  }

  /** Where an item of defined length ends: where it says, or where a strict reading of its attributes says. */
  #itemEnd(
    body: number,
    length: number,
    end: number,
    isUndefined: boolean,
    form: Form,
  ): number {
    const declared = body + length;
    const isGood = (stop: number) =>
      this.#anyRun(body, stop, form) &&
      (stop === end || this.#isItemTag(stop, end, form));
    if (declared <= end && isGood(declared)) return declared;
    const others = this.#itemTags(body, end, form);
    if (!isUndefined) others.push(end);
    const fitting = others.filter((stop) => stop !== declared && isGood(stop));
    if (fitting.length === 1) {
      this.#context.warn(
        `The length of an item${this.#inside()} is ${length} but should be ${
          fitting[0]! - body
        }`,
      );
      return fitting[0]!;
    }
    if (declared <= end && fitting.length === 0) return declared;
    this.#context.lost(
      `The length of an item${this.#inside()} is wrong (${length}), and where it ends is unknown`,
    );
    return others[0] ?? end;
  }

  #anyRun(start: number, end: number, form: Form): boolean {
    if (start === end) return true;
    return FORMS.some((one) =>
      one.littleEndian === form.littleEndian &&
      this.#run(start, end, "end", one, -1).isWhole
    );
  }

  #isItemTag(at: number, end: number, form: Form): boolean {
    if (end - at < 8) return false;
    const tag = this.#tagAt(at, form);
    return tag === ITEM || tag === SEQUENCE_DELIMITATION;
  }

  /** Positions in a range that look like the beginning of an item, or the end of a sequence. */
  #itemTags(start: number, end: number, form: Form): number[] {
    const found: number[] = [];
    for (let at = start; at + 8 <= end && this.#isAffordable(); at++) {
      if (this.#isItemTag(at, end, form)) found.push(at);
    }
    return found;
  }

  /** PS3.5 A.4: fragments up to the sequence delimiter. */
  #fragments(
    { tag, start, form }: Head,
    vr: "OB" | "OW",
    end: number,
  ): { readonly element: Element | undefined; readonly position: number } {
    const fragments: Uint8Array[] = [];
    let at = start;
    while (end - at >= 8) {
      const itemTag = this.#tagAt(at, form);
      const length = this.#u32(at + 4, form.littleEndian);
      if (itemTag === SEQUENCE_DELIMITATION) {
        return { element: { tag, vr, fragments }, position: at + 8 };
      }
      if (itemTag !== ITEM || length > end - at - 8) break;
      fragments.push(this.#bytes.subarray(at + 8, at + 8 + length));
      at += 8 + length;
    }
    this.#loseIn(tag, at, end);
    return { element: { tag, vr, fragments }, position: end };
  }

  /** The reading of an element's head that leads on; undefined when none does, or several do. */
  #headAt(
    at: number,
    end: number,
    closing: Closing,
    form: Form,
    last: number,
    dataset: Dataset,
  ): Head | undefined {
    const tag = this.#tagAt(at, form);
    const strict = this.#strictHead(at, end, form, dataset);
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
  #after(head: Head, end: number): number | undefined {
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
    const next = this.#after(head, end);
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
    return this.#isItemTag(start, end, form) ||
      this.#run(start, end, closing, outer, tag).isWhole;
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
    if (at === end || this.#isZero(at, end)) return true;
    if (end - at < 8 || !this.#isAffordable()) return false;
    const tag = this.#tagAt(at, form);
    if (
      tag === ITEM || tag === ITEM_DELIMITATION || tag === SEQUENCE_DELIMITATION
    ) return closing === "delimiter";
    if (!isPlausible(tag)) return false;
    const strict = this.#strictHead(at, end, form);
    if (tag <= last) {
      return form.explicitVr
        ? strict !== undefined && this.#isStandard(strict)
        : this.#isHead(at, end, closing, form, -1);
    }
    if (form.explicitVr) {
      if (strict !== undefined) return true;
    } else if (
      this.#isNamed(tag) || this.#run(at, end, closing, form, last).count > 0
    ) return true;
    return irregular > 0 && this.#heads(at, end, form, EMPTY).some((head) => {
      const next = this.#after(head, end);
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
    const next = this.#after(head, end);
    if (next === undefined) {
      return { count: 0, isWhole: this.#isOpen(head, end, closing, form) };
    }
    if (next === end || this.#isZero(next, end)) {
      return { count: 0, isWhole: true };
    }
    return this.#run(next, end, closing, form, Math.max(last, head.tag));
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
    const strict = this.#strictHead(at, end, form, dataset);
    add(strict);
    const tag = this.#tagAt(at, form);
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
      (form.explicitVr && (letters === "\0\0" || this.#isNamed(tag)));
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
      const length = this.#u32(at + 8, littleEndian);
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
      const head = this.#strictHead(at, end, implicit, dataset);
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
      if (this.#tagAt(at, form) !== ITEM) break;
      const length = this.#u32(at + 4, form.littleEndian);
      const next = length === UNDEFINED_LENGTH
        ? this.#skipElements(at + 8, end, form, 0)
        : at + 8 + length;
      if (next === undefined || next > end) break;
      at = next;
    }
    return at - start;
  }

  /** A head that follows the rules of its form, or undefined. The value may be longer than what is left. */
  #strictHead(
    at: number,
    end: number,
    form: Form,
    dataset?: Dataset,
  ): Head | undefined {
    if (end - at < 8) return undefined;
    const { littleEndian } = form;
    const tag = this.#tagAt(at, form);
    if (groupOf(tag) === DELIMITER_GROUP) return undefined;
    if (!form.explicitVr) {
      const vr = implicitVr(tag, dataset ?? EMPTY, this.#context.dictionary);
      const length = this.#u32(at + 4, littleEndian);
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
    const length = this.#u32(at + 8, littleEndian);
    // PS3.5 6.2.2, note 4: the items of UN with undefined length are implicit VR little endian.
    const inner = name === "UN" && length === UNDEFINED_LENGTH
      ? IMPLICIT_LITTLE
      : form;
    return { tag, vr: name, form: inner, start: at + 12, length };
  }

  /** How many elements a strict reading finds one after the other with ascending tags, up to the limit of looking ahead. */
  #run(
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
      if (end - at < 8) return { count, isWhole: this.#isZero(at, end) };
      const tag = this.#tagAt(at, form);
      if (
        closing === "delimiter" &&
        (tag === ITEM_DELIMITATION || tag === SEQUENCE_DELIMITATION) &&
        this.#u32(at + 4, form.littleEndian) === 0
      ) return { count, isWhole: true };
      if (tag === 0 && this.#isZero(at, end)) {
        return { count, isWhole: count > 0 };
      }
      const head = this.#strictHead(at, end, form);
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
  #isNamed(tag: Tag): boolean {
    return !isPrivate(tag) && !isGroupLength(tag) &&
      this.#context.dictionary.entry(tag) !== undefined;
  }

  /** Whether a head states an attribute of the standard with its VR: no chance, even where it is out of order. */
  #isStandard({ tag, vr, form }: Head): boolean {
    return form.explicitVr &&
      (this.#context.dictionary.entry(tag)?.vrs.includes(vr) ?? false);
  }

  /** Without VRs only tags that exist tell data from chance. */
  #isKnown(tag: Tag): boolean {
    return isGroupLength(tag) || isPrivate(tag) ||
      this.#context.dictionary.entry(tag) !== undefined;
  }

  /** Where an element ends by a strict reading; undefined when it does not fit in, or its items cannot be followed. */
  #skip(head: Head, end: number, depth: number): number | undefined {
    const { start, length, form, vr } = head;
    if (length !== UNDEFINED_LENGTH) {
      if (length > end - start) return undefined;
      const isBroken = vr === "SQ" && length > 0 &&
        (length < 8 || this.#tagAt(start, form) !== ITEM);
      return isBroken ? undefined : start + length;
    }
    if (depth > MAX_DEPTH) return undefined;
    let at = start;
    while (end - at >= 8 && this.#isAffordable()) {
      const tag = this.#tagAt(at, form);
      const itemLength = this.#u32(at + 4, form.littleEndian);
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
      if (this.#tagAt(at, form) === ITEM_DELIMITATION) return at + 8;
      const head = this.#strictHead(at, end, form);
      const next = head && this.#skip(head, end, depth);
      if (next === undefined) return undefined;
      at = next;
    }
    return undefined;
  }

  /** Goes on after something unreadable: reports it, keeps what can be kept of it, and finds the next place to read from. */
  #resume(
    at: number,
    end: number,
    closing: Closing,
    form: Form,
    last: number,
    dataset: Dataset,
    depth: number,
  ): number {
    const head = this.#strictHead(at, end, form, dataset);
    const isHead = head !== undefined && head.tag > last &&
      isPlausible(head.tag) &&
      (form.explicitVr || this.#isNamed(head.tag));
    if (!isHead) {
      const next = this.#nextFooting(at + 1, end, closing, form, last) ?? end;
      this.#lose(at, next, last);
      return next;
    }
    const { tag, vr, start } = head;
    const next = this.#nextFooting(start, end, closing, form, tag) ?? end;
    const stated = this.#after(head, end);
    const stop = stated === undefined ? next : Math.min(stated, next);
    const length = stop - start;
    if (stop === stated) this.#lose(stop, next, tag);
    else this.#loseLength(head, stop);
    const { element } = this.#element(
      { tag, vr, form, start, length },
      end,
      depth,
    );
    if (element !== undefined) this.#add(dataset, element, last);
    return next;
  }

  /** The next place from which a strict reading gets to the end, or far enough. */
  #nextFooting(
    start: number,
    end: number,
    closing: Closing,
    form: Form,
    last: number,
  ): number | undefined {
    for (let at = start; at + 8 <= end && this.#isAffordable(); at++) {
      const { count, isWhole } = this.#run(at, end, closing, form, last);
      if (count > 0 && isWhole) return at;
      if (count >= FOOTING && form.explicitVr) return at;
    }
    return undefined;
  }

  #lose(at: number, end: number, last: number): void {
    const place = last < 0
      ? `at the beginning${this.#inside()}`
      : `after ${this.#where(last)}`;
    this.#context.lost(`${end - at} bytes ${place} cannot be read`);
  }

  #loseLength({ tag, start, length }: Head, next: number): void {
    this.#context.lost(
      `${
        this.#where(tag)
      } has the length ${length}, but the next attribute follows after ${
        next - start
      } bytes`,
    );
  }

  #loseIn(tag: Tag, at: number, end: number): void {
    this.#context.lost(
      `${end - at} bytes in ${this.#where(tag)} cannot be read`,
    );
  }

  /** The form of a range: the declared one if it can be read so, else the one that gets furthest. */
  #formOf(start: number, end: number, closing: Closing, declared: Form): Form {
    if (end - start < 8) return declared;
    const own = this.#run(start, end, closing, declared, -1);
    if (own.isWhole) return declared;
    let best = declared;
    let furthest = own;
    for (const form of FORMS) {
      // Bytes in the other order are often tags of some private group: only what the standard knows is evidence.
      const isOther = form.littleEndian !== declared.littleEndian;
      if (isOther && !this.#isNamed(this.#tagAt(start, form))) continue;
      const run = this.#run(start, end, closing, form, -1);
      const isBetter = run.isWhole !== furthest.isWhole
        ? run.isWhole
        : own.count === 0 && run.count > furthest.count;
      if (isBetter && run.count > 0) [best, furthest] = [form, run];
    }
    return best;
  }

  #isZero(start: number, end: number): boolean {
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
function isPlausible(tag: Tag): boolean {
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
