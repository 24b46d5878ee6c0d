import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { AbortedError } from "../../../src/errors.ts";
import type { QueryLevel } from "../../../src/identifier/levels.ts";
import { dealKeys } from "../../../src/plan/deal.ts";
import { descending } from "../../../src/plan/descend.ts";
import { ask, outcomeOf } from "../../../src/plan/step.ts";
import { textOf } from "./simulated_archive.ts";
import {
  type Answered,
  type Entity,
  REFUSED,
  SimulatedHierarchy,
  type Wrongs,
} from "./simulated_hierarchy.ts";

const MODALITY = 0x00080060;
const LEVELS = ["STUDY", "SERIES", "IMAGE"] as const;

const ARCHIVE: readonly Entity[] = [
  {
    key: "1",
    below: [
      {
        key: "1.1",
        attributes: { [MODALITY]: "CT" },
        below: [{ key: "1.1.1" }, { key: "1.1.2" }],
      },
      {
        key: "1.2",
        attributes: { [MODALITY]: "SR" },
        below: [{ key: "1.2.1" }],
      },
    ],
  },
  { key: "2", below: [] },
  {
    key: "3",
    below: [{
      key: "3.1",
      attributes: { [MODALITY]: "CT" },
      below: [{ key: "3.1.1" }],
    }],
  },
];

function descend(
  wrongs: Wrongs,
  keys: Dataset = new Dataset(),
  bottom: QueryLevel = "SERIES",
) {
  const archive = new SimulatedHierarchy(LEVELS, ARCHIVE, wrongs);
  const found: string[] = [];
  const outcome = archive.run(descending<Answered>({
    model: "study",
    levels: dealKeys(keys, "study", "STUDY", bottom),
    *answer(identifier, _, take, purpose) {
      return outcomeOf(yield* ask(identifier, take, purpose));
    },
    take: ({ above, match }) =>
      found.push(
        [...above, match].map(({ dataset }, depth) =>
          textOf(dataset, [0x0020000d, 0x0020000e, 0x00080018][depth]!)
        ).join(" > "),
      ),
  }));
  return {
    found,
    queries: archive.queries,
    notes: outcome.notes,
    gaps: outcome.gaps.map(({ text }) => text),
    error: outcome.gaps.find(({ error }) => error)?.error,
  };
}

describe("descending()", () => {
  test("asks the series of each study, on and on", () => {
    assert.deepEqual(descend({}), {
      found: ["1 > 1.1", "1 > 1.2", "3 > 3.1"],
      queries: ["STUDY", "SERIES 1", "SERIES 2", "SERIES 3"],
      notes: [
        "3 studies, 3 series",
        "1 of them has nothing below it and is left out",
      ],
      gaps: [],
      error: undefined,
    });
  });

  test("goes on to images, depth first", () => {
    const { found, queries } = descend({}, new Dataset(), "IMAGE");
    assert.deepEqual(found, [
      "1 > 1.1 > 1.1.1",
      "1 > 1.1 > 1.1.2",
      "1 > 1.2 > 1.2.1",
      "3 > 3.1 > 3.1.1",
    ]);
    assert.deepEqual(queries, [
      "STUDY",
      "SERIES 1",
      "IMAGE 1/1.1",
      "IMAGE 1/1.2",
      "SERIES 2",
      "SERIES 3",
      "IMAGE 3/3.1",
    ]);
  });

  test("leaves out what has no match below, as the keys want it", () => {
    const keys = Dataset.of(textElement(MODALITY, "CS", "SR"));
    const { found, notes } = descend({}, keys);
    assert.deepEqual(found, ["1 > 1.2"]);
    assert.deepEqual(notes, ["3 studies, 1 series, 2 without a match below"]);
  });

  test("takes once what comes twice", () => {
    const { found, queries, notes } = descend({ repeats: true });
    assert.deepEqual(found, ["1 > 1.1", "1 > 1.2", "3 > 3.1"]);
    assert.equal(queries.length, 4);
    assert.match(notes.join(), /6 matches were returned twice/);
  });

  for (const namesParents of [true, false]) {
    test(`finds out a peer that ignores the study${namesParents ? "" : ", and names none"}`, () => {
      const { found, notes, gaps } = descend({
        ignoresParents: true,
        namesParents,
      });
      if (namesParents) {
        assert.deepEqual(found, ["1 > 1.1", "1 > 1.2", "3 > 3.1"]);
        assert.match(
          notes.join(),
          /6 matches of entities that were not queried/,
        );
      } else {
        // All that is known is that a series belongs to one study only.
        assert.deepEqual(found, ["1 > 1.1", "1 > 1.2", "1 > 3.1"]);
        assert.match(gaps.join(), /6 matches for more than one entity/);
      }
    });
  }

  test("goes on after a failure below, and says what is missing", () => {
    const { found, gaps, error } = descend({
      failing: new Map([["1", REFUSED]]),
    });
    assert.deepEqual(found, ["3 > 3.1"]);
    assert.deepEqual(gaps, [
      "The series of study 1 are incomplete: the peer is out of order",
    ]);
    assert.equal(error, undefined);
  });

  test("fails as the first failure did when nothing was found", () => {
    const failing = new Map(["1", "2", "3"].map((key) => [key, REFUSED]));
    const { found, error } = descend({ failing });
    assert.deepEqual(found, []);
    assert.equal(error, REFUSED);
  });

  test("says what came without a unique key", () => {
    const archive = new SimulatedHierarchy(LEVELS, [{ key: "" }, { key: "" }]);
    const { gaps } = archive.run(descending<Answered>({
      model: "study",
      levels: dealKeys(new Dataset(), "study", "STUDY", "SERIES"),
      *answer(identifier, _, take, purpose) {
        return outcomeOf(yield* ask(identifier, take, purpose));
      },
      take: () => {},
    }));
    assert.match(gaps[0]!.text, /^2 matches have no unique key/);
  });

  test("ends when the association does", () => {
    const lost = new AbortedError("gone", 0, 0);
    const { found, queries, error } = descend({
      failing: new Map([["2", lost]]),
    });
    assert.deepEqual(found, ["1 > 1.1", "1 > 1.2"]);
    assert.deepEqual(queries, ["STUDY", "SERIES 1", "SERIES 2"]);
    assert.equal(error, lost);
  });
});

describe("dealKeys()", () => {
  const dealt = (
    keys: Dataset,
    ...[model, top, bottom]: [
      "study" | "patient",
      QueryLevel,
      QueryLevel,
    ]
  ) =>
    dealKeys(keys, model, top, bottom).map(({ level, identifier }) =>
      `${level}: ${
        [...identifier].map(({ tag }) => {
          const value = textOf(identifier, tag);
          const name = tag.toString(16).padStart(8, "0");
          return value === "" ? name : `${name}=${value}`;
        }).join(" ")
      }`
    );

  test("gives each level its keys, the unique one and what says how to read them", () => {
    const keys = Dataset.of(
      textElement(0x00080005, "CS", "ISO_IR 100"),
      textElement(0x00080060, "CS", "CT"),
      textElement(0x00080080, "LO", "Clinic"),
      textElement(0x00100010, "PN", "Doe*"),
      textElement(0x00201209, "IS", ""),
    );
    assert.deepEqual(dealt(keys, "study", "STUDY", "SERIES"), [
      "STUDY: 00080005=ISO_IR 100 00080052=STUDY 00080080 00100010=Doe* 0020000d",
      "SERIES: 00080005=ISO_IR 100 00080052=SERIES 00080060=CT 00080080=Clinic 0020000e 00201209",
    ]);
  });

  test("asks patients first in the patient root model", () => {
    const keys = Dataset.of(
      textElement(0x00080020, "DA", "2026"),
      textElement(0x00100010, "PN", "Doe*"),
    );
    assert.deepEqual(dealt(keys, "patient", "PATIENT", "STUDY"), [
      "PATIENT: 00080052=PATIENT 00100010=Doe* 00100020",
      "STUDY: 00080020=2026 00080052=STUDY 0020000d",
    ]);
  });
});
