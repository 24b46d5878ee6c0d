/**
 * The names by which DCMTK 3.6.7 calls well-known UIDs, if they differ from the keywords of PS3.6: each row is a UID without
 * the DICOM root and a name, in which `*` represents the keyword. It has no other content.
 */
import { uidByKeyword, uidKeyword } from "./uids.ts";

const ROOT = "1.2.840.10008.";

/** Names that were found once; only hits, so that the tables bound their number. */
const FOUND = new Map<string, string>();

/** `=CTImageStorage` without the `=`; undefined for a UID without a name. */
export function dcmtkUidName(uid: string): string | undefined {
  if (!uid.startsWith(ROOT)) return undefined;
  const cachedName = FOUND.get(uid);
  if (cachedName !== undefined) return cachedName;
  const name = searched(uid);
  if (name !== undefined) FOUND.set(uid, name);
  return name;
}

/** Whether the bytes from a place on begin as UIDs with a name do, so that they are worth reading as text. */
export function mayHaveDcmtkName(bytes: Uint8Array, start: number): boolean {
  // From the end, where most other roots differ.
  for (let at = ROOT.length - 1; at >= 0; at--) {
    if (bytes[start + at] !== ROOT.charCodeAt(at)) return false;
  }
  return true;
}

function searched(uid: string): string | undefined {
  const keyword = uidKeyword(uid);
  const rowStart = `\n${uid.slice(ROOT.length)} `;
  const at = ROWS.indexOf(rowStart);
  if (at < 0) return keyword;
  const start = at + rowStart.length;
  return nameOf(ROWS.slice(start, ROWS.indexOf("\n", start)), keyword);
}

/** The UID of a name, which may be DCMTK's or the keyword of PS3.6; undefined for any other text. Exact in case. */
export function uidByDcmtkName(name: string): string | undefined {
  for (const row of ROWS.trim().split("\n")) {
    const [suffix = "", pattern = ""] = row.split(" ");
    if (!pattern.includes("*")) {
      if (pattern === name) return ROOT + suffix;
      continue;
    }
    const [begin = "", end = ""] = pattern.split("*");
    if (
      name.startsWith(begin) && name.endsWith(end) &&
      dcmtkUidName(ROOT + suffix) === name
    ) return ROOT + suffix;
  }
  return uidByKeyword(name);
}

function nameOf(pattern: string, keyword = ""): string {
  return pattern.replace("*", keyword);
}

const ROWS = `
1.1 *SOPClass
1.2 LittleEndianImplicit
1.2.1 LittleEndianExplicit
1.2.1.99 DeflatedLittleEndianExplicit
1.2.2 BigEndianExplicit
1.2.4.50 JPEGBaseline
1.2.4.51 JPEGExtended:Process2+4
1.2.4.52 JPEGExtended:Process3+5
1.2.4.53 JPEGSpectralSelection:Non-hierarchical:Process6+8
1.2.4.54 JPEGSpectralSelection:Non-hierarchical:Process7+9
1.2.4.55 JPEGFullProgression:Non-hierarchical:Process10+12
1.2.4.56 JPEGFullProgression:Non-hierarchical:Process11+13
1.2.4.57 *:Non-hierarchical:Process14
1.2.4.58 JPEGLossless:Non-hierarchical:Process15
1.2.4.59 JPEGExtended:Hierarchical:Process16+18
1.2.4.60 JPEGExtended:Hierarchical:Process17+19
1.2.4.61 JPEGSpectralSelection:Hierarchical:Process20+22
1.2.4.62 JPEGSpectralSelection:Hierarchical:Process21+23
1.2.4.63 JPEGFullProgression:Hierarchical:Process24+26
1.2.4.64 JPEGFullProgression:Hierarchical:Process25+27
1.2.4.65 JPEGLossless:Hierarchical:Process28
1.2.4.66 JPEGLossless:Hierarchical:Process29
1.2.4.70 JPEGLossless:Non-hierarchical-1stOrderPrediction
1.2.4.81 JPEGLSLossy
1.2.4.90 *Only
1.2.4.92 JPEG2000MulticomponentLosslessOnly
1.2.4.93 JPEG2000Multicomponent
1.2.4.100 MPEG2MainProfile@MainLevel
1.2.4.101 MPEG2MainProfile@HighLevel
1.2.4.102 MPEG4HighProfile/Level4.1
1.2.4.103 MPEG4BDcompatibleHighProfile/Level4.1
1.2.4.104 MPEG4HighProfile/Level4.2For2DVideo
1.2.4.105 MPEG4HighProfile/Level4.2For3DVideo
1.2.4.106 MPEG4StereoHighProfile/Level4.2
1.2.4.107 HEVCMainProfile/Level5.1
1.2.4.108 HEVCMain10Profile/Level5.1
1.2.7.1 SMPTEST2110-20:UncompressedProgressiveActiveVideo
1.2.7.2 SMPTEST2110-20:UncompressedInterlacedActiveVideo
1.2.7.3 SMPTEST2110-30:PCMDigitalAudio
1.4.1.1 *FrameOfReference
1.4.1.2 *FrameOfReference
1.4.1.3 *FrameOfReference
1.4.1.4 *FrameOfReference
1.4.1.5 *FrameOfReference
1.4.1.6 *FrameOfReference
1.4.1.7 *FrameOfReference
1.4.1.8 *FrameOfReference
1.4.1.9 *FrameOfReference
1.4.1.10 *FrameOfReference
1.4.1.11 *FrameOfReference
1.4.1.12 *FrameOfReference
1.4.1.13 *FrameOfReference
1.4.1.14 *FrameOfReference
1.4.1.15 *FrameOfReference
1.4.1.16 *FrameOfReference
1.4.1.17 *FrameOfReference
1.4.1.18 *FrameOfReference
1.4.2.1 *FrameOfReference
1.4.2.2 *FrameOfReference
1.4.3.1 *FrameOfReference
1.4.3.2 StandardRoboticCoordinateSystemFrameOfReference
1.4.3.3 *FrameOfReference
1.4.4.1 *FrameOfReferenc
1.4.5.1 *FrameOfReference
1.4.6.1 *FrameOfReference
1.4.6.2 *FrameOfReference
1.4.6.3 *FrameOfReference
1.5.1 HotIronColorPaletteSOPInstance
1.5.2 PETColorPaletteSOPInstance
1.5.3 HotMetalBlueColorPaletteSOPInstance
1.5.4 PET20StepColorPaletteSOPInstance
1.5.5 SpringColorPaletteSOPInstance
1.5.6 SummerColorPaletteSOPInstance
1.5.7 FallColorPaletteSOPInstance
1.5.8 WinterColorPaletteSOPInstance
1.9 RETIRED_*SOPClass
1.20.1 *SOPClass
1.20.1.1 StorageCommitmentPushModelSOPInstance
1.20.2 RETIRED_*SOPClass
1.20.2.1 RETIRED_StorageCommitmentPullModelSOPInstance
1.40 *SOPClass
1.40.1 ProceduralEventLoggingSOPInstance
1.42 *SOPClass
1.42.1 SubstanceAdministrationLoggingSOPInstance
2.6.1 DICOMUIDRegistryCodingScheme
2.16.4 DICOMControlledTerminologyCodingScheme
3.1.1.1 StandardApplicationContext
3.1.2.1.1 RETIRED_*SOPClass
3.1.2.1.4 RETIRED_*SOPClass
3.1.2.2.1 RETIRED_*SOPClass
3.1.2.3.1 RETIRED_*SOPClass
3.1.2.3.2 RETIRED_*SOPClass
3.1.2.3.3 *SOPClass
3.1.2.3.4 *SOPClass
3.1.2.3.5 *SOPClass
3.1.2.5.1 RETIRED_*SOPClass
3.1.2.5.4 RETIRED_*SOPClass
3.1.2.5.5 RETIRED_*SOPClass
3.1.2.6.1 RETIRED_*SOPClass
4.2 *ServiceClass
5.1.1.1 *SOPClass
5.1.1.2 *SOPClass
5.1.1.4 *SOPClass
5.1.1.4.1 *SOPClass
5.1.1.4.2 RETIRED_*SOPClass
5.1.1.9 *SOPClass
5.1.1.9.1 RETIRED_*SOPClass
5.1.1.14 *SOPClass
5.1.1.15 *SOPClass
5.1.1.16 *SOPClass
5.1.1.16.376 *SOPClass
5.1.1.17 PrinterSOPInstance
5.1.1.17.376 PrinterConfigurationRetrievalSOPInstance
5.1.1.18 *SOPClass
5.1.1.18.1 RETIRED_*SOPClass
5.1.1.22 *SOPClass
5.1.1.23 *SOPClass
5.1.1.24 RETIRED_*SOPClass
5.1.1.24.1 RETIRED_*SOPClass
5.1.1.25 RETIRED_PrintQueueSOPInstance
5.1.1.26 RETIRED_*SOPClass
5.1.1.27 RETIRED_*
5.1.1.29 RETIRED_*
5.1.1.30 RETIRED_*
5.1.1.31 RETIRED_*SOPClass
5.1.1.32 RETIRED_*SOPClass
5.1.1.33 *SOPClass
5.1.1.40 *SOPClass
5.1.1.40.1 DisplaySystemSOPInstance
5.1.4.1.1.3 RETIRED_UltrasoundMultiframeImageStorage
5.1.4.1.1.3.1 UltrasoundMultiframeImageStorage
5.1.4.1.1.5 RETIRED_NuclearMedicineImageStorage
5.1.4.1.1.6 RETIRED_UltrasoundImageStorage
5.1.4.1.1.7.1 MultiframeSingleBitSecondaryCaptureImageStorage
5.1.4.1.1.7.2 MultiframeGrayscaleByteSecondaryCaptureImageStorage
5.1.4.1.1.7.3 MultiframeGrayscaleWordSecondaryCaptureImageStorage
5.1.4.1.1.7.4 MultiframeTrueColorSecondaryCaptureImageStorage
5.1.4.1.1.8 RETIRED_*
5.1.4.1.1.9 RETIRED_*
5.1.4.1.1.9.1 DRAFT_WaveformStorage
5.1.4.1.1.10 RETIRED_*
5.1.4.1.1.11 RETIRED_*
5.1.4.1.1.12.3 RETIRED_*
5.1.4.1.1.77.1 RETIRED_VLImageStorage
5.1.4.1.1.77.2 RETIRED_VLMultiframeImageStorage
5.1.4.1.1.88.1 DRAFT_SRTextStorage
5.1.4.1.1.88.2 DRAFT_SRAudioStorage
5.1.4.1.1.88.3 DRAFT_SRDetailStorage
5.1.4.1.1.88.4 DRAFT_SRComprehensiveStorage
5.1.4.1.1.88.70 ImplantationPlanSRDocumentStorage
5.1.4.1.1.129 RETIRED_*
5.1.4.1.1.200.4 FINDProtocolApprovalInformationModel
5.1.4.1.1.200.5 MOVEProtocolApprovalInformationModel
5.1.4.1.1.200.6 GETProtocolApprovalInformationModel
5.1.4.1.1.501.1 DICOS_CTImageStorage
5.1.4.1.1.501.2.1 DICOS_DigitalXRayImageStorageForPresentation
5.1.4.1.1.501.2.2 DICOS_DigitalXRayImageStorageForProcessing
5.1.4.1.1.501.3 DICOS_ThreatDetectionReportStorage
5.1.4.1.1.501.4 DICOS_2DAITStorage
5.1.4.1.1.501.5 DICOS_3DAITStorage
5.1.4.1.1.501.6 DICOS_QuadrupoleResonanceStorage
5.1.4.1.1.601.1 DICONDE_*
5.1.4.1.1.601.2 DICONDE_EddyCurrentMultiframeImageStorage
5.1.4.1.2.1.1 FINDPatientRootQueryRetrieveInformationModel
5.1.4.1.2.1.2 MOVEPatientRootQueryRetrieveInformationModel
5.1.4.1.2.1.3 GETPatientRootQueryRetrieveInformationModel
5.1.4.1.2.2.1 FINDStudyRootQueryRetrieveInformationModel
5.1.4.1.2.2.2 MOVEStudyRootQueryRetrieveInformationModel
5.1.4.1.2.2.3 GETStudyRootQueryRetrieveInformationModel
5.1.4.1.2.3.1 RETIRED_FINDPatientStudyOnlyQueryRetrieveInformationModel
5.1.4.1.2.3.2 RETIRED_MOVEPatientStudyOnlyQueryRetrieveInformationModel
5.1.4.1.2.3.3 RETIRED_GETPatientStudyOnlyQueryRetrieveInformationModel
5.1.4.1.2.4.2 MOVECompositeInstanceRootRetrieve
5.1.4.1.2.4.3 GETCompositeInstanceRootRetrieve
5.1.4.1.2.5.3 GETCompositeInstanceRetrieveWithoutBulkData
5.1.4.20.1 FINDDefinedProcedureProtocolInformationModel
5.1.4.20.2 MOVEDefinedProcedureProtocolInformationModel
5.1.4.20.3 GETDefinedProcedureProtocolInformationModel
5.1.4.31 FINDModalityWorklistInformationModel
5.1.4.32 RETIRED_*SOPClass
5.1.4.32.1 RETIRED_FINDGeneralPurposeWorklistInformationModel
5.1.4.32.2 RETIRED_*SOPClass
5.1.4.32.3 RETIRED_*SOPClass
5.1.4.33 *SOPClass
5.1.4.34.1 DRAFT_RTBeamsDeliveryInstructionStorage
5.1.4.34.2 DRAFT_RTConventionalMachineVerification
5.1.4.34.3 DRAFT_RTIonMachineVerification
5.1.4.34.4 DRAFT_UnifiedWorklistAndProcedureStepServiceClass
5.1.4.34.4.1 DRAFT_UnifiedProcedureStepPushSOPClass
5.1.4.34.4.2 DRAFT_UnifiedProcedureStepWatchSOPClass
5.1.4.34.4.3 DRAFT_UnifiedProcedureStepPullSOPClass
5.1.4.34.4.4 DRAFT_UnifiedProcedureStepEventSOPClass
5.1.4.34.5 UPSGlobalSubscriptionSOPInstance
5.1.4.34.5.1 UPSFilteredGlobalSubscriptionSOPInstance
5.1.4.34.6 *ServiceClass
5.1.4.34.6.1 *SOPClass
5.1.4.34.6.2 *SOPClass
5.1.4.34.6.3 *SOPClass
5.1.4.34.6.4 *SOPClass
5.1.4.34.6.5 *SOPClass
5.1.4.38.2 FINDHangingProtocolInformationModel
5.1.4.38.3 MOVEHangingProtocolInformationModel
5.1.4.39.2 FINDColorPaletteInformationModel
5.1.4.39.3 MOVEColorPaletteInformationModel
5.1.4.39.4 GETColorPaletteInformationModel
5.1.4.41 *SOPClass
5.1.4.42 *SOPClass
5.1.4.43.2 FINDGenericImplantTemplateInformationModel
5.1.4.43.3 MOVEGenericImplantTemplateInformationModel
5.1.4.43.4 GETGenericImplantTemplateInformationModel
5.1.4.44.2 FINDImplantAssemblyTemplateInformationModel
5.1.4.44.3 MOVEImplantAssemblyTemplateInformationModel
5.1.4.44.4 GETImplantAssemblyTemplateInformationModel
5.1.4.45.2 FINDImplantTemplateGroupInformationModel
5.1.4.45.3 MOVEImplantTemplateGroupInformationModel
5.1.4.45.4 GETImplantTemplateGroupInformationModel
15.0.3.1 LDAP_*
15.0.3.2 LDAP_*
15.0.3.3 LDAP_*
15.0.3.4 LDAP_*
15.0.3.5 LDAP_*
15.0.3.6 LDAP_*
15.0.3.7 LDAP_*
15.0.3.8 LDAP_*
15.0.3.9 LDAP_*
15.0.3.10 LDAP_*
15.0.3.11 LDAP_*
15.0.3.12 LDAP_*
15.0.3.13 LDAP_*
15.0.3.14 LDAP_*
15.0.3.15 LDAP_*
15.0.3.16 LDAP_*
15.0.3.17 LDAP_*
15.0.3.18 LDAP_*
15.0.3.19 LDAP_*
15.0.3.20 LDAP_*
15.0.3.21 LDAP_*
15.0.3.22 LDAP_*
15.0.3.23 LDAP_*
15.0.3.24 LDAP_*
15.0.3.25 LDAP_*
15.0.3.26 LDAP_*
15.0.3.27 LDAP_*
15.0.3.28 LDAP_*
15.0.3.29 LDAP_*
15.0.3.30 LDAP_*
15.0.3.31 LDAP_*
15.0.4.1 LDAP_*
15.0.4.2 LDAP_*
15.0.4.3 LDAP_*
15.0.4.4 LDAP_*
15.0.4.5 LDAP_*
15.0.4.6 LDAP_*
15.0.4.7 LDAP_*
15.0.4.8 LDAP_*
15.1.1 UniversalCoordinatedTimeSynchronizationFrameOfReference
`;
