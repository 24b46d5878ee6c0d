/** The values of Specific Character Set, however they are written, and the sets that each brings (PS3.3 C.12.1.1.2). */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isCharsetName, isCharsetTerm } from "../../../src/charset/charset.ts";
import { codeSet, ESCAPES } from "../../../src/charset/code_set.ts";
import {
  isDefinedTerm,
  isSameTerm,
  parseTerm,
  REGISTRATIONS,
  spelling,
} from "../../../src/charset/terms.ts";

describe("parseTerm()", () => {
  /** What is meant, as the only value, as one of several, and in whatever other ways it is written. */
  // deno-fmt-ignore
  const rows: [alone: string, among: string, written: string[]][] = [
    ["ISO_IR 6", "ISO 2022 IR 6", ["", " ", "ISO_IR 6", "ASCII", "US-ASCII", "ISO 646", "ISO_IR 006"]],
    ["ISO_IR 100", "ISO 2022 IR 100", ["ISO_IR 100", "ISO 2022 IR 100", "iso ir 100", "ISO-IR-100", "ISO100", "ISO 2022-100", "ISO2022IR100", "ISO_2022_IR_100", "\0ISO_IR 100 ", "latin1", "Latin-1", "ISO-8859-1", "iso8859_1"]],
    ["ISO_IR 101", "ISO 2022 IR 101", ["ISO_IR 101", "ISO 8859-2"]],
    ["ISO_IR 109", "ISO 2022 IR 109", ["ISO_IR 109", "ISO 8859-3"]],
    ["ISO_IR 110", "ISO 2022 IR 110", ["ISO_IR 110", "ISO 8859-4"]],
    ["ISO_IR 144", "ISO 2022 IR 144", ["ISO_IR 144", "ISO 8859-5"]],
    ["ISO_IR 127", "ISO 2022 IR 127", ["ISO_IR 127", "ISO 8859-6"]],
    ["ISO_IR 126", "ISO 2022 IR 126", ["ISO_IR 126", "ISO 8859-7"]],
    ["ISO_IR 138", "ISO 2022 IR 138", ["ISO_IR 138", "ISO 8859-8"]],
    ["ISO_IR 148", "ISO 2022 IR 148", ["ISO_IR 148", "ISO 8859-9"]],
    ["ISO_IR 166", "ISO 2022 IR 166", ["ISO_IR 166", "ISO 8859-11", "TIS 620"]],
    ["ISO_IR 203", "ISO 2022 IR 203", ["ISO_IR 203", "ISO 8859-15"]],
    ["ISO_IR 13", "ISO 2022 IR 13", ["ISO_IR 13", "ISO 2022 IR 13"]],
    ["ISO 2022 IR 87", "ISO 2022 IR 87", ["ISO_IR 87", "ISO 2022 IR 87"]],
    ["ISO 2022 IR 159", "ISO 2022 IR 159", ["ISO_IR 159"]],
    ["ISO 2022 IR 149", "ISO 2022 IR 149", ["ISO_IR 149", "ISO 2011 IR 149"]],
    ["ISO 2022 IR 58", "ISO 2022 IR 58", ["ISO 2022 IR 58", "ISO_IR 165"]],
    ["ISO_IR 192", "ISO_IR 192", ["ISO_IR 192", "ISO 2022 IR 192", "UTF-8", "utf8", "Unicode"]],
    ["GB18030", "GB18030", ["GB18030", "gb 18030", "GB-18030"]],
    ["GBK", "GBK", ["GBK", "GB2312", "GB 2312", "CP936"]],
  ];
  for (const [alone, among, written] of rows) {
    test(`knows ${alone}`, () => {
      for (const text of written) {
        const term = parseTerm(text);
        assert.equal(spelling(term, false), alone, text);
        assert.equal(spelling(term, true), among, text);
        assert.equal(isDefinedTerm(term), true, text);
        assert.ok(isSameTerm(term, parseTerm(alone)));
        if (text.trim() === "") continue;
        assert.ok(isCharsetName(text) && isCharsetTerm(text), text);
      }
    });
  }

  test("knows the encodings of the runtime by their own names", () => {
    // deno-fmt-ignore
    const rows = [
      ["windows-1252", "windows-1252"], ["cp1251", "windows-1251"], ["Shift-JIS", "shift_jis"], ["euc-kr", "euc-kr"], ["big5", "big5"], ["koi8-r", "koi8-r"],
      ["latin2", "iso-8859-2"],
    ] as const;
    for (const [text, name] of rows) {
      const term = parseTerm(text);
      assert.deepEqual(term, { type: "runtime", name, label: name });
      assert.equal(isDefinedTerm(term), false);
      assert.equal(isCharsetName(text), true);
      assert.equal(isCharsetTerm(text), false);
    }
  });

  test("knows no others, nor those that do not contain ASCII", () => {
    // deno-fmt-ignore
    const rows = ["X", "ISO_IR", "ISO_IR 7", "ISO_IR 1000", "ISO 20222 IR 100", "ISO_IR 100x", "utf-16", "utf-16le", "utf-16be", "iso-2022-jp", "iso-2022-kr",
      "x-user-defined"];
    for (const text of rows) {
      assert.deepEqual(parseTerm(text), { type: "unknown", name: text });
      assert.equal(isCharsetName(text), false);
    }
    assert.equal(spelling(parseTerm(" ISO_IR 7\0"), true), "ISO_IR 7");
  });
});

test("each registration has the sets and escape sequences of PS3.3 Tables C.12-2 to C.12-4", () => {
  // deno-fmt-ignore
  const rows = [
    "6 ascii - (B=ascii:0", "100 ascii latin-1 (B=ascii:0 -A=latin-1:1", "101 ascii latin-2 (B=ascii:0 -B=latin-2:1", "109 ascii latin-3 (B=ascii:0 -C=latin-3:1",
    "110 ascii latin-4 (B=ascii:0 -D=latin-4:1", "148 ascii latin-5 (B=ascii:0 -M=latin-5:1", "203 ascii latin-9 (B=ascii:0 -b=latin-9:1",
    "144 ascii cyrillic (B=ascii:0 -L=cyrillic:1", "127 ascii arabic (B=ascii:0 -G=arabic:1", "126 ascii greek (B=ascii:0 -F=greek:1",
    "138 ascii hebrew (B=ascii:0 -H=hebrew:1", "166 ascii thai (B=ascii:0 -T=thai:1", "13 romaji katakana (J=romaji:0 )I=katakana:1",
    "87 ascii - $B=jis-x-0208:0", "159 ascii - $(D=jis-x-0212:0", "149 ascii - $)C=ks-x-1001:1", "58 ascii - $)A=gb-2312:1",
  ];
  const actual = [...REGISTRATIONS].map(([number, { g0, g1, escapes }]) =>
    `${number} ${g0} ${g1 ?? "-"} ${
      escapes.map((escape) => {
        const { set, half } = ESCAPES.get(escape)!;
        return `${escape}=${set}:${half}`;
      }).join(" ")
    }`
  );
  assert.deepEqual(actual, rows);
});

describe("codeSet()", () => {
  test("names each set as DICOM does", () => {
    for (const [number, { g0, g1, escapes }] of REGISTRATIONS) {
      const { set } = ESCAPES.get(escapes.at(-1)!)!;
      assert.equal(codeSet(set).term, `ISO 2022 IR ${number}`);
      assert.equal(codeSet(g1 ?? g0).width, 1);
    }
  });

  test("JIS X 0201 has two characters that ASCII has not, and lacks two", () => {
    const [ascii, romaji] = [codeSet("ascii"), codeSet("romaji")];
    for (let code = 0x20; code < 0x7f; code++) {
      const character = String.fromCharCode(code);
      assert.equal(ascii.character(code, 0), character);
      assert.equal(ascii.code(character), code);
      const isOther = code === 0x5c || code === 0x7e;
      const other = code === 0x5c ? "¥" : code === 0x7e ? "‾" : character;
      assert.equal(romaji.character(code, 0), other);
      assert.equal(romaji.code(other), code);
      assert.equal(romaji.code(character), isOther ? -1 : code);
    }
    assert.equal(ascii.code("\x7f"), -1);
    assert.equal(ascii.code("é"), -1);
  });

  test("has no code for characters of other sets", () => {
    for (const name of ["latin-1", "cyrillic", "katakana"] as const) {
      assert.equal(codeSet(name).code("山"), -1);
      assert.equal(codeSet(name).code("\ufffd"), -1);
    }
    assert.equal(codeSet("jis-x-0208").code("é"), -1);
  });
});
