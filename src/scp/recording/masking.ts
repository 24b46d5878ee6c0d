/**
 * Replaces data that may identify a person or a site by text of the same length, in the bytes where it is, so that everything
 * around it stays as it was. Keeps what is known to be harmless and masks the rest, whatever the peer calls it. Does not depend on
 * recordings.
 */
import { latin1 } from "../../bytes/latin1.ts";
import { decodeDataset } from "../../codec/decode.ts";
import type { TransferSyntax } from "../../codec/transfer_syntax.ts";
import {
  type Dataset,
  type Element,
  isFragments,
  isSequence,
  mapItems,
} from "../../dataset/dataset.ts";
import { isGroupLength, isPrivate } from "../../dataset/tag.ts";
import { type Vr, vrInfo } from "../../dataset/vr.ts";
import { Dictionary } from "../../dictionary/dictionary.ts";
import { DecodeError } from "../../errors.ts";
import { isHarmless, isStandardUid } from "./harmless.ts";

/** A description of the masking, for the recording's header and for people who share one. */
export const MASKED: readonly string[] = [
  "AE titles, user identity, reserved and unknown fields of the association",
  "error comments, and attributes that do not belong in a command set",
  "all attributes except those that describe how data is organised: levels, modalities, counts, numbers of series and images, sizes of images",
  "UIDs, except those that the DICOM standard defines",
  "values that are not valid for their attribute",
  "private and unknown attributes",
];

/**
 * A keyed hash (HMAC-SHA-256, RFC 2104) under a random key that is kept nowhere: the output is the same for the same input within
 * one recording, and leads back to nothing. 32 bytes.
 */
export type KeyedHash = (data: Uint8Array) => Uint8Array;

/** How a dataset is masked. */
export interface MaskOptions {
  /** Makes the masks of UIDs; the same throughout one recording. */
  readonly hash: KeyedHash;
}

const X = 0x58;
const ESCAPE = 0x1b;
/** Characters that structure text and identify nobody: blank, quotes of empty value matching, `*`, `=`, `?`, backslash, `^`, NUL. */
const STRUCTURE: ReadonlySet<number> = new Set(
  Array.from(' "*=?\\^\0', (letter) => letter.charCodeAt(0)),
);

/** Text of any character set, as X with its ASCII structure. A byte after a high one may be half a character: it goes too. */
export function maskText(value: Uint8Array): void {
  const shifted = value.includes(ESCAPE);
  let wasHigh = false;
  for (const [at, byte] of value.entries()) {
    const isPadding = at === value.length - 1 && byte === 0x20;
    if (isPadding || (!shifted && !wasHigh && STRUCTURE.has(byte))) {
      wasHigh = false;
      continue;
    }
    wasHigh = byte >= 0x80 && !wasHigh;
    value[at] = X;
  }
}

/** The characters of dates, times, ages and numbers as text (PS3.5 6.2); a text with other characters is none of them. */
const FORMS: Readonly<Partial<Record<Vr, RegExp>>> = {
  AS: /^(\d{3}[DWMY]( ?|\\))*$/,
  DA: /^[\d.\- \\]*$/,
  DS: /^[\d.\-+eE \\]*$/,
  DT: /^[\d.\-+ \\]*$/,
  IS: /^[\d\-+ \\]*$/,
  TM: /^[\d.:\- \\]*$/,
};

/** Every digit becomes 1, which leaves dates, times and ranges well formed. */
function maskDigits(value: Uint8Array): void {
  for (const [at, byte] of value.entries()) {
    if (byte >= 0x30 && byte <= 0x39) value[at] = 0x31;
  }
}

function maskUids(value: Uint8Array, hash: KeyedHash): void {
  const masked = latin1(value).split("\\").map((uid) => {
    const bare = uid.replace(/[\0 ]+$/, "");
    return isStandardUid(bare) ? uid : maskUid(uid, bare, hash);
  }).join("\\");
  for (const at of value.keys()) value[at] = masked.charCodeAt(at);
}

/** Digits from the hash of the whole UID; points, wild cards and padding stay where they are. */
function maskUid(uid: string, bare: string, hash: KeyedHash): string {
  const input = new TextEncoder().encode(bare);
  let stream = hash(input);
  let at = 0;
  const digit = () => {
    if (at === stream.length) {
      stream = hash(stream);
      at = 0;
    }
    return String(1 + stream[at++]! % 9);
  };
  return uid.replace(/[^.\0 *?]/g, digit);
}

/** The VR that an attribute is masked by: the one that it was sent with, if that is one of its own; text if there is any doubt. */
function maskingVr({ tag, vr }: Element): Vr | "text" {
  if (isPrivate(tag)) return "text";
  const entry = Dictionary.standard.entry(tag);
  if (entry === undefined) return "text";
  if (vr === "UN") return entry.vrs.length === 1 ? entry.vr : "text";
  return entry.vrs.includes(vr) ? vr : "text";
}

function maskElement(element: Element, options: MaskOptions): void {
  if (isSequence(element)) {
    for (const { dataset } of element.items) maskElements(dataset, options);
    return;
  }
  if (isFragments(element)) {
    for (const part of element.fragments) part.fill(0);
    return;
  }
  const { tag, value } = element;
  const vr = maskingVr(element);
  if (isGroupLength(tag)) {
    if (element.vr !== "UL" || value.length !== 4) maskText(value);
    return;
  }
  if (vr === "text") return maskText(value);
  if (isHarmless(tag, vr, value)) return;
  if (vr === "UI") {
    if (/^[\d.\0 *?\\]*$/.test(latin1(value))) maskUids(value, options.hash);
    else maskText(value);
    return;
  }
  const form = FORMS[vr];
  if (form?.test(latin1(value))) maskDigits(value);
  else if (vrInfo(vr).kind === "text") maskText(value);
  else value.fill(0);
}

function maskElements(dataset: Dataset, options: MaskOptions): void {
  for (const element of dataset) maskElement(element, options);
}

/** Whether all that would be masked is in the buffer, so that masking it masks the bytes. */
function liesIn(dataset: Dataset, buffer: ArrayBufferLike): boolean {
  return Array.from(dataset).every((element) => {
    if (isSequence(element)) {
      return element.items.every((item) => liesIn(item.dataset, buffer));
    }
    if (isFragments(element)) {
      return element.fragments.every((part) => part.buffer === buffer);
    }
    const { tag, value } = element;
    const vr = maskingVr(element);
    return value.length === 0 || value.buffer === buffer ||
      (vr !== "text" && isHarmless(tag, vr, value)) || isGroupLength(tag);
  });
}

/**
 * Masks the bytes of a dataset in place. Anything irregular is blanked as a whole, since a tolerant reading may leave bytes
 * unseen; so is data that is compressed, or swapped and not harmless. Reports whether the structure survived.
 */
export function maskDatasetBytes(
  bytes: Uint8Array,
  syntax: TransferSyntax,
  options: MaskOptions,
): boolean {
  let isRegular = true;
  try {
    const dataset = decodeDataset(bytes, syntax, {
      warn: () => isRegular = false,
    });
    if (isRegular && liesIn(dataset, bytes.buffer)) {
      maskElements(dataset, options);
      return true;
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  bytes.fill(0);
  return false;
}

/** Elements of command sets that are numbers of the protocol (PS3.7 Annex E), with the length of their value field. */
const COMMAND_NUMBERS: ReadonlyMap<number, number> = new Map([
  [0x0000, 4], // CommandGroupLength
  [0x0100, 2], // CommandField
  [0x0110, 2], // MessageID
  [0x0120, 2], // MessageIDBeingRespondedTo
  [0x0700, 2], // Priority
  [0x0800, 2], // CommandDataSetType
  [0x0900, 2], // Status
  [0x0903, 2], // ErrorID
]);
const AFFECTED_SOP_CLASS_UID = 0x0002;
const OFFENDING_ELEMENT = 0x0901;

/**
 * Masks a command set in place (always implicit VR little endian, PS3.7 6.3.1): numbers of the protocol, the SOP class and the
 * offending elements stay, everything else is text. Structures that cannot be followed are blanked from there on; reports whether
 * nothing was.
 */
export function maskCommandBytes(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  while (at < bytes.length) {
    const bytesLeft = bytes.length - at - 8;
    const length = bytesLeft < 0 ? Infinity : view.getUint32(at + 4, true);
    if (length > bytesLeft) {
      bytes.fill(0, at);
      return false;
    }
    const group = view.getUint16(at, true);
    const element = view.getUint16(at + 2, true);
    const value = bytes.subarray(at + 8, at + 8 + length);
    if (group !== 0 || !staysInCommand(element, value)) maskText(value);
    at += 8 + length;
  }
  return true;
}

function staysInCommand(element: number, value: Uint8Array): boolean {
  if (element === AFFECTED_SOP_CLASS_UID) {
    return isStandardUid(latin1(value).replace(/\0$/, ""));
  }
  if (element === OFFENDING_ELEMENT) return areKnownTags(value);
  return COMMAND_NUMBERS.get(element) === value.length;
}

/** Whether a value field is nothing but tags of the standard. */
function areKnownTags(value: Uint8Array): boolean {
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  for (let at = 0; at + 4 <= value.length; at += 4) {
    const tag = view.getUint16(at, true) * 0x10000 +
      view.getUint16(at + 2, true);
    if (Dictionary.standard.entry(tag) === undefined) return false;
  }
  return value.length % 4 === 0;
}

/** A copy of a dataset without the values that masking touches: the part that two recordings of one query share. */
export function withoutMasked(dataset: Dataset): Dataset {
  const copy = dataset.clone();
  for (const element of copy) {
    if (isSequence(element)) {
      copy.set(mapItems(element, withoutMasked));
    } else if ("value" in element && !isKept(element)) {
      copy.set({ ...element, value: new Uint8Array(0) });
    }
  }
  return copy;
}

function isKept(element: Exclude<Element, { fragments: unknown }>): boolean {
  if (isSequence(element)) return true;
  const vr = maskingVr(element);
  return vr !== "text" && isHarmless(element.tag, vr, element.value);
}
