/** Private attributes of vendors in query files: with the VRs of the public lists, as DCMTK's findscu sends them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeDataset } from "../../../../src/codec/encode.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../../src/codec/transfer_syntax.ts";
import { rawElement } from "../../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../../src/dataset/dataset.ts";
import { decodeFile } from "../../../../src/file/part10.ts";
import { cli } from "../../../support/cli.ts";

const PRIVATE = [
  rawElement(0x00290010, "LO", "SIEMENS CSA HEADER"),
  rawElement(0x00291008, "UN", "IMAGE NUM 4 "),
];

const KEYS = [
  rawElement(0x00080052, "CS", "STUDY"),
  rawElement(0x00100020, "LO", "1"),
];

/** The dataset of a query file as it is sent. */
async function sent(query: Uint8Array): Promise<Dataset> {
  const run = await cli(
    ["-S", "h", "104", "q.dcm", "--write-query", "o.dcm"],
    { files: { "q.dcm": query } },
  );
  assert.equal(run.code, 0, run.stderr);
  return decodeFile(run.files.read("o.dcm")).dataset;
}

describe("private attributes of a query file without VRs", () => {
  test("have those of the public lists", async () => {
    const dataset = await sent(
      encodeDataset(Dataset.of(...KEYS, ...PRIVATE), IMPLICIT_LE),
    );
    assert.equal(dataset.get(0x00291008)?.vr, "CS");
  });

  test("have them in items, too", async () => {
    const dataset = await sent(encodeDataset(
      Dataset.of(
        ...KEYS,
        sequence(0x00400275, [Dataset.of(...PRIVATE)]),
      ),
      IMPLICIT_LE,
    ));
    const items = dataset.get(0x00400275);
    assert.ok(items?.vr === "SQ");
    assert.equal(items.items[0]?.dataset.get(0x00291008)?.vr, "CS");
  });

  test("stay UN if they came so", async () => {
    const dataset = await sent(
      encodeDataset(Dataset.of(...KEYS, ...PRIVATE), EXPLICIT_LE),
    );
    assert.equal(dataset.get(0x00291008)?.vr, "UN");
  });
});
