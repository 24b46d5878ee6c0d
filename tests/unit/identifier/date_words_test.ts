/** Dates as people say them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  dayOf,
  dicomDates,
  localDay,
} from "../../../src/identifier/date_words.ts";

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
  ["-0d", "20260331"],
  ["-1d", "20260330-20260331"],
  ["-9999d", "19981114-20260331"],
  ["-1W", "20260324-20260331"],
  ["-2m", "20260131-20260331"],
  ["-4m", "20251130-20260331"],
  ["-12m", "20250331-20260331"],
  ["-13m", "20250228-20260331"],
  ["-25m", "20240229-20260331"],
  ["-100y", "19260331-20260331"],
  ["0050", "00500101-00501231"],
  ["2025-01", "20250101-20250131"],
  ["2025-12", "20251201-20251231"],
  ["2025-01-01", "20250101"],
  ["2025-01-31", "20250131"],
  ["2025-12-31", "20251231"],
  ["2024-02-29", "20240229"],
  [" today ", "20260331"],
  ["tomorrow..tomorrow", "20260401-20260401"],
  ["..20250110", "-20250110"],
  ["..-1d", "-20260331"],
  ["2024-02..", "20240201-"],
  ["..2024-02", "-20240229"],
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
  ["soon..", undefined],
  ["..soon", undefined],
  ["today..soon", undefined],
  ["soon..today", undefined],
  ["today..today..today", undefined],
  ["2025-00", undefined],
  ["2025-01-00", undefined],
  ["2025-01-32", undefined],
  ["2025-02-29", undefined],
  ["2025-1", undefined],
  ["20250230..today", undefined],
  ["-10000d", undefined],
  ["+7d", undefined],
  ["7d", undefined],
  ["-7h", undefined],
  ["-7", undefined],
  ["", undefined],
];

for (const [words, value] of ROWS) {
  test(`dicomDates("${words}") is ${value}`, () => {
    assert.equal(dicomDates(words, () => TODAY), value);
  });
}

test("today is looked up only if a word depends on it", () => {
  let calls = 0;
  const today = () => {
    calls++;
    return TODAY;
  };
  for (const words of ["2025-03", "2025-01..2025-02", "20250101", "soon"]) {
    dicomDates(words, today);
  }
  assert.equal(calls, 0);
});

test("localDay() is the calendar's day where one is, whatever the hour", () => {
  assert.equal(localDay(new Date(2026, 2, 31)), TODAY);
  assert.equal(localDay(new Date(2026, 2, 31, 23, 59, 59)), TODAY);
  assert.equal(localDay(new Date(2026, 3, 1)), TODAY + 1);
  assert.equal(dayOf(1970, 1, 1), 0);
  assert.equal(dayOf(1969, 12, 31), -1);
});
