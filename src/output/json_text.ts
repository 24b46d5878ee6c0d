/** JSON as text: strings, numbers and streams of objects (RFC 8259). Knows datasets only as something that a caller renders. */
import { hex } from "../bytes/hex.ts";
import type { PlainElement } from "../dataset/dataset.ts";
import { replaceHostile } from "./sanitize.ts";
import type {
  MatchRecord,
  Provenance,
  ResultWriter,
  Summary,
} from "./writer.ts";
import type { Charset } from "../charset/charset.ts";
import { bigintsOf, numbersOf, stringsOf, tagsOf } from "../codec/values.ts";
import { formatTagBare } from "../dataset/tag.ts";
import { NAME_GROUPS, nameGroups } from "../dataset/person_name.ts";

/** Printable ASCII except for quotation marks and backslashes. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * A JSON string. Beyond the requirements of JSON, everything that a terminal would obey or that is invisible is escaped, too,
 * which means the same to every parser.
 */
export function jsonString(text: string): string {
  return PLAIN.test(text)
    ? `"${text}"`
    : replaceHostile(JSON.stringify(text), escaped);
}

/** `\u001b`, or two of these for a character beyond the basic plane. */
function escaped(code: number): string {
  return String.fromCodePoint(code).replace(
    /[^]/g,
    (unit) => `\\u${hex(unit.charCodeAt(0), 4)}`,
  );
}

/** Whether a text is an integer as JSON writes them, of no more digits than a double keeps. */
export function isJsonInteger(text: string): boolean {
  return /^(0|-?[1-9]\d{0,14})$/.test(text);
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const EXACT_DIGITS = 15;

/**
 * The number that a decimal or integer string (DS, IS) means, or undefined when it is not a number or has more digits than a
 * double keeps: then the string says more.
 */
export function decimalNumber(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const mantissa = text.replace(/[eE].*$/, "").replace(/\D/g, "");
  if (mantissa.replace(/^0+/, "").length > EXACT_DIGITS) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/**
 * A short decimal text that reads back as the same single precision number (FL, OF): whole numbers in full, others with as few
 * digits as will do. For finite numbers.
 */
export function shortestSingle(value: number): string {
  if (Number.isSafeInteger(value)) return decimal(value);
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return String(shorter);
  }
  return String(Number(value.toPrecision(9)));
}

/** A double precision number (FD, OD) as decimal text, the sign of zero included. For finite numbers. */
export function decimal(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A 64-bit integer (SV, UV): a number if a double holds it exactly, else a string. */
function bigNumber(value: bigint): string {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) &&
      value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? String(value)
    : `"${value}"`;
}

const BASE64 =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Bytes in Base64 with padding (RFC 4648 section 4). */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const bytesLeft = bytes.length - at;
    const bits = bytes[at]! << 16 | (bytes[at + 1] ?? 0) << 8 |
      (bytes[at + 2] ?? 0);
    text += BASE64[bits >> 18]! + BASE64[bits >> 12 & 63]! +
      (bytesLeft > 1 ? BASE64[bits >> 6 & 63]! : "=") +
      (bytesLeft > 2 ? BASE64[bits & 63]! : "=");
  }
  return text;
}

/** The object of a match, led by its source; without one it is left as it is. */
export function withProvenance(
  object: string,
  { list, peer }: Provenance,
): string {
  const members: string[] = [];
  if (peer !== undefined) {
    const text = typeof peer === "string"
      ? jsonString(peer)
      : `[${peer.map(jsonString).join(",")}]`;
    members.push(`"peer":${text}`);
  }
  if (list !== undefined) {
    const cells = list.columns.map((name, index) =>
      `${jsonString(name)}:${jsonString(list.cells[index] ?? "")}`
    );
    const row = [...cells, `"status":${jsonString(list.status)}`].join(",");
    members.push(`"list":{${row}}`);
  }
  if (members.length === 0) return object;
  const rest = object.slice(1);
  return `{${members.join(",")}${rest === "}" ? "" : ","}${rest}`;
}

/** One array over all matches, or one object per line (JSON Lines). */
export type JsonFraming = "array" | "lines";

/** Streams one JSON object per match. An array has one object per line too, so that a cut stream shows where it was cut. */
export class JsonStream implements ResultWriter {
  readonly #array: boolean;
  readonly #render: (record: MatchRecord) => string;
  #separator = "\n";

  constructor(
    framing: JsonFraming,
    render: (record: MatchRecord) => string,
  ) {
    this.#array = framing === "array";
    this.#render = render;
  }

  begin(): string {
    return this.#array ? "[" : "";
  }

  match(record: MatchRecord): string {
    const text = withProvenance(this.#render(record), record);
    if (!this.#array) return `${text}\n`;
    const chunk = this.#separator + text;
    this.#separator = ",\n";
    return chunk;
  }

  end(_summary: Summary): string {
    return this.#array ? (this.#separator === "\n" ? "]\n" : "\n]\n") : "";
  }
}

/** The differences between the formats. */
export interface JsonValueStyle {
  /** JSON text of NaN and infinities. */
  readonly special: (value: number) => string;
  /** JSON text of one person name. */
  readonly personName: (value: string) => string;
  /** Dates and times in another form than stored. */
  readonly temporal?: (text: string, vr: "DA" | "TM" | "DT") => string;
}

/** JSON texts of the values: numbers if JSON has them, `null` for an empty value among several. Not for bytes (OB OW UN). */
export function jsonValues(
  element: PlainElement,
  charset: Charset,
  style: JsonValueStyle,
): string[] {
  const { special } = style;
  switch (element.vr) {
    case "AT":
      return tagsOf(element).map((tag) => `"${formatTagBare(tag)}"`);
    case "FL":
    case "OF":
      return numbersOf(element).map((value) =>
        Number.isFinite(value) ? shortestSingle(value) : special(value)
      );
    case "FD":
    case "OD":
      return numbersOf(element).map((value) =>
        Number.isFinite(value) ? decimal(value) : special(value)
      );
    case "US":
    case "SS":
    case "UL":
    case "SL":
    case "OL":
      return numbersOf(element).map(String);
    case "SV":
    case "UV":
    case "OV":
      return bigintsOf(element).map(bigNumber);
    case "IS":
    case "DS":
      return stringsOf(element).map((text) => {
        const value = decimalNumber(text);
        return value === undefined ? stringOrNull(text) : String(value);
      });
    case "PN":
      return stringsOf(element, charset).map(style.personName);
    case "DA":
    case "TM":
    case "DT": {
      const { vr } = element;
      const { temporal = (text: string) => text } = style;
      return stringsOf(element).map((text) => stringOrNull(temporal(text, vr)));
    }
    default:
      return stringsOf(element, charset).map(stringOrNull);
  }
}

/** A string, `null` for an empty one. */
export function stringOrNull(text: string): string {
  return text === "" ? "null" : jsonString(text);
}

/** An object of the component groups that are not empty (PS3.18 F.2.2), `null` without any. */
export function nameObject(value: string): string {
  const members = nameGroups(value).flatMap((group, index) =>
    group === "" ? [] : [`"${NAME_GROUPS[index]!}":${jsonString(group)}`]
  );
  return members.length === 0 ? "null" : `{${members.join(",")}}`;
}
