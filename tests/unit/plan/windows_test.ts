import assert from "node:assert/strict";
import { test } from "node:test";
import { DAY, describeWindow } from "../../../src/plan/windows.ts";

/** Minutes from the beginning of 1970 to a day's midnight, as windows count them. */
const day = (number: number) => 20_000 * DAY + number * DAY;

test("describeWindow() names days, a part of a day, and days that end within one", () => {
  const whole = describeWindow({ from: day(0), to: day(7) });
  const [first, last] = whole.split("-");
  assert.match(whole, /^\d{8}-\d{8}$/);
  assert.equal(describeWindow({ from: day(0), to: day(1) }), first);
  assert.equal(
    describeWindow({ from: day(0) + 615, to: day(0) + 616 }),
    `${first} 10:15-10:16`,
  );
  assert.equal(
    describeWindow({ from: day(0) + 615, to: day(1) }),
    `${first} 10:15-24:00`,
  );
  assert.equal(
    describeWindow({ from: day(0), to: day(6) + 616 }),
    `${first} 00:00-${last} 10:16`,
  );
});
