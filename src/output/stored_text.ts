/**
 * The field text in formats for programs: values as DICOM writes them, sequences as JSON. Does not depend on any format's
 * syntax.
 */
import { isSequence } from "../dataset/dataset.ts";
import type { Cell } from "./cells.ts";
import { JsonObjects } from "./json.ts";
import { dicomText } from "./value_text.ts";
import type { TextOptions } from "./writer.ts";

const BETWEEN_ITEMS = " | ";

/**
 * Makes field texts: several values are separated by `\`, those of several items by ` | `, a sequence requested as a whole is JSON.
 * One serves a whole run.
 */
export class StoredTexts {
  readonly #dates: "stored" | "iso" | undefined;
  readonly #objects: JsonObjects;

  constructor(options: TextOptions) {
    this.#dates = options.dates;
    this.#objects = new JsonObjects(options);
  }

  /** The text of the cells that a column has in one match. */
  text(cells: readonly (Cell | undefined)[]): string {
    return cells.length === 1
      ? this.#one(cells[0])
      : cells.map((cell) => this.#one(cell)).join(BETWEEN_ITEMS);
  }

  #one(cell: Cell | undefined): string {
    if (cell === undefined) return "";
    if (cell.plain !== undefined && this.#dates !== "iso") return cell.plain;
    const { element, charset } = cell;
    if (!isSequence(element)) return dicomText(element, charset, this.#dates);
    return element.items.length === 0
      ? ""
      : `[${
        element.items.map((item) => this.#objects.object(item.dataset, charset))
          .join(",")
      }]`;
  }
}
