/** What `isAsEncoded` promises, for any bytes. */
import assert from "node:assert/strict";
import { isAsEncoded } from "../../src/codec/as_received.ts";
import { decodeDataset } from "../../src/codec/decode.ts";
import { encodeDataset } from "../../src/codec/encode.ts";
import type { TransferSyntax } from "../../src/codec/transfer_syntax.ts";
import { Dictionary } from "../../src/dictionary/dictionary.ts";

/** Compares the quick way with the plain one; returns whether bytes go the quick way. */
export function goesQuickly(
  bytes: Uint8Array,
  syntax: TransferSyntax,
  dictionary = Dictionary.standard,
): boolean {
  if (!isAsEncoded(bytes, syntax, dictionary)) return false;
  const report = (text: string) => assert.fail(text);
  const dataset = decodeDataset(bytes, syntax, {
    warn: report,
    lost: report,
    dictionary,
  });
  const [first] = dataset;
  assert.ok(first === undefined || first.tag > 0xffff, "a command element");
  const again = encodeDataset(dataset, syntax, { lengths: "undefined" });
  assert.deepEqual(again, bytes);
  return true;
}
