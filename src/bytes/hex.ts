/** Numbers and bytes as hexadecimal digits. */

/** A number in lower-case digits, with leading zeros up to `digits`. */
export function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** The same in upper case, as the standard prints it. */
export function upperHex(value: number, digits: number): string {
  return hex(value, digits).toUpperCase();
}

const BYTES = Array.from({ length: 256 }, (_, byte) => hex(byte, 2));

/** Bytes as two lower-case digits each. */
export function hexBytes(bytes: Uint8Array, separator = ""): string {
  const parts: string[] = [];
  for (const byte of bytes) parts.push(BYTES[byte]!);
  return parts.join(separator);
}
