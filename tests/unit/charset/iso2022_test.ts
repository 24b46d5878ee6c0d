/** Code extension: what delimits, what is tolerated, what is guessed, and what the writer refuses. PS3.5 6.1.2.5 */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { Charset, type TextKind } from "../../../src/charset/charset.ts";
import { collecting, fromHex, strict, toHex } from "./support.ts";

interface Row {
  readonly name: string;
  readonly terms: readonly string[];
  readonly kind: TextKind;
  readonly bytes: string;
  readonly values: readonly string[];
  readonly warnings?: readonly (string | RegExp)[];
}

const KANJI = ["", "ISO 2022 IR 87"];
const KOREAN = ["ISO 2022 IR 100", "ISO 2022 IR 149"];

const ROWS: readonly Row[] = [
  {
    name: "kanji with bytes 5C, 5E and 3D are not delimited",
    terms: KANJI,
    kind: "PN",
    // 50 5C, 50 5E and 3C 3D are one character each; only the caret after them delimits.
    bytes: "1b 24 42 50 5c 50 5e 3c 3d 1b 28 42 5e 41",
    values: ["俑俐悉^A"],
  },
  ...["0d", "0a", "0c", "09"].map((control): Row => ({
    name: `control ${control} brings the initial sets back`,
    terms: KOREAN,
    kind: "single",
    bytes: `1b 24 29 43 b1 e6 ${control} e9`,
    values: [`길${String.fromCharCode(parseInt(control, 16))}é`],
  })),
  {
    name: "FF begins no character of two bytes, and takes none with it",
    terms: KOREAN,
    kind: "single",
    bytes: "1b 24 29 43 ff b1 e6",
    values: ["\ufffd길"],
    warnings: [/^1 place not decodable .*; the first is byte ff at offset 4$/i],
  },
  {
    name: "a backslash brings the initial sets back between values only",
    terms: KOREAN,
    kind: "multiple",
    bytes: "1b 24 29 43 b1 e6 5c e9",
    values: ["길", "é"],
  },
  {
    name: "a backslash is text in a single value",
    terms: KOREAN,
    kind: "single",
    bytes: "1b 24 29 43 b1 e6 5c b1 e6",
    values: ["길\\길"],
  },
  {
    name: "carets and equals signs are text outside of names",
    terms: KOREAN,
    kind: "multiple",
    bytes: "1b 24 29 43 b1 e6 5e b1 e6 3d b1 e6",
    values: ["길^길=길"],
  },
  {
    name: "the left half changes without the right one",
    terms: ["ISO 2022 IR 100", "ISO 2022 IR 87"],
    kind: "multiple",
    bytes: "e9 1b 24 42 3b 33 e9 1b 28 42 61",
    values: ["é山éa"],
  },
  {
    name: "romaji has a yen sign and an overline",
    terms: ["ISO_IR 13"],
    kind: "single",
    bytes: "5c 31 7e",
    values: ["¥1‾"],
  },
  {
    name: "the yen sign still separates values",
    terms: ["ISO_IR 13"],
    kind: "multiple",
    bytes: "c0 5c 7e 5c 41",
    values: ["ﾀ", "‾", "A"],
  },
  {
    name: "DEL is DEL, whatever set is on the left",
    terms: KANJI,
    kind: "multiple",
    bytes: "41 7f 1b 24 42 3b 33 7f 3b 33 1b 28 42",
    values: ["A\x7f山\x7f山"],
  },
  {
    name: "half a character of two bytes takes nothing with it",
    terms: KANJI,
    kind: "multiple",
    bytes: "1b 24 42 3b 33 3b 1b 28 42 41",
    values: ["山\ufffdA"],
    warnings: [/^1 place not decodable/i],
  },
  {
    name: "a space among two-byte characters is a space",
    terms: KANJI,
    kind: "multiple",
    bytes: "1b 24 42 3b 33 20 45 44 1b 28 42",
    values: ["山 田"],
  },
  {
    name: "an escape sequence to an undeclared set works, with a warning",
    terms: ["ISO_IR 100"],
    kind: "multiple",
    bytes: "1b 24 42 3b 33 1b 28 42 e4 1b 24 42 3b 33 1b 28 42",
    values: ["山ä山"],
    warnings: [
      "Escape sequence ESC $ B (ISO 2022 IR 87) is not declared by Specific Character Set, decoded all the same",
    ],
  },
  {
    name: "the kanji edition of 1978 is read as today's",
    terms: KANJI,
    kind: "multiple",
    bytes: "1b 24 40 3b 33 1b 28 4a",
    values: ["山"],
    warnings: [/^Escape sequence ESC \$ @/, /^Escape sequence ESC \( J/],
  },
  {
    name: "two-byte text that is not closed before a delimiter",
    terms: KANJI,
    kind: "PN",
    bytes: "1b 24 42 3b 33 5e 1b 24 42 45 44 1b 28 42",
    values: ["山^田"],
    warnings: [
      "The two-byte set ISO 2022 IR 87 is still active at a delimiter",
    ],
  },
  {
    name: "an unknown escape sequence is replaced, its letters stay",
    terms: ["ISO_IR 100"],
    kind: "multiple",
    bytes: "41 1b 25 47 42",
    values: ["A�%GB"],
    warnings: [
      "1 place not decodable as ISO_IR 100, replaced by U+FFFD; the first is byte 1B at offset 1",
    ],
  },
  {
    name: "an escape at the very end",
    terms: KANJI,
    kind: "multiple",
    bytes: "41 1b 24",
    values: ["A�$"],
    warnings: [/1 place not decodable as \\ISO 2022 IR 87/],
  },
  {
    name: "the first byte may be the one that is unassigned",
    terms: ["ISO_IR 127"],
    kind: "multiple",
    bytes: "a1 c7",
    values: ["\ufffdا"],
    warnings: [/the first is byte A1 at offset 0$/],
  },
  {
    name:
      "a yen sign is one in a single value of JIS X 0201, and separates others",
    terms: ["ISO_IR 13"],
    kind: "single",
    bytes: "41 5c 42",
    values: ["A¥B"],
  },
  {
    name: "unassigned positions are replaced and counted",
    terms: ["ISO_IR 127"],
    kind: "multiple",
    bytes: "c7 a1 ff",
    values: ["ا��"],
    warnings: [
      "2 places not decodable as ISO_IR 127, replaced by U+FFFD; the first is byte A1 at offset 1",
    ],
  },
  {
    name: "half a two-byte character at the end",
    terms: ["", "ISO 2022 IR 149"],
    kind: "multiple",
    bytes: "1b 24 29 43 b1 e6 b1",
    values: ["길�"],
    warnings: [/the first is byte B1 at offset 6$/],
  },
  {
    name: "C1 controls stay what they are and point to windows-1252",
    terms: ["ISO_IR 100"],
    kind: "multiple",
    bytes: "41 92 53",
    values: ["A\u0092S"],
    warnings: [
      "1 byte in the range 80-9F, which ISO_IR 100 has no characters for: the sender may mean windows-1252",
    ],
  },
  {
    name: "Korean of code page 949 beyond KS X 1001",
    terms: ["", "ISO 2022 IR 149"],
    kind: "multiple",
    bytes: "1b 24 29 43 8c 63 b9 e6",
    values: ["똠방"],
    warnings: [
      "Characters beyond ISO 2022 IR 149 read by the larger code page around it",
    ],
  },
  {
    name: "GBK under the name of GB 2312",
    terms: ["", "ISO 2022 IR 58"],
    kind: "multiple",
    bytes: "1b 24 29 41 e9 46 d0 a1",
    values: ["镕小"],
    warnings: [/larger code page/],
  },
  {
    name: "a declared set whose escape sequence is missing",
    terms: ["", "ISO 2022 IR 149"],
    kind: "PN",
    bytes: "b1 e6 5e b5 bf",
    values: ["길^동"],
    warnings: [
      "Text without the escape sequence of ISO 2022 IR 149 read as ISO 2022 IR 149",
    ],
  },
  {
    name: "UTF-8 without any declaration",
    terms: [],
    kind: "PN",
    bytes: "4a c3 a9 5e e5 b1 b1",
    values: ["Jé^山"],
    warnings: ["Text beyond the declared character set read as UTF-8"],
  },
  {
    name: "Windows text without any declaration",
    terms: [],
    kind: "multiple",
    bytes: "4a e9 92 5c 80",
    values: ["Jé’", "€"],
    warnings: ["Text beyond the declared character set read as windows-1252"],
  },
  {
    name: "Shift-JIS under the name of JIS X 0201, split after decoding",
    terms: ["ISO_IR 13"],
    kind: "PN",
    bytes: "8e 52 93 63 5e 83 5c 5c b1",
    values: ["山田^ソ", "ｱ"],
    warnings: ["Text beyond the declared character set read as Shift_JIS"],
  },
];

describe("decoding under ISO 2022", () => {
  for (const { name, terms, kind, bytes, values, warnings = [] } of ROWS) {
    test(name, () => {
      const told = collecting();
      const decoded = Charset.of(terms, told.options)
        .decode(fromHex(bytes), kind);
      assert.deepEqual(decoded, values);
      assert.equal(
        told.warnings.length,
        warnings.length,
        String(told.warnings),
      );
      warnings.forEach((expected, index) => {
        const actual = told.warnings[index] ?? "";
        if (typeof expected === "string") assert.equal(actual, expected);
        else assert.match(actual, expected);
      });
    });
  }
});

describe("encoding under ISO 2022", () => {
  for (
    const [name, terms, kind, text, bytes] of [
      [
        "a space leaves the two-byte set",
        KANJI,
        "multiple",
        "山 田",
        "1b 24 42 3b 33 1b 28 42 20 1b 24 42 45 44 1b 28 42",
      ],
      [
        "a run needs one escape sequence",
        KANJI,
        "multiple",
        "山田A",
        "1b 24 42 3b 33 45 44 1b 28 42 41",
      ],
      [
        "ASCII and Hangul mix freely",
        ["", "ISO 2022 IR 149"],
        "single",
        "a길b길\n길",
        "61 1b 24 29 43 b1 e6 62 b1 e6 0a 1b 24 29 43 b1 e6",
      ],
      [
        "the current set wins if two have a character",
        ["ISO 2022 IR 100", "ISO 2022 IR 101"],
        "single",
        "łé",
        "1b 2d 42 b3 e9 1b 2d 41",
      ],
      ["the yen sign in text", ["ISO_IR 13"], "single", "¥‾", "5c 7e"],
      [
        "the yen sign by its full width between values",
        ["ISO 2022 IR 13", "ISO 2022 IR 87"],
        "multiple",
        "¥",
        "1b 24 42 21 6f 1b 28 4a",
      ],
      [
        "ASCII borrowed for a tilde",
        ["ISO 2022 IR 13", "ISO 2022 IR 6"],
        "multiple",
        "~a",
        "1b 28 42 7e 61 1b 28 4a",
      ],
      ["nothing at all", KANJI, "PN", "", ""],
    ] as [string, string[], TextKind, string, string][]
  ) {
    test(name, () => {
      const charset = Charset.of(terms, strict);
      assert.equal(toHex(charset.encode(text, kind)), toHex(fromHex(bytes)));
    });
  }

  for (
    const [terms, kind, text] of [
      [[], "multiple", "é"],
      [[], "multiple", "a\u001bb"],
      [["ISO_IR 100"], "multiple", "山"],
      [["ISO_IR 100"], "multiple", "\u0092"],
      [["ISO_IR 100"], "multiple", "\ufffd"],
      [["ISO_IR 13"], "multiple", "¥"],
      [["ISO_IR 13"], "single", "\\"],
      [["ISO_IR 13"], "multiple", "~"],
      [KANJI, "PN", "é"],
      [["", "ISO 2022 IR 58"], "PN", "镕"],
      [["ISO_IR 126"], "PN", "€"],
      [KANJI, "multiple", "\u{1f600}"],
    ] as [string[], TextKind, string][]
  ) {
    test(`${JSON.stringify(text)} is not in ${JSON.stringify(terms)}`, () => {
      const charset = Charset.of(terms, strict);
      assert.equal(charset.canEncode(text, kind), false);
      assert.throws(() => charset.encode(text, kind), { code: "encode" });
    });
  }
});

describe("characters that vendors added", () => {
  for (
    const [terms, text, bytes] of [
      [["", "ISO 2022 IR 87"], "髙", "1b 24 42 7c 62 1b 28 42"],
      [["", "ISO 2022 IR 87"], "①", "1b 24 42 2d 21 1b 28 42"],
      [["", "ISO 2022 IR 149"], "뷁", "1b 24 29 43 94 ee"],
    ] as [string[], string, string][]
  ) {
    test(`${text} is written as it is read`, () => {
      const charset = Charset.of(terms);
      const written = charset.encode(text, "PN");
      assert.equal(toHex(written), bytes);
      assert.deepEqual(charset.decode(written, "PN"), [text]);
    });
  }
});

describe("UTF-8 declared as something else", () => {
  const bytes = new TextEncoder().encode("Müller^Jürgen");
  test("is read as declared, with the remedy", () => {
    const { options, warnings } = collecting();
    const charset = Charset.of(["ISO_IR 100"], options);
    assert.deepEqual(charset.decode(bytes, "PN"), ["MÃ¼ller^JÃ¼rgen"]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /--charset-map "ISO_IR 100=ISO_IR 192"/);
  });
  test("is read as UTF-8 if that is one of the values", () => {
    const { options, warnings } = collecting();
    const charset = Charset.of(["ISO_IR 100", "ISO_IR 192"], options);
    assert.deepEqual(charset.decode(bytes, "PN"), ["Müller^Jürgen"]);
    assert.deepEqual(charset.decode(Uint8Array.of(0xe4), "PN"), ["ä"]);
    assert.match(warnings.join("\n"), /only where the bytes are valid UTF-8/);
  });
});
