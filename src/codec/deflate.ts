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
 * The bytes of a raw deflate stream, `limit` at most; trailing padding after its end is ignored. A header of zlib or gzip, which
 * some writers put before it, is reported by `warn`. Throws `DecodeError`, for more bytes `TooLargeError`.
 */
export function inflate(
  bytes: Uint8Array,
  limit: number = MAX_INFLATED_BYTES,
  warn: (text: string) => void = () => {},
): Uint8Array {
  if (bytes.length === 0) return bytes;
  const options = { maxOutputLength: limit };
  try {
    return limited(limit, () => zlib().inflateRawSync(bytes, options));
  } catch (cause) {
    if (cause instanceof TooLargeError) throw cause;
    try {
      const whole = limited(limit, () => zlib().unzipSync(bytes, options));
      warn("The deflate stream has a header of zlib or gzip");
      return whole;
    } catch (other) {
      if (other instanceof TooLargeError) throw other;
    }
    throw new DecodeError(
      "Cannot inflate the dataset: the deflate stream is damaged",
      { cause },
    );
  }
}

/** What a raw deflate stream without its end gives; nothing if it is damaged otherwise, or more than the limit. */
export function inflateBeginning(
  bytes: Uint8Array,
  limit: number = MAX_INFLATED_BYTES,
): Uint8Array {
  const { inflateRawSync, constants } = zlib();
  const options = {
    maxOutputLength: limit,
    finishFlush: constants.Z_SYNC_FLUSH,
  };
  try {
    return inflateRawSync(bytes, options);
  } catch {
    return new Uint8Array(0);
  }
}

/** Throws `TooLargeError` for more bytes than the limit. */
function limited(limit: number, unpack: () => Uint8Array): Uint8Array {
  try {
    return unpack();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TooLargeError(
      `Cannot inflate the dataset: more than ${formatSize(limit)}`,
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
