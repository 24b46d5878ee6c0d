/** What is read of bytes, as text, and a few bytes to read. */
import {
  decodeDataset,
  type DecodeOptions,
} from "../../../src/codec/decode.ts";
import {
  EXPLICIT_LE,
  type TransferSyntax,
} from "../../../src/codec/transfer_syntax.ts";
import {
  type Dataset,
  isSequence,
  plainValue,
} from "../../../src/dataset/dataset.ts";
import { formatTag } from "../../../src/dataset/tag.ts";
import { toHex } from "../../support/hex.ts";

/** `(0008,0060) CS 4d 52`, items in braces. */
export function show(dataset: Dataset): string {
  return [...dataset].map((element) => {
    const { tag, vr } = element;
    const value = isSequence(element)
      ? element.items.map((item) =>
        `${item.undefinedLength ? "<" : "{"}${show(item.dataset)}}`
      ).join("")
      : "fragments" in element
      ? element.fragments.map((one) => `[${toHex(one)}]`).join("")
      : toHex(plainValue(element)!);
    return `${formatTag(tag)} ${vr} ${value}`.trimEnd();
  }).join(", ");
}

export interface Reading {
  readonly shown: string;
  readonly warnings: readonly string[];
  readonly losses: readonly string[];
}

export function read(
  bytes: Uint8Array,
  syntax: TransferSyntax = EXPLICIT_LE,
  options: DecodeOptions = {},
): Reading {
  const warnings: string[] = [];
  const losses: string[] = [];
  const dataset = decodeDataset(bytes, syntax, {
    warn: (text) => warnings.push(text),
    lost: (text) => losses.push(text),
    ...options,
  });
  return { shown: show(dataset), warnings, losses };
}

export const MR = '08 00 60 00 "CS" 02 00 "MR"';
export const ID = '10 00 20 00 "LO" 02 00 "1 "';
export const MR_SHOWN = "(0008,0060) CS 4d 52";
export const ID_SHOWN = "(0010,0020) LO 31 20";
export const ITEM = "FE FF 00 E0";
export const ITEM_END = "FE FF 0D E0 00 00 00 00";
export const SEQUENCE_END = "FE FF DD E0 00 00 00 00";
export const OPEN_SEQUENCE = '40 00 00 01 "SQ" 00 00 FF FF FF FF';
