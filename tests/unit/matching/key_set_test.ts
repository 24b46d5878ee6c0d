/** Matching of whole datasets after PS3.4 C.2.2.2: binary values, character sets, sequences, moments, time zones. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { Charset } from "../../../src/charset/charset.ts";
import {
  numberElement,
  rawElement,
  tagElement,
  textElement,
} from "../../../src/codec/values.ts";
import {
  Dataset,
  type Element,
  sequence,
} from "../../../src/dataset/dataset.ts";
import type { Tag } from "../../../src/dataset/tag.ts";
import { vrInfo } from "../../../src/dataset/vr.ts";
import { KeySet } from "../../../src/matching/matching.ts";
import { matches, N, TAG, text, UTF_8, Y } from "./support.ts";

describe("binary values", () => {
  const us = (...values: number[]) => numberElement(TAG, "US", values);
  const rows: [string, Element, Element, boolean][] = [
    ["US", us(512), us(512), Y],
    ["US", us(512), us(256), N],
    ["US, one of several", us(2), us(1, 2, 3), Y],
    [
      "SS",
      numberElement(TAG, "SS", [-1]),
      numberElement(TAG, "SS", [-1]),
      Y,
    ],
    [
      "UL",
      numberElement(TAG, "UL", [70000]),
      numberElement(TAG, "UL", [70001]),
      N,
    ],
    [
      "FD",
      numberElement(TAG, "FD", [0.1]),
      numberElement(TAG, "FD", [0.1]),
      Y,
    ],
    [
      "UV",
      numberElement(TAG, "UV", [2n ** 63n]),
      numberElement(TAG, "UV", [2n ** 63n]),
      Y,
    ],
    [
      "SV",
      numberElement(TAG, "SV", [-1n]),
      numberElement(TAG, "SV", [1n]),
      N,
    ],
    ["AT", tagElement(TAG, [0x00100010]), tagElement(TAG, [0x00100010]), Y],
    ["AT", tagElement(TAG, [0x00100010]), tagElement(TAG, [0x00100020]), N],
    [
      "AT, one of several",
      tagElement(TAG, [0x00100010]),
      tagElement(TAG, [0x00100020, 0x00100010]),
      Y,
    ],
    ["US against nothing", us(1), us(), N],
  ];
  for (const [name, key, stored, expected] of rows) {
    test(`${name}: ${expected ? "matches" : "misses"}`, () => {
      assert.equal(matches(Dataset.of(key), Dataset.of(stored)), expected);
    });
  }
  test("AT takes all values when multiple value matching is on", () => {
    const key = Dataset.of(tagElement(TAG, [0x00100010, 0x00100020]));
    const one = Dataset.of(tagElement(TAG, [0x00100010]));
    const both = Dataset.of(tagElement(TAG, [0x00100020, 0x00100010]));
    assert.equal(matches(key, one), true);
    assert.equal(matches(key, one, { multipleValue: true }), false);
    assert.equal(matches(key, both, { multipleValue: true }), true);
  });
});

describe("character sets", () => {
  const cases: [string, string[], string[]][] = [
    ["Müller*", ["ISO_IR 192"], ["ISO_IR 100"]],
    ["Müller*", ["ISO_IR 100"], ["ISO_IR 192"]],
    ["山田*", ["ISO_IR 192"], ["", "ISO 2022 IR 87"]],
    ["Иван*", ["ISO_IR 144"], ["ISO_IR 192"]],
    ["王*", ["GB18030"], ["ISO_IR 192"]],
    ["홍*", ["ISO_IR 192"], ["", "ISO 2022 IR 149"]],
  ];
  const names: Record<string, string> = {
    "Müller*": "Müller^Jörg",
    "山田*": "Yamada^Tarou=山田^太郎",
    "Иван*": "Иванов^Иван",
    "王*": "Wang=王^小东",
    "홍*": "Hong=洪^吉洞=홍^길동",
  };
  for (const [key, asked, stored] of cases) {
    test(`${key} in ${asked.join("\\")} finds ${stored.join("\\")}`, () => {
      const keyCharset = Charset.of(asked);
      const storedCharset = Charset.of(stored);
      const keys = Dataset.of(
        rawElement(0x00080005, "CS", asked.join("\\")),
        textElement(TAG, "PN", key, keyCharset),
      );
      const entity = Dataset.of(
        textElement(TAG, "PN", names[key]!, storedCharset),
      );
      assert.equal(
        matches(keys, entity, {}, Charset.ascii, storedCharset),
        true,
      );
      const other = Dataset.of(rawElement(TAG, "PN", "Other^Name"));
      assert.equal(matches(keys, other, {}, Charset.ascii), false);
    });
  }
});

describe("sequence matching, C.2.2.2.6", () => {
  const SEQUENCE = 0x00400100;
  const item = (modality: string, date: string, code?: string) =>
    Dataset.of(
      rawElement(0x00080060, "CS", modality),
      rawElement(0x00400002, "DA", date),
      ...(code === undefined ? [] : [
        sequence(0x00400008, [
          Dataset.of(rawElement(0x00080100, "SH", code)),
        ]),
      ]),
    );
  const stored = Dataset.of(
    sequence(SEQUENCE, [item("CT", "20200101", "A"), item("MR", "20200202")]),
  );
  const rows: [string, Dataset[], boolean][] = [
    ["no item", [], Y],
    ["an empty item", [new Dataset()], Y],
    ["a universal key", [Dataset.of(rawElement(0x00080060, "CS", ""))], Y],
    ["a key of the first item", [item("CT", "")], Y],
    ["a key of the second item", [item("MR", "")], Y],
    ["a key of no item", [item("US", "")], N],
    ["two keys of one item", [item("CT", "20200101")], Y],
    ["two keys of different items", [item("CT", "20200202")], N],
    ["a range", [item("", "20200115-20200301")], Y],
    ["a nested key", [item("", "", "A")], Y],
    ["a nested key of no item", [item("", "", "B")], N],
    ["a nested key of another item", [item("MR", "", "A")], N],
    ["a nested universal key", [item("MR", "", "")], Y],
  ];
  for (const [name, items, expected] of rows) {
    test(`${name} ${expected ? "matches" : "misses"}`, () => {
      const keys = Dataset.of(sequence(SEQUENCE, items));
      assert.equal(matches(keys, stored), expected);
    });
  }
  test("misses an entity without the sequence", () => {
    const keys = Dataset.of(sequence(SEQUENCE, [item("CT", "")]));
    assert.equal(matches(keys, new Dataset()), false);
    assert.equal(matches(keys, Dataset.of(sequence(SEQUENCE, []))), false);
  });
  test("takes the items that match, and only those", () => {
    const keys = KeySet.compile(
      Dataset.of(sequence(SEQUENCE, [item("MR", "")])),
      UTF_8,
    );
    const [only, more] = keys.items.get(SEQUENCE)!.matchingItems({
      element: sequence(SEQUENCE, [item("CT", "1"), item("MR", "2")]),
      charset: UTF_8,
    });
    assert.equal(only?.has(0x00080060), true);
    assert.equal(more, undefined);
  });
});

describe("combined date-time matching, C.2.2.2.5.4", () => {
  const study = (date: string, time: string) =>
    Dataset.of(
      rawElement(0x00080020, "DA", date),
      rawElement(0x00080030, "TM", time),
    );
  const key = study("20060705-20060707", "1000-1800");
  const night = study("20060706", "2300");
  test("the night between counts only when it was negotiated", () => {
    assert.equal(matches(key, night), false);
    assert.equal(matches(key, night, { combinedDateTime: true }), true);
  });
  test("the edges are the joined moments", () => {
    const options = { combinedDateTime: true };
    assert.equal(matches(key, study("20060705", "0959"), options), false);
    assert.equal(matches(key, study("20060705", "1000"), options), true);
    assert.equal(matches(key, study("20060707", "1801"), options), false);
  });
  test("a range and a single value stay apart", () => {
    const mixed = study("20060705-20060707", "2300");
    assert.equal(matches(mixed, night, { combinedDateTime: true }), true);
    assert.equal(
      matches(mixed, study("20060706", "1200"), { combinedDateTime: true }),
      false,
    );
  });
});

describe("Timezone Offset From UTC (0008,0201)", () => {
  const at = (value: string, zone?: string) =>
    Dataset.of(
      rawElement(0x0008002a, "DT", value),
      ...(zone === undefined ? [] : [rawElement(0x00080201, "SH", zone)]),
    );
  test("holds for date-times without an offset, on both sides", () => {
    const key = at("20200615120000", "+0200");
    assert.equal(matches(key, at("20200615100000", "+0000")), true);
    assert.equal(matches(key, at("20200615120000", "+0000")), false);
    assert.equal(matches(key, at("20200615120000")), true);
    assert.equal(matches(at("20200615120000"), key), true);
  });
  test("holds for the items of a stored sequence, but for one that has its own", () => {
    const outer = rawElement(0x00080201, "SH", "+0200");
    const key = Dataset.of(
      sequence(0x00400100, [at("20200615120000", "+0200")]),
    );
    for (
      const [value, zone, expected] of [
        ["20200615120000", undefined, true],
        ["20200615100000", "+0000", true],
        ["20200615120000", "+0000", false],
      ] as const
    ) {
      const stored = Dataset.of(outer, sequence(0x00400100, [at(value, zone)]));
      assert.equal(matches(key, stored), expected, `${value} ${zone}`);
    }
  });
  test("is no matching key itself", () => {
    const key = Dataset.of(rawElement(0x00080201, "SH", "+0200"));
    assert.equal(matches(key, new Dataset()), true);
  });
});

test("never matches the character set, the level or group lengths", () => {
  const keys = Dataset.of(
    rawElement(0x00080005, "CS", "ISO_IR 100"),
    rawElement(0x00080052, "CS", "STUDY"),
    numberElement(0x00080000, "UL", [42]),
  );
  assert.equal(KeySet.compile(keys, UTF_8).conditions.length, 0);
});

test("finds a name whatever way its letters are composed", () => {
  const name = (value: string) => Dataset.of(text("PN", value));
  for (const key of ["M\u00fcller", "Mu\u0308ll*"]) {
    assert.equal(matches(name(key), name("Mu\u0308ller")), true);
    assert.equal(matches(name(key), name("M\u00fcller")), true);
  }
});

test("reads keys and values that came as UN by the dictionary", () => {
  const un = (value: string): Element => ({
    tag: 0x00100010,
    vr: "UN",
    value: new TextEncoder().encode(value),
  });
  assert.equal(vrInfo("UN").kind, "bytes");
  assert.equal(
    matches(Dataset.of(un("Doe*")), Dataset.of(un("Doe^Jane"))),
    true,
  );
});

test("a stored value is read once, however many values the key has", () => {
  const rows: readonly [
    Tag,
    "PN" | "LO" | "IS" | "DA",
    (index: number) => string,
    string,
  ][] = [
    [0x00100010, "PN", (index) => `*a?b^c*${index}`, "Doe^Jane"],
    [0x00100020, "LO", (index) => `*a?${index}`, "4711"],
    [0x00200013, "IS", (index) => `${index + 10}`, "1"],
    [0x00080020, "DA", (index) => `${19000101 + index}`, "20300101"],
  ];
  for (const [tag, vr, keyOf, stored] of rows) {
    const keys = Array.from({ length: 50 }, (_, index) => keyOf(index));
    const set = KeySet.compile(
      Dataset.of(textElement(tag, vr, keys.join("\\"))),
      Charset.ascii,
    );
    const plain = textElement(tag, vr, stored);
    let reads = 0;
    const element = {
      tag,
      vr,
      get value() {
        reads++;
        return (plain as { value: Uint8Array }).value;
      },
    };
    assert.equal(
      set.matches(() => ({ element, charset: Charset.ascii })),
      false,
    );
    assert.ok(reads < 10, `${vr}: ${reads}`);
  }
});
