/** Names that follow from keywords. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nameOfKeyword } from "../../../src/dictionary/dictionary.ts";

for (
  const [keyword, name] of [
    ["Modality", "Modality"],
    ["StudyInstanceUID", "Study Instance UID"],
    ["SOPClassesInStudy", "SOP Classes in Study"],
    ["NumberOfStudyRelatedInstances", "Number of Study Related Instances"],
    ["OfOf", "Of Of"],
    ["", ""],
  ] as const
) {
  test(`nameOfKeyword() makes "${name}" of "${keyword}"`, () => {
    assert.equal(nameOfKeyword(keyword), name);
  });
}
