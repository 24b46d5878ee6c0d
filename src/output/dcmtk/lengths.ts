/**
 * Lengths of sequences and items as they were received, which DCMTK shows: each level with its own choice of defined or undefined
 * length. `codec` computes the lengths that it would write.
 */
import type { TransferSyntax } from "../../codec/transfer_syntax.ts";
import {
  type Dataset,
  isFragments,
  isSequence,
  type Item,
  type SequenceElement,
} from "../../dataset/dataset.ts";
import { vrInfo } from "../../dataset/vr.ts";

/** Bytes of the header of an item, or of a delimiter. */
const HEADER = 8;

/** Value length of a sequence of defined length, as it came: nested undefined lengths need their delimiters. */
export function sequenceLength(
  element: SequenceElement,
  syntax: TransferSyntax,
): number {
  let sum = 0;
  for (const item of element.items) sum += HEADER + itemLength(item, syntax);
  return sum;
}

function itemLength(item: Item, syntax: TransferSyntax): number {
  return contentLength(item.dataset, syntax) +
    (item.undefinedLength ? HEADER : 0);
}

/** Encoded length of a dataset as it came: the value length of an item of defined length. */
export function contentLength(
  dataset: Dataset,
  syntax: TransferSyntax,
): number {
  let sum = 0;
  for (const element of dataset) {
    sum += syntax.explicitVr && vrInfo(element.vr).longForm ? 12 : HEADER;
    if (isSequence(element)) {
      sum += sequenceLength(element, syntax) +
        (element.undefinedLength ? HEADER : 0);
    } else if (isFragments(element)) {
      for (const fragment of element.fragments) sum += HEADER + fragment.length;
      sum += HEADER;
    } else sum += element.value.length;
  }
  return sum;
}
