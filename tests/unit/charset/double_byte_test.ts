/**
 * The two-byte tables against independent ones: tests/fixtures/charset/two_byte_rows.json holds rows of the codecs
 * euc_jp, euc_kr and gb2312 of CPython 3 (U+FFFD for empty cells) and how many characters each set has there.
 */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import facts from "../../fixtures/charset/two_byte_rows.json" with {
  type: "json",
};
import {
  type DoubleByteName,
  doubleByteTable,
} from "../../../src/charset/double_byte.ts";

/** Cells on which the codecs differ for good reason: ours first. Row and cell as in the standards. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "jis-x-0208 1-29": "―—",
  "jis-x-0208 1-32": "＼\\",
  "jis-x-0208 1-33": "～〜",
  "jis-x-0208 1-34": "∥‖",
  "jis-x-0208 1-61": "－−",
  "jis-x-0208 1-81": "￠¢",
  "jis-x-0208 1-82": "￡£",
  "jis-x-0208 2-44": "￢¬",
  "jis-x-0212 2-23": "～~",
  "gb-2312 1-4": "·・",
  "gb-2312 1-10": "—―",
};

describe("DoubleByteTable", () => {
  for (const [name, { count, rows }] of Object.entries(facts)) {
    const table = doubleByteTable(name as DoubleByteName);

    test(`${name} agrees with the independent rows`, () => {
      for (const [row, characters] of Object.entries(rows)) {
        Array.from(characters as string).forEach((expected, index) => {
          if (expected === "\ufffd") return;
          const place = `${name} ${row}-${index + 1}`;
          const actual = String.fromCharCode(
            table.character(0x20 + Number(row), 0x21 + index),
          );
          if (actual === expected) return;
          assert.equal(actual + expected, DIFFERENCES[place], place);
        });
      }
    });

    test(`${name} encodes what it decodes, and nothing beyond the registered set`, () => {
      assert.equal(table.code(0), -1);
      let encodable = 0;
      for (let row = 0x21; row < 0x7f; row++) {
        for (let cell = 0x21; cell < 0x7f; cell++) {
          const character = table.character(row, cell);
          if (character === 0) continue;
          const code = table.code(character);
          if (code === (row << 8 | cell)) encodable++;
        }
      }
      // The Python codec has the euro and registered signs of 1998, but not the Hangul filler.
      assert.equal(encodable, name === "ks-x-1001" ? count - 1 : count);
    });
  }

  test("vendor extensions are read but never sent", () => {
    // NEC row 13: a circled digit one. NEC row 91: the "ladder" form of a frequent character of names.
    const table = doubleByteTable("jis-x-0208");
    assert.equal(table.character(0x2d, 0x21), 0x2460);
    assert.equal(table.code(0x2460), -1);
    assert.equal(table.code(0x9ad9), -1);
  });

  test("look-alikes of other systems are sent as what the table has", () => {
    const table = doubleByteTable("jis-x-0208");
    assert.equal(table.code("〜".charCodeAt(0)), 0x2141);
    assert.equal(table.code("～".charCodeAt(0)), 0x2141);
    assert.equal(table.code("−".charCodeAt(0)), 0x215d);
  });
});
