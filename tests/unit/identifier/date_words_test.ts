/** Dates as people say them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dayOf, dicomDates } from "../../../src/identifier/date_words.ts";

const TODAY = dayOf(2026, 3, 31);

const ROWS: readonly [words: string, value: string | undefined][] = [
  ["today", "20260331"],
  ["Yesterday", "20260330"],
  ["tomorrow", "20260401"],
  ["-7d", "20260324-20260331"],
  ["-2w", "20260317-20260331"],
  ["-1m", "20260228-20260331"],
  ["-3m", "20251231-20260331"],
  ["-1y", "20250331-20260331"],
  ["2025", "20250101-20251231"],
  ["2025-02", "20250201-20250228"],
  ["2024-02", "20240201-20240229"],
  ["2025-03-14", "20250314"],
  ["2025-01..2025-03", "20250101-20250331"],
  ["2025..", "20250101-"],
  ["..yesterday", "-20260330"],
  ["20250110..today", "20250110-20260331"],
  ["-7d..yesterday", "20260324-20260330"],
  // What DICOM writes, and what is not a date, stays.
  ["20260331", undefined],
  ["20260101-20260331", undefined],
  ["20260101-", undefined],
  ["-20260101", undefined],
  ["2025-13", undefined],
  ["2025-02-30", undefined],
  ["..", undefined],
  ["soon", undefined],
  ["-7", undefined],
  ["", undefined],
];

for (const [words, value] of ROWS) {
  test(`dicomDates("${words}") is ${value}`, () => {
    assert.equal(dicomDates(words, () => TODAY), value);
  });
}
