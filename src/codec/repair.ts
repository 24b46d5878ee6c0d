/**
 * A second reading of datasets that break the rules of PS3.5 section 7: unknown VRs, the wrong form of a length, lengths that are
 * too long or too short, missing delimiters, another transfer syntax than agreed. Of the possible readings of a place that one is
 * taken which leads to ascending tags and ends where the enclosing length ends; if two do, or none, the loss is reported, and
 * reading continues after the smallest enclosing length. `decode.ts` comes here only with data that it cannot read.
 */
import { quantity } from "../errors.ts";
import {
  Dataset,
  type Element,
  isSameValue,
  type Item,
} from "../dataset/dataset.ts";
import { formatTag, type Tag } from "../dataset/tag.ts";
import { isWhole, valueSize, type Vr, vrInfo } from "../dataset/vr.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import { Lookahead } from "./lookahead.ts";
import {
  type Closing,
  type Form,
  formName,
  type Head,
  IMPLICIT_LITTLE,
  isPlausible,
} from "./strict_reading.ts";
import {
  ITEM,
  ITEM_DELIMITATION,
  MAX_DEPTH,
  SEQUENCE_DELIMITATION,
  swapped,
  UNDEFINED_LENGTH,
} from "./structure.ts";

/** The input and callbacks of the reading. */
export interface RepairContext {
  readonly dictionary: Dictionary;
  /** Called for irregular data that was read. */
  readonly warn: (text: string) => void;
  /** Called for data that could not be read. May throw to end the reading. */
  readonly reportLoss: (text: string) => void;
  /** Stop before the first element of the top level with this tag or a higher one. */
  readonly before?: Tag;
  /** Called when `before` stopped the reading. */
  readonly stopped?: () => void;
}

/** Reads a dataset that does not follow its transfer syntax. */
export function repairDataset(
  bytes: Uint8Array,
  declared: Form,
  context: RepairContext,
): Dataset {
  return new Repair(bytes, context).read(declared);
}

/**
 * The items of a sequence that was sent as UN with a defined length: implicit VR little endian by PS3.5 6.2.2, but whatever it is
 * that can be read. Undefined if attributes would be lost.
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
    reportLoss: () => isWhole = false,
  });
  const items = repair.items(tag);
  return isWhole ? items : undefined;
}

class Repair {
  readonly #bytes: Uint8Array;
  readonly #look: Lookahead;
  readonly #context: RepairContext;
  /** The sequences and items around the place that is read, for messages. */
  readonly #path: string[] = [];

  constructor(bytes: Uint8Array, context: RepairContext) {
    this.#bytes = bytes;
    this.#look = new Lookahead(bytes, context.dictionary);
    this.#context = context;
  }

  read(declared: Form): Dataset {
    const end = this.#bytes.length;
    const form = this.#look.formOf(0, end, "end", declared);
    if (form !== declared) {
      this.#context.warn(
        `The dataset is encoded in ${formName(form)}, not in ${
          formName(declared)
        }`,
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

  /** Elements up to `end`, or up to a delimiter; `position` is the point where reading continues. */
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
      if (this.#look.isZero(at, end)) {
        this.#context.warn(
          `${
            quantity(end - at, "padding byte")
          } after the last attribute${this.#inside()}`,
        );
        return { dataset, position: end };
      }
      if (end - at < 8) {
        this.#lose(at, end, last);
        return { dataset, position: end };
      }
      const tag = this.#look.tagAt(at, form);
      if (depth === 0 && this.#stopsAt(tag)) return { dataset, position: end };
      if (closing === "delimiter") {
        if (tag === ITEM_DELIMITATION) return { dataset, position: at + 8 };
        if (
          tag === SEQUENCE_DELIMITATION ||
          this.#endsItem(at, end, tag, last, owner, form)
        ) {
          this.#context.warn(
            `An item of undefined length ends without its delimiter${this.#inside()}`,
          );
          return { dataset, position: at };
        }
      } else if (tag === ITEM_DELIMITATION || tag === SEQUENCE_DELIMITATION) {
        this.#context.warn(`Stray delimiter ${this.#where(tag)}`);
        at += 8;
        continue;
      }
      const head = this.#look.headAt(at, end, closing, form, last, dataset);
      if (head === undefined) {
        at = this.#resume(at, end, closing, form, last, dataset, depth);
        continue;
      }
      if (head.violation !== undefined) {
        this.#context.warn(`${this.#where(head.tag)} ${head.violation}`);
      }
      const hidden = this.#look.hiddenHead(head, end, closing) ??
        this.#look.splitHead(head, end, closing);
      if (hidden !== undefined) this.#loseLength(head, hidden);
      else this.#checkWhole(head);
      const { element, position } = this.#element(
        hidden === undefined ? head : { ...head, length: hidden - head.start },
        end,
        depth,
      );
      if (element !== undefined) this.#add(dataset, element, last);
      // A tag that is too high is damaged itself, if attributes in order follow it.
      const isOutlier = end - position >= 8 &&
        this.#look.tagAt(position, form) < head.tag &&
        this.#look.isHead(position, end, closing, form, last);
      if (isOutlier) {
        this.#context.warn(`${this.#where(head.tag)} is out of order`);
      } else last = Math.max(last, head.tag);
      at = position;
    }
    if (closing === "delimiter") {
      // Attributes of the dataset around it may have been read as the item's own: there is no way to know.
      this.#context.reportLoss(
        `An item of undefined length has no delimiter${this.#inside()}: where it ends is unknown`,
      );
    }
    return { dataset, position: end };
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
      this.#look.run(at, end, "delimiter", form, owner).isWhole;
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
    const text = `${this.#where(tag)} occurs twice: the second one is ignored`;
    if (isSameValue(before, element)) this.#context.warn(text);
    else this.#context.reportLoss(text);
  }

  /** Reports a number whose rest is missing. */
  #checkWhole({ tag, vr, length }: Head): void {
    if (length === UNDEFINED_LENGTH || isWhole(vr, length)) return;
    this.#context.reportLoss(
      `${this.#where(tag)} ${vr} has ${length} bytes, not a multiple of ${
        valueSize(vr)
      }`,
    );
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
        this.#context.reportLoss(
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
    { tag, vr, start, length, form }: Head,
    enclosing: number,
    depth: number,
  ): { readonly items: Item[]; readonly position: number } {
    const isUndefined = length === UNDEFINED_LENGTH;
    const end = isUndefined ? enclosing : start + length;
    const items: Item[] = [];
    let at = start;
    while (at < end) {
      if (end - at < 8 || this.#look.isZero(at, end)) {
        this.#loseIn(tag, at, end);
        return { items, position: end };
      }
      const itemForm = this.#look.itemForm(at, form);
      const itemTag = this.#look.tagAt(at, itemForm);
      const itemLength = this.#look.u32(at + 4, itemForm.littleEndian);
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
        if (
          isUndefined && this.#look.run(at, end, "delimiter", form, tag).isWhole
        ) {
          this.#context.warn(
            `${this.#where(tag)} ends without its sequence delimiter`,
          );
          return { items, position: at };
        }
        if (isUndefined) {
          const next = this.#look.nextFooting(
            at + 1,
            end,
            "delimiter",
            form,
            tag,
          );
          this.#loseIn(tag, at, next ?? end);
          return { items, position: next ?? end };
        }
        this.#loseIn(tag, at, end);
        return { items, position: end };
      }
      this.#path.push(`${formatTag(tag)}[${items.length + 1}]`);
      const body = at + 8;
      if (itemLength === UNDEFINED_LENGTH) {
        const inner = this.#innerForm(vr, body, end, "delimiter", itemForm);
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
        const inner = this.#innerForm(vr, body, stop, "end", itemForm);
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

  /** The form of an item; any is fine in UN, whose writer did not know what it holds. */
  #innerForm(
    vr: Vr,
    start: number,
    end: number,
    closing: Closing,
    form: Form,
  ): Form {
    const inner = this.#look.formOf(start, end, closing, form);
    if (inner !== form && vr === "SQ") {
      this.#context.warn(
        `The item${this.#inside()} is encoded in ${formName(inner)}, not in ${
          formName(form)
        }`,
      );
    }
    return inner;
  }

  /** The end of an item of defined length: by its own length or by a strict reading of its attributes. */
  #itemEnd(
    body: number,
    length: number,
    end: number,
    isUndefined: boolean,
    form: Form,
  ): number {
    const declared = body + length;
    const isGood = (stop: number) =>
      this.#look.anyRun(body, stop, form) &&
      (stop === end || this.#look.isItemTag(stop, end, form));
    if (declared <= end && isGood(declared)) return declared;
    const others = this.#look.itemTags(body, end, form);
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
    this.#context.reportLoss(
      `The length of an item${this.#inside()} is wrong (${length}), and where it ends is unknown`,
    );
    return others[0] ?? end;
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
      const itemTag = this.#look.tagAt(at, form);
      const length = this.#look.u32(at + 4, form.littleEndian);
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

  /** Goes on after something unreadable: reports it, keeps as much of it as possible, and finds the next place to read from. */
  #resume(
    at: number,
    end: number,
    closing: Closing,
    form: Form,
    last: number,
    dataset: Dataset,
    depth: number,
  ): number {
    const head = this.#look.strictHead(at, end, form, dataset);
    const isHead = head !== undefined && head.tag > last &&
      isPlausible(head.tag) &&
      (form.explicitVr || this.#look.isNamed(head.tag));
    if (!isHead) {
      const next = this.#look.nextFooting(at + 1, end, closing, form, last) ??
        end;
      this.#lose(at, next, last);
      return next;
    }
    const { tag, vr, start } = head;
    const next = this.#look.nextFooting(start, end, closing, form, tag) ?? end;
    const stated = this.#look.after(head, end);
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

  #lose(at: number, end: number, last: number): void {
    const place = last < 0
      ? `at the beginning${this.#inside()}`
      : `after ${this.#where(last)}`;
    this.#context.reportLoss(
      `${quantity(end - at, "byte")} ${place} cannot be read`,
    );
  }

  #loseLength({ tag, start, length }: Head, next: number): void {
    this.#context.reportLoss(
      `${
        this.#where(tag)
      } has the length ${length}, but the next attribute follows after ${
        quantity(next - start, "byte")
      }`,
    );
  }

  #loseIn(tag: Tag, at: number, end: number): void {
    this.#context.reportLoss(
      `${quantity(end - at, "byte")} in ${this.#where(tag)} cannot be read`,
    );
  }
}
