/** The levels of the query/retrieve models and the attributes that belong to each (PS3.4 C.6.1 and C.6.2). Data, no judgement. */
import type { Tag } from "../dataset/tag.ts";
import {
  LEVELS,
  MODEL_LEVELS,
  type QueryLevel,
  UNIQUE_KEYS,
} from "../find/models.ts";

export { LEVELS, MODEL_LEVELS, type QueryLevel, UNIQUE_KEYS };

/** The information model that an identifier is for, as far as keys are concerned; `other` has no rules here. */
export type QueryModel =
  | "patient"
  | "study"
  | "psonly"
  | "worklist"
  | "other";

/** A model by its name in `FIND_MODELS`, as far as keys are concerned. */
export function queryModelOf(name: string): QueryModel {
  return name === "patient" || name === "study" || name === "psonly" ||
      name === "worklist"
    ? name
    : "other";
}

/** One and several entities of a level, in words. */
export const ENTITIES: Readonly<Record<QueryLevel, readonly [string, string]>> =
  {
    PATIENT: ["patient", "patients"],
    STUDY: ["study", "studies"],
    SERIES: ["series", "series"],
    IMAGE: ["image", "images"],
  };

/** Attributes by the level they belong to, PS3.4 Tables C.6-1 to C.6-5 and the usual additional ones. Others fit any level. */
const ATTRIBUTES: Readonly<Record<QueryLevel, readonly Tag[]>> = {
  PATIENT: [
    0x00081120, // ReferencedPatientSequence
    0x00100010, // PatientName
    0x00100020, // PatientID
    0x00100021, // IssuerOfPatientID
    0x00100024, // IssuerOfPatientIDQualifiersSequence
    0x00100030, // PatientBirthDate
    0x00100032, // PatientBirthTime
    0x00100040, // PatientSex
    0x00101000, // OtherPatientIDs
    0x00101001, // OtherPatientNames
    0x00101002, // OtherPatientIDsSequence
    0x00102160, // EthnicGroup
    0x00104000, // PatientComments
    0x00201200, // NumberOfPatientRelatedStudies
    0x00201202, // NumberOfPatientRelatedSeries
    0x00201204, // NumberOfPatientRelatedInstances
  ],
  STUDY: [
    0x00080020, // StudyDate
    0x00080030, // StudyTime
    0x00080050, // AccessionNumber
    0x00080061, // ModalitiesInStudy
    0x00080062, // SOPClassesInStudy
    0x00080063, // AnatomicRegionsInStudyCodeSequence
    0x00080090, // ReferringPhysicianName
    0x00081030, // StudyDescription
    0x00081032, // ProcedureCodeSequence
    0x00081060, // NameOfPhysiciansReadingStudy
    0x00081080, // AdmittingDiagnosesDescription
    0x00081110, // ReferencedStudySequence
    0x00101010, // PatientAge
    0x00101020, // PatientSize
    0x00101030, // PatientWeight
    0x00102180, // Occupation
    0x001021b0, // AdditionalPatientHistory
    0x0020000d, // StudyInstanceUID
    0x00200010, // StudyID
    0x00201070, // OtherStudyNumbers
    0x00201206, // NumberOfStudyRelatedSeries
    0x00201208, // NumberOfStudyRelatedInstances
  ],
  SERIES: [
    0x00080021, // SeriesDate
    0x00080031, // SeriesTime
    0x00080060, // Modality
    0x0008103e, // SeriesDescription
    0x00081050, // PerformingPhysicianName
    0x00081070, // OperatorsName
    0x00181030, // ProtocolName
    0x00180015, // BodyPartExamined
    0x00185100, // PatientPosition
    0x0020000e, // SeriesInstanceUID
    0x00200011, // SeriesNumber
    0x00200060, // Laterality
    0x00201209, // NumberOfSeriesRelatedInstances
    0x00400244, // PerformedProcedureStepStartDate
    0x00400245, // PerformedProcedureStepStartTime
    0x00400275, // RequestAttributesSequence
  ],
  IMAGE: [
    0x00080008, // ImageType
    0x00080016, // SOPClassUID
    0x00080018, // SOPInstanceUID
    0x00080022, // AcquisitionDate
    0x00080023, // ContentDate
    0x00080032, // AcquisitionTime
    0x00080033, // ContentTime
    0x00200012, // AcquisitionNumber
    0x00200013, // InstanceNumber
    0x00280008, // NumberOfFrames
    0x00280010, // Rows
    0x00280011, // Columns
    0x00280100, // BitsAllocated
  ],
};

/**
 * The level an attribute belongs to in a model, or undefined if it fits any. In the study root model the attributes of the
 * patient belong to the study level (PS3.4 C.6.2.1).
 */
export function levelOf(tag: Tag, model: QueryModel): QueryLevel | undefined {
  const level = LEVELS.find((level) => ATTRIBUTES[level].includes(tag));
  return level === "PATIENT" && model === "study" ? "STUDY" : level;
}
