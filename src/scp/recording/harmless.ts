/**
 * The attributes that an anonymous recording may keep: they say how data is organised, not whom it is about, and of those only
 * values that are valid. Everything that is not listed is masked. Data, with the test that reads it.
 */
import { latin1 } from "../../bytes/latin1.ts";
import { isCharsetTerm } from "../../charset/charset.ts";
import type { Tag } from "../../dataset/tag.ts";
import type { Vr } from "../../dataset/vr.ts";
import { uidName } from "../../dictionary/uids.ts";

/** The values of an attribute that may be kept, each without padding. */
type Test = (value: string) => boolean;

function oneOf(words: string): Test {
  const wordSet = new Set(words.split(" "));
  return (value) => wordSet.has(value);
}

/** Counts and numbers that do not identify a person: up to four digits. */
const isSmallNumber: Test = (value) => /^[+-]?\d{1,4}$/.test(value);

/** Modalities, of PS3.3 C.7.3.1.1.1 and those that were retired. */
const isModality = oneOf(
  "ANN AR ASMT AU BDUS BI BMD CD CF CP CR CS CT CTPROTOCOL DD DF DG DM DMS DOC DS DX EC ECG EEG EMG EOG EPS ES FA FID FS GM HC HD IO IOL " +
    "IVOCT IVUS KER KO LEN LP LS M3D MA MG MR MS NM OAM OCT OP OPM OPR OPT OPTBSV OPTENF OPV OSS OT PA PLAN POS PR PT PX REG RESP RF RG " +
    "RTDOSE RTIMAGE RTINTENT RTPLAN RTRAD RTRECORD RTSEGANN RTSTRUCT RWV SEG SM SMR SR SRF ST STAIN TEXTUREMAP TG US VA VF XA XAPROTOCOL XC",
);

const isCodingScheme = oneOf(
  "DCM SCT SRT SNM3 LN UCUM RADLEX FMA NCIt UMLS I9C I10 I10P I11 ICDO3 MA NDC C4 C5",
);

const TEXTS: ReadonlyMap<Tag, Test> = new Map<Tag, Test>([
  [0x00080005, (value) => value === "" || isCharsetTerm(value)], // SpecificCharacterSet
  [0x00080052, oneOf("PATIENT STUDY SERIES IMAGE")], // QueryRetrieveLevel
  [0x00080053, oneOf("CLASSIC ENHANCED")], // QueryRetrieveView
  [0x00080056, oneOf("ONLINE NEARLINE OFFLINE UNAVAILABLE")], // InstanceAvailability
  [0x00080060, isModality], // Modality
  [0x00080061, isModality], // ModalitiesInStudy
  [0x00080102, isCodingScheme], // CodingSchemeDesignator
  [0x00100040, oneOf("M F O")], // PatientSex
  [0x00200011, isSmallNumber], // SeriesNumber
  [0x00200012, isSmallNumber], // AcquisitionNumber
  [0x00200013, isSmallNumber], // InstanceNumber
  [0x00201200, isSmallNumber], // NumberOfPatientRelatedStudies
  [0x00201202, isSmallNumber], // NumberOfPatientRelatedSeries
  [0x00201204, isSmallNumber], // NumberOfPatientRelatedInstances
  [0x00201206, isSmallNumber], // NumberOfStudyRelatedSeries
  [0x00201208, isSmallNumber], // NumberOfStudyRelatedInstances
  [0x00201209, isSmallNumber], // NumberOfSeriesRelatedInstances
  [0x00280008, isSmallNumber], // NumberOfFrames
  [
    0x00400020,
    oneOf("SCHEDULED ARRIVED READY STARTED DEPARTED CANCELLED COMPLETED"),
  ], // ScheduledProcedureStepStatus
  [0x00401003, oneOf("STAT HIGH ROUTINE MEDIUM LOW")], // RequestedProcedurePriority
]);

/** Sizes of images: one number of 16 bits. */
const NUMBERS: ReadonlySet<Tag> = new Set<Tag>([
  0x00280002, // SamplesPerPixel
  0x00280010, // Rows
  0x00280011, // Columns
  0x00280100, // BitsAllocated
  0x00280101, // BitsStored
  0x00280102, // HighBit
  0x00280103, // PixelRepresentation
]);

/** UIDs that name something of the standard or of the peer's software, never an entity. */
export function isStandardUid(uid: string): boolean {
  return uidName(uid) !== undefined;
}

/**
 * Whether a value may be kept. `vr` is the one that the attribute has by the dictionary and was sent with; the value field is
 * judged value by value, padding apart.
 */
export function isHarmless(tag: Tag, vr: Vr, value: Uint8Array): boolean {
  if (value.length === 0) return true;
  if (NUMBERS.has(tag)) return vr === "US" && value.length === 2;
  const test = vr === "UI" ? isStandardUid : TEXTS.get(tag);
  if (test === undefined) return false;
  return latin1(value).split("\\").every((one) =>
    test(one.replace(/^ +|[ \0]$/g, "").replace(/ +$/, ""))
  );
}
