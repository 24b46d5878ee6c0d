/**
 * The quick way of `-Xs`: text that is the same in every character set and needs no reference is copied into the document, between
 * bytes that depend on the attribute, the length and the multiplicity alone. The plain way is `xml.ts`.
 */
import type { TextBuffer } from "../../bytes/text_buffer.ts";
import type { PlainElements } from "../../codec/plain_elements.ts";
import type { Tag } from "../../dataset/tag.ts";
import { type Vr, vrInfo } from "../../dataset/vr.ts";

const BLANK = 0x20;
const BACKSLASH = 0x5c;

/** Whether a byte is plain: printable ASCII, but for characters that JIS X 0201 changed (PS3.3 C.12.1.1.2) or XML writes otherwise. */
const IS_PLAIN = Uint8Array.from(
  { length: 256 },
  (_, byte) => byte >= BLANK && byte < 0x7e && !isOther(byte) ? 1 : 0,
);

function isOther(byte: number): boolean {
  return "\\&<>\"'".includes(String.fromCharCode(byte));
}

const END = new TextEncoder().encode("</element>\n");

/** The blanks of a text that DCMTK leaves out: around its values, after them, or none. */
export function strippedBlanks(vr: Vr): "around" | "after" | "none" {
  switch (vr) {
    case "AE":
    case "CS":
    case "IS":
    case "LO":
    case "SH":
      return "around";
    case "AS":
    case "DS":
    case "UI":
      return "none";
    default:
      return "after";
  }
}

/** How the elements of an attribute are written, and the last head of one. */
interface Form {
  readonly vr: Vr;
  readonly isText: boolean;
  readonly stripped: "around" | "after" | "none";
  /** Backslashes separate values, whatever the character set is. */
  readonly isDivided: boolean;
  length: number;
  multiplicity: number;
  /** Everything before the text. */
  head: Uint8Array;
}

/** The start tag of the element of a standard attribute, for a value field of this length. */
export type StartTag = (
  tag: Tag,
  vr: Vr,
  length: number,
  multiplicity: number,
) => string;

/** A peer that sends new attributes all the time fills no memory. */
const MAX_FORMS = 10_000;

/** Writes plain elements; the facts about an attribute are kept for the next match. */
export class PlainXml {
  readonly #startTag: StartTag;
  readonly #forms = new Map<Tag, Form>();

  constructor(startTag: StartTag) {
    this.#startTag = startTag;
  }

  /** Writes an element by its index, if it is plain; returns whether it is. */
  write(elements: PlainElements, index: number, into: TextBuffer): boolean {
    const { bytes } = elements;
    const tag = elements.tag(index);
    const vr = elements.vr(index);
    const first = elements.start(index);
    const after = elements.end(index);
    let form = this.#forms.get(tag);
    if (form?.vr !== vr) {
      if (this.#forms.size >= MAX_FORMS) this.#forms.clear();
      this.#forms.set(tag, form = formOf(vr));
    }
    if (!form.isText) return false;
    let end = after;
    while (end > first && bytes[end - 1] === 0) end--;
    let start = first;
    if (form.stripped !== "none") {
      while (end > first && bytes[end - 1] === BLANK) end--;
      if (form.stripped === "around") {
        while (start < end && bytes[start] === BLANK) start++;
      }
    }
    let backslashes = 0;
    for (let at = start; at < end; at++) {
      if (IS_PLAIN[bytes[at]!] === 1) continue;
      const isSeparator = bytes[at] === BACKSLASH && form.isDivided &&
        bytes[at - 1] !== BLANK && bytes[at + 1] !== BLANK;
      if (!isSeparator) return false;
      backslashes++;
    }
    const length = after - first;
    const multiplicity = length === 0 ? 0 : 1 + backslashes;
    if (form.length !== length || form.multiplicity !== multiplicity) {
      form.length = length;
      form.multiplicity = multiplicity;
      form.head = into.encode(this.#startTag(tag, vr, length, multiplicity));
    }
    into.whole(form.head);
    into.copy(bytes, start, end);
    into.whole(END);
    return true;
  }
}

function formOf(vr: Vr): Form {
  const { kind, charset, multiple } = vrInfo(vr);
  return {
    vr,
    isText: kind === "text",
    stripped: strippedBlanks(vr),
    isDivided: multiple && !charset,
    length: -1,
    multiplicity: -1,
    head: END,
  };
}
