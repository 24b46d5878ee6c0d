/** Which entity an attribute describes, by name: a slip in a tag would put it at another level. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { entityLevelOf } from "../../../../src/scp/archive/levels.ts";
import { keywordsWhere } from "../../../support/keyword_lines.ts";

/** All attributes of the dictionary that do not describe an instance. */
const EXPECTED = {
  any: `
    SpecificCharacterSet QueryRetrieveLevel QueryRetrieveView RetrieveAETitle InstanceAvailability
    TimezoneOffsetFromUTC`,
  PATIENT: `
    ReferencedPatientSequence PatientName PatientID IssuerOfPatientID TypeOfPatientID
    IssuerOfPatientIDQualifiersSequence SourcePatientGroupIdentificationSequence
    GroupOfPatientsIdentificationSequence SubjectRelativePositionInImage PatientBirthDate PatientBirthTime
    PatientBirthDateInAlternativeCalendar PatientDeathDateInAlternativeCalendar PatientAlternativeCalendar
    PatientSex PatientInsurancePlanCodeSequence PatientPrimaryLanguageCodeSequence
    PatientPrimaryLanguageModifierCodeSequence QualityControlSubject QualityControlSubjectTypeCodeSequence
    StrainDescription StrainNomenclature StrainStockNumber StrainSourceRegistryCodeSequence StrainStockSequence
    StrainSource StrainAdditionalInformation StrainCodeSequence GeneticModificationsSequence
    GeneticModificationsDescription GeneticModificationsNomenclature GeneticModificationsCodeSequence
    OtherPatientIDs OtherPatientNames OtherPatientIDsSequence PatientBirthName PatientSizeCodeSequence
    PatientBodyMassIndex MeasuredAPDimension MeasuredLateralDimension PatientAddress InsurancePlanIdentification
    PatientMotherBirthName MilitaryRank BranchOfService MedicalRecordLocator ReferencedPatientPhotoSequence
    MedicalAlerts Allergies CountryOfResidence RegionOfResidence PatientTelephoneNumbers PatientTelecomInformation
    EthnicGroup EthnicGroupCodeSequence SmokingStatus PatientReligiousPreference PatientSpeciesDescription
    PatientSpeciesCodeSequence PatientSexNeutered AnatomicalOrientationType PatientBreedDescription
    PatientBreedCodeSequence BreedRegistrationSequence BreedRegistrationNumber BreedRegistryCodeSequence
    ResponsiblePerson ResponsiblePersonRole ResponsibleOrganization PatientComments ClinicalTrialSponsorName
    ClinicalTrialProtocolID ClinicalTrialProtocolName ClinicalTrialSiteID ClinicalTrialSiteName
    ClinicalTrialSubjectID PatientIdentityRemoved DeidentificationMethod DeidentificationMethodCodeSequence
    NumberOfPatientRelatedStudies NumberOfPatientRelatedSeries NumberOfPatientRelatedInstances`,
  STUDY: `
    StudyDate StudyTime AccessionNumber IssuerOfAccessionNumberSequence ModalitiesInStudy SOPClassesInStudy
    ReferringPhysicianName ReferringPhysicianIdentificationSequence ConsultingPhysicianName
    ConsultingPhysicianIdentificationSequence StudyDescription ProcedureCodeSequence PhysiciansOfRecord
    PhysiciansOfRecordIdentificationSequence NameOfPhysiciansReadingStudy
    PhysiciansReadingStudyIdentificationSequence AdmittingDiagnosesDescription AdmittingDiagnosesCodeSequence
    ReferencedStudySequence PatientAge PatientSize PatientWeight Occupation AdditionalPatientHistory PregnancyStatus
    LastMenstrualDate ClinicalTrialTimePointID ClinicalTrialTimePointDescription StudyInstanceUID StudyID
    OtherStudyNumbers NumberOfStudyRelatedSeries NumberOfStudyRelatedInstances RequestingPhysician RequestingService
    RequestedProcedureDescription RequestedProcedureCodeSequence AdmissionID IssuerOfAdmissionIDSequence
    ServiceEpisodeID ServiceEpisodeDescription PreMedication ReasonForPerformedProcedureCodeSequence`,
  SERIES: `
    SeriesDate SeriesTime Modality Manufacturer InstitutionName InstitutionAddress InstitutionCodeSequence
    StationName SeriesDescription SeriesDescriptionCodeSequence InstitutionalDepartmentName PerformingPhysicianName
    PerformingPhysicianIdentificationSequence OperatorsName OperatorIdentificationSequence ManufacturerModelName
    ReferencedPerformedProcedureStepSequence RelatedSeriesSequence ClinicalTrialCoordinatingCenterName
    ClinicalTrialSeriesID ClinicalTrialSeriesDescription BodyPartExamined DeviceSerialNumber GantryID
    SoftwareVersions ProtocolName SpatialResolution DateOfLastCalibration TimeOfLastCalibration PatientPosition
    SeriesInstanceUID SeriesNumber FrameOfReferenceUID Laterality PositionReferenceIndicator
    NumberOfSeriesRelatedInstances PerformedProcedureStepStartDate PerformedProcedureStepStartTime
    PerformedProcedureStepEndDate PerformedProcedureStepEndTime PerformedProcedureStepID
    PerformedProcedureStepDescription PerformedProtocolCodeSequence RequestAttributesSequence
    CommentsOnThePerformedProcedureStep`,
} as const;

describe("levelOf() finds at the level", () => {
  for (const [level, keywords] of Object.entries(EXPECTED)) {
    test(level, () => {
      assert.deepEqual(
        keywordsWhere((tag) => (entityLevelOf(tag) ?? "any") === level),
        keywords.trim().split(/\s+/),
      );
    });
  }
});
