import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatTime } from "../../../../src/cli/log/time_format.ts";

/** Sunday. */
const TIME = Date.UTC(2026, 10, 22, 9, 5, 7, 505) + 0.468;

/** What `LC_ALL=C TZ=UTC date +FORMAT` prints; the last two are log4cplus's own. */
const ROWS = [
  ["%a %A %b %B %h", "Sun Sunday Nov November Nov"],
  ["%c", "Sun Nov 22 09:05:07 2026"],
  ["%C %y %Y %G %g", "20 26 2026 2026 26"],
  ["%d %e %j %m", "22 22 326 11"],
  ["%D %x %F", "11/22/26 11/22/26 2026-11-22"],
  ["%H %I %k %l %M %S", "09 09  9  9 05 07"],
  ["%p %P %r", "AM am 09:05:07 AM"],
  ["%R %T %X", "09:05 09:05:07 09:05:07"],
  ["%s", "1795338307"],
  ["%u %w %U %W %V", "7 0 47 46 47"],
  ["%z %Z", "+0000 GMT"],
  ["%n%t%%", "\n\t%"],
  ["%Ey %Od", "26 22"],
  ["%q %Q", "505 505.468"],
  ["%v %", "%v %"],
] as const;

describe("formatTime()", () => {
  for (const [format, expected] of ROWS) {
    test(`expands ${JSON.stringify(format)}`, () => {
      assert.equal(formatTime(format, TIME, true), expected);
    });
  }

  test("counts weeks as the calendars do at the turn of a year", () => {
    const weeks = (year: number, month: number, day: number) =>
      formatTime("%U %W %G-%V %j", Date.UTC(year, month - 1, day), true);
    assert.equal(weeks(2021, 1, 1), "00 00 2020-53 001");
    assert.equal(weeks(2024, 12, 30), "52 53 2025-01 365");
    assert.equal(weeks(2023, 1, 1), "01 00 2022-52 001");
  });

  test("shows noon and midnight on a clock of twelve hours", () => {
    const twelve = (hour: number) =>
      formatTime("%I %p", Date.UTC(2026, 0, 1, hour), true);
    assert.deepEqual([0, 12, 13].map(twelve), ["12 AM", "12 PM", "01 PM"]);
  });

  test("uses the time zone of the machine by default", () => {
    const local = new Date(TIME);
    assert.equal(
      formatTime("%H:%M", TIME, false),
      [local.getHours(), local.getMinutes()]
        .map((number) => String(number).padStart(2, "0")).join(":"),
    );
    assert.match(formatTime("%z", TIME, false), /^[+-]\d{4}$/);
  });
});
