/** A DICOMDIR as an archive: instances with the attributes of all records above them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rawElement } from "../../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../../src/dataset/dataset.ts";
import { Archive } from "../../../../src/scp/archive/archive.ts";
import { directoryDatasets } from "../../../../src/scp/archive/directory.ts";
import { keywordLines } from "../../../support/keyword_lines.ts";

function record(type: string, ...rows: [number, string][]): Dataset {
  return Dataset.of(
    rawElement(0x00041430, "CS", type),
    ...rows.map(([tag, text]) => rawElement(tag, "UI", text)),
  );
}

const directory = Dataset.of(sequence(0x00041220, [
  record("PATIENT", [0x00100020, "P1"]),
  record("STUDY", [0x0020000d, "1"], [0x00080050, "ACC"]),
  record("SERIES", [0x0020000e, "1.1"], [0x00080060, "CT"]),
  record("IMAGE", [0x00041511, "1.1.1"], [0x00200013, "1"]),
  record("SR DOCUMENT", [0x00041511, "1.1.2"]),
  record("STUDY", [0x0020000d, "2"]),
  record("PATIENT", [0x00100020, "P2"]),
]));

test("directoryDatasets() gives instances and empty records of a higher level", () => {
  const archive = Archive.fromDatasets(directoryDatasets(directory));
  assert.deepEqual(archive.counts, {
    patients: 2,
    studies: 2,
    series: 1,
    instances: 2,
    worklistItems: 0,
    others: 0,
  });
  const [study] = archive.byId("STUDY", "1");
  assert.ok(study?.find(0x00080050) !== undefined);
  const [other] = archive.byId("STUDY", "2");
  assert.equal(other?.find(0x00080050), undefined);
});

test("directoryDatasets() gives the lowest records alone, each with all attributes above it", () => {
  const datasets = directoryDatasets(directory).map((dataset) =>
    keywordLines(dataset).filter((line) => !line.startsWith("Directory"))
  );
  assert.deepEqual(datasets, [
    [
      "SOPInstanceUID UI 1.1.1",
      "AccessionNumber UI ACC",
      "Modality UI CT",
      "PatientID UI P1",
      "StudyInstanceUID UI 1",
      "SeriesInstanceUID UI 1.1",
      "InstanceNumber UI 1",
    ],
    [
      "SOPInstanceUID UI 1.1.2",
      "AccessionNumber UI ACC",
      "Modality UI CT",
      "PatientID UI P1",
      "StudyInstanceUID UI 1",
      "SeriesInstanceUID UI 1.1",
    ],
    ["PatientID UI P1", "StudyInstanceUID UI 2"],
    ["PatientID UI P2"],
  ]);
});

test("directoryDatasets() leaves out records below a missing one, and takes unknown types for instances", () => {
  const broken = Dataset.of(sequence(0x00041220, [
    record("SERIES", [0x0020000e, "9"]),
    record("PATIENT", [0x00100020, "P1"]),
    record("SERIES", [0x0020000e, "8"]),
    record("PRIVATE", [0x00041511, "1.1.3"]),
    record("STUDY", [0x0020000d, "1"]),
    record("SERIES", [0x0020000e, "1.1"]),
    record("PRIVATE", [0x00041510, "1.2.3"], [0x00041511, "1.1.3"]),
  ]));
  assert.deepEqual(directoryDatasets(broken).map((one) => keywordLines(one)), [
    [
      "SOPClassUID UI 1.2.3",
      "SOPInstanceUID UI 1.1.3",
      "PatientID UI P1",
      "StudyInstanceUID UI 1",
      "SeriesInstanceUID UI 1.1",
    ],
  ]);
});
