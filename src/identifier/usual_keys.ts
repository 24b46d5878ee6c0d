/** The usual return keys of a patient, a study and so on, for queries without return keys. Data, no judgement. */
import type { Tag } from "../dataset/tag.ts";
import { levelOf, LEVELS, type QueryLevel, type QueryModel } from "./levels.ts";

/** The requested attributes, and how people read them. */
export interface UsualKeys {
  /** Paths to request, in an order that people read. */
  readonly keys: readonly string[];
  /** Those of them that a table has room for. */
  readonly columns: readonly string[];
  /** The sort order of a table: newest first, or next first. */
  readonly sort: readonly string[];
}

/** A key; those that only programs want are left out of tables. */
type Row = readonly [keyword: string, tag: Tag, use?: "programs"];

const STEP = "ScheduledProcedureStepSequence";

const ROWS: Readonly<Record<QueryLevel | "worklist", readonly Row[]>> = {
  PATIENT: [
    ["PatientName", 0x00100010],
    ["PatientID", 0x00100020],
    ["PatientBirthDate", 0x00100030],
    ["PatientSex", 0x00100040],
    ["NumberOfPatientRelatedStudies", 0x00201200],
  ],
  STUDY: [
    ["StudyDate", 0x00080020],
    ["StudyTime", 0x00080030, "programs"],
    ["PatientName", 0x00100010],
    ["PatientID", 0x00100020],
    ["PatientBirthDate", 0x00100030, "programs"],
    ["PatientSex", 0x00100040, "programs"],
    ["ModalitiesInStudy", 0x00080061],
    ["StudyDescription", 0x00081030],
    ["AccessionNumber", 0x00080050],
    ["NumberOfStudyRelatedSeries", 0x00201206, "programs"],
    ["NumberOfStudyRelatedInstances", 0x00201208],
    ["StudyInstanceUID", 0x0020000d, "programs"],
  ],
  SERIES: [
    ["SeriesNumber", 0x00200011],
    ["Modality", 0x00080060],
    ["SeriesDescription", 0x0008103e],
    ["SeriesDate", 0x00080021],
    ["SeriesTime", 0x00080031, "programs"],
    ["BodyPartExamined", 0x00180015],
    ["NumberOfSeriesRelatedInstances", 0x00201209],
    ["SeriesInstanceUID", 0x0020000e, "programs"],
  ],
  IMAGE: [
    ["InstanceNumber", 0x00200013],
    ["ContentDate", 0x00080023],
    ["NumberOfFrames", 0x00280008],
    ["Rows", 0x00280010],
    ["Columns", 0x00280011],
    ["SOPClassUID", 0x00080016],
    ["SOPInstanceUID", 0x00080018, "programs"],
  ],
  worklist: [
    [`${STEP}.ScheduledProcedureStepStartDate`, 0x00400002],
    [`${STEP}.ScheduledProcedureStepStartTime`, 0x00400003],
    [`${STEP}.Modality`, 0x00080060],
    [`${STEP}.ScheduledStationAETitle`, 0x00400001],
    ["PatientName", 0x00100010],
    ["PatientID", 0x00100020],
    ["PatientBirthDate", 0x00100030, "programs"],
    ["PatientSex", 0x00100040, "programs"],
    [`${STEP}.ScheduledProcedureStepDescription`, 0x00400007],
    [`${STEP}.ScheduledProcedureStepID`, 0x00400009, "programs"],
    [
      `${STEP}.ScheduledPerformingPhysicianName`,
      0x00400006,
      "programs",
    ],
    ["AccessionNumber", 0x00080050],
    ["RequestedProcedureID", 0x00401001, "programs"],
    ["RequestedProcedureDescription", 0x00321060, "programs"],
    ["ReferringPhysicianName", 0x00080090, "programs"],
    ["StudyInstanceUID", 0x0020000d, "programs"],
  ],
};

const SORT: Readonly<Record<QueryLevel | "worklist", readonly string[]>> = {
  PATIENT: ["PatientName"],
  STUDY: ["-StudyDate", "-StudyTime"],
  SERIES: ["SeriesNumber"],
  IMAGE: ["InstanceNumber"],
  worklist: [
    `${STEP}.ScheduledProcedureStepStartDate`,
    `${STEP}.ScheduledProcedureStepStartTime`,
  ],
};

/** The usual return keys at a level of a model (PS3.4 C.6, K.6.1.2.2); undefined for models without levels of their own. */
export function usualKeys(
  model: QueryModel,
  level: string,
): UsualKeys | undefined {
  const of = model === "worklist"
    ? model
    : LEVELS.find((candidate) => candidate === level);
  if (model === "other" || of === undefined) return undefined;
  // Of the levels above only unique keys may be requested (PS3.4 C.4.1.2.2.1).
  const rows = ROWS[of].filter(([keyword, tag]) => {
    if (of === "worklist") return true;
    const home = levelOf(tag, model);
    return home === undefined || home === of || keyword === "PatientID";
  });
  return {
    keys: rows.map(([keyword]) => keyword),
    columns: rows.filter(([, , use]) => use === undefined)
      .map(([keyword]) => keyword),
    sort: SORT[of],
  };
}
