/**
 * Format `xlsx`: a workbook with the matches, and a sheet with the query, the peer, the time, and whether the result is complete.
 * Rows leave as they come: of the matches no more is kept than the first ones, from which the widths of the columns are chosen.
 */
import { Zip, ZipDeflate } from "fflate/browser";
import { latin1 } from "../../bytes/latin1.ts";
import { Dictionary } from "../../dictionary/dictionary.ts";
import { advise, quantity, UsageError } from "../../errors.ts";
import type { About } from "../about.ts";
import { CellReader } from "../cells.ts";
import { type Column, columnsOf } from "../columns.ts";
import { StoredTexts } from "../stored_text.ts";
import { displayWidth } from "../width.ts";
import type {
  MatchRecord,
  ResultWriter,
  Summary,
  TextOptions,
} from "../writer.ts";
import { type CellContent, contentOf } from "./cell.ts";
import { aboutRows } from "./about_sheet.ts";
import {
  type Ground,
  packageParts,
  type SheetEntry,
  styleIndex,
  stylesPart,
  workbookPart,
  WORKSHEET,
} from "./parts.ts";
import { upperHex } from "../../bytes/hex.ts";

/** The contents of the workbook. */
export interface XlsxOptions extends TextOptions {
  /** The columns; those of the first match when absent or empty. */
  readonly columns?: readonly Column[] | undefined;
  /** The contents of the second sheet, and the time stamp of parts. */
  readonly about: About;
  /** Rows of a sheet, its heading included; the limit of the format when absent. */
  readonly maxRows?: number;
}

/** The rows and columns that a sheet has in Excel (its specifications and limits). */
export const MOST_ROWS = 1_048_576;
const MOST_COLUMNS = 16_384;

/** Matches from which the widths are chosen. */
const BATCH = 100;
/** Widths of columns, in digits. */
const NARROWEST = 8;
const WIDEST = 60;
/** XML is compressed in pieces of this number of characters. */
const PIECE = 1 << 16;
/** Sizes of parts are numbers of 32 bits; at three bytes per UTF-16 unit that is this number of units. */
const MOST_XML = 1_400_000_000;
/** Numbers of incomplete rows that the second sheet names. */
const MOST_NAMED = 100;

const ENCODER = new TextEncoder();

/** A match on its way. */
interface Row {
  readonly cells: readonly CellContent[];
  readonly isIncomplete: boolean;
}

/** Writes the workbook. */
export class XlsxWriter implements ResultWriter {
  readonly binary = true;
  readonly #options: XlsxOptions;
  readonly #dictionary: Dictionary;
  readonly #reader: CellReader;
  readonly #texts: StoredTexts;
  readonly #zip: Zip;
  readonly #sheets: SheetEntry[] = [];
  readonly #incomplete: string[] = [];
  #columns: readonly Column[];
  #names: readonly string[] = [];
  #widths: readonly number[] = [];
  #firstRows: Row[] | undefined = [];
  /** The part of the archive that is ready to be written. */
  #ready = "";
  #part: ZipDeflate | undefined;
  #xml = "";
  /** Rows of the sheet under way, the heading included, and characters of its XML. */
  #rows = 0;
  #length = 0;
  #cut = 0;

  constructor(options: XlsxOptions) {
    this.#options = { ...options, dates: "iso" };
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#reader = new CellReader(options);
    this.#texts = new StoredTexts(this.#options);
    this.#columns = options.columns ?? [];
    this.#zip = new Zip((error, bytes) => {
      if (error !== null) throw error;
      this.#ready += latin1(bytes);
    });
  }

  begin(): string {
    return "";
  }

  match(record: MatchRecord): string {
    if (this.#columns.length === 0) {
      const { hidden } = this.#options;
      this.#columns = columnsOf(record.dataset, this.#dictionary)
        .filter(({ path }) => hidden?.has(path[0]!) !== true);
    }
    const row = this.#row(record);
    if (this.#firstRows === undefined) this.#add(row);
    else {
      this.#firstRows.push(row);
      if (this.#firstRows.length >= BATCH) this.#release();
    }
    return this.#take();
  }

  end(summary: Summary): string {
    this.#release();
    this.#closeSheet();
    const isPartial = summary.incomplete !== undefined ||
      (summary.damaged ?? 0) > 0;
    const active = isPartial ? this.#sheets.length : 0;
    this.#aboutSheet(summary);
    const { length } = this.#sheets;
    this.#write("xl/styles.xml", stylesPart());
    this.#write("xl/workbook.xml", workbookPart(this.#sheets, active));
    for (const [name, text] of packageParts(length)) this.#write(name, text);
    this.#zip.end();
    return this.#take();
  }

  /** Data that could not be represented unchanged, one sentence each, once `end` was called. */
  notices(): string[] {
    const sheets = this.#sheets.length - 1;
    return [
      ...sheets > 1
        ? [
          `A sheet has room for ${
            quantity(this.#maxRows - 1, "match", "matches")
          }: the others are in ${quantity(sheets - 1, "more sheet")}`,
        ]
        : [],
      ...this.#cut > 0
        ? [
          `${
            quantity(this.#cut, "value is", "values are")
          } longer than the ${MOST_CHARACTERS} characters of a cell and cut there`,
        ]
        : [],
    ];
  }

  get #maxRows(): number {
    return this.#options.maxRows ?? MOST_ROWS;
  }

  #take(): string {
    const ready = this.#ready;
    this.#ready = "";
    return ready;
  }

  #row(record: MatchRecord): Row {
    const cells = this.#reader.cells(record, this.#columns);
    return {
      cells: cells.map((cell) => contentOf(cell, this.#texts.text(cell))),
      isIncomplete: record.isIncomplete === true,
    };
  }

  /** Everything is known that a sheet begins with. */
  #release(): void {
    const rows = this.#firstRows;
    if (rows === undefined) return;
    this.#firstRows = undefined;
    if (this.#columns.length > MOST_COLUMNS) {
      throw new UsageError(
        `A sheet has at most ${MOST_COLUMNS} columns, not ${this.#columns.length}`,
        { hint: advise("Choose some of them", "choose-columns") },
      );
    }
    this.#names = this.#columns.map((_, index) => columnName(index));
    this.#widths = this.#columns.map(({ label }, index) =>
      rows.reduce(
        (width, { cells }) => Math.max(width, widthOf(cells[index]!)),
        displayWidth(label) + 3, // the button of the filter
      )
    );
    this.#openSheet();
    for (const row of rows) this.#add(row);
  }

  #add({ cells, isIncomplete }: Row): void {
    if (this.#rows >= this.#maxRows || this.#length > MOST_XML) {
      this.#closeSheet();
      this.#openSheet();
    }
    const fitted = cells.map((cell) => this.#fitted(cell));
    this.#addRow(fitted, isIncomplete ? "alert" : "plain");
    if (isIncomplete && this.#incomplete.length <= MOST_NAMED) {
      this.#incomplete.push(`${this.#sheetName} ${this.#rows}`);
    }
  }

  #fitted(cell: CellContent): CellContent {
    if (cell.kind !== "text") return cell;
    const text = fittedText(cell.text);
    if (text !== cell.text) this.#cut++;
    return text === cell.text ? cell : { kind: "text", text };
  }

  get #sheetName(): string {
    const number = this.#sheets.length + 1;
    return number === 1 ? "Matches" : `Matches ${number}`;
  }

  #openSheet(): void {
    this.#begin(`xl/worksheets/sheet${this.#sheets.length + 1}.xml`);
    this.#rows = 0;
    this.#length = 0;
    const columns = this.#widths.map((width, index) =>
      `<col min="${index + 1}" max="${index + 1}" width="${
        Math.min(Math.max(width + 1, NARROWEST), WIDEST)
      }" customWidth="1"/>`
    );
    this.#push(
      `${WORKSHEET}<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>${
        columns.length === 0 ? "" : `<cols>${columns.join("")}</cols>`
      }<sheetData>`,
    );
    this.#addRow(
      this.#columns.map(({ label }) => ({ kind: "text", text: label })),
      "heading",
    );
  }

  #closeSheet(): void {
    const last = this.#names.at(-1);
    const name = this.#sheetName;
    this.#push(
      `</sheetData>${
        last === undefined ? "" : `<autoFilter ref="A1:${last}${this.#rows}"/>`
      }</worksheet>`,
    );
    this.#end();
    this.#sheets.push({
      name,
      ...last !== undefined && { filter: `$A$1:$${last}$${this.#rows}` },
    });
  }

  #addRow(cells: readonly CellContent[], ground: Ground): void {
    this.#push(rowXml(++this.#rows, cells, this.#names, ground));
  }

  #aboutSheet(summary: Summary): void {
    const number = this.#sheets.length + 1;
    this.#sheets.push({ name: "Query" });
    const rows = aboutRows(
      this.#options.about,
      summary,
      this.notices(),
      this.#incomplete,
    );
    const names = ["A", "B"];
    this.#write(
      `xl/worksheets/sheet${number}.xml`,
      `${WORKSHEET}<cols><col min="1" max="1" width="22" customWidth="1"/><col min="2" max="2" width="90" customWidth="1"/></cols><sheetData>${
        rows.map(({ cells, ground }, index) =>
          rowXml(
            index + 1,
            cells.map((cell) => this.#fitted(cell)),
            names,
            ground,
          )
        ).join("")
      }</sheetData></worksheet>`,
    );
  }

  #write(name: string, text: string): void {
    this.#begin(name);
    this.#push(text);
    this.#end();
  }

  #begin(name: string): void {
    this.#part = new ZipDeflate(name);
    this.#part.mtime = this.#options.about.time;
    this.#zip.add(this.#part);
  }

  #push(xml: string): void {
    this.#xml += xml;
    this.#length += xml.length;
    if (this.#xml.length < PIECE) return;
    this.#part!.push(ENCODER.encode(this.#xml));
    this.#xml = "";
  }

  #end(): void {
    this.#part!.push(ENCODER.encode(this.#xml), true);
    this.#part = undefined;
    this.#xml = "";
  }
}

/** Approximate number of digits that a cell holds. */
function widthOf(cell: CellContent): number {
  switch (cell.kind) {
    case "text":
      return displayWidth(cell.text.slice(0, WIDEST));
    case "number":
      return String(cell.value).length;
    case "date":
      return 10;
    case "moment":
    case "momentFraction":
      return 20;
    default:
      return 9;
  }
}

/** The number of UTF-16 units that fit in a cell (Excel's specifications and limits). */
export const MOST_CHARACTERS = 32_767;

/** `A` for 0, `AA` for 26. */
export function columnName(index: number): string {
  const letter = String.fromCharCode(65 + index % 26);
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

/** A row, counted from 1, as XML. Empty texts have no cell, unless the ground is to be seen. */
export function rowXml(
  number: number,
  cells: readonly CellContent[],
  names: readonly string[],
  ground: Ground = "plain",
): string {
  let xml = `<row r="${number}">`;
  for (const [index, cell] of cells.entries()) {
    const head = `<c r="${names[index]}${number}" s="${
      styleIndex(cell.kind, ground)
    }"`;
    if (cell.kind !== "text") xml += `${head}><v>${cell.value}</v></c>`;
    else if (cell.text !== "") {
      xml += `${head} t="inlineStr"><is><t xml:space="preserve">${
        cellText(cell.text)
      }</t></is></c>`;
    } else if (ground !== "plain") xml += `${head}/>`;
  }
  return `${xml}</row>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
};

/**
 * Text that is not written as it is: markup, characters that XML forbids or changes, and text that looks like the escape for these.
 */
const SPECIAL =
  /[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|_(?=x[0-9a-fA-F]{4}_)/g;

/** Text as content of a cell: characters that XML cannot hold are `_xHHHH_` there (ECMA-376 part 1, 22.9.2.19). */
export function cellText(text: string): string {
  return text.replace(
    SPECIAL,
    (character) =>
      ENTITIES[character] ??
        `_x${upperHex(character.charCodeAt(0), 4)}_`,
  );
}

/** The text as far as a cell has room for it, with an ellipsis if something is missing. */
function fittedText(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const last = text.charCodeAt(MOST_CHARACTERS - 2);
  const splitsPair = last >= 0xd800 && last < 0xdc00;
  return `${text.slice(0, MOST_CHARACTERS - (splitsPair ? 2 : 1))}…`;
}
