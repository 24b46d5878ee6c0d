/** The exact bytes of what is written (PS3.5 section 7): lengths, delimiters, padding, group lengths, VRs that others do not know. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inflateRawSync } from "node:zlib";
import { deflate, inflate } from "../../../src/codec/deflate.ts";
import {
  encodeDataset,
  type EncodeOptions,
} from "../../../src/codec/encode.ts";
import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
  transferSyntaxOf,
} from "../../../src/codec/transfer_syntax.ts";
import { numberElement, textElement } from "../../../src/codec/values.ts";
import {
  Dataset,
  type Element,
  sequence,
} from "../../../src/dataset/dataset.ts";
import { type Vr, VR_TABLE } from "../../../src/dataset/vr.ts";
import { hex, toHex } from "../../support/hex.ts";

function bytesOf(
  elements: Element[],
  syntax: TransferSyntax = EXPLICIT_LE,
  options?: EncodeOptions,
): string {
  return toHex(encodeDataset(Dataset.of(...elements), syntax, options));
}

function plain(vr: Exclude<Vr, "SQ">, length: number, tag = 0x00091001) {
  return { tag, vr, value: new Uint8Array(length) };
}

const MODALITY = Dataset.of(textElement(0x00080060, "CS", "MR"));

describe("sequences are written", () => {
  const open = { items: [{ dataset: MODALITY, undefinedLength: true }] };
  const closed = { items: [{ dataset: MODALITY, undefinedLength: false }] };
  const of = (
    { items }: typeof open,
    undefinedLength: boolean,
  ): Element => ({ tag: 0x00400100, vr: "SQ", items, undefinedLength });
  const element = '08 00 60 00 "CS" 02 00 "MR"';
  const openItem = `FE FF 00 E0 FF FF FF FF ${element} FE FF 0D E0 00 00 00 00`;
  const closedItem = `FE FF 00 E0 0A 00 00 00 ${element}`;
  const openHead = '40 00 00 01 "SQ" 00 00 FF FF FF FF';
  const end = "FE FF DD E0 00 00 00 00";
  const rows: [string, Element, EncodeOptions["lengths"], string][] = [
    [
      "both defined when nothing is said",
      of(open, true),
      undefined,
      `40 00 00 01 "SQ" 00 00 12 00 00 00 ${closedItem}`,
    ],
    [
      "both defined",
      of(open, true),
      "defined",
      `40 00 00 01 "SQ" 00 00 12 00 00 00 ${closedItem}`,
    ],
    [
      "both undefined",
      of(closed, false),
      "undefined",
      `${openHead} ${openItem} ${end}`,
    ],
    [
      "each as it came: both open",
      of(open, true),
      "kept",
      `${openHead} ${openItem} ${end}`,
    ],
    [
      "each as it came: sequence open",
      of(closed, true),
      "kept",
      `${openHead} ${closedItem} ${end}`,
    ],
    [
      "each as it came: item open",
      of(open, false),
      "kept",
      `40 00 00 01 "SQ" 00 00 1A 00 00 00 ${openItem}`,
    ],
    [
      "each as it came: both closed",
      of(closed, false),
      "kept",
      `40 00 00 01 "SQ" 00 00 12 00 00 00 ${closedItem}`,
    ],
    [
      "empty and open",
      sequence(0x00400100, []),
      "undefined",
      `${openHead} ${end}`,
    ],
    [
      "empty and closed",
      sequence(0x00400100, []),
      "defined",
      '40 00 00 01 "SQ" 00 00 00 00 00 00',
    ],
  ];
  for (const [name, one, lengths, bytes] of rows) {
    test(`with lengths ${name}`, () => {
      assert.equal(
        bytesOf([one], EXPLICIT_LE, lengths && { lengths }),
        toHex(hex(bytes)),
      );
    });
  }

  test("in big endian", () => {
    assert.equal(
      bytesOf([sequence(0x00400100, [MODALITY], true)], EXPLICIT_BE, {
        lengths: "kept",
      }),
      toHex(hex(`
        00 40 01 00 "SQ" 00 00 FF FF FF FF
          FF FE E0 00 FF FF FF FF
            00 08 00 60 "CS" 00 02 "MR"
          FF FE E0 0D 00 00 00 00
        FF FE E0 DD 00 00 00 00
      `)),
    );
  });

  test("in implicit VR", () => {
    assert.equal(
      bytesOf([sequence(0x00400100, [MODALITY])], IMPLICIT_LE),
      toHex(hex(`
        40 00 00 01 12 00 00 00
          FE FF 00 E0 0A 00 00 00
            08 00 60 00 02 00 00 00 "MR"
      `)),
    );
  });
});

test("fragments are written with their items and a delimiter", () => {
  const fragments = [new Uint8Array(0), hex("FF D8 01 02")];
  assert.equal(
    bytesOf([{ tag: 0x7fe00010, vr: "OB", fragments }]),
    toHex(hex(`
      E0 7F 10 00 "OB" 00 00 FF FF FF FF
        FE FF 00 E0 00 00 00 00
        FE FF 00 E0 04 00 00 00 FF D8 01 02
      FE FF DD E0 00 00 00 00
    `)),
  );
});

describe("group lengths", () => {
  const length = (group: number) => numberElement(group * 0x10000, "UL", [99]);

  test("count the bytes of their own group, in items too", () => {
    const item = Dataset.of(length(0x0008), ...MODALITY);
    assert.equal(
      bytesOf([
        length(0x0008),
        textElement(0x00080052, "CS", "STUDY"),
        textElement(0x00100020, "LO", "1"),
        length(0x0040),
        sequence(0x00400100, [item]),
      ]),
      toHex(hex(`
        08 00 00 00 "UL" 04 00 0E 00 00 00
        08 00 52 00 "CS" 06 00 "STUDY "
        10 00 20 00 "LO" 02 00 "1 "
        40 00 00 00 "UL" 04 00 2A 00 00 00
        40 00 00 01 "SQ" 00 00 1E 00 00 00
          FE FF 00 E0 16 00 00 00
            08 00 00 00 "UL" 04 00 0A 00 00 00
            08 00 60 00 "CS" 02 00 "MR"
      `)),
    );
  });

  test("are zero in a group of nothing else, and of four bytes whatever they had", () => {
    assert.equal(
      bytesOf([plain("LO", 2, 0x00080000), length(0x0010)]),
      toHex(hex(`
        08 00 00 00 "UL" 04 00 00 00 00 00
        10 00 00 00 "UL" 04 00 00 00 00 00
      `)),
    );
  });
});

describe("a value of odd length is padded", () => {
  const rows: [Exclude<Vr, "SQ">, string][] = [
    ["LO", "20"],
    ["UI", "00"],
    ["OB", "00"],
  ];
  for (const [vr, padding] of rows) {
    test(`${vr}: with ${padding}`, () => {
      const value = hex('"abc"');
      const bytes = bytesOf([{ tag: 0x00091001, vr, value }], IMPLICIT_LE);
      assert.equal(bytes, `09 00 01 10 04 00 00 00 61 62 63 ${padding}`);
    });
  }
});

describe("option oldVrs", () => {
  /** Supplements and corrections after 1993 brought these (PS3.5 6.2). */
  const NEW = "UC UN UR UT OD OF OL OV SV UV".split(" ");
  for (const vr of Object.keys(VR_TABLE) as Vr[]) {
    if (vr === "SQ") continue;
    test(`writes ${vr} as ${NEW.includes(vr) ? "OB" : "itself"}`, () => {
      const [head] = [true, false].map((oldVrs) =>
        encodeDataset(Dataset.of(plain(vr, 8)), EXPLICIT_LE, { oldVrs })
          .subarray(4, 6)
      );
      assert.equal(
        toHex(head!),
        toHex(hex(`"${NEW.includes(vr) ? "OB" : vr}"`)),
      );
    });
  }

  test("is off by default, and means nothing in implicit VR", () => {
    const value = plain("UT", 2);
    assert.equal(
      bytesOf([value]),
      toHex(hex('09 00 01 10 "UT" 00 00 02 00 00 00 00 00')),
    );
    assert.equal(
      bytesOf([value], EXPLICIT_LE, { oldVrs: true }),
      toHex(hex('09 00 01 10 "OB" 00 00 02 00 00 00 00 00')),
    );
    assert.equal(
      bytesOf([value], IMPLICIT_LE, { oldVrs: true }),
      bytesOf([value], IMPLICIT_LE),
    );
  });
});

describe("a value too long for a 16-bit length", () => {
  const head = (vr: Exclude<Vr, "SQ">, length: number, syntax = EXPLICIT_LE) =>
    toHex(
      encodeDataset(Dataset.of(plain(vr, length)), syntax).subarray(4, 12),
    );

  test("is written as UN, the longest that fits as itself", () => {
    assert.equal(head("LO", 0xfffe), toHex(hex('"LO" FE FF 00 00 00 00')));
    assert.equal(head("LO", 0xffff), toHex(hex('"UN" 00 00 00 00 01 00')));
    assert.equal(head("LO", 0x10000), toHex(hex('"UN" 00 00 00 00 01 00')));
    assert.equal(head("UT", 0x10000), toHex(hex('"UT" 00 00 00 00 01 00')));
    assert.equal(head("US", 0x10000), toHex(hex('"UN" 00 00 00 00 01 00')));
  });

  test("is refused in big endian if its bytes would have to be swapped", () => {
    assert.equal(
      head("LO", 0x10000, EXPLICIT_BE),
      toHex(hex('"UN" 00 00 00 01 00 00')),
    );
    assert.equal(
      head("US", 0xfffe, EXPLICIT_BE),
      toHex(hex('"US" FF FE 00 00 00 00')),
    );
    assert.equal(
      head("UN", 0x10000, EXPLICIT_BE),
      toHex(hex('"UN" 00 00 00 01 00 00')),
    );
    assert.throws(() => head("US", 0x10000, EXPLICIT_BE), {
      name: "EncodeError",
      message: "(0009,1001) US is too long for big endian: 65536 bytes",
    });
  });
});

test("big endian swaps the units of each VR, and nothing else", () => {
  const value = hex("01 02 03 04 05 06 07 08");
  const as = (unit: 1 | 2 | 4 | 8) =>
    ({
      1: "01 02 03 04 05 06 07 08",
      2: "02 01 04 03 06 05 08 07",
      4: "04 03 02 01 08 07 06 05",
      8: "08 07 06 05 04 03 02 01",
    })[unit];
  for (const [vr, { unit, longForm }] of Object.entries(VR_TABLE)) {
    if (vr === "SQ") continue;
    const one = { tag: 0x00091001, vr: vr as "LO", value };
    const bytes = bytesOf([one], EXPLICIT_BE);
    assert.equal(
      bytes.split(" ").slice(longForm ? 12 : 8).join(" "),
      as(unit),
      vr,
    );
  }
  // What remains after the last whole unit stays in its place.
  assert.equal(
    bytesOf(
      [{ tag: 0x00091001, vr: "UL", value: value.subarray(0, 6) }],
      EXPLICIT_BE,
    ),
    toHex(hex('00 09 10 01 "UL" 00 06 04 03 02 01 05 06')),
  );
  assert.equal(
    bytesOf(
      [{ tag: 0x00091001, vr: "UL", value: value.subarray(0, 2) }],
      EXPLICIT_BE,
    ),
    toHex(hex('00 09 10 01 "UL" 00 02 01 02')),
  );
});

describe("deflate", () => {
  const bytes = hex('08 00 60 00 "CS" 02 00 "MR"');

  test("writes a raw stream of even length, whatever the data", () => {
    const lengths = new Set<number>();
    for (let length = 0; length < 40; length++) {
      const data = Uint8Array.from({ length }, (_, at) => at * 7);
      const packed = deflate(data);
      assert.equal(packed.length % 2, 0);
      lengths.add(packed.length - inflateLength(data));
      assert.equal(toHex(inflate(packed)), toHex(data));
    }
    assert.deepEqual([...lengths].sort(), [0, 1]);
  });

  test("takes a level: 0 stores, 9 saves most", () => {
    const data = new Uint8Array(1000).fill(65);
    const stored = encodeDataset(
      Dataset.of({ tag: 0x00091001, vr: "OB", value: data }),
      DEFLATED_LE,
      { level: 0 },
    );
    assert.ok(stored.length > 1000);
    assert.ok(deflate(data, 9).length < 30);
    assert.ok(deflate(data).length < 30);
  });

  test("is what the deflated syntax alone does", () => {
    const packed = encodeDataset(MODALITY, DEFLATED_LE);
    assert.equal(toHex(inflateRawSync(packed)), toHex(bytes));
    assert.equal(toHex(encodeDataset(MODALITY, EXPLICIT_LE)), toHex(bytes));
  });

  test("is undone up to a limit, and no further", () => {
    const packed = deflate(new Uint8Array(2048));
    assert.equal(inflate(packed, 2048).length, 2048);
    assert.throws(() => inflate(packed, 2047), {
      name: "TooLargeError",
      message: "Cannot inflate the dataset: more than 2047 bytes",
    });
    assert.throws(() => inflate(deflate(new Uint8Array(2049)), 2048), {
      message: "Cannot inflate the dataset: more than 2 kB",
    });
    assert.throws(() => inflate(hex("ff ff")), {
      name: "DecodeError",
      message: "Cannot inflate the dataset: the deflate stream is damaged",
    });
    assert.equal(inflate(new Uint8Array(0)).length, 0);
  });

  function inflateLength(data: Uint8Array): number {
    const packed = deflate(data);
    // The last byte is padding if the stream is whole without it.
    try {
      return inflate(packed.subarray(0, -1)).length === data.length
        ? packed.length - 1
        : packed.length;
    } catch {
      return packed.length;
    }
  }
});

describe("transferSyntaxOf()", () => {
  const rows: [string, Partial<TransferSyntax> | undefined][] = [
    ["1.2.840.10008.1.2", {
      name: "Little Endian Implicit",
      littleEndian: true,
      explicitVr: false,
      deflated: false,
      encapsulated: false,
    }],
    ["1.2.840.10008.1.2.1", {
      name: "Little Endian Explicit",
      littleEndian: true,
      explicitVr: true,
      deflated: false,
      encapsulated: false,
    }],
    ["1.2.840.10008.1.2.2", {
      name: "Big Endian Explicit",
      littleEndian: false,
      explicitVr: true,
      deflated: false,
      encapsulated: false,
    }],
    ["1.2.840.10008.1.2.1.99", {
      name: "Deflated Explicit VR Little Endian",
      littleEndian: true,
      explicitVr: true,
      deflated: true,
      encapsulated: false,
    }],
    ["1.2.840.10008.1.2.4.50", {
      name: "1.2.840.10008.1.2.4.50",
      littleEndian: true,
      explicitVr: true,
      deflated: false,
      encapsulated: true,
    }],
    ["1.2.840.10008.1.20", undefined],
    ["1.2.3", undefined],
    ["", undefined],
  ];
  for (const [uid, row] of rows) {
    test(`knows ${row?.name ?? `no "${uid}"`}`, () => {
      assert.deepEqual(transferSyntaxOf(uid), row && { uid, ...row });
    });
  }
});
