/** Every escape sequence of PS3.3 C.12.1.1.2, and those of other software: what follows is read by it, declared or not. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Charset } from "../../../src/charset/charset.ts";
import { collecting, fromHex, toHex } from "./support.ts";

/** The sequence after ESC, the term that declares it, and a character with its bytes. */
// deno-fmt-ignore
const DEFINED: readonly [escape: string, number: number, bytes: string, character: string][] = [
  ["(J", 13, "5c", "¥"], [")I", 13, "d4", "ﾔ"],
  ["-A", 100, "e9", "é"], ["-B", 101, "b3", "ł"], ["-C", 109, "b1", "ħ"], ["-D", 110, "f3", "ķ"], ["-F", 126, "eb", "λ"], ["-G", 127, "c7", "ا"], ["-H", 138, "f9", "ש"],
  ["-L", 144, "bb", "Л"], ["-M", 148, "f0", "ğ"], ["-T", 166, "a1", "ก"], ["-b", 203, "a4", "€"],
  ["$B", 87, "3b 33", "山"], ["$(D", 159, "30 21", "丂"], ["$)C", 149, "b1 e6", "길"], ["$)A", 58, "cd f5", "王"],
];

// deno-fmt-ignore
const FOREIGN: readonly [escape: string, number: number, bytes: string, character: string][] = [
  ["$@", 87, "3b 33", "山"], ["$(@", 87, "3b 33", "山"], ["$(B", 87, "3b 33", "山"], ["$)B", 87, "bb b3", "山"], ["$)D", 159, "b0 a1", "丂"],
  ["(I", 13, "54", "ﾔ"], [")J", 13, "dc", "¥"],
  ["$A", 58, "4d 75", "王"], ["$(A", 58, "4d 75", "王"], ["$)E", 58, "cd f5", "王"], ["$(C", 149, "31 66", "길"],
];

function escaped(escape: string, bytes: string): Uint8Array {
  return Uint8Array.of(
    0x1b,
    ...Array.from(escape, (letter) => letter.charCodeAt(0)),
    ...fromHex(bytes),
  );
}

function undeclared(escape: string, number: number): string {
  return `Escape sequence ESC ${
    [...escape].join(" ")
  } (ISO 2022 IR ${number}) is not declared by Specific Character Set, decoded all the same`;
}

function read(terms: string[], bytes: Uint8Array) {
  const { options, warnings } = collecting();
  const [text] = Charset.of(terms, options).decode(bytes, "single");
  return { text, warnings };
}

describe("an escape sequence", () => {
  for (const [escape, number, bytes, character] of DEFINED) {
    test(`ESC ${escape} is read if it is declared, and with a warning elsewhere`, () => {
      const text = escaped(escape, bytes);
      const several = ["ISO 2022 IR 6", `ISO 2022 IR ${number}`];
      assert.deepEqual(read(several, text), { text: character, warnings: [] });
      const other = number === 100 ? "ISO_IR 101" : "ISO_IR 100";
      assert.deepEqual(read([other], text), {
        text: character,
        warnings: [undeclared(escape, number)],
      });
      // A single value in the short spelling declares no escape sequence, not even to its own set.
      const isPlain = ![87, 159, 149, 58].includes(number);
      if (!isPlain) return;
      assert.deepEqual(read([`ISO_IR ${number}`], text), {
        text: character,
        warnings: [undeclared(escape, number)],
      });
      assert.deepEqual(read([`ISO 2022 IR ${number}`], text), {
        text: character,
        warnings: [],
      });
    });

    test(`ESC ${escape} is written if its set is declared`, () => {
      const charset = Charset.of(["", `ISO 2022 IR ${number}`]);
      const written = toHex(charset.encode(character, "single"));
      const back = escape.startsWith("(") || /^\$[B(]/.test(escape)
        ? " 1b 28 42"
        : "";
      assert.equal(written, toHex(escaped(escape, bytes)) + back);
    });
  }

  for (const [escape, number, bytes, character] of FOREIGN) {
    test(`ESC ${escape} of other software is read, with a warning`, () => {
      assert.deepEqual(
        read(["", `ISO 2022 IR ${number}`], escaped(escape, bytes)),
        { text: character, warnings: [undeclared(escape, number)] },
      );
    });
  }

  test("that is unknown is not swallowed", () => {
    const { text, warnings } = read([], escaped("-Z", "41"));
    assert.equal(text, "\ufffd-ZA");
    assert.deepEqual(warnings, [
      "1 place not decodable as ISO_IR 6, replaced by U+FFFD; the first is byte 1B at offset 0",
    ]);
  });
});
