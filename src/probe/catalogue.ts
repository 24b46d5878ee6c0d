/** The usual return and matching keys of the models that are looked at closely (PS3.4 C.6.1.1, C.6.2.1, K.6.1.2). Data. */

/** Keys of one level. */
export interface KeyCatalogue {
  /** The unique key of an entity. */
  readonly identity: readonly string[];
  /** Keys that every server must return (types U, R, 1, 2). */
  readonly required: readonly string[];
  /** Others that most people want. */
  readonly usual: readonly string[];
  /** Keys whose matching is proved one by one, in order of importance. */
  readonly matching: readonly string[];
  /** Keys to match after those, when the budget allows. */
  readonly later: readonly string[];
}

const PATIENT_KEYS = ["PatientName", "PatientID"];

// deno-fmt-ignore
/** Of the levels of the query/retrieve models. */
export const LEVEL_KEYS: Readonly<Record<"PATIENT" | "STUDY" | "SERIES" | "IMAGE", KeyCatalogue>> = {
  PATIENT: { identity: ["PatientID"], required: ["PatientID", "PatientName"],
    usual: ["IssuerOfPatientID", "PatientBirthDate", "PatientSex", "NumberOfPatientRelatedStudies"],
    matching: ["PatientID"], later: ["PatientName", "PatientBirthDate", "PatientSex"] },
  STUDY: { identity: ["StudyInstanceUID"],
    required: ["StudyInstanceUID", "StudyDate", "StudyTime", "AccessionNumber", "StudyID"],
    usual: ["ModalitiesInStudy", "StudyDescription", "ReferringPhysicianName", "PatientBirthDate", "PatientSex",
      "IssuerOfPatientID", "NumberOfStudyRelatedSeries", "NumberOfStudyRelatedInstances", "InstanceAvailability",
      "RetrieveAETitle", "TimezoneOffsetFromUTC"],
    matching: ["StudyInstanceUID", ...PATIENT_KEYS, "StudyDate", "AccessionNumber", "ModalitiesInStudy"],
    later: ["StudyTime", "StudyDescription", "ReferringPhysicianName", "PatientBirthDate", "StudyID", "PatientSex"] },
  SERIES: { identity: ["SeriesInstanceUID"], required: ["SeriesInstanceUID", "Modality", "SeriesNumber"],
    usual: ["SeriesDescription", "BodyPartExamined", "SeriesDate", "NumberOfSeriesRelatedInstances"],
    matching: ["Modality"], later: ["SeriesInstanceUID", "SeriesNumber", "SeriesDescription"] },
  IMAGE: { identity: ["SOPInstanceUID"], required: ["SOPInstanceUID", "InstanceNumber"],
    usual: ["SOPClassUID", "Rows", "Columns"], matching: [], later: ["SOPInstanceUID", "InstanceNumber", "SOPClassUID"] },
};

const STEP = "ScheduledProcedureStepSequence.";

// deno-fmt-ignore
/** Of the worklist. */
export const WORKLIST_KEYS: KeyCatalogue = {
  identity: ["PatientID", "AccessionNumber", "StudyInstanceUID", `${STEP}ScheduledProcedureStepID`],
  required: [...PATIENT_KEYS, "AccessionNumber", "StudyInstanceUID", "RequestedProcedureID", `${STEP}Modality`,
    `${STEP}ScheduledStationAETitle`, `${STEP}ScheduledProcedureStepStartDate`, `${STEP}ScheduledProcedureStepStartTime`,
    `${STEP}ScheduledProcedureStepID`, `${STEP}ScheduledProcedureStepDescription`],
  usual: ["PatientBirthDate", "PatientSex", "ReferringPhysicianName", "RequestedProcedureDescription",
    `${STEP}ScheduledPerformingPhysicianName`, `${STEP}ScheduledStationName`],
  matching: [`${STEP}Modality`, `${STEP}ScheduledProcedureStepStartDate`, `${STEP}ScheduledStationAETitle`, "PatientID"],
  later: ["PatientName", "AccessionNumber", `${STEP}ScheduledProcedureStepStartTime`,
    `${STEP}ScheduledPerformingPhysicianName`, "RequestedProcedureID"],
};

/** Attributes of the patient belong to the study level in the Study Root model alone (PS3.4 C.6.2.1). */
export function keysOfLevel(
  model: string,
  level: "PATIENT" | "STUDY" | "SERIES" | "IMAGE",
): KeyCatalogue {
  const keys = LEVEL_KEYS[level];
  if (level !== "STUDY") return keys;
  if (model === "study") {
    return { ...keys, required: [...keys.required, ...PATIENT_KEYS] };
  }
  const own = (paths: readonly string[]) =>
    paths.filter((path) => !/Patient/.test(path));
  return {
    ...keys,
    usual: own(keys.usual),
    matching: own(keys.matching),
    later: own(keys.later),
  };
}

/** All return keys, empty. */
export function returnKeys(
  { identity, required, usual }: KeyCatalogue,
): Record<string, string> {
  return Object.fromEntries(
    [...identity, ...required, ...usual].map((path) => [path, ""]),
  );
}
