/** Raw deflate for the deflated transfer syntax (PS3.5 A.5), with a limit against decompression bombs. The only builtin that src uses. */
import { getBuiltinModule } from "node:process";
import { DecodeError } from "../errors.ts";

/** Fetched when it is needed, which is hardly ever: it takes up to 3 ms to load. */
const zlib = () => getBuiltinModule("node:zlib");

/** No identifier or header comes near this; more than it is an attack or damage. */
export const MAX_INFLATED_BYTES = 256 * 1024 * 1024;

/** The bytes of a raw deflate stream; trailing padding behind its end is ignored. Throws `DecodeError`. */
export function inflate(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return bytes;
  try {
    return zlib().inflateRawSync(bytes, {
      maxOutputLength: MAX_INFLATED_BYTES,
    });
  } catch (cause) {
    const tooLarge = cause instanceof RangeError;
    throw new DecodeError(
      tooLarge
        ? `Cannot inflate the dataset: more than ${MAX_INFLATED_BYTES} bytes`
        : "Cannot inflate the dataset: the deflate stream is damaged",
      { cause },
    );
  }
}

/** A raw deflate stream of even length. `level` is 0 (stored) to 9 (smallest). */
export function deflate(bytes: Uint8Array, level = 6): Uint8Array {
  const packed = zlib().deflateRawSync(bytes, { level });
  if (packed.length % 2 === 0) return packed;
  const padded = new Uint8Array(packed.length + 1);
  padded.set(packed);
  return padded;
}
