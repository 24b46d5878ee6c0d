/**
 * The quick way to the elements of a dataset that nothing is wrong with: where they lie in the received bytes, without an object for
 * any of them. Anything out of the ordinary goes the way of `decode.ts`; what is read here is read there without a report, and as
 * the same elements.
 */
import { hasZero } from "../bytes/reader.ts";
import { type ByteRange, viewOf } from "../bytes/view.ts";
import {
  Dataset,
  type Element,
  type Holder,
  type Item,
  type PlainElement,
} from "../dataset/dataset.ts";
import {
  isGroupLength,
  isPrivate,
  isPrivateCreator,
  type Tag,
} from "../dataset/tag.ts";
import { valueSize, type Vr, VR_TABLE } from "../dataset/vr.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import { HEAD_BYTES } from "./decode.ts";
import { implicitVr } from "./implicit_vr.ts";
import {
  DELIMITER_GROUP,
  ITEM,
  ITEM_DELIMITATION,
  MAX_DEPTH,
  SEQUENCE_DELIMITATION,
  UNDEFINED_LENGTH,
} from "./structure.ts";
import { IMPLICIT_LE, type TransferSyntax } from "./transfer_syntax.ts";
import { codeOf, slotOf, VR_SLOTS, vrOfCode } from "./vr_codes.ts";

/** A dataset as it came. */
export interface EncodedDataset {
  readonly range: ByteRange;
  readonly syntax: TransferSyntax;
}

/** Most elements of the outermost level that are read this way. */
const MOST_ELEMENTS = 256;

/** In place of an offset: the plain way must be taken. */
const UNCERTAIN = -1;

const NO_BYTES = new Uint8Array(0);
const NOTHING = new Dataset();

/** Reads one dataset after the other, and forgets each at the next. */
export class PlainElements implements Holder {
  readonly #dictionary: Dictionary;
  /** The codes of the VRs of tags in implicit VR; 0 for those that depend on more than the tag. */
  readonly #implicitVrs = new Map<Tag, number>();
  readonly #tags = new Uint32Array(MOST_ELEMENTS);
  /** The codes of their VRs. */
  readonly #vrs = new Uint16Array(MOST_ELEMENTS);
  readonly #starts = new Uint32Array(MOST_ELEMENTS);
  readonly #ends = new Uint32Array(MOST_ELEMENTS);
  /** The sequences that were decoded. */
  #sequences: Element[] = [];
  #syntax: TransferSyntax = IMPLICIT_LE;
  #view: DataView = new DataView(NO_BYTES.buffer);
  #source: EncodedDataset | undefined;
  #isRead = false;
  /** Where the dataset begins. */
  #start = 0;
  /** The bytes that the elements lie in. */
  bytes: Uint8Array = NO_BYTES;
  /** How many elements there are at the outermost level. */
  size = 0;
  /** Whether `encodeDataset` with `lengths: "undefined"` makes the same bytes of the decoded dataset. */
  isAsEncoded = false;

  /** @param dictionary the source of VRs for implicit VR */
  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary;
  }

  /**
   * The elements of a dataset in little endian order if all of them, those in items too, are in order, whole and beyond doubt;
   * otherwise undefined. The last dataset is not read again.
   */
  of(source: EncodedDataset): this | undefined {
    if (source !== this.#source) {
      this.#source = source;
      const { range, syntax } = source;
      const { bytes, start, end } = range;
      if (bytes !== this.bytes) {
        this.bytes = bytes;
        this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      }
      this.#syntax = syntax;
      this.#start = start;
      this.isAsEncoded = true;
      this.size = 0;
      if (this.#sequences.length > 0) this.#sequences = [];
      this.#isRead = syntax.littleEndian && !syntax.deflated &&
        this.#endOfElements(start, end, 0, false, undefined) !== UNCERTAIN;
    }
    return this.#isRead ? this : undefined;
  }

  /** The dataset as it came. */
  get whole(): Uint8Array {
    const end = this.size === 0 ? this.#start : this.end(this.size - 1);
    return viewOf(this.bytes, this.#start, end);
  }

  /** The index of an attribute; negative if it is absent. */
  indexOf(tag: Tag): number {
    for (let index = 0; index < this.size; index++) {
      if (this.#tags[index] === tag) return index;
    }
    return -1;
  }

  /** The element of a tag, as a dataset has it. */
  get(tag: Tag): Element | undefined {
    const index = this.indexOf(tag);
    return index < 0 ? undefined : this.at(index);
  }

  /** An element by its index, as a dataset has it: items are decoded. */
  at(index: number): Element {
    const tag = this.#tags[index]!;
    const vr = this.vr(index);
    const start = this.start(index);
    const end = this.end(index);
    if (vr !== "SQ") {
      return { tag, vr, value: viewOf(this.bytes, start, end) };
    }
    for (const sequence of this.#sequences) {
      if (sequence.tag === tag) return sequence;
    }
    // The length comes last before the value.
    const length = this.#view.getUint32(start - 4, true);
    const holder = new Dataset();
    this.#endOfItems(tag, start, end, length, 0, holder);
    const sequence = holder.at(0);
    this.#sequences.push(sequence);
    return sequence;
  }

  /** The tag of an element by its index. */
  tag(index: number): Tag {
    return this.#tags[index]!;
  }

  /** The VR of an element by its index. */
  vr(index: number): Vr {
    return vrOfCode(this.#vrs[index]!)!.vr;
  }

  /** Where in the bytes the value of an element begins. */
  start(index: number): number {
    return this.#starts[index]!;
  }

  /** Where in the bytes the value of an element ends, the delimiter of its items included. */
  end(index: number): number {
    return this.#ends[index]!;
  }

  /**
   * The offset after the elements of a dataset: the end of the range, or that of the delimiter of their item. Those of an item are
   * added to a dataset if there is one.
   */
  #endOfElements(
    start: number,
    end: number,
    depth: number,
    isDelimited: boolean,
    into: Dataset | undefined,
  ): number {
    const view = this.#view;
    const { explicitVr } = this.#syntax;
    const tags = this.#tags;
    const vrs = this.#vrs;
    const starts = this.#starts;
    const ends = this.#ends;
    let count = 0;
    let at = start;
    let last = -1;
    while (at < end) {
      if (end - at < HEAD_BYTES) return UNCERTAIN;
      // Two words instead of eight bytes: the tag, then VR and length, or the length alone.
      const tag = tagOf(view.getUint32(at, true));
      const word = view.getUint32(at + 4, true);
      at += HEAD_BYTES;
      if (isDelimited && tag === ITEM_DELIMITATION) {
        return word === 0 ? at : UNCERTAIN;
      }
      const group = tag >>> 16;
      if (tag <= last || group === 0 || group === DELIMITER_GROUP) {
        return UNCERTAIN;
      }
      last = tag;
      const code = explicitVr ? word & 0xffff : this.#implicitVrOf(tag);
      const traits = TRAITS[slotOf(code)]!;
      if (traits === 0 || traits >>> 16 !== code) return UNCERTAIN;
      let length = word;
      if (explicitVr) {
        length >>>= 16;
        if ((traits & LONG_FORM) !== 0) {
          if (end - at < 4) return UNCERTAIN;
          if (length !== 0) this.isAsEncoded = false;
          length = view.getUint32(at, true);
          at += 4;
        }
      }
      let next = at + length;
      if ((traits & IS_SEQUENCE) !== 0) {
        next = this.#endOfItems(tag, at, end, length, depth, into);
        if (next === UNCERTAIN) return UNCERTAIN;
      } else {
        if (next > end) return UNCERTAIN;
        if ((length & traits >>> REST_SHIFT & REST) !== 0) return UNCERTAIN;
        if (length % 2 !== 0) this.isAsEncoded = false;
        const least = traits & LEAST_COVERING;
        // The last byte may be padding.
        if (least !== 0 && length >= least && hasZero(view, at, next - 1)) {
          return UNCERTAIN;
        }
      }
      if (isGroupLength(tag)) this.isAsEncoded = false;
      if (depth === 0) {
        const index = count++;
        if (index === MOST_ELEMENTS) return UNCERTAIN;
        tags[index] = tag;
        vrs[index] = code;
        starts[index] = at;
        ends[index] = next;
      } else if (into !== undefined && (traits & IS_SEQUENCE) === 0) {
        const { vr } = vrOfCode(code) as { readonly vr: PlainElement["vr"] };
        into.set({ tag, vr, value: viewOf(this.bytes, at, next) });
      }
      at = next;
    }
    if (depth === 0) this.size = count;
    return isDelimited ? UNCERTAIN : at;
  }

  /** The offset after the items of a sequence, and its delimiter if it has one; the sequence is added to a dataset if there is one. */
  #endOfItems(
    tag: Tag,
    start: number,
    outerEnd: number,
    length: number,
    depth: number,
    into: Dataset | undefined,
  ): number {
    if (depth >= MAX_DEPTH) return UNCERTAIN;
    const isDelimited = length === UNDEFINED_LENGTH;
    const items: Item[] = [];
    into?.set({ tag, vr: "SQ", items, undefinedLength: isDelimited });
    if (!isDelimited) this.isAsEncoded = false;
    const end = isDelimited ? outerEnd : start + length;
    if (end > outerEnd) return UNCERTAIN;
    let at = start;
    while (at < end) {
      if (end - at < HEAD_BYTES) return UNCERTAIN;
      const kind = tagOf(this.#view.getUint32(at, true));
      const itemLength = this.#view.getUint32(at + 4, true);
      at += HEAD_BYTES;
      if (isDelimited && kind === SEQUENCE_DELIMITATION) {
        return itemLength === 0 ? at : UNCERTAIN;
      }
      const isOpen = itemLength === UNDEFINED_LENGTH;
      if (!isOpen) this.isAsEncoded = false;
      const itemEnd = isOpen ? end : at + itemLength;
      if (kind !== ITEM || itemEnd > end) return UNCERTAIN;
      const dataset = into && new Dataset();
      if (dataset !== undefined) {
        items.push({ dataset, undefinedLength: isOpen });
      }
      at = this.#endOfElements(at, itemEnd, depth + 1, isOpen, dataset);
      if (at === UNCERTAIN) return UNCERTAIN;
    }
    return isDelimited ? UNCERTAIN : at;
  }

  #implicitVrOf(tag: Tag): number {
    const knownCode = this.#implicitVrs.get(tag);
    if (knownCode !== undefined) return knownCode;
    const dependsOnMore = isPrivate(tag)
      ? !isPrivateCreator(tag)
      : this.#dictionary.entry(tag)?.vrs.includes("SS") === true;
    const code = dependsOnMore
      ? 0
      : codeOf(implicitVr(tag, NOTHING, this.#dictionary));
    if (this.#implicitVrs.size < MOST_ELEMENTS) {
      this.#implicitVrs.set(tag, code);
    }
    return code;
  }
}

/** Bits of `TRAITS`; above them is the code of the VR, since other codes have the same slot. */
const LONG_FORM = 0x8000;
const IS_SEQUENCE = 0x4000;
/**
 * Least bytes of a value in which a zero may belong to the head of an attribute that a length that is too long covers (`decode.ts`
 * has a closer look): any text, several numbers; none for others.
 */
const LEAST_COVERING = 0xff;
/** The bits of a length that are part of a value, shifted by so many. */
const REST = 0x7;
const REST_SHIFT = 8;

/** What reading needs to know of each VR, by the slot of its code. */
const TRAITS = new Int32Array(VR_SLOTS);
for (const vr of Object.keys(VR_TABLE) as Vr[]) {
  const { kind, longForm, unit } = VR_TABLE[vr];
  const leastCovering = kind === "text"
    ? HEAD_BYTES
    : kind === "number"
    ? Math.max(HEAD_BYTES, unit + 1)
    : 0;
  TRAITS[slotOf(codeOf(vr))] = codeOf(vr) << 16 | leastCovering |
    valueSize(vr) - 1 << REST_SHIFT |
    (longForm ? LONG_FORM : 0) | (kind === "sequence" ? IS_SEQUENCE : 0);
}

/** A tag by its four bytes in little endian order. */
function tagOf(word: number): Tag {
  return (word << 16 | word >>> 16) >>> 0;
}
