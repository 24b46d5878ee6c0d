/** Keys of several levels: relational queries, and lower levels in hierarchical ones (PS3.4 C.4.1.2, C.4.1.3). */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { all, dataset, run, tagOf } from "./two_patients.ts";

describe("relational queries", () => {
  test("need no unique keys", () => {
    const { matches } = run(
      "study",
      dataset({ QueryRetrieveLevel: "SERIES", Modality: "CT", PatientID: "" }),
      { relational: true },
    );
    assert.deepEqual(all(matches, "PatientID"), ["P1", "P2"]);
  });
  test("match keys of higher levels", () => {
    const { matches } = run(
      "patient",
      dataset({
        QueryRetrieveLevel: "IMAGE",
        PatientName: "Doe*",
        StudyDate: "2021-",
        SOPInstanceUID: "",
      }),
      { relational: true },
    );
    assert.equal(matches.length, 0);
    const dated = run(
      "patient",
      dataset({
        QueryRetrieveLevel: "IMAGE",
        PatientName: "Doe*",
        StudyDate: "20210101-",
        SOPInstanceUID: "",
      }),
      { relational: true },
    );
    assert.deepEqual(all(dated.matches, "SOPInstanceUID"), [
      "1.2.1.1",
      "1.2.1.2",
    ]);
  });
  test("match keys of lower levels on one line of descendants", () => {
    const find = (modality: string, number: string) =>
      all(
        run(
          "study",
          dataset({
            QueryRetrieveLevel: "STUDY",
            StudyInstanceUID: "",
            Modality: modality,
            InstanceNumber: number,
          }),
          { relational: true },
        ).matches,
        "StudyInstanceUID",
      );
    assert.deepEqual(find("CT", ""), ["1.1", "2.1"]);
    assert.deepEqual(find("CT", "3"), ["1.1"]);
    assert.deepEqual(find("SR", "3"), []);
  });
});

describe("keys of lower levels in hierarchical queries", () => {
  test("are not matched, not answered, and announced by FF01", () => {
    const { matches, statuses } = run(
      "study",
      dataset({
        QueryRetrieveLevel: "STUDY",
        PatientID: "P1",
        Modality: "US",
        StudyInstanceUID: "",
      }),
    );
    assert.equal(matches.length, 2);
    assert.deepEqual(statuses, [0xff01, 0xff01]);
    assert.equal(matches[0]?.has(tagOf("Modality")), false);
  });
});
