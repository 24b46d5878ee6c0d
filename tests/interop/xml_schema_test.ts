/** Format `xml` is what PS3.19 A.1 describes, whatever is in the datasets: libxml2 reads and validates it. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { Charset } from "../../src/charset/charset.ts";
import { EXPLICIT_LE } from "../../src/codec/transfer_syntax.ts";
import { textElement } from "../../src/codec/values.ts";
import { Dataset } from "../../src/dataset/dataset.ts";
import { XmlWriter } from "../../src/output/xml.ts";
import { generatedDatasets } from "../support/generated.ts";
import { execute, installed } from "./support/process.ts";
import { withFolder } from "./support/servers.ts";

const SCHEMA = fileURLToPath(
  new URL("support/native_dicom_model.rng", import.meta.url),
);
const UTF_8 = Charset.of(["ISO_IR 192"]);

test("matches of all kinds are valid by PS3.19 A.1", {
  skip: installed("xmllint") === undefined
    ? "xmllint not installed here"
    : false,
}, () =>
  withFolder(async (folder) => {
    const datasets = [
      ...fc.sample(generatedDatasets(), 500).map((one) => one.dataset),
      ...fc.sample(fc.string({ unit: "binary" }), 500).map((text) =>
        Dataset.of(
          textElement(0x00080005, "CS", "ISO_IR 192"),
          textElement(0x00081030, "LO", text.toWellFormed(), UTF_8),
          textElement(0x00100010, "PN", text.toWellFormed(), UTF_8),
          textElement(0x00110010, "LO", text.toWellFormed(), UTF_8),
          textElement(0x00111001, "LO", text.toWellFormed(), UTF_8),
        )
      ),
    ];
    const writer = new XmlWriter();
    let text = writer.begin();
    for (const [index, dataset] of datasets.entries()) {
      text += writer.match({
        number: index + 1,
        status: 0xff00,
        dataset,
        syntax: EXPLICIT_LE,
      });
    }
    text += writer.end({ matches: datasets.length, elapsed: 0 });
    const file = `${folder}/matches.xml`;
    writeFileSync(file, text);
    const run = await execute("xmllint", [
      "--noout",
      "--nonet",
      "--relaxng",
      SCHEMA,
      file,
    ]);
    assert.equal(run.code, 0, String(run.stderr).slice(0, 2000));
  }));
