/**
 * The header of a DICOM file: everything before its pixels, curves and waveforms, from as few bytes of the file as possible.
 * Does not depend on the file system: bytes are requested.
 */
import {
  Dataset,
  isFragments,
  isSequence,
  mapItems,
} from "../dataset/dataset.ts";
import type { Tag } from "../dataset/tag.ts";
import { vrInfo } from "../dataset/vr.ts";
import { DecodeError } from "../errors.ts";
import { decodeFile, type DicomFile } from "./part10.ts";

/** The first tag after the header: curves (5000), waveforms (5400), overlays (6000) and pixels (7FE0) follow. */
const BEHIND_HEADER: Tag = 0x50000000;

/** Bytes of a file that nearly always hold its header. */
const FIRST_BYTES = 16 * 1024;
/** How much more is requested each time that was not enough. */
const GROWTH = 8;
/** No header is longer, in bytes; a file that seems to have one is damaged. */
const MAX_HEADER = 64 * 1024 * 1024;

/** Binary values longer than this are left out of headers in memory, in bytes. */
const MAX_BINARY = 256;

/**
 * Decodes the header of a file of `size` bytes; `read` returns its first bytes, as many as requested. Throws `DecodeError` when
 * it is not DICOM, or damaged before the header's end.
 */
export function decodeHeader(
  size: number,
  read: (length: number) => Uint8Array,
): DicomFile {
  for (let length = FIRST_BYTES;; length *= GROWTH) {
    const isLast = length >= size || length > MAX_HEADER;
    let isComplete = isLast;
    try {
      const file = decodeFile(read(Math.min(length, size)), {
        before: BEHIND_HEADER,
        stopped: () => isComplete = true,
      });
      if (isComplete) return file;
    } catch (error) {
      // A truncated header may be whole in a longer piece.
      if (isLast || !(error instanceof DecodeError)) throw error;
    }
  }
}

/**
 * A copy of a header in memory of its own, so that the bytes it was read from can go. Without long binary values, which nobody
 * queries and of which some makers put a hundred kilobytes into each image.
 */
export function detachedHeader(dataset: Dataset): Dataset {
  const copy = new Dataset();
  for (const element of dataset) {
    if (isFragments(element)) continue;
    if (isSequence(element)) {
      copy.set(mapItems(element, detachedHeader));
    } else if (
      vrInfo(element.vr).kind !== "bytes" || element.value.length <= MAX_BINARY
    ) {
      copy.set({ ...element, value: element.value.slice() });
    }
  }
  return copy;
}
