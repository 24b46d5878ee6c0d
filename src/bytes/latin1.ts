/**
 * Bytes as text with one character per byte (ISO 8859-1 in the strict sense, code point = byte), and back. Does not depend on
 * DICOM.
 */

const CHUNK = 8192;

const UTF8 = new TextDecoder();

/** Each byte becomes the character of its value, 0..255: lossless. */
export function latin1(bytes: Uint8Array): string {
  // ASCII is UTF-8, which runtimes decode fastest.
  if (isAscii(bytes)) return UTF8.decode(bytes);
  if (bytes.length <= CHUNK) {
    return String.fromCharCode.apply(null, bytes as unknown as number[]);
  }
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += latin1(bytes.subarray(at, at + CHUNK));
  }
  return text;
}

function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at]! > 0x7f) return false;
  }
  return true;
}

/** Each character becomes one byte; characters above U+00FF lose their upper bits, so give only text that has none. */
export function latin1Bytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
