/** Encapsulated fragments of a response: each format shows them, or reports that they are left out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Warn } from "../../../src/charset/charset.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { FORMATS } from "../../../src/output/format_names.ts";
import { resultWriter } from "../../../src/output/formats.ts";
import { written } from "./support.ts";

const MATCH = Dataset.of(
  textElement(0x00100020, "LO", "1"),
  {
    tag: 0x7fe00010,
    vr: "OB",
    fragments: [new Uint8Array(0), new Uint8Array([1, 2])],
  },
);
/** DCMTK's lines, and the number of fragments for people. */
const SHOWN = /PixelSequence #=2|2 fragments/;
const REPORT =
  "PixelData (7fe0,0010): encapsulated fragments have no text and are left out";

for (const name of FORMATS) {
  test(`${name} shows fragments, or reports that they are left out`, () => {
    const reports: string[] = [];
    const warn: Warn = (text) => void reports.push(text);
    const writer = resultWriter(name, {
      identifier: MATCH,
      charsets: { warn },
    });
    const text = written(writer, [MATCH]);
    assert.deepEqual(reports, SHOWN.test(text) ? [] : [REPORT]);
  });
}
