/**
 * Attributes for made-up archives and queries, and the plain form that both are in before they become datasets: text alone, so that a second
 * matcher can read it without any code of `src`.
 */

/** A level of the hierarchy; "any" describes the dataset itself. */
export type Level = "PATIENT" | "STUDY" | "SERIES" | "IMAGE";

/** One attribute that records and queries may have. */
export interface Attribute {
  readonly keyword: string;
  readonly vr: string;
  /** The entity that it describes (PS3.3 C.7, PS3.4 C.6). */
  readonly level: Level;
  /** The attributes of a sequence's items. */
  readonly items?: readonly Attribute[];
}

/** A record: the values of its attributes as text (numbers and tags too), or the items of a sequence. */
export type Plain = Map<string, string[] | Plain[]>;

/** A level from the top, 0 for the patient. */
export const LEVELS: readonly Level[] = ["PATIENT", "STUDY", "SERIES", "IMAGE"];

const CODE: readonly Attribute[] = [
  { keyword: "CodeValue", vr: "SH", level: "IMAGE" },
  { keyword: "CodeMeaning", vr: "LO", level: "IMAGE" },
];

function rows(
  level: Level,
  ...list: [string, string, (readonly Attribute[])?][]
) {
  return list.map(([keyword, vr, items]): Attribute => ({
    keyword,
    vr,
    level,
    ...(items !== undefined && { items }),
  }));
}

/** The keys of each level, beside its unique key. */
export const ATTRIBUTES: readonly Attribute[] = [
  ...rows(
    "PATIENT",
    ["PatientName", "PN"],
    ["PatientBirthDate", "DA"],
    ["PatientBirthTime", "TM"],
    ["PatientSex", "CS"],
    ["OtherPatientNames", "PN"],
    ["PatientComments", "LT"],
    [
      "OtherPatientIDsSequence",
      "SQ",
      rows(
        "IMAGE",
        ["PatientID", "LO"],
        ["TypeOfPatientID", "CS"],
        ["IssuerOfPatientIDQualifiersSequence", "SQ", CODE],
      ),
    ],
  ),
  ...rows(
    "STUDY",
    ["StudyDate", "DA"],
    ["StudyTime", "TM"],
    ["AccessionNumber", "SH"],
    ["StudyDescription", "LO"],
    ["ReferringPhysicianName", "PN"],
    ["PatientWeight", "DS"],
    ["StudyID", "SH"],
    ["ProcedureCodeSequence", "SQ", CODE],
  ),
  ...rows(
    "SERIES",
    ["Modality", "CS"],
    ["SeriesDate", "DA"],
    ["SeriesTime", "TM"],
    ["SeriesNumber", "IS"],
    ["SeriesDescription", "LO"],
    [
      "RequestAttributesSequence",
      "SQ",
      rows(
        "IMAGE",
        ["RequestedProcedureID", "SH"],
        ["ScheduledProcedureStepStartDateTime", "DT"],
        ["ScheduledProtocolCodeSequence", "SQ", CODE],
      ),
    ],
  ),
  ...rows(
    "IMAGE",
    ["SOPClassUID", "UI"],
    ["AcquisitionDateTime", "DT"],
    ["ContentDate", "DA"],
    ["ContentTime", "TM"],
    ["InstanceNumber", "IS"],
    ["ImageType", "CS"],
    ["ImageComments", "LT"],
    ["Rows", "US"],
    ["FrameIncrementPointer", "AT"],
    ["ContentQualification", "CS"],
  ),
];

/** The unique keys (PS3.4 C.6.1.1). */
export const UNIQUE: Readonly<Record<Level, Attribute>> = {
  PATIENT: { keyword: "PatientID", vr: "LO", level: "PATIENT" },
  STUDY: { keyword: "StudyInstanceUID", vr: "UI", level: "STUDY" },
  SERIES: { keyword: "SeriesInstanceUID", vr: "UI", level: "SERIES" },
  IMAGE: { keyword: "SOPInstanceUID", vr: "UI", level: "IMAGE" },
};

/** What follows from the hierarchy (PS3.4 C.3.4). */
export const COMPUTED: readonly Attribute[] = [
  ...rows(
    "PATIENT",
    ["NumberOfPatientRelatedStudies", "IS"],
    ["NumberOfPatientRelatedSeries", "IS"],
    ["NumberOfPatientRelatedInstances", "IS"],
  ),
  ...rows(
    "STUDY",
    ["ModalitiesInStudy", "CS"],
    ["SOPClassesInStudy", "UI"],
    ["NumberOfStudyRelatedSeries", "IS"],
    ["NumberOfStudyRelatedInstances", "IS"],
  ),
  ...rows("SERIES", ["NumberOfSeriesRelatedInstances", "IS"]),
];

/** A query in plain form. */
export interface PlainQuery {
  readonly root: "patient" | "study" | "psonly";
  readonly level: Level;
  readonly relational: boolean;
  readonly fuzzy: boolean;
  readonly combinedDateTime: boolean;
  readonly emptyValue: boolean;
  readonly multipleValue: boolean;
  readonly timezoneAdjustment: boolean;
  /** Keys as typed, backslashes between the values; of a sequence those of its one item. */
  readonly keys: PlainKeys;
}

/** Keys by keyword. */
export type PlainKeys = Map<string, string | PlainKeys>;
