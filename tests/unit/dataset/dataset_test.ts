import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  Dataset,
  isSequence,
  plainValue,
  sequence,
} from "../../../src/dataset/dataset.ts";
import {
  formatTag,
  formatTagBare,
  isPrivate,
  isPrivateCreator,
  privateCreatorOf,
  tagOf,
} from "../../../src/dataset/tag.ts";

function element(tag: number, text = "") {
  return { tag, vr: "LO", value: new TextEncoder().encode(text) } as const;
}

describe("Dataset", () => {
  test("keeps tag order whatever the order of setting", () => {
    const tags = [0xfffe0000, 0x00100020, 0x00080005, 0x7fe00010, 0x00080008];
    const dataset = Dataset.of(...tags.map((tag) => element(tag)));
    assert.deepEqual(
      [...dataset].map((one) => one.tag),
      tags.toSorted((a, b) => a - b),
    );
  });

  test("replaces and deletes", () => {
    const dataset = Dataset.of(element(1, "a"), element(2), element(1, "b"));
    assert.equal(dataset.size, 2);
    assert.deepEqual(
      plainValue(dataset.get(1)),
      new TextEncoder().encode("b"),
    );
    assert.equal(dataset.delete(1), true);
    assert.equal(dataset.delete(1), false);
    assert.equal(dataset.has(1), false);
  });

  test("clones items, so that the copy can change alone", () => {
    const original = Dataset.of(
      sequence(0x00400100, [Dataset.of(element(0x00080060))]),
    );
    const copy = original.clone();
    copy.items(0x00400100)[0]!.dataset.delete(0x00080060);
    assert.equal(original.items(0x00400100)[0]!.dataset.size, 1);
    assert.ok(isSequence(copy.get(0x00400100)));
  });

  test("says when something is not a sequence", () => {
    const dataset = Dataset.of(element(0x00100020));
    assert.throws(
      () => dataset.items(0x00100020),
      /\(0010,0020\) is not a sequence but has VR LO/,
    );
    assert.deepEqual(dataset.items(0x00400100), []);
  });
});

test("tags are classified and formatted", () => {
  assert.equal(tagOf(0xfffe, 0xe000), 0xfffee000);
  assert.equal(formatTag(0x0008103e), "(0008,103e)");
  assert.equal(formatTagBare(0x0008103e), "0008103E");
  assert.equal(isPrivate(0x00091001), true);
  assert.equal(isPrivate(0x00081001), false);
  assert.equal(isPrivateCreator(0x00090010), true);
  assert.equal(privateCreatorOf(0x00091001), 0x00090010);
  assert.equal(privateCreatorOf(0x00090010), undefined);
});
