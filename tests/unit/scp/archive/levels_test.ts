/** Query levels and models, and what is refused with A900 (PS3.4 C.4.1, C.6, K.4.1). */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { rawElement, stringsOf } from "../../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../../src/dataset/dataset.ts";
import { findModel } from "../../../../src/find/models.ts";
import { Archive } from "../../../../src/scp/archive/archive.ts";
import { answerQuery } from "../../../../src/scp/archive/query.ts";
import { all, dataset, dictionary, run, tagOf } from "./two_patients.ts";

describe("levels", () => {
  test("PATIENT: one response per patient", () => {
    const { matches, final } = run(
      "patient",
      dataset({ QueryRetrieveLevel: "PATIENT", PatientID: "" }),
    );
    assert.deepEqual(all(matches, "PatientID"), ["P1", "P2"]);
    assert.equal(final.status, 0x0000);
  });
  test("STUDY of a patient", () => {
    const { matches } = run(
      "patient",
      dataset({
        QueryRetrieveLevel: "STUDY",
        PatientID: "P1",
        StudyInstanceUID: "",
      }),
    );
    assert.deepEqual(all(matches, "StudyInstanceUID"), ["1.1", "1.2"]);
  });
  test("SERIES of a study", () => {
    const { matches } = run(
      "study",
      dataset({
        QueryRetrieveLevel: "SERIES",
        StudyInstanceUID: "1.1",
        SeriesInstanceUID: "",
        Modality: "",
      }),
    );
    assert.deepEqual(all(matches, "Modality"), ["CT", "SR"]);
  });
  test("IMAGE of a series, one of them by its key", () => {
    const identifier = {
      QueryRetrieveLevel: "IMAGE",
      StudyInstanceUID: "1.1",
      SeriesInstanceUID: "1.1.1",
      SOPInstanceUID: "",
    };
    assert.equal(run("study", dataset(identifier)).matches.length, 3);
    const { matches } = run(
      "study",
      dataset({ ...identifier, InstanceNumber: "2" }),
    );
    assert.deepEqual(all(matches, "SOPInstanceUID"), ["1.1.1.2"]);
  });
  test("the level of each response is the query's", () => {
    const { matches } = run(
      "study",
      dataset({ QueryRetrieveLevel: "STUDY ", PatientName: "" }),
    );
    assert.deepEqual(all(matches, "QueryRetrieveLevel"), [
      "STUDY",
      "STUDY",
      "STUDY",
    ]);
  });
  test("the parents' unique keys must fit together", () => {
    const { matches, final } = run(
      "patient",
      dataset({
        QueryRetrieveLevel: "SERIES",
        PatientID: "P2",
        StudyInstanceUID: "1.1",
        SeriesInstanceUID: "",
      }),
    );
    assert.equal(matches.length, 0);
    assert.equal(final.status, 0x0000);
  });
  test("a list of UIDs finds each once, in the order asked", () => {
    const { matches } = run(
      "study",
      dataset({
        QueryRetrieveLevel: "STUDY",
        StudyInstanceUID: "2.1\\1.1\\9.9\\2.1",
      }),
    );
    assert.deepEqual(all(matches, "StudyInstanceUID"), ["2.1", "1.1"]);
  });
});

describe("refusals with A900", () => {
  type Row = [
    name: string,
    model: string,
    identifier: Record<string, string>,
    offending: string,
    comment: RegExp,
  ];
  const rows: Row[] = [
    ["no level", "study", { PatientName: "" }, "QueryRetrieveLevel", /missing/],
    [
      "an empty level",
      "study",
      { QueryRetrieveLevel: "" },
      "QueryRetrieveLevel",
      /missing/,
    ],
    [
      "an unknown level",
      "study",
      { QueryRetrieveLevel: "EXAM" },
      "QueryRetrieveLevel",
      /EXAM/,
    ],
    [
      "a level in lower case",
      "study",
      { QueryRetrieveLevel: "study" },
      "QueryRetrieveLevel",
      /study/,
    ],
    [
      "two levels",
      "study",
      { QueryRetrieveLevel: "STUDY\\SERIES" },
      "QueryRetrieveLevel",
      /STUDY/,
    ],
    [
      "PATIENT in the study root",
      "study",
      { QueryRetrieveLevel: "PATIENT" },
      "QueryRetrieveLevel",
      /PATIENT/,
    ],
    [
      "SERIES in patient/study only",
      "psonly",
      { QueryRetrieveLevel: "SERIES" },
      "QueryRetrieveLevel",
      /SERIES/,
    ],
    [
      "STUDY without a patient",
      "patient",
      { QueryRetrieveLevel: "STUDY", PatientName: "Doe*" },
      "PatientID",
      /needed/,
    ],
    [
      "STUDY with an empty patient",
      "patient",
      { QueryRetrieveLevel: "STUDY", PatientID: "" },
      "PatientID",
      /needed/,
    ],
    [
      "STUDY with a wild card patient",
      "patient",
      { QueryRetrieveLevel: "STUDY", PatientID: "P*" },
      "PatientID",
      /single/,
    ],
    [
      "SERIES without a study",
      "study",
      { QueryRetrieveLevel: "SERIES" },
      "StudyInstanceUID",
      /needed/,
    ],
    [
      "SERIES with two studies",
      "study",
      { QueryRetrieveLevel: "SERIES", StudyInstanceUID: "1.1\\1.2" },
      "StudyInstanceUID",
      /single/,
    ],
    [
      "SERIES of a patient without a study",
      "patient",
      { QueryRetrieveLevel: "SERIES", PatientID: "P1" },
      "StudyInstanceUID",
      /needed/,
    ],
    [
      "IMAGE without a series",
      "study",
      { QueryRetrieveLevel: "IMAGE", StudyInstanceUID: "1.1" },
      "SeriesInstanceUID",
      /needed/,
    ],
    [
      "IMAGE with a wild card series",
      "study",
      {
        QueryRetrieveLevel: "IMAGE",
        StudyInstanceUID: "1.1",
        SeriesInstanceUID: "1.1.*",
      },
      "SeriesInstanceUID",
      /single/,
    ],
  ];
  for (const [name, model, identifier, offending, comment] of rows) {
    test(name, () => {
      const { matches, final } = run(model, dataset(identifier));
      assert.equal(matches.length, 0);
      assert.equal(final.status, 0xa900);
      assert.ok(final.dataset === undefined);
      assert.deepEqual(final.offendingElements, [tagOf(offending)]);
      assert.match(final.errorComment ?? "", comment);
      assert.ok(final.errorComment!.length <= 64);
    });
  }
  test("a sequence key with two items", () => {
    const { final } = run(
      "worklist",
      Dataset.of(sequence(0x00400100, [new Dataset(), new Dataset()])),
    );
    assert.equal(final.status, 0xa900);
    assert.ok(final.dataset === undefined);
    assert.deepEqual(final.offendingElements, [0x00400100]);
  });
});

test("a model that the archive has nothing of has no match", () => {
  const { final, matches } = run("hanging-protocol", new Dataset());
  assert.equal(final.status, 0x0000);
  assert.equal(matches.length, 0);
});

describe("models without levels", () => {
  const protocol = (name: string) =>
    Dataset.of(
      rawElement(0x00080016, "UI", "1.2.840.10008.5.1.4.38.1"),
      rawElement(0x00080018, "UI", `1.2.${name.length}`),
      rawElement(0x00720002, "SH", name),
    );
  const shelf = Archive.fromDatasets([protocol("CHEST"), protocol("HAND AP")]);
  const find = (name: string) => [...answerQuery(shelf, {
    model: findModel("hanging-protocol")!,
    identifier: Dataset.of(rawElement(0x00720002, "SH", name)),
  })];

  test("are answered by plain matching", () => {
    const [first, final] = find("CH*");
    assert.ok(first?.dataset !== undefined);
    assert.deepEqual(stringsOf(first.dataset.get(0x00720002)!), ["CHEST"]);
    assert.equal(final?.status, 0);
    assert.equal(shelf.counts.others, 2);
  });
  test("report the keys that nothing fulfils", () => {
    assert.deepEqual(find("FOOT"), [{
      status: 0,
      unfulfilled: { keys: [0x00720002] },
    }]);
  });
});

describe("an empty answer names the keys that no entity fulfils,", () => {
  for (
    const [keys, unfulfilled] of [
      [{ PatientName: "Nobody", StudyDate: "" }, ["PatientName"]],
      [{ PatientName: "Nobody", StudyID: "S9" }, ["PatientName", "StudyID"]],
      // Each belongs to an entity, but none has both.
      [{ PatientName: "Müller*", StudyID: "S1.1" }, []],
      [{ StudyInstanceUID: "9.9", PatientName: "Doe*" }, ["StudyInstanceUID"]],
      [{ PatientID: "P9", StudyDate: "20200101" }, ["PatientID"]],
      [{ StudyDate: "19990101" }, ["StudyDate"]],
      // Of those that an index names.
      [{ PatientID: "P2", StudyID: "S1.1" }, ["StudyID"], "PatientID"],
      [{ StudyDate: "2021070?" }, ["StudyDate"]],
    ] as [Record<string, string>, string[], string?][]
  ) {
    test(JSON.stringify(keys), () => {
      const { final } = run(
        "study",
        dataset({ QueryRetrieveLevel: "STUDY", ...keys }),
      );
      assert.ok(final.dataset === undefined);
      assert.equal(final.status, 0);
      assert.deepEqual(
        final.unfulfilled?.keys.map((tag) => dictionary.keyword(tag)),
        unfulfilled,
      );
      const { among } = final.unfulfilled!;
      assert.equal(among && dictionary.keyword(among), among && "PatientID");
      assert.equal(among !== undefined, keys["PatientID"] === "P2");
    });
  }
});
