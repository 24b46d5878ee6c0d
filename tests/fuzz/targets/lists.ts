/**
 * Invariants, for any content of the files of `--each` and `--resume`:
 *   1. a list gives rows of as many cells as it has columns, or a `FindscuError`, however its bytes are cut;
 *   2. a journal is read or refused with an `InputError`, and what was read is written so that it is read as the same.
 */
import assert from "node:assert/strict";
import { attributeNamed, findColumn } from "../../../src/cli/lists/columns.ts";
import { openList } from "../../../src/cli/lists/reader.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { FindscuError, InputError } from "../../../src/errors.ts";
import {
  entryLine,
  FINISHED_LINE,
  headLine,
  type Journal,
  parseJournal,
} from "../../../src/plan/journal.ts";
import { fuzzBytes, fuzzText } from "../../support/fuzz.ts";

const utf8 = new TextEncoder();
const DICTIONARY = Dictionary.standard;

/** Rows that are read of one list: an execution is to be short. */
const MOST_ROWS = 1_000;

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

fuzzBytes(
  "lists",
  [
    'MRN,"scan day"\r\n1,"a, ""b"""\r\n2\r\n',
    "PatientID;StudyDate\n7;20260101\n;x\n",
    "PatientID\tx\n7\t8\n",
    '[{"PatientID":"1","x":{"Value":[1,2]}},{"x":null}]',
    '{"00100020":{"vr":"LO","Value":["1"]}}\n{"PatientID":7}\n',
    "\ufeffPatientID\nÄ\n",
  ].map((text) => utf8.encode(text)),
  async (bytes, random) => {
    const wanted = random(2) === 0 ? [] : ["PatientID"];
    try {
      const list = await openList(pieces(bytes, 1 + random(64)), {
        name: '"x"',
        requestedColumns: wanted,
        find: (columns, name) => findColumn(columns, name, DICTIONARY),
        isAttribute: (name) => attributeNamed(name, DICTIONARY) !== undefined,
      });
      let number = 0;
      for await (const row of list.rows) {
        assert.equal(row.number, ++number);
        assert.equal(row.cells.length, list.columns.length);
        if (number >= MOST_ROWS) break;
      }
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
    }
  },
);

const HEAD = headLine({ question: { "the peer": "A@b:1", "the keys": "x" } });
const ENTRY = {
  row: 1,
  status: "found" as const,
  matches: 2,
  inexact: 0,
  length: 40,
  digest: "811c9dc501000193",
  output: "0123456789abcdef",
};

fuzzText("journals", [
  HEAD + entryLine(ENTRY) + entryLine({ ...ENTRY, row: 2, status: "failed" }),
  HEAD + entryLine(ENTRY) + FINISHED_LINE,
  HEAD,
], (text) => {
  let journal: Journal;
  try {
    journal = parseJournal(text, "x.journal");
  } catch (error) {
    if (error instanceof InputError) return;
    throw error;
  }
  const again = written(journal);
  assert.equal(written(parseJournal(again, "x.journal")), again);
});

function written({ head, entries, isFinished }: Journal): string {
  return headLine(head) + entries.map(entryLine).join("") +
    (isFinished ? FINISHED_LINE : "");
}
