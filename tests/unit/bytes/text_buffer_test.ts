import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { latin1Bytes } from "../../../src/bytes/latin1.ts";
import { TextBuffer } from "../../../src/bytes/text_buffer.ts";

const parts = fc.array(
  fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 200 }).map((text) => ({ text })),
    fc.record({
      code: fc.integer({ min: 0x20, max: 0x7e }),
      count: fc.nat(90),
    }),
  ),
  { maxLength: 40 },
);

describe("TextBuffer", () => {
  test("is UTF-8 of all that was added, however it was added", () => {
    fc.assert(fc.property(parts, fc.boolean(), (parts, copies) => {
      const buffer = new TextBuffer();
      let expected = "";
      for (const part of parts) {
        if ("code" in part) {
          buffer.fill(part.code, part.count);
          expected += String.fromCharCode(part.code).repeat(part.count);
        } else {
          const bytes = buffer.encode(part.text);
          if (copies) buffer.copy(bytes, 0, bytes.length);
          else buffer.text(part.text);
          expected += part.text;
        }
      }
      const bytes = new TextEncoder().encode(expected);
      assert.equal(buffer.length, bytes.length);
      assert.deepEqual(buffer.bytes, bytes);
      assert.equal(buffer.takeText(), expected);
      assert.equal(buffer.length, 0);
    }));
  });

  test("is one byte per character where characters are bytes", () => {
    const characters = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) =>
        String.fromCharCode(code)
      ),
      maxLength: 300,
    });
    fc.assert(fc.property(characters, (text) => {
      const buffer = new TextBuffer(true);
      buffer.text(text);
      const bytes = buffer.encode(text);
      buffer.copy(bytes, 0, bytes.length);
      assert.equal(buffer.takeText(), text + text);
      buffer.text(text);
      assert.deepEqual(buffer.bytes, latin1Bytes(text));
    }));
  });

  test("adds bytes of any length as a whole, and takes back", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ maxLength: 40_000, minLength: 20_000 }),
        (short, long) => {
          const buffer = new TextBuffer();
          buffer.whole(short);
          buffer.whole(long);
          assert.deepEqual(buffer.bytes, Uint8Array.of(...short, ...long));
          buffer.truncate(short.length);
          assert.equal(buffer.length, short.length);
          assert.deepEqual(buffer.bytes, short);
          buffer.whole(short);
          assert.deepEqual(buffer.bytes, Uint8Array.of(...short, ...short));
        },
      ),
      { numRuns: 20 },
    );
  });

  test("grows", () => {
    const buffer = new TextBuffer();
    const long = "é".repeat(100_000);
    for (let count = 0; count < 3; count++) buffer.text(long);
    assert.equal(buffer.takeText(), long.repeat(3));
  });

  test("copies a part, and adds none for a count below one", () => {
    const buffer = new TextBuffer();
    buffer.copy(Uint8Array.of(0x61, 0x62, 0x63, 0x64), 1, 3);
    buffer.fill(0x20, -3);
    assert.equal(buffer.takeText(), "bc");
  });
});
