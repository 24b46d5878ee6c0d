/** Entities of either kind of archive, stored and made: counts, descendants and ancestors of every level at every level. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rawElement, rawStringOf } from "../../../../src/codec/values.ts";
import { Dataset } from "../../../../src/dataset/dataset.ts";
import type { Tag } from "../../../../src/dataset/tag.ts";
import { Archive } from "../../../../src/scp/archive/archive.ts";
import { computedElement } from "../../../../src/scp/archive/computed.ts";
import type { Entity } from "../../../../src/scp/archive/entity.ts";
import { LEVELS, UNIQUE_KEYS } from "../../../../src/scp/archive/levels.ts";
import {
  MadeEntities,
  MadeEntity,
} from "../../../../src/scp/archive/made_entities.ts";

/** Ids of patients, studies, series and instances, one level in the other. */
const TREE = {
  P1: { "1.1": { "1.1.1": ["1.1.1.1", "1.1.1.2"], "1.1.2": ["1.1.2.1"] } },
  P2: { "2.1": { "2.1.1": ["2.1.1.1"] }, "2.2": { "2.2.1": ["2.2.1.1"] } },
};

function dataset(ids: readonly string[]): Dataset {
  return Dataset.of(
    ...ids.map((id, depth) =>
      rawElement(
        UNIQUE_KEYS[LEVELS[depth]!],
        depth === 0 ? "LO" : "UI",
        id,
      )
    ),
    ...(ids.length > 2
      ? [rawElement(0x00080060, "CS", ids[2]!.endsWith("2") ? "MR" : "CT")]
      : []),
    ...(ids.length > 3
      ? [rawElement(0x00080016, "UI", `1.9.${ids[3]!.at(-1)}`)]
      : []),
  );
}

/** The paths of ids down to the instances. */
function paths(tree: unknown, above: string[] = []): string[][] {
  if (Array.isArray(tree)) return tree.map((id: string) => [...above, id]);
  return Object.entries(tree as Record<string, unknown>).flatMap((
    [id, below],
  ) => paths(below, [...above, id]));
}

function made(tree: unknown, above: string[] = [], parent?: Entity) {
  const entries = Array.isArray(tree)
    ? tree.map((id) => [id, []] as const)
    : Object.entries(tree as Record<string, unknown>);
  return entries.map(([id, below]): MadeEntity => {
    const ids = [...above, id];
    const entity: MadeEntity = new MadeEntity(
      LEVELS[above.length]!,
      id,
      parent,
      () => dataset(ids),
      () => made(below, ids, entity),
    );
    return entity;
  });
}

const ARCHIVES = {
  stored: Archive.fromDatasets(paths(TREE).map(dataset)),
  made: new Archive(new MadeEntities(made(TREE))),
};

const IDS = [["P1", "P2"], ["1.1", "2.1", "2.2"], [
  "1.1.1",
  "1.1.2",
  "2.1.1",
  "2.2.1",
], ["1.1.1.1", "1.1.1.2", "1.1.2.1", "2.1.1.1", "2.2.1.1"]];

for (const [kind, archive] of Object.entries(ARCHIVES)) {
  describe(`entities that are ${kind}`, () => {
    test("are listed and counted by level", () => {
      for (const [depth, level] of LEVELS.entries()) {
        const entities = [...archive.entities(level)];
        assert.deepEqual(entities.map(({ id }) => id), IDS[depth]);
        for (const id of IDS[depth]!) {
          assert.deepEqual(archive.byId(level, id).map((one) => one.id), [id]);
        }
        assert.deepEqual(archive.byId(level, "9"), []);
      }
      assert.deepEqual(archive.counts, {
        patients: 2,
        studies: 3,
        series: 4,
        instances: 5,
        worklistItems: 0,
        others: 0,
      });
    });

    test("count and list those below, never their own level or one above", () => {
      const shown = [...archive.entities("PATIENT")].flatMap((patient) =>
        LEVELS.flatMap((level) => [...patient.descendants(level)])
      ).map((entity) => {
        const counts = LEVELS.map((level) => entity.count(level));
        const below = LEVELS.map((level) =>
          [...entity.descendants(level)].length
        );
        return `${entity.id}: ${counts.join()} ${below.join()} ${
          entity.children.map(({ id }) => id).join()
        }`;
      });
      assert.deepEqual(shown, [
        "P1: 0,1,2,3 1,1,2,3 1.1",
        "1.1: 0,0,2,3 0,1,2,3 1.1.1,1.1.2",
        "1.1.1: 0,0,0,2 0,0,1,2 1.1.1.1,1.1.1.2",
        "1.1.2: 0,0,0,1 0,0,1,1 1.1.2.1",
        "1.1.1.1: 0,0,0,0 0,0,0,1 ",
        "1.1.1.2: 0,0,0,0 0,0,0,1 ",
        "1.1.2.1: 0,0,0,0 0,0,0,1 ",
        "P2: 0,2,2,2 1,2,2,2 2.1,2.2",
        "2.1: 0,0,1,1 0,1,1,1 2.1.1",
        "2.2: 0,0,1,1 0,1,1,1 2.2.1",
        "2.1.1: 0,0,0,1 0,0,1,1 2.1.1.1",
        "2.2.1: 0,0,0,1 0,0,1,1 2.2.1.1",
        "2.1.1.1: 0,0,0,0 0,0,0,1 ",
        "2.2.1.1: 0,0,0,0 0,0,0,1 ",
      ]);
    });

    test("know those that they belong to", () => {
      const [instance] = archive.byId("IMAGE", "1.1.2.1");
      assert.deepEqual(
        LEVELS.map((level) => instance!.ancestor(level)?.id),
        ["P1", "1.1", "1.1.2", "1.1.2.1"],
      );
      const [study] = archive.byId("STUDY", "2.2");
      assert.deepEqual(
        LEVELS.map((level) => study!.ancestor(level)?.id),
        ["P2", "2.2", undefined, undefined],
      );
    });

    test("have attributes that are computed (PS3.4 C.3.4, C.6.1.1)", () => {
      const [instance] = archive.byId("IMAGE", "1.1.1.2");
      const value = (tag: Tag, entity: Entity = instance!, title?: string) => {
        const element = computedElement(tag, entity, title);
        return element && rawStringOf(element);
      };
      // deno-fmt-ignore
      const rows: [tag: Tag, expected: string | undefined][] = [
        [0x00201200, "1 "], // NumberOfPatientRelatedStudies
        [0x00201202, "2 "], // NumberOfPatientRelatedSeries
        [0x00201204, "3 "], // NumberOfPatientRelatedInstances
        [0x00201206, "2 "], // NumberOfStudyRelatedSeries
        [0x00201208, "3 "], // NumberOfStudyRelatedInstances
        [0x00201209, "2 "], // NumberOfSeriesRelatedInstances
        [0x00080061, "CT\\MR "], // ModalitiesInStudy
        [0x00080062, "1.9.1\\1.9.2\0"], // SOPClassesInStudy
        [0x00080056, "ONLINE"], // InstanceAvailability
        [0x00080054, undefined], // RetrieveAETitle
        [0x00100010, undefined], // PatientName
      ];
      for (const [tag, expected] of rows) assert.equal(value(tag), expected);
      assert.equal(value(0x00080054, instance!, "US"), "US");
      const [patient] = archive.byId("PATIENT", "P2");
      assert.equal(value(0x00201200, patient!), "2 ");
      assert.equal(value(0x00201206, patient!), undefined);
      assert.equal(value(0x00201209, patient!), undefined);
    });
  });
}

describe("an entity with a record of its own", () => {
  const study = Dataset.of(
    ...dataset(["P1", "1.1"]),
    rawElement(0x00080061, "CS", "US"),
    rawElement(0x00201206, "IS", "12"),
    rawElement(0x00080056, "CS", "NEARLINE"),
  );
  const computed = (datasets: Dataset[]) => {
    const [entity] = Archive.fromDatasets(datasets).byId("STUDY", "1.1");
    return [0x00080061, 0x00201206, 0x00080056].map((tag) =>
      rawStringOf(computedElement(tag, entity!, undefined)!)
    );
  };

  test("keeps its own values without anything below", () => {
    assert.deepEqual(computed([study]), ["US", "12", "NEARLINE"]);
  });

  test("has those of what is below otherwise", () => {
    const instance = dataset(["P1", "1.1", "1.1.1", "1.1.1.1"]);
    assert.deepEqual(computed([study, instance]), ["CT", "1 ", "NEARLINE"]);
  });
});

describe("instances that disagree about their study", () => {
  const instance = (number: number, description: string | undefined) =>
    Dataset.of(
      ...dataset(["P1", "1.1", "1.1.1", `1.1.1.${number}`]),
      rawElement(0x00200013, "IS", String(number)),
      ...(description === undefined
        ? []
        : [rawElement(0x00081030, "LO", description)]),
    );
  // deno-fmt-ignore
  const rows: [
    string,
    (string | undefined)[],
    value: string | undefined,
    disagrees: boolean,
  ][] = [
    ["the same value", ["A ", "A "], "A ", false],
    ["the same value of other padding", ["AB", "AB  "], "AB", true],
    ["two values", ["A ", "B "], "A ", true],
    ["values of one beginning", ["AB", "ABCD"], "AB", true],
    ["one value and none", [undefined, "B "], "B ", false],
    ["an empty value and one", ["", "B "], "B ", false],
    ["empty values", ["", ""], "", false],
    ["no values", [undefined, undefined], undefined, false],
  ];
  for (const [name, descriptions, value, disagrees] of rows) {
    test(name, () => {
      let reports = 0;
      const datasets = descriptions.map((text, at) => instance(at + 1, text));
      for (const stored of [datasets, datasets.toReversed()]) {
        for (const onDisagreement of [undefined, () => reports++]) {
          const archive = Archive.fromDatasets(
            stored,
            onDisagreement === undefined ? {} : { onDisagreement },
          );
          const [study] = archive.byId("STUDY", "1.1");
          for (let again = 0; again < 2; again++) {
            const attribute = study!.find(0x00081030);
            assert.equal(attribute && rawStringOf(attribute.element), value);
          }
        }
      }
      // Once for each of the two archives, though the attribute is read twice.
      assert.equal(reports, disagrees ? 2 : 0);
    });
  }
});
