/** Numbers and bytes as hexadecimal digits. */

/** A number in lower-case digits, with leading zeros up to `digits`. */
export function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** The same in upper case, as the standard prints it. */
export function upperHex(value: number, digits: number): string {
  return hex(value, digits).toUpperCase();
}

/** The digits of each byte, made when the first bytes are shown. */
let byteDigits: readonly string[] | undefined;

/** Bytes as two lower-case digits each. */
export function hexBytes(bytes: Uint8Array, separator = ""): string {
  byteDigits ??= Array.from({ length: 256 }, (_, byte) => hex(byte, 2));
  const parts: string[] = [];
  for (const byte of bytes) parts.push(byteDigits[byte]!);
  return parts.join(separator);
}
