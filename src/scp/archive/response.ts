/**
 * The identifier of a C-FIND response: the requested attributes of one entity, in one character set (PS3.4 C.4.1.1.3.2, C.2.2.3).
 * Does not depend on archives or levels.
 */
import { Charset } from "../../charset/charset.ts";
import {
  charsetOf,
  emptyElement,
  SPECIFIC_CHARACTER_SET,
  stringsOf,
  textElement,
  withKnownVr,
} from "../../codec/values.ts";
import {
  Dataset,
  type Element,
  isSequence,
  mapItems,
  plainValue,
  sequence,
} from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import { vrInfo } from "../../dataset/vr.ts";
import type { Dictionary } from "../../dictionary/dictionary.ts";
import { EncodeError } from "../../errors.ts";
import {
  type Attribute,
  type Lookup,
  lookupInItem,
} from "../../matching/attribute.ts";
import type { KeySet } from "../../matching/matching.ts";

/** How to answer. */
export interface ResponseOptions {
  /** VRs of attributes that have no value. */
  readonly dictionary: Dictionary;
  /** Keys that are not answered at all. */
  readonly omit: (tag: Tag) => boolean;
  /** Character set to answer in if all text fits; the stored one when absent. */
  readonly charset?: Charset | undefined;
  /** The character set that the entity's dataset declares: reported if requested, even if all text is ASCII. */
  readonly declared: Charset;
}

const UTF_8 = ["ISO_IR 192"];

/** The requested attributes: with values if there are any, otherwise of zero length. */
export function buildResponse(
  keys: KeySet,
  lookup: Lookup,
  options: ResponseOptions,
): Dataset {
  const parts: Attribute[] = [];
  let charsetAsked = false;
  for (const key of keys.keys) {
    if (key.tag === SPECIFIC_CHARACTER_SET) {
      charsetAsked = true;
      continue;
    }
    if (options.omit(key.tag)) continue;
    const attribute = lookup(key.tag);
    parts.push(
      attribute === undefined
        ? { element: empty(key, options.dictionary), charset: Charset.ascii }
        : {
          element: requestedElement(key, keys, attribute, options.dictionary),
          charset: attribute.charset,
        },
    );
  }
  return inOneCharset(parts, charsetAsked, options);
}

function empty(key: Element, dictionary: Dictionary): Element {
  if (key.vr !== "UN") return emptyElement(key.tag, key.vr);
  return emptyElement(key.tag, dictionary.vr(key.tag));
}

/** The stored element; of a sequence with item keys, the matching items with the requested attributes alone (C.2.2.2.6). */
function requestedElement(
  key: Element,
  keys: KeySet,
  attribute: Attribute,
  dictionary: Dictionary,
): Element {
  const itemKeys = keys.items.get(key.tag);
  if (itemKeys === undefined) return attribute.element;
  const element = withKnownVr(attribute.element, dictionary);
  if (!isSequence(element)) return attribute.element;
  return sequence(
    key.tag,
    itemKeys.matchingItems(attribute)
      .map((item) => project(itemKeys, item, attribute, dictionary)),
    element.undefinedLength,
  );
}

function project(
  keys: KeySet,
  item: Dataset,
  around: Attribute,
  dictionary: Dictionary,
): Dataset {
  const answer = new Dataset();
  const lookup = lookupInItem(item, around);
  const declared = item.get(SPECIFIC_CHARACTER_SET);
  if (declared !== undefined) answer.set(declared);
  for (const key of keys.keys) {
    if (key.tag === SPECIFIC_CHARACTER_SET) continue;
    const attribute = lookup(key.tag);
    answer.set(
      attribute === undefined
        ? empty(key, dictionary)
        : requestedElement(key, keys, attribute, dictionary),
    );
  }
  return answer;
}

/** Whether a value field holds anything but plain ASCII: bytes above 0x7F, or escape sequences. */
function isExtended(element: Element): boolean {
  if (isSequence(element)) {
    return element.items.some(({ dataset }) =>
      !dataset.has(SPECIFIC_CHARACTER_SET) &&
      Array.from(dataset).some(isExtended)
    );
  }
  if (!vrInfo(element.vr).charset) return false;
  const bytes = plainValue(element);
  return bytes !== undefined &&
    bytes.some((byte) => byte >= 0x80 || byte === 0x1b);
}

function termsOf(charset: Charset): string {
  return charset.terms.join("\\");
}

/** Leaves the bytes alone if one declaration fits them all; otherwise encodes the text again. */
function inOneCharset(
  parts: readonly Attribute[],
  charsetAsked: boolean,
  options: ResponseOptions,
): Dataset {
  const extended = parts.filter(({ element }) => isExtended(element));
  const charsets = new Map(
    extended.map(({ charset }) => [termsOf(charset), charset]),
  );
  const target = options.charset;
  if (target !== undefined && extended.length > 0) {
    const converted = converting(parts, target);
    if (converted !== undefined) return converted;
  }
  if (charsets.size > 1) {
    const unified = converting(parts, Charset.of(UTF_8));
    if (unified !== undefined) return unified;
  }
  const [charset] = charsets.values();
  const declared = charset ?? (charsetAsked ? options.declared : undefined);
  return assemble(parts.map(({ element }) => element), declared);
}

function assemble(
  elements: readonly Element[],
  charset: Charset | undefined,
): Dataset {
  const dataset = Dataset.of(...elements);
  const terms = charset === undefined ? "" : termsOf(charset);
  // Specific Character Set shall not be of zero length (PS3.4 C.2.2.2).
  if (terms !== "") {
    dataset.set(textElement(SPECIFIC_CHARACTER_SET, "CS", terms));
  }
  return dataset;
}

/** The parts with their text in another character set, or undefined when some of it does not fit. */
function converting(
  parts: readonly Attribute[],
  charset: Charset,
): Dataset | undefined {
  try {
    return assemble(
      parts.map((part) => transcode(part.element, part.charset, charset)),
      charset,
    );
  } catch (error) {
    if (error instanceof EncodeError) return undefined;
    throw error;
  }
}

/** An element with its text in another character set; sequence items lose declarations of their own. */
function transcode(
  element: Element,
  from: Charset,
  to: Charset,
): Element {
  if (isSequence(element)) {
    return mapItems(element, (dataset) => {
      const own = charsetOf(dataset, from);
      return Dataset.of(
        ...Array.from(dataset)
          .filter(({ tag }) => tag !== SPECIFIC_CHARACTER_SET)
          .map((inner) => transcode(inner, own, to)),
      );
    });
  }
  if (!isExtended(element)) return element;
  return textElement(element.tag, element.vr, stringsOf(element, from), to);
}
