import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../../src/codec/transfer_syntax.ts";
import { rawElement, stringsOf } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { decodeFile, encodeFile } from "../../../src/file/part10.ts";
import {
  DicomFiles,
  responseFileName,
  xmlFile,
} from "../../../src/output/files.ts";
import type { ReceivedDataset } from "../../../src/output/writer.ts";
import { hex } from "../../support/hex.ts";
import { elementsOf } from "../../support/plain_elements.ts";
import { record } from "./support.ts";

const IDENTITY = {
  newUid: () => "1.2.3.4.5",
  implementationClassUid: "1.2.3.6",
  implementationVersionName: "FINDSCU",
};

test("responseFileName() has four digits, or more", () => {
  assert.equal(responseFileName(1, "dcm"), "rsp0001.dcm");
  assert.equal(responseFileName(9999, "xml"), "rsp9999.xml");
  assert.equal(responseFileName(10000, "dcm"), "rsp10000.dcm");
});

test("a DICOM file keeps transfer syntax and padding, and leaves lengths undefined", () => {
  const dataset = Dataset.of(
    rawElement(0x00080052, "CS", "STUDY "),
    sequence(0x00081199, [new Dataset()], true),
  );
  const { name, bytes } = new DicomFiles(IDENTITY)
    .file(3, { dataset, syntax: EXPLICIT_BE });
  assert.equal(name, "rsp0003.dcm");
  const file = decodeFile(bytes);
  const meta = (tag: number) => stringsOf(file.meta!.get(tag)!)[0];
  assert.equal(meta(0x00020002), "1.2.276.0.7230010.3.1.0.1");
  assert.equal(meta(0x00020003), "1.2.3.4.5");
  assert.equal(meta(0x00020010), EXPLICIT_BE.uid);
  assert.equal(meta(0x00020012), "1.2.3.6");
  assert.equal(meta(0x00020013), "FINDSCU");
  assert.deepEqual(
    encodeDataset(file.dataset, EXPLICIT_LE, { lengths: "kept" }),
    encodeDataset(dataset, EXPLICIT_LE, { lengths: "undefined" }),
  );
});

/** A response that must not be decoded. */
function undecoded(bytes: Uint8Array, syntax: TransferSyntax): ReceivedDataset {
  return {
    syntax,
    elements: elementsOf(bytes, syntax),
    get dataset(): Dataset {
      return assert.fail("decoded");
    },
  };
}

test("a DICOM file holds the bytes that came, if they are what would be written", () => {
  const uids = ["2.25.1", "2.25.23", "2.25.4", "2.25.567", "1.2"];
  const left = [...uids, ...uids];
  const files = new DicomFiles({ ...IDENTITY, newUid: () => left.shift()! });
  const dataset = Dataset.of(
    rawElement(0x00080052, "CS", "STUDY "),
    sequence(0x00081199, [new Dataset()], true),
  );
  for (const syntax of [EXPLICIT_LE, IMPLICIT_LE]) {
    const bytes = encodeDataset(dataset, syntax, { lengths: "undefined" });
    for (const [index, sopInstanceUid] of uids.entries()) {
      const number = index + 1;
      assert.deepEqual(files.unchanged(number, undecoded(bytes, syntax)), {
        name: responseFileName(number, "dcm"),
        bytes: encodeFile(dataset, syntax, {
          ...IDENTITY,
          sopClassUid: "1.2.276.0.7230010.3.1.0.1",
          sopInstanceUid,
        }, { lengths: "undefined" }),
      });
    }
  }
});

test("a DICOM file holds other bytes than those that came, if it has to", () => {
  const dataset = Dataset.of(rawElement(0x00091001, "UN", "ABCD"));
  const bytes = encodeDataset(dataset, EXPLICIT_LE);
  const elements = elementsOf(bytes, EXPLICIT_LE);
  const received = { dataset, elements, syntax: EXPLICIT_LE };
  const vrIn = (files: DicomFiles) =>
    decodeFile(files.file(1, received).bytes).dataset.get(0x00091001)?.vr;
  const files = new DicomFiles(IDENTITY);
  assert.equal(vrIn(files), "UN");
  assert.deepEqual(files.file(1, received), files.unchanged(1, received));
  const old = new DicomFiles({ ...IDENTITY, oldVrs: true });
  assert.equal(vrIn(old), "OB");
  assert.equal(old.unchanged(1, received), undefined);
  const odd = elementsOf(hex("10 00 20 00 4c 4f 01 00 41"), EXPLICIT_LE);
  assert.equal(odd?.isAsEncoded, false);
  for (const elements of [odd, undefined]) {
    assert.equal(files.unchanged(1, { ...received, elements }), undefined);
  }
});

test("xmlFile() is named alike", () => {
  const { name, bytes } = xmlFile(record(new Dataset(), 2));
  assert.equal(name, "rsp0002.xml");
  assert.match(
    new TextDecoder().decode(bytes),
    /^<\?xml version="1\.0"\?>\n<data-set /,
  );
});
