/** Values by keyword, for people: the convenient way into a dataset. The exact ways are in `values.ts`. */
import { Charset } from "../charset/charset.ts";
import { type Dataset, isSequence } from "../dataset/dataset.ts";
import { formatTag, type Tag } from "../dataset/tag.ts";
import { vrInfo } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { UsageError } from "../errors.ts";
import {
  bigintsOf,
  charsetOf,
  numbersOf,
  stringsOf,
  tagsOf,
  withKnownVr,
} from "./values.ts";

/** One value of an attribute: text, a number, a 64-bit number, or a dataset for an item of a sequence. */
export type AttributeValue = string | number | bigint | Dataset;

/**
 * The values of an attribute by keyword or tag: decoded text, numbers, tags as `(gggg,eeee)`, items as datasets. Empty when the
 * attribute is absent or has no value. An item that `valuesOf` returned knows the character set around it; `inherited` gives it for
 * others. Throws `UsageError` for an unknown keyword.
 */
export function valuesOf(
  dataset: Dataset,
  attribute: string | Tag,
  inherited?: Charset,
): AttributeValue[] {
  const tag = typeof attribute === "number"
    ? attribute
    : Dictionary.standard.byKeyword(attribute)?.tag;
  if (tag === undefined) {
    throw new UsageError(`Unknown attribute "${attribute}"`);
  }
  const holder = dataset.get(tag);
  if (holder === undefined) return [];
  const element = withKnownVr(holder, Dictionary.standard);
  if (isSequence(element)) {
    const around = charsetAround(dataset, inherited);
    return element.items.map((item) => {
      AROUND.set(item.dataset, around);
      return item.dataset;
    });
  }
  switch (vrInfo(element.vr).kind) {
    case "tags":
      return tagsOf(element).map(formatTag);
    case "number":
    case "bytes": {
      const long = bigintsOf(element);
      return long.length > 0 ? long : numbersOf(element);
    }
    default:
      return stringsOf(element, charsetAround(dataset, inherited));
  }
}

/** The character sets around items that were handed out, so that code that reads an item need not know its origin. */
const AROUND = new WeakMap<Dataset, Charset>();

/** The character set of a dataset: its own, the one given, or the one around the item that it is (PS3.5 6.1.2.5.2). */
function charsetAround(dataset: Dataset, inherited: Charset | undefined) {
  return charsetOf(dataset, inherited ?? AROUND.get(dataset) ?? Charset.ascii);
}
