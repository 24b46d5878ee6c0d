/**
 * JSON of any length, piece by piece: the elements of an array, or the lines with an object on each, as texts to be parsed one
 * by one. Any other text comes whole. Does not depend on DICOM.
 */

/** One value of a JSON text. */
export interface JsonPiece {
  readonly text: string;
  /** Its position: `[7]`, `line 8`, or nothing if it is the only one. */
  readonly place: string;
}

/** Why a text is not JSON, as part of a sentence. */
export class JsonSyntaxError extends Error {
  readonly place: string;

  constructor(place: string, message: string) {
    super(message);
    this.place = place;
  }
}

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === NEWLINE || byte === 0x0d;
}

/** The first byte at or after a place that is not a blank; the end when there is none. */
function skipBlanks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && isBlank(bytes[at]!)) at++;
  return at;
}

/** Cuts JSON in UTF-8 into its values. */
class Splitter {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  /** A buffer for data that was not returned yet, and its length. */
  #buffer = new Uint8Array(0);
  #rest = new Uint8Array(0);
  #form: "open" | "lines" | "array" | "whole" = "open";
  #index = 0;
  /** Up to where `#rest` was looked at. */
  #at = 0;
  /** Of an array: how deep that is below it. */
  #depth = 0;
  #isText = false;
  #isOver = false;

  *push(bytes: Uint8Array): Generator<JsonPiece> {
    const length = this.#rest.length + bytes.length;
    const from = this.#buffer;
    if (from.length < length) {
      this.#buffer = new Uint8Array(Math.max(length, 2 * from.length));
    }
    this.#buffer.set(this.#rest);
    this.#buffer.set(bytes, this.#rest.length);
    this.#rest = this.#buffer.subarray(0, length);
    // A byte order mark has three bytes.
    if (this.#form === "open" && length >= 3) this.#decide();
    yield* this.#cut();
  }

  *#cut(): Generator<JsonPiece> {
    if (this.#form === "lines") yield* this.#lines();
    if (this.#form === "array") yield* this.#elements();
  }

  *end(): Generator<JsonPiece> {
    if (this.#form === "open") this.#decide();
    yield* this.#cut();
    if (this.#form === "lines") {
      yield* this.push(Uint8Array.of(NEWLINE));
    } else if (this.#form === "array") {
      if (!this.#isOver) {
        throw new JsonSyntaxError(
          `[${this.#index}]`,
          "the text ends in the middle of the array",
        );
      }
    } else yield { text: this.#text(this.#rest, ""), place: "" };
  }

  /** Chooses a form as soon as there is enough data to decide. */
  #decide(): void {
    const bytes = this.#rest;
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    const start = skipBlanks(bytes, hasMark ? 3 : 0);
    if (start === bytes.length) return;
    if (bytes[start] === OPEN_ARRAY) {
      this.#form = "array";
      this.#rest = bytes.subarray(start + 1);
    } else if (bytes[start] !== OPEN_OBJECT) this.#form = "whole";
    else {
      // Two lines that begin with an object are a text of lines.
      const end = bytes.indexOf(NEWLINE, Math.max(start, this.#at));
      if (end < 0) {
        this.#at = bytes.length;
        return;
      }
      const next = skipBlanks(bytes, end);
      if (next === bytes.length) return;
      let last = end - 1;
      while (isBlank(bytes[last]!)) last--;
      this.#form = bytes[last] === CLOSE_OBJECT && bytes[next] === OPEN_OBJECT
        ? "lines"
        : "whole";
      if (this.#form === "lines" && hasMark) this.#rest = bytes.subarray(3);
      this.#at = 0;
    }
  }

  /** Text without blanks around it. */
  #text(bytes: Uint8Array, place: string): string {
    try {
      return this.#decoder.decode(bytes).trim();
    } catch {
      throw new JsonSyntaxError(place, "bytes that are not UTF-8");
    }
  }

  *#lines(): Generator<JsonPiece> {
    const bytes = this.#rest;
    let start = 0;
    for (
      let end;
      (end = bytes.indexOf(NEWLINE, Math.max(start, this.#at))) >= 0;
      start = end + 1
    ) {
      const place = `line ${++this.#index}`;
      const text = this.#text(bytes.subarray(start, end), place);
      if (text !== "") yield { text, place };
    }
    this.#rest = bytes.subarray(start);
    this.#at = this.#rest.length;
  }

  *#elements(): Generator<JsonPiece> {
    const bytes = this.#rest;
    let start = 0;
    let at = this.#at;
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (this.#isOver) {
        if (isBlank(byte)) continue;
        throw new JsonSyntaxError("", "text after the end of the array");
      }
      if (this.#isText) {
        if (byte === BACKSLASH) at++;
        else if (byte === QUOTE) this.#isText = false;
        continue;
      }
      switch (byte) {
        case QUOTE:
          this.#isText = true;
          break;
        case OPEN_OBJECT:
        case OPEN_ARRAY:
          this.#depth++;
          break;
        case CLOSE_OBJECT:
          this.#depth--;
          break;
        case CLOSE_ARRAY:
        case COMMA: {
          if (this.#depth > 0) {
            if (byte === CLOSE_ARRAY) this.#depth--;
            break;
          }
          const place = `[${this.#index}]`;
          const text = this.#text(bytes.subarray(start, at), place);
          start = at + 1;
          this.#isOver = byte === CLOSE_ARRAY;
          // An array without elements has nothing between its brackets.
          if (text === "" && this.#isOver && this.#index === 0) break;
          this.#index++;
          yield { text, place };
        }
      }
    }
    this.#rest = bytes.subarray(start);
    this.#at = at - start;
  }
}

/**
 * The values of a JSON text that comes in pieces of bytes, which may be overwritten once the next is requested. Throws
 * `JsonSyntaxError` if an array ends badly; whether each value is JSON is for its reader to see.
 */
export function* jsonPieces(
  bytes: Iterable<Uint8Array>,
): Generator<JsonPiece> {
  const splitter = new Splitter();
  for (const piece of bytes) yield* splitter.push(piece);
  yield* splitter.end();
}

/** Begins numbers with more digits than a double can hold for sure. */
const LONG_NUMBER = /[:,[]\s*-?[\d.]{16}/;

/** A number as it is written, if a double may be another one. */
function exact(_: string, value: unknown, context?: { source?: string }) {
  return typeof value === "number" && LONG_NUMBER.test(`:${context?.source}`)
    ? context?.source
    : value;
}

/** The value of a JSON text; numbers of more than 15 digits are strings. Throws `SyntaxError`. */
export function parseExactly(text: string): unknown {
  return LONG_NUMBER.test(text)
    ? JSON.parse(text, exact as Parameters<typeof JSON.parse>[1])
    : JSON.parse(text);
}

/** Strings, with the colon after the name of a member, and brackets. */
const TOKENS = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g;

/** The name of a member that an object in a text of valid JSON has twice. */
export function repeatedMember(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(TOKENS)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (string !== undefined && colon !== undefined) {
      const name = JSON.parse(string) as string;
      if (open.at(-1)!.has(name)) return name;
      open.at(-1)!.add(name);
    }
  }
  return undefined;
}
