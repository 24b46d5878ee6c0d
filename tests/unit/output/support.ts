/** Helpers of the output tests: fixtures by name, and datasets in few words. */
import { readFileSync } from "node:fs";
import { decodeDataset } from "../../../src/codec/decode.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../../src/codec/transfer_syntax.ts";
import type { Dataset } from "../../../src/dataset/dataset.ts";
import type { MatchRecord, ResultWriter } from "../../../src/output/writer.ts";

const FIXTURES = new URL("../../fixtures/output/", import.meta.url);

/** The bytes of a file in tests/fixtures/output. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, FIXTURES)));
}

/** The dataset of a `.ds` fixture; the name says its transfer syntax. */
export function fixtureDataset(name: string): {
  dataset: Dataset;
  syntax: TransferSyntax;
} {
  const syntax = name.includes("implicit") ? IMPLICIT_LE : EXPLICIT_LE;
  const bytes = fixture(`${name}.ds`);
  return { dataset: decodeDataset(bytes, syntax, { lenient: true }), syntax };
}

/** The record of a response numbered 1. */
export function record(dataset: Dataset, number = 1): MatchRecord {
  return { number, status: 0xff00, dataset, syntax: EXPLICIT_LE };
}

/** Everything that a writer makes of these matches. */
export function written(writer: ResultWriter, datasets: Dataset[]): string {
  let text = writer.begin();
  datasets.forEach((dataset, index) => {
    text += writer.match(record(dataset, index + 1));
  });
  return text +
    writer.end({ matches: datasets.length, elapsed: 1500 });
}

/** Text that tries to escape from every format at once. */
export const HOSTILE =
  "=cmd|' /C calc'!A0\x1b[31m\x9b2J\u202e\"quoted\",<script>alert(1)</script>&amp;\r\n\tI: forged\u2028";
