/**
 * Replaces what may identify a person or a site by text of the same length, in the bytes where it stands, so that everything
 * round it stays as it was. Decides by value representation, so that unknown attributes are covered too. Knows no recordings.
 */
import { decodeDataset } from "../codec/decode.ts";
import type { TransferSyntax } from "../codec/transfer_syntax.ts";
import {
  type Dataset,
  type Element,
  isFragments,
  isSequence,
} from "../dataset/dataset.ts";
import { groupOf, isGroupLength, isPrivate, type Tag } from "../dataset/tag.ts";
import { type Vr, vrInfo } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { DecodeError } from "../errors.ts";
import type { Pdu } from "../pdu/types.ts";

/** What is masked, in words for the recording's header and for people who share one. */
export const MASKED: readonly string[] = [
  "AE titles and user identity of the association",
  "text: AE LO LT PN SH ST UC UR UT, but for code values and coding schemes",
  "dates, times and ages: AS DA DT TM",
  "UIDs, but for those of the DICOM standard",
  "numbers and codes of the patient (group 0010), but for the sex",
  "numbers and codes of private attributes",
  "codes of persons (0040,1101) and institutions (0008,0082)",
  "binary and unknown values: OB OD OF OL OV OW UN",
  "error comments",
];

const TEXT: ReadonlySet<Vr> = new Set<Vr>([
  "AE",
  "LO",
  "LT",
  "PN",
  "SH",
  "ST",
  "UC",
  "UR",
  "UT",
]);
const TEMPORAL: ReadonlySet<Vr> = new Set<Vr>(["AS", "DA", "DT", "TM"]);
const BINARY: ReadonlySet<Vr> = new Set<Vr>([
  "OB",
  "OD",
  "OF",
  "OL",
  "OV",
  "OW",
]);
const KEPT: ReadonlySet<Tag> = new Set<Tag>([
  0x00080100, // CodeValue
  0x00080102, // CodingSchemeDesignator
  0x00080103, // CodingSchemeVersion
  0x00100040, // PatientSex
]);
/** Sequences of codes that stand for a person or a site. */
const CODED_IDENTITIES: ReadonlySet<Tag> = new Set<Tag>([
  0x00080082, // InstitutionCodeSequence
  0x00401101, // PersonIdentificationCodeSequence
]);
const ERROR_COMMENT: Tag = 0x00000902;
const STANDARD_UID_ROOT = "1.2.840.10008.";

const X = 0x58;
const ESCAPE = 0x1b;
/** Characters that say how text is meant, not whom: blank, quotes of empty value matching, `*`, `=`, `?`, backslash, `^`, NUL. */
const STRUCTURE: ReadonlySet<number> = new Set(
  Array.from(' "*=?\\^\0', (letter) => letter.charCodeAt(0)),
);

/** Text of any character set, as X with its ASCII structure. A byte behind a high one may be half a character: it goes too. */
function maskText(value: Uint8Array): void {
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

/** Every digit becomes 1, which leaves dates, times and ranges well formed. */
function maskDigits(value: Uint8Array): void {
  for (const [at, byte] of value.entries()) {
    if (byte >= 0x30 && byte <= 0x39) value[at] = 0x31;
  }
}

/** Digits that look random and are the same for the same text and salt (FNV-1a, then an LCG). */
function maskUids(value: Uint8Array, salt: string): void {
  const masked = String.fromCharCode(...value).split("\\").map((uid) =>
    uid.startsWith(STANDARD_UID_ROOT) ? uid : maskUid(uid, salt)
  ).join("\\");
  for (const at of value.keys()) value[at] = masked.charCodeAt(at);
}

function maskUid(uid: string, salt: string): string {
  let state = 0x811c9dc5;
  for (const letter of salt + uid.replace(/[\0 ]+$/, "")) {
    state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  }
  return uid.replace(/[1-9]|0(?!\.|$)/g, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return String(1 + (state >>> 16) % 9);
  }).replace(/[^\d.\0 *?]/g, "9");
}

/** How a dataset is masked. */
export interface MaskOptions {
  /** Makes the masks of UIDs unpredictable; the same throughout one recording. */
  readonly salt: string;
}

/** Whether nothing of an attribute may stay, nor of the items in it: it is the patient's, private, or stands for somebody. */
function isPersonal(tag: Tag): boolean {
  return groupOf(tag) === 0x0010 || isPrivate(tag) || CODED_IDENTITIES.has(tag);
}

/** Whether the value of an attribute is masked, `within` an item of a personal one or not. A sequence with a value was not decoded. */
function isMasked(tag: Tag, vr: Vr, within: boolean): boolean {
  if (isGroupLength(tag)) return false;
  if (within) return true;
  if (KEPT.has(tag)) return false;
  if (TEXT.has(vr) || TEMPORAL.has(vr) || BINARY.has(vr)) return true;
  return vr === "UI" || vr === "UN" || vr === "SQ" || isPersonal(tag);
}

function maskElement(
  element: Element,
  options: MaskOptions,
  within: boolean,
): void {
  if (isSequence(element)) {
    const inside = within || isPersonal(element.tag);
    for (const { dataset } of element.items) {
      maskElements(dataset, options, inside);
    }
    return;
  }
  if (isFragments(element)) {
    for (const part of element.fragments) part.fill(0);
    return;
  }
  const { tag, value } = element;
  const vr = element.vr === "UN" ? Dictionary.standard.vr(tag) : element.vr;
  if (!isMasked(tag, vr, within)) return;
  if (TEXT.has(vr) || vr === "CS") maskText(value);
  else if (vr === "UI") maskUids(value, options.salt);
  else if (vrInfo(vr).kind === "text") maskDigits(value);
  else value.fill(vr === "UN" || vr === "SQ" ? X : 0);
}

function maskElements(
  dataset: Dataset,
  options: MaskOptions,
  within = false,
): void {
  for (const element of dataset) maskElement(element, options, within);
}

/** Whether all that would be masked lies in the buffer, so that masking it masks the bytes. */
function liesIn(
  dataset: Dataset,
  buffer: ArrayBufferLike,
  within = false,
): boolean {
  return Array.from(dataset).every((element) => {
    if (isSequence(element)) {
      const inside = within || isPersonal(element.tag);
      return element.items.every(({ dataset }) =>
        liesIn(dataset, buffer, inside)
      );
    }
    if (isFragments(element)) {
      return element.fragments.every((part) => part.buffer === buffer);
    }
    return element.value.length === 0 || element.value.buffer === buffer ||
      !isMasked(element.tag, element.vr, within);
  });
}

/**
 * Masks the bytes of a dataset in place. What cannot be read, or lies compressed or swapped, is blanked as a whole.
 * Answers whether the structure survived.
 */
export function maskDatasetBytes(
  bytes: Uint8Array,
  syntax: TransferSyntax,
  options: MaskOptions,
): boolean {
  try {
    const dataset = decodeDataset(bytes, syntax);
    if (liesIn(dataset, bytes.buffer)) {
      maskElements(dataset, options);
      return true;
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  bytes.fill(0);
  return false;
}

/** Masks the error comment of a command set in place; an unreadable command set is blanked. */
export function maskCommandBytes(
  bytes: Uint8Array,
  syntax: TransferSyntax,
): boolean {
  try {
    const comment = decodeDataset(bytes, syntax).get(ERROR_COMMENT);
    if (comment !== undefined && "value" in comment) maskText(comment.value);
    return true;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    bytes.fill(0);
    return false;
  }
}

/** Offsets of the AE title fields in A-ASSOCIATE-RQ and -AC (PS3.8 Tables 9-11 and 9-17). */
const AE_TITLES = [10, 26] as const;
const AE_TITLE_LENGTH = 16;

/** Masks titles and user identity of an association PDU in place; `pdu` is what `bytes` decode to. */
export function maskAssociationBytes(bytes: Uint8Array, pdu: Pdu): void {
  if (pdu.type !== "associate-rq" && pdu.type !== "associate-ac") return;
  for (const at of AE_TITLES) {
    maskText(bytes.subarray(at, at + AE_TITLE_LENGTH));
  }
  const { userIdentity, userIdentityResponse } = pdu.userInformation;
  userIdentity?.primary.fill(X);
  userIdentity?.secondary.fill(X);
  userIdentityResponse?.fill(X);
}

/** A copy of a dataset without the values that masking touches: what two recordings of one query have in common. */
export function withoutMasked(dataset: Dataset, within = false): Dataset {
  const copy = dataset.clone();
  for (const element of copy) {
    if (isSequence(element)) {
      const inside = within || isPersonal(element.tag);
      copy.set({
        ...element,
        items: element.items.map((item) => ({
          ...item,
          dataset: withoutMasked(item.dataset, inside),
        })),
      });
    } else if (
      "value" in element && isMasked(element.tag, element.vr, within)
    ) {
      copy.set({ ...element, value: new Uint8Array(0) });
    }
  }
  return copy;
}
