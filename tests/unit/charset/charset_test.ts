/** The Charset class itself: the ASCII path, who receives warnings, error messages, and the smallest set for a text. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { Charset, smallestCharset } from "../../../src/charset/charset.ts";
import { collecting, fromHex, strict } from "./support.ts";

describe("Charset.decode()", () => {
  for (
    const terms of [[], ["ISO_IR 100"], ["ISO_IR 192"], ["GBK"], [
      "",
      "ISO 2022 IR 87",
    ]]
  ) {
    test(`ASCII of any length under ${JSON.stringify(terms)}`, () => {
      const charset = Charset.of(terms, strict);
      for (let length = 0; length < 100; length++) {
        const text = "The quick^brown=fox\\jumps ".repeat(4).slice(0, length);
        const bytes = new TextEncoder().encode(text);
        assert.deepEqual(charset.decode(bytes, "multiple"), text.split("\\"));
        assert.deepEqual(charset.decode(bytes, "single"), [text]);
        assert.deepEqual(charset.encode(text, "PN"), bytes);
      }
    });
  }

  test("padding and empty values stay", () => {
    assert.deepEqual(Charset.ascii.decode(fromHex("41 20 5c 5c 00"), "PN"), [
      "A ",
      "",
      "\0",
    ]);
    assert.deepEqual(Charset.ascii.decode(new Uint8Array(), "PN"), [""]);
  });

  test("the caller's callback comes before that of the options", () => {
    const { options, warnings } = collecting();
    const charset = Charset.of(["ISO_IR 192"], options);
    const own: string[] = [];
    charset.decode(fromHex("ff"), "PN", (text) => own.push(`Name: ${text}`));
    assert.deepEqual(warnings, []);
    assert.deepEqual(own, [
      "Name: 1 place not decodable as ISO_IR 192, replaced by U+FFFD; the first is byte FF at offset 0: " +
      "if it is Latin-1, read ISO_IR 192 as ISO_IR 100",
    ]);
    charset.decode(fromHex("ff"), "PN");
    assert.equal(warnings.length, 1);
  });

  test("a view into a larger buffer is read within its bounds", () => {
    const buffer = fromHex("ff 4a e9 72 f4 6d 65 ff");
    const charset = Charset.of(["ISO_IR 100"], strict);
    assert.deepEqual(charset.decode(buffer.subarray(1, 7), "PN"), ["Jérôme"]);
  });
});

describe("Charset.encode()", () => {
  test("the error names the character, its place and the character set", () => {
    const charset = Charset.of(["", "ISO 2022 IR 87"], strict);
    assert.throws(() => charset.encode("山é", "PN"), {
      name: "EncodeError",
      message:
        'Cannot encode character "é" (U+00E9) at position 2: it is not in "\\ISO 2022 IR 87"',
    });
    assert.throws(() => Charset.ascii.encode("\u202e", "PN"), {
      message:
        'Cannot encode character (U+202E) at position 1: it is not in "ISO_IR 6"',
    });
  });
});

describe("smallestCharset()", () => {
  for (
    const [text, term] of [
      ["", "ISO_IR 6"],
      ["Doe^John\\Roe^Jane*", "ISO_IR 6"],
      ["Buc^Jérôme", "ISO_IR 100"],
      ["Wałęsa", "ISO_IR 101"],
      ["Ħamrun", "ISO_IR 109"],
      ["Ķegums", "ISO_IR 110"],
      ["Çavuşoğlu^Işıl", "ISO_IR 148"],
      ["Люксембург", "ISO_IR 144"],
      ["Διονυσιος", "ISO_IR 126"],
      ["قباني^لنزار", "ISO_IR 127"],
      ["שרון^דבורה", "ISO_IR 138"],
      ["ชื่อ", "ISO_IR 166"],
      ["ﾔﾏﾀﾞ", "ISO_IR 13"],
      ["Œuvre", "ISO_IR 203"],
      ["山田", "ISO_IR 192"],
      ["é山", "ISO_IR 192"],
      ["Éλ", "ISO_IR 192"],
    ] as const
  ) {
    test(`${JSON.stringify(text)} fits ${term}`, () => {
      const charset = smallestCharset(text);
      assert.equal(charset.label, term);
      const bytes = charset.encode(text, "PN");
      assert.equal(charset.decode(bytes, "PN").join("\\"), text);
    });
  }
});
