/**
 * Bytes to dataset (PS3.5 section 7), one implementation for all transfer syntaxes, driven by their table row. Value fields stay
 * views of the input. Tolerant where the meaning is beyond doubt, with a warning each time. Does not depend on the network or
 * files.
 */
import { ByteReader } from "../bytes/reader.ts";
import {
  Dataset,
  type Element,
  type FragmentsElement,
  isSameValue,
  isSequence,
  type Item,
  type SequenceElement,
} from "../dataset/dataset.ts";
import {
  formatTag,
  groupOf,
  isGroupLength,
  isPrivate,
  type Tag,
} from "../dataset/tag.ts";
import { isWhole, type Vr, vrInfo } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { DecodeError, quantity, TooLargeError } from "../errors.ts";
import { inflate, inflateBeginning } from "./deflate.ts";
import { implicitVr } from "./implicit_vr.ts";
import { Lookahead } from "./lookahead.ts";
import { repairDataset } from "./repair.ts";
import {
  DELIMITER_GROUP,
  ITEM,
  ITEM_DELIMITATION,
  MAX_DEPTH,
  SEQUENCE_DELIMITATION,
  swapped,
  UNDEFINED_LENGTH,
} from "./structure.ts";
import { IMPLICIT_LE, type TransferSyntax } from "./transfer_syntax.ts";
import { vrOfCode } from "./vr_codes.ts";

/** Most elements out of order in one dataset: each must be sorted in, and input that is nothing but disorder is not a dataset. */
export const MAX_DISORDER = 1000;

/** Most warnings about one dataset. */
export const MAX_WARNINGS = 100;

/** How to decode. */
export interface DecodeOptions {
  /** Called once for each harmless irregularity, which is read as intended. */
  readonly warn?: (text: string) => void;
  /**
   * Called for each place where attributes could not be read, or not for certain. Without it such data is refused, unless
   * `lenient`.
   */
  readonly lost?: (text: string) => void;
  /** Source of VRs for implicit VR; the standard's when absent. */
  readonly dictionary?: Dictionary;
  /** Instead of failing at broken bytes, report losses as warnings and return the rest. Implied by `lost`. */
  readonly lenient?: boolean;
  /** Stop before the first element with this tag or a higher one at the top level (to read headers only). */
  readonly before?: Tag;
  /** Called when `before` stopped it: the rest may be missing from the bytes. */
  readonly stopped?: () => void;
  /** Most bytes that a deflated dataset may inflate to; `MAX_INFLATED_BYTES` when absent. More throw `TooLargeError`. */
  readonly maxInflated?: number;
}

/**
 * Decodes a whole dataset. Data that breaks the rules is read a second time by `repair.ts`; if attributes are still lost, throws
 * `DecodeError` naming attribute and offset, unless `lenient` or `lost` is given.
 */
export function decodeDataset(
  bytes: Uint8Array,
  syntax: TransferSyntax,
  options: DecodeOptions = {},
): Dataset {
  const { warn = () => {}, dictionary = Dictionary.standard } = options;
  const reportLoss = options.lost ?? (options.lenient ? warn : undefined);
  let body: Uint8Array;
  try {
    body = syntax.deflated ? inflate(bytes, options.maxInflated, warn) : bytes;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const { length } = bytes;
    const look = new Lookahead(bytes, dictionary);
    if (look.isHead(0, length, "end", syntax, -1)) {
      warn("The dataset is not deflated, though its transfer syntax says so");
      body = bytes;
    } else if (reportLoss === undefined) throw error;
    else {
      body = error instanceof TooLargeError
        ? new Uint8Array(0)
        : inflateBeginning(bytes, options.maxInflated);
      reportLoss(
        body.length === 0
          ? `${error.message}: its attributes are missing`
          : "The deflate stream ends too early: attributes are missing",
      );
    }
  }
  const dataset = new Dataset();
  const firstWarnings: string[] = [];
  const firstLosses: string[] = [];
  const context: Context = {
    options,
    dictionary,
    warn: (text) => firstWarnings.push(text),
    reportLoss: (text) => firstLosses.push(text),
    disorder: 0,
    mayHideAttribute: false,
  };
  let isPlain = true;
  let failure: DecodeError | undefined;
  try {
    const reader = new ByteReader(body, syntax.littleEndian);
    readElements(reader, dataset, syntax, context, 0, false);
  } catch (error) {
    isPlain = false;
    if (error instanceof DecodeError) failure = error;
    else if (!(error instanceof Irregularity)) throw error;
  }
  const isOrdered = firstWarnings.length + firstLosses.length === 0;
  if (isPlain && isOrdered && !context.mayHideAttribute) return dataset;
  const inflated = isPlain || syntax.deflated
    ? undefined
    : undeclaredDeflate(body, syntax, context);
  if (inflated !== undefined) {
    warn("The dataset is deflated, though its transfer syntax does not say so");
    return decodeDataset(inflated, syntax, options);
  }
  const warnings: string[] = [];
  const losses: string[] = [];
  const repaired = repairDataset(body, syntax, {
    dictionary,
    warn: (text) => warnings.push(text),
    reportLoss: (text) => losses.push(text),
    ...(options.before !== undefined && { before: options.before }),
    ...(options.stopped && { stopped: options.stopped }),
  });
  // Attributes out of order or twice, or a NUL, are not damage by themselves: losses must have won attributes elsewhere.
  const isFirst = isPlain && losses.length > firstLosses.length &&
    countElements(repaired) <= countElements(dataset);
  const [read, harmless, harmful] = isFirst
    ? [dataset, firstWarnings, firstLosses]
    : [repaired, warnings, losses];
  if (harmful.length > 0 && reportLoss === undefined) {
    throw failure ?? new DecodeError(harmful[0]!);
  }
  report(harmless, warn);
  if (harmful.length > 0) report(harmful, reportLoss!);
  return read;
}

/** The data in bytes that begin with no attribute, but are a deflate stream of some. */
function undeclaredDeflate(
  bytes: Uint8Array,
  syntax: TransferSyntax,
  { dictionary, options }: Context,
): Uint8Array | undefined {
  const isHead = (data: Uint8Array) =>
    new Lookahead(data, dictionary).isHead(0, data.length, "end", syntax, -1);
  if (isHead(bytes)) return undefined;
  try {
    const data = inflate(bytes, options.maxInflated);
    return isHead(data) ? data : undefined;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}

/**
 * Ends a reading at what only `repair.ts` reads as it is meant: delimiters, VRs or padding that should not be where they are, part
 * of a number.
 */
class Irregularity extends Error {}

/** How many plain elements a dataset holds at all levels. */
function countElements(dataset: Dataset): number {
  let count = 0;
  for (const element of dataset) {
    if (!isSequence(element)) count++;
    else for (const item of element.items) count += countElements(item.dataset);
  }
  return count;
}

interface Context {
  readonly options: DecodeOptions;
  readonly dictionary: Dictionary;
  readonly warn: (text: string) => void;
  readonly reportLoss: (text: string) => void;
  /** Elements out of order so far. */
  disorder: number;
  /** Whether a text contains the possible head of another element, which a length that is too long covers. */
  mayHideAttribute: boolean;
}

/** Passes on a limited number of texts: a person would not read more. */
function report(texts: readonly string[], receive: (text: string) => void) {
  for (const text of texts.slice(0, MAX_WARNINGS)) receive(text);
  if (texts.length > MAX_WARNINGS) receive("There are further irregularities");
}

/** Reads elements until the range ends, or the delimiter of an item of undefined length ends it. */
function readElements(
  reader: ByteReader,
  dataset: Dataset,
  syntax: TransferSyntax,
  context: Context,
  depth: number,
  delimited: boolean,
): void {
  let last = -1;
  while (reader.remaining > 0) {
    const start = reader.position;
    if (reader.bytes[start] === 0 && isZero(reader)) throw new Irregularity();
    const tag = readTag(reader);
    if (
      depth === 0 && context.options.before !== undefined &&
      tag >= context.options.before
    ) {
      context.options.stopped?.();
      return;
    }
    if (tag === ITEM_DELIMITATION && delimited) {
      reader.u32("delimiter");
      return;
    }
    if (tag === ITEM_DELIMITATION || tag === SEQUENCE_DELIMITATION) {
      throw new Irregularity();
    }
    if (groupOf(tag) === DELIMITER_GROUP) {
      throw new DecodeError(`${formatTag(tag)} found instead of an attribute`, {
        offset: start,
      });
    }
    const element = readElement(reader, tag, dataset, syntax, context, depth);
    if (tag <= last) {
      const before = dataset.get(tag);
      if (before !== undefined) {
        const receive = isSameValue(before, element)
          ? context.warn
          : context.reportLoss;
        receive(`${formatTag(tag)} occurs twice: the second one is ignored`);
        continue;
      }
      context.disorder++;
      if (context.disorder > MAX_DISORDER) {
        throw new DecodeError(
          `More than ${MAX_DISORDER} attributes are out of order`,
          { offset: start },
        );
      }
      context.warn(`${formatTag(tag)} is out of order`);
    } else last = tag;
    dataset.set(element);
  }
  if (delimited) throw new Irregularity();
}

/** Some writers pad a dataset with zeros up to the length of a fragment. */
function isZero(reader: ByteReader): boolean {
  for (let at = reader.position; at < reader.end; at++) {
    if (reader.bytes[at] !== 0) return false;
  }
  return true;
}

function readTag(reader: ByteReader): Tag {
  const group = reader.u16("element tag");
  return (group * 0x10000 + reader.u16("element tag")) >>> 0;
}

/** PS3.5 7.1.2 (explicit) and 7.1.3 (implicit): VR and length, then the value. */
function readElement(
  reader: ByteReader,
  tag: Tag,
  dataset: Dataset,
  syntax: TransferSyntax,
  context: Context,
  depth: number,
): Element {
  const start = reader.position - 4;
  let vr: Vr;
  let unit: number;
  let length: number;
  if (syntax.explicitVr) {
    if (reader.remaining < 4) reader.need(4, `element ${formatTag(tag)}`);
    const first = reader.bytes[reader.position]!;
    const second = reader.bytes[reader.position + 1]!;
    const stated = vrOfCode(first | second << 8);
    if (stated !== undefined) {
      ({ vr, unit } = stated);
      reader.skip(2);
      if (stated.longForm) {
        reader.skip(2, "element header");
        length = reader.u32("element length");
      } else length = reader.u16("element length");
    } else throw new Irregularity();
  } else {
    vr = implicitVr(tag, dataset, context.dictionary);
    unit = vrInfo(vr).unit;
    length = reader.u32("element length");
  }
  if (length === UNDEFINED_LENGTH) {
    if (vr === "SQ") {
      return readSequence(reader, tag, length, syntax, context, depth);
    }
    if (
      (vr === "OB" || vr === "OW") && (syntax.explicitVr || !isPrivate(tag))
    ) {
      return readFragments(reader, tag, vr);
    }
    if (vr === "UN" || (isPrivate(tag) && !isGroupLength(tag))) {
      // PS3.5 6.2.2 note 4 and CP-246: the items of such an element are implicit VR little endian.
      return readSequence(
        syntax.explicitVr && vr === "UN" ? withOrder(reader, true) : reader,
        tag,
        length,
        syntax.explicitVr && vr === "UN" ? IMPLICIT_LE : syntax,
        context,
        depth,
        reader,
      );
    }
    throw new DecodeError(
      `${formatTag(tag)} ${vr} has an undefined length`,
      { offset: start },
    );
  }
  if (length > reader.remaining) {
    throw new DecodeError(
      `${formatTag(tag)} claims ${quantity(length, "byte")}, but only ${
        quantity(reader.remaining, "is", "are")
      } left`,
      { offset: start },
    );
  }
  if (vr === "SQ") {
    return readSequence(reader, tag, length, syntax, context, depth);
  }
  const raw = reader.take(length);
  if (unit > 1 && !isWhole(vr, length)) throw new Irregularity();
  if (
    length >= HEAD_BYTES &&
    reader.hasZero(reader.position - length, reader.position - 1) &&
    isSuspicious(tag, vr, length, context)
  ) context.mayHideAttribute = true;
  return {
    tag,
    vr,
    value: syntax.littleEndian ? raw : swapped(raw, vrInfo(vr).unit),
  };
}

/** Bytes of the shortest head of an element: tag, VR and length, or tag and length (PS3.5 7.1.2, 7.1.3). */
export const HEAD_BYTES = 8;

/**
 * Whether a value with a zero in it may hold another attribute, which its length covers if it is too long: a text, which has no NUL
 * but for padding, or more numbers than the attribute may have.
 */
function isSuspicious(
  tag: Tag,
  vr: Vr,
  length: number,
  { dictionary }: Context,
): boolean {
  const { kind, unit } = vrInfo(vr);
  if (kind !== "number") return kind === "text";
  return length > unit && !isPrivate(tag) && dictionary.entry(tag)?.vm === "1";
}

function withOrder(reader: ByteReader, littleEndian: boolean): ByteReader {
  return reader.littleEndian === littleEndian
    ? reader
    : new ByteReader(reader.bytes, littleEndian, reader.position, reader.end);
}

/** PS3.5 7.5: items, each with a length of its own, until the sequence's length is used up or its delimiter comes. */
function readSequence(
  reader: ByteReader,
  tag: Tag,
  length: number,
  syntax: TransferSyntax,
  context: Context,
  depth: number,
  outer: ByteReader = reader,
): SequenceElement {
  if (depth >= MAX_DEPTH) {
    throw new DecodeError(
      `${formatTag(tag)} is nested deeper than ${MAX_DEPTH} sequences`,
      { offset: reader.position },
    );
  }
  const undefinedLength = length === UNDEFINED_LENGTH;
  const body = undefinedLength ? reader : reader.sub(length);
  const items: Item[] = [];
  let closed = !undefinedLength;
  while (body.remaining > 0) {
    const start = body.position;
    const itemTag = readTag(body);
    const itemLength = body.u32("item length");
    if (itemTag === SEQUENCE_DELIMITATION) {
      if (undefinedLength) {
        closed = true;
        break;
      }
      continue;
    }
    if (itemTag === ITEM_DELIMITATION) continue;
    if (itemTag !== ITEM) {
      throw new DecodeError(
        `${formatTag(tag)} holds ${formatTag(itemTag)} instead of an item`,
        { offset: start },
      );
    }
    const dataset = new Dataset();
    if (itemLength === UNDEFINED_LENGTH) {
      readElements(body, dataset, syntax, context, depth + 1, true);
      items.push({ dataset, undefinedLength: true });
    } else {
      const inner = body.sub(itemLength, `item of ${formatTag(tag)}`);
      readElements(inner, dataset, syntax, context, depth + 1, false);
      items.push({ dataset, undefinedLength: false });
    }
  }
  if (!closed) throw new Irregularity();
  if (outer !== reader) outer.position = reader.position;
  return { tag, vr: "SQ", items, undefinedLength };
}

/** PS3.5 A.4: encapsulated fragments up to the sequence delimiter. */
function readFragments(
  reader: ByteReader,
  tag: Tag,
  vr: "OB" | "OW",
): FragmentsElement {
  const fragments: Uint8Array[] = [];
  while (true) {
    const start = reader.position;
    const itemTag = readTag(reader);
    const length = reader.u32("fragment length");
    if (itemTag === SEQUENCE_DELIMITATION) break;
    if (itemTag !== ITEM) {
      throw new DecodeError(
        `${formatTag(tag)} holds ${formatTag(itemTag)} instead of a fragment`,
        { offset: start },
      );
    }
    fragments.push(reader.take(length, "fragment"));
  }
  return { tag, vr, fragments };
}
