/** Kinds of option values. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MODEL } from "../../../../src/cli/line/options/query.ts";
import {
  AE_TITLE,
  CHARSET_NAMES,
  CHARSET_SUBSTITUTION,
  CHARSET_TERMS,
  choice,
  integer,
  LIST,
  PATH,
  SECONDS,
  SIZE,
  text,
  type ValueKind,
} from "../../../../src/cli/line/value.ts";

/** The value, or the mistake after an exclamation mark, which is doubled if only we refuse. */
function read<T>(kind: ValueKind<T>, value: string): T | string {
  const reading = kind.read(value);
  if (reading.ok) return reading.value;
  assert.doesNotMatch(reading.mistake.hint, /\.$/);
  return (reading.mistake.isOurs ? "!!" : "!") + reading.mistake.reason;
}

function rows<T>(
  name: string,
  kind: ValueKind<T>,
  table: readonly (readonly [string, T | string])[],
): void {
  describe(name, () => {
    for (const [value, expected] of table) {
      test(JSON.stringify(value), () => {
        assert.deepEqual(read(kind, value), expected);
      });
    }
  });
}

rows("SIZE", SIZE, [
  ["1", 1],
  ["500000", 500_000],
  ["64k", 65_536],
  ["16M", 16_777_216],
  ["16MB", 16_777_216],
  ["16 MiB", 16_777_216],
  ["1g", 1_073_741_824],
  ["0", "!underflow"],
  ["99999999999G", "!overflow"],
  ["", "!invalid"],
  ["M", "!invalid"],
  ["-1", "!invalid"],
  ["1.5M", "!invalid"],
  ["16X", "!invalid"],
]);

rows("integer()", integer({ min: -1, max: 10 }), [
  ["10", 10],
  [" 7", 7],
  ["\t+7", 7],
  ["007", 7],
  ["-1", -1],
  ["-2", "!underflow"],
  ["11", "!overflow"],
  ["99999999999999999999", "!overflow"],
  ["7x", "!!invalid"],
  ["7 ", "!!invalid"],
  ["0x7", "!!invalid"],
  ["7.5", "!!invalid"],
  ["", "!invalid"],
  ["x", "!invalid"],
  ["-", "!invalid"],
  ["+ 7", "!invalid"],
]);

rows("integer() without a sign", integer({ min: 1, isUnsigned: true }), [
  ["3000000000", 3000000000],
  ["0", "!underflow"],
  ["-1", "!invalid"],
]);

rows("SECONDS", SECONDS, [
  ["0", 0],
  ["2.5", 2.5],
  [".5", 0.5],
  ["1.", 1],
  ["-1", "!underflow"],
  ["1e3", "!invalid"],
  ["1s", "!invalid"],
  ["", "!invalid"],
  [".", "!invalid"],
]);

rows("AE_TITLE", AE_TITLE, [
  ["FINDSCU", "FINDSCU"],
  ["  MY PACS ", "MY PACS"],
  ["lower-case_9", "lower-case_9"],
  ["ABCDEFGHIJKLMNOP", "ABCDEFGHIJKLMNOP"],
  ["ABCDEFGHIJKLMNOPQ", "!!invalid"],
  ["", "!!invalid"],
  ["   ", "!!invalid"],
  ["A\\B", "!!invalid"],
  ["A\tB", "!!invalid"],
  ["Ä", "!!invalid"],
]);

rows("choice()", choice(["a", "b"]), [["a", "a"], ["A", "!invalid"], [
  "",
  "!invalid",
]]);
rows("choice() in any case", choice(["a"], { anyCase: true }), [["A", "a"]]);
rows("text()", text(), [["", ""], ["x", "x"]]);
rows("PATH", PATH, [["", "!invalid"], ["-", "-"]]);
rows("LIST", LIST, [["a, b.c", ["a", "b.c"]], ["", "!invalid"], [
  "a,,b",
  "!invalid",
]]);
rows("CHARSET_TERMS", CHARSET_TERMS, [
  ["ISO_IR 192", ["ISO_IR 192"]],
  ["\\ISO 2022 IR 87", ["", "ISO 2022 IR 87"]],
  ["ISO 2022 IR 6, ISO 2022 IR 149", ["ISO 2022 IR 6", "ISO 2022 IR 149"]],
  ["windows-1252", "!!invalid"],
  ["klingon", "!!invalid"],
]);
rows("CHARSET_NAMES", CHARSET_NAMES, [
  ["windows-1252", ["windows-1252"]],
  ["\\ISO 2022 IR 87", ["", "ISO 2022 IR 87"]],
  ["klingon", "!!invalid"],
]);
rows("CHARSET_SUBSTITUTION", CHARSET_SUBSTITUTION, [
  ["anything=ISO_IR 144", ["anything", "ISO_IR 144"]],
  ["ISO_IR 100=klingon", "!!invalid"],
  ["ISO_IR 100 = windows-1252", ["ISO_IR 100", "windows-1252"]],
  ["=x", "!invalid"],
  ["x=", "!invalid"],
  ["x", "!invalid"],
]);

describe("MODEL", () => {
  for (
    const [value, uid] of [
      ["study", "1.2.840.10008.5.1.4.1.2.2.1"],
      ["UPS-Pull", "1.2.840.10008.5.1.4.34.6.3"],
      ["1.2.840.10008.5.1.4.38.2", "1.2.840.10008.5.1.4.38.2"],
      ["1.2.3.4", "1.2.3.4"],
    ] as const
  ) {
    test(value, () => {
      const reading = MODEL.read(value);
      assert.ok(reading.ok);
      assert.equal(reading.value.uid, uid);
    });
  }

  for (
    const value of [
      "stdy",
      "",
      "1",
      "1.02",
      "1.2.",
      "1".repeat(33) + ".1".repeat(16),
    ]
  ) {
    test(`refuses ${JSON.stringify(value)}`, () => {
      assert.equal(MODEL.read(value).ok, false);
    });
  }

  test("offers the nearest name", () => {
    const reading = MODEL.read("worklst");
    assert.ok(!reading.ok);
    assert.equal(reading.mistake.hint, "Did you mean worklist?");
  });
});
