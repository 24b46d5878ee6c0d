/**
 * Which attribute belongs to which entity of the Query/Retrieve hierarchy, and which attributes are computed (PS3.4 C.6, PS3.3
 * C.7). An attribute that is listed nowhere belongs to the instance. Does not depend on datasets.
 */
import { QUERY_RETRIEVE_LEVEL, type Tag } from "../../dataset/tag.ts";
import { LEVELS, type QueryLevel, UNIQUE_KEYS } from "../../find/models.ts";

export { LEVELS, UNIQUE_KEYS };

/** RetrieveAETitle (0008,0054). */
export const RETRIEVE_AE_TITLE: Tag = 0x00080054;

/** Position of a level, 0 at the top. */
export function depthOf(level: QueryLevel): number {
  return LEVELS.indexOf(level);
}

/** Attributes that are derived from the hierarchy or the query, and the level they describe; undefined if it is any level. */
export const COMPUTED: ReadonlyMap<Tag, QueryLevel | undefined> = new Map<
  Tag,
  QueryLevel | undefined
>([
  [QUERY_RETRIEVE_LEVEL, undefined],
  [RETRIEVE_AE_TITLE, undefined],
  [0x00080056, undefined], // InstanceAvailability
  [0x00201200, "PATIENT"], // NumberOfPatientRelatedStudies
  [0x00201202, "PATIENT"], // NumberOfPatientRelatedSeries
  [0x00201204, "PATIENT"], // NumberOfPatientRelatedInstances
  [0x00080061, "STUDY"], // ModalitiesInStudy
  [0x00080062, "STUDY"], // SOPClassesInStudy
  [0x00201206, "STUDY"], // NumberOfStudyRelatedSeries
  [0x00201208, "STUDY"], // NumberOfStudyRelatedInstances
  [0x00201209, "SERIES"], // NumberOfSeriesRelatedInstances
]);

/** Attributes that are meaningful at every level: they describe the dataset, not an entity. */
const EVERY_LEVEL: ReadonlySet<Tag> = new Set<Tag>([
  0x00080005, // SpecificCharacterSet
  0x00080053, // QueryRetrieveView
  0x00080201, // TimezoneOffsetFromUTC
]);

/** Patient Identification, Demographic and Medical modules (PS3.3 C.7.1.1, C.2). All of group 0010 that is not listed below. */
const PATIENT_EXTRA: ReadonlySet<Tag> = new Set<Tag>([
  0x00081120, // ReferencedPatientSequence
  0x00120010, // ClinicalTrialSponsorName
  0x00120020, // ClinicalTrialProtocolID
  0x00120021, // ClinicalTrialProtocolName
  0x00120030, // ClinicalTrialSiteID
  0x00120031, // ClinicalTrialSiteName
  0x00120040, // ClinicalTrialSubjectID
  0x00120062, // PatientIdentityRemoved
  0x00120063, // DeidentificationMethod
  0x00120064, // DeidentificationMethodCodeSequence
]);

/** General Study and Patient Study modules (PS3.3 C.7.2.1, C.7.2.2), with the keys of PS3.4 C.6.2. */
const STUDY: ReadonlySet<Tag> = new Set<Tag>([
  0x00080020, // StudyDate
  0x00080030, // StudyTime
  0x00080050, // AccessionNumber
  0x00080051, // IssuerOfAccessionNumberSequence
  0x00080090, // ReferringPhysicianName
  0x00080096, // ReferringPhysicianIdentificationSequence
  0x0008009c, // ConsultingPhysicianName
  0x0008009d, // ConsultingPhysicianIdentificationSequence
  0x00081030, // StudyDescription
  0x00081032, // ProcedureCodeSequence
  0x00081048, // PhysiciansOfRecord
  0x00081049, // PhysiciansOfRecordIdentificationSequence
  0x00081060, // NameOfPhysiciansReadingStudy
  0x00081062, // PhysiciansReadingStudyIdentificationSequence
  0x00081080, // AdmittingDiagnosesDescription
  0x00081084, // AdmittingDiagnosesCodeSequence
  0x00081110, // ReferencedStudySequence
  0x00101010, // PatientAge
  0x00101020, // PatientSize
  0x00101030, // PatientWeight
  0x00102180, // Occupation
  0x001021b0, // AdditionalPatientHistory
  0x001021c0, // PregnancyStatus
  0x001021d0, // LastMenstrualDate
  0x00120050, // ClinicalTrialTimePointID
  0x00120051, // ClinicalTrialTimePointDescription
  0x0020000d, // StudyInstanceUID
  0x00200010, // StudyID
  0x00201070, // OtherStudyNumbers
  0x00321032, // RequestingPhysician
  0x00321033, // RequestingService
  0x00321060, // RequestedProcedureDescription
  0x00321064, // RequestedProcedureCodeSequence
  0x00380010, // AdmissionID
  0x00380014, // IssuerOfAdmissionIDSequence
  0x00380060, // ServiceEpisodeID
  0x00380062, // ServiceEpisodeDescription
  0x00400012, // PreMedication
  0x00401012, // ReasonForPerformedProcedureCodeSequence
]);

/** General Series and General Equipment modules (PS3.3 C.7.3.1, C.7.5.1). */
const SERIES: ReadonlySet<Tag> = new Set<Tag>([
  0x00080021, // SeriesDate
  0x00080031, // SeriesTime
  0x00080060, // Modality
  0x00080070, // Manufacturer
  0x00080080, // InstitutionName
  0x00080081, // InstitutionAddress
  0x00080082, // InstitutionCodeSequence
  0x00081010, // StationName
  0x0008103e, // SeriesDescription
  0x0008103f, // SeriesDescriptionCodeSequence
  0x00081040, // InstitutionalDepartmentName
  0x00081050, // PerformingPhysicianName
  0x00081052, // PerformingPhysicianIdentificationSequence
  0x00081070, // OperatorsName
  0x00081072, // OperatorIdentificationSequence
  0x00081090, // ManufacturerModelName
  0x00081111, // ReferencedPerformedProcedureStepSequence
  0x00081250, // RelatedSeriesSequence
  0x00120060, // ClinicalTrialCoordinatingCenterName
  0x00120071, // ClinicalTrialSeriesID
  0x00120072, // ClinicalTrialSeriesDescription
  0x00180015, // BodyPartExamined
  0x00181000, // DeviceSerialNumber
  0x00181008, // GantryID
  0x00181020, // SoftwareVersions
  0x00181030, // ProtocolName
  0x00181050, // SpatialResolution
  0x00181200, // DateOfLastCalibration
  0x00181201, // TimeOfLastCalibration
  0x00185100, // PatientPosition
  0x0020000e, // SeriesInstanceUID
  0x00200011, // SeriesNumber
  0x00200052, // FrameOfReferenceUID
  0x00200060, // Laterality
  0x00201040, // PositionReferenceIndicator
  0x00400244, // PerformedProcedureStepStartDate
  0x00400245, // PerformedProcedureStepStartTime
  0x00400250, // PerformedProcedureStepEndDate
  0x00400251, // PerformedProcedureStepEndTime
  0x00400253, // PerformedProcedureStepID
  0x00400254, // PerformedProcedureStepDescription
  0x00400260, // PerformedProtocolCodeSequence
  0x00400275, // RequestAttributesSequence
  0x00400280, // CommentsOnThePerformedProcedureStep
]);

/** Group 0010 attributes that say something of the acquisition. */
const IMAGE_IN_PATIENT_GROUP = 0x00109431; // ExaminedBodyThickness

/** The level of the entity that an attribute describes; undefined for those that fit all levels. */
export function entityLevelOf(tag: Tag): QueryLevel | undefined {
  if (EVERY_LEVEL.has(tag)) return undefined;
  if (COMPUTED.has(tag)) return COMPUTED.get(tag);
  if (STUDY.has(tag)) return "STUDY";
  if (SERIES.has(tag)) return "SERIES";
  if (PATIENT_EXTRA.has(tag)) return "PATIENT";
  return tag >>> 16 === 0x0010 && tag !== IMAGE_IN_PATIENT_GROUP
    ? "PATIENT"
    : "IMAGE";
}
