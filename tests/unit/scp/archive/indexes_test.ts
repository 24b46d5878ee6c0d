/** Which queries an index answers: those whose search needs no more than one slice of a large archive. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { textElement } from "../../../../src/codec/values.ts";
import { Dataset } from "../../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../../src/dictionary/dictionary.ts";
import { findModel } from "../../../../src/find/models.ts";
import { Archive } from "../../../../src/scp/archive/archive.ts";
import { answerInSlices, WORKING } from "../../../../src/scp/archive/query.ts";

function dataset(values: Record<string, string>): Dataset {
  return Dataset.of(
    ...Object.entries(values).map(([keyword, value]) => {
      const { tag, vr } = Dictionary.standard.byKeyword(keyword)!;
      return textElement(tag, vr, value);
    }),
  );
}

const DAYS = 250;

/** Instance `at` of 5000: every second one begins a study, every fourth a patient. */
function record(at: number): Dataset {
  const study = at >> 1;
  const patient = at >> 2;
  const day = String(
    20240101 + study % DAYS % 28 + 100 * Math.floor(study % DAYS / 28),
  );
  return dataset({
    SpecificCharacterSet: "ISO_IR 192",
    PatientID: `PÄ${patient}`,
    PatientBirthDate: `${1900 + patient % 100}0615`,
    PatientName: `Name^${patient}`,
    StudyInstanceUID: `1.${study}`,
    StudyDate: day,
    AccessionNumber: `A${study}`,
    SeriesInstanceUID: `1.${study}.1`,
    SeriesDate: day,
    SOPInstanceUID: `1.${study}.1.${at}`,
    ContentDate: day,
  });
}

const archive = Archive.fromDatasets(
  Array.from({ length: 5000 }, (_, at) => record(at)),
);

function ask(
  level: string,
  keys: Record<string, string>,
  root = "study",
): { matches: string[]; turns: number } {
  const identifier = dataset({
    SpecificCharacterSet: "ISO_IR 192",
    QueryRetrieveLevel: level,
    ...keys,
  });
  let turns = 0;
  let matches = 0;
  const uids: string[] = [];
  for (
    const step of answerInSlices(archive, {
      model: findModel(root)!,
      identifier,
      relational: true,
      combinedDateTime: true,
      slice: 50,
    })
  ) {
    if (step === WORKING) turns++;
    else if (step.dataset !== undefined) {
      matches++;
      uids.push(String(step.dataset.size));
    } else assert.equal(step.status, 0);
  }
  assert.equal(uids.length, matches);
  return { matches: uids, turns };
}

describe("found by an index", () => {
  for (
    const [level, keys, count, root] of [
      ["STUDY", { StudyInstanceUID: "1.77" }, 1],
      ["STUDY", { StudyInstanceUID: "1.77\\1.78\\1.9999\\1.77" }, 2],
      ["STUDY", { PatientID: "PÄ17" }, 2],
      ["STUDY", { PatientID: "PÄ17", PatientName: "*^1?" }, 2],
      ["STUDY", { AccessionNumber: "A123" }, 1],
      ["STUDY", { AccessionNumber: "A12*", StudyInstanceUID: "1.123" }, 1],
      ["STUDY", { StudyDate: "20240102" }, 10],
      ["STUDY", { StudyDate: "20240102-20240103" }, 20],
      ["STUDY", { StudyDate: "-20240101" }, 10],
      ["STUDY", { StudyDate: "20240926-" }, 10],
      ["STUDY", { StudyDate: "20240102-20240103", StudyTime: "10-11" }, 10],
      ["STUDY", { PatientBirthDate: "19250615", StudyDate: "20240101" }, 3],
      ["STUDY", { SOPInstanceUID: "1.77.1.155" }, 1],
      ["STUDY", { SeriesInstanceUID: "1.77.1\\1.78.1" }, 2],
      ["PATIENT", { StudyDate: "20240102" }, 10, "patient"],
      ["PATIENT", { AccessionNumber: "A12\\A13" }, 1, "patient"],
      ["SERIES", { SeriesDate: "20240102" }, 10],
      ["IMAGE", { PatientID: "PÄ17" }, 4],
      ["IMAGE", { ContentDate: "20240102", StudyInstanceUID: "1.1" }, 2],
      ["IMAGE", { SOPInstanceUID: "1.77.1.155", StudyDate: "20230101" }, 0],
      ["STUDY", { AccessionNumber: "nobody" }, 0],
    ] as [string, Record<string, string>, number, string?][]
  ) {
    test(`${level} ${JSON.stringify(keys)}`, () => {
      const { matches, turns } = ask(level, keys, root);
      assert.equal(matches.length, count);
      assert.equal(turns, 0);
    });
  }
});

describe("found by trying all", () => {
  for (
    const [keys, count] of [
      [{ PatientName: "*^17" }, 2],
      [{ AccessionNumber: "A12?" }, 10],
      [{ StudyDate: "20240101-20301231" }, 2500],
      [{ StudyDate: "nonsense" }, 0],
      [{ StudyID: "" }, 2500],
    ] as [Record<string, string>, number][]
  ) {
    test(JSON.stringify(keys), () => {
      const { matches, turns } = ask("STUDY", keys);
      assert.equal(matches.length, count);
      assert.ok(turns > 40, String(turns));
    });
  }
});

test("matches of a list come in its order, those of dates as they were stored", () => {
  const order = (keys: Record<string, string>) =>
    [...answerInSlices(archive, {
      model: findModel("study")!,
      identifier: dataset({ QueryRetrieveLevel: "STUDY", ...keys }),
    })].flatMap((step) =>
      step === WORKING || step.dataset === undefined ? [] : [
        new TextDecoder().decode(
          (step.dataset.get(0x0020000d) as { value: Uint8Array }).value,
        ).replace(/\0$/, ""),
      ]
    );
  assert.deepEqual(
    order({ StudyInstanceUID: "1.9\\1.4\\1.9\\1.100" }),
    ["1.9", "1.4", "1.100"],
  );
  const days = order({ StudyDate: "20240102-20240103", StudyInstanceUID: "" });
  assert.deepEqual(
    days,
    days.toSorted((a, b) => Number(a.slice(2)) - Number(b.slice(2))),
  );
});
