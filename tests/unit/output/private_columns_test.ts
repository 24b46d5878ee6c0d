/** Columns of private attributes: by creator, in both spellings, wherever a dataset keeps their block. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rawElement } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { privateEntries } from "../../../src/dictionary/private_dictionary.ts";
import { buildIdentifier } from "../../../src/identifier/build.ts";
import { parseSelector } from "../../../src/identifier/selector.ts";
import { CellReader, readableCell } from "../../../src/output/cells.ts";
import {
  columnsOf,
  parseColumns,
  parseSortKeys,
  projected,
} from "../../../src/output/columns.ts";
import { headingsOf } from "../../../src/output/headings.ts";

const KNOWN = Dictionary.standard.withEntries(privateEntries());

/** A dataset that keeps the creator's block at this place. */
function answer(block: number, creator: string, value: string): Dataset {
  return Dataset.of(
    rawElement(0x00290000 + block, "LO", creator),
    rawElement(0x00290008 + block * 0x100, "CS", value),
    rawElement(0x00100020, "LO", "P1"),
  );
}

const SPELLINGS = [
  "SIEMENS CSA HEADER:0029xx08",
  "SIEMENS CSA HEADER:00291008",
  "SIEMENS CSA HEADER:0029,xx08",
  '"SIEMENS CSA HEADER":0029,xx08',
  '"SIEMENS CSA HEADER":(0029,xx08)',
  "CSAImageHeaderType",
];

describe("a column of a private attribute", () => {
  for (const spelling of SPELLINGS) {
    test(spelling, () => {
      const columns = parseColumns(`PatientID,${spelling}`, KNOWN);
      assert.deepEqual(
        columns.map(({ label }) => label),
        ["PatientID", "SIEMENS CSA HEADER:0029xx08"],
      );
      for (const block of [0x10, 0x1f]) {
        const dataset = answer(block, "SIEMENS CSA HEADER", "IMAGE");
        const cells = new CellReader().cells({ dataset }, columns);
        assert.deepEqual(cells.flat().map(readableCell), ["P1", "IMAGE"]);
        assert.equal(projected(dataset, columns.slice(1)).size, 2);
      }
      const other = answer(0x10, "ANOTHER", "NO");
      const [, none] = new CellReader().cells({ dataset: other }, columns);
      assert.deepEqual(none, []);
    });
    test(`sorts by ${spelling}`, () => {
      const [key] = parseSortKeys(`-${spelling},PatientID`, KNOWN);
      assert.equal(key!.descending, true);
      assert.equal(key!.column.label, "SIEMENS CSA HEADER:0029xx08");
    });
  }

  test("comes of a key, and holds wherever the block of the answer is", () => {
    const keys = ['"ACME 1.1":0029,xx08', "PatientID", '"B":0029,xx08'];
    const { dataset, selectors } = buildIdentifier({
      form: "address",
      model: "study",
      keys,
    });
    const columns = columnsOf(dataset, KNOWN, selectors);
    assert.deepEqual(columns.map(({ label }) => label), [
      "ACME 1.1:0029xx08",
      "PatientID",
      "B:0029xx08",
    ]);
    const cells = new CellReader().cells(
      { dataset: answer(0x33, "ACME 1.1", "YES") },
      columns,
    );
    assert.deepEqual(cells.flat().map(readableCell), ["YES", "P1"]);
  });

  test("keeps its whole creator in its heading", () => {
    const columns = parseColumns(
      "1.2.840.113681:0019xx10,ScheduledProcedureStepSequence.ACME 1.1:0029xx08",
      KNOWN,
    );
    assert.deepEqual(headingsOf(columns, true), [
      "1.2.840.113681:0019xx10",
      "ACME 1.1:0029xx08",
    ]);
  });

  test("may be in a sequence", () => {
    const [column] = parseColumns(
      "ScheduledProcedureStepSequence.ACME 1.1:0029xx08",
      KNOWN,
    );
    const dataset = Dataset.of(
      sequence(0x00400100, [answer(0x44, "ACME 1.1", "IN")]),
    );
    const [cells] = new CellReader().cells({ dataset }, [column!]);
    assert.deepEqual(cells!.map(readableCell), ["IN"]);
  });
});

describe("a key of a private attribute", () => {
  const step = { tag: 0x00290008, creator: "SIEMENS CSA HEADER" };
  for (const spelling of SPELLINGS) {
    if (spelling.includes("00291008")) continue;
    test(
      spelling,
      () => assert.deepEqual(parseSelector(spelling, KNOWN), [step]),
    );
  }

  test("a creator may hold points, and follow a sequence", () => {
    assert.deepEqual(parseSelector("1.2.840.113681:0019xx10"), [
      { tag: 0x00190010, creator: "1.2.840.113681" },
    ]);
    assert.deepEqual(
      parseSelector("ScheduledProcedureStepSequence[0].ACME 1.1:0029xx08"),
      [
        { tag: 0x00400100, item: 0 },
        { tag: 0x00290008, creator: "ACME 1.1" },
      ],
    );
  });

  test("a name of several creators is refused with their tags", () => {
    const known = Dictionary.standard.withEntries(
      ["A", "B"].map((creator) => ({
        creator,
        groups: { first: 0x29, last: 0x29, only: "any" as const },
        elements: { first: 1, last: 1, only: "any" as const },
        keyword: "Twice",
        vrs: ["LO"] as const,
      })),
    );
    assert.throws(
      () => parseSelector("Twice", known),
      (error: { message: string; hint: string }) =>
        /2 private attributes/.test(error.message) &&
        /"A":0029,xx01 or "B":0029,xx01/.test(error.hint),
    );
    assert.throws(() => parseColumns("Twice", known), /2 private attributes/);
  });
});
