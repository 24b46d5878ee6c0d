import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { emptyElement, textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { counting } from "../../../src/plan/counts.ts";
import { textOf } from "./simulated_archive.ts";
import {
  type Answered,
  type Entity,
  REFUSED,
  SimulatedHierarchy,
  type Wrongs,
} from "./simulated_hierarchy.ts";

const MODALITIES = 0x00080061;
const SERIES_OF_STUDY = 0x00201206;
const INSTANCES_OF_STUDY = 0x00201208;

const STUDY: Entity = {
  key: "1",
  below: [
    {
      key: "1.1",
      attributes: { 0x00080060: "CT", 0x00201209: "7" },
      below: [{ key: "1.1.1" }],
    },
    {
      key: "1.2",
      attributes: { 0x00080060: "SR" },
      below: [{ key: "1.2.1" }, { key: "1.2.2" }],
    },
    { key: "1.3", attributes: { 0x00080060: "CT" }, below: [] },
  ],
};

function count(tags: readonly number[], match: Dataset, wrongs: Wrongs = {}) {
  const archive = new SimulatedHierarchy(
    ["STUDY", "SERIES", "IMAGE"],
    [STUDY, { key: "9", below: [{ key: "9.1", below: [] }] }],
    wrongs,
  );
  const identifier = Dataset.of(
    ...tags.map((tag) => emptyElement(tag, tag === MODALITIES ? "CS" : "IS")),
  );
  const { elements, gap } = archive.run(
    counting<Answered>(identifier, "STUDY", match, "study"),
  );
  return {
    found: Object.fromEntries(
      [...elements].map(({ tag }) => [tag, textOf(elements, tag)]),
    ),
    gap: gap?.text,
    queries: archive.queries,
  };
}

const MATCH = Dataset.of(textElement(0x0020000d, "UI", "1"));

describe("counting()", () => {
  test("asks nothing if nothing is missing", () => {
    const match = Dataset.of(
      textElement(0x0020000d, "UI", "1"),
      textElement(SERIES_OF_STUDY, "IS", "5"),
    );
    assert.deepEqual(count([SERIES_OF_STUDY], match), {
      found: {},
      gap: undefined,
      queries: [],
    });
  });

  test("takes one query for series and modalities", () => {
    assert.deepEqual(count([SERIES_OF_STUDY, MODALITIES], MATCH), {
      found: { [MODALITIES]: "CT\\SR", [SERIES_OF_STUDY]: "3" },
      gap: undefined,
      queries: ["SERIES 1"],
    });
  });

  test("queries images only if the series do not say how many", () => {
    assert.deepEqual(count([INSTANCES_OF_STUDY], MATCH), {
      found: { [INSTANCES_OF_STUDY]: "9" },
      gap: undefined,
      queries: ["SERIES 1", "IMAGE 1/1.2", "IMAGE 1/1.3"],
    });
  });

  test("counts once what comes twice, and nothing of other studies", () => {
    const { found } = count([SERIES_OF_STUDY], MATCH, {
      repeats: true,
      ignoresParents: true,
      namesParents: true,
    });
    assert.deepEqual(found, { [SERIES_OF_STUDY]: "3" });
  });

  test("leaves empty what cannot be counted, and says so", () => {
    const failing = new Map([["1.2", REFUSED]]);
    assert.deepEqual(count([INSTANCES_OF_STUDY], MATCH, { failing }), {
      found: {},
      gap:
        "entities below series 1.2 cannot be counted: the peer is out of order",
      queries: ["SERIES 1", "IMAGE 1/1.2"],
    });
  });

  test("needs the unique key", () => {
    assert.match(
      count([SERIES_OF_STUDY], new Dataset()).gap!,
      /unique key is missing/,
    );
  });
});
