/**
 * DCMTK's text dump as a dataset: the form that `dcmdump` and `findscu` print and `dump2dcm` reads. One element per line,
 * `(gggg,eeee) VR value # comment`; items and sequences end with their delimiter lines. Text stays byte for byte as it is.
 */
import {
  DELIMITER_GROUP,
  ITEM,
  ITEM_DELIMITATION,
  SEQUENCE_DELIMITATION,
} from "../codec/structure.ts";
import { latin1 } from "../bytes/latin1.ts";
import { emptyElement, rawElement } from "../codec/values.ts";
import {
  Dataset,
  type Element,
  type Item,
  sequence,
} from "../dataset/dataset.ts";
import { creatorIn } from "../dataset/path.ts";
import { formatTag, groupOf, type Tag, tagOf } from "../dataset/tag.ts";
import { isVr, type Vr, vrInfo } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { type Fail, failIn } from "./mistake.ts";
import { chooseVr, elementFromText, type VrChoice } from "./values.ts";

/** How dumps are read. */
export interface DumpFileOptions {
  /** VRs of lines that leave them out, and keywords; the standard dictionary when absent. */
  readonly dictionary?: Dictionary;
  /** Receives oddities that are readable. */
  readonly warn?: (text: string) => void;
}

const META_GROUP = 0x0002;

/** DCMTK's own names if the dictionary leaves a choice, for items, and for what it does not know. */
const PSEUDO_VRS: ReadonlySet<string> = new Set([
  "na",
  "pi",
  "ox",
  "xs",
  "lt",
  "px",
  "up",
  "??",
]);

/** An open dataset (of the file or of an item) or sequence. */
type Frame =
  | {
    readonly kind: "dataset";
    readonly dataset: Dataset;
    readonly line: number;
  }
  | {
    readonly kind: "sequence";
    readonly tag: Tag;
    readonly items: Item[];
    readonly line: number;
  };

/** Reads a dump; its file meta information (group 0002) is passed over. Throws `InputError` with line and column of the mistake. */
export function parseDump(
  bytes: Uint8Array,
  name: string,
  options: DumpFileOptions = {},
): Dataset {
  return new DumpReader(name, options).read(latin1(bytes));
}

class DumpReader {
  readonly #name: string;
  readonly #dictionary: Dictionary;
  readonly #warn: (text: string) => void;
  readonly #dataset = new Dataset();
  readonly #frames: Frame[] = [];

  constructor(name: string, options: DumpFileOptions) {
    this.#name = name;
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#warn = options.warn ?? (() => {});
  }

  read(text: string): Dataset {
    this.#frames.push({ kind: "dataset", dataset: this.#dataset, line: 0 });
    const lines = text.split(/\r\n|\n/);
    lines.forEach((line, index) => this.#line(line, index + 1));
    const frame = this.#frames.pop()!;
    if (this.#frames.length > 0) {
      const what = frame.kind === "sequence" ? "sequence" : "item";
      const end = frame.kind === "sequence"
        ? SEQUENCE_DELIMITATION
        : ITEM_DELIMITATION;
      const begin = lines[frame.line - 1]!;
      this.#failAt(begin, frame.line)(
        0,
        begin.length,
        `the ${what} that begins here has no end`,
        `End it with a line ${formatTag(end)}`,
      );
    }
    return this.#dataset;
  }

  #line(text: string, number: number): void {
    // The log prefix of a dump copied from findscu's own output; other log lines are not part of a dump.
    const logged = /^[DI]: ?/.exec(text)?.[0].length ?? 0;
    const start = logged + /^\s*/.exec(text.slice(logged))![0].length;
    if (start >= text.length || text[start] === "#") return;
    if (logged > 0 && text[start] !== "(") return;
    const line: Line = { text, number, fail: this.#failAt(text, number) };
    const place = tagAt(text, start, line.fail);
    if (groupOf(place.tag) === META_GROUP) return;
    const field = fieldAt(text, place.end, line.fail);
    const frame = this.#frames[this.#frames.length - 1]!;
    if (groupOf(place.tag) === DELIMITER_GROUP) {
      if (field.vr === "pi") {
        failLine(line, "pixel data fragments cannot be part of a query");
      }
      this.#delimiter(place.tag, line, frame);
    } else if (frame.kind === "sequence") {
      line.fail(
        start,
        place.end,
        `${formatTag(frame.tag)} is still open here`,
        `A sequence holds items only; end it with ${
          formatTag(SEQUENCE_DELIMITATION)
        }`,
      );
    } else {
      this.#element(place, field, line, frame.dataset);
    }
  }

  #failAt(text: string, line: number): Fail {
    return failIn({ text, file: { name: this.#name, line, column: 1 } });
  }

  /** Begins an item, or ends an item or a sequence. */
  #delimiter(tag: Tag, line: Line, frame: Frame): void {
    const isOutermost = this.#frames.length === 1;
    if (tag === ITEM && frame.kind === "sequence") {
      const dataset = new Dataset();
      const undefinedLength = hasUndefinedLength(line);
      frame.items.push({ dataset, undefinedLength });
      this.#frames.push({ kind: "dataset", dataset, line: line.number });
    } else if (tag === ITEM) {
      failLine(
        line,
        "an item begins outside a sequence",
        `Is the line ${
          formatTag(ITEM_DELIMITATION)
        } of the previous item missing?`,
      );
    } else if (tag === ITEM_DELIMITATION) {
      if (frame.kind !== "dataset" || isOutermost) {
        failLine(line, "no item is open here");
      }
      this.#frames.pop();
    } else if (tag === SEQUENCE_DELIMITATION) {
      if (isOutermost) failLine(line, "no sequence is open here");
      if (frame.kind === "dataset") {
        failLine(
          line,
          "the item is still open here",
          `End an item with ${formatTag(ITEM_DELIMITATION)}`,
        );
      }
      this.#frames.pop();
    } else {
      failLine(line, "unknown delimiter");
    }
  }

  #element(
    place: TagPlace,
    field: Field,
    line: Line,
    dataset: Dataset,
  ): void {
    const { tag } = place;
    const { fail } = line;
    if (groupOf(tag) === 0) {
      fail(
        place.start,
        place.end,
        "command elements cannot be part of a query",
      );
    }
    if (dataset.has(tag)) {
      fail(place.start, place.end, `${formatTag(tag)} occurs twice`);
    }
    const choice = this.#vr(tag, field, line, dataset);
    if (choice.vr === "SQ") {
      const items: Item[] = [];
      const undefinedLength = hasUndefinedLength(line);
      if (field.kind !== "none") {
        fail(
          field.start,
          field.end,
          "a sequence cannot have a value",
          `Items follow on their own lines, each beginning with ${
            formatTag(ITEM)
          }`,
        );
      }
      dataset.set({ ...sequence(tag, [], undefinedLength), items });
      this.#frames.push({ kind: "sequence", tag, items, line: line.number });
      return;
    }
    dataset.set(elementOfField(tag, choice, field, fail));
  }

  /** The VR of a line: the one written, else the dictionary's. */
  #vr(
    tag: Tag,
    field: Field,
    line: Line,
    dataset: Dataset,
  ): VrChoice {
    const entry = this.#dictionary.entry(tag, creatorIn(dataset, tag));
    const choice = chooseVr(entry);
    const vrText = field.vr;
    if (vrText === undefined || PSEUDO_VRS.has(vrText)) return choice;
    if (!isVr(vrText)) {
      const at = line.text.indexOf(vrText, line.text.indexOf(")"));
      return line.fail(at, at + 2, `unknown VR "${vrText}"`);
    }
    if (entry !== undefined && !entry.vrs.includes(vrText)) {
      this.#warn(
        `${this.#name}, line ${line.number}: ${
          formatTag(tag)
        } has VR ${vrText}, the dictionary says ${choice.vr}`,
      );
    }
    return { vr: vrText, eitherSign: choice.eitherSign && vrText === "US" };
  }
}

/** A line that is being read. */
interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  readonly fail: Fail;
}

/** Reports a mistake in a line as a whole. */
function failLine(line: Line, reason: string, hint?: string): never {
  return line.fail(0, line.text.length, reason, hint);
}

function hasUndefinedLength(line: Line): boolean {
  return line.text.includes("undefined length");
}

/** A tag and its position. */
interface TagPlace {
  readonly tag: Tag;
  readonly start: number;
  readonly end: number;
}

function tagAt(line: string, start: number, fail: Fail): TagPlace {
  const match = /^\(([0-9a-f\s]+),([0-9a-f\s]+)\)/i.exec(line.slice(start));
  const numbers = match?.slice(1).map((part) => part.replace(/\s/g, ""));
  const [group = "", element = ""] = numbers ?? [];
  if (
    match === null || !/^.{1,4}$/.test(group) || !/^.{1,4}$/.test(element)
  ) {
    return fail(
      start,
      line.length,
      "no tag at the beginning of the line",
      "Each line is (gggg,eeee) VR value",
    );
  }
  return {
    tag: tagOf(parseInt(group, 16), parseInt(element, 16)),
    start,
    end: start + match[0].length,
  };
}

/** The text after a tag. */
interface Field {
  /** VR as written, or undefined. */
  readonly vr: string | undefined;
  /** No value, `=name`, or any other value. */
  readonly kind: "none" | "name" | "value";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function fieldAt(line: string, from: number, fail: Fail): Field {
  const match = /^\s*([A-Z]{2}|[a-z]{2}|\?\?)(?=[\s[(<=#]|$)/.exec(
    line.slice(from),
  );
  const name = match?.[1];
  // Two letters that are not a VR are a value whose VR was left out.
  const vr = name !== undefined &&
      (isVr(name) || PSEUDO_VRS.has(name) ||
        valueFollows(line, from + match![0].length))
    ? name
    : undefined;
  let at = vr === undefined ? from : from + match![0].length;
  while (at < line.length && /\s/.test(line[at]!)) at++;
  const none: Field = { vr, kind: "none", text: "", start: at, end: at };
  const first = line[at];
  if (first === undefined || first === "#") return none;
  if (first === "[") {
    const close = line.lastIndexOf("]");
    if (close < at) fail(at, line.length, '"]" missing after the value');
    const text = line.slice(at + 1, close).replace(/ +$/, "");
    const start = at + 1;
    return { vr, kind: "value", text, start, end: start + text.length };
  }
  if (first === "<") {
    fail(
      at,
      line.length,
      '"<" cannot begin a value',
      "Put the value between brackets: [<...]",
    );
  }
  const hash = line.indexOf("#", at);
  const text = line.slice(at, hash < 0 ? line.length : hash).trimEnd();
  const end = at + text.length;
  if (first === "(") {
    if (vr === "AT" || /^\(\s*[0-9a-f]{1,4}\s*,/i.test(text)) {
      return text.startsWith("(no value")
        ? none
        : { vr, kind: "value", text, start: at, end };
    }
    if (/^\(not loaded\)/.test(text)) {
      fail(at, end, "the value was left out when this dump was written");
    }
    return none;
  }
  if (first === "=") return { vr, kind: "name", text, start: at, end };
  return { vr, kind: "value", text, start: at, end };
}

/** Whether anything but a comment follows. */
function valueFollows(line: string, from: number): boolean {
  const rest = line.slice(from).trimStart();
  return rest !== "" && !rest.startsWith("#");
}

function elementOfField(
  tag: Tag,
  choice: VrChoice,
  field: Field,
  fail: Fail,
): Element {
  const { vr } = choice;
  if (field.kind === "none" || field.text === "") return emptyElement(tag, vr);
  const inPlace: Fail = (start, end, reason, hint) =>
    fail(field.start + start, field.start + end, reason, hint);
  if (field.kind === "name" && isBinary(vr)) {
    fail(
      field.start,
      field.end,
      "values in other files are not read",
      "Write the value into the dump as hexadecimal numbers",
    );
  }
  if (field.text.endsWith("...") && isBinary(vr)) {
    fail(
      field.end - 3,
      field.end,
      "the value was truncated when this dump was written",
      "Make the dump with long values: dcmdump +L",
    );
  }
  return vrInfo(vr).kind === "text" && vr !== "UI"
    ? rawElement(tag, vr, field.text)
    : elementFromText(tag, choice, field.text, {}, inPlace);
}

function isBinary(vr: Vr): boolean {
  return vrInfo(vr).kind === "bytes";
}
