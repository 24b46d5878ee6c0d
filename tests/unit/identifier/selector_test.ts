import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { PathStep, Selector } from "../../../src/dataset/path.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { UsageError } from "../../../src/errors.ts";
import {
  formatSelector,
  MAX_ITEM_INDEX,
  MAX_STEPS,
  parseSelector,
} from "../../../src/identifier/selector.ts";
import { PATH_ERROR_ROWS } from "./path_error_rows.ts";
import { thrownBy } from "./show.ts";

describe("formatSelector()", () => {
  const rows: readonly [text: string, canonical: string][] = [
    ["PatientName", "PatientName"],
    ["00100010", "PatientName"],
    ["10,10", "PatientName"],
    ["RETIRED_StudyStatusID", "StudyStatusID"],
    ["6000,0010", "OverlayRows"],
    ["6002,0010", "(6002,0010)"],
    ["0123,4567", "(0123,4567)"],
    ["00400100.00080060", "ScheduledProcedureStepSequence[0].Modality"],
    [
      "0040,0100 [ 2 ] . Modality",
      "ScheduledProcedureStepSequence[2].Modality",
    ],
    ["ReferencedSeriesSequence[]", "ReferencedSeriesSequence"],
    ["ReferencedSeriesSequence[0]", "ReferencedSeriesSequence[0]"],
    [
      "ReferencedSeriesSequence[].Modality",
      "ReferencedSeriesSequence[0].Modality",
    ],
    ['"ACME 1.1":0009,XX01', '"ACME 1.1":0009,xx01'],
    ['"ACME 1.1":0009,1101', '"ACME 1.1":0009,1101'],
    ['"A""B":(0009,xx0a)[1].Modality', '"A""B":0009,xx0a[1].Modality'],
  ];

  test("writes the canonical spelling", () => {
    for (const [text, canonical] of rows) {
      assert.equal(formatSelector(parseSelector(text)), canonical);
    }
  });

  test("goes by number if an added entry shares the keyword of another tag", () => {
    const dictionary = Dictionary.standard.withEntries([{
      groups: { first: 0x0012, last: 0x0012, only: "any" },
      elements: { first: 0x3456, last: 0x3456, only: "any" },
      keyword: "PatientName",
      vrs: ["LO"],
    }]);
    assert.equal(
      formatSelector([{ tag: 0x00100010 }], dictionary),
      "(0010,0010)",
    );
    assert.equal(
      formatSelector([{ tag: 0x00123456 }], dictionary),
      "PatientName",
    );
  });
});

describe("parseSelector()", () => {
  test("refuses a value", () => {
    const error = thrownBy(() => parseSelector("PatientName=x"));
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /a value is not allowed here/);
  });

  test("refuses what a key may not begin with", () => {
    for (const [keys] of PATH_ERROR_ROWS) {
      if (typeof keys !== "string" || keys.includes("=")) continue;
      // That an attribute has no items is found out only when the path is followed.
      if (keys === "PatientID[0]") continue;
      assert.throws(() => parseSelector(keys), UsageError, keys);
    }
  });
});

/** Tags that may be in a path: no command, meta or delimiter group, no group length. */
const tags = fc.integer({ min: 0, max: 0xffff_ffff }).filter((tag) =>
  ![0x0000, 0x0002, 0xfffe].includes(tag >>> 16) && (tag & 0xffff) !== 0
);

const standardTags = fc.constantFrom(
  0x00100010,
  0x00400100,
  0x00081115,
  0x60003000,
  0x60023000,
  0x7fe00010,
  0x0032000a,
);

const creators = fc.string({ minLength: 1, maxLength: 12 }).filter((text) =>
  text.trim() !== "" && !text.includes("\\") && text === text.trimEnd()
);

const privateSteps: fc.Arbitrary<PathStep> = fc.record({
  creator: creators,
  tag: fc.tuple(
    fc.integer({ min: 4, max: 0x7ffe }).map((half) => half * 2 + 1),
    fc.oneof(fc.constant(0), fc.integer({ min: 0x10, max: 0xff })),
    fc.integer({ min: 0, max: 0xff }),
  ).map(([group, block, offset]) => group * 0x10000 + block * 0x100 + offset),
}, { noNullPrototype: true });

const steps: fc.Arbitrary<PathStep> = fc.oneof(
  tags.map((tag) => ({ tag })),
  standardTags.map((tag) => ({ tag })),
  privateSteps,
);

const items = fc.integer({ min: 0, max: MAX_ITEM_INDEX });

const selectors: fc.Arbitrary<Selector> = fc.tuple(
  fc.array(
    fc.tuple(steps, items).map(([step, item]) => ({ ...step, item })),
    { maxLength: MAX_STEPS - 1 },
  ),
  steps,
  fc.option(items, { nil: undefined }),
).map(([path, last, item]) => [
  ...path,
  item === undefined ? last : { ...last, item },
]);

describe("for any selector", () => {
  test("parseSelector() reads what formatSelector() writes", () => {
    fc.assert(fc.property(selectors, (selector) => {
      assert.deepEqual(parseSelector(formatSelector(selector)), selector);
    }));
  });
});

describe("for any text", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.array(
      fc.constantFrom(
        "PatientName",
        "0010,0010",
        "(",
        ")",
        "[",
        "]",
        "0",
        ".",
        "=",
        '"',
        ":",
        ",",
        "*",
        " ",
        "xx",
        "0009",
      ),
      { maxLength: 12 },
    ).map((parts) => parts.join("")),
  );

  test("parseSelector() gives a selector that survives writing, or a UsageError", () => {
    fc.assert(fc.property(texts, (text) => {
      let selector: Selector;
      try {
        selector = parseSelector(text);
      } catch (error) {
        assert.ok(error instanceof UsageError);
        return;
      }
      assert.deepEqual(parseSelector(formatSelector(selector)), selector);
    }));
  });
});
