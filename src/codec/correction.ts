/**
 * Automatic correction of text as DCMTK's `+dc` does it: trailing padding goes, and with it the blanks that do not belong into
 * UIDs (PS3.5 6.2, 9.1). Values stay of even length. Does not depend on the network.
 */
import {
  Dataset,
  type Element,
  isFragments,
  isSequence,
  mapItems,
  type PlainElement,
} from "../dataset/dataset.ts";
import { vrInfo } from "../dataset/vr.ts";
import { rawStringOf, textElement } from "./values.ts";

const BLANK = 0x20;
const NUL = 0x00;

/** The dataset with its text corrected; elements that are right are those of the original. */
export function corrected(dataset: Dataset): Dataset {
  const result = new Dataset();
  for (const element of dataset) result.set(correctedElement(element));
  return result;
}

function correctedElement(element: Element): Element {
  if (isSequence(element)) {
    return mapItems(element, corrected);
  }
  if (isFragments(element) || vrInfo(element.vr).kind !== "text") {
    return element;
  }
  return element.vr === "UI" ? withoutBlanks(element) : withoutPadding(element);
}

function withoutBlanks(element: PlainElement): PlainElement {
  const { tag, vr, value } = element;
  if (!value.includes(BLANK)) return element;
  const text = rawStringOf(element).replace(/[ \0]+/g, "");
  return textElement(tag, vr, text);
}

function withoutPadding(element: PlainElement): PlainElement {
  const { value } = element;
  let end = value.length;
  while (end > 0 && (value[end - 1] === BLANK || value[end - 1] === NUL)) end--;
  const length = end + end % 2;
  if (length >= value.length) return element;
  const trimmedValue = value.slice(0, length);
  if (end < length) trimmedValue[end] = BLANK;
  return { ...element, value: trimmedValue };
}
