/** The values of matches at the paths of columns, ready to be read as text. Does not depend on any format. */
import { Charset } from "../charset/charset.ts";
import { charsetOf } from "../codec/values.ts";
import { type Dataset, type Element, isSequence } from "../dataset/dataset.ts";
import type { Vr } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { knownElement } from "./attributes.ts";
import { PlainTexts } from "./plain_text.ts";
import { type Column, NO_ATTRIBUTE, tagIn } from "./columns.ts";
import { readableText } from "./value_text.ts";
import {
  type Provenance,
  type TextOptions,
  undeclaredCharset,
} from "./writer.ts";

/** One element at a path, with the VR that the dictionary knows if it came as UN, and the character set around it. */
export interface Cell {
  readonly element: Element;
  readonly charset: Charset;
  /** Its text, where that is a plain one: see `plain_text.ts`. */
  readonly plain: string | undefined;
}

/** A cell for people; empty for the place of an item that lacks the attribute. */
export function readableCell(cell: Cell | undefined): string {
  if (cell === undefined) return "";
  const { element, charset, plain } = cell;
  return plain !== undefined && isReadable(element.vr)
    ? plain
    : readableText(element, charset);
}

/** Whether people get values as they are stored. */
function isReadable(vr: Vr): boolean {
  return vr !== "DA" && vr !== "TM" && vr !== "DT" && vr !== "PN" &&
    vr !== "UI";
}

/** A cell with a text that is not an attribute. */
function textCell(text: string): Cell {
  const value = ENCODER.encode(text);
  return {
    element: { tag: NO_ATTRIBUTE[0]!, vr: "UT", value },
    charset: UTF8,
    plain: text,
  };
}

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
   * The cells of a match, per column: none if the attribute is absent, several where a sequence on the way has several items.
   * Each item has its place, undefined if it lacks the attribute.
   */
  cells(
    record: Provenance & { readonly dataset: Dataset },
    columns: readonly Column[],
  ): (Cell | undefined)[][] {
    this.#plain.renew();
    const { dataset } = record;
    const charset = this.#charsetOf(dataset, this.#undeclared);
    return columns.map((column) =>
      column.textOf === undefined
        ? this.#at(dataset, column, 0, charset)
        : [textCell(column.textOf(record))]
    );
  }

  #at(
    dataset: Dataset,
    column: Column,
    depth: number,
    charset: Charset,
  ): (Cell | undefined)[] {
    const tag = column.steps === undefined
      ? column.path[depth]!
      : tagIn(dataset, column, depth);
    const received = tag === undefined ? undefined : dataset.get(tag);
    // Below an item its place is kept.
    if (received === undefined) return depth === 0 ? [] : [undefined];
    const element = knownElement(dataset, received, this.#dictionary);
    if (depth === column.path.length - 1) {
      return [{ element, charset, plain: this.#plain.of(element) }];
    }
    if (!isSequence(element)) return [];
    return element.items.flatMap(({ dataset }) =>
      this.#at(dataset, column, depth + 1, this.#charsetOf(dataset, charset))
    );
  }

  #charsetOf(dataset: Dataset, inherited: Charset): Charset {
    return charsetOf(dataset, inherited, this.#options.charsets);
  }
}
