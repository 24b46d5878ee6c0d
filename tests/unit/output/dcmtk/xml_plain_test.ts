/** Matches of plain text go into the file of -Xs undecoded: the quick way must lead where the plain one does. */
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import fc from "fast-check";
import { TextBuffer } from "../../../../src/bytes/text_buffer.ts";
import type { CharsetOptions } from "../../../../src/charset/charset.ts";
import { decodeDataset } from "../../../../src/codec/decode.ts";
import { encodeDataset } from "../../../../src/codec/encode.ts";
import {
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../../../src/codec/transfer_syntax.ts";
import { rawElement, textElement } from "../../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../../src/dataset/dataset.ts";
import type { Tag } from "../../../../src/dataset/tag.ts";
import { type Vr, VR_TABLE } from "../../../../src/dataset/vr.ts";
import { DcmtkXmlWriter } from "../../../../src/output/dcmtk/xml.ts";
import { quickWay } from "../../../../src/output/plain_text.ts";
import type { ReceivedDataset } from "../../../../src/output/writer.ts";
import { generatedDatasets } from "../../../support/generated.ts";
import { elementsOf } from "../../../support/plain_elements.ts";

afterEach(() => {
  quickWay.isOpen = true;
});

const VRS = (Object.keys(VR_TABLE) as Vr[]).filter((vr) => vr !== "SQ");

const TAGS: readonly Tag[] = [
  0x00080001,
  0x00080016,
  0x00080020,
  0x00080061,
  0x00090010,
  0x00091001,
  0x00100010,
  0x00101030,
  0x0020000d,
  0x00201206,
  0x00280010,
  0x00324000,
  0x7ffe0010,
];

/** Values that are plain to all VRs, to some, and to none. */
const value = fc.oneof(
  fc.constantFrom(
    ...["Doe^Jane", " Doe^Jane ", "CT\\SR", "CT\\SR ", "CT \\ SR", " \\", "\\"],
    ...["CT\\", "\\CT", "1.2.840.10008.5.1.4.1.1.2\0", "1.2\0\\3", "<&>\"'"],
    ...["~", "a\0b", "M\u00fc\u00df", "\x1b$B;3\x1b(B", "", " ", "  ", "\0\0"],
    ...["a\tb", "a\nb", "\x7f", "\\\\", " \0", "12345678901234567890"],
  ),
  fc.string({ maxLength: 20 }),
).map((text) => text.length % 2 === 0 ? text : `${text} `)
  // The bytes of a peer.
  .filter((text) => /^[^\u0100-\uffff]*$/.test(text));

const withoutItems = fc.record({
  declared: fc.constantFrom(
    ...[undefined, "ISO_IR 100", "ISO_IR 192", "ISO_IR 13 ", "GB18030 "],
    ...["", "ISO_IR 6", "\\ISO 2022 IR 87", "ISO_IR 100\0", "nonsense"],
  ),
  elements: fc.uniqueArray(
    fc.tuple(fc.constantFrom(...TAGS), fc.constantFrom(...VRS), value),
    { maxLength: 8, selector: ([tag]) => tag },
  ),
}).map(({ declared, elements }) => {
  const dataset = new Dataset();
  const set = (tag: Tag, vr: Vr, text: string) =>
    dataset.set(rawElement(tag, vr as Exclude<Vr, "SQ">, text));
  if (declared !== undefined) set(0x00080005, "CS", declared);
  for (const [tag, vr, text] of elements) set(tag, vr, text);
  return dataset;
});

const dataset = fc.tuple(
  withoutItems,
  fc.option(fc.array(withoutItems, { maxLength: 2 })),
).map(([dataset, items]) => {
  if (items !== null) dataset.set(sequence(0x00400275, items, true));
  return dataset;
});

const OPTIONS: readonly CharsetOptions[] = [
  {},
  { assume: ["ISO_IR 144"] },
  { assume: ["windows-1252"], assumeAlways: true },
  { map: new Map([["ISO_IR 100", "windows-1252"]]) },
  { map: new Map([["ISO_IR 192", "ISO_IR 100"]]) },
];

function received(dataset: Dataset, syntax: TransferSyntax): ReceivedDataset {
  const bytes = encodeDataset(dataset, syntax, { lengths: "undefined" });
  const lost = () => {};
  return {
    syntax,
    dataset: decodeDataset(bytes, syntax, { lost }),
    elements: elementsOf(bytes, syntax),
  };
}

/** The text of matches, and the warnings on the way, whose order is not the same. */
function written(
  matches: readonly ReceivedDataset[],
  charsets: CharsetOptions,
  isQuick: boolean,
): { readonly text: string; readonly warnings: readonly string[] } {
  quickWay.isOpen = isQuick;
  const warnings = new Set<string>();
  const warn = (text: string, key = text) => void warnings.add(key);
  const writer = new DcmtkXmlWriter({ charsets: { ...charsets, warn } });
  const into = new TextBuffer();
  let text = "";
  for (const match of matches) {
    writer.write(match, into);
    text += into.takeText();
  }
  return { text, warnings: [...warnings].sort() };
}

function assertSame(
  matches: readonly ReceivedDataset[],
  charsets: CharsetOptions = {},
): void {
  assert.deepEqual(
    written(matches, charsets, true),
    written(matches, charsets, false),
  );
}

describe("-Xs", () => {
  test("has the same document for values of all kinds, either way", () => {
    fc.assert(
      fc.property(
        fc.array(dataset, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE),
        fc.constantFrom(...OPTIONS),
        (datasets, syntax, charsets) => {
          const matches = datasets.map((one) => received(one, syntax));
          assertSame(matches, charsets);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("has the same document for generated datasets, either way", () => {
    fc.assert(fc.property(generatedDatasets(), ({ dataset }) => {
      for (const syntax of [EXPLICIT_LE, IMPLICIT_LE]) {
        assertSame([received(dataset, syntax)]);
      }
    }));
  });

  test("decodes no match of plain text", () => {
    const match = Dataset.of(
      textElement(0x00080005, "CS", "ISO_IR 100"),
      textElement(0x00080061, "CS", ["CT", "SR"]),
      textElement(0x00100010, "PN", "Doe^Jane"),
      textElement(0x00100020, "LO", ""),
      textElement(0x0020000d, "UI", "1.2.3"),
      { tag: 0x00280010, vr: "US", value: new Uint8Array([1, 2]) },
    );
    for (const syntax of [EXPLICIT_LE, IMPLICIT_LE]) {
      const plain = received(match, syntax);
      const undecoded: ReceivedDataset = {
        ...plain,
        get dataset(): Dataset {
          return assert.fail("decoded");
        },
      };
      const { text } = written([undecoded, undecoded], {}, true);
      assert.equal(text, written([plain, plain], {}, false).text);
      assert.match(text, /vm="2" len="6" name="ModalitiesInStudy">CT\\SR</);
    }
  });

  test("decodes a dataset that is no longer what came", () => {
    const dataset = Dataset.of(textElement(0x00100010, "PN", "Doe^Jane"));
    const into = new TextBuffer();
    new DcmtkXmlWriter().write({ dataset, syntax: EXPLICIT_LE }, into);
    assert.match(into.takeText(), />Doe\^Jane</);
  });
});
