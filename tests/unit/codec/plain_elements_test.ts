/** The quick reading of elements beside the whole one: what it accepts, the whole one reads the same, with nothing to report. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../../src/codec/transfer_syntax.ts";
import {
  numberElement,
  rawElement,
  textElement,
} from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { generatedDatasets } from "../../support/generated.ts";
import { checkedElements, elementsOf } from "../../support/plain_elements.ts";

const SYNTAXES = [EXPLICIT_LE, IMPLICIT_LE];

/** Whether the quick reading accepts a dataset; then the whole one agrees with it. */
function isAccepted(bytes: Uint8Array, syntax: TransferSyntax): boolean {
  return checkedElements(bytes, syntax) !== undefined;
}

const STUDY = Dataset.of(
  textElement(0x00080005, "CS", "ISO_IR 100"),
  textElement(0x00080020, "DA", "20240229"),
  textElement(0x00080050, "SH", ""),
  sequence(0x00081110, []),
  sequence(0x00081199, [
    Dataset.of(
      textElement(0x00081150, "UI", "1.2.840.10008.3.1.2.3.1"),
      sequence(0x00081199, [new Dataset()], true),
    ),
    new Dataset(),
  ]),
  sequence(0x00081200, [Dataset.of(textElement(0x00080050, "SH", "1"))], true),
  textElement(0x00100010, "PN", "Doe^Jane Alexandra"),
  rawElement(0x00102160, "SH", "a\0"),
  textElement(0x0020000d, "UI", "1.2.826.0.1.3680043.10.1338.1.2"),
  numberElement(0x00280010, "US", [512]),
);

describe("PlainElements", () => {
  for (const syntax of SYNTAXES) {
    test(`reads the elements of a study, ${syntax.name}`, () => {
      assert.ok(isAccepted(encodeDataset(STUDY, syntax), syntax));
      assert.ok(isAccepted(new Uint8Array(0), syntax));
      const elements = elementsOf(new Uint8Array(0), syntax);
      assert.equal(elements?.indexOf(0x00100010), -1);
    });

    test(`agrees with the whole reading of any dataset, ${syntax.name}`, () => {
      fc.assert(
        fc.property(generatedDatasets(), ({ dataset }) => {
          isAccepted(encodeDataset(dataset, syntax), syntax);
        }),
        { numRuns: 300 },
      );
    });

    test(`agrees with the whole reading of damaged bytes, ${syntax.name}`, () => {
      const study = encodeDataset(STUDY, syntax);
      fc.assert(
        fc.property(
          fc.array(
            fc.tuple(fc.nat(study.length - 1), fc.nat(255)),
            { minLength: 1, maxLength: 3 },
          ),
          fc.nat(study.length),
          fc.boolean(),
          (changes, cut, isCut) => {
            const bytes = study.slice(0, isCut ? cut : undefined);
            for (const [at, byte] of changes) {
              if (at < bytes.length) bytes[at] = byte;
            }
            isAccepted(bytes, syntax);
          },
        ),
        { numRuns: 2000 },
      );
    });
  }

  const left: [string, Dataset][] = [
    [
      "text with a zero in it",
      Dataset.of(rawElement(0x00081030, "LO", "ab\0cdefgh")),
    ],
    ["several numbers", Dataset.of(numberElement(0x00720078, "UL", [1, 0, 3]))],
    ["half a number", Dataset.of(rawElement(0x00189073, "FD", "abcd"))],
    ["half a tag", Dataset.of(rawElement(0x00280009, "AT", "ab"))],
    ["command elements", Dataset.of(numberElement(0x00000100, "US", [1]))],
    [
      "more elements than a match has",
      Dataset.of(
        ...Array.from(
          { length: 300 },
          (_, index) => textElement(0x00090100 + index, "LO", "x"),
        ),
      ),
    ],
  ];
  for (const [what, dataset] of left) {
    test(`leaves ${what} to the whole reading`, () => {
      const bytes = encodeDataset(dataset, EXPLICIT_LE);
      assert.equal(elementsOf(bytes, EXPLICIT_LE), undefined);
    });
  }

  test("leaves disorder, twins, delimiters and padding to the whole reading", () => {
    const [a, b] = [0x00100010, 0x00100020].map((tag) =>
      encodeDataset(Dataset.of(textElement(tag, "LO", "value")), EXPLICIT_LE)
    ) as [Uint8Array, Uint8Array];
    const rows = [
      [...b, ...a],
      [...a, ...a],
      [...a, 0, 0, 0, 0, 0, 0, 0, 0],
      [...a, 0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0],
      [...a, ...b].slice(0, -1),
    ];
    for (const row of rows) {
      assert.equal(elementsOf(Uint8Array.from(row), EXPLICIT_LE), undefined);
    }
  });

  test("leaves private attributes of implicit VR to the whole reading", () => {
    const dataset = Dataset.of(
      textElement(0x00090010, "LO", "ACME"),
      textElement(0x00091001, "LO", "value"),
    );
    const bytes = encodeDataset(dataset, IMPLICIT_LE);
    assert.equal(elementsOf(bytes, IMPLICIT_LE), undefined);
    assert.ok(isAccepted(encodeDataset(dataset, EXPLICIT_LE), EXPLICIT_LE));
  });

  test("leaves other transfer syntaxes to the whole reading", () => {
    for (const syntax of [EXPLICIT_BE, DEFLATED_LE]) {
      assert.equal(elementsOf(encodeDataset(STUDY, syntax), syntax), undefined);
    }
  });
});
