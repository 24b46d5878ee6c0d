/** Encodings of the runtime at their edges: the first and last codes of each length, and what no byte sequence has. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Defects } from "../../../src/charset/codec.ts";
import { runtimeCodec } from "../../../src/charset/runtime_codec.ts";
import { fromHex, toHex } from "./support.ts";

describe("encode() and decode() at the edges of", () => {
  // deno-fmt-ignore
  const rows: [label: string, text: string, bytes: string][] = [
    ["utf-8", "\x7f\x80\u07ff\u0800\uffff\u{10000}\u{10ffff}", "7f c2 80 df bf e0 a0 80 ef bf bf f0 90 80 80 f4 8f bf bf"],
    ["gb18030", "\x7f\x80\u0452\u{10000}\u{10ffff}\ufffd", "7f 81 30 81 30 81 30 d3 30 90 30 81 30 e3 32 9a 35 84 31 a4 37"],
    ["gb18030", "丂龥\ue000\u{20087}", "81 40 fd 9b aa a1 95 32 90 31"],
    ["gbk", "\x7f丂龥", "7f 81 40 fd 9b"],
    ["windows-1252", "€ÿ\x81", "80 ff 81"],
    ["windows-1251", "Ђя", "80 ff"],
    ["koi8-r", "─Ъ", "80 ff"],
    ["shift_jis", "｡ﾟ　滌", "a1 df 81 40 9f fc"],
    ["euc-jp", "｡　丂", "8e a1 a1 a1 8f b0 a1"],
    ["euc-kr", "갂힝　", "81 41 c8 fe a1 a1"],
    ["big5", "　鸚", "a1 40 c6 78"],
  ];
  for (const [label, text, bytes] of rows) {
    test(`${label}: ${JSON.stringify(text)}`, () => {
      const codec = runtimeCodec(label);
      assert.deepEqual(codec.decode(fromHex(bytes), "single").values, [text]);
      const encoded = codec.encode(text, "single");
      assert.ok(typeof encoded !== "number", `character ${encoded}`);
      assert.equal(toHex(encoded), bytes);
      assert.equal(codec.isAsciiTransparent, true);
    });
  }
});

describe("encode() names the place of", () => {
  // deno-fmt-ignore
  const rows: [label: string, text: string, at: number][] = [
    ["windows-1252", "aя", 1],
    ["windows-1252", "\u{1f600}", 0],
    ["gbk", "ab\u{20000}c", 2],
    ["gbk", "a€", 1],
    ["utf-8", "a\u{1f600}\ud800", 3],
    ["utf-8", "\udc00", 0],
    ["gb18030", "\u{1f600}\ud800", 2],
    ["windows-1252", "\ufffd", 0],
    ["shift_jis", "é", 0],
  ];
  for (const [label, text, at] of rows) {
    test(`${JSON.stringify(text)} in ${label}`, () => {
      assert.equal(runtimeCodec(label).encode(text, "single"), at);
    });
  }
});

test("GBK ends where GB 18030 added characters", () => {
  const gbk = runtimeCodec("gbk");
  const gb18030 = runtimeCodec("gb18030");
  // The first and last of each addition, then their neighbours in GBK.
  for (const character of "⺁䶮〾⿻€ǹ\ue000\uf8ff\ufe10\ufe19") {
    assert.equal(gbk.encode(character, "single"), 0, character);
    assert.notEqual(gb18030.encode(character, "single"), 0, character);
  }
  for (
    const [character, bytes] of [["〇", "a9 96"], ["﨩", "fe 4f"]] as const
  ) {
    const encoded = gbk.encode(character, "single");
    assert.ok(typeof encoded !== "number");
    assert.equal(toHex(encoded), bytes);
  }
});

test("decode() counts what it replaces, and nothing else", () => {
  // deno-fmt-ignore
  const rows: [label: string, bytes: string, text: string, places: number][] = [
    ["utf-8", "ef bf bd", "\ufffd", 0],
    ["utf-8", "ef bf bd ff", "\ufffd\ufffd", 2],
    ["utf-8", "ff 41 ff", "\ufffdA\ufffd", 2],
    ["utf-8", "ef bb bf 41", "\ufeffA", 0],
    ["gb18030", "84 31 a4 37", "\ufffd", 0],
    ["shift_jis", "81", "\ufffd", 1],
  ];
  for (const [label, bytes, text, places] of rows) {
    const { values, defects } = runtimeCodec(label)
      .decode(fromHex(bytes), "multiple");
    assert.deepEqual(values, [text]);
    assert.equal(defects.undecodable, places, `${label} ${bytes}`);
  }
});

describe("defects are reported", () => {
  function reports(change: (defects: Defects) => void, label = "ISO_IR 100") {
    const defects = new Defects();
    change(defects);
    return defects.reports(label);
  }

  test("not at all if there are none", () => {
    assert.deepEqual(reports(() => {}), []);
  });

  test("with the number of places, and the first if it is known", () => {
    const text = (change: (defects: Defects) => void) => reports(change)[0];
    assert.deepEqual(text((defects) => defects.replaced()), {
      kind: "undecodable",
      text: "1 place not decodable as ISO_IR 100, replaced by U+FFFD",
    });
    assert.deepEqual(text((defects) => defects.replaced(2)), {
      kind: "undecodable",
      text: "2 places not decodable as ISO_IR 100, replaced by U+FFFD",
    });
    assert.deepEqual(
      text((defects) => {
        defects.replaced(1, 0, 0x9);
        defects.replaced(1, 7, 0xff);
      }),
      {
        kind: "undecodable",
        text:
          "2 places not decodable as ISO_IR 100, replaced by U+FFFD; the first is byte 09 at offset 0",
      },
    );
  });

  test("with the number of control bytes", () => {
    const of = (controls: number) =>
      reports((defects) => defects.controls = controls);
    assert.deepEqual(of(1), [{
      kind: "control",
      text:
        "1 byte in the range 80-9F, which ISO_IR 100 has no characters for: the sender may mean windows-1252",
    }]);
    assert.match(of(2)[0]!.text, /^2 bytes in the range/);
  });

  test("as UTF-8 rather than as controls, with the first term that has a name", () => {
    const of = (label: string) =>
      reports((defects) => {
        defects.isUtf8 = true;
        defects.controls = 3;
      }, label);
    assert.deepEqual(of("\\ISO 2022 IR 100\\ISO 2022 IR 144"), [{
      kind: "utf-8",
      text:
        "text is valid UTF-8 but declared as \\ISO 2022 IR 100\\ISO 2022 IR 144: if it looks wrong, read ISO 2022 IR 100 as ISO_IR 192",
      remedy: ["charset-map", "ISO 2022 IR 100", "ISO_IR 192"],
    }]);
    assert.equal(of("ISO_IR 100").length, 1);
  });

  test("with each sentence of their own once", () => {
    assert.deepEqual(
      reports((defects) => {
        for (const text of ["one", "two", "one"]) defects.note(text);
      }),
      [{ kind: "one", text: "one" }, { kind: "two", text: "two" }],
    );
  });
});
