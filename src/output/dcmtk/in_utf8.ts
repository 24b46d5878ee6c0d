/** Datasets as `-Xx` and `-Xs` write them: text in UTF-8, and Specific Character Set changed to ISO_IR 192. */
import { Charset, type CharsetOptions } from "../../charset/charset.ts";
import {
  charsetOf,
  decodedValues,
  SPECIFIC_CHARACTER_SET,
  textElement,
} from "../../codec/values.ts";
import {
  Dataset,
  type Element,
  isFragments,
  isSequence,
  mapItems,
} from "../../dataset/dataset.ts";
import { vrInfo } from "../../dataset/vr.ts";

const UTF_8 = Charset.of(["ISO_IR 192"]);

/** The declaration of UTF-8. */
export const DECLARED = textElement(SPECIFIC_CHARACTER_SET, "CS", "ISO_IR 192");

/** Whether all text is the same in every character set that has ASCII. */
export function isAscii(dataset: Dataset): boolean {
  for (const element of dataset) {
    if (isSequence(element)) {
      if (!element.items.every((item) => isAscii(item.dataset))) return false;
    } else if (
      "value" in element && vrInfo(element.vr).charset &&
      element.value.some((byte) => byte >= 0x7f)
    ) return false;
  }
  return true;
}

/** The dataset with its text in UTF-8, saying so; items no longer need a character set of their own. */
export function inUtf8(
  dataset: Dataset,
  inherited: Charset,
  charsets: CharsetOptions | undefined,
  isItem = false,
): Dataset {
  const charset = charsetOf(dataset, inherited, charsets);
  const result = new Dataset();
  for (const element of dataset) {
    if (element.tag === SPECIFIC_CHARACTER_SET) {
      if (!isItem) {
        result.set(DECLARED);
      }
    } else result.set(elementInUtf8(element, charset, charsets));
  }
  if (!isItem && !isAscii(result)) {
    result.set(DECLARED);
  }
  return result;
}

/** The element with its text in UTF-8, from a character set. */
export function elementInUtf8(
  element: Element,
  charset: Charset,
  charsets: CharsetOptions | undefined,
): Element {
  if (isSequence(element)) {
    return mapItems(
      element,
      (dataset) => inUtf8(dataset, charset, charsets, true),
    );
  }
  if (isFragments(element) || !vrInfo(element.vr).charset) return element;
  if (element.value.every((byte) => byte < 0x7f && byte !== 0x1b)) {
    return element;
  }
  const { tag, vr } = element;
  const text = decodedValues(element, charset).join("\\");
  return textElement(tag, vr, text.replace(/[ \0]+$/, ""), UTF_8);
}
