/**
 * The interface of every output format: matches go in, chunks of text come out. Writers keep no more than they need for the
 * next line, touch no files and print nothing themselves.
 */
import { Charset, type CharsetOptions } from "../charset/charset.ts";
import { latin1Bytes } from "../bytes/latin1.ts";
import type { PlainElements } from "../codec/plain_elements.ts";
import type { TransferSyntax } from "../codec/transfer_syntax.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { Tag } from "../dataset/tag.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import { advise, type Hint, hintText, quantity } from "../errors.ts";
import { sanitize } from "./sanitize.ts";

/** A row of a list, as the results show it. */
export interface ListedRow {
  /** Counts from 1. */
  readonly number: number;
  /** Names of the list's columns, as results call them. */
  readonly columns: readonly string[];
  /** Its cells as text, one per column. */
  readonly cells: readonly string[];
  /** Its status: `found`, `not found` and so on. */
  readonly status: string;
}

/** The source of a match, if a run has more than one. */
export interface Provenance {
  /**
   * The row of the list that it answers.
   * @internal
   */
  readonly list?: ListedRow | undefined;
  /** The matches of the levels above it, from the top down. */
  readonly above?: readonly Dataset[] | undefined;
  /** The match itself if `dataset` has the attributes of those above, too. */
  readonly own?: Dataset | undefined;
  /** The peer that it came from; several, in an array, if a match of several peers is shown once. */
  readonly peer?: string | readonly string[] | undefined;
}

/** The identifier of a response. */
export interface ReceivedDataset {
  /** The transfer syntax that it came in. */
  readonly syntax: TransferSyntax;
  /** Decoded, which is done only if it is read. */
  readonly dataset: Dataset;
  /**
   * The elements of the dataset where they lie in the bytes that came, if nothing is wrong with them; until those of another match
   * are read. Undefined if the dataset has become another one.
   * @internal
   */
  readonly elements?: PlainElements | undefined;
}

/** One response that carried an identifier, or a row of a list that none answered. */
export interface MatchRecord extends Provenance {
  /** Number of the response within the run, counted from 1. */
  readonly number: number;
  /** Status of the response: 0xFF00 or 0xFF01 (PS3.4 C.4.1.1.4). */
  readonly status: number;
  /** The identifier. */
  readonly dataset: Dataset;
  /**
   * See `ReceivedDataset`: for writers that read the match at once.
   * @internal
   */
  readonly elements?: PlainElements | undefined;
  /** The transfer syntax that it came in. */
  readonly syntax: TransferSyntax;
  /** There is no match: this is a row of a list alone, and the identifier is empty. */
  readonly isAbsent?: boolean | undefined;
  /** Attributes are missing because they could not be decoded. */
  readonly isIncomplete?: boolean | undefined;
}

/** A match that was received, or a row that none answered. */
export type ReceivedMatch =
  & Omit<MatchRecord, "number" | "isIncomplete">
  & { readonly losses: readonly unknown[] };

/** A class, since getters of its prototype cost nothing, unlike those of objects. */
class ReceivedRecord implements MatchRecord {
  readonly number;
  readonly status;
  readonly syntax;
  readonly list;
  readonly above;
  readonly own;
  readonly peer;
  readonly isAbsent;
  readonly #match: ReceivedMatch;
  #dataset: Dataset | undefined;

  constructor(match: ReceivedMatch, number: number) {
    this.number = number;
    this.status = match.status;
    this.syntax = match.syntax;
    this.list = match.list;
    this.above = match.above;
    this.own = match.own;
    this.peer = match.peer;
    this.isAbsent = match.isAbsent;
    this.#match = match;
  }

  get dataset(): Dataset {
    return this.#dataset ??= this.#match.dataset;
  }

  get elements(): PlainElements | undefined {
    return this.#dataset === undefined ? this.#match.elements : undefined;
  }

  get isIncomplete(): boolean {
    // Elements have lost nothing; of anything else only decoding shows what is lost.
    if (this.elements !== undefined) return false;
    void this.dataset;
    return this.#match.losses.length > 0;
  }
}

/** The record of a match, which is decoded on first use. */
export function recordOf(match: ReceivedMatch, number: number): MatchRecord {
  return new ReceivedRecord(match, number);
}

/** The record with another dataset. */
export function withDataset(
  record: MatchRecord,
  dataset: Dataset,
): MatchRecord {
  const { isIncomplete } = record;
  return { ...record, dataset, elements: undefined, isIncomplete };
}

/** How a run ended, for closing lines. */
export interface Summary {
  /** Matches received. */
  readonly matches: number;
  /** Milliseconds from the first request to the last response. */
  readonly elapsed: number;
  /**
   * The reason why the result is incomplete, as one phrase ("cancelled", "status A700: out of resources"), or empty if that was
   * said beside it; undefined when it is complete.
   */
  readonly incomplete?: string;
  /** Matches with attributes missing because they could not be decoded; none when absent. */
  readonly damaged?: number;
  /** The noun for the counted things, singular and plural; matches if absent. */
  readonly counted?: readonly [string, string];
  /** Matches that were received and left out since they do not fulfil the keys; none when absent. */
  readonly leftOut?: number;
}

/**
 * Writes a result as text. `begin` comes once, then `match` per response, then `end`; each answers the next chunk, which may be
 * empty. The chunks joined are the whole document.
 */
export interface ResultWriter {
  /** The text before all matches. */
  begin(): string;
  /** A match, or the part of it that can be written already. */
  match(record: MatchRecord): string;
  /** The text still to be written, and the text after all matches. */
  end(summary: Summary): string;
  /** The text held back so far, for a caller whose matches arrive slowly; afterwards the writer continues line by line. */
  flush?(): string;
  /** After the end: data that the format could not represent unchanged, one sentence each. */
  notices?(): readonly string[];
  /** Matches are counted and not looked at. */
  readonly isBlind?: boolean;
  /** The characters of the chunks are bytes, 0..255, not to be encoded as UTF-8: see `encodeChunk`. */
  readonly binary?: boolean;
}

/** Characters or bytes that are collected before they are written, about: more would need more memory and be no quicker. */
export const MOST_TEXT = 128 * 1024;

/** How text in datasets is read. */
export interface TextOptions {
  /** The source of keywords and VRs; the standard's dictionary if absent. */
  readonly dictionary?: Dictionary;
  /** Warnings, assumptions and replacements for character sets. */
  readonly charsets?: CharsetOptions;
  /**
   * Attributes of the outermost level that `text`, `json` and `jsonl` leave out: they serve the query and say nothing about the
   * match.
   */
  readonly hidden?: ReadonlySet<Tag>;
  /** `iso`: dates and times as ISO 8601 has them in `json`, `jsonl`, `csv`, `tsv`; as stored when absent. */
  readonly dates?: "stored" | "iso";
  /** `object`: person names as objects of their groups in `json` and `jsonl`; strings as stored when absent. */
  readonly names?: "string" | "object";
  /** Words for hints in the result; the general ones if absent. */
  readonly words?: (hint: Hint) => string;
}

/** The character set of a dataset that declares none: ASCII, or the one that the options assume. Make it once per run. */
export function undeclaredCharset(options: TextOptions): Charset {
  return options.charsets === undefined
    ? Charset.ascii
    : Charset.of([], options.charsets);
}

const ENCODER = new TextEncoder();

/** The bytes of a chunk: UTF-8, or one byte per character for a binary writer. */
export function encodeChunk(
  writer: ResultWriter,
  chunk: string,
): Uint8Array<ArrayBuffer> {
  return writer.binary === true ? latin1Bytes(chunk) : ENCODER.encode(chunk);
}

/** Below this many characters a buffer of its own costs less than the one that is kept. */
const SHORT_CHUNK = 4096;

/** The bytes of the chunks of one writer, as `encodeChunk` makes them, all in the same memory: that leaves nothing to collect. */
export class ChunkEncoder {
  readonly #writer: ResultWriter;
  #buffer: Uint8Array<ArrayBuffer> | undefined;

  /** @param writer the source of the chunks */
  constructor(writer: ResultWriter) {
    this.#writer = writer;
  }

  /** The bytes of a chunk, until the next one. */
  encode(chunk: string): Uint8Array<ArrayBuffer> {
    if (this.#writer.binary !== true && chunk.length >= SHORT_CHUNK) {
      const buffer = this.#buffer ??= new Uint8Array(2 * MOST_TEXT);
      const { read, written } = ENCODER.encodeInto(chunk, buffer);
      if (read === chunk.length) return buffer.subarray(0, written);
    }
    return encodeChunk(this.#writer, chunk);
  }
}

/** `1 of 40 matches is incomplete`; undefined if all are whole. */
export function damageText(
  { matches, damaged = 0 }: Pick<Summary, "matches" | "damaged">,
): string | undefined {
  if (damaged === 0) return undefined;
  return `${damaged} of ${quantity(matches, "match", "matches")} ${
    damaged === 1 ? "is" : "are"
  } incomplete`;
}

/** `3 matches in 0.12 s`, and why there are not more if the run was cut short, if that is said. Without a line end. */
export function closingLine(
  summary: Summary,
  words: (hint: Hint) => string = hintText,
): string {
  const { matches, elapsed, incomplete, leftOut = 0 } = summary;
  const [one, several] = summary.counted ?? ["match", "matches"];
  const why = incomplete ? `: ${sanitize(incomplete)}` : "";
  // At that point it is not known whether there is a match.
  if (matches === 0 && incomplete !== undefined) return `No result${why}`;
  const count = matches === 0 ? `No ${one}` : quantity(matches, one, several);
  const seconds = (elapsed / 1000).toFixed(elapsed < 10_000 ? 2 : 1);
  const damage = damageText(summary);
  return `${count} in ${seconds} s` +
    (leftOut === 0
      ? ""
      : `, ${words(advise(`${leftOut} left out`, "enforced"))}`) +
    (damage === undefined ? "" : `, ${damage}`) +
    (incomplete === undefined ? "" : `, incomplete${why}`);
}
