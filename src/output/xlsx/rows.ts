/** The XML of rows and cells. Does not depend on any archive or DICOM. */
import { upperHex } from "../../bytes/hex.ts";
import type { CellContent } from "./cell.ts";
import { type Ground, styleIndex } from "./parts.ts";

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

/** The text as far as a cell has room for it, with an ellipsis where something is missing. */
export function fittedText(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const last = text.charCodeAt(MOST_CHARACTERS - 2);
  const splitsPair = last >= 0xd800 && last < 0xdc00;
  return `${text.slice(0, MOST_CHARACTERS - (splitsPair ? 2 : 1))}…`;
}
