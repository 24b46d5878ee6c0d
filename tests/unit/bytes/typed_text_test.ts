import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bytesFromText,
  isEscapedByte,
  textFromBytes,
  textFromFile,
} from "../../../src/bytes/typed_text.ts";

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

const ROWS: readonly (readonly [string, string, string])[] = [
  ["nothing", "", ""],
  ["ASCII", "A^B", "A^B"],
  ["UTF-8", "M\xc3\xbcller \xf0\x9f\x98\x80", "Müller 😀"],
  ["a byte order mark", "\xef\xbb\xbfx", "\ufeffx"],
  ["Latin-1", "M\xfcller", "M\udcfcller"],
  ["Latin-1 at the end", "M\xfc", "M\udcfc"],
  ["both", "\xc3\xbc\xfc\xc3\xbc", "ü\udcfcü"],
  ["a character cut short", "\xe5\xb1", "\udce5\udcb1"],
  ["an overlong form", "\xc0\xaf", "\udcc0\udcaf"],
  ["an encoded surrogate", "\xed\xb3\xbc", "\udced\udcb3\udcbc"],
  ["no lead byte", "\x80\xff", "\udc80\udcff"],
];

for (const [name, raw, text] of ROWS) {
  test(`typed text there and back: ${name}`, () => {
    assert.equal(textFromBytes(bytes(raw)), text);
    assert.deepEqual(bytesFromText(text), bytes(raw));
  });
}

test("every pair of bytes comes back", () => {
  const all = new Uint8Array(0x20000);
  for (let pair = 0; pair < 0x10000; pair++) {
    all.set([pair >> 8, pair & 0xff], pair * 2);
  }
  assert.deepEqual(bytesFromText(textFromBytes(all)), all);
});

test("other surrogates are not bytes", () => {
  assert.equal(isEscapedByte("\udcfc"), true);
  for (const other of ["\ud800", "\udc7f", "\udd00", "😀", "ü", ""]) {
    assert.equal(isEscapedByte(other), false);
  }
});

test("files may have a byte order mark, and be UTF-16", () => {
  for (
    const raw of [
      "a \xc3\xbc",
      "\xef\xbb\xbfa \xc3\xbc",
      "\xff\xfea\0 \0\xfc\0",
      "\xfe\xff\0a\0 \0\xfc",
    ]
  ) assert.equal(textFromFile(bytes(raw)), "a ü");
  assert.equal(textFromFile(bytes("a \xfc")), "a \udcfc");
});
