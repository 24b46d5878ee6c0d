/** Whatever an archive holds and whatever it does wrong: all images are found, each once and where it belongs, or it is said that not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { dealKeys } from "../../../src/plan/deal.ts";
import { descending } from "../../../src/plan/descend.ts";
import { ask, outcomeOf } from "../../../src/plan/step.ts";
import { textOf } from "./simulated_archive.ts";
import {
  type Answered,
  type Entity,
  REFUSED,
  SimulatedHierarchy,
} from "./simulated_hierarchy.ts";

/** Numbers of images of each series of each study. */
const SHAPES = fc.array(
  fc.array(fc.nat({ max: 3 }), { maxLength: 4 }),
  { maxLength: 5 },
);

function entitiesOf(shape: readonly (readonly number[])[]): Entity[] {
  return shape.map((series, study) => ({
    key: `${study + 1}`,
    below: series.map((images, one) => ({
      key: `${study + 1}.${one + 1}`,
      below: Array.from({ length: images }, (_, image) => ({
        key: `${study + 1}.${one + 1}.${image + 1}`,
      })),
    })),
  }));
}

test("descending() finds each image once and where it belongs, or says what is missing", () => {
  fc.assert(fc.property(
    SHAPES,
    fc.record({
      ignoresParents: fc.boolean(),
      namesParents: fc.boolean(),
      repeats: fc.boolean(),
    }),
    fc.array(fc.nat({ max: 30 }), { maxLength: 2 }),
    (shape, wrongs, failures) => {
      const entities = entitiesOf(shape);
      const parents = entities.flatMap(({ key, below = [] }) => [
        key,
        ...below.map((series) => series.key),
      ]);
      const failing = new Map(
        failures.flatMap((index) =>
          parents[index] === undefined ? [] : [[parents[index], REFUSED]]
        ),
      );
      const archive = new SimulatedHierarchy(
        ["STUDY", "SERIES", "IMAGE"],
        entities,
        { ...wrongs, failing },
      );
      const found: string[] = [];
      const { gaps } = archive.run(descending<Answered>({
        model: "study",
        levels: dealKeys(new Dataset(), "study", "STUDY", "IMAGE"),
        *answer(identifier, _, take, purpose) {
          return outcomeOf(yield* ask(identifier, take, purpose));
        },
        take: ({ above, match }) =>
          found.push([
            textOf(above[0]!.dataset, 0x0020000d),
            textOf(above[1]!.dataset, 0x0020000e),
            textOf(match.dataset, 0x00080018),
          ].join(" ")),
      }));
      const all = shape.flatMap((series, study) =>
        series.flatMap((images, one) =>
          Array.from({ length: images }, (_, image) =>
            [
              `${study + 1}`,
              `${study + 1}.${one + 1}`,
              `${study + 1}.${one + 1}.${image + 1}`,
            ].join(" "))
        )
      );
      assert.equal(new Set(found).size, found.length);
      if (gaps.length === 0) assert.deepEqual(found.sort(), all.sort());
      // Whose parents are named belongs where it is found, gaps or not.
      if (!wrongs.ignoresParents || wrongs.namesParents) {
        for (const one of found) assert.ok(all.includes(one), one);
      }
    },
  ));
});
