/** Byte order of value fields: memory is always little endian, so big endian fields are swapped on their way in and out. */

/** A copy with every run of `unit` bytes reversed; an incomplete run at the end stays as it is. */
export function swapped(bytes: Uint8Array, unit: 1 | 2 | 4 | 8): Uint8Array {
  if (unit === 1 || bytes.length < unit) return bytes;
  const out = bytes.slice();
  const whole = bytes.length - (bytes.length % unit);
  for (let at = 0; at < whole; at += unit) {
    out.subarray(at, at + unit).reverse();
  }
  return out;
}
