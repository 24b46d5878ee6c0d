/** The data dictionary against rows of PS3.6 and PS3.7, and added entries. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isVr } from "../../../src/dataset/vr.ts";
import {
  Dictionary,
  type PrivateEntry,
} from "../../../src/dictionary/dictionary.ts";
import {
  ELEMENT_ROWS,
  REPEATING_ROWS,
} from "../../../src/dictionary/elements_data.ts";

const standard = Dictionary.standard;

function single(value: number): PrivateEntry["groups"] {
  return { first: value, last: value, only: "any" };
}

describe("Dictionary.entry()", () => {
  const rows: [number, string, string, string, string, boolean][] = [
    [
      0x00000000,
      "CommandGroupLength",
      "Command Group Length",
      "UL",
      "1",
      false,
    ],
    [0x00000901, "OffendingElement", "Offending Element", "AT", "1-n", false],
    [0x00020010, "TransferSyntaxUID", "Transfer Syntax UID", "UI", "1", false],
    [
      0x00080005,
      "SpecificCharacterSet",
      "Specific Character Set",
      "CS",
      "1-n",
      false,
    ],
    [
      0x00080090,
      "ReferringPhysicianName",
      "Referring Physician's Name",
      "PN",
      "1",
      false,
    ],
    [0x00100010, "PatientName", "Patient's Name", "PN", "1", false],
    [0x0020000d, "StudyInstanceUID", "Study Instance UID", "UI", "1", false],
    [
      0x00280106,
      "SmallestImagePixelValue",
      "Smallest Image Pixel Value",
      "US|SS",
      "1",
      false,
    ],
    [0x00283006, "LUTData", "LUT Data", "US|OW", "1-n", false],
    [
      0x00400100,
      "ScheduledProcedureStepSequence",
      "Scheduled Procedure Step Sequence",
      "SQ",
      "1",
      false,
    ],
    [0x00201070, "OtherStudyNumbers", "Other Study Numbers", "IS", "1-n", true],
    [
      0x00660040,
      "LongPrimitivePointIndexList",
      "Long Primitive Point Index List",
      "OL",
      "1",
      false,
    ],
    [0x7fe00010, "PixelData", "Pixel Data", "OB|OW", "1", false],
    [0xfffee000, "Item", "Item", "UN", "1", false],
    [
      0xfffee0dd,
      "SequenceDelimitationItem",
      "Sequence Delimitation Item",
      "UN",
      "1",
      false,
    ],
  ];
  for (const [tag, keyword, name, vrs, vm, retired] of rows) {
    test(`knows ${keyword} by tag and by keyword`, () => {
      const choices = vrs.split("|");
      const expected = { tag, keyword, name, vr: choices[0], vrs: choices, vm };
      assert.deepEqual(standard.entry(tag), { ...expected, retired });
      assert.deepEqual(standard.byKeyword(keyword), { ...expected, retired });
    });
  }

  test("finds every row by its tag and by its keyword", () => {
    for (const line of (ELEMENT_ROWS + REPEATING_ROWS).match(/.+/g) ?? []) {
      const keyword = line.split("\t")[1]!;
      const tag = parseInt(line.slice(0, 8).replaceAll("x", "0"), 16);
      const entry = line.slice(0, 8).includes("x")
        ? standard.byKeyword(keyword)
        : standard.entry(tag);
      assert.equal(entry?.keyword, keyword, line);
      assert.equal(entry?.tag, tag, line);
      assert.equal(standard.byKeyword(keyword)?.tag, tag, line);
      assert.ok(entry?.vrs.every(isVr), line);
    }
  });

  test("resolves repeating groups to their first tag", () => {
    for (
      const [tag, keyword, first] of [
        [0x60000010, "OverlayRows", 0x60000010],
        [0x601e3000, "OverlayData", 0x60003000],
        [0x50023000, "CurveData", 0x50003000],
        [0x002031a5, "SourceImageIDs", 0x00203100],
        [0x00280452, "CoefficientCoding", 0x00280402],
        [0x00280868, "ImageDataLocation", 0x00280808],
        [0x1000abc3, "HuffmanTableTriplet", 0x10000003],
        [0x10101234, "ZonalMap", 0x10100000],
        [0x7f220010, "VariablePixelData", 0x7f000010],
      ] as const
    ) {
      assert.equal(standard.entry(tag)?.keyword, keyword);
      assert.equal(standard.entry(tag)?.tag, first);
    }
  });

  test("does not take odd groups for repeating ones", () => {
    assert.equal(standard.entry(0x60013000), undefined);
    assert.equal(standard.vr(0x60013000), "UN");
  });

  test("prefers a single tag to a repeating one", () => {
    assert.equal(standard.keyword(0x00280400), "TransformLabel");
    assert.equal(standard.entry(0x00280400)?.retired, true);
  });

  test("knows nothing of tags between, before and after its rows", () => {
    for (const tag of [0x00000004, 0x00100011, 0x7fd00099, 0xffffffff]) {
      assert.equal(standard.entry(tag), undefined, tag.toString(16));
      assert.equal(standard.vr(tag), "UN");
      assert.equal(standard.keyword(tag), undefined);
    }
  });

  test("names group lengths and private creators", () => {
    assert.equal(standard.vr(0x00100000), "UL");
    assert.equal(standard.keyword(0x00100000), "GenericGroupLength");
    assert.equal(standard.vr(0x00090000), "UL");
    assert.equal(standard.vr(0x00090010), "LO");
    assert.equal(standard.keyword(0x000900ff), "PrivateCreator");
    assert.equal(standard.entry(0x00090001), undefined);
    assert.equal(standard.entry(0x00091001), undefined);
  });
});

describe("Dictionary.byKeyword()", () => {
  test("is exact", () => {
    for (
      const word of ["patientname", "PatientNam", "Name", "", "PatientName "]
    ) {
      assert.equal(standard.byKeyword(word), undefined, word);
    }
  });

  test("does not match names and parts of keywords", () => {
    assert.equal(standard.byKeyword("Patient's Name"), undefined);
    assert.equal(standard.byKeyword("Modality")?.tag, 0x00080060);
    assert.equal(standard.byKeyword("Item")?.tag, 0xfffee000);
  });

  test("accepts DCMTK's form of retired keywords only if it is true", () => {
    assert.equal(
      standard.byKeyword("RETIRED_OtherStudyNumbers")?.tag,
      0x00201070,
    );
    assert.equal(standard.byKeyword("RETIRED_PatientName"), undefined);
    assert.equal(standard.byKeyword("RETIRED_"), undefined);
  });

  test("gives the first tag of a repeating group", () => {
    assert.equal(standard.byKeyword("OverlayData")?.tag, 0x60003000);
  });
});

describe("Dictionary.suggest()", () => {
  test("puts what differs only in case first", () => {
    assert.equal(standard.suggest("patientid")[0], "PatientID");
    assert.equal(standard.suggest("STUDYDATE")[0], "StudyDate");
  });

  test("mends slips of the finger", () => {
    assert.equal(standard.suggest("PatientsName")[0], "PatientName");
    assert.equal(standard.suggest("PatietnName")[0], "PatientName");
    assert.equal(standard.suggest("Modalty")[0], "Modality");
    assert.equal(standard.suggest("OverlayDta")[0], "OverlayData");
  });

  test("keeps to the maximum and offers nothing far-fetched", () => {
    assert.equal(standard.suggest("PatientSie", 2).length, 2);
    assert.deepEqual(standard.suggest("Xylophone"), []);
    assert.deepEqual(standard.suggest(""), []);
  });
});

describe("Dictionary.withEntries()", () => {
  const csa: PrivateEntry = {
    creator: "SIEMENS CSA HEADER",
    groups: single(0x0029),
    elements: single(0x08),
    keyword: "CSAImageHeaderType",
    vrs: ["CS"],
  };
  const annotation: PrivateEntry = {
    creator: "DLX_ANNOT_01",
    groups: { first: 0x7001, last: 0x70ff, only: "odd" },
    elements: single(0x04),
    keyword: "TextAnnotation",
    vrs: ["ST"],
    vm: "1-n",
  };
  const extended = standard.withEntries([csa, annotation]);

  test("resolves private tags by creator, whatever block it reserved", () => {
    for (const tag of [0x00291008, 0x0029ab08]) {
      assert.deepEqual(extended.entry(tag, "SIEMENS CSA HEADER "), {
        tag,
        keyword: "CSAImageHeaderType",
        name: "CSAImageHeaderType",
        vr: "CS",
        vrs: ["CS"],
        vm: "1",
        retired: false,
      });
    }
    assert.equal(extended.vr(0x00291008, "SIEMENS MEDCOM HEADER"), "UN");
    assert.equal(extended.vr(0x00291008), "UN");
    assert.equal(extended.vr(0x00291009, "SIEMENS CSA HEADER"), "UN");
    assert.equal(extended.vr(0x00311008, "SIEMENS CSA HEADER"), "UN");
  });

  test("resolves ranges of private groups", () => {
    assert.equal(extended.vr(0x70011004, "DLX_ANNOT_01"), "ST");
    assert.equal(extended.vr(0x70ff1004, "DLX_ANNOT_01"), "ST");
    assert.equal(extended.vr(0x71011004, "DLX_ANNOT_01"), "UN");
  });

  test("leaves the dictionary it came from as it was", () => {
    assert.equal(standard.vr(0x00291008, "SIEMENS CSA HEADER"), "UN");
    assert.equal(extended.keyword(0x00100010), "PatientName");
  });

  test("adds and overrides standard entries, the later one winning", () => {
    const entry: PrivateEntry = {
      groups: single(0x0010),
      elements: single(0x0011),
      keyword: "PatientNickname",
      name: "Patient's Nickname",
      vrs: ["LO"],
    };
    const more = extended.withEntries([
      { ...entry, vrs: ["SH"] },
      entry,
      {
        ...entry,
        elements: single(0x0010),
        keyword: "PatientName",
        vrs: ["UT"],
      },
    ]);
    assert.equal(more.vr(0x00100011), "LO");
    assert.equal(more.byKeyword("PatientNickname")?.name, "Patient's Nickname");
    assert.equal(more.vr(0x00100010), "UT");
    assert.equal(more.byKeyword("PatientName")?.vr, "UT");
    assert.equal(more.vr(0x00291008, "SIEMENS CSA HEADER"), "CS");
    assert.deepEqual(more.suggest("PatientNickame", 1), ["PatientNickname"]);
  });

  test("adds ranges of standard tags, which do not hide single ones", () => {
    const more = standard.withEntries([{
      groups: { first: 0x6000, last: 0x60ff, only: "even" },
      elements: { first: 0x0010, last: 0x00ff, only: "any" },
      keyword: "Anything",
      vrs: ["LT"],
    }, {
      groups: { first: 0x0000, last: 0xffff, only: "any" },
      elements: { first: 0x0010, last: 0x0010, only: "any" },
      keyword: "Everywhere",
      vrs: ["UT"],
    }]);
    assert.equal(more.keyword(0x60020011), "Anything");
    assert.equal(more.keyword(0x60020010), "Everywhere");
    assert.equal(more.keyword(0x00100010), "PatientName");
    assert.equal(more.byKeyword("Anything")?.tag, 0x60000010);
  });
});

describe("lenient()", () => {
  const lenient = standard.lenient();
  for (
    const [name, sequence, keyword] of [
      ["PatientName", undefined, "PatientName"],
      ["patientname", undefined, "PatientName"],
      ["STUDYINSTANCEUID", undefined, "StudyInstanceUID"],
      ["overlaydata", undefined, "OverlayData"],
      ["sps", undefined, "ScheduledProcedureStepSequence"],
      ["SPS", undefined, "ScheduledProcedureStepSequence"],
      ["startdate", "sps", "ScheduledProcedureStepStartDate"],
      ["StationAETitle", "SPS", "ScheduledStationAETitle"],
      ["modality", "sps", "Modality"],
      [
        "StationAETitle",
        "ScheduledProcedureStepSequence",
        "StationAETitle",
      ],
      ["startdate", undefined, undefined],
      ["patient.name", undefined, undefined],
      ["patientnam", undefined, undefined],
      [".*", undefined, undefined],
    ] as const
  ) {
    test(`${sequence ?? ""}.${name}`, () => {
      assert.equal(lenient.byKeyword(name, sequence)?.keyword, keyword);
    });
  }
  test("nothing else is", () => {
    assert.equal(standard.byKeyword("patientname"), undefined);
    assert.equal(standard.byKeyword("sps"), undefined);
  });
  test("with added entries", () => {
    const entry: PrivateEntry = {
      groups: single(0x0099),
      elements: single(0x0010),
      keyword: "OurOwnThing",
      vrs: ["LO"],
    };
    const added = lenient.withEntries([entry]);
    assert.equal(added.byKeyword("ourownthing")?.keyword, "OurOwnThing");
    assert.equal(added.byKeyword("patientid")?.keyword, "PatientID");
  });
  test("no two keywords differ only in case", () => {
    const rows = (ELEMENT_ROWS + REPEATING_ROWS).matchAll(
      /^[^\t\n]+\t([^\t\n]+)/gm,
    );
    const seen = new Map<string, string>();
    for (const [, keyword] of rows) {
      const lower = keyword!.toLowerCase();
      assert.equal(seen.get(lower) ?? keyword, keyword);
      seen.set(lower, keyword!);
    }
  });
});
