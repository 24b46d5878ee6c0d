/** Datasets as text, for tables of expected elements. */
import {
  type Dataset,
  isSequence,
  plainValue,
} from "../../../src/dataset/dataset.ts";
import { formatTag } from "../../../src/dataset/tag.ts";

/** `gggg,eeee VR hex; …`, items in braces. */
export function show(dataset: Dataset): string {
  return [...dataset].map((element) => {
    const tag = formatTag(element.tag).slice(1, -1);
    if (isSequence(element)) {
      const items = element.items.map((item) => `{${show(item.dataset)}}`);
      return `${tag} SQ [${items.join(" ")}]`;
    }
    const value = Array.from(
      plainValue(element) ?? [],
      (byte) => byte.toString(16).padStart(2, "0"),
    ).join("");
    return `${tag} ${element.vr} ${value}`.trimEnd();
  }).join("; ");
}

/** `gggg,eeee VR text; …`, one character per byte, for datasets of text. */
export function showText(dataset: Dataset): string {
  return [...dataset].map((element) => {
    const tag = formatTag(element.tag).slice(1, -1);
    if (isSequence(element)) {
      const items = element.items.map((item) => `{${showText(item.dataset)}}`);
      return `${tag} SQ [${items.join(" ")}]`;
    }
    const value = String.fromCharCode(...plainValue(element) ?? []);
    return `${tag} ${element.vr} [${value}]`;
  }).join("; ");
}

/** What a function throws; fails when it throws nothing. */
export function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/** Bytes of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
