import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LogLevel } from "../../../../src/cli/log/log.ts";
import { acceptanceOf } from "../../../../src/cli/log/filter.ts";

const RECORDS: readonly (readonly [LogLevel, string])[] = [
  ["error", "Association Rejected"],
  ["warn", "odd"],
  ["info", "Association Accepted"],
  ["debug", "bytes"],
];

/** Levels of the records that pass. */
function passing(properties: Record<string, string>): string {
  const accepts = acceptanceOf(
    new Map(Object.entries(properties)),
    (text) => assert.fail(text),
  );
  return RECORDS.filter(([level, text]) =>
    accepts({ logger: "root", level, text, time: 0, elapsed: 0 })
  ).map(([level]) => level).join(" ");
}

const SPI = "log4cplus::spi::";
const DENY_ALL = `${SPI}DenyAllFilter`;
const LEVEL = { "filters.1": `${SPI}LogLevelMatchFilter` };
const RANGE = { "filters.1": `${SPI}LogLevelRangeFilter` };
const STRING = { "filters.1": `${SPI}StringMatchFilter` };
const ACCEPT = { "filters.1.AcceptOnMatch": "true" };
const REST = { "filters.2": DENY_ALL };

/** As DCMTK 3.6.7 decides. */
const ROWS: readonly (readonly [string, Record<string, string>, string])[] = [
  ["nothing set", {}, "error warn info debug"],
  ["Threshold", { Threshold: "Warn" }, "error warn"],
  ["Threshold OFF", { Threshold: "OFF" }, ""],
  ["Threshold ALL", { Threshold: "ALL" }, "error warn info debug"],
  ["DenyAll", { "filters.1": DENY_ALL }, ""],
  ["a gap in the numbers", { "filters.2": DENY_ALL }, "error warn info debug"],
  [
    "LogLevelMatch denies by default",
    { ...LEVEL, "filters.1.LogLevelToMatch": "INFO" },
    "error warn debug",
  ],
  [
    "LogLevelMatch and DenyAll",
    { ...LEVEL, ...ACCEPT, ...REST, "filters.1.LogLevelToMatch": "INFO" },
    "info",
  ],
  ["LogLevelMatch without a level", { ...LEVEL, ...REST }, ""],
  [
    "LogLevelRange",
    {
      ...RANGE,
      ...ACCEPT,
      "filters.1.LogLevelMin": "INFO",
      "filters.1.LogLevelMax": "WARN",
    },
    "warn info",
  ],
  [
    "LogLevelRange leaves the decision to the next",
    { ...RANGE, ...REST, "filters.1.LogLevelMin": "INFO" },
    "",
  ],
  ["LogLevelRange without levels", RANGE, "error warn info debug"],
  [
    "StringMatch denies by default",
    { ...STRING, "filters.1.StringToMatch": "Association" },
    "warn debug",
  ],
  [
    "StringMatch and DenyAll",
    { ...STRING, ...ACCEPT, ...REST, "filters.1.StringToMatch": "Association" },
    "error info",
  ],
  ["StringMatch of nothing", { ...STRING, ...ACCEPT, ...REST }, ""],
];

describe("acceptanceOf()", () => {
  for (const [name, properties, expected] of ROWS) {
    test(name, () => assert.equal(passing(properties), expected));
  }

  test("warns of what it does not know, and passes over it", () => {
    const warnings: string[] = [];
    const accepts = acceptanceOf(
      new Map([["Threshold", "LOUD"], ["filters.1", "DenyAllFilter"]]),
      (text) => warnings.push(text),
    );
    const record = { logger: "", text: "", time: 0, elapsed: 0 };
    assert.ok(accepts({ ...record, level: "trace" }));
    assert.deepEqual(warnings, [
      'Threshold "LOUD" is not a level',
      '"DenyAllFilter" is not supported',
    ]);
  });
});
