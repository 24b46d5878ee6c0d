/**
 * What is read of a dataset in which one byte is wrong, or which ends too soon: every byte of every head, in each form of encoding,
 * beside the expected readings in `tests/fixtures/codec`. A change there is a change in what people see of damaged data.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { damaged, DAMAGES } from "./damage.ts";

for (const { name } of DAMAGES) {
  describe(`damage to ${name}`, () => {
    const path = new URL(
      `../../fixtures/codec/${name.replaceAll(" ", "_")}.txt`,
      import.meta.url,
    );
    const expected = readFileSync(path, "utf8").trimEnd().split("\n");
    test("is read as expected", () => {
      assert.deepEqual(damaged(name), expected);
    });
  });
}
