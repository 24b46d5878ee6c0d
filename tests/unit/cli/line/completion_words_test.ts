/** What a shell may offer for what is being typed. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  completionWords,
  USUAL_KEYS,
} from "../../../../src/cli/line/completion_words.ts";
import { Dictionary } from "../../../../src/dictionary/dictionary.ts";

describe("completionWords()", () => {
  for (
    const [kind, typed, words] of [
      ["keys", "patientna", ["PatientName"]],
      ["keys", "sp", ["sps.", "spc."]],
      ["keys", "sps.sta", [
        "sps.StartDate",
        "sps.StartTime",
        "sps.StationAETitle",
        "sps.StationName",
        "sps.Status",
      ]],
      ["keys", "sps.startd", ["sps.StartDate"]],
      ["keys", "ScheduledProcedureStepSequence.ScheduledProcedureStepStartD", [
        "ScheduledProcedureStepSequence.ScheduledProcedureStepStartDate",
        "ScheduledProcedureStepSequence.ScheduledProcedureStepStartDateTime",
      ]],
      ["keys", "queryretrievelevel=s", [
        "queryretrievelevel=STUDY",
        "queryretrievelevel=SERIES",
      ]],
      ["keys", "sps.Modality=C", ["sps.Modality=CR", "sps.Modality=CT"]],
      ["keys", "StudyDate=to", ["StudyDate=today", "StudyDate=tomorrow"]],
      ["keys", "sps.StartDate=y", ["sps.StartDate=yesterday"]],
      ["keys", "PatientSex=", ["PatientSex=F", "PatientSex=M", "PatientSex=O"]],
      ["keys", "PatientName=A", []],
      ["keys", "nosuchthing", []],
      ["columns", "PatientID,PatientNam", ["PatientID,PatientName"]],
      ["sort", "-StudyI", ["-StudyID", "-StudyInstanceUID"]],
      ["sort", "A,-StudyDesc", ["A,-StudyDescription"]],
      ["peers", "pr", ["prod"]],
      ["peers", "", ["prod", "lab"]],
    ] as const
  ) {
    test(`${kind} ${typed}`, () => {
      const found = completionWords(kind, typed, ["prod", "lab"]);
      if (typed === "sp") assert.deepEqual(found.slice(0, 2), words);
      else assert.deepEqual(found, words);
    });
  }

  test("all keywords in use", () => {
    const words = Dictionary.standard.keywords();
    assert.ok(words.length > 3500, String(words.length));
    for (const word of words.slice(0, 50)) {
      assert.ok(completionWords("keys", word).includes(word), word);
    }
    assert.ok(!words.includes("CommandField"));
    assert.ok(!words.includes("TransferSyntaxUID"));
  });

  test("the usual ones if nothing is typed", () => {
    assert.deepEqual(completionWords("keys", ""), [...USUAL_KEYS]);
  });
});
