/** `--where`: typed comparison of what no server matches. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Charset } from "../../../src/charset/charset.ts";
import { encodeDataset } from "../../../src/codec/encode.ts";
import { EXPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import { numberElement, rawElement } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { parseSelector } from "../../../src/identifier/selector.ts";
import { parseCondition } from "../../../src/plan/condition_text.ts";
import { WhereCondition, whereOf } from "../../../src/plan/where.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { elementsOf } from "../../support/plain_elements.ts";

const STUDY = Dataset.of(
  rawElement(0x00080020, "DA", "20260131"),
  rawElement(0x00080030, "TM", "0930"),
  rawElement(0x00080061, "CS", "CT\\SR"),
  rawElement(0x00100010, "PN", "Doe^Jane"),
  rawElement(0x00101010, "AS", ""),
  rawElement(0x00201206, "IS", "10"),
  numberElement(0x00280010, "US", [512]),
  sequence(0x00081032, [
    Dataset.of(rawElement(0x00080104, "LO", "Skull")),
    Dataset.of(rawElement(0x00080104, "LO", "Thorax")),
  ]),
);

/** The study where it lies. */
const IN_PLACE = elementsOf(encodeDataset(STUDY, EXPLICIT_LE), EXPLICIT_LE) ??
  assert.fail();

function holds(text: string): boolean {
  const written = parseCondition(text)!;
  const condition = new WhereCondition(
    parseSelector(written.attribute),
    written,
  );
  const [isMet, isMetUndecoded] = [STUDY, IN_PLACE].map((holder) =>
    condition.holds(holder, Charset.ascii)
  );
  assert.equal(isMetUndecoded, isMet);
  return isMet!;
}

describe("Condition", () => {
  for (
    const text of [
      "NumberOfStudyRelatedSeries>=2",
      "NumberOfStudyRelatedSeries>9",
      "NumberOfStudyRelatedSeries = 10",
      "NumberOfStudyRelatedSeries!=2",
      "Rows<=512",
      "StudyDate>=2026-01-01",
      "StudyDate<20260201",
      "StudyTime<10:00",
      "ModalitiesInStudy=SR",
      "PatientName~JANE",
      "PatientAge=",
      "AccessionNumber=",
      "ProcedureCodeSequence.CodeMeaning~skull",
    ]
  ) test(`holds: ${text}`, () => assert.ok(holds(text)));

  for (
    const text of [
      "NumberOfStudyRelatedSeries<9",
      "NumberOfStudyRelatedSeries>1000",
      "ModalitiesInStudy=MR",
      "ModalitiesInStudy!=SR",
      "PatientName=doe^jane",
      "AccessionNumber>0",
      "PatientAge<100",
      "StudyTime>=0931",
    ]
  ) test(`does not hold: ${text}`, () => assert.ok(!holds(text)));
});

test("parseCondition() knows what is not a condition", () => {
  for (const text of ["PatientName", "=1", "", "Rows>", "Rows<= ", "Rows~"]) {
    assert.equal(parseCondition(text), undefined);
  }
});

test("ages are compared by their length", () => {
  const withAge = (age: string) =>
    Dataset.of(rawElement(0x00101010, "AS", age));
  const holdsFor = (age: string, text: string) =>
    whereOf([parseCondition(text)!], Dictionary.standard)
      .holds({ dataset: withAge(age) });
  assert.ok(holdsFor("045Y", "PatientAge>=018Y"));
  assert.ok(holdsFor("002Y", "PatientAge>011M"));
  assert.ok(holdsFor("003W", "PatientAge=021D"));
  assert.ok(!holdsFor("300D", "PatientAge>=001Y"));
  assert.ok(!holdsFor("", "PatientAge<100Y"));
});

describe("whereOf() refuses", () => {
  for (
    const [text, message] of [
      ["X>1", /Bad condition: unknown keyword "X"/],
      ["PatientAge>=18", /"18" is nothing that PatientAge .* compared with/],
      ["StudyDate=today", /"today" is nothing that StudyDate/],
      ["NumberOfStudyRelatedSeries!=many", /"many" is nothing that/],
      ["PatientID==1", /"PatientID==1" has two equal signs/],
    ] as const
  ) {
    test(text, () => {
      assert.throws(
        () => whereOf([parseCondition(text)!], Dictionary.standard),
        message,
      );
    });
  }
});

test("whereOf() knows attributes that no match has a value of", () => {
  const where = whereOf(
    ["PatientID=1", "BodyPartExamined=HEAD", "Rows>1"].map((text) =>
      parseCondition(text)!
    ),
    Dictionary.standard,
  );
  assert.deepEqual(where.absent(), []);
  const id = rawElement(0x00100020, "LO", "1");
  assert.ok(!where.holds({ dataset: Dataset.of(id) }));
  assert.deepEqual(where.absent(), ["BodyPartExamined"]);
});
