/**
 * Typed text whose bytes need not be UTF-8: arguments and command files of systems that are set up for another encoding. Bytes
 * that are not UTF-8 become lone surrogates, U+DC80 to U+DCFF, which no UTF-8 has, and are the same bytes again on the way out.
 * Does not depend on DICOM character sets.
 */

const ESCAPES = 0xdc00;
const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of bytes in UTF-8, each byte that is not UTF-8 as a lone surrogate: lossless. */
export function textFromBytes(bytes: Uint8Array): string {
  const whole = decoded(bytes);
  if (whole !== undefined) return whole;
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] as number;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const character = decoded(bytes.subarray(at, at + length));
    text += character ?? String.fromCharCode(ESCAPES + lead);
    at += character === undefined ? 1 : length;
  }
  return text;
}

/** The text of a file, as {@link textFromBytes} reads it, in UTF-8, or in UTF-16 with a byte order mark. */
export function textFromFile(bytes: Uint8Array): string {
  return textFromBytes(asUtf8(bytes));
}

const UTF8_BOM = [0xef, 0xbb, 0xbf];

/** The bytes of a text without their byte order mark; UTF-16, which Windows shells write, becomes UTF-8. */
export function asUtf8(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return new TextEncoder().encode(new TextDecoder("utf-16le").decode(bytes));
  }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    return new TextEncoder().encode(new TextDecoder("utf-16be").decode(bytes));
  }
  return UTF8_BOM.every((byte, index) => bytes[index] === byte)
    ? bytes.subarray(UTF8_BOM.length)
    : bytes;
}

/** The bytes that {@link textFromBytes} made text of; for other text, its UTF-8. */
export function bytesFromText(text: string): Uint8Array {
  const ascii = asciiBytes(text);
  if (ascii !== undefined) return ascii;
  if (text.isWellFormed()) return new TextEncoder().encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    if (isEscapedByte(character)) bytes.push(character.charCodeAt(0) & 0xff);
    else bytes.push(...new TextEncoder().encode(character));
  }
  return Uint8Array.from(bytes);
}

/** Most texts are short and ASCII; a loop is quicker with them than the runtime's encoder. */
function asciiBytes(text: string): Uint8Array | undefined {
  if (text.length > SHORT) return undefined;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return undefined;
    bytes[at] = code;
  }
  return bytes;
}

const SHORT = 64;

/** Whether a character represents a byte that was not UTF-8. */
export function isEscapedByte(character: string): boolean {
  return /^[\udc80-\udcff]$/.test(character);
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return STRICT.decode(bytes);
  } catch {
    return undefined;
  }
}
