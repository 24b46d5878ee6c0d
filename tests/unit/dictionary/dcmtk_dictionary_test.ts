/** DCMTK's dictionary file format, line by line. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { parseDcmtkDictionary } from "../../../src/dictionary/dcmtk_dictionary.ts";

function one(line: string) {
  const { entries, problems } = parseDcmtkDictionary(line);
  assert.deepEqual(problems, []);
  assert.equal(entries.length, 1);
  return entries[0]!;
}

describe("parseDcmtkDictionary()", () => {
  test("reads an entry with all fields", () => {
    assert.deepEqual(one("(0008,0005)\tCS\tSpecificCharacterSet\t1-n\tDICOM"), {
      groups: { first: 8, last: 8, only: "any" },
      elements: { first: 5, last: 5, only: "any" },
      keyword: "SpecificCharacterSet",
      vrs: ["CS"],
      vm: "1-n",
      retired: false,
    });
  });

  test("reads an entry without VM and version", () => {
    assert.equal(one("(0010,0010)\tPN\tPatientName").vm, "1");
  });

  test("reads ranges and their restrictions", () => {
    const even = one("(6000-60FF,0010)\tUS\tOverlayRows\t1\tDICOM");
    assert.deepEqual(even.groups, {
      first: 0x6000,
      last: 0x60ff,
      only: "even",
    });
    const odd = one(
      "(0009-o-FFFF,0010-u-00FF)\tLO\tPrivateCreator\t1\tPRIVATE",
    );
    assert.deepEqual(odd.groups, { first: 9, last: 0xffff, only: "odd" });
    assert.deepEqual(odd.elements, { first: 0x10, last: 0xff, only: "any" });
  });

  test("reads private entries", () => {
    const entry = one(
      '(7001-o-70ff,"DLX_ANNOT_01",04)\tST\tTextAnnotation\t1\tPrivateTag',
    );
    assert.equal(entry.creator, "DLX_ANNOT_01");
    assert.deepEqual(entry.groups, {
      first: 0x7001,
      last: 0x70ff,
      only: "odd",
    });
    assert.deepEqual(entry.elements, { first: 4, last: 4, only: "any" });
    const odd = one('(0029,"A, (B) 1.0",1f)\tOB\tThing\t1\tPrivateTag');
    assert.equal(odd.creator, "A, (B) 1.0");
    const block = one(
      '(0021,"PHILIPS MR/PART",1061)\tLO\tThing\t1\tPrivateTag',
    );
    assert.deepEqual(block.elements, { first: 0x61, last: 0x61, only: "any" });
  });

  test("turns DCMTK's pseudo VRs into the choices they stand for", () => {
    for (
      const [name, vrs] of [
        ["xs", ["US", "SS"]],
        ["lt", ["US", "SS", "OW"]],
        ["ox", ["OB", "OW"]],
        ["px", ["OB", "OW"]],
        ["up", ["UL"]],
        ["na", ["UN"]],
      ] as const
    ) {
      assert.deepEqual(one(`(0028,0106)\t${name}\tThing\t1\tDICOM`).vrs, vrs);
    }
  });

  test("drops the prefix of retired keywords", () => {
    const entry = one("(0008,0001)\tUL\tRETIRED_LengthToEnd\t1\tDICOM/retired");
    assert.equal(entry.keyword, "LengthToEnd");
    assert.equal(entry.retired, true);
  });

  test("skips comments and blank lines, and takes CR LF", () => {
    const text =
      "# Tag\tVR\n\r\n   \n(0010,0010)\tPN\tPatientName\t1\tDICOM\r\n";
    const { entries, problems } = parseDcmtkDictionary(text);
    assert.equal(entries.length, 1);
    assert.deepEqual(problems, []);
  });

  test("names the line of every problem and keeps the rest", () => {
    const { entries, problems } = parseDcmtkDictionary([
      "(0010,0010) PN PatientName 1",
      "(0010,001G)\tPN\tA\t1",
      "(0010-0008,0010)\tPN\tA\t1",
      '(0029,"X",00-100)\tPN\tA\t1',
      "(0010,0010)\tzz\tA\t1",
      "(0010,0010)\tPN\t\t1",
      "(0010,0010)\tPN\tA\tmany",
      "(0010,0010)\tPN\tA\t1\tDICOM\tmore",
      "(0010,0010)\tPN\tPatientName\t1\tDICOM",
    ].join("\n"));
    assert.deepEqual(problems, [
      { line: 1, text: "Expected 3 to 5 fields separated by tabs, found 1" },
      { line: 2, text: 'Tag is not valid: "(0010,001G)"' },
      { line: 3, text: 'Tag is not valid: "(0010-0008,0010)"' },
      { line: 4, text: 'Tag is not valid: "(0029,"X",00-100)"' },
      { line: 5, text: 'VR is not known: "zz"' },
      { line: 6, text: "Keyword is empty" },
      { line: 7, text: 'VM is not valid: "many"' },
      { line: 8, text: "Expected 3 to 5 fields separated by tabs, found 6" },
    ]);
    assert.equal(entries.length, 1);
  });

  test("makes entries that a dictionary understands", () => {
    const { entries } = parseDcmtkDictionary(
      '(0029,"SIEMENS CSA HEADER",08)\tCS\tCSAImageHeaderType\t1\tPrivateTag',
    );
    const dictionary = Dictionary.standard.withEntries(entries);
    assert.equal(dictionary.vr(0x00291008, "SIEMENS CSA HEADER"), "CS");
  });
});
