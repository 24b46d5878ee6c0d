/** What decodeDataset() says of irregular data, word for word. */
import assert from "node:assert/strict";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, test } from "node:test";
import { decodeDataset } from "../../../src/codec/decode.ts";
import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../../src/codec/transfer_syntax.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { hex } from "../../support/hex.ts";
import { concat } from "../../support/scripted_peer.ts";
import {
  ID,
  ID_SHOWN,
  ITEM,
  ITEM_END,
  MR,
  MR_SHOWN,
  OPEN_SEQUENCE,
  read,
  SEQUENCE_END,
  show,
} from "./reading.ts";

describe("a dataset is read, with a report word for word:", () => {
  const rows: {
    name: string;
    bytes: string;
    syntax?: TransferSyntax;
    shown: string;
    warnings?: string[];
    losses?: string[];
  }[] = [
    {
      name: "out of order",
      bytes: `${ID} ${MR}`,
      shown: `${MR_SHOWN}, ${ID_SHOWN}`,
      warnings: ["(0010,0020) is out of order"],
    },
    {
      name: "with several attributes before lower ones",
      bytes:
        `20 00 10 00 "SH" 02 00 "A " ${ID} ${MR} 20 00 0D 00 "UI" 02 00 "1" 00`,
      shown:
        `${MR_SHOWN}, ${ID_SHOWN}, (0020,000d) UI 31 00, (0020,0010) SH 41 20`,
      warnings: [
        "(0010,0020) is out of order",
        "(0008,0060) is out of order",
        "(0020,000d) is out of order",
      ],
    },
    {
      name: "twice, with the same value",
      bytes: `${ID} ${ID}`,
      shown: ID_SHOWN,
      warnings: ["(0010,0020) occurs twice: the second one is ignored"],
    },
    {
      name: "twice, with another value",
      bytes: `${ID} 10 00 20 00 "LO" 02 00 "2 "`,
      shown: ID_SHOWN,
      losses: ["(0010,0020) occurs twice: the second one is ignored"],
    },
    {
      name: "twice, and out of order",
      bytes: `${MR} ${ID} ${MR}`,
      shown: `${MR_SHOWN}, ${ID_SHOWN}`,
      warnings: ["(0008,0060) occurs twice: the second one is ignored"],
    },
    {
      name: "padded with zeros",
      bytes: `${ID} 00 00 00 00 00`,
      shown: ID_SHOWN,
      warnings: ["5 padding bytes after the last attribute"],
    },
    {
      name: "with a delimiter of an item outside of all items",
      bytes: `${ITEM_END} ${ID}`,
      shown: ID_SHOWN,
      warnings: ["Stray delimiter (fffe,e00d)"],
    },
    {
      name: "with a delimiter of a sequence outside of all sequences",
      bytes: `${ID} ${SEQUENCE_END}`,
      shown: ID_SHOWN,
      warnings: ["Stray delimiter (fffe,e0dd)"],
    },
    {
      name:
        "an item that ends with the delimiter of the sequence, which then follows",
      bytes:
        `${OPEN_SEQUENCE} ${ITEM} FF FF FF FF ${MR} ${SEQUENCE_END} ${SEQUENCE_END}`,
      shown: `(0040,0100) SQ <${MR_SHOWN}}`,
      warnings: [
        "An item of undefined length ends without its delimiter in (0040,0100)[1]",
        "Stray delimiter (fffe,e0dd)",
      ],
    },
    {
      name: "a sequence that ends with the delimiter of an item",
      bytes:
        `${OPEN_SEQUENCE} ${ITEM} 0A 00 00 00 ${MR} ${ITEM_END} 40 00 01 10 "SH" 02 00 "X "`,
      shown: `(0040,0100) SQ {${MR_SHOWN}}, (0040,1001) SH 58 20`,
      warnings: ["(0040,0100) ends without its sequence delimiter"],
    },
    {
      name: "a delimiter within a sequence of defined length",
      bytes:
        `40 00 00 01 "SQ" 00 00 22 00 00 00 ${ITEM} 0A 00 00 00 ${MR} ${ITEM_END} ${SEQUENCE_END}`,
      shown: `(0040,0100) SQ {${MR_SHOWN}}`,
    },
    {
      name: "no delimiters at the end",
      bytes: `${OPEN_SEQUENCE} ${ITEM} FF FF FF FF ${MR}`,
      shown: `(0040,0100) SQ <${MR_SHOWN}}`,
      warnings: ["(0040,0100) ends without its sequence delimiter"],
      losses: [
        "An item of undefined length has no delimiter in (0040,0100)[1]: where it ends is unknown",
      ],
    },
    {
      name: "an unknown VR",
      bytes: `${MR} 10 00 20 00 "ZZ" 00 00 02 00 00 00 "1 "`,
      shown: `${MR_SHOWN}, (0010,0020) UN 31 20`,
      warnings: ['(0010,0020) has the unknown VR "ZZ": read as UN'],
    },
    {
      name: "no VR",
      bytes: `${MR} 10 00 20 00 02 00 00 00 "1 "`,
      shown: `${MR_SHOWN}, ${ID_SHOWN}`,
      warnings: [
        "(0010,0020) has no VR though the transfer syntax is explicit",
      ],
    },
    {
      name: "a long value cut short",
      bytes: `${MR} 10 00 20 00 "LO" 20 00 "1 "`,
      shown: `${MR_SHOWN}, ${ID_SHOWN}`,
      losses: [
        "(0010,0020) has the length 32, but the next attribute follows after 2 bytes",
      ],
    },
    {
      name: "fragments",
      bytes:
        `E0 7F 10 00 "OB" 00 00 FF FF FF FF ${ITEM} 00 00 00 00 ${ITEM} 02 00 00 00 AA BB ${SEQUENCE_END}`,
      shown: "(7fe0,0010) OB [][aa bb]",
    },
    {
      name: "fragments of words, in implicit VR",
      bytes:
        `E0 7F 10 00 FF FF FF FF ${ITEM} 02 00 00 00 AA BB ${SEQUENCE_END}`,
      syntax: IMPLICIT_LE,
      shown: "(7fe0,0010) OW [aa bb]",
    },
    {
      name: "fragments without a delimiter",
      bytes:
        `E0 7F 10 00 "OB" 00 00 FF FF FF FF ${ITEM} 02 00 00 00 AA BB ${ITEM} 08 00 00 00 AA`,
      shown: "(7fe0,0010) OB [aa bb]",
      losses: ["9 bytes in (7fe0,0010) cannot be read"],
    },
    {
      name: "big endian numbers",
      bytes: '00 28 00 10 "US" 00 04 02 00 00 01 00 28 00 30 "DS" 00 02 "1 "',
      syntax: EXPLICIT_BE,
      shown: "(0028,0010) US 00 02 01 00, (0028,0030) DS 31 20",
    },
  ];
  for (const { name, bytes, syntax, shown, warnings, losses } of rows) {
    test(name, () => {
      assert.deepEqual(read(hex(bytes), syntax), {
        shown,
        warnings: warnings ?? [],
        losses: losses ?? [],
      });
    });
  }
});

describe("implicit VR", () => {
  const rows: [name: string, bytes: string, shown: string][] = [
    [
      "a group length",
      "08 00 00 00 04 00 00 00 01 00 00 00",
      "(0008,0000) UL 01 00 00 00",
    ],
    [
      "a private group length",
      "09 00 00 00 04 00 00 00 01 00 00 00",
      "(0009,0000) UL 01 00 00 00",
    ],
    [
      "a private creator",
      '09 00 10 00 04 00 00 00 "ACME"',
      "(0009,0010) LO 41 43 4d 45",
    ],
    [
      "a private attribute",
      '09 00 10 00 04 00 00 00 "ACME" 09 00 01 10 02 00 00 00 "x "',
      "(0009,0010) LO 41 43 4d 45, (0009,1001) UN 78 20",
    ],
    [
      "a choice of US and SS, unsigned",
      "28 00 03 01 02 00 00 00 00 00 28 00 06 01 02 00 00 00 01 00",
      "(0028,0103) US 00 00, (0028,0106) US 01 00",
    ],
    [
      "a choice of US and SS, signed",
      "28 00 03 01 02 00 00 00 01 00 28 00 06 01 02 00 00 00 01 00",
      "(0028,0103) US 01 00, (0028,0106) SS 01 00",
    ],
    [
      "a choice of US and SS, unsaid",
      "28 00 06 01 02 00 00 00 01 00",
      "(0028,0106) US 01 00",
    ],
    [
      "a choice of OB and OW",
      "E0 7F 10 00 02 00 00 00 01 00",
      "(7fe0,0010) OW 01 00",
    ],
    [
      "a choice of US and OW",
      "28 00 06 30 02 00 00 00 01 00",
      "(0028,3006) OW 01 00",
    ],
    [
      "a sequence",
      `40 00 00 01 12 00 00 00 ${ITEM} 0A 00 00 00 08 00 60 00 02 00 00 00 "MR"`,
      `(0040,0100) SQ {${MR_SHOWN}}`,
    ],
  ];
  for (const [name, bytes, shown] of rows) {
    test(`is known of ${name}`, () => {
      assert.deepEqual(read(hex(bytes), IMPLICIT_LE), {
        shown,
        warnings: [],
        losses: [],
      });
    });
  }

  test("is known of private attributes by a dictionary of theirs", () => {
    const dictionary = Dictionary.standard.withEntries([{
      creator: "ACME 1",
      groups: { first: 9, last: 9, only: "any" },
      elements: { first: 1, last: 1, only: "any" },
      keyword: "Note",
      vrs: ["ST"],
    }]);
    const bytes =
      '09 00 10 00 08 00 00 00 "ACME 1" 20 20 09 00 01 10 02 00 00 00 "x "';
    const { shown } = read(hex(bytes), IMPLICIT_LE, { dictionary });
    assert.match(shown, /\(0009,1001\) ST 78 20$/);
  });
});

describe("without a receiver of losses", () => {
  const rows: [
    name: string,
    bytes: string,
    message: string,
    syntax?: TransferSyntax,
  ][] = [
    [
      "a value cut short",
      '10 00 20 00 "LO" 20 00 "1 "',
      "(0010,0020) claims 32 bytes, but only 2 are left (at byte offset 0)",
    ],
    [
      "two values",
      `${ID} 10 00 20 00 "LO" 02 00 "2 "`,
      "(0010,0020) occurs twice: the second one is ignored",
    ],
    [
      "an item as attribute",
      `${ITEM} 00 00 00 00 ${ID}`,
      "(fffe,e000) found instead of an attribute (at byte offset 0)",
    ],
    [
      "a text of undefined length",
      '10 00 20 00 FF FF FF FF "abcdefgh"',
      "(0010,0020) LO has an undefined length (at byte offset 0)",
      IMPLICIT_LE,
    ],
    [
      "no item in a sequence",
      `40 00 00 01 "SQ" 00 00 08 00 00 00 10 00 20 00 "LO" 00 00`,
      "(0040,0100) holds (0010,0020) instead of an item (at byte offset 12)",
    ],
    [
      "no item among fragments",
      `E0 7F 10 00 "OB" 00 00 FF FF FF FF 10 00 20 00 "LO" 00 00`,
      "(7fe0,0010) holds (0010,0020) instead of a fragment (at byte offset 12)",
    ],
    [
      "a tag cut short",
      "10 00",
      "Unexpected end of element tag: 2 bytes needed, 0 left (at byte offset 2)",
    ],
    [
      "a head cut short",
      '10 00 20 00 "LO"',
      "Unexpected end of element (0010,0020): 4 bytes needed, 2 left (at byte offset 4)",
    ],
    [
      "a long head cut short",
      '10 00 20 00 "UT" 00 00 01 00',
      "Unexpected end of element length: 4 bytes needed, 2 left (at byte offset 8)",
    ],
    [
      "an item cut short",
      `40 00 00 01 "SQ" 00 00 0A 00 00 00 ${ITEM} 08 00 00 00 08 00`,
      "Unexpected end of item of (0040,0100): 8 bytes needed, 2 left (at byte offset 20)",
    ],
    [
      "a fragment cut short",
      `E0 7F 10 00 "OB" 00 00 FF FF FF FF ${ITEM} 08 00 00 00 01`,
      "Unexpected end of fragment: 8 bytes needed, 1 left (at byte offset 20)",
    ],
  ];
  for (const [name, bytes, message, syntax = EXPLICIT_LE] of rows) {
    test(`${name} is refused, word for word`, () => {
      assert.throws(() => decodeDataset(hex(bytes), syntax), {
        name: "DecodeError",
        message,
      });
    });
  }

  test("losses are warnings when lenient", () => {
    const warnings: string[] = [];
    const dataset = decodeDataset(
      hex(`${MR} 10 00 20 00 "LO" 20 00 "1 "`),
      EXPLICIT_LE,
      { lenient: true, warn: (text) => warnings.push(text) },
    );
    assert.equal(show(dataset), `${MR_SHOWN}, ${ID_SHOWN}`);
    assert.deepEqual(warnings, [
      "(0010,0020) has the length 32, but the next attribute follows after 2 bytes",
    ]);
  });

  const plain = hex(`${MR} 10 00 20 00 "LO" 02 00 "1 "`);
  const WRAPPED = "The deflate stream has a header of zlib or gzip";
  const streams: [name: string, bytes: Uint8Array, warnings: string[]][] = [
    ["raw", deflateRawSync(plain), []],
    ["raw, with padding", concat(deflateRawSync(plain), hex("00 00 00")), []],
    ["with a header of zlib", deflateSync(plain), [WRAPPED]],
    ["with a header of gzip", gzipSync(plain), [WRAPPED]],
    [
      "with a header of zlib, and padding",
      concat(deflateSync(plain), hex("00")),
      [
        WRAPPED,
      ],
    ],
    ["not deflated", plain, [
      "The dataset is not deflated, though its transfer syntax says so",
    ]],
  ];
  for (const [name, bytes, warnings] of streams) {
    test(`a deflate stream ${name} is read`, () => {
      assert.deepEqual(read(bytes, DEFLATED_LE), {
        shown: `${MR_SHOWN}, ${ID_SHOWN}`,
        warnings,
        losses: [],
      });
      assert.equal(
        show(decodeDataset(bytes, DEFLATED_LE)),
        `${MR_SHOWN}, ${ID_SHOWN}`,
      );
    });
  }

  test("a deflate stream is read without being declared", () => {
    for (const bytes of [deflateRawSync(plain), deflateSync(plain)]) {
      assert.deepEqual(read(bytes, EXPLICIT_LE), {
        shown: `${MR_SHOWN}, ${ID_SHOWN}`,
        warnings: [
          "The dataset is deflated, though its transfer syntax does not say so",
        ],
        losses: [],
      });
    }
  });

  test("a deflate stream that ends too early is read as far as it goes", () => {
    const text = "x".repeat(9998);
    const long = hex(
      `${MR} 10 00 20 00 "LO" 02 00 "1 " 32 00 60 10 "LO" 0E 27 "${text}"`,
    );
    const stored = deflateRawSync(long, { level: 0 });
    const { shown, warnings, losses } = read(
      stored.subarray(0, 40),
      DEFLATED_LE,
    );
    assert.ok(shown.startsWith(`${MR_SHOWN}, ${ID_SHOWN}`), shown);
    assert.deepEqual(warnings, []);
    assert.equal(
      losses[0],
      "The deflate stream ends too early: attributes are missing",
    );
    assert.throws(() => decodeDataset(stored.subarray(0, 40), DEFLATED_LE), {
      name: "DecodeError",
    });
  });

  test("a stream of more than is allowed is a loss, wrapped or cut off", () => {
    const bomb = new Uint8Array(5000);
    for (
      const bytes of [
        deflateRawSync(bomb),
        deflateSync(bomb),
        deflateRawSync(bomb, { level: 0 }).subarray(0, 4000),
      ]
    ) {
      const losses: string[] = [];
      const dataset = decodeDataset(bytes, DEFLATED_LE, {
        maxInflated: 1000,
        lost: (text) => losses.push(text),
      });
      assert.equal(dataset.size, 0);
      assert.equal(losses.length, 1);
      assert.match(
        losses[0]!,
        /^Cannot inflate .*: its attributes are missing$/,
      );
    }
  });

  test("a damaged deflate stream is one loss", () => {
    assert.deepEqual(read(hex("ff ff"), DEFLATED_LE), {
      shown: "",
      warnings: [],
      losses: [
        "Cannot inflate the dataset: the deflate stream is damaged: its attributes are missing",
      ],
    });
  });
});
