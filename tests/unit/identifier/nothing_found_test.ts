/** What may be the reason if a query finds nothing. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { buildIdentifier } from "../../../src/identifier/build.ts";
import type { QueryModel } from "../../../src/identifier/levels.ts";
import { reasonsForNothing } from "../../../src/identifier/nothing_found.ts";
import { worded } from "../../../src/cli/line/remedies.ts";

function reasons(keys: string[], model: QueryModel = "study"): string[] {
  const hasLevel = keys.some((key) => key.startsWith("QueryRetrieveLevel="));
  const { dataset } = buildIdentifier({
    form: "address",
    model,
    keys: hasLevel || model === "worklist"
      ? keys
      : ["QueryRetrieveLevel=STUDY", ...keys],
  });
  return reasonsForNothing(dataset, model, Dictionary.standard).map(worded);
}

describe("nothing found", () => {
  const rows: [string[], RegExp][] = [
    [["Modality=MR"], /^Modality belongs to level SERIES.* ModalitiesInStudy$/],
    [["SeriesDescription=T1*"], /^SeriesDescription belongs to level SERIES/],
    [
      [
        "QueryRetrieveLevel=SERIES",
        "StudyInstanceUID=1.2",
        "StudyDate=20260101-",
      ],
      /^StudyDate belongs to level STUDY, not SERIES$/,
    ],
    [["Manufacturer=ACME"], /^Manufacturer is not a usual key at level STUDY/],
    [['"ACME":0029,xx08=A'], /is private/],
    [["PatientName=Müller*"], /ISO_IR 100.*--charset "ISO_IR 192"/],
    [["PatientName=山田*"], /ISO_IR 192.*--charset "\\ISO 2022 IR 87"/],
    [["PatientName=Doe *", "PatientID=𠀀*"], /--charset "GB18030"/],
    [["PatientName=Doe"], /^PatientName "Doe" .*"Doe\*"/],
  ];
  for (const [keys, expected] of rows) {
    test(keys.join(" "), () => {
      const found = reasons(keys);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0]!, expected);
    });
  }

  for (
    const keys of [
      ["PatientName=Doe^Jane", "StudyDate=20260101"],
      ["PatientID=1", "Modality", "Manufacturer=*"],
      ["QueryRetrieveLevel=SERIES", "StudyInstanceUID=1.2", "Modality=CT"],
      ["QueryRetrieveLevel=IMAGE", "StudyInstanceUID=1", "SeriesInstanceUID=2"],
    ]
  ) {
    test(`says nothing of ${keys.join(" ")}`, () => {
      assert.deepEqual(reasons(keys), []);
    });
  }

  test("levels are no matter of a worklist", () => {
    const key = "ScheduledProcedureStepSequence.Modality=MR";
    assert.deepEqual(reasons([key], "worklist"), []);
  });
});
