/** DCMTK's names of UIDs, in both directions. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  dcmtkUidName,
  uidByDcmtkName,
} from "../../../src/dictionary/dcmtk_uid_names.ts";
import { UID_ROWS } from "../../../src/dictionary/uids_data.ts";

const ROWS = [
  ["1.2.840.10008.1.1", "VerificationSOPClass"],
  ["1.2.840.10008.1.2", "LittleEndianImplicit"],
  ["1.2.840.10008.1.2.4.50", "JPEGBaseline"],
  ["1.2.840.10008.5.1.4.1.1.2", "CTImageStorage"],
  [
    "1.2.840.10008.5.1.4.1.2.2.1",
    "FINDStudyRootQueryRetrieveInformationModel",
  ],
  ["1.2.840.10008.5.1.4.31", "FINDModalityWorklistInformationModel"],
] as const;

for (const [uid, name] of ROWS) {
  test(`DCMTK calls ${uid} ${name}`, () => {
    assert.equal(dcmtkUidName(uid), name);
    assert.equal(uidByDcmtkName(name), uid);
  });
}

describe("uidByDcmtkName()", () => {
  test("finds every UID by the name that DCMTK gives it", () => {
    const names = new Map<string, string>();
    for (const line of UID_ROWS.trim().split("\n")) {
      const uid = line.split("\t")[0]!.replace("!", "");
      const name = dcmtkUidName(uid);
      if (name !== undefined && !names.has(name)) names.set(name, uid);
    }
    for (const [name, uid] of names) assert.equal(uidByDcmtkName(name), uid);
    assert.ok(names.size > 400);
  });

  test("takes the keyword too if DCMTK has another name", () => {
    assert.equal(
      uidByDcmtkName("StudyRootQueryRetrieveInformationModelFind"),
      "1.2.840.10008.5.1.4.1.2.2.1",
    );
    assert.equal(uidByDcmtkName("Verification"), "1.2.840.10008.1.1");
  });

  test("knows nothing else", () => {
    for (const text of ["", "*", "ctimagestorage", "1.2.840.10008.1.1"]) {
      assert.equal(uidByDcmtkName(text), undefined, text);
    }
    assert.equal(dcmtkUidName("1.2.3"), undefined);
  });
});
