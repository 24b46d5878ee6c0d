import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { emptyElement, textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { identityAt, withIdentity } from "../../../src/plan/identity.ts";
import { textOf } from "./simulated_archive.ts";

const LEVEL = 0x00080052;
const ID = 0x00100020;
const ISSUER = 0x00100021;
const STUDY = 0x0020000d;
const SERIES = 0x0020000e;

const question = (level: string) => Dataset.of(textElement(LEVEL, "CS", level));

describe("identityAt()", () => {
  const match = Dataset.of(
    textElement(ID, "LO", "4711"),
    textElement(ISSUER, "LO", "HERE"),
    textElement(STUDY, "UI", "1.2"),
    textElement(SERIES, "UI", "1.2.3"),
  );

  test("is the unique key of the level", () => {
    const at = (level: string) =>
      identityAt(match, question(level), "patient", undefined);
    assert.equal(at("STUDY"), "1.2");
    assert.equal(at("SERIES"), "1.2.3");
  });

  test("is that of the level that matches were followed down to", () => {
    assert.equal(
      identityAt(match, question("STUDY"), "study", "SERIES"),
      "1.2.3",
    );
  });

  test("distinguishes patients of different issuers", () => {
    const other = match.clone();
    other.set(textElement(ISSUER, "LO", "THERE"));
    const at = (dataset: Dataset) =>
      identityAt(dataset, question("PATIENT"), "patient", undefined);
    assert.notEqual(at(match), at(other));
    assert.equal(at(match), at(match.clone()));
  });

  test("is all there is without a key", () => {
    const bare = Dataset.of(textElement(0x00080020, "DA", "20260101"));
    const same = identityAt(bare, question("STUDY"), "study", undefined);
    assert.match(same, /20260101/);
  });
});

describe("withIdentity()", () => {
  test("requests the key, and leaves one that is there", () => {
    const plain = withIdentity(question("STUDY"), "study", undefined);
    assert.ok(plain.has(STUDY));
    const lowest = withIdentity(question("STUDY"), "study", "SERIES");
    assert.ok(lowest.has(SERIES));
    const asked = question("STUDY");
    asked.set(textElement(STUDY, "UI", "1.2"));
    assert.equal(textOf(withIdentity(asked, "study", undefined), STUDY), "1.2");
    asked.set(emptyElement(STUDY, "UI"));
    assert.equal(withIdentity(asked, "study", undefined).size, asked.size);
  });
});
