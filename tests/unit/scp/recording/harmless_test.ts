/** What an anonymous recording keeps, attribute by attribute: everything else is masked. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dictionary } from "../../../../src/dictionary/dictionary.ts";
import { isHarmless } from "../../../../src/scp/recording/harmless.ts";
import { keywordsWhere } from "../../../support/keyword_lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Values, and the attributes in which each is kept. */
const KEPT: readonly (readonly [value: string, keywords: string])[] = [
  ["ISO_IR 192", "SpecificCharacterSet"],
  ["STUDY ", "QueryRetrieveLevel"],
  ["ENHANCED", "QueryRetrieveView"],
  ["ONLINE", "InstanceAvailability"],
  ["CT", "Modality ModalitiesInStudy"],
  ["DCM ", "CodingSchemeDesignator"],
  ["F ", "PatientSex"],
  [
    "12",
    "SeriesNumber AcquisitionNumber InstanceNumber NumberOfPatientRelatedStudies NumberOfPatientRelatedSeries " +
    "NumberOfPatientRelatedInstances NumberOfStudyRelatedSeries NumberOfStudyRelatedInstances NumberOfSeriesRelatedInstances NumberOfFrames",
  ],
  ["ARRIVED ", "ScheduledProcedureStepStatus"],
  ["STAT", "RequestedProcedurePriority"],
  ["M\\F", "PatientSex"],
  ["12345", ""],
  ["XX", ""],
  ["Doe^John", ""],
];

describe("isHarmless()", () => {
  for (const [value, keywords] of KEPT) {
    test(`keeps ${JSON.stringify(value)} in these attributes alone`, () => {
      const { standard } = Dictionary;
      assert.deepEqual(
        keywordsWhere((tag) => {
          const vr = standard.vr(tag);
          return vr !== "UI" && vr !== "SQ" &&
            isHarmless(tag, vr, bytes(value));
        }).filter((keyword) => !SIZES.includes(keyword)),
        keywords.split(" ").filter((word) => word !== ""),
      );
    });
  }

  const SIZES = [
    "SamplesPerPixel",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
  ];
  test("keeps sizes of images, one number of 16 bits", () => {
    const { standard } = Dictionary;
    const kept = (length: number) =>
      keywordsWhere((tag) =>
        standard.vr(tag) === "US" &&
        isHarmless(tag, "US", new Uint8Array(length).fill(7))
      );
    assert.deepEqual(kept(2), SIZES);
    assert.deepEqual(kept(4), []);
    assert.equal(isHarmless(0x00280010, "UL", new Uint8Array([1, 2])), false);
  });

  test("keeps UIDs of the standard, none of an entity", () => {
    const uid = (text: string) => isHarmless(0x0020000d, "UI", bytes(text));
    assert.equal(uid("1.2.840.10008.1.1\0"), true);
    assert.equal(uid("1.2.840.10008.5.1.4.1.1.2"), true);
    assert.equal(uid("1.2.840.10008.1.1\\1.2.3"), false);
    assert.equal(uid("1.2.3\0"), false);
  });

  test("keeps what is empty", () => {
    assert.equal(isHarmless(0x00100010, "PN", new Uint8Array()), true);
  });
});
