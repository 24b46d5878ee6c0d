/** The UID registry against rows of PS3.6 Annex A. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  uidByKeyword,
  uidEntry,
  uidKeyword,
  uidName,
} from "../../../src/dictionary/uids.ts";
import { UID_ROWS } from "../../../src/dictionary/uids_data.ts";

const rows: [string, string, string][] = [
  ["1.2.840.10008.1.1", "Verification", "Verification SOP Class"],
  ["1.2.840.10008.1.2", "ImplicitVRLittleEndian", "Implicit VR Little Endian"],
  ["1.2.840.10008.1.2.2", "ExplicitVRBigEndian", "Explicit VR Big Endian"],
  ["1.2.840.10008.5.1.4.1.1.2", "CTImageStorage", "CT Image Storage"],
  [
    "1.2.840.10008.5.1.4.1.2.2.1",
    "StudyRootQueryRetrieveInformationModelFind",
    "Study Root Query/Retrieve Information Model - FIND",
  ],
  [
    "1.2.840.10008.5.1.4.31",
    "ModalityWorklistInformationModelFind",
    "Modality Worklist Information Model - FIND",
  ],
];

for (const [uid, keyword, name] of rows) {
  test(`the registry knows ${keyword}`, () => {
    assert.equal(uidKeyword(uid), keyword);
    assert.equal(uidName(uid), name);
    assert.equal(uidByKeyword(keyword), uid);
  });
}

test("the registry finds every row both ways", () => {
  for (const line of UID_ROWS.trim().split("\n")) {
    const [uid = "", keyword = ""] = line.replace("!", "").split("\t");
    assert.equal(uidKeyword(uid), keyword);
    assert.equal(uidByKeyword(keyword), uid);
    assert.equal(uidEntry(uid)?.retired, line.includes("!"), line);
  }
});

test("the registry knows neither parts of UIDs nor names", () => {
  for (
    const text of [
      "",
      "1.2.840.10008",
      "1.2.840.10008.1.",
      "1.2.840.10008.1.2!",
    ]
  ) {
    assert.equal(uidName(text), undefined, text);
  }
  for (
    const text of [
      "",
      "ctimagestorage",
      "CT Image Storage",
      "SOP Class",
      "1.2.840.10008.1.1",
    ]
  ) {
    assert.equal(uidByKeyword(text), undefined, text);
  }
});
