/** Binary values as DCMTK 3.6.7 prints them. Does not depend on any layout. */
import { hex } from "../../bytes/hex.ts";
import { bigintsOf, numbersOf, tagsOf } from "../../codec/values.ts";
import type { PlainElement } from "../../dataset/dataset.ts";
import { formatTag } from "../../dataset/tag.ts";
import { dcmtkFloat } from "./number.ts";

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
