import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rawElement, textElement } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import type { Selector } from "../../../src/dataset/path.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { UsageError } from "../../../src/errors.ts";
import {
  columnsOf,
  parseColumns,
  parseSortKeys,
  projected,
} from "../../../src/output/columns.ts";
import { dicomJson } from "../../../src/output/dicom_json.ts";

const { standard } = Dictionary;

describe("columnsOf()", () => {
  test("takes one column per key, nested ones included", () => {
    const identifier = Dataset.of(
      textElement(0x00080005, "CS", "ISO_IR 100"),
      textElement(0x00080052, "CS", "STUDY"),
      rawElement(0x00090010, "LO", "ACME"),
      rawElement(0x00091001, "LO", ""),
      textElement(0x00100010, "PN", ""),
      sequence(0x00081199, []),
      sequence(0x00400100, [
        Dataset.of(
          textElement(0x00080060, "CS", "MR"),
          textElement(0x00400002, "DA", ""),
        ),
        Dataset.of(textElement(0x00080060, "CS", "CT")),
      ]),
    );
    assert.deepEqual(columnsOf(identifier, standard), [
      { path: [0x00081199], label: "ReferencedSOPSequence" },
      {
        path: [0x00090001],
        label: "ACME:0009xx01",
        steps: [{ name: "ACME:0009xx01", creator: "ACME" }],
      },
      { path: [0x00100010], label: "PatientName" },
      {
        path: [0x00400100, 0x00080060],
        label: "ScheduledProcedureStepSequence.Modality",
      },
      {
        path: [0x00400100, 0x00400002],
        label: "ScheduledProcedureStepSequence.ScheduledProcedureStepStartDate",
      },
    ]);
  });

  test("puts what keys named first, in their order", () => {
    const identifier = Dataset.of(
      textElement(0x00080020, "DA", ""),
      textElement(0x00080052, "CS", "STUDY"),
      textElement(0x00080060, "CS", ""),
      rawElement(0x00090010, "LO", "ACME"),
      rawElement(0x00091001, "LO", ""),
      textElement(0x00100010, "PN", ""),
      sequence(0x00400100, [
        Dataset.of(
          textElement(0x00080060, "CS", "MR"),
          textElement(0x00400002, "DA", ""),
        ),
      ]),
    );
    const labels = (...selectors: Selector[]) =>
      columnsOf(identifier, standard, selectors).map((column) => column.label);
    const others = ["StudyDate", "Modality"];
    const step = "ScheduledProcedureStepSequence";
    assert.deepEqual(
      labels(
        [{ tag: 0x00100010 }],
        [{ tag: 0x00400100, item: 0 }, { tag: 0x00400002 }],
        [{ tag: 0x00090001, creator: "ACME" }],
        [{ tag: 0x00080052 }],
        [{ tag: 0x00100020 }],
        [{ tag: 0x00400100, item: 0 }, { tag: 0x00080060 }],
      ),
      [
        "PatientName",
        `${step}.ScheduledProcedureStepStartDate`,
        "ACME:0009xx01",
        `${step}.Modality`,
        ...others,
      ],
    );
    assert.deepEqual(
      labels([{ tag: 0x00400100, item: 0 }], [{ tag: 0x00100010 }]),
      [
        `${step}.Modality`,
        `${step}.ScheduledProcedureStepStartDate`,
        "PatientName",
        ...others,
        "ACME:0009xx01",
      ],
    );
  });
});

describe("parseColumns()", () => {
  test("takes keywords and tags in every spelling", () => {
    const columns = parseColumns(
      "PatientName, 0010,0020,(0008,0020),00080030,ScheduledProcedureStepSequence.0008,0060,QueryRetrieveLevel,6002,0010",
      standard,
    );
    assert.deepEqual(columns.map((column) => column.label), [
      "PatientName",
      "PatientID",
      "StudyDate",
      "StudyTime",
      "ScheduledProcedureStepSequence.Modality",
      "QueryRetrieveLevel",
      "60020010",
    ]);
  });

  const mistakes: [text: string, message: RegExp, hint: RegExp][] = [
    [
      "PatientNam",
      /Unknown attribute "PatientNam" in the columns/,
      /PatientName/,
    ],
    [
      "PatientID,status",
      /Unknown attribute "status" in the columns/,
      /shown without being named/,
    ],
    ["MessageID", /Unknown attribute "MessageID" in the columns/, /^$/],
    ["", /an attribute is missing/, /keyword or tag/],
    ["PatientName,", /an attribute is missing/, /keyword or tag/],
    ["PatientName;PatientID", /not understood at ";PatientID"/, /commas/],
    ["(0010,0010", /not understood at "\(0010,0010"/, /commas/],
  ];
  for (const [text, message, hint] of mistakes) {
    test(`refuses "${text}"`, () => {
      assert.throws(
        () => parseColumns(text, standard),
        (error) =>
          error instanceof UsageError && message.test(error.message) &&
          hint.test(error.hint ?? ""),
      );
    });
  }
});

test("parseSortKeys() takes a sign before each key", () => {
  const keys = parseSortKeys("-StudyDate,+0010,0010,PatientID", standard);
  assert.deepEqual(
    keys.map((key) => [key.column.label, key.descending]),
    [["StudyDate", true], ["PatientName", false], ["PatientID", false]],
  );
});

test("projected() keeps what is named and what is needed to read it", () => {
  const dataset = Dataset.of(
    textElement(0x00080005, "CS", "ISO_IR 100"),
    textElement(0x00080020, "DA", "20200101"),
    textElement(0x00100010, "PN", "Doe"),
    sequence(0x00400100, [
      Dataset.of(
        textElement(0x00080060, "CS", "MR"),
        textElement(0x00400002, "DA", "20200101"),
      ),
    ]),
  );
  const columns = parseColumns(
    "PatientName,ScheduledProcedureStepSequence.Modality",
    standard,
  );
  assert.deepEqual(JSON.parse(dicomJson(projected(dataset, columns))), {
    "00080005": { vr: "CS", Value: ["ISO_IR 192"] },
    "00100010": { vr: "PN", Value: [{ Alphabetic: "Doe" }] },
    "00400100": {
      vr: "SQ",
      Value: [{ "00080060": { vr: "CS", Value: ["MR"] } }],
    },
  });
});
