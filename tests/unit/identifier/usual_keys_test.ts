/** What is requested by default. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import {
  levelOf,
  LEVELS,
  MODEL_LEVELS,
} from "../../../src/identifier/levels.ts";
import { buildIdentifier } from "../../../src/identifier/build.ts";
import { parseSelector } from "../../../src/identifier/selector.ts";
import { usualKeys } from "../../../src/identifier/usual_keys.ts";

describe("usualKeys()", () => {
  for (const model of ["patient", "study", "psonly", "worklist"] as const) {
    const levels = model === "worklist" ? [""] : MODEL_LEVELS[model];
    for (const level of levels) {
      test(`${model} ${level}`, () => {
        const usual = usualKeys(model, level)!;
        for (const key of usual.keys) {
          const [first] = parseSelector(key, Dictionary.standard);
          const home = levelOf(first!.tag, model);
          assert.ok(
            model === "worklist" || key === "PatientID" ||
              home === undefined || home === level,
            key,
          );
        }
        for (const column of usual.columns) {
          assert.ok(usual.keys.includes(column), column);
        }
        for (const key of usual.sort) {
          assert.ok(usual.keys.includes(key.replace(/^-/, "")), key);
        }
        const isBelowPatient = (model === "patient" || model === "psonly") &&
          level !== "PATIENT";
        const { warnings } = buildIdentifier({
          form: "address",
          model,
          keys: [
            ...level === "" ? [] : [`QueryRetrieveLevel=${level}`],
            ...isBelowPatient ? ["PatientID=1"] : [],
            ...level === "SERIES" || level === "IMAGE"
              ? ["StudyInstanceUID=1.2"]
              : [],
            ...level === "IMAGE" ? ["SeriesInstanceUID=1.2"] : [],
            ...usual.keys.filter((key) =>
              key !== "PatientID" || !isBelowPatient
            ),
          ],
        });
        assert.deepEqual(warnings, []);
      });
    }
  }

  /** Keys in order; `:` after those that tables leave out. */
  const EXPECTED: readonly (readonly [
    model: "patient" | "study",
    level: string,
    keys: string,
    sort: string,
  ])[] = [
    [
      "patient",
      "PATIENT",
      "PatientName PatientID PatientBirthDate PatientSex NumberOfPatientRelatedStudies",
      "PatientName",
    ],
    [
      "patient",
      "STUDY",
      "StudyDate StudyTime: PatientID ModalitiesInStudy StudyDescription AccessionNumber NumberOfStudyRelatedSeries: NumberOfStudyRelatedInstances StudyInstanceUID:",
      "-StudyDate -StudyTime",
    ],
    [
      "study",
      "STUDY",
      "StudyDate StudyTime: PatientName PatientID PatientBirthDate: PatientSex: ModalitiesInStudy StudyDescription AccessionNumber NumberOfStudyRelatedSeries: NumberOfStudyRelatedInstances StudyInstanceUID:",
      "-StudyDate -StudyTime",
    ],
    [
      "study",
      "SERIES",
      "SeriesNumber Modality SeriesDescription SeriesDate SeriesTime: BodyPartExamined NumberOfSeriesRelatedInstances SeriesInstanceUID:",
      "SeriesNumber",
    ],
    [
      "study",
      "IMAGE",
      "InstanceNumber ContentDate NumberOfFrames Rows Columns SOPClassUID SOPInstanceUID:",
      "InstanceNumber",
    ],
  ];
  for (const [model, level, keys, sort] of EXPECTED) {
    test(`are in full, at ${level} of ${model}`, () => {
      const words = keys.split(" ");
      assert.deepEqual(usualKeys(model, level), {
        keys: words.map((word) => word.replace(":", "")),
        columns: words.filter((word) => !word.endsWith(":")),
        sort: sort.split(" "),
      });
    });
  }

  test("are in full, of the worklist", () => {
    const step = "ScheduledProcedureStepSequence.";
    const keys =
      "*ScheduledProcedureStepStartDate *ScheduledProcedureStepStartTime *Modality *ScheduledStationAETitle PatientName PatientID PatientBirthDate: PatientSex: " +
      "*ScheduledProcedureStepDescription *ScheduledProcedureStepID: *ScheduledPerformingPhysicianName: AccessionNumber RequestedProcedureID: " +
      "RequestedProcedureDescription: ReferringPhysicianName: StudyInstanceUID:";
    const words = keys.replaceAll("*", step).split(" ");
    assert.deepEqual(usualKeys("worklist", ""), {
      keys: words.map((word) => word.replace(":", "")),
      columns: words.filter((word) => !word.endsWith(":")),
      sort: [
        `${step}ScheduledProcedureStepStartDate`,
        `${step}ScheduledProcedureStepStartTime`,
      ],
    });
  });

  test("of nothing else", () => {
    for (const level of [...LEVELS, ""]) {
      assert.equal(usualKeys("other", level), undefined);
    }
    assert.equal(usualKeys("study", ""), undefined);
    assert.equal(usualKeys("study", "worklist")?.keys, undefined);
    assert.equal(usualKeys("study", "toString"), undefined);
  });
});
