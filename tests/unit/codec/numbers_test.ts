/** Numbers of every binary VR: the bytes that hold them, and the numbers that each refuses (PS3.5 6.2). */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  bigintsOf,
  INTEGER_RANGES,
  numberElement,
  numbersOf,
  padded,
  rawElement,
  stringsOf,
  tagElement,
  tagsOf,
} from "../../../src/codec/values.ts";
import { plainValue } from "../../../src/dataset/dataset.ts";
import type { Vr } from "../../../src/dataset/vr.ts";
import { toHex } from "../../support/hex.ts";

const TAG = 0x00189999;

/** VR, number, and the bytes of its value field. */
const NUMBERS: readonly (readonly [Vr, number | bigint, string])[] = [
  ["US", 0x1234, "34 12"],
  ["US", 0xffff, "ff ff"],
  ["SS", 0x7fff, "ff 7f"],
  ["SS", -0x8000, "00 80"],
  ["UL", 0x12345678, "78 56 34 12"],
  ["UL", 0xffffffff, "ff ff ff ff"],
  ["SL", 0x7fffffff, "ff ff ff 7f"],
  ["SL", -0x80000000, "00 00 00 80"],
  ["UV", 0x0123456789abcdefn, "ef cd ab 89 67 45 23 01"],
  ["UV", 0xffffffffffffffffn, "ff ff ff ff ff ff ff ff"],
  ["SV", -2n, "fe ff ff ff ff ff ff ff"],
  ["SV", -0x8000000000000000n, "00 00 00 00 00 00 00 80"],
  ["OV", 1n, "01 00 00 00 00 00 00 00"],
  ["FL", -1.5, "00 00 c0 bf"],
  ["OF", 0.25, "00 00 80 3e"],
  ["FD", -1.5, "00 00 00 00 00 00 f8 bf"],
  ["OD", 0.1, "9a 99 99 99 99 99 b9 3f"],
  ["OW", 0x1234, "34 12"],
  ["OL", 0x12345678, "78 56 34 12"],
];

describe("numberElement(), and numbersOf() or bigintsOf() back", () => {
  for (const [vr, number, bytes] of NUMBERS) {
    test(`${vr} ${number}`, () => {
      const element = numberElement(TAG, vr, [number, number]);
      assert.equal(toHex(element.value), `${bytes} ${bytes}`);
      const [own, other] = typeof number === "bigint"
        ? [bigintsOf(element), numbersOf(element)]
        : [numbersOf(element), bigintsOf(element)];
      assert.deepEqual(own, [number, number]);
      assert.deepEqual(other, []);
      // A rest that is no whole number is left out.
      const value = element.value.slice(0, -1);
      const cut = { ...element, value };
      assert.deepEqual([...numbersOf(cut), ...bigintsOf(cut)], [number]);
    });
  }

  test("OB and UN have numbers of one byte, and even length", () => {
    for (const vr of ["OB", "UN"] as const) {
      const element = numberElement(TAG, vr, [0, 127, 255]);
      assert.equal(toHex(element.value), "00 7f ff 00");
      assert.deepEqual(numbersOf(element), [0, 127, 255, 0]);
    }
  });

  test("texts have none", () => {
    const text = rawElement(TAG, "IS", "12");
    assert.deepEqual([numbersOf(text), bigintsOf(text)], [[], []]);
  });
});

/** The whole numbers that each VR allows. */
const RANGES = `
US 0 65535
SS -32768 32767
UL 0 4294967295
SL -2147483648 2147483647
UV 0 18446744073709551615
SV -9223372036854775808 9223372036854775807
OV 0 18446744073709551615
OB 0 255
UN 0 255
OW 0 65535
OL 0 4294967295`;

describe("numberElement() refuses", () => {
  test("numbers beyond the range of the VR", () => {
    assert.deepEqual(
      Object.entries(INTEGER_RANGES).map(([vr, range]) =>
        [vr, ...range].join(" ")
      ),
      RANGES.trim().split("\n"),
    );
    for (const [vr, [least, most]] of Object.entries(INTEGER_RANGES)) {
      for (const good of [least, most]) {
        numberElement(TAG, vr as Vr, [good]);
      }
      for (const bad of [least - 1n, most + 1n]) {
        assert.throws(() => numberElement(TAG, vr as Vr, [bad]), {
          name: "EncodeError",
          message:
            `(0018,9999) ${vr} is out of range: ${bad}, allowed is ${least} to ${most}`,
        });
      }
    }
  });

  test("fractions in whole numbers, and VRs that are no numbers", () => {
    assert.throws(() => numberElement(TAG, "US", [1.5]), {
      message: "(0018,9999) US allows only whole numbers, not 1.5",
    });
    for (const vr of ["LO", "SQ", "AT"] as const) {
      assert.throws(() => numberElement(TAG, vr, [1]), {
        message: `(0018,9999) has VR ${vr}, which is not numeric`,
      });
    }
  });
});

test("tagElement() and tagsOf() write groups first", () => {
  const element = tagElement(TAG, [0x00100020, 0xfffee000]);
  assert.equal(toHex(element.value), "10 00 20 00 fe ff 00 e0");
  assert.deepEqual(tagsOf(element), [0x00100020, 0xfffee000]);
});

describe("padding", () => {
  test("is a NUL for UIDs and bytes, a blank for text", () => {
    const odd = new Uint8Array([1]);
    assert.equal(toHex(padded(odd, "UI")), "01 00");
    assert.equal(toHex(padded(odd, "OB")), "01 00");
    assert.equal(toHex(padded(odd, "LO")), "01 20");
    assert.equal(toHex(padded(new Uint8Array([1, 2]), "LO")), "01 02");
  });

  /** VR, value field, values. */
  const ROWS: readonly (readonly [Vr, string, readonly string[]])[] = [
    ["LO", " a ", ["a"]],
    ["LO", "a\\ b \\", ["a", "b", ""]],
    ["LO", "\0\0", []],
    ["LO", "", []],
    ["LO", "   ", []],
    ["UI", "1.2\0", ["1.2"]],
    ["UI", "1.2\0\0", ["1.2"]],
    ["LT", "  a\\b  ", ["  a\\b"]],
    ["ST", " a ", [" a"]],
    ["CS", " A\\ B", ["A", "B"]],
    ["PN", "A^B ", ["A^B"]],
  ];
  for (const [vr, field, values] of ROWS) {
    test(`stringsOf() leaves out what is no value: ${vr} ${JSON.stringify(field)}`, () => {
      const element = {
        ...rawElement(TAG, vr, ""),
        value: new TextEncoder().encode(field),
      };
      assert.deepEqual(stringsOf(element), values);
      assert.equal(plainValue(element)?.length, field.length);
    });
  }
});
