/** Declarations as they come: spelled right, misspelt, in the wrong place, unknown, assumed and mapped. PS3.3 C.12.1.1.2 */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { Charset, isCharsetName } from "../../../src/charset/charset.ts";
import { collecting, fromHex, strict } from "./support.ts";

/** The single value, its code extension spelling, and one character with its byte in the right half. */
const SINGLE_BYTE: readonly (readonly [number, string, string])[] = [
  [100, "é", "e9"],
  [101, "ł", "b3"],
  [109, "ħ", "b1"],
  [110, "ķ", "f3"],
  [148, "ğ", "f0"],
  [203, "€", "a4"],
  [144, "Л", "bb"],
  [127, "ا", "c7"],
  [126, "λ", "eb"],
  [138, "ש", "f9"],
  [166, "ก", "a1"],
  [13, "ﾔ", "d4"],
];

describe("defined terms", () => {
  for (const [number, character, byte] of SINGLE_BYTE) {
    for (const term of [`ISO_IR ${number}`, `ISO 2022 IR ${number}`]) {
      test(`${term} alone`, () => {
        const charset = Charset.of([term], strict);
        assert.deepEqual(charset.terms, [term]);
        assert.deepEqual(charset.decode(fromHex(byte), "PN"), [character]);
      });
    }
    test(`ISO 2022 IR ${number} as an extension`, () => {
      const charset = Charset.of(["", `ISO 2022 IR ${number}`], strict);
      const bytes = charset.encode(`a${character}=a`, "PN");
      assert.deepEqual(charset.decode(bytes, "PN"), [`a${character}=a`]);
    });
  }

  for (const values of [[], [""], ["", ""], ["ISO_IR 6"], ["ISO 2022 IR 6"]]) {
    test(`${JSON.stringify(values)} is the default repertoire`, () => {
      const charset = Charset.of(values, strict);
      assert.deepEqual(charset.terms, []);
      assert.equal(charset.label, "ISO_IR 6");
      assert.equal(charset.canEncode("é"), false);
    });
  }

  test("padding is not part of a term, an empty value at the end is none", () => {
    assert.deepEqual(Charset.of(["ISO_IR 100 ", "\0"], strict).terms, [
      "ISO_IR 100",
    ]);
  });
});

describe("mended terms", () => {
  for (
    const [values, terms] of [
      [["ISO IR 192"], ["ISO_IR 192"]],
      [["iso_ir 192"], ["ISO_IR 192"]],
      [["ISO 2022 IR 192"], ["ISO_IR 192"]],
      [["UTF-8"], ["ISO_IR 192"]],
      [["ISO-IR 100"], ["ISO_IR 100"]],
      [["ISO_IR_100"], ["ISO_IR 100"]],
      [["ISO_IR100"], ["ISO_IR 100"]],
      [["ISO-8859-1"], ["ISO_IR 100"]],
      [["ISO8859-15"], ["ISO_IR 203"]],
      [["TIS-620"], ["ISO_IR 166"]],
      [["GB 18030"], ["GB18030"]],
      [["gb2312"], ["GBK"]],
      [["ISO_2022_IR_6", "ISO 2022 IR 100"], [
        "ISO 2022 IR 6",
        "ISO 2022 IR 100",
      ]],
      [["ISO_IR 13", "ISO 2022 IR 87"], ["ISO 2022 IR 13", "ISO 2022 IR 87"]],
      [["", "ISO 2020 IR 87"], ["", "ISO 2022 IR 87"]],
      [["", "ISO_IR 13"], ["", "ISO 2022 IR 13"]],
      [["", "ISO 2022 IR 165"], ["", "ISO 2022 IR 58"]],
      [["ISO 2022 IR 87"], ["", "ISO 2022 IR 87"]],
      [["ISO 2022 IR 149", "ISO 2022 IR 100"], [
        "",
        "ISO 2022 IR 149",
        "ISO 2022 IR 100",
      ]],
      [["ISO_IR 192", "ISO 2022 IR 100"], ["ISO_IR 192"]],
      [["", "ISO_IR 192"], ["ISO_IR 192"]],
      [["ISO 2022 IR 100", "GB18030"], ["ISO 2022 IR 100"]],
      [["", "X-UNKNOWN", "ISO 2022 IR 87"], ["", "ISO 2022 IR 87"]],
      [["windows-1252"], ["windows-1252"]],
    ] as [string[], string[]][]
  ) {
    test(`${values.join("\\")} is read as ${terms.join("\\")}`, () => {
      const { options, warnings } = collecting();
      assert.deepEqual(Charset.of(values, options).terms, terms);
      assert.ok(warnings.length > 0);
      for (const warning of warnings) {
        assert.match(warning, /^Specific Character Set (value \d )?"/);
      }
    });
  }

  test("the warning shows what came and what it is read as", () => {
    const { options, warnings } = collecting();
    Charset.of(["ISO IR 192"], options);
    assert.deepEqual(warnings, [
      'Specific Character Set value 1 "ISO IR 192" is not a defined term here, read as "ISO_IR 192"',
    ]);
  });

  test("ISO_IR 149 reads Korean with and without escape sequences", () => {
    const charset = Charset.of(["ISO_IR 149"]);
    assert.deepEqual(charset.decode(fromHex("b1 e6 5e b1 e6"), "PN"), [
      "길^길",
    ]);
    const escaped = fromHex("1b 24 29 43 b1 e6");
    assert.deepEqual(charset.decode(escaped, "PN"), ["길"]);
  });

  test("text under an unknown term is UTF-8 if valid, else windows-1252", () => {
    const { options, warnings } = collecting();
    const charset = Charset.of(["ISO_IR 999"], options);
    assert.match(warnings.join(), /"ISO_IR 999" is unknown/);
    assert.deepEqual(charset.decode(fromHex("c3 a9"), "PN"), ["é"]);
    assert.deepEqual(charset.decode(fromHex("e9 41"), "PN"), ["éA"]);
    assert.deepEqual(charset.terms, ["ISO_IR 999"]);
  });
});

describe("assume and map", () => {
  test("assume holds when nothing is declared", () => {
    const { options, warnings } = collecting({ assume: ["ISO_IR 144"] });
    const decode = (terms: string[]) =>
      Charset.of(terms, options).decode(fromHex("bb"), "PN");
    assert.deepEqual(decode([]), ["Л"]);
    assert.deepEqual(decode([""]), ["Л"]);
    assert.deepEqual(decode(["ISO_IR 100"]), ["»"]);
    assert.deepEqual(warnings, []);
  });

  test("assumeAlways overrules what is declared", () => {
    const charset = Charset.of(["ISO_IR 100"], {
      ...strict,
      assume: ["windows-1251"],
      assumeAlways: true,
    });
    assert.deepEqual(charset.decode(fromHex("cb 5c cb"), "multiple"), [
      "Л",
      "Л",
    ]);
  });

  test("several values can be assumed", () => {
    const options = { ...strict, assume: ["", "ISO 2022 IR 87"] };
    const charset = Charset.of([], options);
    const bytes = fromHex("1b 24 42 3b 33 1b 28 42");
    assert.deepEqual(charset.decode(bytes, "PN"), ["山"]);
  });

  test("a mapped term keeps its spelling and reads as the target", () => {
    const map = new Map([["ISO_IR100", "windows-1252"]]);
    const charset = Charset.of(["ISO_IR 100"], { ...strict, map });
    assert.deepEqual(charset.terms, ["ISO_IR 100"]);
    assert.deepEqual(charset.decode(fromHex("80 e9 92"), "PN"), ["€é’"]);
    assert.deepEqual(charset.encode("€’", "PN"), fromHex("80 92"));
  });

  test("a map holds under code extension too", () => {
    const map = new Map([["ISO_IR 100", "windows-1252"]]);
    const terms = ["ISO 2022 IR 100", "ISO 2022 IR 87"];
    const charset = Charset.of(terms, { ...strict, map });
    const bytes = fromHex("92 1b 24 42 3b 33 1b 28 42 1b 2d 41 80");
    assert.deepEqual(charset.decode(bytes, "PN"), ["’山€"]);
  });

  test("a mapped term keeps its escape sequences", () => {
    const map = new Map([["ISO_IR 100", "ISO_IR 203"]]);
    const terms = ["", "ISO 2022 IR 100"];
    const charset = Charset.of(terms, { ...strict, map });
    assert.deepEqual(charset.decode(fromHex("1b 2d 41 a4"), "PN"), ["€"]);
    assert.deepEqual(charset.encode("€", "PN"), fromHex("1b 2d 41 a4"));
  });

  test("a map to a multi-byte encoding does not break code extension", () => {
    const map = new Map([["ISO 2022 IR 149", "euc-kr"]]);
    const { options, warnings } = collecting({ map });
    const charset = Charset.of(["", "ISO 2022 IR 149"], options);
    const bytes = fromHex("1b 24 29 43 b1 e6");
    assert.deepEqual(charset.decode(bytes, "PN"), ["길"]);
    assert.deepEqual(warnings, [
      'Specific Character Set value 2 "ISO 2022 IR 149" cannot be read as "euc-kr" besides others',
    ]);
  });

  for (
    const [from, to, bytes, text] of [
      ["ISO_IR 100", "ISO_IR 203", "a4", "€"],
      ["ISO_IR 13", "windows-1252", "5c 80", "\\€"],
      ["ISO_IR 6", "windows-1252", "80", "€"],
      ["ISO_IR 13", "shift_jis", "8e 52 5e 83 5c", "山^ソ"],
      ["ISO_IR 100", "utf-8", "c3 a9", "é"],
      ["NONSENSE", "ISO_IR 101", "b3", "ł"],
      ["ISO_IR 192", "ISO_IR 100", "e9", "é"],
      ["ISO 2022 IR 149", "euc-kr", "8c 63", "똠"],
    ] as const
  ) {
    test(`${from} read as ${to}`, () => {
      const options = { ...strict, map: new Map([[from, to]]) };
      const charset = Charset.of([from], options);
      assert.deepEqual(charset.decode(fromHex(bytes), "single"), [text]);
      assert.deepEqual(charset.encode(text, "single"), fromHex(bytes));
    });
  }

  test("a name that does not exist is the user's fault", () => {
    const fault = {
      code: "usage",
      message: 'Unknown character set "latin-99"',
    };
    assert.throws(() => Charset.of([], { assume: ["latin-99"] }), fault);
    const map = new Map([["ISO_IR 100", "latin-99"]]);
    assert.throws(() => Charset.of(["ISO_IR 100"], { map }), fault);
    assert.equal(isCharsetName("latin-99"), false);
    assert.equal(isCharsetName("utf-16le"), false);
    assert.equal(isCharsetName("windows-1250"), true);
    assert.equal(isCharsetName("iso ir 100"), true);
  });
});
