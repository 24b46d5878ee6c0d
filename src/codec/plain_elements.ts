/**
 * The quick way to the elements of a dataset of the usual kind: where they lie in the received bytes, with nothing made for each of
 * them. Anything out of the ordinary goes the way of `decode.ts`; what is read here is read there without a warning or a loss, and
 * as the same elements.
 */
import { hasZero } from "../bytes/reader.ts";
import { type ByteRange, viewOf } from "../bytes/view.ts";
import type { Element } from "../dataset/dataset.ts";
import { isGroupLength, isPrivate, type Tag } from "../dataset/tag.ts";
import { type Vr, VR_TABLE, type VrInfo } from "../dataset/vr.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import { explicitVrOf, HEAD_BYTES } from "./decode.ts";
import { DELIMITER_GROUP } from "./structure.ts";
import type { TransferSyntax } from "./transfer_syntax.ts";

/** Most elements that are read this way. */
const MOST_ELEMENTS = 256;

const NOTHING = new Uint8Array(0);

/** Reads one dataset after the other, and forgets each at the next. */
export class PlainElements {
  readonly #dictionary: Dictionary;
  /** The VRs of tags that always have the same one in implicit VR, as in `#vrs`; 0 for others. */
  readonly #implicitVrs = new Map<Tag, number>();
  readonly #tags = new Uint32Array(MOST_ELEMENTS);
  /** Both letters of each VR, as a number. */
  readonly #vrs = new Uint16Array(MOST_ELEMENTS);
  readonly #starts = new Uint32Array(MOST_ELEMENTS);
  readonly #ends = new Uint32Array(MOST_ELEMENTS);
  /** How many elements there are. */
  count = 0;
  /** The bytes that they lie in. */
  bytes: Uint8Array = NOTHING;
  #view = viewOfNumbers(NOTHING);

  /** @param dictionary the source of VRs for implicit VR */
  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary;
  }

  /**
   * Reads a dataset: the top level of one in little endian order whose elements are all in order, whole and beyond doubt, and that
   * has no items and no command elements. False for any other, of which nothing can be read here.
   */
  read({ bytes, start, end }: ByteRange, syntax: TransferSyntax): boolean {
    this.count = 0;
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.#view = viewOfNumbers(bytes);
    }
    if (!syntax.littleEndian || syntax.deflated || syntax.encapsulated) {
      return false;
    }
    const view = this.#view;
    let at = start;
    let last = -1;
    let count = 0;
    while (at < end) {
      if (end - at < HEAD_BYTES || count === MOST_ELEMENTS) {
        return false;
      }
      // Two words instead of eight bytes: the tag, then VR and length, or the length alone.
      const first = view.getUint32(at, true);
      const second = view.getUint32(at + 4, true);
      const group = first & 0xffff;
      const tag = (group << 16 | first >>> 16) >>> 0;
      if (tag <= last || group === 0 || group === DELIMITER_GROUP) return false;
      const code = syntax.explicitVr
        ? second & 0xffff
        : this.#implicitVrOf(tag);
      const traits = TRAITS[code]!;
      if (traits === 0) return false;
      let length = second;
      at += 8;
      if (syntax.explicitVr && (traits & LONG_FORM) !== 0) {
        if (end - at < 4) return false;
        length = view.getUint32(at, true);
        at += 4;
      } else if (syntax.explicitVr) length = second >>> 16;
      const next = at + length;
      if (next > end || !isBeyondDoubt(traits, view, at, next)) {
        return false;
      }
      this.#tags[count] = tag;
      this.#vrs[count] = code;
      this.#starts[count] = at;
      this.#ends[count] = next;
      count++;
      last = tag;
      at = next;
    }
    this.count = count;
    return true;
  }

  /** The index of an attribute; negative if it is absent. */
  indexOf(tag: Tag): number {
    for (let index = 0; index < this.count; index++) {
      if (this.#tags[index] === tag) return index;
    }
    return -1;
  }

  /** The element of a tag, as a dataset has it. */
  get(tag: Tag): Element | undefined {
    const index = this.indexOf(tag);
    return index < 0 ? undefined : this.at(index);
  }

  /** An element by its index; of VR SQ it is one without items. */
  at(index: number): Element {
    const tag = this.#tags[index]!;
    const vr = this.vr(index);
    if (vr === "SQ") return { tag, vr, items: [], undefinedLength: false };
    const value = viewOf(this.bytes, this.start(index), this.end(index));
    return { tag, vr, value };
  }

  /** The tag of an element by its index. */
  tag(index: number): Tag {
    return this.#tags[index]!;
  }

  /** The VR of an element by its index. */
  vr(index: number): Vr {
    return vrOf(this.#vrs[index]!);
  }

  /** Where in the bytes the value of an element begins. */
  start(index: number): number {
    return this.#starts[index]!;
  }

  /** Where in the bytes the value of an element ends. */
  end(index: number): number {
    return this.#ends[index]!;
  }

  #implicitVrOf(tag: Tag): number {
    const known = this.#implicitVrs.get(tag);
    if (known !== undefined) return known;
    const entry = isPrivate(tag) || isGroupLength(tag)
      ? undefined
      : this.#dictionary.entry(tag);
    const code = entry === undefined || entry.vrs.length > 1
      ? 0
      : codeOf(entry.vr);
    if (this.#implicitVrs.size < MOST_ELEMENTS) {
      this.#implicitVrs.set(tag, code);
    }
    return code;
  }
}

function codeOf(vr: Vr): number {
  return vr.charCodeAt(0) | vr.charCodeAt(1) << 8;
}

function vrOf(code: number): Vr {
  return explicitVrOf(code & 0xff, code >>> 8)!.vr;
}

/** Bits of `TRAITS`; below them the bytes of one binary number. */
const LONG_FORM = 0x80;
const IS_TEXT = 0x40;
const IS_NUMBER = 0x20;
const IS_SEQUENCE = 0x10;

/** What the reading needs to know of each VR, by both its letters as a number; 0 for what is none. */
const TRAITS = new Uint8Array(0x10000);
for (const [vr, info] of Object.entries(VR_TABLE) as [Vr, VrInfo][]) {
  TRAITS[codeOf(vr)] = info.unit | (info.longForm ? LONG_FORM : 0) |
    (info.kind === "text" ? IS_TEXT : 0) |
    (info.kind === "number" ? IS_NUMBER : 0) |
    (info.kind === "sequence" ? IS_SEQUENCE : 0);
}

function viewOfNumbers(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Whether a value is what its length says, as far as `decode.ts` looks: text without a zero in it, one number, no items. */
function isBeyondDoubt(
  traits: number,
  view: DataView,
  start: number,
  end: number,
): boolean {
  const length = end - start;
  if ((traits & IS_SEQUENCE) !== 0) return length === 0;
  if (length < HEAD_BYTES) return true;
  if ((traits & IS_NUMBER) !== 0) return length === (traits & 0x0f);
  if ((traits & IS_TEXT) === 0) return true;
  // Four at a time: this is most of the work. The last byte may be padding.
  for (let at = start; at < end - 5; at += 4) {
    if (hasZero(view.getUint32(at))) return false;
  }
  return !hasZero(view.getUint32(end - 5));
}
