/**
 * Encodings without code extension: UTF-8, GB 18030, GBK, and whatever else the runtime's TextDecoder knows by label.
 * Text is decoded first and split afterwards, for trail bytes may look like delimiters. The runtime has an encoder for
 * UTF-8 only; the others are inverted from their decoders on first use. PS3.5 6.1.2.3, PS3.3 Table C.12-5.
 */
import {
  type Decoded,
  decodeStrictly,
  Defects,
  splitValues,
  type TextCodec,
  type TextKind,
} from "./codec.ts";

/** Encodings of the runtime that do not contain ASCII as such, or that no one means. */
const UNUSABLE: readonly string[] = [
  "utf-16le",
  "utf-16be",
  "iso-2022-jp",
  "replacement",
  "x-user-defined",
];

/** The runtime's own name of an encoding label, or undefined when it has no such encoding that could carry DICOM text. */
export function runtimeEncoding(label: string): string | undefined {
  try {
    const { encoding } = new TextDecoder(label);
    return UNUSABLE.includes(encoding) ? undefined : encoding;
  } catch {
    return undefined;
  }
}

const CODECS = new Map<string, RuntimeCodec>();

/** The codec of an encoding of the runtime. @throws {RangeError} when the runtime does not know the label */
export function runtimeCodec(label: string): TextCodec {
  let codec = CODECS.get(label);
  if (codec === undefined) CODECS.set(label, codec = new RuntimeCodec(label));
  return codec;
}

class RuntimeCodec implements TextCodec {
  readonly isAsciiTransparent = true;
  readonly #label: string;
  readonly #decoder: TextDecoder;

  constructor(label: string) {
    this.#label = label;
    // A byte order mark is text like any other here: received text must be shown unchanged.
    this.#decoder = new TextDecoder(label, { ignoreBOM: true });
  }

  decode(bytes: Uint8Array, kind: TextKind): Decoded {
    const text = this.#decoder.decode(bytes);
    const defects = new Defects();
    if (
      text.includes("\ufffd") &&
      decodeStrictly(this.#label, bytes) === undefined
    ) {
      const parts = text.split("\ufffd");
      if (this.#decoder.encoding === "utf-8") {
        const offset = new TextEncoder().encode(parts[0]).length;
        const wasSent = bytes[offset] === 0xef && bytes[offset + 1] === 0xbf;
        defects.replaced(
          parts.length - 1,
          wasSent ? undefined : offset,
          bytes[offset],
        );
        defects.isNoUtf8 = /^\p{ASCII}*$/u.test(parts.join(""));
      } else defects.replaced(parts.length - 1);
    }
    return { values: splitValues(text, kind), defects };
  }

  encode(text: string): Uint8Array | number {
    return this.#decoder.encoding === "utf-8"
      ? encodeUtf8(text)
      : encodeByTable(text, this.#label, this.#decoder.encoding);
  }
}

function encodeUtf8(text: string): Uint8Array | number {
  if (text.isWellFormed()) return new TextEncoder().encode(text);
  // The first surrogate without its other half.
  let at = 0;
  for (const character of text) {
    if (!character.isWellFormed()) break;
    at += character.length;
  }
  return at;
}

function encodeByTable(
  text: string,
  label: string,
  encoding: string,
): Uint8Array | number {
  const table = reverseTable(label, encoding);
  const bytes: number[] = [];
  let at = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) bytes.push(code);
    else {
      const sequence = table.get(code) ??
        (encoding === "gb18030" && code > 0xffff
          ? gb18030Supplementary(code)
          : undefined);
      if (sequence === undefined) return at;
      for (let shift = 24; shift >= 0; shift -= 8) {
        const byte = (sequence >>> shift) & 0xff;
        if (byte !== 0) bytes.push(byte);
      }
    }
    at += character.length;
  }
  return Uint8Array.from(bytes);
}

/** Code points by encoding, with the bytes of each as one big-endian number (no byte of a sequence is zero). */
const REVERSE_TABLES = new Map<string, ReadonlyMap<number, number>>();

function reverseTable(
  label: string,
  encoding: string,
): ReadonlyMap<number, number> {
  let table = REVERSE_TABLES.get(encoding);
  if (table === undefined) {
    REVERSE_TABLES.set(encoding, table = invert(label, encoding));
  }
  return table;
}

/** Decodes every candidate sequence, a line feed after each so that a bad one cannot swallow the next. */
function invert(label: string, encoding: string): Map<number, number> {
  const sequences = [...candidates(encoding)];
  const bytes: number[] = [];
  for (const sequence of sequences) {
    for (let shift = 24; shift >= 0; shift -= 8) {
      const byte = (sequence >>> shift) & 0xff;
      if (byte !== 0) bytes.push(byte);
    }
    bytes.push(0x0a);
  }
  const lines = new TextDecoder(label).decode(Uint8Array.from(bytes))
    .split("\n");
  const table = new Map<number, number>();
  sequences.forEach((sequence, index) => {
    const line = lines[index] ?? "";
    const code = line.codePointAt(0) ?? 0;
    const isOneCharacter = line.length === (code > 0xffff ? 2 : 1);
    if (!isOneCharacter || code < 0x80 || table.has(code)) return;
    if (code === 0xfffd && sequence !== GB18030_REPLACEMENT) return;
    if (encoding === "gbk" && !isGbk(sequence, code)) return;
    table.set(code, sequence);
  });
  return table;
}

/** U+FFFD itself in GB 18030; everywhere else the decoder yields it for errors only. */
const GB18030_REPLACEMENT = 0x8431a437;

/** Everything that may be one character beyond ASCII, shortest first. */
function* candidates(encoding: string): Generator<number> {
  const isChinese = encoding === "gbk" || encoding === "gb18030";
  if (!isChinese) { for (let byte = 0x80; byte < 0x100; byte++) yield byte; }
  for (let lead = 0x81; lead < 0xff; lead++) {
    for (let trail = 0x40; trail < 0xff; trail++) {
      if (trail !== 0x7f) yield lead << 8 | trail;
    }
  }
  if (encoding === "euc-jp") {
    for (let second = 0xa1; second < 0xff; second++) {
      for (let third = 0xa1; third < 0xff; third++) {
        yield 0x8f0000 | second << 8 | third;
      }
    }
  }
  if (encoding === "gb18030") {
    for (let index = 0; index < FOUR_BYTE_BMP; index++) {
      yield gb18030FourBytes(index);
    }
  }
}

/** Four-byte codes up to 84 31 A4 39, which hold the characters of the basic plane beyond the two-byte codes. */
const FOUR_BYTE_BMP = 39_420;

/** Index of the four-byte code of U+10000. */
const FOUR_BYTE_SUPPLEMENTARY = 189_000;

function gb18030Supplementary(code: number): number {
  return gb18030FourBytes(code - 0x10000 + FOUR_BYTE_SUPPLEMENTARY);
}

/** Four-byte codes are numbers with the digits 81-FE, 30-39, 81-FE, 30-39. */
function gb18030FourBytes(index: number): number {
  const fourth = index % 10;
  const third = Math.floor(index / 10) % 126;
  const second = Math.floor(index / 1260) % 10;
  const first = Math.floor(index / 12_600);
  return ((0x81 + first) << 24 | (0x30 + second) << 16 |
    (0x81 + third) << 8 | (0x30 + fourth)) >>> 0;
}

/** Is the two-byte code of GB 18030 already in GBK? The later additions and user-defined areas are not. */
function isGbk(sequence: number, code: number): boolean {
  return !(code >= 0xe000 && code <= 0xf8ff) &&
    !(code >= 0xfe10 && code <= 0xfe19) &&
    !(sequence >= 0xfe50 && sequence <= 0xfea0) &&
    !(sequence >= 0xa989 && sequence <= 0xa995) &&
    sequence !== 0xa2e3 && sequence !== 0xa8bf;
}
