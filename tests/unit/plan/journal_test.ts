/** The journal of a list: what is written is read again, whatever was cut off; anything else is damaged. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InputError } from "../../../src/errors.ts";
import {
  bytesDigest,
  changes,
  entryLine,
  FINISHED_LINE,
  headLine,
  type JournalEntry,
  parseJournal,
  rowDigest,
} from "../../../src/plan/journal.ts";

const HEAD = { question: { "the keys": "x", "the format": "csv" } };
const ENTRIES = [1, 2, 3].map((row): JournalEntry => ({
  row,
  status: "found",
  matches: row,
  inexact: 0,
  length: row * 10,
  digest: "a",
  output: "b",
}));
const TEXT = headLine(HEAD) + ENTRIES.map(entryLine).join("");

describe("parseJournal()", () => {
  test("reads what was written, as far as lines are whole", () => {
    for (let length = headLine(HEAD).length; length <= TEXT.length; length++) {
      const { head, entries, isFinished } = parseJournal(
        TEXT.slice(0, length),
        "j",
      );
      assert.deepEqual(head, HEAD);
      assert.deepEqual(
        entries,
        ENTRIES.slice(0, TEXT.slice(0, length).split("\n").length - 2),
      );
      assert.equal(isFinished, false);
    }
    assert.equal(parseJournal(TEXT + FINISHED_LINE, "j").isFinished, true);
  });
  for (
    const [name, text, line] of [
      ["no journal", "x\n", 1],
      ["another file", '{"kind":"x"}\n', 1],
      ["a line that is none", TEXT.replace('"row":2', "row"), 3],
      ["a row twice", TEXT.replace('"row":3', '"row":2'), 4],
      ["a status that is none", TEXT.replace("found", "lost"), 2],
      [
        "an end before the end",
        headLine(HEAD) + FINISHED_LINE + TEXT.slice(headLine(HEAD).length),
        2,
      ],
    ] as const
  ) {
    test(`refuses ${name}`, () => {
      assert.throws(
        () => parseJournal(text, "j"),
        (error: unknown) =>
          error instanceof InputError &&
          error.message === `The journal "j" is damaged in line ${line}`,
      );
    });
  }
  test("refuses another version", () => {
    assert.throws(
      () => parseJournal(TEXT.replace('"version":1', '"version":2'), "j"),
      /version 2/,
    );
  });
});

test("changes() names what differs", () => {
  const other = {
    question: { "the keys": "y", "the format": "csv", more: "" },
  };
  assert.deepEqual(changes(HEAD, other), ["the keys", "more"]);
  assert.deepEqual(changes(HEAD, HEAD), []);
});

test("digests depend on all before them, and not on how it was cut", () => {
  const row = (...cells: string[]) => ({ number: 1, cells });
  const all = [
    rowDigest("", row("ab", "c")),
    rowDigest("", row("a", "bc")),
    rowDigest("", row("ab", "c", "")),
    rowDigest(rowDigest("", row("ab")), row("c")),
    rowDigest(rowDigest("", row("c")), row("ab")),
  ];
  assert.equal(new Set(all).size, all.length);
  const bytes = Uint8Array.from({ length: 300 }, (_, index) => index & 0xff);
  for (const at of [0, 1, 150, 300]) {
    assert.equal(
      bytesDigest(bytesDigest("", bytes.subarray(0, at)), bytes.subarray(at)),
      bytesDigest("", bytes),
    );
  }
});
