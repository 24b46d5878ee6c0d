/** What `PlainElements` promises, for any bytes. */
import assert from "node:assert/strict";
import { decodeDataset } from "../../src/codec/decode.ts";
import { encodeDataset } from "../../src/codec/encode.ts";
import { PlainElements } from "../../src/codec/plain_elements.ts";
import type { TransferSyntax } from "../../src/codec/transfer_syntax.ts";
import { Dictionary } from "../../src/dictionary/dictionary.ts";

/** Reads a dataset in the middle of other bytes; undefined for one that is left to `decodeDataset`. */
export function elementsOf(
  bytes: Uint8Array,
  syntax: TransferSyntax,
  elements = new PlainElements(Dictionary.standard),
): PlainElements | undefined {
  const around = new Uint8Array(bytes.length + 20).fill(0x41);
  around.set(bytes, 7);
  const range = { bytes: around, start: 7, end: 7 + bytes.length };
  return elements.of({ range, syntax });
}

/** Compares the quick way with the plain one, and returns what the quick way leads to. */
export function checkedElements(
  bytes: Uint8Array,
  syntax: TransferSyntax,
  dictionary = Dictionary.standard,
): PlainElements | undefined {
  const elements = elementsOf(bytes, syntax, new PlainElements(dictionary));
  if (elements === undefined) return undefined;
  const report = (text: string) => assert.fail(text);
  const options = { warn: report, lost: report, dictionary };
  const dataset = decodeDataset(bytes, syntax, options);
  const [first] = dataset;
  assert.ok(first === undefined || first.tag > 0xffff, "a command element");
  const found = Array.from({ length: elements.size }, (_, index) => {
    const element = elements.at(index);
    assert.equal(elements.indexOf(element.tag), index);
    assert.deepEqual(
      [elements.tag(index), elements.vr(index)],
      [element.tag, element.vr],
    );
    return element;
  });
  assert.deepEqual(found, [...dataset]);
  assert.deepEqual(elements.whole, bytes);
  if (elements.isAsEncoded) {
    const again = encodeDataset(dataset, syntax, { lengths: "undefined" });
    assert.deepEqual(again, bytes);
  }
  return elements;
}

/** Whether bytes can be written as they came; see `checkedElements`. */
export function isAsEncoded(
  bytes: Uint8Array,
  syntax: TransferSyntax,
  dictionary = Dictionary.standard,
): boolean {
  return checkedElements(bytes, syntax, dictionary)?.isAsEncoded === true;
}
