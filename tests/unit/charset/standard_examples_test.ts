/**
 * The examples of PS3.5 Annexes H to K, byte for byte in both directions if the standard gives bytes, and those of
 * other scripts that its wording implies. Each row: character sets, kind, text, bytes.
 */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { Charset, type TextKind } from "../../../src/charset/charset.ts";
import { fromHex, strict, toHex } from "./support.ts";

interface Example {
  readonly name: string;
  readonly terms: readonly string[];
  readonly kind: TextKind;
  readonly text: string;
  readonly bytes: string;
}

const EXAMPLES: readonly Example[] = [
  {
    name: "H.3.1: Japanese name, value 1 empty",
    terms: ["", "ISO 2022 IR 87"],
    kind: "PN",
    text: "Yamada^Tarou=山田^太郎=やまだ^たろう",
    bytes: `59 61 6d 61 64 61 5e 54 61 72 6f 75
      3d 1b 24 42 3b 33 45 44 1b 28 42 5e 1b 24 42 42 40 4f 3a 1b 28 42
      3d 1b 24 42 24 64 24 5e 24 40 1b 28 42 5e 1b 24 42 24 3f 24 6d 24 26 1b 28 42`,
  },
  {
    name: "H.3.2: Japanese name, value 1 is JIS X 0201",
    terms: ["ISO 2022 IR 13", "ISO 2022 IR 87"],
    kind: "PN",
    text: "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    bytes: `d4 cf c0 de 5e c0 db b3
      3d 1b 24 42 3b 33 45 44 1b 28 4a 5e 1b 24 42 42 40 4f 3a 1b 28 4a
      3d 1b 24 42 24 64 24 5e 24 40 1b 28 4a 5e 1b 24 42 24 3f 24 6d 24 26 1b 28 4a`,
  },
  {
    name: "I.2: Korean name",
    terms: ["", "ISO 2022 IR 149"],
    kind: "PN",
    text: "Hong^Gildong=洪^吉洞=홍^길동",
    bytes: `48 6f 6e 67 5e 47 69 6c 64 6f 6e 67
      3d 1b 24 29 43 fb f3 5e 1b 24 29 43 d1 ce d4 d7
      3d 1b 24 29 43 c8 ab 5e 1b 24 29 43 b1 e6 b5 bf`,
  },
  {
    name: "J.1: Chinese name in UTF-8",
    terms: ["ISO_IR 192"],
    kind: "PN",
    text: "Wang^XiaoDong=王^小東=",
    bytes: `57 61 6e 67 5e 58 69 61 6f 44 6f 6e 67
      3d e7 8e 8b 5e e5 b0 8f e6 9d b1 3d`,
  },
  {
    name: "J.2: Chinese text in UTF-8",
    terms: ["ISO_IR 192"],
    kind: "single",
    text:
      "The first line includes中文.\r\nThe second line includes中文, too.\r\nThe third line.\r\n",
    bytes: `54 68 65 20 66 69 72 73 74 20 6c 69 6e 65 20 69 6e 63 6c 75 64 65
      73 e4 b8 ad e6 96 87 2e 0d 0a 54 68 65 20 73 65 63 6f 6e 64 20 6c 69 6e
      65 20 69 6e 63 6c 75 64 65 73 e4 b8 ad e6 96 87 2c 20 74 6f 6f 2e 0d 0a
      54 68 65 20 74 68 69 72 64 20 6c 69 6e 65 2e 0d 0a`,
  },
  ...["GB18030", "GBK"].flatMap((term): Example[] => [
    {
      name: `J.3: Chinese name in ${term}`,
      terms: [term],
      kind: "PN",
      text: "Wang^XiaoDong=王^小东=",
      bytes: `57 61 6e 67 5e 58 69 61 6f 44 6f 6e 67
        3d cd f5 5e d0 a1 b6 ab 3d`,
    },
    {
      name: `J.4: Chinese text in ${term}`,
      terms: [term],
      kind: "single",
      text:
        "The first line includes中文.\r\nThe second line includes中文, too.\r\nThe third line.\r\n",
      bytes: `54 68 65 20 66 69 72 73 74 20 6c 69 6e 65 20 69 6e 63 6c 75 64
        65 73 d6 d0 ce c4 2e 0d 0a 54 68 65 20 73 65 63 6f 6e 64 20 6c 69 6e 65
        20 69 6e 63 6c 75 64 65 73 d6 d0 ce c4 2c 20 74 6f 6f 2e 0d 0a 54 68 65
        20 74 68 69 72 64 20 6c 69 6e 65 2e 0d 0a`,
    },
  ]),
  {
    name: "K.2: Chinese name in GB 2312",
    terms: ["", "ISO 2022 IR 58"],
    kind: "PN",
    text: "Zhang^XiaoDong=张^小东= ",
    bytes: `5a 68 61 6e 67 5e 58 69 61 6f 44 6f 6e 67
      3d 1b 24 29 41 d5 c5 5e 1b 24 29 41 d0 a1 b6 ab 3d 20`,
  },
  {
    name: "Chinese name in GB 2312, another one",
    terms: ["", "ISO 2022 IR 58"],
    kind: "PN",
    text: "Wang^XiaoDong=王^小东",
    bytes: `57 61 6e 67 5e 58 69 61 6f 44 6f 6e 67
      3d 1b 24 29 41 cd f5 5e 1b 24 29 41 d0 a1 b6 ab`,
  },
  {
    // The bytes of the standard say "1." where its text says "1)".
    name: "K.3: Chinese text in GB 2312, one escape sequence per line",
    terms: ["", "ISO 2022 IR 58"],
    kind: "single",
    text: "1.第一行文字。\r\n2.第二行文字。\r\n3.第三行文字。\r\n",
    bytes: `31 2e 1b 24 29 41 b5 da d2 bb d0 d0 ce c4 d7 d6 a1 a3 0d 0a
      32 2e 1b 24 29 41 b5 da b6 fe d0 d0 ce c4 d7 d6 a1 a3 0d 0a
      33 2e 1b 24 29 41 b5 da c8 fd d0 d0 ce c4 d7 d6 a1 a3 0d 0a`,
  },
  {
    name: "French name",
    terms: ["ISO_IR 100"],
    kind: "PN",
    text: "Buc^Jérôme",
    bytes: "42 75 63 5e 4a e9 72 f4 6d 65",
  },
  {
    name: "German name",
    terms: ["ISO_IR 100"],
    kind: "PN",
    text: "Äneas^Rüdiger",
    bytes: "c4 6e 65 61 73 5e 52 fc 64 69 67 65 72",
  },
  {
    name: "Greek name",
    terms: ["ISO_IR 126"],
    kind: "PN",
    text: "Διονυσιος",
    bytes: "c4 e9 ef ed f5 f3 e9 ef f2",
  },
  {
    name: "Arabic name",
    terms: ["ISO_IR 127"],
    kind: "PN",
    text: "قباني^لنزار",
    bytes: "e2 c8 c7 e6 ea 5e e4 e6 d2 c7 d1",
  },
  {
    name: "Hebrew name",
    terms: ["ISO_IR 138"],
    kind: "PN",
    text: "שרון^דבורה",
    bytes: "f9 f8 e5 ef 5e e3 e1 e5 f8 e4",
  },
  {
    name: "Russian word with a Latin letter in it",
    terms: ["ISO_IR 144"],
    kind: "PN",
    text: "Люкceмбypг",
    bytes: "bb ee da 63 65 dc d1 79 70 d3",
  },
  {
    name: "Polish name",
    terms: ["ISO_IR 101"],
    kind: "PN",
    text: "Wałęsa^Łucja",
    bytes: "57 61 b3 ea 73 61 5e a3 75 63 6a 61",
  },
  {
    name: "Turkish name",
    terms: ["ISO_IR 148"],
    kind: "PN",
    text: "Çavuşoğlu^Işıl",
    bytes: "c7 61 76 75 fe 6f f0 6c 75 5e 49 fe fd 6c",
  },
  {
    name: "Euro sign in Latin-9",
    terms: ["ISO_IR 203"],
    kind: "single",
    text: "Œuvre 5 €",
    bytes: "bc 75 76 72 65 20 35 20 a4",
  },
  {
    name: "Thai name",
    terms: ["ISO_IR 166"],
    kind: "PN",
    text: "นามสกุล^ชื่อ",
    bytes: "b9 d2 c1 ca a1 d8 c5 5e aa d7 e8 cd",
  },
  {
    name: "Katakana alone",
    terms: ["ISO_IR 13"],
    kind: "PN",
    text: "ﾔﾏﾀﾞ^ﾀﾛｳ",
    bytes: "d4 cf c0 de 5e c0 db b3",
  },
  {
    name: "Supplementary kanji",
    terms: ["", "ISO 2022 IR 87", "ISO 2022 IR 159"],
    kind: "PN",
    text: "A=丂山",
    bytes: "41 3d 1b 24 28 44 30 21 1b 24 42 3b 33 1b 28 42",
  },
  {
    name: "Latin-1 and Korean, the right half back before each delimiter",
    terms: ["ISO 2022 IR 100", "ISO 2022 IR 149"],
    kind: "PN",
    text: "ç^ㅊ^ç",
    bytes: "e7 5e 1b 24 29 43 a4 ba 1b 2d 41 5e e7",
  },
  {
    name: "Greek, Cyrillic and Latin in one value",
    terms: ["ISO 2022 IR 100", "ISO 2022 IR 144", "ISO 2022 IR 126"],
    kind: "multiple",
    text: "éλЛ\\é",
    bytes: "e9 1b 2d 46 eb 1b 2d 4c bb 1b 2d 41 5c e9",
  },
];

describe("examples of the standard", () => {
  for (const { name, terms, kind, text, bytes } of EXAMPLES) {
    test(`${name}, decoded`, () => {
      const values = Charset.of(terms, strict).decode(fromHex(bytes), kind);
      assert.equal(values.join("\\"), text);
    });
    test(`${name}, encoded`, () => {
      const encoded = Charset.of(terms, strict).encode(text, kind);
      assert.equal(toHex(encoded), toHex(fromHex(bytes)));
    });
  }

  test("I.3: an escape sequence at the head of a line serves the whole line", () => {
    const korean = Charset.of(["", "ISO 2022 IR 149"], strict);
    // ESC $ ) C "The first 한글" CR LF ESC $ ) C "second 한글"
    const bytes = fromHex(`1b 24 29 43 54 68 65 20 66 69 72 73 74 20 c7 d1 b1 db
      0d 0a 1b 24 29 43 73 65 63 6f 6e 64 20 c7 d1 b1 db`);
    assert.deepEqual(korean.decode(bytes, "single"), [
      "The first 한글\r\nsecond 한글",
    ]);
  });

  test("the right half returns before a delimiter without an escape sequence", () => {
    const charset = Charset.of(["ISO 2022 IR 100", "ISO 2022 IR 149"], strict);
    const bytes = fromHex("e7 5e 1b 24 29 43 a4 ba 5e e7");
    assert.deepEqual(charset.decode(bytes, "PN"), ["ç^ㅊ^ç"]);
  });
});
