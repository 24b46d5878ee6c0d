/**
 * The journal of a list (`--resume`): one line for each finished row, written after the row's output. As results come out in the
 * order of the list, the last line that is whole says where to go on. Text in, text out; does not depend on any file.
 */
import { hex } from "../bytes/hex.ts";
import { InputError } from "../errors.ts";
import { type Row, ROW_STATUSES, type RowStatus } from "./list.ts";

/** The question that a journal belongs to. */
export interface JournalHead {
  /** The question and the form of the output, by names that people use: each as text. */
  readonly question: Readonly<Record<string, string>>;
}

/** A finished row. */
export interface JournalEntry {
  readonly row: number;
  readonly status: RowStatus;
  readonly matches: number;
  readonly inexact: number;
  /** Length of the output after this row, in bytes. */
  readonly length: number;
  /** `rowDigest` of this row and all before it. */
  readonly digest: string;
  /** `bytesDigest` of the output up to there. */
  readonly output: string;
}

/** The contents of a journal. */
export interface Journal {
  readonly head: JournalHead;
  readonly entries: readonly JournalEntry[];
  /** Every row was queried; some were not answered. */
  readonly isFinished: boolean;
}

const KIND = "findscu journal";
const VERSION = 1;

/** The first line of a journal, with its line end. */
export function headLine(head: JournalHead): string {
  const { question } = head;
  return `${JSON.stringify({ kind: KIND, version: VERSION, question })}\n`;
}

/** The line after the last row of a list of which some rows were not answered. */
export const FINISHED_LINE = '{"finished":true}\n';

/** The line of a row, with its line end. */
export function entryLine(entry: JournalEntry): string {
  const { row, status, matches, inexact, length, digest, output } = entry;
  return `${
    JSON.stringify({ row, status, matches, inexact, length, digest, output })
  }\n`;
}

/**
 * Reads a journal. A last line that was cut off, as by a power failure, is left out; anything else that is not a journal throws
 * `InputError`.
 */
export function parseJournal(text: string, name: string): Journal {
  const lines = text.split("\n");
  lines.pop(); // the text after the last line end is empty, or was cut off
  const head = lines.shift();
  const first = head === undefined ? undefined : parseLine(head);
  if (
    first === undefined || first["kind"] !== KIND ||
    !isTexts(first["question"])
  ) throw damaged(name, 1);
  if (first["version"] !== VERSION) {
    throw new InputError(
      "input-invalid",
      `"${name}" is a journal of version ${
        first["version"]
      }, which this version of findscu does not support`,
      {
        hint:
          "Resume with the version that started the list, or remove the journal to start again",
      },
    );
  }
  const isFinished = `${lines.at(-1)}\n` === FINISHED_LINE;
  if (isFinished) lines.pop();
  const entries = lines.map((line, index) => {
    const entry = parseLine(line);
    if (!isEntry(entry) || entry.row !== index + 1) {
      throw damaged(name, index + 2);
    }
    return entry;
  });
  return { head: { question: first["question"] }, entries, isFinished };
}

function isTexts(value: unknown): value is Record<string, string> {
  return typeof value === "object" && value !== null &&
    Object.values(value).every((text) => typeof text === "string");
}

function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is JournalEntry {
  const entry = value as Partial<JournalEntry> | undefined;
  return entry !== undefined && ROW_STATUSES.includes(entry.status!) &&
    [entry.row, entry.matches, entry.inexact, entry.length]
      .every((number) => Number.isSafeInteger(number) && number! >= 0) &&
    typeof entry.digest === "string" && typeof entry.output === "string";
}

function damaged(name: string, line: number): InputError {
  return new InputError(
    "input-invalid",
    `The journal "${name}" is damaged in line ${line}`,
    { hint: "Remove it to start the list again" },
  );
}

/** The names of the differences between the original and the current question. */
export function changes(begun: JournalHead, now: JournalHead): string[] {
  const names = new Set([
    ...Object.keys(begun.question),
    ...Object.keys(now.question),
  ]);
  return [...names].filter((name) =>
    begun.question[name] !== now.question[name]
  );
}

/** A digest of a row and of all before it, to recognise a list that changed. Not a cryptographic one. */
export function rowDigest(before: string, row: Row): string {
  const mixer = new Mixer(before);
  for (const cell of row.cells) {
    for (let at = 0; at < cell.length; at++) mixer.mix(cell.charCodeAt(at));
    mixer.mix(0x1f);
  }
  mixer.mix(0x1e);
  return mixer.text();
}

/** A digest of bytes and of all before them. */
export function bytesDigest(before: string, bytes: Uint8Array): string {
  const mixer = new Mixer(before);
  for (const byte of bytes) mixer.mix(byte);
  return mixer.text();
}

/** Two words that each unit of a text changes, as FNV-1a does. */
class Mixer {
  #high: number;
  #low: number;

  constructor(before: string) {
    this.#high = Number.parseInt(before.slice(0, 8), 16) || 0x811c9dc5;
    this.#low = Number.parseInt(before.slice(8), 16) || 0x01000193;
  }

  mix(code: number): void {
    this.#high = Math.imul(this.#high ^ code, 0x01000193) >>> 0;
    this.#low =
      Math.imul(this.#low ^ (code + (this.#high >>> 16)), 0x85ebca6b) >>> 0;
  }

  text(): string {
    return hex(this.#high, 8) + hex(this.#low, 8);
  }
}
