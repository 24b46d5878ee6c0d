/** The private attributes of vendors, and how they are recognised in what was typed. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { privateEntries } from "../../../src/dictionary/private_dictionary.ts";
import { mentionsPrivate } from "../../../src/dictionary/private_text.ts";

test("privateEntries() knows attributes by creator and element, in any block", () => {
  const dictionary = Dictionary.standard.withEntries(privateEntries());
  const { keyword, vr } = dictionary.entry(0x00291008, "SIEMENS CSA HEADER")!;
  assert.deepEqual([keyword, vr], ["CSAImageHeaderType", "CS"]);
  assert.equal(dictionary.vr(0x00291108, "SIEMENS CSA HEADER"), "CS");
  assert.equal(dictionary.vr(0x00291008, "NOBODY"), "UN");
  assert.equal(dictionary.vr(0x00100010), "PN");
});

describe("mentionsPrivate()", () => {
  for (
    const text of [
      "(0029,1008)",
      "0029,1008",
      "00291008",
      "SIEMENS CSA HEADER:0029xx08",
      '{"00291008":{"vr":"CS"}}',
    ]
  ) test(`sees it in ${text}`, () => assert.ok(mentionsPrivate(text)));
  for (const text of ["PatientName", "0010,0010", "(0008,103e)", "00080020"]) {
    test(`sees none in ${text}`, () => assert.ok(!mentionsPrivate(text)));
  }
});
