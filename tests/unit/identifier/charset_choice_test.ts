import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rawElement } from "../../../src/codec/values.ts";
import {
  Dataset,
  type Element,
  sequence,
} from "../../../src/dataset/dataset.ts";
import { UsageError } from "../../../src/errors.ts";
import {
  type CharsetChoice,
  declareCharset,
  encodeBase,
  hasOnlyAscii,
} from "../../../src/identifier/charset_choice.ts";
import { showText, thrownBy } from "./show.ts";

function charset(value: string): Element {
  return rawElement(0x00080005, "CS", value);
}

function name(bytes: string): Element {
  return rawElement(0x00100010, "PN", bytes);
}

/** What becomes of a base: its elements, and the terms that typed text is encoded in (`-` for as typed). */
const ROWS: readonly [
  title: string,
  base: readonly Element[],
  typed: string,
  declared: string | undefined,
  choice: CharsetChoice,
  elements: string,
  terms: string,
][] = [
  [
    "as typed leaves everything",
    [name("M\xfc")],
    "Ł",
    "ISO_IR 100",
    "as-typed",
    "0010,0010 PN [M\xfc]",
    "-",
  ],
  [
    "fit: ASCII declares nothing",
    [],
    "abc",
    undefined,
    "fit",
    "0008,0005 CS []",
    "",
  ],
  [
    "fit: Latin-1",
    [],
    "ü",
    undefined,
    "fit",
    "0008,0005 CS [ISO_IR 100]",
    "ISO_IR 100",
  ],
  [
    "fit: Cyrillic",
    [],
    "Ж",
    undefined,
    "fit",
    "0008,0005 CS [ISO_IR 144]",
    "ISO_IR 144",
  ],
  [
    "fit: several scripts",
    [],
    "üЖ",
    undefined,
    "fit",
    "0008,0005 CS [ISO_IR 192]",
    "ISO_IR 192",
  ],
  [
    "fit: a key declares it",
    [],
    "Ж",
    "ISO_IR 192",
    "fit",
    "0008,0005 CS [ISO_IR 192]",
    "ISO_IR 192",
  ],
  [
    "fit: the base declares it",
    [charset("ISO_IR 192"), name("\xc3\xbc")],
    "Ж",
    undefined,
    "fit",
    "0008,0005 CS [ISO_IR 192]; 0010,0010 PN [\xc3\xbc]",
    "ISO_IR 192",
  ],
  [
    "fit: the base declares one that is too small",
    [charset("ISO_IR 100"), name("M\xfc")],
    "Ж",
    undefined,
    "fit",
    "0008,0005 CS [ISO_IR 192]; 0010,0010 PN [M\xc3\xbc ]",
    "ISO_IR 192",
  ],
  [
    "fit: the base declares none, and is UTF-8",
    [name("\xc3\xbc")],
    "",
    undefined,
    "fit",
    "0008,0005 CS [ISO_IR 100]; 0010,0010 PN [\xfc ]",
    "ISO_IR 100",
  ],
  [
    "fit: the base declares none, and is not UTF-8",
    [name("M\xfc")],
    "",
    undefined,
    "fit",
    "0008,0005 CS [ISO_IR 100]; 0010,0010 PN [M\xfc]",
    "ISO_IR 100",
  ],
  [
    "by name",
    [],
    "Ж",
    undefined,
    ["ISO_IR 144"],
    "0008,0005 CS [ISO_IR 144]",
    "ISO_IR 144",
  ],
  [
    "by name, the base in another",
    [charset("ISO_IR 100"), name("M\xfc\\\xe4")],
    "",
    undefined,
    ["ISO_IR 192"],
    "0008,0005 CS [ISO_IR 192]; 0010,0010 PN [M\xc3\xbc\\\xc3\xa4]",
    "ISO_IR 192",
  ],
  [
    "by name, items with their own",
    [
      charset("ISO_IR 100"),
      sequence(0x00081120, [
        Dataset.of(charset("ISO_IR 192"), name("\xc3\xbc")),
      ]),
    ],
    "",
    undefined,
    ["ISO_IR 148"],
    "0008,0005 CS [ISO_IR 148]; 0008,1120 SQ [{0010,0010 PN [\xfc ]}]",
    "ISO_IR 148",
  ],
  [
    "by name, padding goes",
    [charset("ISO_IR 100"), name("\xfc ")],
    "",
    undefined,
    ["ISO_IR 192"],
    "0008,0005 CS [ISO_IR 192]; 0010,0010 PN [\xc3\xbc]",
    "ISO_IR 192",
  ],
];

describe("encodeBase()", () => {
  for (const [title, base, text, declared, choice, elements, terms] of ROWS) {
    test(title, () => {
      const original = Dataset.of(...base);
      const before = showText(original);
      const encoded = encodeBase(original, { text, declared }, choice);
      assert.equal(showText(encoded.dataset), elements);
      assert.equal(encoded.charset?.terms.join("\\") ?? "-", terms);
      assert.equal(showText(original), before, "the base is not changed");
    });
  }

  test("refuses a base that the requested character set does not hold", () => {
    const base = Dataset.of(charset("ISO_IR 192"), name("\xc5\x81"));
    const error = thrownBy(() =>
      encodeBase(base, { text: "", declared: undefined }, ["ISO_IR 100"])
    );
    assert.ok(error instanceof UsageError);
    assert.match(
      error.message,
      /^Cannot encode the query file in character set "ISO_IR 100": /,
    );
    assert.equal(error.hint, "Choose ISO_IR 192, which has all characters");
  });
});

describe("declareCharset()", () => {
  function declared(...elements: Element[]): string {
    const dataset = Dataset.of(...elements);
    declareCharset(dataset);
    return showText(dataset);
  }

  test("leaves what is there", () => {
    assert.equal(declared(charset("X")), "0008,0005 CS [X ]");
  });

  test("adds an empty one for ASCII, else UTF-8", () => {
    assert.equal(declared(), "0008,0005 CS []");
    assert.equal(
      declared(name("\xc3\xbc")),
      "0008,0005 CS [ISO_IR 192]; 0010,0010 PN [\xc3\xbc]",
    );
  });
});

test("hasOnlyAscii() looks into items, and at text only", () => {
  const bytes = rawElement(0x00282000, "OB", "\xff");
  assert.equal(hasOnlyAscii(Dataset.of(bytes, name("abc"))), true);
  assert.equal(
    hasOnlyAscii(Dataset.of(sequence(0x00081120, [Dataset.of(name("\xfc"))]))),
    false,
  );
});
