/** GB 18030 and GBK against independent samples (CPython 3), UTF-8 strictness, and trail bytes that look like delimiters. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import samples from "../../fixtures/charset/chinese_samples.json" with {
  type: "json",
};
import { Charset } from "../../../src/charset/charset.ts";
import { collecting, fromHex, strict, toHex } from "./support.ts";

describe("encodings without code extension", () => {
  for (const [encoding, pairs] of Object.entries(samples)) {
    test(`${encoding} agrees with independent samples`, () => {
      const charset = Charset.of([encoding.toUpperCase()], strict);
      for (const [text, hex] of pairs as [string, string][]) {
        assert.equal(
          toHex(charset.encode(text, "single")),
          toHex(fromHex(hex)),
          `U+${text.codePointAt(0)?.toString(16)}`,
        );
        assert.deepEqual(charset.decode(fromHex(hex), "single"), [text]);
      }
    });
  }

  test("GBK leaves out what only GB 18030 has", () => {
    const gbk = Charset.of(["GBK"], strict);
    for (const character of ["€", "ǹ", "\u{20000}", "\ue000", "\ufe10"]) {
      assert.equal(gbk.canEncode(character), false, character);
    }
  });

  test("trail bytes 5C, 5E and 7C are halves of characters", () => {
    const gbk = Charset.of(["GBK"], strict);
    // 81 5C, 5C, 81 5E, 5E
    const bytes = fromHex("81 5c 5c 81 5e 5e 81 7c");
    const values = gbk.decode(bytes, "PN");
    assert.deepEqual(values.length, 2);
    assert.equal(toHex(gbk.encode(values.join("\\"), "PN")), toHex(bytes));
  });

  for (
    const [name, hex, text, places] of [
      ["an overlong form", "41 c0 af 42", "A��B", 2],
      ["a surrogate", "ed a0 80", "���", 3],
      ["a lone continuation", "41 92", "A�", 1],
      ["a truncated character", "e5 b1", "�", 1],
      ["beyond U+10FFFF", "f4 90 80 80", "����", 4],
    ] as const
  ) {
    test(`UTF-8 replaces ${name} and says so`, () => {
      const { options, warnings } = collecting();
      const charset = Charset.of(["ISO_IR 192"], options);
      assert.deepEqual(charset.decode(fromHex(hex), "single"), [text]);
      const offset = hex.startsWith("41") ? 1 : 0;
      const byte = hex.split(" ")[offset]!.toUpperCase();
      assert.deepEqual(warnings, [
        `${places} place${
          places === 1 ? "" : "s"
        } not decodable as ISO_IR 192, replaced by U+FFFD; ` +
        `the first is byte ${byte} at offset ${offset}: ` +
        'if it is Latin-1, read ISO_IR 192 as ISO_IR 100 with --charset-map "ISO_IR 192=ISO_IR 100"',
      ]);
    });
  }

  test("bytes beside characters of UTF-8 are not taken for Latin-1", () => {
    const { options, warnings } = collecting();
    const charset = Charset.of(["ISO_IR 192"], options);
    charset.decode(fromHex("c3 bc ff"), "single");
    assert.deepEqual(warnings, [
      "1 place not decodable as ISO_IR 192, replaced by U+FFFD; the first is byte FF at offset 2",
    ]);
  });

  test("U+FFFD and a byte order mark that were really sent are not faults", () => {
    const utf8 = Charset.of(["ISO_IR 192"], strict);
    const text = "\ufeffa\ufffdb";
    assert.deepEqual(utf8.decode(utf8.encode(text, "single"), "single"), [
      text,
    ]);
  });

  test("half a surrogate pair cannot be encoded", () => {
    const utf8 = Charset.of(["ISO_IR 192"], strict);
    assert.throws(() => utf8.encode("ab\u{1f600}\ud800c", "single"), {
      code: "encode",
      message:
        'Cannot encode character (U+D800) at position 5: it is not in "ISO_IR 192"',
    });
  });
});
