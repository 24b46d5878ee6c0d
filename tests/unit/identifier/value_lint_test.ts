/** Values that nothing stored can equal, by VR. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Vr } from "../../../src/dataset/vr.ts";
import { valueMistake } from "../../../src/identifier/value_lint.ts";

const GOOD: [Vr, string][] = [
  ...["12", "1230", "123059", "123059.123456", "235960", "1200-1300", "-12"],
  ...["12-", "12:30", "12:30:59", "0930 ", "000000-235959"],
].map((value): [Vr, string] => ["TM", value]).concat(
  [
    ...["2026", "202603", "20260314", "20260314123000.5", "20260314-20260315"],
    ...["20260314120000+0100", "20260314120000-0500-20260315120000-0500"],
    ...["20260314-", "-20260314", "20240229"],
  ].map((value): [Vr, string] => ["DT", value]),
  [
    ...["M", "CT", "DERIVED_1", "C*", ""].map((v): [Vr, string] => ["CS", v]),
    ...["045Y", "002W"].map((v): [Vr, string] => ["AS", v]),
    ...["1", "-5", " 7 "].map((v): [Vr, string] => ["IS", v]),
    ...["1.5", "-.5", "1e-3"].map((v): [Vr, string] => ["DS", v]),
    ["LO", "any Thing"],
    ["TM", '""'],
  ],
);

const BAD: [Vr, string, RegExp][] = [
  ["TM", "2500", /not a time/],
  ["TM", "25:00", /not a time/],
  ["TM", "1261", /not a time/],
  ["TM", "noon", /not a time/],
  ["TM", "12-25", /not a time/],
  ["TM", "-", /not a time/],
  ["DT", "20261399", /not a date and time/],
  ["DT", "20260231", /not a date and time/],
  ["DT", "2026031425", /not a date and time/],
  ["DT", "yesterday", /not a date and time/],
  ["CS", "female", /"FEMALE"/],
  ["CS", "ABCDEFGHIJKLMNOPQ", /17 characters/],
  ["AS", "45", /045Y/],
  ["IS", "abc", /whole number/],
  ["IS", "1.5", /whole number/],
  ["DS", "1,5", /not a number/],
];

describe("valueMistake()", () => {
  for (const [vr, value] of GOOD) {
    test(`${vr} "${value}" may match`, () =>
      assert.equal(valueMistake(vr, [value]), undefined));
  }
  for (const [vr, value, said] of BAD) {
    test(`${vr} "${value}" cannot match`, () =>
      assert.match(valueMistake(vr, [value]) ?? "", said));
  }
});
