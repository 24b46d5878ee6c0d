/**
 * DICOM files: preamble, file meta information and dataset (PS3.10 section 7), and bare datasets whose transfer syntax is
 * determined from their first bytes. Maps bytes to datasets and back; does not depend on the file system.
 */
import { latin1 } from "../bytes/latin1.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { decodeDataset, type DecodeOptions } from "../codec/decode.ts";
import { encodeDataset, type EncodeOptions } from "../codec/encode.ts";
import {
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
  transferSyntaxOf,
} from "../codec/transfer_syntax.ts";
import { stringsOf, textElement } from "../codec/values.ts";
import { Dataset } from "../dataset/dataset.ts";
import { isVr } from "../dataset/vr.ts";
import { DecodeError } from "../errors.ts";

const PREAMBLE_LENGTH = 128;
const PREFIX = "DICM";
const TRANSFER_SYNTAX_UID = 0x00020010;

/** A decoded file. */
export interface DicomFile {
  /** File meta information (group 0002); undefined for a bare dataset. */
  readonly meta: Dataset | undefined;
  /** Everything after the meta information. */
  readonly dataset: Dataset;
  /** The transfer syntax declared, or detected. */
  readonly syntax: TransferSyntax;
}

/** Whether bytes begin as a PS3.10 file does: 128 bytes of anything, then "DICM". */
export function isPart10(bytes: Uint8Array): boolean {
  return bytes.length >= PREAMBLE_LENGTH + 4 &&
    latin1(bytes.subarray(PREAMBLE_LENGTH, PREAMBLE_LENGTH + 4)) === PREFIX;
}

/** Whether bytes begin like a DICOM file: with or without preamble or meta information. The first few hundred are enough. */
export function isDicom(bytes: Uint8Array): boolean {
  return isPart10(bytes) || latin1(bytes.subarray(0, 4)) === PREFIX ||
    (bytes.length > 0 && detectSyntax(bytes) !== undefined);
}

/** Decodes a PS3.10 file, or a bare dataset. Throws `DecodeError`. */
export function decodeFile(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): DicomFile {
  if (isPart10(bytes)) {
    return decodeWithMeta(bytes, PREAMBLE_LENGTH + 4, options);
  }
  // Some writers leave the preamble out and begin with "DICM" or with group 0002 itself.
  if (latin1(bytes.subarray(0, 4)) === PREFIX) {
    return decodeWithMeta(bytes, 4, options);
  }
  if (bytes.length >= 8 && bytes[0] === 2 && bytes[1] === 0) {
    return decodeWithMeta(bytes, 0, options);
  }
  const syntax = detectSyntax(bytes);
  if (syntax === undefined) {
    throw new DecodeError(
      'Not a DICOM file: neither "DICM" at offset 128 nor a dataset',
    );
  }
  return {
    meta: undefined,
    dataset: decodeDataset(bytes, syntax, options),
    syntax,
  };
}

function decodeWithMeta(
  bytes: Uint8Array,
  start: number,
  options: DecodeOptions,
): DicomFile {
  const { before: _before, stopped: _stopped, ...metaOptions } = options;
  const end = metaEnd(bytes, start);
  // PS3.10 7.1: the meta information is always explicit VR little endian.
  const meta = decodeDataset(
    bytes.subarray(start, end),
    EXPLICIT_LE,
    metaOptions,
  );
  const declared = meta.get(TRANSFER_SYNTAX_UID);
  const uid = declared === undefined ? "" : stringsOf(declared)[0] ?? "";
  const body = bytes.subarray(end);
  let syntax = uid === "" ? undefined : transferSyntaxOf(uid);
  if (uid !== "" && syntax === undefined) {
    throw new DecodeError(`Unknown transfer syntax "${uid}"`);
  }
  if (syntax === undefined) {
    options.warn?.(
      "The meta information has no transfer syntax: detected from the data",
    );
    syntax = detectSyntax(body) ?? EXPLICIT_LE;
  }
  return { meta, dataset: decodeDataset(body, syntax, options), syntax };
}

/** The end of group 0002: found by walking its elements, as the group length may be missing or wrong. */
function metaEnd(bytes: Uint8Array, start: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = start;
  while (at + 8 <= bytes.length && view.getUint16(at, true) === 2) {
    const vr = latin1(bytes.subarray(at + 4, at + 6));
    const long = vr === "OB" || vr === "UN" || vr === "UT" || vr === "OW";
    if (long && at + 12 > bytes.length) break;
    const length = long
      ? view.getUint32(at + 8, true)
      : view.getUint16(at + 6, true);
    const next = at + (long ? 12 : 8) + length;
    if (next > bytes.length) {
      throw new DecodeError("The file meta information is cut short", {
        offset: at,
      });
    }
    at = next;
  }
  return at;
}

/**
 * The transfer syntax of a bare dataset, judged by its first element: a plausible group number in either byte order, and
 * whether a VR follows the tag. Undefined when it cannot be a dataset; an empty one counts as implicit VR little endian.
 */
export function detectSyntax(bytes: Uint8Array): TransferSyntax | undefined {
  if (bytes.length === 0) return IMPLICIT_LE;
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const explicit = isVr(latin1(bytes.subarray(4, 6)));
  const little = view.getUint16(0, true);
  const big = view.getUint16(0, false);
  if (explicit) return little <= big ? EXPLICIT_LE : EXPLICIT_BE;
  const length = view.getUint32(4, true);
  const fits = length === 0xffffffff || length <= bytes.length - 8;
  return fits && isLowGroup(little) ? IMPLICIT_LE : undefined;
}

/** Identifiers and images begin with a group near 0008; text files begin with letters, which are far above. */
function isLowGroup(group: number): boolean {
  return group >= 0x0002 && group < 0x2020;
}

/** The meta information of a new file (PS3.10 7.1). */
export interface FileMeta {
  /** Media Storage SOP Class UID. */
  readonly sopClassUid: string;
  /** Media Storage SOP Instance UID. */
  readonly sopInstanceUid: string;
  /** Implementation Class UID. */
  readonly implementationClassUid: string;
  /** Implementation Version Name, at most 16 characters. */
  readonly implementationVersionName?: string;
}

/** The bytes of a PS3.10 file holding the dataset in this transfer syntax. */
export function encodeFile(
  dataset: Dataset,
  syntax: TransferSyntax,
  meta: FileMeta,
  options: EncodeOptions = {},
): Uint8Array {
  const writer = beginFile(syntax, meta);
  writer.put(encodeDataset(dataset, syntax, options));
  return writer.finish();
}

/** The part before the dataset: preamble, prefix and meta information. */
export function encodeFileStart(
  syntax: TransferSyntax,
  meta: FileMeta,
): Uint8Array {
  return beginFile(syntax, meta).finish();
}

function beginFile(syntax: TransferSyntax, meta: FileMeta): ByteWriter {
  const group = Dataset.of(
    { tag: 0x00020000, vr: "UL", value: new Uint8Array(4) },
    { tag: 0x00020001, vr: "OB", value: new Uint8Array([0, 1]) },
    textElement(0x00020002, "UI", meta.sopClassUid),
    textElement(0x00020003, "UI", meta.sopInstanceUid),
    textElement(TRANSFER_SYNTAX_UID, "UI", syntax.uid),
    textElement(0x00020012, "UI", meta.implementationClassUid),
  );
  if (meta.implementationVersionName !== undefined) {
    group.set(textElement(0x00020013, "SH", meta.implementationVersionName));
  }
  const writer = new ByteWriter(true, 1024);
  writer.fill(PREAMBLE_LENGTH);
  for (const letter of PREFIX) writer.u8(letter.charCodeAt(0));
  return writer.put(encodeDataset(group, EXPLICIT_LE));
}

/** A UID made of a random UUID: 16 bytes, of which six bits are fixed (PS3.5 B.2, version 4 of RFC 9562). */
export function newUid(random: Uint8Array): string {
  const bytes = Uint8Array.from(random);
  bytes[6] = bytes[6]! & 0x0f | 0x40;
  bytes[8] = bytes[8]! & 0x3f | 0x80;
  const halves = new DataView(bytes.buffer);
  const number = halves.getBigUint64(0) << 64n | halves.getBigUint64(8);
  return `2.25.${number}`;
}

/** How many UIDs in a row differ in their last digits only, and how many digits these are. */
const COUNTED = 1_000_000_000;
const COUNTED_DIGITS = 9;

/**
 * Returns one new UID after the other, of consecutive UUIDs the first of which is random (16 bytes): as unique as random ones, and
 * made in a tenth of the time.
 */
export function newUids(random: Uint8Array): () => string {
  const bytes = Uint8Array.from(random);
  // Leaves room to count before the bits that are fixed.
  bytes[8] = bytes[8]! & 0x1f;
  const first = BigInt(newUid(bytes).slice("2.25.".length));
  let leading = first / BigInt(COUNTED);
  let last = Number(first % BigInt(COUNTED));
  let text = `2.25.${leading}`;
  return () => {
    if (last === COUNTED) {
      text = `2.25.${++leading}`;
      last = 0;
    }
    return text + String(last++).padStart(COUNTED_DIGITS, "0");
  };
}
