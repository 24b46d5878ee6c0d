/**
 * The text of a list as it comes, whatever wrote it: UTF-8 or UTF-16 with a byte order mark, UTF-8 without one, or Windows-1252,
 * which spreadsheets write by default. Does not depend on any format.
 */
import { InputError } from "../../errors.ts";

/** The marks that say how a text is encoded (Unicode 23.8). */
const MARKS = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: "utf-8" },
  { bytes: [0xff, 0xfe], encoding: "utf-16le" },
  { bytes: [0xfe, 0xff], encoding: "utf-16be" },
] as const;
const LONGEST_MARK = 3;

/** Decodes chunks of bytes. Throws `InputError` if they are not text. */
export async function* decodedText(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<string> {
  let start = new Uint8Array(0);
  let decoder: ListDecoder | undefined;
  for await (const chunk of chunks) {
    if (decoder !== undefined) {
      yield decoder.decode(chunk);
      continue;
    }
    start = joinBytes(start, chunk);
    if (start.length < LONGEST_MARK) continue;
    decoder = decoderFor(start, name);
    yield decoder.decode(start);
  }
  decoder ??= decoderFor(start, name);
  yield decoder.end(start);
}

interface ListDecoder {
  decode(chunk: Uint8Array): string;
  /** The end; `start` is the whole input if it was too short to begin with. */
  end(start: Uint8Array): string;
}

function decoderFor(start: Uint8Array, name: string): ListDecoder {
  const mark = MARKS.find(({ bytes }) =>
    bytes.every((byte, index) => start[index] === byte)
  );
  return mark === undefined
    ? new UnmarkedDecoder(name)
    : new MarkedDecoder(mark.encoding, name, start.length < LONGEST_MARK);
}

/** A text that says how it is encoded. */
class MarkedDecoder implements ListDecoder {
  readonly #decoder: TextDecoder;
  readonly #encoding: string;
  readonly #name: string;
  readonly #isShort: boolean;

  constructor(encoding: string, name: string, isShort: boolean) {
    this.#decoder = new TextDecoder(encoding, { fatal: true });
    this.#encoding = encoding;
    this.#name = name;
    this.#isShort = isShort;
  }

  decode(chunk: Uint8Array): string {
    return this.#attempt(() => this.#decoder.decode(chunk, { stream: true }));
  }

  end(start: Uint8Array): string {
    return this.#attempt(() =>
      this.#decoder.decode(this.#isShort ? start : undefined)
    );
  }

  #attempt(decode: () => string): string {
    let text: string;
    try {
      text = decode();
    } catch {
      throw notText(this.#name, this.#encoding.toUpperCase());
    }
    // UTF-32 begins with the mark of UTF-16.
    if (text.includes("\0")) throw notText(this.#name, "text");
    return text;
  }
}

/** UTF-8, until a byte shows that it is not; as all before that was ASCII, it was Windows-1252 from the start. */
class UnmarkedDecoder implements ListDecoder {
  readonly #name: string;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true });
  #latin: TextDecoder | undefined;
  /** Whether a character beyond ASCII was read as UTF-8. */
  #isUtf8 = false;
  /** Bytes of a character that the last chunk began: UTF-8 decoders keep them to themselves. */
  #begun = new Uint8Array(0);

  constructor(name: string) {
    this.#name = name;
  }

  decode(chunk: Uint8Array): string {
    return this.#text(joinBytes(this.#begun, chunk), false);
  }

  end(start: Uint8Array): string {
    const rest = joinBytes(
      this.#begun,
      start.length < LONGEST_MARK ? start : NONE,
    );
    return this.#text(rest, true);
  }

  #text(bytes: Uint8Array, isLast: boolean): string {
    if (bytes.includes(0)) throw notText(this.#name, "text");
    if (this.#latin !== undefined) return this.#latin.decode(bytes);
    const whole = isLast ? bytes.length : wholeCharacters(bytes);
    this.#begun = bytes.slice(whole);
    const now = bytes.subarray(0, whole);
    try {
      const text = this.#utf8.decode(now);
      this.#isUtf8 ||= text.length < now.length;
      return text;
    } catch {
      if (this.#isUtf8) throw notText(this.#name, "UTF-8");
      this.#latin = new TextDecoder("windows-1252");
      this.#begun = NONE;
      return this.#latin.decode(bytes);
    }
  }
}

const NONE = new Uint8Array(0);

/** How many of the bytes are whole UTF-8 characters: a character that the end cuts is left out. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function joinBytes(
  first: Uint8Array,
  second: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function notText(name: string, encoding: string): InputError {
  return new InputError(
    "input-invalid",
    `The list ${name} is not ${
      encoding === "text" ? "text" : `valid ${encoding}`
    }`,
    { hint: "Save it as CSV with the encoding UTF-8" },
  );
}
