/** What the demonstration archive holds, value for value: documents, tests and scripts of users rely on it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hexBytes } from "../../../../src/bytes/hex.ts";
import { encodeDataset } from "../../../../src/codec/encode.ts";
import { EXPLICIT_LE } from "../../../../src/codec/transfer_syntax.ts";
import { demoArchive } from "../../../../src/scp/archive/demo.ts";
import { LEVELS } from "../../../../src/scp/archive/levels.ts";
import { keywordLines } from "../../../support/keyword_lines.ts";

const archive = demoArchive();
const patient = archive.patients[19]!;
const study = patient.children[1]!;
const series = study.children[0]!;
const image = series.children[0]!;

describe("the demonstration archive has, in full,", () => {
  test("a patient", () => {
    assert.deepEqual(keywordLines(patient.record.dataset), [
      "SpecificCharacterSet CS ISO_IR 101",
      "PatientName PN Wzór^Stanisław",
      "PatientID LO DEMO-0020",
      "IssuerOfPatientID LO DEMO",
      "PatientBirthDate DA 19490726",
      "PatientSex CS M",
      "OtherPatientIDs LO OLD-0020\\ARCHIVE",
      "EthnicGroup SH",
      "PatientComments LT Synthetic data, no real person",
    ]);
  });
  test("a study", () => {
    assert.deepEqual(keywordLines(study.record.dataset), [
      "SpecificCharacterSet CS ISO_IR 101",
      "StudyDate DA 20140313",
      "StudyTime TM 142817",
      "AccessionNumber SH A002002",
      "ReferringPhysicianName PN Próbny^Józef^^Dr.",
      "StudyDescription LO Radiotherapy planning pelvis",
      "ProcedureCodeSequence SQ 1",
      "  CodeValue SH DEMO010",
      "  CodingSchemeDesignator SH 99DEMO",
      "  CodeMeaning LO Radiotherapy planning pelvis",
      "NameOfPhysiciansReadingStudy PN Minta^Ödön^^Dr.",
      "AdmittingDiagnosesDescription LO",
      "PatientAge AS 065Y",
      "PatientWeight DS 98.5",
      "StudyInstanceUID UI 2.25.271828182845904523536028702002000000",
      "StudyID SH 2",
    ]);
  });
  test("a series", () => {
    assert.deepEqual(keywordLines(series.record.dataset), [
      "SpecificCharacterSet CS ISO_IR 101",
      "SeriesDate DA 20140313",
      "SeriesTime TM 142817",
      "Modality CS CT",
      "Manufacturer LO Synthetic Imaging",
      "InstitutionName LO Szpital Przykładowy",
      "StationName SH CT-3",
      "SeriesDescription LO Planning CT",
      "PerformingPhysicianName PN Minta^Ödön^^Dr.",
      "ManufacturerModelName LO Phantom CT",
      "BodyPartExamined CS PELVIS",
      "ProtocolName LO Radiotherapy planning pelvis",
      "SeriesInstanceUID UI 2.25.271828182845904523536028702002010000",
      "SeriesNumber IS 1",
      "PerformedProcedureStepStartDate DA 20140313",
      "PerformedProcedureStepStartTime TM 142817",
      "PerformedProcedureStepID SH PA002002",
      "RequestAttributesSequence SQ 1",
      "  RequestedProcedureDescription LO Radiotherapy planning pelvis",
      "  ScheduledProcedureStepDescription LO Planning CT",
      "  ScheduledProcedureStepID SH SA002002",
      "  RequestedProcedureID SH RA002002",
    ]);
  });
  test("a image", () => {
    assert.deepEqual(keywordLines(image.record.dataset), [
      "SpecificCharacterSet CS ISO_IR 101",
      "ImageType CS ORIGINAL\\PRIMARY\\OTHER",
      "SOPClassUID UI 1.2.840.10008.5.1.4.1.1.2",
      "SOPInstanceUID UI 2.25.271828182845904523536028702002010001",
      "ContentDate DA 20140313",
      "ContentTime TM 142817",
      "InstanceNumber IS 1",
      "NumberOfFrames IS 1",
      "Rows US 512",
      "Columns US 512",
    ]);
  });
  test("a worklist item", () => {
    assert.deepEqual(keywordLines(archive.worklist[30]!.dataset), [
      "SpecificCharacterSet CS GBK",
      "AccessionNumber SH W0031",
      "ReferringPhysicianName PN Zheng^Mu=鄭^模",
      "ReferencedStudySequence SQ 0",
      "ReferencedPatientSequence SQ 0",
      "PatientName PN Chen^FanLi=陳^範例",
      "PatientID LO DEMO-0063",
      "IssuerOfPatientID LO DEMO",
      "PatientBirthDate DA 20041024",
      "PatientSex CS F",
      "OtherPatientIDs LO",
      "PatientWeight DS 94",
      "MedicalAlerts LO Pacemaker",
      "Allergies LO Contrast agent",
      "EthnicGroup SH",
      "PregnancyStatus US 4",
      "PatientComments LT Synthetic data, no real person",
      "StudyInstanceUID UI 2.25.271828182845904523536028790031000000",
      "RequestingPhysician PN Zheng^Mu=鄭^模",
      "RequestingService LO 範例醫院",
      "RequestedProcedureDescription LO 頭部檢查",
      "RequestedProcedureCodeSequence SQ 1",
      "  CodeValue SH DEMO001",
      "  CodingSchemeDesignator SH 99DEMO",
      "  CodeMeaning LO CT Chest with contrast",
      "AdmissionID LO ADM0031",
      "SpecialNeeds LO",
      "CurrentPatientLocation LO Ward 3",
      "PatientState LO",
      "ScheduledProcedureStepSequence SQ 1",
      "  Modality CS CT",
      "  RequestedContrastAgent LO Iodine 300 mg/ml",
      "  ScheduledStationAETitle AE CT_ROOM_1",
      "  ScheduledProcedureStepStartDate DA 20260108",
      "  ScheduledProcedureStepStartTime TM 112926",
      "  ScheduledPerformingPhysicianName PN Wu^YangBen=吳^樣本",
      "  ScheduledProcedureStepDescription LO CT Chest with contrast",
      "  ScheduledProtocolCodeSequence SQ 1",
      "    CodeValue SH DEMO001",
      "    CodingSchemeDesignator SH 99DEMO",
      "    CodeMeaning LO CT Chest with contrast",
      "  ScheduledProcedureStepID SH SPS0031",
      "  ScheduledStationName SH CT-1",
      "  ScheduledProcedureStepLocation SH Room 1",
      "  PreMedication LO",
      "  ScheduledProcedureStepStatus CS SCHEDULED",
      "RequestedProcedureID SH RP0031",
      "RequestedProcedurePriority SH ROUTINE",
      "PatientTransportArrangements LO WHEELCHAIR",
      "ConfidentialityConstraintOnPatientDataDescription LO Demonstration only",
    ]);
  });
});

test("the demonstration archive is the same in every version", async () => {
  assert.deepEqual(archive.counts, {
    "patients": 67,
    "studies": 262,
    "series": 601,
    "instances": 2468,
    "worklistItems": 48,
    "others": 0,
  });
  const records = [
    ...LEVELS.flatMap((level) => [...archive.entities(level)])
      .map(({ record }) => record.dataset),
    ...archive.worklist.map(({ dataset }) => dataset),
  ];
  const bytes = new Blob(
    records.map((dataset) => encodeDataset(dataset, EXPLICIT_LE).slice()),
  );
  const digest = await crypto.subtle.digest(
    "SHA-256",
    await bytes.arrayBuffer(),
  );
  // Whoever changes it on purpose looks for its values in docs, and puts the new digest here.
  assert.equal(
    hexBytes(new Uint8Array(digest)),
    "6e60bbaae1b1ac12639c4bfeda928f77ea63972400cfbc19d965682f1a37bf50",
  );
});
