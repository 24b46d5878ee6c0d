/**
 * Whether a match is what was requested: the keys of an identifier, tried again on a response (PS3.4 C.2.2.2). A response may
 * lack an attribute although its peer matched by it, so "does not fulfil" and "does not say" are distinguished. Does not depend on
 * any run or any message.
 */
import { Charset, type CharsetOptions } from "../charset/charset.ts";
import { charsetOf, isEmpty } from "../codec/values.ts";
import { type Dataset, type Holder, isSequence } from "../dataset/dataset.ts";
import { creatorIn, locate } from "../dataset/path.ts";
import {
  elementOf,
  groupOf,
  isPrivate,
  isPrivateCreator,
  type Tag,
  tagOf,
} from "../dataset/tag.ts";
import {
  type Attribute,
  type Condition,
  type Lookup,
  lookupIn,
  lookupInItem,
} from "./attribute.ts";
import { KeySet, type MatchOptions } from "./matching.ts";

/** The content of a response for a key that it does not fulfil. */
export interface Deviation {
  /** Tags from the outside in: sequences first, then the attribute. */
  readonly path: readonly Tag[];
  /** `contradicts`: another value; `lacks`: none, so that it cannot be known. */
  readonly kind: "contradicts" | "lacks";
}

/**
 * The keys of one identifier. Names of persons are compared as the most tolerant peer may do it, without regard to case, accents
 * and width (PS3.4 C.2.2.2.1.1); a key of two quotation marks matches an empty value, negotiated or not.
 */
export class KeyCheck {
  readonly #identifier: Dataset;
  readonly #keys: KeySet;

  /** `inherited` is the character set of an identifier that declares none. */
  constructor(
    identifier: Dataset,
    inherited: Charset = Charset.ascii,
    options: Pick<MatchOptions, "combinedDateTime" | "dictionary"> = {},
  ) {
    this.#identifier = identifier;
    this.#keys = KeySet.compile(identifier, inherited, {
      ...options,
      fuzzy: true,
      emptyValue: true,
    });
  }

  /** Whether there is no key that a response could fail to fulfil. */
  get isEmpty(): boolean {
    return this.#keys.conditions.length === 0;
  }

  /** The keys that matches are found by, those in items included. */
  get paths(): Tag[][] {
    return pathsOf(this.#keys);
  }

  /**
   * The keys that a response does not fulfil; `inherited` is its character set if it declares none, `charsets` how others are read.
   */
  deviations(
    response: Holder,
    inherited: Charset = Charset.ascii,
    charsets?: CharsetOptions,
  ): Deviation[] {
    if (this.isEmpty) return [];
    const charset = charsetOf(response, inherited, charsets);
    const plain = lookupIn(response, charset);
    const lookup: Lookup = (tag) => {
      const place = placeIn(response, this.#identifier, tag);
      return place === undefined ? undefined : plain(place);
    };
    return deviationsFrom(this.#keys, lookup);
  }
}

/** Creators that reserve private blocks steer the query and are not matched. */
function isMatched({ tag }: Condition): boolean {
  return !isPrivateCreator(tag);
}

function pathsOf({ conditions, items }: KeySet): Tag[][] {
  return conditions.filter(isMatched).flatMap(({ tag }) => {
    const itemKeys = items.get(tag);
    return itemKeys === undefined
      ? [[tag]]
      : pathsOf(itemKeys).map((path) => [tag, ...path]);
  });
}

/** The tag of a key's attribute in a response, which may keep it in another private block (PS3.5 7.8.1). */
function placeIn(
  response: Holder,
  identifier: Dataset,
  tag: Tag,
): Tag | undefined {
  if (!isPrivate(tag) || isPrivateCreator(tag)) return tag;
  const creator = creatorIn(identifier, tag);
  if (creator === undefined) return tag;
  const creatorTag = tagOf(groupOf(tag), elementOf(tag) & 0xff);
  return locate(response, { tag: creatorTag, creator });
}

function deviationsFrom(keys: KeySet, lookup: Lookup): Deviation[] {
  return keys.conditions.filter(isMatched)
    .filter((condition) => !condition.test(lookup))
    .flatMap(({ tag }) => {
      const attribute = lookup(tag);
      const itemKeys = keys.items.get(tag);
      if (itemKeys !== undefined) return inItems(tag, itemKeys, attribute);
      const kind = attribute === undefined || isEmpty(attribute.element)
        ? "lacks"
        : "contradicts";
      return [{ path: [tag], kind }];
    });
}

/** No item fulfils all: the keys that none of the items fulfils deviate, or all keys if each is fulfilled by another item. */
function inItems(
  tag: Tag,
  itemKeys: KeySet,
  attribute: Attribute | undefined,
): Deviation[] {
  const items = attribute !== undefined && isSequence(attribute.element)
    ? attribute.element.items
    : [];
  const lacking = pathsOf(itemKeys).map((path): Deviation => ({
    path: [tag, ...path],
    kind: "lacks",
  }));
  if (attribute === undefined || items.length === 0) return lacking;
  const perItem = items.map(({ dataset }) =>
    deviationsFrom(itemKeys, lookupInItem(dataset, attribute))
  );
  const everywhere = pathsOf(itemKeys).flatMap((path): Deviation[] => {
    const kinds = perItem.map((deviations) =>
      deviations.find((one) => isSame(one.path, path))?.kind
    );
    if (kinds.includes(undefined)) return [];
    const kind = kinds.includes("contradicts") ? "contradicts" : "lacks";
    return [{ path: [tag, ...path], kind }];
  });
  return everywhere.length > 0
    ? everywhere
    : lacking.map(({ path }) => ({ path, kind: "contradicts" }));
}

function isSame(a: readonly Tag[], b: readonly Tag[]): boolean {
  return a.length === b.length && a.every((tag, index) => tag === b[index]);
}
