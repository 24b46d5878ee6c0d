/**
 * Text fields of PDUs: ISO 646 by the standard, read as Latin-1 so that whatever a peer sends survives unchanged. Does not
 * depend on items.
 */
import { latin1, latin1Bytes } from "../bytes/latin1.ts";
import { EncodeError } from "../errors.ts";

/** The bytes of a field; `EncodeError` naming `what` when a character has no Latin-1 code. */
export function encodeText(text: string, what: string): Uint8Array {
  for (const character of text) {
    if (character > "\xff") {
      throw new EncodeError(
        `Cannot encode ${what} "${text}": "${character}" is outside Latin-1`,
      );
    }
  }
  return latin1Bytes(text);
}

/** The text of a field without the blanks and NULs around it: titles are padded with either, UIDs should not be. */
export function decodeText(bytes: Uint8Array): string {
  return latin1(bytes).replace(/^[\0 ]+|[\0 ]+$/g, "");
}
