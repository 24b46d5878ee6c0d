import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import { stringsOf, textElement } from "../../../src/codec/values.ts";
import { Dataset, isFragments } from "../../../src/dataset/dataset.ts";
import { DecodeError } from "../../../src/errors.ts";
import {
  decodeFile,
  detectSyntax,
  encodeFile,
} from "../../../src/file/part10.ts";
import { hex, toHex } from "../../support/hex.ts";

const SYNTAXES = [IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE, DEFLATED_LE];
const DATASET = Dataset.of(
  textElement(0x00080052, "CS", "STUDY"),
  textElement(0x00100010, "PN", "Doe^Jane"),
);
const META = {
  sopClassUid: "1.2.3",
  sopInstanceUid: "1.2.3.4",
  implementationClassUid: "1.2.3.4.5",
  implementationVersionName: "TEST",
};

function name(dataset: Dataset): string | undefined {
  return stringsOf(dataset.get(0x00100010)!)[0];
}

describe("decodeFile()", () => {
  for (const syntax of SYNTAXES) {
    test(`reads what encodeFile() writes in ${syntax.name}`, () => {
      const file = decodeFile(encodeFile(DATASET, syntax, META));
      assert.equal(file.syntax.uid, syntax.uid);
      assert.equal(name(file.dataset), "Doe^Jane");
      assert.deepEqual(stringsOf(file.meta!.get(0x00020003)!), ["1.2.3.4"]);
      assert.deepEqual(stringsOf(file.meta!.get(0x00020013)!), ["TEST"]);
    });
  }

  for (const syntax of SYNTAXES.slice(0, 3)) {
    test(`detects a bare dataset in ${syntax.name}`, () => {
      const file = decodeFile(encodeDataset(DATASET, syntax));
      assert.equal(file.syntax.uid, syntax.uid);
      assert.equal(file.meta, undefined);
      assert.equal(name(file.dataset), "Doe^Jane");
    });
  }

  test("reads files without a preamble, and without a prefix", () => {
    const bytes = encodeFile(DATASET, EXPLICIT_LE, META);
    assert.equal(name(decodeFile(bytes.subarray(128)).dataset), "Doe^Jane");
    assert.equal(name(decodeFile(bytes.subarray(132)).dataset), "Doe^Jane");
  });

  test("does not depend on the group length of the meta information", () => {
    const bytes = encodeFile(DATASET, EXPLICIT_LE, META).slice();
    bytes.set([0xff, 0xff, 0, 0], 128 + 4 + 8);
    assert.equal(name(decodeFile(bytes).dataset), "Doe^Jane");
  });

  test("stops before a tag when only the header is requested", () => {
    const bytes = encodeFile(DATASET, EXPLICIT_LE, META);
    const { dataset } = decodeFile(bytes, { before: 0x00100000 });
    assert.equal(dataset.size, 1);
  });

  test("keeps encapsulated fragments apart", () => {
    const body = hex(`
      E0 7F 10 00 "OB" 00 00 FF FF FF FF
        FE FF 00 E0 00 00 00 00
        FE FF 00 E0 02 00 00 00 AA BB
        FE FF DD E0 00 00 00 00
    `);
    const head = encodeFile(
      new Dataset(),
      { ...EXPLICIT_LE, uid: "1.2.840.10008.1.2.4.50" },
      META,
    );
    const bytes = new Uint8Array([...head, ...body]);
    const { dataset, syntax } = decodeFile(bytes);
    const pixels = dataset.get(0x7fe00010);
    assert.equal(syntax.encapsulated, true);
    assert.ok(isFragments(pixels));
    assert.deepEqual(pixels.fragments.map(toHex), ["", "aa bb"]);
    assert.equal(toHex(encodeDataset(dataset, syntax)), toHex(body));
  });

  test("says what a file is not", () => {
    for (
      const text of ["hello, this is not DICOM", "{}", "PatientName=Doe*\n"]
    ) {
      assert.throws(
        () => decodeFile(new TextEncoder().encode(text)),
        (error: unknown) =>
          error instanceof DecodeError &&
          /Not a DICOM file/.test(error.message),
        text,
      );
    }
  });

  test("says when the meta information is cut short, or the syntax unknown", () => {
    const bytes = encodeFile(DATASET, EXPLICIT_LE, META);
    assert.throws(() => decodeFile(bytes.subarray(0, 200)), DecodeError);
    const other = encodeFile(DATASET, { ...EXPLICIT_LE, uid: "1.2.3" }, META);
    assert.throws(() => decodeFile(other), /Unknown transfer syntax "1.2.3"/);
  });
});

test("detectSyntax() takes an empty dataset as implicit little endian", () => {
  assert.equal(detectSyntax(new Uint8Array(0)), IMPLICIT_LE);
});
