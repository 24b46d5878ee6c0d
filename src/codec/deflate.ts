/**
 * Raw deflate for the deflated transfer syntax (PS3.5 A.5), with a limit against decompression bombs. The only builtin that src
 * uses.
 */
import { builtin } from "../builtin.ts";
import { formatSize } from "../bytes/size.ts";
import { DecodeError, TooLargeError } from "../errors.ts";

/** Loaded only when needed, which is rare: loading takes up to 3 ms. */
const zlib = () => builtin("node:zlib");

/** No identifier or header comes near this; more than it is an attack or damage. */
export const MAX_INFLATED_BYTES = 256 * 1024 * 1024;

/**
 * The bytes of a raw deflate stream, `limit` at most; trailing padding after its end is ignored. Throws `DecodeError`, for more
 * bytes `TooLargeError`.
 */
export function inflate(
  bytes: Uint8Array,
  limit: number = MAX_INFLATED_BYTES,
): Uint8Array {
  if (bytes.length === 0) return bytes;
  try {
    return zlib().inflateRawSync(bytes, {
      maxOutputLength: limit,
    });
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new TooLargeError(
        `Cannot inflate the dataset: more than ${formatSize(limit)}`,
        { cause },
      );
    }
    throw new DecodeError(
      "Cannot inflate the dataset: the deflate stream is damaged",
      { cause },
    );
  }
}

/** A raw deflate stream of even length. `level` is 0 (stored) to 9 (smallest). */
export function deflate(bytes: Uint8Array, level = 6): Uint8Array {
  const packed = zlib().deflateRawSync(bytes, { level });
  if (packed.length % 2 === 0) return packed;
  const evenBytes = new Uint8Array(packed.length + 1);
  evenBytes.set(packed);
  return evenBytes;
}
