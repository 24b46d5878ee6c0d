/** Binary values as DCMTK 3.6.7 prints them, and lengths as it shows them. Does not depend on any layout. */
import { hex } from "../../bytes/hex.ts";
import { bigintsOf, numbersOf, tagsOf } from "../../codec/values.ts";
import {
  type Dataset,
  isFragments,
  isSequence,
  type Item,
  type PlainElement,
  type SequenceElement,
} from "../../dataset/dataset.ts";
import { formatTag } from "../../dataset/tag.ts";
import type { TransferSyntax } from "../../codec/transfer_syntax.ts";
import { vrInfo } from "../../dataset/vr.ts";

/**
 * A number in DCMTK's shortest-of-two style: plain, or with an exponent of at least two digits. Digits are found one after the
 * other by multiplying the fraction by ten in double arithmetic: the last ones differ from a correctly rounded result, on purpose
 * here too.
 */
export function dcmtkFloat(value: number, precision: number): string {
  if (Number.isNaN(value)) return "nan";
  const sign = value < 0 ? "-" : "";
  const magnitude = Math.abs(value);
  if (magnitude === Infinity) return `${sign}inf`;
  if (magnitude === 0) return "0";

  let rest = magnitude % 1;
  const digits = wholeDigits(magnitude - rest);
  const scientific = digits.length > precision ||
    (digits.length === 0 && rest < 0.0001);
  let exponent = digits.length - 1;
  if (digits.length === 0) {
    let digit = 0;
    for (; digit === 0; exponent--) [digit, rest] = nextDigit(rest);
    exponent++;
    digits.push(digit);
  }
  // Zeros right after the point do not count as significant, even with a whole part before it.
  let limit = precision;
  let leading = exponent >= 0;
  while (digits.length < limit && rest !== 0) {
    let digit: number;
    [digit, rest] = nextDigit(rest);
    digits.push(digit);
    leading &&= digit === 0;
    if (leading) limit++;
  }
  const following = digits.length > limit
    ? digits[limit]!
    : rest === 0
    ? 0
    : nextDigit(rest)[0];
  digits.length = Math.min(digits.length, limit);
  if (following > 4 && roundUp(digits)) exponent++;
  while (digits.length > 1 && digits[digits.length - 1] === 0) digits.pop();
  return sign +
    (scientific
      ? scientificForm(digits, exponent)
      : plainForm(digits, exponent));
}

/** Decimal digits of a whole number, most significant first; none for 0. */
function wholeDigits(whole: number): number[] {
  const digits: number[] = [];
  while (whole !== 0) {
    const tenth = whole / 10;
    const fraction = tenth % 1;
    // The small surplus makes up for tenths that binary fractions only come near to.
    digits.push(Math.trunc((fraction + 0.01) * 10));
    whole = tenth - fraction;
  }
  return digits.reverse();
}

/** The next decimal digit of a fraction, and the remainder. */
function nextDigit(fraction: number): [digit: number, rest: number] {
  const tenfold = fraction * 10;
  const digit = Math.trunc(tenfold);
  return [digit, tenfold - digit];
}

/** Adds one to the last digit; returns whether that made the number one digit longer (99 → 100, kept as 10). */
function roundUp(digits: number[]): boolean {
  let at = digits.length - 1;
  while (at >= 0 && digits[at] === 9) digits[at--] = 0;
  if (at >= 0) {
    digits[at] = digits[at]! + 1;
    return false;
  }
  digits.unshift(1);
  digits.pop();
  return true;
}

function scientificForm(digits: readonly number[], exponent: number): string {
  const [first, ...others] = digits;
  const fraction = others.length > 0 ? `.${others.join("")}` : "";
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${first}${fraction}e${exponent < 0 ? "-" : "+"}${size}`;
}

function plainForm(digits: readonly number[], exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits.join("")}`;
  const text = digits.join("").padEnd(exponent + 1, "0");
  const fraction = text.slice(exponent + 1);
  return text.slice(0, exponent + 1) + (fraction === "" ? "" : `.${fraction}`);
}

/** The numbers of a binary VR as DCMTK prints them; tags of AT. */
export function dcmtkNumbers(
  element: PlainElement,
): (string | number | bigint)[] {
  switch (element.vr) {
    case "AT":
      return tagsOf(element).map(formatTag);
    case "FL":
    case "OF":
      return numbersOf(element).map((value) => dcmtkFloat(value, 9));
    case "FD":
    case "OD":
      return numbersOf(element).map((value) => dcmtkFloat(value, 17));
    case "SV":
    case "UV":
    case "OV":
      return bigintsOf(element);
    default:
      return numbersOf(element);
  }
}

/** `0001\\abcd`, from little endian words. */
export function hexWords(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    parts.push(hex(256 * bytes[at + 1]! + bytes[at]!, 4));
  }
  return parts.join("\\");
}

/** How many backslashes a text has. */
export function backslashes(text: string): number {
  let count = 0;
  let at = text.indexOf("\\");
  for (; at >= 0; at = text.indexOf("\\", at + 1)) count++;
  return count;
}

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
