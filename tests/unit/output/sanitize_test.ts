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
    ["no joiners", "می\u200cخواهم", "می\u200cخواهم"],
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
