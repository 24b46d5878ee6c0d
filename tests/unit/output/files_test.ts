import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  EXPLICIT_BE,
  EXPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import { rawElement, stringsOf } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { decodeFile } from "../../../src/file/part10.ts";
import {
  dicomFile,
  responseFileName,
  xmlFile,
} from "../../../src/output/files.ts";
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

test("dicomFile() keeps transfer syntax and padding, and leaves lengths undefined", () => {
  const dataset = Dataset.of(
    rawElement(0x00080052, "CS", "STUDY "),
    sequence(0x00081199, [new Dataset()], true),
  );
  const { name, bytes } = dicomFile(
    { number: 3, status: 0xff00, dataset, syntax: EXPLICIT_BE },
    IDENTITY,
  );
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

test("xmlFile() is named alike", () => {
  const { name, bytes } = xmlFile(record(new Dataset(), 2));
  assert.equal(name, "rsp0002.xml");
  assert.match(
    new TextDecoder().decode(bytes),
    /^<\?xml version="1\.0"\?>\n<data-set /,
  );
});
