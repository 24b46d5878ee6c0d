/**
 * The form of recordings of a connection: JSON lines that a person can read, with the bytes in hex. Reader and
 * writer of lines. Does not depend on files, the clock or PDUs.
 *
 * Line 1 is the header: `{"format":"findscu-recording","version":1,…}`. Every further line is an entry:
 * `{"t":milliseconds since the start,"dir":">" from the requestor or "<" from the acceptor,"hex":"…","note":"what it is"}`,
 * and the last one may say how it ended: `{"t":…,"end":"closed by the acceptor"}`. Unknown members are ignored.
 */
import { hex, hexBytes } from "../../bytes/hex.ts";
import { InputError } from "../../errors.ts";

/** Value of `format` in the header. */
const RECORDING_FORMAT = "findscu-recording";

/** The version that is written, and the highest that is read. */
const RECORDING_VERSION = 1;

/** The first line. */
export interface RecordingHeader {
  /** The queried model or other words on the purpose. */
  readonly model?: string;
  /** The peer, masked when the recording is anonymous. */
  readonly peer?: string;
  /** How it was reached: `tcp`, `tls`, `mock`. */
  readonly transport?: string;
  /** Whether identifying values were replaced. */
  readonly anonymous?: boolean;
  /** Names of the masked parts, if any. */
  readonly masked?: readonly string[];
  /** The program that recorded. */
  readonly by?: string;
}

/** The side that sent the bytes. */
export type Direction = "requestor" | "acceptor";

/** Bytes that passed in one piece. */
export interface DataEntry {
  /** Which entry it is. */
  readonly kind: "data";
  /** Milliseconds since the start. */
  readonly time: number;
  /** The sender of the bytes. */
  readonly from: Direction;
  /** The bytes. */
  readonly bytes: Uint8Array;
  /** A description of the bytes, for people. */
  readonly note?: string;
}

/** The end of the connection. */
export interface EndEntry {
  /** Which entry it is. */
  readonly kind: "end";
  /** Milliseconds since the start. */
  readonly time: number;
  /** The side that ended it. */
  readonly by: Direction;
}

/** One line after the header. */
export type RecordingEntry = DataEntry | EndEntry;

/** A whole recording. */
export interface Recording {
  /** The contents of its first line. */
  readonly header: RecordingHeader;
  /** The traffic, in order. */
  readonly entries: readonly RecordingEntry[];
  /** Numbers of lines that were changed, added or put elsewhere after it was recorded, by their sums; none if it has no sums. */
  readonly edited?: readonly number[];
}

const ARROWS: Readonly<Record<Direction, string>> = {
  requestor: ">",
  acceptor: "<",
};

function bytesOf(hex: string): Uint8Array | undefined {
  if (hex.length % 2 !== 0 || /[^0-9a-fA-F]/.test(hex)) return undefined;
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
  }
  return bytes;
}

/** The header as a line, newline included. */
export function formatHeader(header: RecordingHeader): string {
  const { model, peer, transport, anonymous, masked, by } = header;
  return JSON.stringify({
    format: RECORDING_FORMAT,
    version: RECORDING_VERSION,
    by,
    model,
    peer,
    transport,
    anonymous,
    masked,
  }) + "\n";
}

/** An entry as a line, newline included. */
export function formatEntry(entry: RecordingEntry): string {
  const t = Math.round(entry.time * 1000) / 1000;
  return JSON.stringify(
    entry.kind === "end" ? { t, end: `closed by the ${entry.by}` } : {
      t,
      dir: ARROWS[entry.from],
      note: entry.note,
      hex: hexBytes(entry.bytes),
    },
  ) + "\n";
}

/** CRC-32 (the polynomial of ISO 3309) of a text in UTF-8, as eight hexadecimal digits. */
function crc32(text: string): string {
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
  }
  return hex((crc ^ 0xffffffff) >>> 0, 8);
}

const SUM = /,"sum":"([0-9a-f]{8})"\}$/;

/**
 * Adds to each line its sum, the last member: of the sum before it and the line itself. So a changed line shows, and one that is
 * missing or out of place. Seals one recording, line after line.
 */
export class Seal {
  #before = "";

  /** Whole lines with their sums. */
  lines(text: string): string {
    return text.replace(/[^\n]+(?=\n)/g, (line) => {
      this.#before = crc32(this.#before + line);
      return `${line.slice(0, -1)},"sum":"${this.#before}"}`;
    });
  }

  /** Whether a line is as it was sealed, after the line before it; undefined when it has no sum. */
  isIntact(line: string): boolean | undefined {
    const [member, sum] = SUM.exec(line) ?? [];
    if (member === undefined || sum === undefined) return undefined;
    const bare = `${line.slice(0, -member.length)}}`;
    const isIntact = crc32(this.#before + bare) === sum;
    this.#before = sum;
    return isIntact;
  }
}

/** Whether a text is the beginning of a recording, as opposed to other JSON. */
export function isRecording(text: string): boolean {
  return /^\uFEFF?\s*\{\s*"format"\s*:\s*"findscu-recording"/.test(text);
}

function corrupt(line: number, what: string, cause?: unknown): InputError {
  return new InputError(
    "input-invalid",
    `Cannot read the recording: line ${line}: ${what}`,
    cause === undefined ? {} : { cause },
  );
}

function parseLine(text: string, line: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw corrupt(line, "not a JSON object; the file may be cut off", cause);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw corrupt(line, "not a JSON object");
  }
  return { ...value };
}

function parseHeader(fields: Record<string, unknown>): RecordingHeader {
  if (fields.format !== RECORDING_FORMAT) {
    throw corrupt(1, `not the header of a recording: no "${RECORDING_FORMAT}"`);
  }
  const { version } = fields;
  if (typeof version !== "number" || version < 1) {
    throw corrupt(1, "no version");
  }
  if (version > RECORDING_VERSION) {
    throw corrupt(
      1,
      `version ${version}, this program supports up to ${RECORDING_VERSION}`,
    );
  }
  const { model, peer, transport, by, anonymous, masked } = fields;
  return {
    ...(typeof model === "string" ? { model } : {}),
    ...(typeof peer === "string" ? { peer } : {}),
    ...(typeof transport === "string" ? { transport } : {}),
    ...(typeof by === "string" ? { by } : {}),
    ...(typeof anonymous === "boolean" ? { anonymous } : {}),
    ...(Array.isArray(masked) ? { masked: masked.map(String) } : {}),
  };
}

function parseEntry(
  fields: Record<string, unknown>,
  line: number,
): RecordingEntry {
  const { t: time, dir, hex, note, end } = fields;
  if (typeof time !== "number" || !Number.isFinite(time) || time < 0) {
    throw corrupt(line, 'no time "t" in milliseconds');
  }
  if (typeof end === "string") {
    return {
      kind: "end",
      time,
      by: end.endsWith("requestor") ? "requestor" : "acceptor",
    };
  }
  const from = dir === ">" ? "requestor" : dir === "<" ? "acceptor" : undefined;
  if (from === undefined) {
    throw corrupt(line, 'no direction "dir", which is ">" or "<"');
  }
  const bytes = typeof hex === "string" ? bytesOf(hex) : undefined;
  if (bytes === undefined) {
    throw corrupt(line, '"hex" is not pairs of hex digits');
  }
  return {
    kind: "data",
    time,
    from,
    bytes,
    ...(typeof note === "string" ? { note } : {}),
  };
}

/** Reads a recording. Throws `InputError` naming the line. */
export function parseRecording(text: string): Recording {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const entries: RecordingEntry[] = [];
  const edited: number[] = [];
  const seal = new Seal();
  let isSealed = false;
  let header: RecordingHeader | undefined;
  let latest = 0;
  for (const [index, content] of lines.entries()) {
    if (content.trim() === "") continue;
    const fields = parseLine(content, index + 1);
    const isIntact = seal.isIntact(content);
    if (header === undefined) isSealed = isIntact !== undefined;
    if (isSealed && isIntact !== true) edited.push(index + 1);
    if (header === undefined) {
      header = parseHeader(fields);
      continue;
    }
    const entry = parseEntry(fields, index + 1);
    if (entry.time < latest) throw corrupt(index + 1, "time runs backwards");
    latest = entry.time;
    entries.push(entry);
  }
  if (header === undefined) throw corrupt(1, "the file is empty");
  return { header, entries, ...(edited.length > 0 && { edited }) };
}
