/**
 * `--resume`: a result that grows as `FILE.incomplete`, with a journal beside it that says how far it is good. Whatever ends a run,
 * the same command continues after the last row that both know; in the end the result has its name, and the journal is gone.
 */
import { INCOMPLETE } from "../config/file_format.ts";
import { InputError, quantity, UsageError } from "../../errors.ts";
import type { Summary } from "../../output/writer.ts";
import {
  bytesDigest,
  changes,
  entryLine,
  FINISHED_LINE,
  headLine,
  type Journal,
  type JournalEntry,
  type JournalHead,
  parseJournal,
  rowDigest,
} from "../../plan/journal.ts";
import type { Row, RowAnswer } from "../../plan/list.ts";
import type { ExtendedFile, FileWriter, Host } from "../host.ts";
import type { Logger } from "../log/log.ts";

/** Endings of the names of the two files. */
const JOURNAL = ".journal";
const LOCK = ".lock";

/** The peer's name in the question: the same archive may be reached in another way. */
export const PEER = "the peer";

/** Largest journal that is read, in bytes: ten million rows. */
const MOST_JOURNAL = 2 ** 31 - 1;

/** How often the two files are brought to the disk, in milliseconds: at most this much may need to be queried again. */
const SYNC_INTERVAL = 500;

const ENCODER = new TextEncoder();

/** The result of a list as a target that can be interrupted and resumed. */
export class ResumedResult {
  readonly isTerminal = false;
  readonly isHolding = false;
  readonly #path: string;
  readonly #host: Host;
  readonly #log: Logger;
  readonly #head: JournalHead;
  /** Lets others write the result. */
  readonly #release: () => void;
  /** The answers of the earlier run that are kept. */
  readonly entries: readonly JournalEntry[];
  #output: ExtendedFile | undefined;
  #journal: ExtendedFile | undefined;
  /** Lines of the journal that wait until their output is on the disk. */
  #unwritten = "";
  #synced: number;
  #length: number;
  #rowsDigest = "";
  #outputDigest: string;
  #row: number;
  #isFinished = false;

  private constructor(
    path: string,
    head: JournalHead,
    entries: readonly JournalEntry[],
    release: () => void,
    host: Host,
    log: Logger,
  ) {
    this.#path = path;
    this.#release = release;
    this.#head = head;
    this.entries = entries;
    this.#host = host;
    this.#log = log;
    const last = entries.at(-1);
    this.#length = last?.length ?? 0;
    this.#outputDigest = last?.output ?? "";
    this.#row = last?.row ?? 0;
    this.#synced = host.clock.now();
  }

  /**
   * Examines the files of an earlier run. Nothing is written yet but the lock, which `end` gives back. Rejects with `UsageError`,
   * `InputError`, and with `OutputError` while another run writes the same result.
   */
  static async open(
    path: string,
    head: JournalHead,
    host: Host,
    log: Logger,
  ): Promise<ResumedResult> {
    const kind = host.files.stat(path)?.kind ?? "file";
    if (kind !== "file") {
      throw new UsageError(
        `--resume cannot continue "${path}": it is a ${
          kind === "directory" ? "directory" : "device or a pipe"
        }`,
        { hint: "Name a file" },
      );
    }
    const release = await host.files.lock(path + LOCK);
    try {
      const entries = earlierEntries(path, head, host, log);
      return new ResumedResult(path, head, entries, release, host, log);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Rows that are answered already. */
  get rows(): number {
    return this.entries.length;
  }

  /** Whether the heading of the output is written. */
  get hasBegun(): boolean {
    return this.#length > 0;
  }

  /** Lets others write the result: nothing will come. */
  leave(): void {
    this.#release();
  }

  /** The rows that are left, after comparing the others with those that were answered. Throws `UsageError` if they differ. */
  async remaining(rows: AsyncIterable<Row>): Promise<AsyncIterable<Row>> {
    const iterator = rows[Symbol.asyncIterator]();
    for (let row = 0; row < this.entries.length; row++) {
      const next = await iterator.next();
      if (!next.done) {
        this.#rowsDigest = rowDigest(this.#rowsDigest, next.value);
        if (this.#rowsDigest === this.entries[row]!.digest) continue;
      }
      throw new UsageError(
        `The list has changed since "${this.#path}" was started: ${
          next.done
            ? `it has ${quantity(row, "row")} now, and ${
              quantity(this.entries.length, "was", "were")
            } answered`
            : `row ${row + 1} is different`
        }`,
        { hint: anew(this.#path) },
      );
    }
    return { [Symbol.asyncIterator]: () => iterator };
  }

  /** Opens both files. Rejects with `OutputError`. */
  async begin(): Promise<void> {
    const { files } = this.#host;
    if (this.rows > 0) {
      this.#log.info(`Continuing after row ${this.rows} of the list`);
    }
    const text = headLine(this.#head) + this.entries.map(entryLine).join("");
    const bytes = ENCODER.encode(text);
    // The journal never says more than there is: it comes first.
    await files.write(this.#path + JOURNAL, bytes);
    this.#journal = await files.extend(this.#path + JOURNAL, bytes.length);
    this.#output = await files.extend(this.#path + INCOMPLETE, this.#length);
    await this.#journal.sync();
  }

  /** Takes part of the output. */
  async write(bytes: Uint8Array): Promise<boolean> {
    await this.#output!.write(bytes);
    this.#length += bytes.length;
    this.#outputDigest = bytesDigest(this.#outputDigest, bytes);
    return true;
  }

  release(): Promise<boolean> {
    return Promise.resolve(true);
  }

  /** A row is in the output. */
  async mark<M>(answer: RowAnswer<M>): Promise<void> {
    const { row, status, matches, inexact } = answer;
    this.#rowsDigest = rowDigest(this.#rowsDigest, row);
    this.#row++;
    this.#unwritten += entryLine({
      row: this.#row,
      status,
      matches: matches.length,
      inexact,
      length: this.#length,
      digest: this.#rowsDigest,
      output: this.#outputDigest,
    });
    if (this.#host.clock.now() - this.#synced >= SYNC_INTERVAL) {
      await this.#sync();
    }
  }

  /** Every row was queried. */
  finish(): void {
    this.#isFinished = true;
  }

  /** The output first, then the journal's entry about it. */
  async #sync(): Promise<void> {
    const text = this.#unwritten;
    this.#unwritten = "";
    if (text !== "") {
      await this.#output!.sync();
      await this.#journal!.write(ENCODER.encode(text));
      await this.#journal!.sync();
    }
    this.#synced = this.#host.clock.now();
  }

  /** The run is over, well or not. */
  async end(summary: Summary, hasFailed: boolean): Promise<void> {
    try {
      await this.#end(summary, hasFailed);
    } finally {
      this.#release();
    }
  }

  async #end(summary: Summary, hasFailed: boolean): Promise<void> {
    const { matches, incomplete, damaged = 0 } = summary;
    const isComplete = this.#isFinished && !hasFailed &&
      incomplete === undefined && damaged === 0;
    try {
      if (this.#output === undefined) return;
      if (this.#isFinished && !hasFailed && !isComplete) {
        this.#unwritten += FINISHED_LINE;
      }
      await this.#sync();
    } finally {
      await this.#output?.close();
      await this.#journal?.close();
    }
    const { files } = this.#host;
    if (this.#row === 0 && !isComplete) {
      await files.remove(this.#path + INCOMPLETE);
      await files.remove(this.#path + JOURNAL);
      return;
    }
    const matchCount = quantity(matches, "match", "matches");
    if (isComplete) {
      await files.rename(this.#path + INCOMPLETE, this.#path);
      await files.remove(this.#path + JOURNAL);
      this.#log.info(`Wrote ${matchCount} to "${this.#path}"`);
      return;
    }
    this.#log.warn([
      `The result is incomplete: ${matchCount} kept as "${this.#path}${INCOMPLETE}"`,
      this.#isFinished
        ? "Hint: The same command continues with the first unanswered row."
        : `Hint: The same command continues after row ${this.#row}.`,
    ]);
  }
}

/** The answers of an earlier run, as far as they are good. */
function earlierEntries(
  path: string,
  head: JournalHead,
  host: Host,
  log: Logger,
): readonly JournalEntry[] {
  const name = path + JOURNAL;
  const { files } = host;
  if (files.stat(name) === undefined) return [];
  const text = new TextDecoder().decode(files.read(name, MOST_JOURNAL));
  // A run that ended before its first line was written left nothing to go on from.
  if (!text.includes("\n")) return [];
  const journal = parseJournal(text, name);
  const differing = changes(journal.head, head);
  const changed = differing.filter((name) => name !== PEER);
  if (changed.length === 0 && differing.length > 0) {
    log.warn(`"${path}" was started with another address`);
  } else if (changed.length > 0) {
    throw new UsageError(
      `"${path}" was started with another query, which differs in ${
        changed.join(", ")
      }`,
      { hint: anew(path) },
    );
  }
  return goodEntries(path, journal, host, log);
}

/** The entries whose output is written; for a run that queried every row, those before the first that was not answered. */
function goodEntries(
  path: string,
  { entries, isFinished }: Journal,
  host: Host,
  log: Logger,
): readonly JournalEntry[] {
  if (entries.length === 0) return entries;
  const output = path + INCOMPLETE;
  const facts = host.files.stat(output);
  if (facts?.kind !== "file") {
    throw new InputError(
      "input-invalid",
      `The journal "${path}${JOURNAL}" exists, but its output "${output}" does not`,
      { hint: anew(path) },
    );
  }
  let digest = "";
  let length = 0;
  let good = 0;
  const compare = (piece: Uint8Array) => {
    let at = 0;
    for (let entry; (entry = entries[good]) !== undefined; good++) {
      const end = entry.length - length;
      if (end > piece.length) break;
      digest = bytesDigest(digest, piece.subarray(at, end));
      at = end;
      if (digest === entry.output) continue;
      throw new InputError(
        "input-invalid",
        `"${output}" was changed since the journal was written`,
        { hint: anew(path) },
      );
    }
    digest = bytesDigest(digest, piece.subarray(at));
    length += piece.length;
  };
  // Rows without output may come before anything else.
  compare(new Uint8Array(0));
  for (const piece of host.files.pieces(output)) compare(piece);
  if (good < entries.length) {
    log.warn(
      `"${output}" is shorter than its journal says: continuing after row ${good}`,
    );
  }
  const isAnswered = ({ status }: JournalEntry) =>
    status !== "failed" && status !== "incomplete";
  const first = entries.findIndex((entry) => !isAnswered(entry));
  return entries.slice(
    0,
    isFinished && first >= 0 ? Math.min(first, good) : good,
  );
}

function anew(path: string): string {
  return `Remove "${path}${JOURNAL}" to start again`;
}

/** Collects rows. */
export class TodoList {
  readonly #path: string;
  readonly #columns: readonly string[];
  readonly #host: Host;
  #file: FileWriter | undefined;
  #count = 0;

  constructor(path: string, columns: readonly string[], host: Host) {
    this.#path = path;
    this.#columns = columns;
    this.#host = host;
  }

  /** Rows so far. */
  get count(): number {
    return this.#count;
  }

  /** Adds a row. Rejects with `OutputError`. */
  async add({ cells }: Row): Promise<void> {
    if (this.#file === undefined) {
      this.#file = await this.#host.files.create(this.#path);
      await this.#file.write(lineOf(this.#columns));
    }
    this.#count++;
    await this.#file.write(lineOf(cells));
  }

  /** Gives the file its name. Rejects with `OutputError`. */
  async end(): Promise<void> {
    await this.#file?.commit();
    this.#file = undefined;
  }
}

function lineOf(fields: readonly string[]): string {
  const line = fields.map((field) =>
    /[",;\t\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
  ).join(",");
  return `${line === "" ? '""' : line}\r\n`;
}
