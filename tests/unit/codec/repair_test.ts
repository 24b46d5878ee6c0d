/** Data that breaks the rules of encoding, as real systems send it: what can be read is read, what cannot is reported. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeDataset } from "../../../src/codec/decode.ts";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../../src/codec/transfer_syntax.ts";
import {
  numbersOf,
  stringsOf,
  textElement,
} from "../../../src/codec/values.ts";
import { Dataset, isSequence, sequence } from "../../../src/dataset/dataset.ts";
import { formatTag, type Tag } from "../../../src/dataset/tag.ts";
import { DecodeError } from "../../../src/errors.ts";
import { hex } from "../../support/hex.ts";
import { generator } from "../../support/random.ts";
import { AFTER, BEFORE, CASES, HEAD, ITEM, TAIL } from "./repair_cases.ts";

interface Reading {
  readonly dataset: Dataset;
  readonly warnings: readonly string[];
  readonly losses: readonly string[];
}

function read(bytes: Uint8Array, syntax: TransferSyntax): Reading {
  const warnings: string[] = [];
  const losses: string[] = [];
  const dataset = decodeDataset(bytes, syntax, {
    warn: (text) => warnings.push(text),
    lost: (text) => losses.push(text),
  });
  return { dataset, warnings, losses };
}

/** `(0008,0005)=ISO_IR 192 (0008,1110)[(0008,1155)=1.2]`: the text of a dataset. */
function show(dataset: Dataset): string {
  return [...dataset].map((element) => {
    if (isSequence(element)) {
      const items = element.items.map((item) => `{${show(item.dataset)}}`);
      return `${formatTag(element.tag)}[${items.join("")}]`;
    }
    const shown = element.vr === "UL" ? numbersOf(element) : stringsOf(element);
    return `${formatTag(element.tag)}=${shown.join("\\")}`;
  }).join(" ");
}

describe("decodeDataset() reads, and what follows too,", () => {
  for (const { name, bytes, shown, warnings = [], losses = [] } of CASES) {
    test(name, () => {
      const reading = read(hex(`${HEAD} ${bytes} ${TAIL}`), EXPLICIT_LE);
      const all = [BEFORE, shown, AFTER].filter((text) => text !== "");
      assert.equal(show(reading.dataset), all.join(" "));
      assert.deepEqual(reading.warnings, warnings);
      assert.deepEqual(reading.losses, losses);
    });
  }

  test("data of another syntax than agreed", () => {
    const dataset = Dataset.of(
      textElement(0x00080005, "CS", "ISO_IR 192"),
      textElement(0x00080052, "CS", "STUDY"),
      sequence(0x00081110, [Dataset.of(textElement(0x00081155, "UI", "1.2"))]),
      textElement(0x0020000d, "UI", "1.2.3.4"),
    );
    const syntaxes = [EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE];
    for (const sent of syntaxes) {
      for (const agreed of syntaxes) {
        const reading = read(encodeDataset(dataset, sent), agreed);
        assert.equal(show(reading.dataset), show(dataset));
        assert.equal(reading.losses.length, 0);
        assert.equal(reading.warnings.length, sent === agreed ? 0 : 1);
      }
    }
  });

  test("the length of an item that covers the next item, in implicit VR", () => {
    const one = '08 00 55 11 06 00 00 00 "1.2.34"';
    const other = '08 00 55 11 06 00 00 00 "1.2.35"';
    const last = '20 00 0D 00 08 00 00 00 "1.2.3.4" 00';
    const reading = read(
      hex(
        `08 00 10 11 2C 00 00 00 ${ITEM} 24 00 00 00 ${one} ${ITEM} 0E 00 00 00 ${other} ${last}`,
      ),
      IMPLICIT_LE,
    );
    assert.equal(
      show(reading.dataset),
      `(0008,1110)[{(0008,1155)=1.2.34}{(0008,1155)=1.2.35}] ${AFTER}`,
    );
    assert.equal(reading.warnings.length, 1);
    assert.deepEqual(reading.losses, []);
  });

  test("a value length that covers the next attribute, in every syntax", () => {
    const dataset = Dataset.of(
      textElement(0x00080052, "CS", "STUDY"),
      textElement(0x00100010, "PN", "Doe^J"),
      textElement(0x00100020, "LO", "12"),
      textElement(0x0020000d, "UI", "1.2.3.4"),
    );
    for (const syntax of [EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE]) {
      const bytes = Uint8Array.from(encodeDataset(dataset, syntax));
      const clean = read(bytes, syntax).dataset.get(0x00100010)!;
      assert.ok("value" in clean);
      const low = clean.value.byteOffset - bytes.byteOffset -
        (syntax.explicitVr ? syntax.littleEndian ? 2 : 1 : 4);
      bytes[low] = 6 + 8 + 2;
      const reading = read(bytes, syntax);
      assert.equal(show(reading.dataset), show(dataset), syntax.name);
      assert.equal(reading.losses.length, 1);
    }
  });

  test("big endian with a damaged length", () => {
    const text = "1".repeat(480);
    const reading = read(
      hex(
        `00 08 00 50 "LO" 00 02 "A " 00 08 10 30 "LO" 10 08 "AAAAAAAA" 00 08 10 3E "LO" 00 0E "AAAAAAAAAAAAAA" 00 10 00 20 "LO" 00 04 "P123" 00 20 00 0D "UI" 01 E0 "${text}"`,
      ),
      EXPLICIT_BE,
    );
    assert.equal(
      show(reading.dataset),
      `(0008,0050)=A (0008,1030)=AAAAAAAA (0008,103e)=${
        "A".repeat(14)
      } (0010,0020)=P123 (0020,000d)=${text}`,
    );
    assert.equal(reading.losses.length, 1);
  });

  for (const count of [1, 4, 7, 8, 64, 1000]) {
    test(`${count} NULs after the last attribute`, () => {
      const nuls = "00 ".repeat(count);
      const reading = read(hex(`${HEAD} ${TAIL} ${nuls}`), EXPLICIT_LE);
      assert.equal(show(reading.dataset), `${BEFORE} ${AFTER}`);
      assert.deepEqual(reading.losses, []);
      assert.equal(reading.warnings.length, 1);
    });
  }
});

test("decodeDataset() refuses what loses attributes unless losses are received", () => {
  const bytes = hex('10 00 10 00 "PN" 88 13 "Doe^J "');
  assert.throws(() => decodeDataset(bytes, EXPLICIT_LE), DecodeError);
  const odd = hex('08 00 30 10 "--" 02 00 "A "');
  assert.equal(decodeDataset(odd, EXPLICIT_LE).size, 1);
});

const TEXT_TAGS: readonly Tag[] = [
  0x00080050,
  0x00081030,
  0x0008103e,
  0x00100020,
  0x00104000,
  0x00200010,
];

/** A dataset of texts and sequences, the same for the same chance. */
function generated(chance: (limit: number) => number, depth = 0): Dataset {
  const dataset = new Dataset();
  for (const tag of TEXT_TAGS) {
    if (chance(3) === 0) continue;
    dataset.set(textElement(tag, "LO", "A".repeat(1 + chance(20))));
  }
  if (depth < 3 && chance(2) === 0) {
    const items = Array.from(
      { length: 1 + chance(2) },
      () => generated(chance, depth + 1),
    );
    dataset.set(sequence(0x00081110, items, chance(2) === 0));
  }
  return dataset;
}

/** Every plain value of a dataset with its path. */
function values(dataset: Dataset, path = ""): string[] {
  return [...dataset].flatMap((element) =>
    isSequence(element)
      ? element.items.flatMap((item, index) =>
        values(item.dataset, `${path}${formatTag(element.tag)}[${index}]`)
      )
      : `${path}${formatTag(element.tag)}=${stringsOf(element).join()}`
  );
}

/** Offsets of everything that is no value: tags, VRs, lengths, delimiters. */
function headBytes(bytes: Uint8Array, dataset: Dataset): number[] {
  const isValue = new Uint8Array(bytes.length);
  const mark = (one: Dataset) => {
    for (const element of one) {
      if (isSequence(element)) {
        for (const item of element.items) mark(item.dataset);
      } else if ("value" in element) {
        const start = element.value.byteOffset - bytes.byteOffset;
        isValue.fill(1, start, start + element.value.length);
      }
    }
  };
  mark(dataset);
  return [...bytes.keys()].filter((at) => isValue[at] === 0);
}

test("decodeDataset() loses no more than what is next to a damaged head, and reports it", () => {
  const chance = generator(20260101);
  let damages = 0;
  let large = 0;
  while (damages < 4000) {
    const dataset = generated(chance);
    const syntax = [EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE][chance(3)]!;
    const bytes = Uint8Array.from(encodeDataset(dataset, syntax));
    const clean = read(bytes, syntax);
    assert.deepEqual(clean.warnings, []);
    const heads = headBytes(bytes, clean.dataset);
    if (heads.length === 0) continue;
    const at = heads[chance(heads.length)]!;
    bytes[at] = bytes[at]! ^ (1 + chance(255));
    damages++;
    const damaged = read(bytes, syntax);
    const now = new Set(values(damaged.dataset));
    const missing = values(clean.dataset).filter((value) => !now.has(value));
    const places = new Set(missing.map((value) => value.slice(0, 11)));
    if (places.size > 1) {
      large++;
      assert.ok(damaged.losses.length > 0, damaged.warnings.join());
    }
    if (damaged.warnings.length + damaged.losses.length > 0) continue;
    // What is read without a word follows all rules: it cannot be seen that it was another dataset once.
    assert.deepEqual(read(bytes, syntax).warnings, []);
    assert.equal(encodeDataset(damaged.dataset, syntax).length, bytes.length);
  }
  // Now and then damage makes a head that is as good as the one that was meant.
  assert.ok(large < damages / 1000, `${large} of ${damages}`);
});

test("decodeDataset() reads valid data at the first attempt", () => {
  const chance = generator(7);
  for (let count = 0; count < 500; count++) {
    const dataset = generated(chance);
    for (const syntax of [EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE]) {
      const reading = read(encodeDataset(dataset, syntax), syntax);
      assert.deepEqual([...reading.warnings, ...reading.losses], []);
    }
  }
});

test("decodeDataset() takes little time for bytes that are nothing but damage", () => {
  const chance = generator(99);
  const bytes = Uint8Array.from({ length: 200_000 }, () => chance(256));
  read(bytes, EXPLICIT_LE);
  read(bytes.map((byte) => byte & 0x0f), IMPLICIT_LE);
  const items = hex("FE FF 00 E0 FF FF FF FF 08 00 10 11 FF FF FF FF");
  const nested = Uint8Array.from(
    { length: 160_000 },
    (_, at) => items[at % 16]!,
  );
  read(nested, IMPLICIT_LE);
});
