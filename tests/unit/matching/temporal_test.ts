/** Dates, times and date-times as spans: every form of PS3.5 6.2 and of the ranges of PS3.4 C.2.2.2.5. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import {
  combinedMoment,
  combinedSpan,
  parseDate,
  parseDateTime,
  parseKeySpan,
  parseOffset,
  parseTime,
  splitRange,
  within,
} from "../../../src/matching/temporal.ts";

const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

describe("parseDate()", () => {
  test("counts days from 2000-01-01", () => {
    assert.deepEqual(parseDate("20000101"), { from: 0, to: 1 });
    assert.deepEqual(parseDate("20000301"), { from: 60, to: 61 });
    assert.deepEqual(parseDate("19991231"), { from: -1, to: 0 });
    assert.deepEqual(parseDate("2000.01.02"), { from: 1, to: 2 });
  });
  for (
    const text of [
      "",
      "2000",
      "200001",
      "20000001",
      "20001301",
      "20010229",
      "20000132",
      "2000-01-01",
      "2000.0101",
      "x0000101",
      "200001011",
    ]
  ) {
    test(`refuses "${text}"`, () => assert.equal(parseDate(text), undefined));
  }
  test("knows leap years", () => {
    assert.notEqual(parseDate("20240229"), undefined);
    assert.notEqual(parseDate("20000229"), undefined);
    assert.equal(parseDate("19000229"), undefined);
  });
});

describe("parseTime()", () => {
  const rows: [string, number, number][] = [
    ["00", 0, HOUR],
    ["10", 10 * HOUR, HOUR],
    ["1030", 10.5 * HOUR, 60 * SECOND],
    ["103015", 10.5 * HOUR + 15 * SECOND, SECOND],
    ["103015.5", 10.5 * HOUR + 15.5 * SECOND, SECOND / 10],
    ["103015.123456", 10.5 * HOUR + 15_123_456, 1],
    ["10:30", 10.5 * HOUR, 60 * SECOND],
    ["10:30:15.25", 10.5 * HOUR + 15.25 * SECOND, SECOND / 100],
    ["235960", 24 * HOUR, SECOND],
  ];
  for (const [text, from, length] of rows) {
    test(`reads "${text}"`, () =>
      assert.deepEqual(parseTime(text), { from, to: from + length }));
  }
  for (const text of ["", "1", "24", "1060", "103061", "103015.", "10:3015"]) {
    test(`refuses "${text}"`, () => assert.equal(parseTime(text), undefined));
  }
});

describe("parseDateTime()", () => {
  const rows: [string, number, number][] = [
    ["2000", 0, 366 * DAY],
    ["200002", 31 * DAY, 29 * DAY],
    ["20000102", DAY, DAY],
    ["2000010203", DAY + 3 * HOUR, HOUR],
    ["20000102030405.000006", DAY + 3 * HOUR + 245 * SECOND + 6, 1],
    ["20000102+0100", DAY - HOUR, DAY],
    ["2000010212-0500", DAY + 17 * HOUR, HOUR],
  ];
  for (const [text, from, length] of rows) {
    test(`reads "${text}"`, () =>
      assert.deepEqual(parseDateTime(text), { from, to: from + length }));
  }
  test("takes the given offset if the text has none", () => {
    assert.equal(parseDateTime("2000010212", 120)?.from, DAY + 10 * HOUR);
    assert.equal(parseDateTime("2000010212+0000", 120)?.from, DAY + 12 * HOUR);
  });
  for (const text of ["200", "20001", "200013", "2000010225", "2000+9900"]) {
    test(`refuses "${text}"`, () =>
      assert.equal(parseDateTime(text), undefined));
  }
});

test("parseOffset() accepts -1200 to +1400", () => {
  assert.equal(parseOffset("+0130"), 90);
  assert.equal(parseOffset("-1200"), -720);
  assert.equal(parseOffset("+1400"), 840);
  for (const text of ["+1401", "-1201", "0100", "+1", "+0160", ""]) {
    assert.equal(parseOffset(text), undefined, text);
  }
});

describe("splitRange()", () => {
  const rows: ["DA" | "TM" | "DT", string, string | undefined][] = [
    ["DA", "20200101", undefined],
    ["DA", "20200101-20201231", "20200101|20201231"],
    ["DA", "20200101 - 20201231", "20200101|20201231"],
    ["DA", "-20201231", "|20201231"],
    ["DA", "20200101-", "20200101|"],
    ["DA", "2020.01.01-2020.02.01", "2020.01.01|2020.02.01"],
    ["DA", "-", undefined],
    ["DA", "2020-01-01", undefined],
    ["TM", "10-12", "10|12"],
    ["TM", "1000-115959.999999", "1000|115959.999999"],
    ["TM", "-12", "|12"],
    ["DT", "2020-2021", "2020|2021"],
    ["DT", "2020-0500", undefined],
    ["DT", "20200101-0500-20200102-0500", "20200101-0500|20200102-0500"],
    ["DT", "20200101-0500-", "20200101-0500|"],
    ["DT", "-20200101-0500", "|20200101-0500"],
    ["DT", "2019-2020-0500", "2019|2020-0500"],
    ["DT", "20200101+0100-20200102", "20200101+0100|20200102"],
  ];
  for (const [vr, text, expected] of rows) {
    test(`${vr} "${text}"`, () => {
      const range = splitRange(vr, text);
      assert.equal(range && `${range.first}|${range.last}`, expected);
    });
  }
});

test("parseKeySpan() of a range that runs backwards covers nothing", () => {
  const span = parseKeySpan("DA", "20201231-20200101");
  assert.ok(span !== undefined);
  for (const day of ["20200101", "20200601", "20201231"]) {
    assert.equal(within(parseDate(day)!, span), false);
  }
});

describe("combinedSpan()", () => {
  const moment = (date: string, time: string) => combinedMoment(date, time)!;
  test("joins both ends", () => {
    // The note of PS3.4 C.2.2.2.5.4: from the 5th 10:00 to the 7th 18:00, nights included.
    const span = combinedSpan("20060705-20060707", "1000-1800")!;
    assert.equal(within(moment("20060705", "0959"), span), false);
    assert.equal(within(moment("20060705", "1000"), span), true);
    assert.equal(within(moment("20060706", "2300"), span), true);
    assert.equal(within(moment("20060707", "1800"), span), true);
    assert.equal(within(moment("20060707", "1801"), span), false);
  });
  test("takes open ends of the same form only", () => {
    const span = combinedSpan("20060705-", "1000-")!;
    assert.equal(within(moment("20300101", "0100"), span), true);
    assert.equal(within(moment("20060705", "0900"), span), false);
    assert.equal(combinedSpan("20060705-", "-1000"), undefined);
    assert.equal(combinedSpan("20060705-20060706", "1000-"), undefined);
    assert.equal(combinedSpan("20060705", "1000-1100"), undefined);
  });
  test("takes a missing time as the whole day", () => {
    assert.deepEqual(combinedMoment("20000102", ""), {
      from: DAY,
      to: 2 * DAY,
    });
    assert.equal(combinedMoment("", "10"), undefined);
  });
});
