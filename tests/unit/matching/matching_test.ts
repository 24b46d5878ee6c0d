/** Attribute matching after PS3.4 C.2.2.2 and K.2.2.2: expectations read from the standard's text, one row each. */
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
import { type Vr, vrInfo } from "../../../src/dataset/vr.ts";
import { lookupIn } from "../../../src/matching/attribute.ts";
import { KeySet, type MatchOptions } from "../../../src/matching/matching.ts";

const TAG = 0x00189999;
const UTF_8 = Charset.of(["ISO_IR 192"]);

function matches(
  keys: Dataset,
  stored: Dataset,
  options: MatchOptions = {},
  keyCharset = UTF_8,
  storedCharset = UTF_8,
): boolean {
  return KeySet.compile(keys, keyCharset, options).matches(
    lookupIn(stored, storedCharset),
  );
}

function text(vr: Vr, value: string): Element {
  return textElement(TAG, vr, value, UTF_8);
}

type Row = [vr: Vr, key: string, stored: string | undefined, matches: boolean];

const Y = true;
const N = false;

function table(
  title: string,
  rows: readonly Row[],
  options: MatchOptions = {},
): void {
  describe(title, () => {
    for (const [vr, key, stored, expected] of rows) {
      const shown = stored === undefined ? "nothing" : `"${stored}"`;
      test(`${vr} "${key}" ${expected ? "matches" : "misses"} ${shown}`, () => {
        const entity = stored === undefined
          ? new Dataset()
          : Dataset.of(text(vr, stored));
        assert.equal(
          matches(Dataset.of(text(vr, key)), entity, options),
          expected,
        );
      });
    }
  });
}

table("universal matching, C.2.2.2.3", [
  ["PN", "", "Doe^Jane", Y],
  ["PN", "", "", Y],
  ["PN", "", undefined, Y],
  ["UI", "", "1.2.3", Y],
  ["DA", "", undefined, Y],
  ["PN", "*", "Doe^Jane", Y],
  ["PN", "*", undefined, Y],
  ["LO", "*", "", Y],
  ["LO", "**", undefined, Y],
  ["CS", "*", "CT", Y],
  ["SH", "*", undefined, Y],
  ["LO", "?*", "", N],
]);

table("single value matching, C.2.2.2.1", [
  ["LO", "abc", "abc", Y],
  ["LO", "abc", "ABC", N],
  ["LO", "abc", "abcd", N],
  ["LO", "abc ", "abc", Y],
  ["LO", " abc", "abc", Y],
  ["LO", "abc", "  abc  ", Y],
  ["LO", "a b", "a  b", N],
  ["LO", "abc", "", N],
  ["LO", "abc", undefined, N],
  ["SH", "A12", "A12", Y],
  ["SH", "A12", "A1", N],
  ["CS", "CT", "CT", Y],
  ["CS", "CT", "MR", N],
  ["CS", "ct", "CT", N],
  ["AE", "STORE", "STORE ", Y],
  ["AS", "045Y", "045Y", Y],
  ["AS", "045Y", "540M", N],
  ["ST", "a\\b", "a\\b", Y],
  ["ST", "a", "a\\b", N],
  ["LT", "line", "line", Y],
  ["UT", "text", "text", Y],
  ["UC", "text", "text", Y],
  ["UR", "http://a.example/", "http://a.example/", Y],
  ["UI", "1.2.3", "1.2.3", Y],
  ["UI", "1.2.3", "1.2.30", N],
  ["UI", "1.2.3 ", "1.2.3", Y],
  ["IS", "1", "1", Y],
  ["IS", "1", "01", Y],
  ["IS", "1", "+1", Y],
  ["IS", "1", " 1 ", Y],
  ["IS", "1", "11", N],
  ["IS", "abc", "abc", Y],
  ["IS", "abc", "1", N],
  ["DS", "1.5", "1.50", Y],
  ["DS", "1.5", "15e-1", Y],
  ["DS", "1.5", "1.6", N],
  ["DS", "-0", "0", Y],
  ["PN", "Doe^Jane", "Doe^Jane", Y],
  ["PN", "Doe^Jane", "Doe^Jane^^^", Y],
  ["PN", "Doe^Jane", "doe^jane", N],
  ["PN", "Doe", "Doe^Jane", N],
  ["PN", "Müller", "Müller", Y],
  ["PN", "Mu\u0308ller", "Müller", Y],
  ["LO", "u\u0308", "ü", Y],
]);

table("wild card matching, C.2.2.2.4", [
  ["LO", "a*", "abc", Y],
  ["LO", "a*", "a", Y],
  ["LO", "*c", "abc", Y],
  ["LO", "a?c", "abc", Y],
  ["LO", "a?c", "ac", N],
  ["LO", "A*", "abc", N],
  ["LO", "*b*", "abc", Y],
  ["LO", "*x*", "abc", N],
  ["LO", "a*", "", N],
  ["LO", "a*", undefined, N],
  ["SH", "A?", "A1", Y],
  ["SH", "A?", "A12", N],
  ["CS", "C*", "CT", Y],
  ["CS", "?R", "MR", Y],
  ["CS", "?R", "CT", N],
  ["AE", "ST*", "STORE", Y],
  ["ST", "*two*", "one two three", Y],
  ["LT", "*two*", "one\r\ntwo", Y],
  ["UT", "on?", "one", Y],
  ["UC", "on*", "one", Y],
  ["UR", "http:*", "http://a.example/", Y],
  ["PN", "Doe*", "Doe^Jane", Y],
  ["PN", "D?e^J*", "Doe^Jane", Y],
  ["PN", "*Jane", "Doe^Jane", Y],
  ["PN", "J*", "Doe^Jane", N],
  ["PN", "?", "李", Y],
]);

table("no wild cards in other VRs, C.2.2.2.4", [
  ["UI", "1.2.*", "1.2.3", N],
  ["UI", "*", "1.2.3", N],
  ["UI", "1.2.?", "1.2.3", N],
  ["DA", "2020*", "20200101", N],
  ["DA", "*", "20200101", N],
  ["TM", "10*", "1030", N],
  ["DT", "2020*", "2020", N],
  ["IS", "1*", "12", N],
  ["DS", "1*", "1.5", N],
  ["AS", "04*", "045Y", N],
  ["IS", "?", "1", N],
]);

table("list of UID matching, C.2.2.2.2", [
  ["UI", "1.2\\1.3", "1.2", Y],
  ["UI", "1.2\\1.3", "1.3", Y],
  ["UI", "1.2\\1.3", "1.4", N],
  ["UI", "1.2\\\\1.3", "1.3", Y],
  ["UI", "1.2\\", "1.2", Y],
  ["UI", "1.2\\1.3", "", N],
  ["UI", "1.2\\1.3", undefined, N],
]);

table("dates, C.2.2.2.5.1", [
  ["DA", "20200615", "20200615", Y],
  ["DA", "20200615", "20200616", N],
  ["DA", "20200615", "2020.06.15", Y],
  ["DA", "2020.06.15", "20200615", Y],
  ["DA", "20200601-20200630", "20200601", Y],
  ["DA", "20200601-20200630", "20200615", Y],
  ["DA", "20200601-20200630", "20200630", Y],
  ["DA", "20200601-20200630", "20200531", N],
  ["DA", "20200601-20200630", "20200701", N],
  ["DA", "20200601 - 20200630", "20200615", Y],
  ["DA", "20200601- 20200630", "20200630", Y],
  ["DA", "-20200630", "20200630", Y],
  ["DA", "-20200630", "19000101", Y],
  ["DA", "-20200630", "20200701", N],
  ["DA", "20200601-", "20200601", Y],
  ["DA", "20200601-", "99991231", Y],
  ["DA", "20200601-", "20200531", N],
  ["DA", "2020.06.01-2020.06.30", "20200615", Y],
  ["DA", "2020.06.01-20200630", "2020.06.15", Y],
  ["DA", "20200615-20200615", "20200615", Y],
  ["DA", "20200630-20200601", "20200615", N],
  ["DA", "20200601-", "", N],
  ["DA", "20200601-", undefined, N],
  ["DA", "-20200601", undefined, N],
  ["DA", "20200601-20200630", "garbage", N],
  ["DA", "garbage", "garbage", Y],
  ["DA", "garbage", "20200601", N],
  ["DA", "20190101-20191231", "20190228\\20200101", Y],
]);

table("times, C.2.2.2.5.2", [
  ["TM", "103000", "103000", Y],
  ["TM", "103000", "103000.000000", Y],
  ["TM", "103000", "103001", N],
  ["TM", "10:30:00", "103000", Y],
  ["TM", "103000", "10:30:00", Y],
  ["TM", "10", "101500", Y],
  ["TM", "1015", "101559.9", Y],
  ["TM", "1015", "1016", N],
  ["TM", "101500", "10", N],
  ["TM", "10-11", "100000", Y],
  ["TM", "10-11", "115959.999999", Y],
  ["TM", "10-11", "120000", N],
  ["TM", "10-11", "095959.999999", N],
  ["TM", "1000-1130", "113059", Y],
  ["TM", "1000-1130", "113100", N],
  ["TM", "100000-113000", "113000.5", Y],
  ["TM", "100000.0-113000.0", "113000.1", N],
  ["TM", "100000.0-113000.0", "113000.05", Y],
  ["TM", "-1200", "000000", Y],
  ["TM", "-1200", "120059", Y],
  ["TM", "-1200", "1201", N],
  ["TM", "1200-", "235959", Y],
  ["TM", "1200-", "115959", N],
  ["TM", "2200-0200", "230000", N],
  ["TM", "10-11", "", N],
  ["TM", "10-11", undefined, N],
]);

table("date-times, C.2.2.2.5.3", [
  ["DT", "20200615103000", "20200615103000", Y],
  ["DT", "20200615", "20200615103000", Y],
  ["DT", "2020", "20200615103000", Y],
  ["DT", "2021", "20200615103000", N],
  ["DT", "202006", "20200630235959.999999", Y],
  ["DT", "202006", "202007", N],
  ["DT", "2019-2021", "20200615", Y],
  ["DT", "2019-2021", "20211231", Y],
  ["DT", "2019-2021", "2022", N],
  ["DT", "-2020", "20201231235959", Y],
  ["DT", "-2020", "2021", N],
  ["DT", "2020-", "20200101", Y],
  ["DT", "2020-", "20191231", N],
  ["DT", "20200615120000+0000", "20200615130000+0100", Y],
  ["DT", "20200615120000+0000", "20200615120000+0100", N],
  ["DT", "20200615120000-0500", "20200615170000+0000", Y],
  [
    "DT",
    "20200615120000+0000-20200615140000+0000",
    "20200615090000-0500",
    Y,
  ],
  [
    "DT",
    "20200615120000-0500-20200615140000-0500",
    "20200615180000+0000",
    Y,
  ],
  [
    "DT",
    "20200615120000-0500-20200615140000-0500",
    "20200615130000+0000",
    N,
  ],
  ["DT", "20200615120000-0500-", "20200615170000+0000", Y],
  ["DT", "-20200615120000-0500", "20200615170001+0000", N],
  ["DT", "2020-", undefined, N],
]);

table("multi-valued attributes, C.2.2.3", [
  ["CS", "CT", "MR\\CT", Y],
  ["CS", "CT", "MR\\US", N],
  ["CS", "C*", "MR\\CT", Y],
  ["LO", "b", "a\\b\\c", Y],
  ["LO", "a\\c", "x\\c", Y],
  ["LO", "a\\c", "x\\y", N],
  ["PN", "Roe^R", "Doe^J\\Roe^R", Y],
  ["IS", "3", "1\\2\\3", Y],
  ["UI", "1.3", "1.2\\1.3", Y],
  ["CS", "CT\\MR", "MR", Y],
  ["CS", "CT\\", "MR", N],
]);

table("multiple value matching, C.2.2.2.8", [
  ["CS", "CT\\PT", "CT\\PT", Y],
  ["CS", "CT\\PT", "PT\\SR\\CT", Y],
  ["CS", "CT\\PT", "CT", N],
  ["CS", "CT\\PT", "CT\\MR", N],
  ["LO", "a\\b", "b\\a", Y],
  ["LO", "a\\b", "a", N],
  ["PN", "A^B\\C^D", "C^D\\A^B", Y],
  ["AE", "ONE\\TWO", "TWO", N],
  ["UI", "1.2\\1.3", "1.3", Y],
  ["CS", "CT", "CT\\PT", Y],
], { multipleValue: true });

table("empty value matching when negotiated, C.2.2.2.7", [
  ["LO", '""', "", Y],
  ["LO", '""', undefined, Y],
  ["LO", '""', "abc", N],
  ["PN", '""', undefined, Y],
  ["DA", '""', "20200101", N],
  ["DA", '""', "", Y],
  ["UI", '""', "", Y],
  ["UI", '""', "1.2", N],
  ["LO", "abc", "", N],
], { emptyValue: true });

table("two quotation marks without negotiation", [
  ["LO", '""', "", N],
  ["LO", '""', undefined, N],
  ["LO", '""', '""', Y],
]);

table("fuzzy person names, C.5.1.1", [
  ["PN", "doe^jane", "Doe^Jane", Y],
  ["PN", "MUELLER", "Müller", N],
  ["PN", "MULLER*", "Müller^Jörg", Y],
  ["PN", "müller*", "Muller^Jorg", Y],
  ["PN", "=山田*", "Yamada=山田^太郎", Y],
  ["LO", "abc", "ABC", N],
], { fuzzy: true });

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
