import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  isHostile,
  sanitize,
  sanitizeLines,
} from "../../../src/output/sanitize.ts";

describe("sanitize()", () => {
  const rows: [what: string, text: string, expected: string][] = [
    ["ESC", "\x1b[2J", "<U+001B>[2J"],
    ["C0", "a\0b\x07\b", "a<U+0000>b<U+0007><U+0008>"],
    ["line ends", "a\r\nb", "a<U+000D><U+000A>b"],
    ["DEL", "\x7f", "<U+007F>"],
    ["C1", "\x9b31m", "<U+009B>31m"],
    ["overrides", "\u202eabc\u202c", "<U+202E>abc<U+202C>"],
    ["isolates", "\u2066a\u2069", "<U+2066>a<U+2069>"],
    ["separators", "a\u2028b\u2029", "a<U+2028>b<U+2029>"],
    ["lone surrogates", "\ud83dx\ude00", "<U+D83D>x<U+DE00>"],
    ["nothing in plain text", "Müller^山田 🙂", "Müller^山田 🙂"],
    [
      "zero-width characters",
      "a\u200b\u2060\ufeffb",
      "a<U+200B><U+2060><U+FEFF>b",
    ],
    [
      "marks of direction",
      "a\u200e\u200f\u061cb",
      "a<U+200E><U+200F><U+061C>b",
    ],
    ["tag characters", "a\u{e0041}\u{e0001}", "a<U+E0041><U+E0001>"],
    [
      "soft hyphens and fillers",
      "a\u00ad\u3164\u115f",
      "a<U+00AD><U+3164><U+115F>",
    ],
    ["joiners in other text", "a\u200db\u200c", "a<U+200D>b<U+200C>"],
    ["a second joiner", "می\u200c\u200cخ", "می<U+200C><U+200C>خ"],
    ["a joiner that joins nothing", "م\u200c x", "م<U+200C> x"],
    ["selectors that select nothing", "a\ufe0f\u{e0100}", "a<U+FE0F><U+E0100>"],
    ["no joiners in Persian", "می\u200cخواهم ه\u200d", "می\u200cخواهم ه\u200d"],
    ["no joiners in Hindi", "क्\u200dष क्\u200cष", "क्\u200dष क्\u200cष"],
    ["no joiner at the end of Malayalam", "ന\u0d4d\u200d", "ന\u0d4d\u200d"],
    ["no variants of ideographs", "辻\u{e0100}", "辻\u{e0100}"],
    ["no emoji of several parts", "❤\ufe0f👨\u200d👩", "❤\ufe0f👨\u200d👩"],
    ["no number sign", "\u0601١", "\u0601١"],
    ["no no-break space", "a\u00a0b", "a\u00a0b"],
  ];
  for (const [what, text, expected] of rows) {
    test(`escapes ${what}`, () => assert.equal(sanitize(text), expected));
  }

  test("leaves nothing hostile, whatever comes in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const result = sanitize(text);
        for (let at = 0; at < result.length; at++) {
          assert.ok(!isHostile(result.charCodeAt(at)));
        }
        assert.ok(result.isWellFormed());
        assert.equal(sanitize(result), result);
      }),
    );
  });
});

test("sanitizeLines() keeps line ends and tabs", () => {
  assert.equal(
    sanitizeLines("a\tb\x1b\r\nc\rd\n\x9b"),
    "a\tb<U+001B>\r\nc<U+000D>d\n<U+009B>",
  );
});

test("every character that is not seen is suspected", () => {
  const unseen =
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
  const seen =
    /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    const isHidden = unseen.test(character) && !seen.test(character);
    if (isHidden !== (sanitize(character) !== character)) {
      assert.fail(`U+${code.toString(16)}`);
    }
  }
});
