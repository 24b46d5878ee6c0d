/** Tables of attributes that belong together, by name: a slip in a tag would match another one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Charset } from "../../../src/charset/charset.ts";
import { rawElement, tagElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { DATE_TIME_PAIRS } from "../../../src/matching/combined.ts";
import { lookupIn } from "../../../src/matching/attribute.ts";
import { KeySet } from "../../../src/matching/matching.ts";
import { splitKeyOf } from "../../../src/plan/split_key.ts";

const name = (tag: number) => Dictionary.standard.keyword(tag);

test("dates and times of the same event are matched as one moment", () => {
  assert.deepEqual(
    [...DATE_TIME_PAIRS].map(([date, time]) => `${name(date)} ${name(time)}`),
    [
      "InstanceCreationDate InstanceCreationTime",
      "StudyDate StudyTime",
      "SeriesDate SeriesTime",
      "AcquisitionDate AcquisitionTime",
      "ContentDate ContentTime",
      "PatientBirthDate PatientBirthTime",
      "AdmittingDate AdmittingTime",
      "ScheduledProcedureStepStartDate ScheduledProcedureStepStartTime",
      "ScheduledProcedureStepEndDate ScheduledProcedureStepEndTime",
      "PerformedProcedureStepStartDate PerformedProcedureStepStartTime",
      "PerformedProcedureStepEndDate PerformedProcedureStepEndTime",
    ],
  );
});

test("a question is split by these dates, and their times", () => {
  const named = (keyword: string, model: "study" | "patient") => {
    const identifier = Dataset.of(
      rawElement(0x00080052, "CS", "STUDY"),
      rawElement(Dictionary.standard.byKeyword(keyword)!.tag, "DA", ""),
    );
    const { date, time } = splitKeyOf(
      identifier,
      model,
      Dictionary.standard,
      keyword,
    );
    return [date, time ?? []].map((path) => path.map(name).join("."));
  };
  for (
    const [keyword, time] of [
      ["StudyDate", "StudyTime"],
      ["SeriesDate", "SeriesTime"],
      ["AcquisitionDate", "AcquisitionTime"],
      ["ContentDate", "ContentTime"],
      ["PatientBirthDate", "PatientBirthTime"],
    ] as const
  ) {
    assert.deepEqual(named(keyword, "study"), [keyword, time]);
  }
});

test("keys that say how to read an identifier are not matched", () => {
  for (
    const key of [
      rawElement(0x00080005, "CS", "ISO_IR 100"),
      rawElement(0x00080052, "CS", "STUDY"),
      rawElement(0x00080053, "CS", "ENHANCED"),
      rawElement(0x00080201, "SH", "+0100"),
    ]
  ) {
    const keys = KeySet.compile(Dataset.of(key), Charset.ascii, {});
    const found = lookupIn(new Dataset(), Charset.ascii);
    assert.equal(keys.matches(found), true, name(key.tag));
  }
  const other = tagElement(0x00080054, []);
  const value = rawElement(other.tag, "AE", "PACS");
  const keys = KeySet.compile(Dataset.of(value), Charset.ascii, {});
  assert.equal(keys.matches(lookupIn(new Dataset(), Charset.ascii)), false);
});
