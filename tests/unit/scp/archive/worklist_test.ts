/** Modality worklist queries (PS3.4 K.6.1.2). */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { isEmpty } from "../../../../src/codec/values.ts";
import {
  Dataset,
  isSequence,
  sequence,
} from "../../../../src/dataset/dataset.ts";
import { findModel } from "../../../../src/find/models.ts";
import { Archive } from "../../../../src/scp/archive/archive.ts";
import { answerQuery } from "../../../../src/scp/archive/query.ts";
import { attributes, dataset, value } from "./two_patients.ts";

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
      answerQuery(worklist, { model: findModel("worklist")!, identifier }),
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
