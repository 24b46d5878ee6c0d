/**
 * Text fields of PDUs: ISO 646, read as Latin-1 so that whatever a peer sends survives unchanged.
 * Knows nothing of items. (`TextDecoder` has no true Latin-1: its label means windows-1252.)
 */
import { EncodeError } from "../errors.ts";

/** One character per byte. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** One byte per character; `EncodeError` when a character has no Latin-1 code. */
export function latin1Bytes(text: string, what: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) {
      throw new EncodeError(
        `Cannot encode ${what}: "${text}" has a character outside Latin-1`,
      );
    }
    bytes[i] = code;
  }
  return bytes;
}

/** A UID or name without the NULs and blanks that some peers pad it with (PS3.8 Annex F has no padding). */
export function unpadded(text: string): string {
  return text.replace(/^[\0 ]+|[\0 ]+$/g, "");
}
