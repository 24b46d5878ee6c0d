/**
 * Lists as rows, read as they come: CSV with a heading (`,`, `;` or tab), plain lines, a JSON array or JSON lines of objects.
 * The content says which of them it is. Does not depend on DICOM except the names of attributes.
 */
import { InputError, UsageError } from "../../errors.ts";
import type { Row } from "../../plan/list.ts";
import { arrayElements, cellsOf, columnsOfObject } from "./json_rows.ts";
import { decodedText } from "./text.ts";

/** A list whose beginning was read. */
export interface OpenList {
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** Whether the columns come from a heading or from the names of members: false for plain lines. */
  readonly isNamed: boolean;
  /** To be read once. */
  readonly rows: AsyncIterable<Row>;
}

/** How a list is read. */
export interface ListReading {
  /** Its name in messages: `"cohort.csv"`, `standard input`. */
  readonly name: string;
  /** The columns that are requested by name; plain lines are called by the first. */
  readonly requestedColumns: readonly string[];
  /** Finds a column by a name as typed: its index, or -1. */
  readonly find: (columns: readonly string[], name: string) => number;
  /** Whether a name is one of an attribute. */
  readonly isAttribute: (name: string) => boolean;
  /** Most characters of one row; a file with longer rows is not a list. */
  readonly mostCharacters?: number;
}

/** A heading, or a row, may be so long. */
const MOST_CHARACTERS = 1 << 20;

/** Reads the beginning. Throws `InputError` if it is not a list or is empty, `UsageError` if the key is not named. */
export async function openList(
  chunks: AsyncIterable<Uint8Array>,
  reading: ListReading,
): Promise<OpenList> {
  const { name, mostCharacters = MOST_CHARACTERS } = reading;
  const text = new Peekable(decodedText(chunks, name), mostCharacters, name);
  let first = await text.firstLine();
  // As some programs say it to Excel.
  const declared = /^sep=(.)$/i.exec(first ?? "")?.[1];
  if (declared !== undefined) {
    text.skip(first!.length);
    first = await text.firstLine();
  }
  if (first === undefined) {
    throw new UsageError(`The list ${name} is empty`);
  }
  const separator = declared ?? separatorOf(first);
  const mark = first.trimStart()[0];
  if (mark === "[" || mark === "{") return await jsonList(text, mark, reading);
  if (/^\s*<[?!a-z]/i.test(first)) {
    throw new InputError("input-invalid", `The list ${name} is XML or HTML`, {
      hint:
        "Give it as CSV, plain lines or JSON; findscu writes them with --csv and --jsonl",
    });
  }
  const fields = await headingOf(first, separator, name);
  const { requestedColumns, find, isAttribute } = reading;
  const isHeading = requestedColumns.length === 0
    ? fields.length > 1 || isAttribute(fields[0]!)
    : requestedColumns.some((column) => find(fields, column) >= 0);
  if (isHeading) return await csvList(text, separator, reading);
  // A list with several columns has names for them.
  if (fields.length > 1 && requestedColumns.length > 0) {
    return await csvList(text, separator, reading);
  }
  if (requestedColumns.length === 0) {
    throw new UsageError(
      `The list ${name} has no heading: its first line is ${
        JSON.stringify(first)
      }`,
      {
        hint:
          "Name the key of plain lines, as in --each FILE:PatientID, or add a heading",
      },
    );
  }
  // Nobody is called like an attribute: a first line that begins so is a heading, and lacks the column or has another separator.
  const isLikeHeading = isAttribute(/^[^,;\t|:]*/.exec(first)![0].trim());
  if (
    requestedColumns.length > 1 || !isAttribute(requestedColumns[0]!) ||
    isLikeHeading
  ) return await csvList(text, separator, reading);
  return {
    columns: [requestedColumns[0]!],
    isNamed: false,
    rows: plainRows(text),
  };
}

async function* plainRows(text: Peekable): AsyncGenerator<Row> {
  let number = 0;
  let blank = 0;
  for await (const line of text.lines()) {
    if (line.trim() === "") {
      blank++;
      continue;
    }
    // Empty lines at the end are not rows; between others they may mean something that is missing.
    for (; blank > 0; blank--) yield { number: ++number, cells: [""] };
    yield { number: ++number, cells: [line.trim()] };
  }
}

/** Separators of columns; the one that the heading has most of counts. */
const SEPARATORS = [",", ";", "\t"] as const;

/** The separator of a line, outside of quotes. */
function separatorOf(line: string): string {
  const bare = line.replace(/"[^"]*"/g, "");
  const count = (separator: string) => bare.split(separator).length;
  return SEPARATORS.reduce((best, one) =>
    count(one) > count(best) ? one : best
  );
}

async function headingOf(
  line: string,
  separator: string,
  name: string,
): Promise<string[]> {
  // A heading with a line end in quotes is read later: here it only matters that there are several columns.
  if (line.split('"').length % 2 === 0) return [line, ""];
  for await (const fields of csvRecords([line], separator, name)) {
    return fields.map((field) => field.trim());
  }
  return [line];
}

async function csvList(
  text: Peekable,
  separator: string,
  { name }: ListReading,
): Promise<OpenList> {
  const records = csvRecords(text.pieces(), separator, name);
  const heading = (await records.next()).value as string[] | undefined ?? [];
  const columns = heading.map((field, index) =>
    field.trim() || `column ${index + 1}`
  );
  const twice = columns.find((column, index) =>
    columns.indexOf(column) !== index
  );
  if (twice !== undefined) {
    throw new InputError(
      "input-invalid",
      `The list ${name} has two columns named "${twice}"`,
      { hint: "Give each column a unique name" },
    );
  }
  return { columns, isNamed: true, rows: csvRows(records, columns, name) };
}

async function* csvRows(
  records: AsyncIterable<string[]>,
  columns: readonly string[],
  name: string,
): AsyncGenerator<Row> {
  let number = 0;
  for await (const fields of records) {
    number++;
    if (fields.slice(columns.length).some((field) => field.trim() !== "")) {
      throw new InputError(
        "input-invalid",
        `Row ${number} of the list ${name} has ${fields.length} fields, its heading ${columns.length}`,
        { hint: "Put values that contain the separator in quotation marks" },
      );
    }
    yield {
      number,
      cells: columns.map((_, index) => (fields[index] ?? "").trim()),
    };
  }
}

/** Records of CSV by @std/csv, loaded for it. */
async function* csvRecords(
  pieces: Iterable<string> | AsyncIterable<string>,
  separator: string,
  name: string,
): AsyncGenerator<string[]> {
  const { CsvParseStream } = await import("@std/csv/parse_stream.js");
  const parser = new CsvParseStream({ separator });
  const writer = parser.writable.getWriter();
  const reader = parser.readable.getReader();
  let failure: unknown;
  const fed = (async () => {
    try {
      for await (const piece of pieces) await writer.write(piece);
      await writer.close();
    } catch (error) {
      failure = error;
      // An orderly end: the parser leaves promises that would reject with the error, unhandled.
      await writer.close().catch(() => {});
    }
  })();
  try {
    while (true) {
      const { value, done } = await reader.read();
      if (done || failure !== undefined) break;
      yield value as string[];
    }
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError(
      "input-invalid",
      `The list ${name} is not CSV: ${csvMistake(error.message)}`,
      { cause: error, hint: 'Write a quotation mark within a value as ""' },
    );
  } finally {
    await reader.cancel().catch(() => {});
  }
  await fed;
  if (failure !== undefined) throw failure;
}

/** `line 3: a quotation mark that …`, from the parser's message. */
function csvMistake(message: string): string {
  const line = /line (\d+)/.exec(message)?.[1];
  const what = /bare/.test(message)
    ? "a quotation mark within a value that does not begin with one"
    : "a quoted value is not closed, or text follows between it and the separator";
  return line === undefined ? what : `line ${line}: ${what}`;
}

async function jsonList(
  text: Peekable,
  mark: "[" | "{",
  { name }: ListReading,
): Promise<OpenList> {
  const objects = mark === "["
    ? arrayElements(text.pieces(), name)
    : jsonLines(text, name);
  const first = await objects.next();
  if (first.done) {
    throw new UsageError(`The list ${name} is empty`);
  }
  const columns = columnsOfObject(first.value);
  if (columns.length === 0) {
    throw new InputError(
      "input-invalid",
      `The first object of the list ${name} has no member with a value`,
    );
  }
  return {
    columns,
    isNamed: true,
    rows: jsonRows(first.value, objects, columns),
  };
}

async function* jsonRows(
  first: Record<string, unknown>,
  others: AsyncIterable<Record<string, unknown>>,
  columns: readonly string[],
): AsyncGenerator<Row> {
  yield { number: 1, cells: cellsOf(first, columns) };
  let number = 1;
  for await (const object of others) {
    yield { number: ++number, cells: cellsOf(object, columns) };
  }
}

async function* jsonLines(
  text: Peekable,
  name: string,
): AsyncGenerator<Record<string, unknown>> {
  let number = 0;
  for await (const line of text.lines()) {
    number++;
    if (line.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw new InputError(
        "input-invalid",
        `Line ${number} of the list ${name} is not a JSON object`,
        {
          cause,
          hint: "JSON Lines have one object each; an array begins with [",
        },
      );
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new InputError(
        "input-invalid",
        `Line ${number} of the list ${name} is not a JSON object`,
      );
    }
    yield value as Record<string, unknown>;
  }
}

/** Pieces of a text whose first line was looked at. */
class Peekable {
  readonly #source: AsyncIterator<string>;
  readonly #most: number;
  readonly #name: string;
  #text = "";
  #isOver = false;

  constructor(source: AsyncIterable<string>, most: number, name: string) {
    this.#source = source[Symbol.asyncIterator]();
    this.#most = most;
    this.#name = name;
  }

  /** The first line that is not blank; those before it are dropped. Undefined if there is none. */
  async firstLine(): Promise<string | undefined> {
    while (true) {
      const blank =
        /^(?:[ \t]*\r?\n|[ \t]*\r(?!\n))+/.exec(this.#text)?.[0].length ?? 0;
      this.#text = this.#text.slice(blank);
      const end = /\r?\n|\r(?=[^\n])/.exec(this.#text);
      if (end !== null && end.index > 0) return this.#text.slice(0, end.index);
      if (this.#isOver) {
        return this.#text.trim() === "" ? undefined : this.#text;
      }
      if (this.#text.length > this.#most) throw tooLong(this.#name);
      await this.#more();
    }
  }

  /** Drops as many characters of the first line. */
  skip(length: number): void {
    this.#text = this.#text.slice(length);
  }

  /** All of it, lines ended by line feeds. */
  async *pieces(): AsyncGenerator<string> {
    let isCut = false;
    while (true) {
      let piece = this.#text;
      this.#text = "";
      if (isCut) piece = `\r${piece}`;
      isCut = !this.#isOver && piece.endsWith("\r");
      if (isCut) piece = piece.slice(0, -1);
      if (piece !== "") yield piece.replace(/\r\n?/g, "\n");
      if (this.#isOver) return;
      await this.#more();
    }
  }

  /** Line by line. */
  async *lines(): AsyncGenerator<string> {
    let rest = "";
    for await (const piece of this.pieces()) {
      const lines = (rest + piece).split("\n");
      rest = lines.pop()!;
      yield* lines;
      if (rest.length > this.#most) throw tooLong(this.#name);
    }
    if (rest !== "") yield rest;
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#source.next();
    if (done) this.#isOver = true;
    else this.#text += value;
  }
}

function tooLong(name: string): InputError {
  return new InputError(
    "input-invalid",
    `The list ${name} has a row of more than a million characters`,
    { hint: "Give a list as CSV with a heading, plain lines, or JSON objects" },
  );
}
