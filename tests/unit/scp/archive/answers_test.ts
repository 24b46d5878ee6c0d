/** What answers hold: return keys, computed attributes, character sets, limits (PS3.4 C.4.1.1.3, C.6). */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { Charset } from "../../../../src/charset/charset.ts";
import { isEmpty, rawElement } from "../../../../src/codec/values.ts";
import { Dataset, type Element } from "../../../../src/dataset/dataset.ts";
import type { Tag } from "../../../../src/dataset/tag.ts";
import { findModel } from "../../../../src/find/models.ts";
import { Archive } from "../../../../src/scp/archive/archive.ts";
import {
  answerQuery,
  type FindQuery,
} from "../../../../src/scp/archive/query.ts";
import {
  all,
  attributes,
  dataset,
  instances,
  run,
  tagOf,
  value,
} from "./two_patients.ts";

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
    const [first] = answerQuery(own, {
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
    const [first] = answerQuery(records, {
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
  test("as stored if the requested one cannot hold the text", () => {
    const found = ask("P2", "ISO_IR 144", { answerInRequestedCharset: true });
    assert.equal(value(found, "SpecificCharacterSet"), "ISO_IR 192");
  });
  test("not declared for plain ASCII", () => {
    assert.equal(ask("P1", "").has(0x00080005), false);
  });
  test("UTF-8 if levels are stored in different sets", () => {
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
    const [first] = answerQuery(mixed, {
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
  const answers = answerQuery(many, {
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
    Array.from(answerQuery(large, {
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
