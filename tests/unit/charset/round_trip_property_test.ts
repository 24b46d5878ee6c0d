/** For every character set: what can be encoded is decoded to the same text, and no bytes whatever make decoding fail. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { Charset, type TextKind } from "../../../src/charset/charset.ts";
import { ESC } from "../../../src/charset/codec.ts";

const KINDS: readonly TextKind[] = ["PN", "multiple", "single"];

const DECLARATIONS: readonly (readonly string[])[] = [
  [],
  ...[100, 101, 109, 110, 148, 203, 144, 127, 126, 138, 166, 13].map((
    number,
  ) => [`ISO_IR ${number}`]),
  ["ISO_IR 192"],
  ["GB18030"],
  ["GBK"],
  ["", "ISO 2022 IR 87"],
  ["", "ISO 2022 IR 159"],
  ["", "ISO 2022 IR 149"],
  ["", "ISO 2022 IR 58"],
  ["ISO 2022 IR 6", "ISO 2022 IR 100", "ISO 2022 IR 144", "ISO 2022 IR 126"],
  ["ISO 2022 IR 13", "ISO 2022 IR 87", "ISO 2022 IR 159"],
  ["ISO 2022 IR 13", "ISO 2022 IR 6", "ISO 2022 IR 203"],
  ["ISO 2022 IR 100", "ISO 2022 IR 149", "ISO 2022 IR 58", "ISO 2022 IR 87"],
  ["ISO 2022 IR 166", "ISO 2022 IR 127", "ISO 2022 IR 138", "ISO 2022 IR 101"],
];

/** Generated text is UTF-8 by chance now and then, and has characters that vendors added. */
const strict = {
  warn: (text: string) =>
    assert.match(text, /^text is valid UTF-8 but declared|larger code page/),
};

/** Typed for one that the decoder gives back: the one case in which text changes on its way, on purpose. */
const LOOKALIKES = /[〜−‖—¢£¬¥‾・―∥]/u;

/** Characters that some set has, delimiters and oddities, in runs as text has them. */
const run = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."Ab z9^=\\~.\r\n\t\f") }),
  ...[
    [0xa0, 0xff],
    [0x100, 0x17f],
    [0x370, 0x3ff],
    [0x400, 0x45f],
    [0x5d0, 0x5ea],
    [0x600, 0x65f],
    [0xe01, 0xe5b],
    [0x3041, 0x30ff],
    [0x4e00, 0x9fa5],
    [0xac00, 0xd7a3],
    [0xff61, 0xff9f],
    [0x20, 0xd7ff],
    [0x1f300, 0x1f6ff],
  ].map(([min = 0, max = 0]) =>
    fc.array(fc.integer({ min, max }), { maxLength: 6 })
      .map((codes) => String.fromCodePoint(...codes))
  ),
);
const text = fc.array(run, { maxLength: 5 }).map((runs) => runs.join(""));

/** Leaves out what the charset does not have, so that every run tests something. */
function fitting(charset: Charset, kind: TextKind, text: string): string {
  return [...text]
    .filter((character) =>
      !LOOKALIKES.test(character) && charset.canEncode(character, kind)
    )
    .join("");
}

describe("round trips", () => {
  for (const terms of DECLARATIONS) {
    const charset = Charset.of(terms, strict);
    test(`encode then decode under "${charset.label}"`, () => {
      fc.assert(
        fc.property(text, fc.constantFrom(...KINDS), (original, kind) => {
          const kept = fitting(charset, kind, original);
          const bytes = charset.encode(kept, kind);
          const values = charset.decode(bytes, kind);
          assert.equal(values.join("\\"), kept);
          if (kind !== "single") {
            assert.equal(values.length, kept.split("\\").length);
          }
        }),
        { numRuns: 500 },
      );
    });

    test(`each value stands on its own under "${charset.label}"`, () => {
      const values = fc.array(text, { minLength: 1, maxLength: 3 });
      fc.assert(
        fc.property(values, (originals) => {
          const kept = originals.map((original) =>
            fitting(charset, "PN", original.replaceAll("\\", ""))
          );
          const whole = [...charset.encode(kept.join("\\"), "PN")];
          const parts = kept.map((value) => [...charset.encode(value, "PN")]);
          const joined = parts.flatMap((part, index) =>
            index === 0 ? part : [0x5c, ...part]
          );
          assert.deepEqual(whole, joined);
        }),
        { numRuns: 200 },
      );
    });

    test(`any bytes decode under "${charset.label}"`, () => {
      const tolerant = Charset.of(terms);
      const byte = fc.oneof(
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom(
          ESC,
          ESC,
          ..."$()-BDCAIJ\\^=".split("").map((c) => c.charCodeAt(0)),
        ),
      );
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 12 }),
          fc.array(byte, { maxLength: 24 }),
          fc.constantFrom(...KINDS),
          (plain, laced, kind) => {
            for (const bytes of [plain, Uint8Array.from(laced)]) {
              const values = tolerant.decode(bytes, kind);
              assert.ok(values.length > 0);
              assert.ok(values.every((value) => value.isWellFormed()));
              if (kind === "single") assert.equal(values.length, 1);
            }
          },
        ),
        { numRuns: 500 },
      );
    });
  }
});
