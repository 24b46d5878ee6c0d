/** The usual return keys of a patient, a study and so on, for queries without return keys. Data, no judgement. */
import { LEVELS, type QueryLevel, type QueryModel } from "./levels.ts";

/** The requested attributes, and how people read them. */
export interface UsualKeys {
  /** Paths to request, in an order that people read. */
  readonly keys: readonly string[];
  /** Those of them that a table has room for. */
  readonly columns: readonly string[];
  /** The sort order of a table: newest first, or next first. */
  readonly sort: readonly string[];
}

/**
 * A key; those that only programs want are left out of tables. Below the patient, attributes of the patient may be requested in the
 * study root model alone (PS3.4 C.4.1.2.2.1, C.6.2.1).
 */
type Row = readonly [
  keyword: string,
  use: "tables" | "programs",
  of?: "patient",
];

const STEP = "ScheduledProcedureStepSequence";

const ROWS: Readonly<Record<QueryLevel | "worklist", readonly Row[]>> = {
  PATIENT: [
    ["PatientName", "tables"],
    ["PatientID", "tables"],
    ["PatientBirthDate", "tables"],
    ["PatientSex", "tables"],
    ["NumberOfPatientRelatedStudies", "tables"],
  ],
  STUDY: [
    ["StudyDate", "tables"],
    ["StudyTime", "programs"],
    ["PatientName", "tables", "patient"],
    ["PatientID", "tables"],
    ["PatientBirthDate", "programs", "patient"],
    ["PatientSex", "programs", "patient"],
    ["ModalitiesInStudy", "tables"],
    ["StudyDescription", "tables"],
    ["AccessionNumber", "tables"],
    ["NumberOfStudyRelatedSeries", "programs"],
    ["NumberOfStudyRelatedInstances", "tables"],
    ["StudyInstanceUID", "programs"],
  ],
  SERIES: [
    ["SeriesNumber", "tables"],
    ["Modality", "tables"],
    ["SeriesDescription", "tables"],
    ["SeriesDate", "tables"],
    ["SeriesTime", "programs"],
    ["BodyPartExamined", "tables"],
    ["NumberOfSeriesRelatedInstances", "tables"],
    ["SeriesInstanceUID", "programs"],
  ],
  IMAGE: [
    ["InstanceNumber", "tables"],
    ["ContentDate", "tables"],
    ["NumberOfFrames", "tables"],
    ["Rows", "tables"],
    ["Columns", "tables"],
    ["SOPClassUID", "tables"],
    ["SOPInstanceUID", "programs"],
  ],
  worklist: [
    [`${STEP}.ScheduledProcedureStepStartDate`, "tables"],
    [`${STEP}.ScheduledProcedureStepStartTime`, "tables"],
    [`${STEP}.Modality`, "tables"],
    [`${STEP}.ScheduledStationAETitle`, "tables"],
    ["PatientName", "tables"],
    ["PatientID", "tables"],
    ["PatientBirthDate", "programs"],
    ["PatientSex", "programs"],
    [`${STEP}.ScheduledProcedureStepDescription`, "tables"],
    [`${STEP}.ScheduledProcedureStepID`, "programs"],
    [`${STEP}.ScheduledPerformingPhysicianName`, "programs"],
    ["AccessionNumber", "tables"],
    ["RequestedProcedureID", "programs"],
    ["RequestedProcedureDescription", "programs"],
    ["ReferringPhysicianName", "programs"],
    ["StudyInstanceUID", "programs"],
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
  const rows = ROWS[of].filter(([, , owner]) =>
    owner === undefined || model === "study"
  );
  return {
    keys: rows.map(([keyword]) => keyword),
    columns: rows.filter(([, use]) => use === "tables")
      .map(([keyword]) => keyword),
    sort: SORT[of],
  };
}
