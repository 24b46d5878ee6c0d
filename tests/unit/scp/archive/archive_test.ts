/** Archives from any datasets: instances, records of higher levels, worklist items, and what cannot be placed. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { rawElement, stringsOf } from "../../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../../src/dataset/dataset.ts";
import {
  Archive,
  ArchiveBuilder,
} from "../../../../src/scp/archive/archive.ts";

function instance(
  patient: string,
  study: string,
  series: string,
  uid: string,
  ...more: [number, string][]
): Dataset {
  const rows: [number, string][] = [
    [0x00080018, uid],
    [0x00100020, patient],
    [0x0020000d, study],
    [0x0020000e, series],
    ...more,
  ];
  return Dataset.of(
    ...rows.filter(([, value]) => value !== "").map(([tag, value]) =>
      rawElement(tag, tag === 0x00100020 ? "LO" : "UI", value)
    ),
  );
}

describe("Archive.fromDatasets()", () => {
  test("sorts instances into a tree, in the order of appearance", () => {
    const archive = Archive.fromDatasets([
      instance("B", "1", "1.1", "1.1.1"),
      instance("A", "2", "2.1", "2.1.1"),
      instance("B", "1", "1.2", "1.2.1"),
      instance("B", "1", "1.1", "1.1.2"),
    ]);
    assert.deepEqual(archive.counts, {
      patients: 2,
      studies: 2,
      series: 3,
      instances: 4,
      worklistItems: 0,
      others: 0,
    });
    assert.deepEqual(archive.patients.map(({ id }) => id), ["B", "A"]);
    const [series] = archive.byId("SERIES", "1.1");
    assert.deepEqual(series?.children.map(({ id }) => id), ["1.1.1", "1.1.2"]);
    assert.equal(series?.parent?.id, "1");
    assert.equal(series?.ancestor("PATIENT")?.id, "B");
    assert.equal(series?.ancestor("IMAGE"), undefined);
  });
  test("ignores padding of identifiers", () => {
    const archive = Archive.fromDatasets([
      instance("A ", "1\0", "1.1 ", "1.1.1"),
      instance("A", "1", "1.1", "1.1.2"),
    ]);
    assert.equal(archive.counts.patients, 1);
    assert.equal(archive.counts.series, 1);
  });
  test("keeps patients of different issuers apart", () => {
    const archive = Archive.fromDatasets([
      instance("A", "1", "1.1", "1.1.1", [0x00100021, "X"]),
      instance("A", "2", "2.1", "2.1.1", [0x00100021, "Y"]),
    ]);
    assert.equal(archive.counts.patients, 2);
    assert.equal(archive.byId("PATIENT", "A").length, 2);
  });
  test("distinguishes patients without an ID by name and birth date", () => {
    const archive = Archive.fromDatasets([
      instance("", "1", "1.1", "1.1.1", [0x00100010, "One"]),
      instance("", "2", "2.1", "2.1.1", [0x00100010, "Two"]),
      instance("", "3", "3.1", "3.1.1", [0x00100010, "One"]),
    ]);
    assert.equal(archive.counts.patients, 2);
  });
  test("takes records of any level, and prefers them for their own", () => {
    const study = Dataset.of(
      rawElement(0x00081030, "LO", "From the record"),
      rawElement(0x00100020, "LO", "A"),
      rawElement(0x0020000d, "UI", "1"),
    );
    const patient = Dataset.of(rawElement(0x00100020, "LO", "Z"));
    const archive = Archive.fromDatasets([
      instance("A", "1", "1.1", "1.1.1"),
      study,
      patient,
    ]);
    assert.deepEqual(archive.byId("STUDY", "1")[0]?.record.dataset, study);
    assert.equal(archive.byId("STUDY", "1")[0]?.children.length, 1);
    assert.deepEqual(archive.byId("PATIENT", "Z")[0]?.record.dataset, patient);
  });
  test("sets worklist items apart", () => {
    const step = sequence(0x00400100, [new Dataset()]);
    const item = Dataset.of(
      rawElement(0x00100020, "LO", "A"),
      rawElement(0x0020000d, "UI", "1"),
      step,
    );
    const image = instance("A", "1", "1.1", "1.1.1");
    image.set(step);
    const archive = Archive.fromDatasets([item, image]);
    assert.equal(archive.counts.worklistItems, 1);
    assert.equal(archive.counts.instances, 1);
  });
  test("warns of what it cannot place, with its index, and keeps the rest", () => {
    const warnings: [string, number][] = [];
    const archive = Archive.fromDatasets([
      instance("A", "1", "1.1", "1.1.1"),
      new Dataset(),
      instance("A", "", "1.1", "1.1.2"),
      instance("A", "1", "", "1.1.3"),
      instance("A", "1", "1.1", "1.1.1"),
    ], { warn: (text, index) => warnings.push([text, index]) });
    assert.equal(archive.counts.instances, 1);
    assert.deepEqual(warnings.map(([, index]) => index), [1, 2, 3, 4]);
    assert.match(warnings[0]![0], /without any identifying attribute/);
    assert.match(warnings[1]![0], /without study instance UID/);
    assert.match(warnings[2]![0], /without series instance UID/);
    assert.match(warnings[3]![0], /same UID.*1\.1\.1/);
  });
});

test("ArchiveBuilder reports whether each dataset found its place", () => {
  const builder = new ArchiveBuilder();
  assert.equal(builder.add(instance("A", "1", "1.1", "1.1.1")), true);
  assert.equal(builder.add(instance("A", "1", "1.1", "1.1.1")), false);
  assert.equal(builder.add(new Dataset()), false);
  assert.equal(builder.build().counts.instances, 1);
});

test("an empty archive has nothing", () => {
  const archive = new Archive();
  assert.deepEqual(Object.values(archive.counts), [0, 0, 0, 0, 0, 0]);
  assert.deepEqual(archive.byId("STUDY", "1"), []);
});

describe("attributes of an entity", () => {
  const ACCESSION_NUMBER = 0x00080050;
  const STUDY_DESCRIPTION = 0x00081030;
  const INSTANCE_NUMBER = 0x00200013;

  function image(
    study: string,
    uid: string,
    ...more: [number, string][]
  ): Dataset {
    const dataset = instance("A", study, `${study}.1`, uid);
    for (const [tag, text] of more) dataset.set(rawElement(tag, "LO", text));
    return dataset;
  }

  function textOf(archive: Archive, study: string, tag: number) {
    const found = archive.byId("STUDY", study)[0]?.find(tag);
    return found && stringsOf(found.element).join("\\");
  }

  test("are never those of a sibling", () => {
    const archive = Archive.fromDatasets([
      image("1", "1.1", [ACCESSION_NUMBER, "ACC1"]),
      image("2", "2.1"),
    ]);
    assert.equal(textOf(archive, "1", ACCESSION_NUMBER), "ACC1");
    assert.equal(textOf(archive, "2", ACCESSION_NUMBER), undefined);
  });
  test("are those of any of its instances, the first by number that has a value", () => {
    const disagreements: string[] = [];
    const archive = Archive.fromDatasets([
      image("1", "1.9", [INSTANCE_NUMBER, "9"], [STUDY_DESCRIPTION, "nine"]),
      image("1", "1.2", [INSTANCE_NUMBER, "2"], [STUDY_DESCRIPTION, ""]),
      image("1", "1.3", [INSTANCE_NUMBER, "3"], [STUDY_DESCRIPTION, "three"]),
      image("1", "1.1", [INSTANCE_NUMBER, "1"]),
    ], {
      onDisagreement: ({ level, id }, tag) =>
        disagreements.push(`${level} ${id} ${tag.toString(16)}`),
    });
    assert.equal(textOf(archive, "1", STUDY_DESCRIPTION), "three");
    assert.deepEqual(disagreements, ["STUDY 1 81030"]);
  });
  test("are those of its own record if there is one", () => {
    const record = Dataset.of(
      rawElement(0x00100020, "LO", "A"),
      rawElement(0x0020000d, "UI", "1"),
    );
    const archive = Archive.fromDatasets([
      image("1", "1.1", [STUDY_DESCRIPTION, "of an instance"]),
      record,
    ]);
    assert.equal(textOf(archive, "1", STUDY_DESCRIPTION), undefined);
  });
  test("of the patient may be in the patient's record", () => {
    const patient = Dataset.of(
      rawElement(0x00100010, "PN", "Doe"),
      rawElement(0x00100020, "LO", "A"),
      rawElement(ACCESSION_NUMBER, "SH", "not the study's"),
    );
    const archive = Archive.fromDatasets([patient, image("1", "1.1")]);
    assert.equal(textOf(archive, "1", 0x00100010), "Doe");
    assert.equal(textOf(archive, "1", ACCESSION_NUMBER), undefined);
  });
});
