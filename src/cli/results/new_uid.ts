/** Fresh UIDs. */

/** A UID made of a random UUID: 16 bytes, of which six bits are fixed (PS3.5 B.2, version 4 of RFC 9562). */
export function newUid(random: Uint8Array): string {
  const bytes = Uint8Array.from(random);
  bytes[6] = bytes[6]! & 0x0f | 0x40;
  bytes[8] = bytes[8]! & 0x3f | 0x80;
  const halves = new DataView(bytes.buffer);
  const number = halves.getBigUint64(0) << 64n | halves.getBigUint64(8);
  return `2.25.${number}`;
}
