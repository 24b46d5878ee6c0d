/** Headings of columns in tables: short words that people know, or keywords. Does not depend on widths. */
import type { Tag } from "../dataset/tag.ts";
import { type Column, namesOf } from "./columns.ts";
import { sanitize } from "./sanitize.ts";

/** Words for keywords that are long, or longer than their values. */
const SHORT: Readonly<Record<string, string>> = {
  PatientName: "Name",
  PatientID: "ID",
  IssuerOfPatientID: "Issuer",
  OtherPatientIDs: "Other IDs",
  PatientBirthDate: "Born",
  PatientBirthTime: "Birth time",
  PatientSex: "Sex",
  PatientAge: "Age",
  PatientSize: "Size",
  PatientWeight: "Weight",
  PatientComments: "Comments",
  NumberOfPatientRelatedStudies: "Studies",
  NumberOfPatientRelatedSeries: "Series",
  NumberOfPatientRelatedInstances: "Images",
  StudyDate: "Date",
  StudyTime: "Time",
  StudyID: "Study ID",
  StudyDescription: "Description",
  StudyInstanceUID: "Study UID",
  ModalitiesInStudy: "Modality",
  SOPClassesInStudy: "SOP classes",
  AccessionNumber: "Accession",
  ReferringPhysicianName: "Referred by",
  NameOfPhysiciansReadingStudy: "Read by",
  NumberOfStudyRelatedSeries: "Series",
  NumberOfStudyRelatedInstances: "Images",
  SeriesDate: "Date",
  SeriesTime: "Time",
  SeriesNumber: "Number",
  SeriesDescription: "Description",
  SeriesInstanceUID: "Series UID",
  NumberOfSeriesRelatedInstances: "Images",
  BodyPartExamined: "Body part",
  ProtocolName: "Protocol",
  StationName: "Station",
  InstitutionName: "Institution",
  InstitutionalDepartmentName: "Department",
  ManufacturerModelName: "Model",
  PerformingPhysicianName: "Performed by",
  OperatorsName: "Operator",
  InstanceNumber: "Number",
  SOPInstanceUID: "Instance UID",
  SOPClassUID: "SOP class",
  NumberOfFrames: "Frames",
  ContentDate: "Date",
  ContentTime: "Time",
  InstanceAvailability: "Available",
  RetrieveAETitle: "Kept by",
  ScheduledStationAETitle: "Station",
  ScheduledStationName: "Station name",
  ScheduledProcedureStepStartDate: "Date",
  ScheduledProcedureStepStartTime: "Time",
  ScheduledProcedureStepEndDate: "End date",
  ScheduledProcedureStepEndTime: "End time",
  ScheduledProcedureStepDescription: "Step",
  ScheduledProcedureStepID: "Step ID",
  ScheduledProcedureStepStatus: "Status",
  ScheduledProcedureStepLocation: "Location",
  ScheduledPerformingPhysicianName: "Physician",
  RequestedProcedureDescription: "Procedure",
  RequestedProcedureID: "Procedure ID",
  RequestedProcedurePriority: "Priority",
  RequestingPhysician: "Requested by",
  RequestingService: "Service",
  CurrentPatientLocation: "Patient at",
  PerformedProcedureStepStartDate: "Date",
  PerformedProcedureStepStartTime: "Time",
  PerformedProcedureStepDescription: "Step",
  PerformedProcedureStepID: "Step ID",
};

/**
 * The headings of columns: `short` words for the keywords that have some, else the last keyword of each path. If two would look
 * the same they are longer, up to the whole path.
 */
export function headingsOf(
  columns: readonly Column[],
  short: boolean,
): string[] {
  const candidates = columns.map((column) => {
    const { label } = column;
    const keyword = namesOf(column).at(-1) ?? label;
    const word = short ? SHORT[keyword] ?? keyword : keyword;
    return [word, keyword, label];
  });
  for (let step = 0; step < 2; step++) {
    const now = candidates.map(([heading]) => heading);
    for (const [index, candidate] of candidates.entries()) {
      const isTaken = now.indexOf(now[index]) !== now.lastIndexOf(now[index]);
      if (isTaken && candidate.length > 1) candidate.shift();
    }
  }
  return candidates.map(([heading]) => sanitize(heading!));
}

/** Columns side by side that are below the same sequence. */
export interface HeadingGroup {
  /** The text shown once, above their headings. */
  readonly title: string;
  readonly first: number;
  /** At least two. */
  readonly count: number;
}

/** The groups among columns, from the left. */
export function headingGroups(
  columns: readonly Column[],
  short: boolean,
): HeadingGroup[] {
  const groups: HeadingGroup[] = [];
  let first = 0;
  while (first < columns.length) {
    const outer = outerOf(columns[first]!.path);
    let end = first + 1;
    while (end < columns.length && outerOf(columns[end]!.path) === outer) end++;
    if (outer !== "" && end - first > 1) {
      const prefix = namesOf(columns[first]!).slice(0, -1);
      groups.push({
        title: sanitize(short ? enumeration(prefix) : prefix.join(".")),
        first,
        count: end - first,
      });
    }
    first = end;
  }
  return groups;
}

function outerOf(path: readonly Tag[]): string {
  return path.slice(0, -1).join(".");
}

/** `Scheduled Procedure Step` for `ScheduledProcedureStepSequence`. */
function enumeration(names: readonly string[]): string {
  return names.map((keyword) =>
    keyword.replace(/Sequence$/, "").replace(
      /(?<=[a-z])(?=[A-Z])/g,
      " ",
    )
  ).join(", ");
}
