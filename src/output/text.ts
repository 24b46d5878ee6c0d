/**
 * Format `text`: one block per match, a line per attribute with its keyword and its value as DICOM writes it, so that it can be
 * copied into the next query. Known UIDs are followed by their name; items of sequences are indented. Every value is made harmless.
 */
import type { Charset } from "../charset/charset.ts";
import { charsetOf } from "../codec/values.ts";
import {
  type Element,
  type Holder,
  isFragments,
  isSequence,
  type SequenceElement,
} from "../dataset/dataset.ts";
import { isPrivate, type Tag } from "../dataset/tag.ts";
import type { Vr } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { attributeKey, isStructural, knownElement } from "./attributes.ts";
import {
  closingLine,
  type MatchRecord,
  type ResultWriter,
  type Summary,
  type TextOptions,
  undeclaredCharset,
} from "./writer.ts";
import { type Elements, elementsOf, PlainTexts } from "./plain_text.ts";
import { sanitize } from "./sanitize.ts";
import { BOLD, DIM, styled } from "./style.ts";
import { dicomText, knownUidName, readableText } from "./value_text.ts";
import { displayWidth } from "./width.ts";

/** How the text looks. */
export interface TextWriterOptions extends TextOptions {
  /** Use colours; false when absent. */
  readonly color?: boolean;
  /** End with a line that says how many matches there are; false when absent. */
  readonly closing?: boolean;
}

/** The text before the value of an attribute. */
interface Label {
  readonly key: string;
  /** Columns that the key needs. */
  readonly width: number;
  /** The key with the blanks after it, and the width of the keys that these make up, when it was last written. */
  padded: string;
  column: number;
}

const INDENT = "  ";
/** Stands before further lines of a value, so that none can pass for an attribute. */
const CONTINUED = "│ ";
/** Texts that may hold line ends (PS3.5 6.1.3). */
const MULTILINE: ReadonlySet<Vr> = new Set<Vr>(["LT", "ST", "UT"]);
/** Keywords up to this width line up; longer ones push their value. */
const WIDEST_KEY = 40;

/** Writes one block per match. */
export class TextWriter implements ResultWriter {
  readonly #options: TextWriterOptions;
  readonly #dictionary: Dictionary;
  readonly #undeclared: Charset;
  readonly #color: boolean;
  readonly #plain = new PlainTexts();
  /** The facts about a standard attribute that are the same in every dataset; private ones depend on their creator. */
  readonly #labels = new Map<Tag, Label>();

  constructor(options: TextWriterOptions = {}) {
    this.#options = options;
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#undeclared = undeclaredCharset(options);
    this.#color = options.color ?? false;
  }

  begin(): string {
    return "";
  }

  match(record: MatchRecord): string {
    this.#plain.renew();
    const row = rowText(record);
    if (record.isAbsent === true) {
      return `${styled(row, BOLD, this.#color)}\n\n`;
    }
    const title = `Match ${record.number}` + peerText(record) +
      (row && `, ${row}`) +
      (record.isIncomplete === true ? " (incomplete)" : "") +
      (record.status === 0xff01 ? " (some keys were not supported)" : "");
    return `${styled(title, BOLD, this.#color)}\n${
      this.#block(
        elementsOf(record),
        this.#undeclared,
        INDENT,
        this.#options.hidden,
      )
    }\n`;
  }

  end(summary: Summary): string {
    return this.#options.closing === true
      ? `${
        styled(closingLine(summary, this.#options.words), DIM, this.#color)
      }\n`
      : "";
  }

  #block(
    elements: Elements,
    inherited: Charset,
    indent: string,
    hidden?: ReadonlySet<Tag>,
  ): string {
    const charset = charsetOf(elements, inherited, this.#options.charsets);
    let width = 0;
    for (let index = 0; index < elements.size; index++) {
      const tag = elements.tag(index);
      if (isStructural(tag) || hidden?.has(tag) === true) continue;
      width = widthWith(width, this.#labelOf(elements, tag));
    }
    let text = "";
    for (let index = 0; index < elements.size; index++) {
      const tag = elements.tag(index);
      if (isStructural(tag) || hidden?.has(tag) === true) continue;
      const label = this.#labelOf(elements, tag);
      const value = this.#plainValue(
        elements.vr(index),
        this.#plain.at(elements, index),
      );
      text += value === undefined
        ? this.#attribute(
          knownElement(elements, elements.at(index), this.#dictionary),
          label,
          width,
          indent,
          charset,
        )
        : `${indent}${paddedKey(label, width)}${value}\n`;
    }
    return text;
  }

  #attribute(
    element: Element,
    label: Label,
    width: number,
    indent: string,
    charset: Charset,
  ): string {
    const value = this.#plainValue(element.vr, this.#plain.of(element)) ??
      this.#value(element, charset).join(
        `\n${indent}${" ".repeat(width)}${CONTINUED}`,
      );
    const line = `${indent}${paddedKey(label, width)}${value}\n`;
    return isSequence(element)
      ? line + this.#items(element, charset, indent)
      : line;
  }

  #items(element: SequenceElement, charset: Charset, indent: string): string {
    return element.items.map((item, index) =>
      `${indent}${INDENT}${styled(`item ${index + 1}`, DIM, this.#color)}\n${
        this.#block(item.dataset, charset, indent + INDENT + INDENT)
      }`
    ).join("");
  }

  #labelOf(dataset: Holder, tag: Tag): Label {
    const cachedLabel = this.#labels.get(tag);
    if (cachedLabel !== undefined) return cachedLabel;
    const key = sanitize(attributeKey(dataset, tag, this.#dictionary));
    const label: Label = {
      key,
      width: displayWidth(key),
      padded: "",
      column: -1,
    };
    if (!isPrivate(tag)) this.#labels.set(tag, label);
    return label;
  }

  /** A value that is written as it is, from its text; undefined for any other. */
  #plainValue(vr: Vr, text: string | undefined): string | undefined {
    if (text === undefined || text === "") return undefined;
    return vr === "UI" && knownUidName(text) !== undefined ? undefined : text;
  }

  /** The lines of a value: one, except for texts that have several. */
  #value(element: Element, charset: Charset): string[] {
    if (isSequence(element) || isFragments(element) || isBinary(element)) {
      return [styled(`(${readableText(element, charset)})`, DIM, this.#color)];
    }
    const text = dicomText(element, charset);
    if (text === "") return [styled("(empty)", DIM, this.#color)];
    if (MULTILINE.has(element.vr)) {
      return text.split(/\r\n|[\r\n\f]/).map(sanitize);
    }
    const name = element.vr === "UI" ? knownUidName(text) : undefined;
    return name === undefined
      ? [sanitize(text)]
      : [`${text} ${styled(`(${name})`, DIM, this.#color)}`];
  }
}

/** The width of the keys of a block with one more. */
function widthWith(width: number, label: Label): number {
  return label.width <= WIDEST_KEY ? Math.max(width, label.width) : width;
}

/** The key and the blanks after it in a block of this width. */
function paddedKey(label: Label, width: number): string {
  if (label.column !== width) {
    label.column = width;
    label.padded = label.key +
      " ".repeat(Math.max(0, width - label.width) + 2);
  }
  return label.padded;
}

/** `, from prod`; empty if there is one peer. */
function peerText({ peer }: MatchRecord): string {
  if (peer === undefined) return "";
  const names = typeof peer === "string" ? [peer] : peer;
  return `, from ${names.map(sanitize).join(" and ")}`;
}

/** `row 12 (PatientID 4711): found`; empty if there is no list. */
function rowText({ list, isAbsent }: MatchRecord): string {
  if (list === undefined) return "";
  const cells = list.columns.map((name, index) =>
    `${name} ${list.cells[index] || "(empty)"}`
  ).join(", ");
  return `${isAbsent === true ? "Row" : "row"} ${list.number} (${
    sanitize(cells)
  }): ${list.status}`;
}

function isBinary(element: Element): boolean {
  return "value" in element && element.value.length > 0 &&
    (element.vr === "OB" || element.vr === "OW" || element.vr === "UN");
}
