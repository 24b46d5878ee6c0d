/** Matches are compared with their query where they lie: with what decoding them would lead to, and without it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  type FilterReport,
  Filters,
} from "../../../../../src/cli/commands/find/filters.ts";
import type { ResultMatch } from "../../../../../src/cli/results/sink.ts";
import { decodeDataset } from "../../../../../src/codec/decode.ts";
import { encodeDataset } from "../../../../../src/codec/encode.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../../../../src/codec/transfer_syntax.ts";
import { rawElement, textElement } from "../../../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../../../src/dictionary/dictionary.ts";
import { elementsOf } from "../../../../support/plain_elements.ts";

const QUERY = Dataset.of(
  textElement(0x00080005, "CS", "ISO_IR 192"),
  textElement(0x00080052, "CS", "STUDY"),
  textElement(0x00080020, "DA", "20240101-20241231"),
  textElement(0x00100010, "PN", "Doe*"),
  textElement(0x00100020, "LO", ""),
  sequence(0x00400100, [Dataset.of(textElement(0x00080060, "CS", "CT"))]),
);

function matchOf(
  bytes: Uint8Array,
  syntax: TransferSyntax,
  isInPlace: boolean,
  status = 0xff00,
): ResultMatch {
  const losses: string[] = [];
  let dataset: Dataset | undefined;
  return {
    number: 1,
    status,
    syntax,
    losses,
    command: { commandField: 0x8020, hasDataset: true },
    elements: isInPlace ? elementsOf(bytes, syntax) : undefined,
    get dataset() {
      const lost = (text: string) => losses.push(text);
      return dataset ??= decodeDataset(bytes, syntax, { lost });
    },
  };
}

/** Which matches are kept, and the report. */
function outcome(
  matches: readonly ResultMatch[],
  enforces: boolean,
): { readonly kept: boolean[]; readonly report: FilterReport | undefined } {
  const filters = new Filters({
    enforces,
    combinedDateTime: false,
    dictionary: Dictionary.standard,
    charsets: {},
  });
  const kept = matches.map((match) => filters.keeps(match, QUERY));
  return { kept, report: filters.report() };
}

const study = fc.record({
  declared: fc.constantFrom("ISO_IR 100", "ISO_IR 192"),
  date: fc.constantFrom("20240229", "20230101", "", undefined),
  name: fc.constantFrom("Doe^Jane", "D\u00f6e^J\u00fcrgen", "Roe", undefined),
  modalities: fc.option(fc.array(fc.constantFrom("CT", "MR"))),
}).map(({ declared, date, name, modalities }) => {
  const dataset = Dataset.of(
    rawElement(0x00080005, "CS", declared),
    sequence(
      0x00400100,
      (modalities ?? []).map((text) =>
        Dataset.of(rawElement(0x00080060, "CS", text))
      ),
      true,
    ),
  );
  if (date !== undefined) dataset.set(rawElement(0x00080020, "DA", date));
  if (name !== undefined) dataset.set(rawElement(0x00100010, "PN", name));
  if (modalities === null) dataset.delete(0x00400100);
  return dataset;
});

describe("Filters", () => {
  test("keeps and reports the same of matches where they lie", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            study,
            status: fc.constantFrom(0xff00, 0xff01),
            damage: fc.option(fc.tuple(fc.nat(200), fc.nat(255))),
          }),
          { maxLength: 5 },
        ),
        fc.constantFrom(EXPLICIT_LE, IMPLICIT_LE),
        fc.boolean(),
        (studies, syntax, enforces) => {
          const outcomes = [true, false].map((isInPlace) =>
            outcome(
              studies.map(({ study, status, damage }) => {
                const bytes = encodeDataset(study, syntax);
                const [at, byte] = damage ?? [bytes.length, 0];
                if (at < bytes.length) bytes[at] = byte;
                return matchOf(bytes, syntax, isInPlace, status);
              }),
              enforces,
            )
          );
          assert.deepEqual(outcomes[0], outcomes[1]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("decodes no match that nothing is wrong with", () => {
    const dataset = Dataset.of(
      textElement(0x00080020, "DA", "20240229"),
      textElement(0x00100010, "PN", "Roe^Jane"),
      sequence(0x00400100, [Dataset.of(textElement(0x00080060, "CS", "CT"))]),
    );
    const bytes = encodeDataset(dataset, EXPLICIT_LE);
    const match: ResultMatch = {
      ...matchOf(bytes, EXPLICIT_LE, true, 0xff01),
      get dataset(): Dataset {
        return assert.fail("decoded");
      },
    };
    const { kept, report } = outcome([match], true);
    assert.deepEqual(kept, [false]);
    assert.match(report?.text ?? "", /PatientName differs in 1/);
    assert.match(report?.text ?? "", /returned no PatientID/);
  });
});
