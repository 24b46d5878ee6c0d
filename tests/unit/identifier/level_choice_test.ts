import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stringsOf } from "../../../src/codec/values.ts";
import { UsageError } from "../../../src/errors.ts";
import {
  buildIdentifier,
  type IdentifierParts,
} from "../../../src/identifier/build.ts";
import { hintOf } from "../../../src/cli/line/remedies.ts";

type Parts = Partial<IdentifierParts>;

function build(parts: Parts) {
  return buildIdentifier({ form: "address", model: "study", ...parts });
}

function levelOf(parts: Parts): string | undefined {
  const element = build(parts).dataset.get(0x00080052);
  return element && stringsOf(element)[0];
}

describe("the level of a query", () => {
  const uid = "StudyInstanceUID=1.2";
  const rows: readonly (readonly [Parts, string | undefined])[] = [
    [{ keys: [] }, "STUDY"],
    [{ keys: ["PatientName"] }, "STUDY"],
    [{ keys: [uid, "PatientName", "Modality"] }, "SERIES"],
    [
      { keys: [uid, "SeriesInstanceUID=1.2.3", "Modality", "Rows"] },
      "IMAGE",
    ],
    [{ model: "patient", keys: [] }, "PATIENT"],
    [{ model: "patient", keys: ["PatientName"] }, "PATIENT"],
    [{ model: "patient", keys: ["PatientID=1", "StudyDate"] }, "STUDY"],
    [{ model: "psonly", keys: [] }, "STUDY"],
    [{ model: "psonly", keys: ["PatientName"] }, "PATIENT"],
    // The model has no series: that is warned of.
    [{ model: "psonly", keys: ["Modality"] }, "STUDY"],
    [{ keys: ["QueryRetrieveLevel=series", "Modality"] }, "SERIES"],
    [{ keys: ["QueryRetrieveLevel=Image"] }, "IMAGE"],
    [{ keys: ["QueryRetrieveLevel=PLANET"] }, "PLANET"],
    [{ keys: ["Modality"], relational: true }, "SERIES"],
    [{ keys: ["PatientName"], level: "SERIES", relational: true }, "SERIES"],
    [{ keys: [uid], level: "SERIES" }, "SERIES"],
    [
      { keys: ["QueryRetrieveLevel=series", uid], level: "SERIES" },
      "SERIES",
    ],
    [{ keys: ["Modality"], expand: "SERIES" }, "STUDY"],
    [{ model: "patient", keys: ["Modality"], expand: "IMAGE" }, "PATIENT"],
    [
      {
        model: "patient",
        keys: ["PatientID=1", "Modality"],
        level: "STUDY",
        expand: "SERIES",
      },
      "STUDY",
    ],
    [{ keys: [uid], level: "SERIES", expand: "IMAGE" }, "SERIES"],
    [{ form: "dcmtk", keys: ["Modality"] }, undefined],
    [{ form: "dcmtk", keys: ["QueryRetrieveLevel=series"] }, "series"],
    [{ model: "worklist", keys: ["PatientID"] }, undefined],
  ];
  for (const [parts, expected] of rows) {
    test(`${JSON.stringify(parts)} is ${expected}`, () => {
      assert.equal(levelOf(parts), expected);
    });
  }
});

describe("a level that cannot be queried", () => {
  const FIRST =
    "and then the levels below, or --relational if the peer supports it";
  // deno-fmt-ignore
  const rows: readonly (readonly [Parts, message: string, hint: string])[] = [
    [{ keys: ["Modality=CT"] }, "StudyInstanceUID is missing: Modality makes this a query at level SERIES, which needs one value of it", `Add --expand series to query studies first ${FIRST}, or ModalitiesInStudy for studies instead of their series`],
    [{ keys: ["StudyInstanceUID", "SeriesNumber"] }, "StudyInstanceUID is empty: SeriesNumber makes this a query at level SERIES, which needs one value of it", `Add --expand series to query studies first ${FIRST}`],
    [{ keys: ["StudyInstanceUID=1.2\\1.3"], level: "SERIES" }, "StudyInstanceUID has 2 values: a query at level SERIES needs one value of it", `Add --expand series to query studies first ${FIRST}`],
    [{ keys: [], level: "IMAGE" }, "StudyInstanceUID is missing and SeriesInstanceUID is missing: a query at level IMAGE needs one value of each", `Add --expand image to query studies first ${FIRST}`],
    [{ keys: ["StudyInstanceUID=1.2", "Rows"] }, "SeriesInstanceUID is missing: Rows makes this a query at level IMAGE, which needs one value of it", `Add --expand image to query studies first ${FIRST}`],
    [{ keys: ["PatientID=4*"], model: "patient", level: "STUDY" }, 'PatientID has the wildcard value "4*": a query at level STUDY needs one value of it', `Add --expand study to query patients first ${FIRST}`],
    [{ keys: ["PatientID=4?"], model: "patient", level: "SERIES" }, 'PatientID has the wildcard value "4?" and StudyInstanceUID is missing: a query at level SERIES needs one value of each', `Add --expand series to query patients first ${FIRST}`],
    [{ keys: ["PatientID", "SeriesInstanceUID"], model: "patient" }, "PatientID is empty and StudyInstanceUID is missing: SeriesInstanceUID makes this a query at level SERIES, which needs one value of each", `Add --expand series to query patients first ${FIRST}`],
    [{ keys: ["Modality"], model: "patient", level: "STUDY", expand: "IMAGE" }, "PatientID is missing: a query at level STUDY needs one value of it", `Add --expand study to query patients first ${FIRST}`],
    [{ keys: [], model: "psonly", level: "SERIES" }, "This model has no level SERIES, only PATIENT, STUDY", "Use the study root (-S) for series and images"],
    [{ keys: [], model: "study", level: "PATIENT" }, "This model has no level PATIENT, only STUDY, SERIES, IMAGE", "Use the patient root (-P) for patients"],
    [{ keys: [], model: "study", expand: "PATIENT" }, "This model has no level PATIENT, only STUDY, SERIES, IMAGE", "Use the patient root (-P) for patients"],
    [{ keys: [], model: "worklist", level: "STUDY" }, "Level study needs a model with levels, which the worklist does not have", "Query the study root (-S) or the patient root (-P)"],
    [{ keys: [], model: "other", expand: "SERIES" }, "Level series needs a model with levels, which this one does not have", "Query the study root (-S) or the patient root (-P)"],
    [{ keys: ["QueryRetrieveLevel=study"], level: "SERIES" }, "Level series and QueryRetrieveLevel=STUDY contradict each other", "Leave one of them out"],
    [{ keys: ["QueryRetrieveLevel"], level: "SERIES" }, 'Level series and QueryRetrieveLevel="" contradict each other', "Leave one of them out"],
    [{ keys: ["QueryRetrieveLevel=IMAGE"], expand: "SERIES" }, "Level series, to expand to, is not below the level of the query: IMAGE", "Give a level below that of the query"],
    [{ keys: [], level: "SERIES", expand: "SERIES" }, "Level series, to expand to, is not below the level of the query: SERIES", "Give a level below that of the query"],
    [{ keys: ["Rows"], expand: "SERIES" }, "Rows belongs to level IMAGE, below level series, to expand to", "Use --expand image, or leave the key out"],
  ];
  for (const [parts, message, hint] of rows) {
    test(JSON.stringify(parts), () => {
      assert.throws(() => build(parts), (error) => {
        assert.ok(error instanceof UsageError);
        assert.deepEqual([error.message, hintOf(error)], [message, hint]);
        return true;
      });
    });
  }

  test("is warned of if a key names the level", () => {
    const { warnings } = build({ keys: ["QueryRetrieveLevel=SERIES"] });
    assert.match(warnings.join(), /StudyInstanceUID is missing/);
  });
});
