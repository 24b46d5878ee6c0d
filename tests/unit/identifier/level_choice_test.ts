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
  const rows: readonly (readonly [Parts, RegExp, RegExp])[] = [
    [
      { keys: ["Modality=CT"] },
      /^StudyInstanceUID is missing: Modality makes this a query at level SERIES/,
      /--expand series .*--relational .*ModalitiesInStudy/,
    ],
    [
      { keys: ["StudyInstanceUID", "SeriesNumber"] },
      /^StudyInstanceUID is empty: SeriesNumber makes/,
      /--expand series/,
    ],
    [
      { keys: ["StudyInstanceUID=1.2\\1.3"], level: "SERIES" },
      /^StudyInstanceUID has 2 values: a query at level SERIES needs one/,
      /--expand series/,
    ],
    [
      { keys: [], level: "IMAGE" },
      /^StudyInstanceUID is missing and SeriesInstanceUID is missing: .* one value of each$/,
      /--expand image/,
    ],
    [
      { keys: ["PatientID=4*"], model: "patient", level: "STUDY" },
      /^PatientID has the wildcard value "4\*"/,
      /--expand study/,
    ],
    [
      { keys: ["Modality"], model: "patient", level: "STUDY", expand: "IMAGE" },
      /^PatientID is missing/,
      /patients first/,
    ],
    [{ keys: [], model: "psonly", level: "SERIES" }, /no level SERIES/, /-S/],
    [{ keys: [], model: "study", level: "PATIENT" }, /no level PATIENT/, /-P/],
    [
      { keys: [], model: "worklist", level: "STUDY" },
      /^Level study needs/,
      /-S/,
    ],
    [
      { keys: [], model: "other", expand: "SERIES" },
      /^Level series needs/,
      /-S/,
    ],
    [
      { keys: ["QueryRetrieveLevel=study"], level: "SERIES" },
      /^Level series and QueryRetrieveLevel=STUDY contradict/,
      /Leave one/,
    ],
    [
      { keys: ["QueryRetrieveLevel=IMAGE"], expand: "SERIES" },
      /^Level series, to expand to, is not below the level of the query: IMAGE/,
      /below/,
    ],
    [
      { keys: [], level: "SERIES", expand: "SERIES" },
      /is not below the level/,
      /below/,
    ],
    [
      { keys: ["Rows"], expand: "SERIES" },
      /^Rows belongs to level IMAGE, below level series/,
      /--expand image/,
    ],
  ];
  for (const [parts, message, hint] of rows) {
    test(JSON.stringify(parts), () => {
      assert.throws(() => build(parts), (error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, message);
        assert.match(hintOf(error)!, hint);
        return true;
      });
    });
  }

  test("is warned of where a key names the level", () => {
    const { warnings } = build({ keys: ["QueryRetrieveLevel=SERIES"] });
    assert.match(warnings.join(), /StudyInstanceUID is missing/);
  });
});
