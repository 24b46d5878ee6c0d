/** C-FIND semantics: levels, hierarchy, relations, computed attributes, return keys, character sets (PS3.4 C.4.1, C.6, K.4.1). */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { Charset } from "../../../../src/charset/charset.ts";
import {
  charsetOf,
  isEmpty,
  rawElement,
  stringsOf,
  textElement,
} from "../../../../src/codec/values.ts";
import {
  Dataset,
  type Element,
  isSequence,
  sequence,
} from "../../../../src/dataset/dataset.ts";
import type { Tag } from "../../../../src/dataset/tag.ts";
import { Dictionary } from "../../../../src/dictionary/dictionary.ts";
import { findModel } from "../../../../src/find/models.ts";
import { Archive } from "../../../../src/scp/archive/archive.ts";
import {
  type Answer,
  answer,
  type FindQuery,
} from "../../../../src/scp/archive/query.ts";

const dictionary = Dictionary.standard;

function tagOf(keyword: string): Tag {
  const entry = dictionary.byKeyword(keyword);
  assert.ok(entry, keyword);
  return entry.tag;
}

/** Elements from keywords, in UTF-8 unless told otherwise. */
function attributes(
  values: Record<string, string>,
  charset = Charset.of(["ISO_IR 192"]),
): Element[] {
  return Object.entries(values).map(([keyword, value]) => {
    const tag = tagOf(keyword);
    return textElement(tag, dictionary.vr(tag), value, charset);
  });
}

function dataset(values: Record<string, string>): Dataset {
  return Dataset.of(...attributes(values));
}

/** Two patients: P1 with studies 1.1 (CT: 3 instances, SR: 1) and 1.2 (MR: 2), P2 with study 2.1 (CT: 1). */
function instances(): Dataset[] {
  const rows: [string, string, string, string, string, string, number][] = [
    // patient, name, study, study date, series, modality, instances
    ["P1", "Doe^Jane", "1.1", "20200101", "1.1.1", "CT", 3],
    ["P1", "Doe^Jane", "1.1", "20200101", "1.1.2", "SR", 1],
    ["P1", "Doe^Jane", "1.2", "20210601", "1.2.1", "MR", 2],
    ["P2", "Müller^Jörg", "2.1", "20210701", "2.1.1", "CT", 1],
  ];
  return rows.flatMap(([id, name, study, date, series, modality, count]) =>
    Array.from({ length: count }, (_, index) =>
      dataset({
        ...(name.startsWith("M") ? { SpecificCharacterSet: "ISO_IR 192" } : {}),
        PatientID: id,
        PatientName: name,
        StudyInstanceUID: study,
        StudyDate: date,
        StudyID: `S${study}`,
        SeriesInstanceUID: series,
        SeriesNumber: series.slice(-1),
        Modality: modality,
        SOPInstanceUID: `${series}.${index + 1}`,
        SOPClassUID: `1.2.840.10008.5.1.4.1.1.${modality}`,
        InstanceNumber: String(index + 1),
      }))
  );
}

const archive = Archive.fromDatasets(instances());

function run(
  model: string,
  identifier: Dataset,
  options: Partial<FindQuery> = {},
): { matches: Dataset[]; statuses: number[]; final: Answer } {
  const answers = Array.from(
    answer(archive, { model: findModel(model)!, identifier, ...options }),
  );
  const final = answers.pop()!;
  assert.equal(final.dataset, undefined);
  return {
    matches: answers.map((one) => one.dataset!),
    statuses: answers.map(({ status }) => status),
    final,
  };
}

function value(found: Dataset | undefined, keyword: string): string {
  const element = found?.get(tagOf(keyword));
  assert.ok(found && element, `no ${keyword}`);
  return stringsOf(element, charsetOf(found, Charset.ascii)).join("\\");
}

function all(found: readonly Dataset[], keyword: string): string[] {
  return found.map((one) => value(one, keyword));
}

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
  const find = (name: string) => [...answer(shelf, {
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
      // Each is somebody's, but no entity has both.
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
  test("are not matched, not answered, and told by FF01", () => {
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

describe("return keys", () => {
  const { matches, statuses } = run(
    "study",
    dataset({
      QueryRetrieveLevel: "STUDY",
      StudyInstanceUID: "1.2",
      StudyDate: "",
      AccessionNumber: "",
      PatientName: "",
    }),
  );
  test("come with their value, or empty; nothing else comes", () => {
    assert.equal(matches.length, 1);
    assert.equal(value(matches[0], "StudyDate"), "20210601");
    assert.equal(isEmpty(matches[0]!.get(tagOf("AccessionNumber"))!), true);
    assert.equal(matches[0]!.size, 5);
    assert.deepEqual(statuses, [0xff00]);
  });
  test("that no dictionary knows are reported unless they are stored", () => {
    const unknown: Element = {
      tag: 0x00091001,
      vr: "UN",
      value: new Uint8Array(0),
    };
    const keys = dataset({
      QueryRetrieveLevel: "IMAGE",
      StudyInstanceUID: "2.1",
      SeriesInstanceUID: "2.1.1",
    });
    keys.set(unknown);
    const absent = run("study", keys);
    assert.deepEqual(absent.statuses, [0xff01]);
    assert.equal(absent.matches[0]!.has(0x00091001), false);
    const stored = instances().at(-1)!;
    stored.set({ ...unknown, value: new Uint8Array([1, 2]) });
    const own = Archive.fromDatasets([stored]);
    const [first] = answer(own, {
      model: findModel("study")!,
      identifier: keys,
    });
    assert.equal(first?.status, 0xff00);
    assert.equal(first?.dataset?.has(0x00091001), true);
  });
});

describe("computed attributes", () => {
  test("of a study", () => {
    const { matches } = run(
      "study",
      dataset({
        QueryRetrieveLevel: "STUDY",
        StudyInstanceUID: "1.1",
        ModalitiesInStudy: "",
        SOPClassesInStudy: "",
        NumberOfStudyRelatedSeries: "",
        NumberOfStudyRelatedInstances: "",
        NumberOfPatientRelatedStudies: "",
        InstanceAvailability: "",
        RetrieveAETitle: "",
      }),
      { retrieveAeTitle: "DEMO" },
    );
    const [study] = matches;
    assert.equal(value(study, "ModalitiesInStudy"), "CT\\SR");
    assert.equal(
      value(study, "SOPClassesInStudy"),
      "1.2.840.10008.5.1.4.1.1.CT\\1.2.840.10008.5.1.4.1.1.SR",
    );
    assert.equal(value(study, "NumberOfStudyRelatedSeries"), "2");
    assert.equal(value(study, "NumberOfStudyRelatedInstances"), "4");
    assert.equal(value(study, "NumberOfPatientRelatedStudies"), "2");
    assert.equal(value(study, "InstanceAvailability"), "ONLINE");
    assert.equal(value(study, "RetrieveAETitle"), "DEMO");
  });
  test("of a patient and of a series", () => {
    const patients = run(
      "patient",
      dataset({
        QueryRetrieveLevel: "PATIENT",
        NumberOfPatientRelatedStudies: "",
        NumberOfPatientRelatedSeries: "",
        NumberOfPatientRelatedInstances: "",
      }),
    ).matches;
    assert.deepEqual(all(patients, "NumberOfPatientRelatedStudies"), [
      "2",
      "1",
    ]);
    assert.deepEqual(all(patients, "NumberOfPatientRelatedSeries"), ["3", "1"]);
    assert.deepEqual(all(patients, "NumberOfPatientRelatedInstances"), [
      "6",
      "1",
    ]);
    const series = run(
      "study",
      dataset({
        QueryRetrieveLevel: "SERIES",
        StudyInstanceUID: "1.1",
        NumberOfSeriesRelatedInstances: "",
      }),
    ).matches;
    assert.deepEqual(all(series, "NumberOfSeriesRelatedInstances"), ["3", "1"]);
  });
  test("can be matched", () => {
    const find = (modality: string, options: Partial<FindQuery> = {}) =>
      all(
        run(
          "study",
          dataset({
            QueryRetrieveLevel: "STUDY",
            StudyInstanceUID: "",
            ModalitiesInStudy: modality,
          }),
          options,
        ).matches,
        "StudyInstanceUID",
      );
    assert.deepEqual(find("CT"), ["1.1", "2.1"]);
    assert.deepEqual(find("SR"), ["1.1"]);
    assert.deepEqual(find("C*"), ["1.1", "2.1"]);
    assert.deepEqual(find("SR\\MR"), ["1.1", "1.2"]);
    assert.deepEqual(find("CT\\SR", { multipleValue: true }), ["1.1"]);
    assert.deepEqual(find("US"), []);
  });
  test("without a title of our own RetrieveAETitle is not supported", () => {
    const { matches, statuses } = run(
      "patient",
      dataset({ QueryRetrieveLevel: "PATIENT", RetrieveAETitle: "" }),
    );
    assert.deepEqual(statuses, [0xff01, 0xff01]);
    assert.equal(matches[0]!.has(tagOf("RetrieveAETitle")), false);
  });
  test("keep what a record without children says", () => {
    const records = Archive.fromDatasets([
      dataset({
        PatientID: "R",
        StudyInstanceUID: "7",
        ModalitiesInStudy: "NM",
        NumberOfStudyRelatedInstances: "42",
      }),
    ]);
    const [first] = answer(records, {
      model: findModel("study")!,
      identifier: dataset({
        QueryRetrieveLevel: "STUDY",
        ModalitiesInStudy: "NM",
        NumberOfStudyRelatedInstances: "",
      }),
    });
    assert.equal(value(first?.dataset, "NumberOfStudyRelatedInstances"), "42");
  });
});

describe("character sets of answers", () => {
  const ask = (id: string, charset: string, options?: Partial<FindQuery>) =>
    run(
      "patient",
      dataset({
        QueryRetrieveLevel: "PATIENT",
        PatientID: id,
        PatientName: "",
        SpecificCharacterSet: charset,
      }),
      options,
    ).matches[0]!;
  test("as stored, and declared", () => {
    const found = ask("P2", "ISO_IR 100");
    assert.equal(value(found, "SpecificCharacterSet"), "ISO_IR 192");
    assert.equal(value(found, "PatientName"), "Müller^Jörg");
  });
  test("as requested, when asked to", () => {
    const found = ask("P2", "ISO_IR 100", { answerInRequestedCharset: true });
    assert.equal(value(found, "SpecificCharacterSet"), "ISO_IR 100");
    assert.equal(value(found, "PatientName"), "Müller^Jörg");
  });
  test("as stored where the requested one cannot hold the text", () => {
    const found = ask("P2", "ISO_IR 144", { answerInRequestedCharset: true });
    assert.equal(value(found, "SpecificCharacterSet"), "ISO_IR 192");
  });
  test("not declared for plain ASCII", () => {
    assert.equal(ask("P1", "").has(0x00080005), false);
  });
  test("UTF-8 where levels are stored in different sets", () => {
    const latin = Charset.of(["ISO_IR 100"]);
    const cyrillic = Charset.of(["ISO_IR 144"]);
    const mixed = Archive.fromDatasets([
      Dataset.of(
        ...attributes({
          SpecificCharacterSet: "ISO_IR 100",
          PatientID: "M",
          PatientName: "Müller",
        }, latin),
      ),
      Dataset.of(
        ...attributes({
          SpecificCharacterSet: "ISO_IR 144",
          PatientID: "M",
          StudyInstanceUID: "5",
          StudyDescription: "Обзор",
        }, cyrillic),
      ),
    ]);
    const [first] = answer(mixed, {
      model: findModel("patient")!,
      identifier: dataset({
        QueryRetrieveLevel: "STUDY",
        PatientID: "M",
        PatientName: "",
        StudyDescription: "",
      }),
    });
    assert.equal(value(first?.dataset, "SpecificCharacterSet"), "ISO_IR 192");
    assert.equal(value(first?.dataset, "PatientName"), "Müller");
    assert.equal(value(first?.dataset, "StudyDescription"), "Обзор");
  });
});

test("a limit ends the query with A700 once there are more", () => {
  const identifier = dataset({ QueryRetrieveLevel: "STUDY", PatientName: "" });
  const capped = run("study", identifier, { limit: 2 });
  assert.equal(capped.matches.length, 2);
  assert.equal(capped.final.status, 0xa700);
  const enough = run("study", identifier, { limit: 3 });
  assert.equal(enough.final.status, 0x0000);
});

test("answers are made one at a time", () => {
  let looked = 0;
  const many = Archive.fromDatasets((function* () {
    for (let index = 0; index < 50; index++) {
      yield dataset({ PatientID: `Q${index}`, StudyInstanceUID: `8.${index}` });
    }
  })());
  const answers = answer(many, {
    model: findModel("study")!,
    identifier: dataset({ QueryRetrieveLevel: "STUDY" }),
  });
  for (const one of answers) {
    assert.equal(one.status, 0xff00);
    if (++looked === 3) break;
  }
  assert.equal(looked, 3);
  assert.equal(answers.next().done, true);
});

describe("worklist", () => {
  const item = (id: string, name: string, date: string, modality: string) =>
    Dataset.of(
      ...attributes({ PatientID: id, PatientName: name }),
      sequence(0x00400100, [
        dataset({
          ScheduledProcedureStepStartDate: date,
          ScheduledProcedureStepStartTime: "0900",
          Modality: modality,
          ScheduledStationAETitle: `${modality}1`,
        }),
      ]),
    );
  const worklist = Archive.fromDatasets([
    item("W1", "One^Ann", "20260105", "CT"),
    item("W2", "Two^Ben", "20260106", "MR"),
  ]);
  const ask = (identifier: Dataset) =>
    Array.from(
      answer(worklist, { model: findModel("worklist")!, identifier }),
    );
  const step = (values: Record<string, string>) =>
    sequence(0x00400100, [dataset(values)]);

  test("is kept apart from the patients", () => {
    assert.equal(worklist.patients.length, 0);
    assert.equal(worklist.worklist.length, 2);
  });
  test("matches within the scheduled procedure step", () => {
    const answers = ask(
      Dataset.of(
        ...attributes({ PatientID: "" }),
        step({ ScheduledProcedureStepStartDate: "20260106-", Modality: "" }),
      ),
    );
    assert.equal(answers.length, 2);
    assert.equal(value(answers[0]!.dataset, "PatientID"), "W2");
    const found = answers[0]!.dataset!.get(0x00400100)!;
    assert.ok(isSequence(found));
    assert.equal(found.items.length, 1);
    assert.equal(found.items[0]!.dataset.size, 2);
    assert.equal(value(found.items[0]!.dataset, "Modality"), "MR");
  });
  test("an empty item, or none, brings the whole sequence", () => {
    for (const items of [[], [new Dataset()]]) {
      const [first] = ask(Dataset.of(sequence(0x00400100, items)));
      const found = first!.dataset!.get(0x00400100)!;
      assert.ok(isSequence(found));
      assert.equal(found.items[0]!.dataset.size, 4);
    }
  });
  test("a key the item lacks comes back empty within it", () => {
    const [first] = ask(
      Dataset.of(step({ ScheduledProcedureStepDescription: "" })),
    );
    const found = first!.dataset!.get(0x00400100)!;
    assert.ok(isSequence(found));
    const inner = found.items[0]!.dataset;
    assert.equal(isEmpty(inner.get(0x00400007)!), true);
  });
  test("an empty level is passed over", () => {
    const [first] = ask(dataset({ QueryRetrieveLevel: "", PatientName: "O*" }));
    assert.equal(first?.status, 0xff00);
    assert.equal(first?.dataset?.has(0x00080052), false);
  });
});

test("a unique key among 100,000 instances is answered without looking at the others", () => {
  let looked = 0;
  const instance = (index: number) => {
    const found = dataset({
      PatientID: `N${index >> 8}`,
      StudyInstanceUID: `3.${index >> 6}`,
      SeriesInstanceUID: `3.${index >> 6}.1`,
      SOPInstanceUID: `3.${index >> 6}.1.${index}`,
    });
    const get = found.get.bind(found);
    found.get = (tag: Tag) => {
      looked++;
      return get(tag);
    };
    return found;
  };
  const large = Archive.fromDatasets(
    Array.from({ length: 100_000 }, (_, index) => instance(index)),
  );
  const ask = (uid: string) =>
    Array.from(answer(large, {
      model: findModel("study")!,
      identifier: dataset({
        QueryRetrieveLevel: "IMAGE",
        StudyInstanceUID: "3.7",
        SeriesInstanceUID: "3.7.1",
        SOPInstanceUID: uid,
      }),
    }));
  assert.equal(ask("3.7.1.450").length, 2);
  looked = 0;
  assert.equal(ask("3.7.1.451").length, 2);
  assert.ok(looked < 50, `${looked} elements were looked at`);
});

test("rawElement() text with blanks round it is still one level", () => {
  const identifier = Dataset.of(
    rawElement(0x00080052, "CS", "  STUDY "),
    rawElement(0x0020000d, "UI", "1.2"),
  );
  assert.equal(run("study", identifier).matches.length, 1);
});
