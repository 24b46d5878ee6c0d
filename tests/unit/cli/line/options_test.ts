/** The option table: complete, consistent, and free of ambiguity. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  COMMAND_TABLE,
  OPTION_TABLE,
} from "../../../../src/cli/line/options.ts";
import {
  belongsTo,
  nameOf,
  type OptionRow,
} from "../../../../src/cli/line/options/row.ts";
import { isOption, spellingsOf } from "../../../../src/cli/line/parse.ts";
import {
  DCMTK_OPTIONS,
  DICOM_RS_OPTIONS,
} from "../../../fixtures/cli/dcmtk_options.ts";

const ROWS: readonly OptionRow[] = OPTION_TABLE;
const COMMANDS = ["find", ...COMMAND_TABLE.map((row) => row.name)] as const;
const FORMS = ["dcmtk", "address"] as const;

describe("OPTION_TABLE has every option of", () => {
  for (
    const [tool, form, list] of [
      ["DCMTK", "dcmtk", DCMTK_OPTIONS],
      ["dicom-rs", "address", DICOM_RS_OPTIONS],
    ] as const
  ) {
    const rows = ROWS.filter((row) => belongsTo(row, "find"));
    const known = spellingsOf(rows, form);
    for (const line of list) {
      const [short, long, arity] = line.split(" ");
      test(`${tool}: ${line}`, () => {
        const row = known.get(long!);
        assert.ok(row, `${long} is missing`);
        assert.equal(row.arity, Number(arity));
        if (short !== ".") assert.equal(known.get(short!), row);
        if (row.origin === "dcmtk" && tool === "DCMTK") {
          assert.equal(nameOf(row), long, "messages use DCMTK's long name");
        }
      });
    }
  }
});

describe("OPTION_TABLE", () => {
  test("has unique ids", () => {
    const ids = ROWS.map((row) => row.id);
    assert.equal(new Set(ids).size, ids.length);
  });

  test("gives no spelling two meanings", () => {
    for (const command of COMMANDS) {
      for (const form of FORMS) {
        const spellings = ROWS.filter((row) => belongsTo(row, command))
          .flatMap((row) =>
            row.spellings.filter((spelling) =>
              (row.onlyIn?.[spelling] ?? form) === form
            )
          );
        const twice = spellings.filter((spelling, index) =>
          spellings.indexOf(spelling) !== index
        );
        assert.deepEqual(twice, [], `${command}, ${form}`);
      }
    }
  });

  test("spells options so that the parser takes them for options", () => {
    for (const row of ROWS) {
      for (const spelling of row.spellings) {
        assert.ok(isOption(spelling), spelling);
        assert.doesNotMatch(spelling, /\s/);
        if (spelling.startsWith("--")) assert.doesNotMatch(spelling, /=/);
      }
    }
  });

  test("names and reads as many values as an option takes", () => {
    for (const row of ROWS) {
      assert.equal(row.metavars?.length ?? 0, row.arity, row.id);
      assert.equal(row.value !== undefined, row.arity > 0, row.id);
    }
  });

  test("refers only to options that exist", () => {
    const ids = new Set(ROWS.map((row) => row.id));
    for (const row of ROWS) {
      const others = [
        ...(row.requires ?? []).flat(),
        ...(row.forbids ?? []).flat(),
        ...(row.implies ?? []),
      ];
      for (const id of others) assert.ok(ids.has(id), `${row.id}: ${id}`);
      for (const spelling of Object.keys(row.onlyIn ?? {})) {
        assert.ok(row.spellings.includes(spelling), `${row.id}: ${spelling}`);
      }
    }
  });

  test("has sets of at least two exclusive options", () => {
    for (const row of ROWS) {
      if (row.exclusive === undefined) continue;
      const members = ROWS.filter((other) => other.exclusive === row.exclusive);
      assert.ok(members.length > 1, row.exclusive);
    }
  });

  test("keeps groups and subgroups together", () => {
    const chapters = ROWS.map((row) => `${row.group}/${row.subgroup ?? ""}`)
      .filter((chapter, index, all) => chapter !== all[index - 1]);
    assert.equal(new Set(chapters).size, chapters.length);
  });

  test("describes in words without a final period, or in sentences", () => {
    for (const row of ROWS) {
      assert.doesNotMatch(row.short, /\.$|^[A-Z][a-z]+ .*\.$/, row.id);
      if (row.long !== undefined) assert.match(row.long, /\.$/, row.id);
    }
  });
});
