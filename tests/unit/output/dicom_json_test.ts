import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { decodeDataset } from "../../../src/codec/decode.ts";
import { EXPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import {
  numberElement,
  rawElement,
  tagElement,
  textElement,
} from "../../../src/codec/values.ts";
import { Charset } from "../../../src/charset/charset.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { dicomJson, dicomJsonWriter } from "../../../src/output/dicom_json.ts";
import { fixture, fixtureDataset, written } from "./support.ts";

function model(dataset: Dataset): Record<string, unknown> {
  return JSON.parse(dicomJson(dataset));
}

describe("dicom-json", () => {
  test("follows the tables of PS3.18 Annex F", () => {
    const utf8 = Charset.of(["ISO_IR 192"]);
    const dataset = Dataset.of(
      textElement(0x00080005, "CS", "ISO_IR 192"),
      numberElement(0x00080000, "UL", [12]),
      textElement(0x00080008, "CS", ["ORIGINAL", "", "AXIAL"]),
      textElement(0x00080050, "SH", ""),
      textElement(0x00100010, "PN", [
        "Yamada^Tarou=山田^太郎",
        "",
        "=^=ほか",
      ], utf8),
      textElement(0x00101020, "DS", "1.80"),
      textElement(0x00101030, "DS", "0.1234567890123456"),
      numberElement(0x00189087, "FD", [1.5, NaN, Infinity, -Infinity]),
      textElement(0x00201206, "IS", ["12", "x"]),
      tagElement(0x00280009, [0x00181063]),
      numberElement(0x00720082, "SV", [1n << 60n]),
      sequence(0x00400100, [
        Dataset.of(rawElement(0x00080060, "CS", "MR")),
        new Dataset(),
      ]),
      sequence(0x00081199, []),
      rawElement(0x7fe00010, "OW", "\x01\x02"),
      rawElement(0x7fe00020, "OB", ""),
    );
    assert.deepEqual(model(dataset), {
      "00080005": { vr: "CS", Value: ["ISO_IR 192"] },
      "00080008": { vr: "CS", Value: ["ORIGINAL", null, "AXIAL"] },
      "00080050": { vr: "SH" },
      "00081199": { vr: "SQ" },
      "00100010": {
        vr: "PN",
        Value: [
          { Alphabetic: "Yamada^Tarou", Ideographic: "山田^太郎" },
          null,
          { Phonetic: "ほか" },
        ],
      },
      "00101020": { vr: "DS", Value: [1.8] },
      "00101030": { vr: "DS", Value: ["0.1234567890123456"] },
      "00189087": { vr: "FD", Value: [1.5, "NaN", "inf", "-inf"] },
      "00201206": { vr: "IS", Value: [12, "x"] },
      "00280009": { vr: "AT", Value: ["00181063"] },
      "00400100": {
        vr: "SQ",
        Value: [{ "00080060": { vr: "CS", Value: ["MR"] } }, {}],
      },
      "00720082": { vr: "SV", Value: ["1152921504606846976"] },
      "7FE00010": { vr: "OW", InlineBinary: "AQI=" },
      "7FE00020": { vr: "OB" },
    });
  });

  test("says UTF-8 wherever a character set is declared", () => {
    const dataset = Dataset.of(
      rawElement(0x00080005, "CS", "ISO_IR 100"),
      rawElement(0x00100020, "LO", "\xfc"),
      sequence(0x00400100, [
        Dataset.of(
          rawElement(0x00080005, "CS", "ISO_IR 144"),
          rawElement(0x00400007, "LO", "\xbb"),
        ),
        Dataset.of(rawElement(0x00400007, "LO", "\xe4")),
      ]),
    );
    assert.deepEqual(model(dataset), {
      "00080005": { vr: "CS", Value: ["ISO_IR 192"] },
      "00100020": { vr: "LO", Value: ["ü"] },
      "00400100": {
        vr: "SQ",
        Value: [
          {
            "00080005": { vr: "CS", Value: ["ISO_IR 192"] },
            "00400007": { vr: "LO", Value: ["Л"] },
          },
          { "00400007": { vr: "LO", Value: ["ä"] } },
        ],
      },
    });
  });

  test("agrees with dcm2json 3.6.7", () => {
    // Numbers that JSON does not have are bare in its output, against the rules.
    const text = new TextDecoder().decode(fixture("explicit.dcm2json.json"))
      .replace(
        /(?<=[[,])(nan|-?inf)(?=[\],])/g,
        (special) => `"${special.replace("nan", "NaN")}"`,
      );
    const theirs = JSON.parse(text);
    // It forgets the sign of zero; so does a second time through JSON.
    const ours = JSON.parse(
      JSON.stringify(model(fixtureDataset("explicit").dataset)),
    );
    // dcm2json leaves NUL padding in, singles rounded and undeclared escapes undecoded.
    for (const tag of ["00080119", "00120010", "00720076", "00100010"]) {
      assert.notEqual(theirs[tag], undefined);
      delete theirs[tag];
      delete ours[tag];
    }
    assert.deepEqual(ours, theirs);
  });

  test("frames an array or lines", () => {
    const one = Dataset.of(textElement(0x00100020, "LO", "1"));
    const object = '{"00100020":{"vr":"LO","Value":["1"]}}';
    assert.equal(
      written(dicomJsonWriter("array"), [one]),
      `[\n${object}\n]\n`,
    );
    assert.equal(
      written(dicomJsonWriter("lines"), [one, one]),
      `${object}\n${object}\n`,
    );
  });

  test("is valid, and in tag order, for any dataset that decodes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const dataset = decodeDataset(bytes, EXPLICIT_LE, { lenient: true });
        const keys = Object.keys(model(dataset));
        // JavaScript moves keys that look like array indices to the front.
        const named = keys.filter((key) => !/^(0|[1-9]\d*)$/.test(key));
        assert.deepEqual(named, named.toSorted());
      }),
    );
  });
});
