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
 * The values of an attribute by keyword or tag: decoded text, numbers, tags as `(gggg,eeee)`, items as datasets. Empty when the attribute
 * is absent or has no value. `inherited` is the character set around an item. Throws `UsageError` for an unknown keyword.
 */
export function valuesOf(
  dataset: Dataset,
  attribute: string | Tag,
  inherited: Charset = Charset.ascii,
): AttributeValue[] {
  const tag = typeof attribute === "number"
    ? attribute
    : Dictionary.standard.byKeyword(attribute)?.tag;
  if (tag === undefined) {
    throw new UsageError(`Unknown attribute "${attribute}"`);
  }
  const found = dataset.get(tag);
  if (found === undefined) return [];
  if (isSequence(found)) return found.items.map((item) => item.dataset);
  const element = withKnownVr(found, Dictionary.standard);
  switch (vrInfo(element.vr).kind) {
    case "tags":
      return tagsOf(element).map(formatTag);
    case "number":
    case "bytes": {
      const long = bigintsOf(element);
      return long.length > 0 ? long : numbersOf(element);
    }
    default:
      return stringsOf(element, charsetOf(dataset, inherited));
  }
}
