/** Person names with more parts than there are names for: nothing vanishes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  nameComponents,
  nameGroups,
} from "../../../src/dataset/person_name.ts";

test("nameGroups() keeps surplus groups in the last one", () => {
  assert.deepEqual(nameGroups("A^B=C=D=E "), ["A^B", "C", "D=E"]);
});

test("nameComponents() keeps surplus components in the last one", () => {
  assert.deepEqual(
    nameComponents("Adams^John^^Rev.^B.A.^M.Div."),
    ["Adams", "John", "", "Rev.", "B.A.^M.Div."],
  );
});
