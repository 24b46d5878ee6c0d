/**
 * The parts of a workbook besides the rows: styles, the list of sheets, relationships (ECMA-376 part 1). Does not depend on
 * DICOM.
 */
import { type CellKind, NUMBER_FORMATS } from "./cell.ts";

/** How the ground of a cell looks. */
export type Ground = "plain" | "heading" | "alert";

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE =
  "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.";

/** The start of every part. */
const XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
/** Start tag of a worksheet. */
export const WORKSHEET = `${XML_HEAD}<worksheet xmlns="${MAIN}">`;

const GROUNDS: readonly Ground[] = ["plain", "heading", "alert"];
const KINDS = Object.keys(NUMBER_FORMATS) as CellKind[];
/** Number formats of one's own begin here. */
const FIRST_FORMAT = 164;

/** The index of a cell format in `stylesPart`. */
export function styleIndex(kind: CellKind, ground: Ground): number {
  return GROUNDS.indexOf(ground) * KINDS.length + KINDS.indexOf(kind);
}

/** `xl/styles.xml`: one cell format per kind and ground. */
export function stylesPart(): string {
  const formats = KINDS.map((kind, index) =>
    `<numFmt numFmtId="${FIRST_FORMAT + index}" formatCode="${
      NUMBER_FORMATS[kind]
    }"/>`
  );
  const idOf = (kind: CellKind) =>
    kind === "number"
      ? 0
      : kind === "text"
      ? 49
      : FIRST_FORMAT + KINDS.indexOf(kind);
  const cells = GROUNDS.flatMap((_, ground) =>
    KINDS.map((kind) =>
      `<xf numFmtId="${idOf(kind)}" fontId="${ground}" fillId="${
        ground === 0 ? 0 : ground + 1
      }" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/>`
    )
  );
  const font = (more: string, color = "") =>
    `<font>${more}<sz val="11"/>${color}<name val="Calibri"/><family val="2"/></font>`;
  const fill = (rgb: string) =>
    `<fill><patternFill patternType="solid"><fgColor rgb="${rgb}"/><bgColor indexed="64"/></patternFill></fill>`;
  return `${XML_HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="${formats.length}">${
    formats.join("")
  }</numFmts><fonts count="3">${font("")}${font("<b/>")}${
    font("", '<color rgb="FF9C0006"/>')
  }</fonts><fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>${
    fill("FFDDE6F0")
  }${
    fill("FFFFC7CE")
  }</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${cells.length}">${
    cells.join("")
  }</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;
}

/** A worksheet as the workbook knows it; its part is `xl/worksheets/sheetN.xml`, N counted from 1. */
export interface SheetEntry {
  readonly name: string;
  /** The cells that can be filtered, with dollar signs: `$A$1:$C$9`. */
  readonly filter?: string;
}

/** `xl/workbook.xml`; `active` is the sheet that is seen first, counted from 0. */
export function workbookPart(
  sheets: readonly SheetEntry[],
  active: number,
): string {
  const entries = sheets.map(({ name }, index) =>
    `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`
  );
  const filters = sheets.flatMap(({ name, filter }, index) =>
    filter === undefined ? [] : [
      `<definedName name="_xlnm._FilterDatabase" localSheetId="${index}" hidden="1">'${name}'!${filter}</definedName>`,
    ]
  );
  const names = filters.length === 0
    ? ""
    : `<definedNames>${filters.join("")}</definedNames>`;
  return `${XML_HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><bookViews><workbookView activeTab="${active}"/></bookViews><sheets>${
    entries.join("")
  }</sheets>${names}</workbook>`;
}

/** The small parts that define relationships, by their names in the archive. */
export function packageParts(sheets: number): ReadonlyMap<string, string> {
  const numbers = Array.from({ length: sheets }, (_, index) => index + 1);
  const overrides = numbers.map((number) =>
    `<Override PartName="/xl/worksheets/sheet${number}.xml" ContentType="${TYPE}worksheet+xml"/>`
  );
  const relations = [
    ...numbers.map((number) =>
      `<Relationship Id="rId${number}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${number}.xml"/>`
    ),
    `<Relationship Id="rId${
      sheets + 1
    }" Type="${OFFICE}/styles" Target="styles.xml"/>`,
  ];
  const relationships = (content: string) =>
    `${XML_HEAD}<Relationships xmlns="${PACKAGE}/relationships">${content}</Relationships>`;
  return new Map([
    [
      "[Content_Types].xml",
      `${XML_HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}styles+xml"/>${
        overrides.join("")
      }</Types>`,
    ],
    [
      "_rels/.rels",
      relationships(
        `<Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/>`,
      ),
    ],
    ["xl/_rels/workbook.xml.rels", relationships(relations.join(""))],
  ]);
}
