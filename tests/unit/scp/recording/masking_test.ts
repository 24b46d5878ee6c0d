/** What masking must not let through: a canary in every VR, declared rightly and wrongly, wherever it can hide. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { decodeDataset } from "../../../../src/codec/decode.ts";
import { encodeDataset } from "../../../../src/codec/encode.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../../src/codec/transfer_syntax.ts";
import { padded } from "../../../../src/codec/values.ts";
import {
  Dataset,
  isSequence,
  type PlainElement,
  sequence,
} from "../../../../src/dataset/dataset.ts";
import type { Tag } from "../../../../src/dataset/tag.ts";
import { VR_TABLE } from "../../../../src/dataset/vr.ts";
import { encodeCommand } from "../../../../src/dimse/command_codec.ts";
import {
  maskCommandBytes,
  maskDatasetBytes,
} from "../../../../src/scp/recording/masking.ts";

const hash = () => new Uint8Array(32).fill(7);

/** Attributes of every kind: of the patient, harmless ones, unknown ones, private ones, numbers, codes, UIDs, commands. */
const TAGS: readonly Tag[] = [
  0x00080005,
  0x00080016,
  0x00080018,
  0x00080020,
  0x00080030,
  0x00080050,
  0x00080052,
  0x00080056,
  0x00080060,
  0x00080061,
  0x00080100,
  0x00080102,
  0x00081030,
  0x00100010,
  0x00100020,
  0x00100030,
  0x00100040,
  0x00101010,
  0x00101030,
  0x0020000d,
  0x00200011,
  0x00200013,
  0x00201208,
  0x00280010,
  0x00290010,
  0x00291001,
  0x00400020,
  0x00401003,
  0x00080001,
  0x00190001,
  0x31110030,
  0x40100001,
  0x7fe00010,
];

const VRS = (Object.keys(VR_TABLE) as (keyof typeof VR_TABLE)[])
  .filter((vr) => vr !== "SQ");

const CANARIES = ["DOE JOHN", "Q1234567", "19470512", "1.2.3.47", "12345678"];

function element(tag: Tag, vr: typeof VRS[number], text: string): PlainElement {
  const value = padded(new TextEncoder().encode(text), vr);
  return { tag, vr: vr as PlainElement["vr"], value };
}

/** Every value field as text, and the shape: tags, VRs, lengths. */
function shapeOf(dataset: Dataset): string {
  return [...dataset].map((one) =>
    isSequence(one)
      ? `${one.tag}[${one.items.map((item) => shapeOf(item.dataset))}]`
      : "value" in one
      ? `${one.tag}${one.vr}${one.value.length}`
      : ""
  ).join();
}

const planted = fc.letrec<{ dataset: Dataset }>((tie) => ({
  dataset: fc.record({
    elements: fc.uniqueArray(
      fc.tuple(
        fc.constantFrom(...TAGS),
        fc.constantFrom(...VRS),
        fc.constantFrom(...CANARIES),
      ),
      { minLength: 1, maxLength: 12, selector: ([tag]) => tag },
    ),
    items: fc.array(tie("dataset"), {
      maxLength: 2,
      depthIdentifier: "nested",
      size: "xsmall",
    }),
  }).map(({ elements, items }) => {
    const dataset = Dataset.of(
      ...elements.map(([tag, vr, text]) => element(tag, vr, text)),
    );
    if (items.length > 0) dataset.set(sequence(0x00400275, items));
    return dataset;
  }),
})).dataset;

describe("masking", () => {
  for (const syntax of [EXPLICIT_LE, IMPLICIT_LE]) {
    test(`leaves no canary, and the shape as it was (${syntax.name})`, () => {
      fc.assert(
        fc.property(planted, (dataset) => {
          const bytes = encodeDataset(dataset, syntax).slice();
          const shape = shapeOf(decodeDataset(bytes, syntax));
          assert.equal(maskDatasetBytes(bytes, syntax, { hash }), true);
          assert.equal(shapeOf(decodeDataset(bytes, syntax)), shape);
          const text = String.fromCharCode(...bytes);
          for (const canary of CANARIES) {
            assert.ok(!text.includes(canary), canary);
          }
        }),
        { numRuns: 300 },
      );
    });
  }

  for (const tag of TAGS) {
    test(`masks ${tag.toString(16)} in every VR`, () => {
      for (const vr of VRS) {
        for (const canary of CANARIES) {
          // A number of four bytes can hold half a canary.
          const dataset = Dataset.of(element(tag, vr, canary));
          const bytes = encodeDataset(dataset, EXPLICIT_LE).slice();
          maskDatasetBytes(bytes, EXPLICIT_LE, { hash });
          const text = String.fromCharCode(...bytes);
          assert.ok(!text.includes(canary.slice(0, 4)), `${vr} ${canary}`);
          assert.ok(!text.includes(canary.slice(4)), `${vr} ${canary}`);
        }
      }
    });
  }

  test("keeps what says how data is organised", () => {
    const dataset = Dataset.of(
      element(0x00080005, "CS", "ISO_IR 192"),
      element(0x00080052, "CS", "STUDY"),
      element(0x00080061, "CS", "CT\\SR"),
      element(0x00100040, "CS", "F"),
      element(0x00201208, "IS", "512"),
    );
    const bytes = encodeDataset(dataset, EXPLICIT_LE);
    const masked = bytes.slice();
    maskDatasetBytes(masked, EXPLICIT_LE, { hash });
    assert.deepEqual(masked, bytes);
  });

  test("blanks irregular datasets", () => {
    const bytes = new TextEncoder().encode("\x10\0\x10\0--\x08\0DOE JOHN");
    assert.equal(maskDatasetBytes(bytes, EXPLICIT_LE, { hash }), false);
    assert.ok(bytes.every((byte) => byte === 0));
  });

  test("leaves of a command set what the protocol needs", () => {
    const bytes = encodeCommand({
      commandField: 0x8020,
      hasDataset: false,
      affectedSopClassUid: "1.2.840.10008.5.1.4.1.2.2.1",
      messageIdBeingRespondedTo: 7,
      status: 0xa900,
      offendingElements: [0x00100020],
      errorComment: "DOE JOHN is unknown",
    });
    const before = bytes.slice();
    assert.equal(maskCommandBytes(bytes), true);
    const text = String.fromCharCode(...bytes);
    assert.ok(text.includes("XXX XXXX XX XXXXXXX"));
    const changed = [...bytes.keys()].filter((at) => bytes[at] !== before[at]);
    assert.equal(changed.length, "DOEJOHNisunknown".length);
  });

  test("leaves nothing of what a command set should not hold", () => {
    const foreign = encodeDataset(
      Dataset.of(
        element(0x00100010, "PN", "DOE JOHN"),
        element(0x00080020, "DA", "19470512"),
      ),
      IMPLICIT_LE,
    );
    const bytes = foreign.slice();
    maskCommandBytes(bytes);
    const text = String.fromCharCode(...bytes);
    for (const canary of CANARIES) assert.ok(!text.includes(canary));
    const cut = Uint8Array.of(...foreign, ...new TextEncoder().encode("DOE"));
    assert.equal(maskCommandBytes(cut), false);
    assert.ok(!String.fromCharCode(...cut).includes("DOE"));
  });

  test("masks a message of wrong lengths in a number of the protocol", () => {
    const bytes = new TextEncoder().encode("\0\0\x10\x01\x08\0\0\0DOE JOHN");
    maskCommandBytes(bytes);
    assert.ok(!String.fromCharCode(...bytes).includes("DOE"));
  });
});
