/** Values of plain ASCII take a quick way through the writers: it must lead where the long one does. */
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import fc from "fast-check";
import { encodeDataset } from "../../../src/codec/encode.ts";
import { decodeDataset } from "../../../src/codec/decode.ts";
import { PlainElements } from "../../../src/codec/plain_elements.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../../src/codec/transfer_syntax.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import type { Tag } from "../../../src/dataset/tag.ts";
import { type Vr, VR_TABLE } from "../../../src/dataset/vr.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { parseColumns, parseSortKeys } from "../../../src/output/columns.ts";
import { FORMATS } from "../../../src/output/format_names.ts";
import {
  type FormatOptions,
  resultWriter,
} from "../../../src/output/formats.ts";
import { PlainTexts, quickWay } from "../../../src/output/plain_text.ts";
import { recordOf } from "../../../src/output/writer.ts";
import { generatedDatasets } from "../../support/generated.ts";

afterEach(() => {
  quickWay.isOpen = true;
});

const TEXT_VRS = (Object.keys(VR_TABLE) as Vr[])
  .filter((vr) => vr !== "SQ")
  .filter((vr) => VR_TABLE[vr].kind === "text");

/** Tags with and without a keyword, private ones, of one value and of many. */
const TAGS: readonly Tag[] = [
  0x00080016,
  0x00080018,
  0x00080020,
  0x00080030,
  0x00080050,
  0x00080061,
  0x00091001,
  0x00100010,
  0x00101030,
  0x0020000d,
  0x00201206,
  0x00324000,
  0x7ffe0010,
];

/** What is plain to all formats, to some, and to none. */
const text = fc.oneof(
  fc.constantFrom(
    "Doe^Jane",
    "Doe^Jane^^",
    " Doe^Jane ",
    "Doe=Do=",
    "1.2.840.10008.5.1.4.1.1.2",
    "1.2.840.10008.1.9999",
    "20240229",
    "101112.5",
    "0",
    "-0",
    "007",
    "+1",
    "12345678901234567",
    "1.50",
    "a\\b",
    "<&>\"'",
    ",;\t",
    "=1+1",
    "~",
    "a\0b",
    "Gr\u00fc\u00df",
    "",
    " ",
  ),
  fc.string({ maxLength: 30 }),
);

const dataset = fc.letrec<{ node: Dataset }>((tie) => ({
  node: fc.record({
    declared: fc.constantFrom(
      undefined,
      "ISO_IR 100",
      "ISO_IR 192",
      "ISO_IR 13",
    ),
    elements: fc.uniqueArray(
      fc.tuple(fc.constantFrom(...TAGS), fc.constantFrom(...TEXT_VRS), text),
      { maxLength: 10, selector: ([tag]) => tag },
    ),
    items: fc.array(tie("node"), {
      maxLength: 2,
      depthIdentifier: "nested",
      size: "xsmall",
    }),
  }).map(({ declared, elements, items }) => {
    const dataset = new Dataset();
    const set = (tag: Tag, vr: Exclude<Vr, "SQ">, text: string): void => {
      const value = new TextEncoder().encode(
        text + (text.length % 2 ? " " : ""),
      );
      dataset.set({ tag, vr, value });
    };
    if (declared !== undefined) set(0x00080005, "CS", declared);
    for (const [tag, vr, text] of elements) set(tag, vr, text);
    if (items.length > 0) dataset.set(sequence(0x00400275, items));
    return dataset;
  }),
})).node;

/** A match as a run has it: its elements are read where they lie, and forgotten when those of another are. */
function received(
  bytes: Uint8Array,
  syntax: TransferSyntax,
  elements: PlainElements,
): Parameters<typeof recordOf>[0] {
  const range = { bytes, start: 0, end: bytes.length };
  return {
    status: 0xff00,
    syntax,
    dataset: decodeDataset(bytes, syntax, { lenient: true }),
    losses: [],
    get elements() {
      return elements.of({ range, syntax });
    },
  };
}

function written(
  matches: readonly Parameters<typeof recordOf>[0][],
  format: typeof FORMATS[number],
  options: FormatOptions,
): string {
  const writer = resultWriter(format, options);
  const chunks = matches.map((match, index) =>
    writer.match(recordOf(match, index + 1))
  );
  const end = writer.end({ matches: matches.length, elapsed: 0 });
  return writer.begin() + chunks.join("") + end;
}

const OPTIONS: readonly FormatOptions[] = [
  {},
  { dates: "iso", names: "object", csvSafe: true },
  { rawText: true },
  {
    columns: parseColumns(
      "PatientName,StudyDate,00201206,00091001,RequestAttributesSequence,RequestAttributesSequence.PatientName,StudyTime,00101030,00080061",
    ),
    sort: parseSortKeys("-PatientName,StudyDate"),
    wide: true,
  },
  { columns: parseColumns("StudyInstanceUID,0020000d,00080050"), width: 40 },
  { countBy: parseColumns("PatientName") },
];

function assertSame(
  datasets: readonly Uint8Array[],
  syntax: TransferSyntax,
  format: typeof FORMATS[number],
  variants: readonly FormatOptions[],
): void {
  const elements = new PlainElements(Dictionary.standard);
  const matches = datasets.map((one) => received(one, syntax, elements));
  for (const options of variants) {
    quickWay.isOpen = true;
    const quick = written(matches, format, options);
    quickWay.isOpen = false;
    assert.equal(quick, written(matches, format, options));
  }
}

describe("every format writes the same by either way:", () => {
  for (const format of FORMATS) {
    test(format, () => {
      fc.assert(
        fc.property(
          fc.array(dataset, { minLength: 1, maxLength: 4 }),
          fc.constantFrom(EXPLICIT_LE, IMPLICIT_LE),
          (datasets, syntax) => {
            const all = datasets.map((one) => encodeDataset(one, syntax));
            assertSame(all, syntax, format, OPTIONS);
          },
        ),
        { numRuns: 60 },
      );
    });

    test(`${format}, of values of all kinds, and damaged ones`, () => {
      fc.assert(
        fc.property(
          generatedDatasets(),
          fc.constantFrom(EXPLICIT_LE, IMPLICIT_LE),
          fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 0x20, 0x5c, 0xfc))),
          ({ dataset }, syntax, changes) => {
            const bytes = encodeDataset(dataset, syntax);
            const damaged = bytes.slice();
            for (const [at, byte] of changes) {
              if (bytes.length > 0) damaged[at % bytes.length] = byte;
            }
            assertSame([bytes, damaged], syntax, format, OPTIONS.slice(0, 3));
          },
        ),
        { numRuns: 40 },
      );
    });
  }
});

describe("PlainTexts", () => {
  test("reads what memory holds now, not what it held for the match before", () => {
    const memory = new TextEncoder().encode("FIRST ");
    const texts = new PlainTexts();
    const element = { tag: 0x00100020, vr: "LO", value: memory } as const;
    texts.renew();
    assert.equal(texts.of(element), "FIRST");
    memory.set(new TextEncoder().encode("SECOND"));
    texts.renew();
    assert.equal(texts.of(element), "SECOND");
  });

  test("reads values in any order, near and far from each other", () => {
    const memory = new TextEncoder().encode("A".repeat(200_000) + "B\u00e9C");
    const at = (start: number, end: number) => ({
      tag: 0x00100020,
      vr: "LT" as const,
      value: memory.subarray(start, end),
    });
    const texts = new PlainTexts();
    texts.renew();
    assert.equal(texts.of(at(199_999, 200_001)), "AB");
    assert.equal(texts.of(at(10, 12)), "AA");
    assert.equal(texts.of(at(200_003, 200_004)), "C");
    assert.equal(texts.of(at(0, 200_000)), "A".repeat(200_000));
    assert.equal(texts.of(at(200_000, 200_003)), undefined);
  });
});
