/** The values of matches at the paths of columns, ready to be read as text. Does not depend on any format. */
import { Charset } from "../charset/charset.ts";
import { viewOf } from "../bytes/view.ts";
import type { PlainElements } from "../codec/plain_elements.ts";
import { charsetOf } from "../codec/values.ts";
import {
  Dataset,
  type Element,
  type Holder,
  isSequence,
} from "../dataset/dataset.ts";
import type { Tag } from "../dataset/tag.ts";
import type { Vr } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { knownElement } from "./attributes.ts";
import { type Elements, elementsOf, PlainTexts } from "./plain_text.ts";
import { type Column, NO_ATTRIBUTE, tagIn } from "./columns.ts";
import { readableText, readableValue } from "./value_text.ts";
import {
  type MatchRecord,
  type Provenance,
  type TextOptions,
  undeclaredCharset,
} from "./writer.ts";

/** A cell whose element is made when it is looked at. */
class PlainCell implements Cell {
  readonly charset: Charset;
  readonly plain: string | undefined;
  readonly vr: Vr;
  readonly #tag: Tag;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;

  /** The element of this index, whose text is this. */
  constructor(
    elements: PlainElements,
    index: number,
    charset: Charset,
    plain: string | undefined,
  ) {
    this.charset = charset;
    this.plain = plain;
    this.vr = elements.vr(index);
    this.#tag = elements.tag(index);
    this.#bytes = elements.bytes;
    this.#start = elements.start(index);
    this.#end = elements.end(index);
  }

  get element(): Element {
    const value = viewOf(this.#bytes, this.#start, this.#end);
    return { tag: this.#tag, vr: this.vr, value } as Element;
  }
}

/** One element at a path, with the VR that the dictionary knows if it came as UN, and the character set around it. */
export interface Cell {
  readonly element: Element;
  /** The VR of the element. */
  readonly vr: Vr;
  readonly charset: Charset;
  /** Its text, if that is a plain one: see `plain_text.ts`. */
  readonly plain: string | undefined;
}

/** A cell for people; empty for the place of an item that lacks the attribute. */
export function readableCell(cell: Cell | undefined): string {
  if (cell === undefined) return "";
  return cell.plain === undefined
    ? readableText(cell.element, cell.charset)
    : cell.plain === ""
    ? ""
    : readableValue(cell.plain, cell.vr);
}

/** A cell with a text that is not an attribute. */
function textCell(text: string): Cell {
  const value = ENCODER.encode(text);
  return {
    element: { tag: NO_ATTRIBUTE[0]!, vr: "UT", value },
    vr: "UT",
    charset: UTF8,
    plain: text,
  };
}

const NO_CELLS: readonly Cell[] = [];
const ENCODER = new TextEncoder();
const UTF8 = Charset.of(["ISO_IR 192"]);

/** Looks up cells. One serves a whole run. */
export class CellReader {
  readonly #options: TextOptions;
  readonly #dictionary: Dictionary;
  readonly #undeclared: Charset;
  readonly #plain = new PlainTexts();

  constructor(options: TextOptions = {}) {
    this.#options = options;
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#undeclared = undeclaredCharset(options);
  }

  /**
   * The cells of a match, per column: none if the attribute is absent, several if a sequence on the way has several items.
   * Each item has its place, undefined if it lacks the attribute.
   */
  cells(
    record: Provenance & Pick<MatchRecord, "dataset" | "elements">,
    columns: readonly Column[],
  ): (readonly (Cell | undefined)[])[] {
    this.#plain.renew();
    const elements = elementsOf(record);
    const charset = this.#charsetOf(elements, this.#undeclared);
    return columns.map((column) =>
      column.textOf !== undefined
        ? [textCell(column.textOf(record))]
        : this.#among(elements, column, charset) ??
          this.#at(elements, column, 0, charset)
    );
  }

  /** The quick way to the cells of a column of one attribute; undefined for others, and for an element that is more than its value. */
  #among(
    elements: Elements,
    { path, steps }: Column,
    charset: Charset,
  ): readonly Cell[] | undefined {
    if (
      elements instanceof Dataset || path.length > 1 ||
      steps !== undefined
    ) return undefined;
    const index = elements.indexOf(path[0]!);
    if (index < 0) return NO_CELLS;
    const vr = elements.vr(index);
    if (vr === "UN" || vr === "SQ") return undefined;
    const plain = this.#plain.at(elements, index);
    return [new PlainCell(elements, index, charset, plain)];
  }

  #at(
    dataset: Holder,
    column: Column,
    depth: number,
    charset: Charset,
  ): (Cell | undefined)[] {
    const tag = column.steps === undefined
      ? column.path[depth]!
      : tagIn(dataset, column, depth);
    const receivedElement = tag === undefined ? undefined : dataset.get(tag);
    // Below an item its place is kept.
    if (receivedElement === undefined) return depth === 0 ? [] : [undefined];
    const element = knownElement(dataset, receivedElement, this.#dictionary);
    if (depth === column.path.length - 1) {
      const plain = this.#plain.of(element);
      return [{ element, vr: element.vr, charset, plain }];
    }
    if (!isSequence(element)) return [];
    return element.items.flatMap(({ dataset }) =>
      this.#at(dataset, column, depth + 1, this.#charsetOf(dataset, charset))
    );
  }

  #charsetOf(dataset: Holder, inherited: Charset): Charset {
    return charsetOf(dataset, inherited, this.#options.charsets);
  }
}
