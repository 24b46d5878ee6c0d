/** Values that nothing stored can equal, by VR. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Vr } from "../../../src/dataset/vr.ts";
import {
  dateMistake,
  valueMistake,
} from "../../../src/identifier/value_lint.ts";

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
    ["PN", "\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B"],
    ["UT", "two\r\nlines\tand more\f"],
    ["TM", '""'],
  ],
);

const TIME = "is not a time (HHMMSS) or a range of two";
const MOMENT = "is not a date and time (YYYYMMDDHHMMSS) or a range of two";
const AGE = "is not an age (three digits and D, W, M or Y, such as 045Y)";

// deno-fmt-ignore
const BAD: [Vr, values: string[], mistake: string][] = [
  ...["2500", "25:00", "1261", "noon", "12-25", "-", "240000", "236000", "235961", "2359595", "123059.1234567"]
    .map((value): [Vr, string[], string] => ["TM", [value], `"${value}" ${TIME}`]),
  ...["20261399", "20260001", "20260100", "20260132", "20260231", "20230229", "2026031425", "yesterday", "202", "20260314-20261301", "20260314120000+01"]
    .map((value): [Vr, string[], string] => ["DT", [value], `"${value}" ${MOMENT}`]),
  ["CS", ["female"], '"female" has lower-case letters, which VR CS does not allow: write "FEMALE"'],
  ["CS", ["ABCDEFGHIJKLMNOPQ"], '"ABCDEFGHIJKLMNOPQ" has 17 characters, at most 16 are allowed'],
  ...["AE", "LO", "PN", "SH", "UC"].map((vr): [Vr, string[], string] =>
    [vr as Vr, ["a\tb"], `"a\tb" contains the control character U+0009, which VR ${vr} does not allow`]),
  ["LO", ["4711\x1a"], '"4711\x1a" contains the control character U+001A, which VR LO does not allow'],
  ["LT", ["a\x07"], '"a\x07" contains the control character U+0007, which VR LT does not allow'],
  ["CS", ["M", "", "x"], '"x" has lower-case letters, which VR CS does not allow: write "X"'],
  ...["45", "045", "045H", "0045Y", "Y045"].map((value): [Vr, string[], string] => ["AS", [value], `"${value}" ${AGE}`]),
  ...["abc", "1.5", "1-2", "--1", "+"].map((value): [Vr, string[], string] => ["IS", [value], `"${value}" is not a whole number`]),
  ...["1,5", ".", "1e", "e5", "1.5.2"].map((value): [Vr, string[], string] => ["DS", [value], `"${value}" is not a number`]),
];

describe("valueMistake()", () => {
  for (const [vr, value] of GOOD) {
    test(`${vr} "${value}" may match`, () =>
      assert.equal(valueMistake(vr, [value]), undefined));
  }
  for (const [vr, values, mistake] of BAD) {
    test(`${vr} "${values.join("\\")}" cannot match`, () =>
      assert.equal(valueMistake(vr, values), mistake));
  }

  test("the longest code, and a longer one with wildcards, may match", () => {
    assert.equal(valueMistake("CS", ["ABCDEFGHIJKLMNOP"]), undefined);
    assert.equal(valueMistake("CS", ["ABCDEFGHIJKLMNOPQ*"]), undefined);
  });
});

describe("dateMistake()", () => {
  const NEITHER = "is neither a date nor a range of dates";
  // deno-fmt-ignore
  const rows: [text: string, mistake: string | undefined][] = [
    ["20260314", undefined], ["2026.03.14", undefined], [" 20260314 ", undefined], ["20260314-20260315", undefined], ["20260314-20260314", undefined],
    ["20260314-", undefined], ["-20260314", undefined], ["2026.03.14-20260315", undefined], ["16000229", undefined], ["20240229", undefined], ["00010101", undefined],
    ["20261231", undefined], ["20260101", undefined],
    ["", `"" ${NEITHER}`], ["-", `"-" ${NEITHER}`], ["2026", `"2026" ${NEITHER}`], ["2026-03-14", `"2026-03-14" ${NEITHER}`], ["2026031420260315", `"2026031420260315" ${NEITHER}`],
    ["20260314--20260315", `"20260314--20260315" ${NEITHER}`], ["2026.0314", `"2026.0314" ${NEITHER}`],
    ["20260231", "20260231 does not exist"], ["2026.02.30", "2026.02.30 does not exist"], ["20260001", "20260001 does not exist"], ["20261301", "20261301 does not exist"],
    ["20260100", "20260100 does not exist"], ["20260132", "20260132 does not exist"], ["19000229", "19000229 does not exist"], ["20230229", "20230229 does not exist"],
    ["20260101-20260231", "20260231 does not exist"], ["20260231-", "20260231 does not exist"],
    ["20260315-20260314", "the range ends before it begins"], ["2026.03.15-20260314", "the range ends before it begins"],
  ];
  for (const [text, mistake] of rows) {
    test(`"${text}": ${mistake ?? "a date or a range"}`, () => {
      assert.equal(dateMistake(text), mistake);
    });
  }
});
