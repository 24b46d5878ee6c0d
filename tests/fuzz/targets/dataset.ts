/**
 * Invariants, for any bytes:
 *   1. `decodeDataset`, `decodeFile`, `decodeHeader`, `decodeCommand` give a value or a `DecodeError`, never another exception;
 *   2. a lenient decoder always gives a value;
 *   3. what was decoded can be looked at: every value as text, numbers and tags, and written, or refused with an `EncodeError`;
 *   4. encoding reaches a fixed point: what is written decodes to what is written the same;
 *   5. elements that `PlainElements` reads are those that decoding finds, and what it takes for encoded is what encoding makes;
 *   6. `Charset.decode` always gives text.
 */
import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { Charset, type TextKind } from "../../../src/charset/charset.ts";
import { decodeDataset } from "../../../src/codec/decode.ts";
import { itemsOfUnknown, repairDataset } from "../../../src/codec/repair.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../../src/codec/transfer_syntax.ts";
import {
  bigintsOf,
  charsetOf,
  numbersOf,
  stringsOf,
  tagsOf,
  textElement,
} from "../../../src/codec/values.ts";
import {
  Dataset,
  isFragments,
  isSequence,
  sequence,
} from "../../../src/dataset/dataset.ts";
import {
  decodeCommand,
  encodeCommand,
} from "../../../src/dimse/command_codec.ts";
import { DecodeError, EncodeError } from "../../../src/errors.ts";
import { decodeHeader } from "../../../src/file/header.ts";
import { decodeFile, encodeFile } from "../../../src/file/part10.ts";
import { checkedElements } from "../../support/plain_elements.ts";
import { fuzzBytes, type Random } from "../../support/fuzz.ts";

const SYNTAXES = [IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE, DEFLATED_LE];

const NESTED = Dataset.of(
  textElement(0x00080005, "CS", "ISO 2022 IR 6\\ISO 2022 IR 87"),
  textElement(0x00080052, "CS", "STUDY"),
  { tag: 0x00280103, vr: "US", value: new Uint8Array([1, 0]) },
  { tag: 0x00280106, vr: "SS", value: new Uint8Array([255, 255]) },
  textElement(0x00100010, "PN", "Doe^Jane=\u5c71\u7530^\u592a\u90ce"),
  textElement(0x00090010, "LO", "ACME"),
  { tag: 0x00091001, vr: "UN", value: new Uint8Array([1, 2, 3, 4]) },
  { tag: 0x00720082, vr: "SV", value: new Uint8Array(8).fill(200) },
  sequence(0x00400100, [
    Dataset.of(
      textElement(0x00400002, "DA", "20240101-20241231"),
      sequence(0x00400008, [new Dataset()], true),
    ),
    new Dataset(),
  ], true),
);

function decodable(bytes: Uint8Array, syntax: TransferSyntax): void {
  let warnings = 0;
  const warn = () => warnings++;
  const lenient = decodeDataset(bytes, syntax, { lenient: true, warn });
  assert.ok(warnings < 300, `${warnings} warnings`);
  look(lenient, Charset.ascii);
  const losses: string[] = [];
  const lost = (text: string) => losses.push(text);
  look(decodeDataset(bytes, syntax, { warn, lost }), Charset.ascii);
  assert.ok(losses.length < 300, `${losses.length} losses`);
  if (!syntax.deflated) {
    look(
      repairDataset(bytes, syntax, {
        dictionary: Dictionary.standard,
        warn,
        reportLoss: lost,
      }),
      Charset.ascii,
    );
    itemsOfUnknown(0x00400100, bytes, Dictionary.standard);
  }
  let dataset = lenient;
  try {
    dataset = decodeDataset(bytes, syntax);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  look(dataset, Charset.ascii);
  settle(dataset, syntax);
}

function look(dataset: Dataset, inherited: Charset): void {
  const charset = charsetOf(dataset, inherited, { warn: () => {} });
  for (const element of dataset) {
    if (isSequence(element)) {
      for (const item of element.items) look(item.dataset, charset);
      continue;
    }
    if (isFragments(element)) continue;
    for (const text of stringsOf(element, charset)) {
      assert.equal(typeof text, "string");
    }
    numbersOf(element);
    bigintsOf(element);
    tagsOf(element);
  }
}

function settle(dataset: Dataset, syntax: TransferSyntax): void {
  for (const lengths of ["defined", "undefined", "kept"] as const) {
    let once: Uint8Array;
    try {
      once = encodeDataset(dataset, syntax, { lengths });
    } catch (error) {
      if (!(error instanceof EncodeError)) throw error;
      return;
    }
    let isLost = false;
    let again = decodeDataset(once, syntax, { lost: () => isLost = true });
    // A text may hold a whole attribute, which is noticed when nothing around it is damaged any more.
    if (isLost) return;
    assert.equal(again.size, dataset.size);
    if (!syntax.explicitVr) {
      // A VR that was read from damaged bytes is not written here, and gives way to the dictionary's.
      once = encodeDataset(again, syntax, { lengths });
      again = decodeDataset(once, syntax);
    }
    assert.deepEqual(encodeDataset(again, syntax, { lengths }), once);
  }
}

for (const syntax of SYNTAXES) {
  fuzzBytes(
    `decodeDataset() of any bytes: ${syntax.name}`,
    [
      encodeDataset(NESTED, syntax),
      encodeDataset(NESTED, syntax, { lengths: "undefined" }),
      new Uint8Array(0),
    ],
    (bytes) => {
      decodable(bytes, syntax);
      checkedElements(bytes, syntax);
      if (syntax.deflated) {
        decodable(new Uint8Array(deflateRawSync(bytes)), syntax);
      }
    },
  );
}

const META = {
  sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
  sopInstanceUid: "1.2.3",
  implementationClassUid: "1.2.3.4",
};

fuzzBytes(
  "decodeFile() and decodeHeader() of any bytes",
  [
    encodeFile(NESTED, EXPLICIT_LE, META),
    encodeFile(NESTED, DEFLATED_LE, META),
    encodeDataset(NESTED, EXPLICIT_BE),
    encodeDataset(NESTED, IMPLICIT_LE),
  ],
  (bytes) => {
    for (
      const decode of [
        () => decodeFile(bytes),
        () => decodeHeader(bytes.length, (length) => bytes.subarray(0, length)),
      ]
    ) {
      try {
        look(decode().dataset, Charset.ascii);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
      }
    }
  },
);

fuzzBytes(
  "decodeCommand() of any bytes",
  [
    encodeCommand({
      commandField: 0x8020,
      affectedSopClassUid: "1.2.840.10008.5.1.4.1.2.2.1",
      messageIdBeingRespondedTo: 7,
      hasDataset: true,
      status: 0xa900,
      offendingElements: [0x00100010],
      errorComment: "wildcard",
      errorId: 3,
    }),
  ],
  (bytes) => {
    try {
      const command = decodeCommand(bytes);
      const again = decodeCommand(encodeCommand(command));
      assert.deepEqual(again, command);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  },
);

const TERMS = [
  ...["", "ISO_IR 6", "ISO_IR 100", "ISO_IR 13", "ISO_IR 192", "GB18030"],
  ...["GBK", "ISO 2022 IR 6", "ISO 2022 IR 13", "ISO 2022 IR 87"],
  ...["ISO 2022 IR 159", "ISO 2022 IR 149", "ISO 2022 IR 58", "ISO-IR 100"],
  ...["ISO_IR 166", "ISO 2022 IR 203", "nonsense", "\u001b$B"],
];
const KINDS: readonly TextKind[] = ["PN", "multiple", "single"];

fuzzBytes(
  "Charset.decode() of any bytes",
  [
    Uint8Array.of(0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42),
    Uint8Array.of(0x1b, 0x24, 0x29, 0x43, 0xb1, 0xe8, 0x5e, 0xb1, 0xe8, 0x3d),
    Uint8Array.of(0x81, 0x5c, 0xff, 0xc3, 0xa4, 0xe5, 0x5c, 0x5e, 0x3d),
    new TextEncoder().encode("Doe^Jane\\\u5c71\u7530"),
  ],
  (bytes, random: Random) => {
    const terms = Array.from(
      { length: random(4) },
      () => TERMS[random(TERMS.length)]!,
    );
    const charset = Charset.of(terms, { warn: () => {} });
    const kind = KINDS[random(KINDS.length)]!;
    const values = charset.decode(bytes, kind);
    assert.ok(values.length <= bytes.length + 1);
    const length = values.reduce((sum, value) => sum + value.length, 0);
    assert.ok(length <= 4 * bytes.length, `${length} characters`);
  },
);
