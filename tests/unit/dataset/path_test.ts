import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import {
  creatorIn,
  ensureItem,
  ensureSequence,
  locate,
  reserve,
  tagsAt,
} from "../../../src/dataset/path.ts";
import { FindscuError } from "../../../src/errors.ts";

function text(tag: number, vr: "LO" | "CS", value: string) {
  return { tag, vr, value: new TextEncoder().encode(value) };
}

const modality = text(0x00080060, "CS", "CT");

function nested(): Dataset {
  return Dataset.of(
    sequence(0x00400100, [new Dataset(), Dataset.of(modality)]),
    text(0x00090010, "LO", "ACME \0"),
    text(0x00091001, "LO", "x"),
  );
}

describe("tagsAt()", () => {
  test("follows a path to attributes and items at any depth", () => {
    const dataset = nested();
    assert.deepEqual(
      tagsAt(dataset, [{ tag: 0x00400100, item: 1 }, { tag: 0x00080060 }]),
      [0x00400100, 0x00080060],
    );
    assert.deepEqual(tagsAt(dataset, [{ tag: 0x00400100 }]), [0x00400100]);
    assert.deepEqual(
      tagsAt(dataset, [{ tag: 0x00400100, item: 1 }]),
      [0x00400100],
    );
  });

  test("finds the blocks of private creators", () => {
    assert.deepEqual(
      tagsAt(nested(), [{ tag: 0x00090001, creator: "ACME" }]),
      [0x00091001],
    );
  });

  test("gives nothing if something on the way is missing", () => {
    const dataset = nested();
    for (
      const selector of [
        [{ tag: 0x00100010 }],
        [{ tag: 0x00400100, item: 0 }, { tag: 0x00080060 }],
        [{ tag: 0x00400100, item: 2 }, { tag: 0x00080060 }],
        [{ tag: 0x00400100, item: 2 }],
        [{ tag: 0x00091001, item: 0 }, { tag: 0x00080060 }],
        [{ tag: 0x00090001, creator: "OTHER" }],
      ]
    ) {
      assert.equal(tagsAt(dataset, selector), undefined);
    }
  });
});

describe("private blocks", () => {
  test("are found by their creator, padding aside", () => {
    const dataset = nested();
    assert.equal(creatorIn(dataset, 0x00091001), "ACME");
    assert.equal(creatorIn(dataset, 0x00091101), undefined);
    assert.equal(creatorIn(dataset, 0x00100010), undefined);
    assert.equal(
      locate(dataset, { tag: 0x00090002, creator: "ACME" }),
      0x00091002,
    );
    assert.equal(
      locate(dataset, { tag: 0x00091002, creator: "ACME" }),
      0x00091002,
    );
    assert.equal(
      locate(dataset, { tag: 0x00091102, creator: "ACME" }),
      undefined,
    );
    assert.equal(locate(dataset, { tag: 0x00091002 }), 0x00091002);
  });

  test("are reserved once", () => {
    const dataset = nested();
    assert.equal(
      reserve(dataset, { tag: 0x00090001, creator: "ACME" }),
      0x00091001,
    );
    assert.equal(
      reserve(dataset, { tag: 0x00090001, creator: "NEW" }),
      0x00091101,
    );
    assert.equal(
      reserve(dataset, { tag: 0x00090002, creator: "NEW" }),
      0x00091102,
    );
    assert.equal(creatorIn(dataset, 0x00091101), "NEW");
    assert.throws(
      () => reserve(dataset, { tag: 0x00091001, creator: "NEW" }),
      new FindscuError("usage", '(0009,0010) reserves that block for "ACME"'),
    );
  });
});

describe("ensureItem()", () => {
  test("creates the sequence and the items before", () => {
    const dataset = new Dataset();
    const item = ensureItem(dataset, 0x00400100, 2);
    assert.equal(dataset.items(0x00400100).length, 3);
    assert.equal(dataset.items(0x00400100)[2]!.dataset, item);
    assert.equal(ensureItem(dataset, 0x00400100, 2), item);
  });

  test("replaces an empty value, not one with bytes", () => {
    const dataset = Dataset.of(text(0x00091001, "LO", ""), modality);
    assert.deepEqual(ensureSequence(dataset, 0x00091001), []);
    assert.throws(
      () => ensureSequence(dataset, 0x00080060),
      new FindscuError(
        "usage",
        "(0008,0060) is not a sequence but has a value of VR CS",
      ),
    );
  });
});
