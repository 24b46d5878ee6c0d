/**
 * The quick way from received bytes to files: a look at each head, without an object for any of them. The plain way is `decode.ts`
 * and `encode.ts`, which also knows what to do about irregular data.
 */
import {
  isGroupLength,
  isPrivate,
  isPrivateCreator,
  type Tag,
} from "../dataset/tag.ts";
import { type Vr, vrInfo } from "../dataset/vr.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import { EMPTY_BYTES } from "./strict_reading.ts";
import { explicitVrOf, HEAD_BYTES } from "./decode.ts";
import { implicitVr } from "./implicit_vr.ts";
import {
  DELIMITER_GROUP,
  ITEM,
  ITEM_DELIMITATION,
  MAX_DEPTH,
  SEQUENCE_DELIMITATION,
  UNDEFINED_LENGTH,
} from "./structure.ts";
import type { TransferSyntax } from "./transfer_syntax.ts";

/**
 * Receives an element that is no sequence, and where its value field is; returns whether it wants to see the next one.
 */
export type Visit = (
  tag: Tag,
  vr: PlainVr,
  start: number,
  end: number,
) => boolean;

/** The VR of an element that is no sequence. */
export type PlainVr = Exclude<Vr, "SQ">;

/** The bytes of a dataset, and what they depend on. */
interface Source {
  readonly bytes: Uint8Array;
  readonly explicitVr: boolean;
  readonly dictionary: Dictionary;
  readonly visit: Visit | undefined;
}

/** In place of an offset: the plain way must be taken. */
const UNCERTAIN = -1;

/**
 * Whether `decodeDataset` reads these bytes without a report, and `encodeDataset` with `lengths: "undefined"` makes the same bytes
 * of that. True is certain; false is not: it says that the plain way must be taken.
 */
export function isAsEncoded(
  bytes: Uint8Array,
  syntax: TransferSyntax,
  dictionary: Dictionary,
): boolean {
  return isRegular(bytes, syntax, dictionary, undefined);
}

/**
 * Visits the elements of a dataset without sequences in their order; returns whether all were visited and are what `decodeDataset`
 * reads, without a report. After false the plain way must be taken, and visits count for nothing.
 */
export function visitElements(
  bytes: Uint8Array,
  syntax: TransferSyntax,
  dictionary: Dictionary,
  visit: Visit,
): boolean {
  return isRegular(bytes, syntax, dictionary, visit);
}

function isRegular(
  bytes: Uint8Array,
  { littleEndian, deflated, explicitVr }: TransferSyntax,
  dictionary: Dictionary,
  visit: Visit | undefined,
): boolean {
  const source = { bytes, explicitVr, dictionary, visit };
  return littleEndian && !deflated &&
    endOfElements(source, 0, 0) === bytes.length;
}

/** The offset after the elements of a dataset: the end of the bytes, or that of the delimiter of their item. */
function endOfElements(source: Source, start: number, depth: number): number {
  const { bytes } = source;
  let at = start;
  let last = -1;
  while (at !== bytes.length) {
    if (bytes.length - at < HEAD_BYTES) return UNCERTAIN;
    const tag = tagAt(bytes, at);
    if (tag === ITEM_DELIMITATION && depth > 0) {
      return u32(bytes, at + 4) === 0 ? at + HEAD_BYTES : UNCERTAIN;
    }
    const group = tag >>> 16;
    if (
      tag <= last || group === 0 || group === DELIMITER_GROUP ||
      isGroupLength(tag)
    ) return UNCERTAIN;
    last = tag;
    at = endOfElement(source, tag, at, depth);
    if (at === UNCERTAIN) return UNCERTAIN;
  }
  return depth === 0 ? at : UNCERTAIN;
}

function endOfElement(
  source: Source,
  tag: Tag,
  start: number,
  depth: number,
): number {
  const { bytes } = source;
  const vr = vrAt(source, tag, start);
  if (vr === undefined) return UNCERTAIN;
  const { kind, longForm, unit } = vrInfo(vr);
  let length: number;
  let at = start + HEAD_BYTES;
  if (!source.explicitVr) length = u32(bytes, start + 4);
  else if (!longForm) length = bytes[start + 6]! | bytes[start + 7]! << 8;
  else {
    const reserved = bytes[start + 6]! | bytes[start + 7]!;
    at += 4;
    if (reserved !== 0 || at > bytes.length) return UNCERTAIN;
    length = u32(bytes, start + 8);
  }
  const { visit } = source;
  if (kind === "sequence") {
    return length === UNDEFINED_LENGTH && visit === undefined
      ? endOfItems(source, at, depth)
      : UNCERTAIN;
  }
  const end = at + length;
  if (end > bytes.length || length % 2 !== 0) return UNCERTAIN;
  // A zero may belong to the head of an attribute that a length that is too long covers: `decode.ts` has a closer look.
  const mayCover = length >= HEAD_BYTES &&
    (kind === "text" || kind === "number" && length > unit);
  if (mayCover && hasZero(bytes, at, end - 1)) return UNCERTAIN;
  return visit?.(tag, vr as PlainVr, at, end) === false ? UNCERTAIN : end;
}

/** The VR that decoding finds; undefined if it depends on more than the head. */
function vrAt(
  { bytes, explicitVr, dictionary }: Source,
  tag: Tag,
  at: number,
): Vr | undefined {
  if (explicitVr) return explicitVrOf(bytes[at + 4]!, bytes[at + 5]!)?.vr;
  return isPrivate(tag) && !isPrivateCreator(tag)
    ? undefined
    : implicitVr(tag, EMPTY_BYTES, dictionary);
}

/** The offset after the items of a sequence of undefined length and its delimiter. */
function endOfItems(source: Source, start: number, depth: number): number {
  const { bytes } = source;
  if (depth >= MAX_DEPTH) return UNCERTAIN;
  let at = start;
  while (bytes.length - at >= HEAD_BYTES) {
    const tag = tagAt(bytes, at);
    const length = u32(bytes, at + 4);
    at += HEAD_BYTES;
    if (tag === SEQUENCE_DELIMITATION && length === 0) return at;
    if (tag !== ITEM || length !== UNDEFINED_LENGTH) return UNCERTAIN;
    at = endOfElements(source, at, depth + 1);
    if (at === UNCERTAIN) return UNCERTAIN;
  }
  return UNCERTAIN;
}

function hasZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === 0) return true;
  return false;
}

function tagAt(bytes: Uint8Array, at: number): Tag {
  return (bytes[at + 1]! << 24 | bytes[at]! << 16 | bytes[at + 3]! << 8 |
    bytes[at + 2]!) >>> 0;
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at + 3]! << 24 | bytes[at + 2]! << 16 | bytes[at + 1]! << 8 |
    bytes[at]!) >>> 0;
}
