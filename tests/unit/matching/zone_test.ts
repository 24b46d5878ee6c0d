/** Stored dates and times as they read in the time zone of a query (PS3.4 C.2.2.2.1.3). */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { Charset } from "../../../src/charset/charset.ts";
import { rawElement, stringsOf } from "../../../src/codec/values.ts";
import { Dataset, isSequence, sequence } from "../../../src/dataset/dataset.ts";
import { lookupIn } from "../../../src/matching/attribute.ts";
import { KeySet } from "../../../src/matching/matching.ts";
import { inZone } from "../../../src/matching/zone.ts";

const ZONE = 0x00080201;
const DATE = 0x00080020;
const TIME = 0x00080030;
const MOMENT = 0x0008002a;
const STEP = 0x00400100;

function stored(
  { zone, date, time, moment }: Partial<
    Record<"zone" | "date" | "time" | "moment", string>
  >,
): Dataset {
  return Dataset.of(
    ...zone === undefined ? [] : [rawElement(ZONE, "SH", zone)],
    ...date === undefined ? [] : [rawElement(DATE, "DA", date)],
    ...time === undefined ? [] : [rawElement(TIME, "TM", time)],
    ...moment === undefined ? [] : [rawElement(MOMENT, "DT", moment)],
  );
}

function texts(dataset: Dataset, zone: number, ...tags: number[]): string[] {
  const lookup = inZone(lookupIn(dataset, Charset.ascii), zone);
  return tags.map((tag) => {
    const found = lookup(tag);
    return found === undefined ? "absent" : stringsOf(found.element).join("\\");
  });
}

describe("a date and its time", () => {
  for (
    const [zone, date, time, to, shownDate, shownTime] of [
      ["+0000", "20240229", "2330", 60, "20240301", "0030"],
      ["+0100", "20240301", "003000.25", 0, "20240229", "233000.25"],
      ["-0500", "20231231", "20", 330, "20240101", "0630"],
      ["+0530", "20240101", "0600", 0, "20240101", "0030"],
      ["+0000", "20240229", "10", 60, "20240229", "11"],
      ["+0000", "2024.02.29", "23:30:15", 60, "20240301", "003015"],
      ["+1400", "20240102", "0100", -720, "20231231", "2300"],
      ["+0000", "20240229", "", 60, "20240229", ""],
      ["+0000", "20240229", "25", 60, "20240229", "25"],
      ["+0000", "someday", "2330", 60, "someday", "0030"],
      ["nonsense", "20240229", "2330", 60, "20240229", "2330"],
      [undefined, "20240229", "2330", 60, "20240229", "2330"],
      [
        "+0000",
        "20240229\\20240301",
        "2330\\1200",
        60,
        "20240301\\20240301",
        "0030\\1300",
      ],
    ] as const
  ) {
    test(`${date} ${time} ${zone} at ${to}`, () => {
      const dataset = stored({ date, time, ...(zone && { zone }) });
      assert.deepEqual(texts(dataset, to, DATE, TIME), [shownDate, shownTime]);
    });
  }
});

test("a date without its time stays, a time without its date moves", () => {
  const zone = "+0000";
  assert.deepEqual(
    texts(stored({ zone, date: "20240229" }), 60, DATE, TIME),
    ["20240229", "absent"],
  );
  assert.deepEqual(
    texts(stored({ zone, time: "2330" }), 60, DATE, TIME),
    ["absent", "0030"],
  );
});

test("a date-time is given the offset that holds for it", () => {
  for (
    const [moment, shown] of [
      ["20240229103000", "20240229103000-0330"],
      ["2024", "2024-0330"],
      ["20240229103000+0200", "20240229103000+0200"],
      ["", ""],
    ] as const
  ) {
    const dataset = stored({ zone: "-0330", moment });
    assert.deepEqual(texts(dataset, 60, MOMENT), [shown]);
  }
});

test("items follow the dataset round them, or their own offset", () => {
  const dataset = stored({ zone: "+0000" });
  dataset.set(sequence(STEP, [
    stored({ date: "20240229", time: "2330" }),
    stored({ zone: "+0100", date: "20240229", time: "2330" }),
  ]));
  const found = inZone(lookupIn(dataset, Charset.ascii), 60)(STEP);
  assert.ok(found !== undefined && isSequence(found.element));
  assert.deepEqual(
    found.element.items.map(({ dataset }) =>
      [...dataset].map((element) => stringsOf(element).join())
    ),
    [["20240301", "0030"], ["20240229", "2330", "+0100"]],
  );
  // What is stored stays as it is.
  assert.equal(
    stringsOf(dataset.items(STEP)[0]!.dataset.get(TIME)!)[0],
    "2330",
  );
});

test("an entity has the zone that its attributes are answered in", () => {
  assert.deepEqual(texts(stored({ zone: "+0000" }), -210, ZONE), ["-0330"]);
  assert.deepEqual(texts(stored({}), 0, ZONE), ["+0000"]);
});

test("keys match in their zone where that is agreed on, and as written where it is not", () => {
  const key = stored({ zone: "+0100", date: "20240301", time: "0000-0100" });
  const entity = lookupIn(
    stored({ zone: "+0000", date: "20240229", time: "2330" }),
    Charset.ascii,
  );
  for (const timezoneAdjustment of [true, false]) {
    const keys = KeySet.compile(key, Charset.ascii, { timezoneAdjustment });
    assert.equal(keys.matches(keys.adjusted(entity)), timezoneAdjustment);
  }
});
