/** The level of each key of the query models, by name, after PS3.4 Tables C.6-1 to C.6-5. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { levelOf } from "../../../src/identifier/levels.ts";
import { keywordsWhere } from "../../support/keyword_lines.ts";

const PATIENT_ROOT = {
  PATIENT: `
    ReferencedPatientSequence PatientName PatientID IssuerOfPatientID IssuerOfPatientIDQualifiersSequence
    PatientBirthDate PatientBirthTime PatientSex OtherPatientIDs OtherPatientNames OtherPatientIDsSequence
    EthnicGroup PatientComments NumberOfPatientRelatedStudies NumberOfPatientRelatedSeries
    NumberOfPatientRelatedInstances`,
  STUDY: `
    StudyDate StudyTime AccessionNumber ModalitiesInStudy SOPClassesInStudy AnatomicRegionsInStudyCodeSequence
    ReferringPhysicianName StudyDescription ProcedureCodeSequence NameOfPhysiciansReadingStudy
    AdmittingDiagnosesDescription ReferencedStudySequence PatientAge PatientSize PatientWeight Occupation
    AdditionalPatientHistory StudyInstanceUID StudyID OtherStudyNumbers NumberOfStudyRelatedSeries NumberOfStudyRelatedInstances`,
  SERIES: `
    SeriesDate SeriesTime Modality SeriesDescription PerformingPhysicianName OperatorsName BodyPartExamined
    ProtocolName PatientPosition SeriesInstanceUID SeriesNumber Laterality NumberOfSeriesRelatedInstances PerformedProcedureStepStartDate
    PerformedProcedureStepStartTime RequestAttributesSequence`,
  IMAGE: `
    ImageType SOPClassUID SOPInstanceUID AcquisitionDate ContentDate AcquisitionTime ContentTime
    AcquisitionNumber InstanceNumber NumberOfFrames Rows Columns BitsAllocated`,
} as const;

const words = (text: string) => text.trim().split(/\s+/);

describe("levelOf() in the patient root model", () => {
  for (const [level, keywords] of Object.entries(PATIENT_ROOT)) {
    test(level, () => {
      assert.deepEqual(
        keywordsWhere((tag) => levelOf(tag, "patient") === level),
        words(keywords),
      );
    });
  }
});

test("levelOf() in the study root model has the patient's attributes at study level, PS3.4 C.6.2.1", () => {
  assert.deepEqual(
    keywordsWhere((tag) => levelOf(tag, "study") === "PATIENT"),
    [],
  );
  assert.deepEqual(
    keywordsWhere((tag) => levelOf(tag, "study") === "STUDY").sort(),
    [...words(PATIENT_ROOT.PATIENT), ...words(PATIENT_ROOT.STUDY)].sort(),
  );
});
