/** Records of matches: what decoding them shows, and when they are decoded. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeDataset } from "../../../src/codec/encode.ts";
import { EXPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import {
  type ReceivedMatch,
  recordOf,
  withDataset,
} from "../../../src/output/writer.ts";
import { elementsOf } from "../../support/plain_elements.ts";

const DATASET = Dataset.of(textElement(0x00100010, "PN", "Doe^Jane"));

/** A match, and how often it was decoded. */
function matchOf(loss?: string): ReceivedMatch & { readonly decoded: number } {
  const losses: string[] = [];
  let decoded = 0;
  const bytes = encodeDataset(DATASET, EXPLICIT_LE);
  return {
    status: 0xff01,
    syntax: EXPLICIT_LE,
    peer: "prod",
    losses,
    elements: loss === undefined ? elementsOf(bytes, EXPLICIT_LE) : undefined,
    get dataset() {
      decoded++;
      if (loss !== undefined) losses.push(loss);
      return DATASET;
    },
    get decoded() {
      return decoded;
    },
  };
}

test("a record is decoded once, on first use of its dataset", () => {
  const match = matchOf();
  const record = recordOf(match, 7);
  assert.equal(record.isIncomplete, false);
  assert.equal(record.elements?.size, 1);
  assert.equal(match.decoded, 0);
  assert.equal(record.dataset, DATASET);
  assert.equal(record.dataset, DATASET);
  assert.equal(record.elements, undefined);
  assert.equal(record.isIncomplete, false);
  assert.equal(match.decoded, 1);
});

test("a record that is not in order is decoded to know whether it is incomplete", () => {
  const match = matchOf("cut short");
  assert.equal(recordOf(match, 1).isIncomplete, true);
  assert.equal(match.decoded, 1);
});

test("a record with another dataset is the same otherwise", () => {
  const other = Dataset.of(textElement(0x00100020, "LO", "4711"));
  for (const [loss, isIncomplete] of [[undefined, false], ["cut", true]]) {
    const match = matchOf(loss as string | undefined);
    const record = withDataset(recordOf(match, 7), other);
    const { number, status, syntax, peer, dataset, elements } = record;
    assert.deepEqual([number, status, peer], [7, 0xff01, "prod"]);
    assert.equal(syntax, EXPLICIT_LE);
    assert.equal(dataset, other);
    assert.equal(elements, undefined);
    assert.equal(record.isIncomplete, isIncomplete);
  }
});
