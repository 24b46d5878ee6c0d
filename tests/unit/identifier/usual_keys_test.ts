/** What is asked for where nobody says what. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import {
  levelOf,
  LEVELS,
  MODEL_LEVELS,
} from "../../../src/identifier/levels.ts";
import { buildIdentifier } from "../../../src/identifier/build.ts";
import { parseSelector } from "../../../src/identifier/selector.ts";
import { usualKeys } from "../../../src/identifier/usual_keys.ts";

describe("usualKeys()", () => {
  for (const model of ["patient", "study", "psonly", "worklist"] as const) {
    const levels = model === "worklist" ? [""] : MODEL_LEVELS[model];
    for (const level of levels) {
      test(`${model} ${level}`, () => {
        const usual = usualKeys(model, level)!;
        for (const key of usual.keys) {
          const [first] = parseSelector(key, Dictionary.standard);
          const home = levelOf(first!.tag, model);
          assert.ok(
            model === "worklist" || key === "PatientID" ||
              home === undefined || home === level,
            key,
          );
        }
        for (const column of usual.columns) {
          assert.ok(usual.keys.includes(column), column);
        }
        for (const key of usual.sort) {
          assert.ok(usual.keys.includes(key.replace(/^-/, "")), key);
        }
        const isBelowPatient = (model === "patient" || model === "psonly") &&
          level !== "PATIENT";
        const { warnings } = buildIdentifier({
          form: "address",
          model,
          keys: [
            ...level === "" ? [] : [`QueryRetrieveLevel=${level}`],
            ...isBelowPatient ? ["PatientID=1"] : [],
            ...level === "SERIES" || level === "IMAGE"
              ? ["StudyInstanceUID=1.2"]
              : [],
            ...level === "IMAGE" ? ["SeriesInstanceUID=1.2"] : [],
            ...usual.keys.filter((key) =>
              key !== "PatientID" || !isBelowPatient
            ),
          ],
        });
        assert.deepEqual(warnings, []);
      });
    }
  }

  test("of nothing else", () => {
    for (const level of [...LEVELS, ""]) {
      assert.equal(usualKeys("other", level), undefined);
    }
    assert.equal(usualKeys("study", ""), undefined);
    assert.equal(usualKeys("study", "worklist")?.keys, undefined);
    assert.equal(usualKeys("study", "toString"), undefined);
  });
});
