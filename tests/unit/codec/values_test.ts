/** Value fields as text, and back: a row for each VR; elements without values; UN whose VR is known. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Charset } from "../../../src/charset/charset.ts";
import {
  charsetOf,
  decodedValues,
  emptyElement,
  isEmpty,
  rawElement,
  rawStringOf,
  stringsOf,
  textElement,
  withKnownVr,
} from "../../../src/codec/values.ts";
import {
  Dataset,
  type Element,
  type PlainElement,
  sequence,
} from "../../../src/dataset/dataset.ts";
import type { Vr } from "../../../src/dataset/vr.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { EncodeError } from "../../../src/errors.ts";
import { hex, toHex } from "../../support/hex.ts";

type PlainVr = Exclude<Vr, "SQ">;

const NAME = 0x00100010;

function element(vr: PlainVr, bytes: string): PlainElement {
  return { tag: NAME, vr, value: hex(bytes) };
}

describe("stringsOf()", () => {
  const both = [" a", "b"];
  const neither = ["a", "b"];
  const single = [" a \\b"];
  const rows: Partial<Record<PlainVr, string[]>> = {
    AE: neither,
    AS: [" a", "b"],
    CS: neither,
    DA: both,
    DS: neither,
    DT: both,
    IS: neither,
    LO: neither,
    LT: single,
    OB: single,
    PN: both,
    SH: neither,
    ST: single,
    TM: both,
    UC: both,
    UI: both,
    UN: single,
    UR: single,
    UT: single,
  };
  for (const [vr, values] of Object.entries(rows) as [PlainVr, string[]][]) {
    test(`${vr}: values are separated, and padding removed, as PS3.5 Table 6.2-1 says`, () => {
      assert.deepEqual(stringsOf(element(vr, '" a \\b " 00')), values);
    });
  }

  test("removes blanks and NULs alike", () => {
    assert.deepEqual(stringsOf(element("UI", '"1.2" 00 20 00')), ["1.2"]);
    assert.deepEqual(stringsOf(element("SH", '00 20 "x" 20 00')), ["x"]);
    assert.deepEqual(stringsOf(element("SH", '01 "x" 21')), ["\u0001x!"]);
  });

  test("finds no value in an empty field, one or more in others", () => {
    const rows: [bytes: string, values: string[]][] = [
      ["", []],
      ['"  "', []],
      ["00 00", []],
      ['"\\"', ["", ""]],
      ['"a\\"', ["a", ""]],
      ['"\\ "', ["", ""]],
    ];
    for (const [bytes, values] of rows) {
      assert.deepEqual(stringsOf(element("SH", bytes)), values, bytes);
      assert.deepEqual(stringsOf(element("CS", bytes)), values, bytes);
      assert.deepEqual(stringsOf(element("UI", bytes)), values, bytes);
    }
    assert.deepEqual(stringsOf(element("UI", "00")), []);
    assert.deepEqual(stringsOf(element("DA", '"1\\ "')), ["1", ""]);
  });

  test("decodes VRs that follow the character set, others byte by byte", () => {
    const utf8 = Charset.of(["ISO_IR 192"]);
    assert.deepEqual(stringsOf(element("PN", "C3 BC"), utf8), ["ü"]);
    assert.deepEqual(stringsOf(element("CS", "C3 BC"), utf8), ["Ã¼"]);
    assert.deepEqual(stringsOf(element("UN", "C3 BC"), utf8), ["Ã¼"]);
  });

  test("finds none in sequences", () => {
    assert.deepEqual(stringsOf(sequence(NAME, [new Dataset()])), []);
    assert.equal(rawStringOf(sequence(NAME, [])), "");
  });
});

test("rawStringOf() has a character for each byte, padding included", () => {
  assert.equal(rawStringOf(element("PN", '" " C3 BC 20 00')), " Ã¼ \0");
});

describe("decodedValues()", () => {
  test("names the attribute in warnings, and in their keys", () => {
    const reports: unknown[] = [];
    const charset = Charset.of(["ISO_IR 192"], {
      warn: (...all) => reports.push(all),
    });
    decodedValues(element("PN", 'FF "x"'), charset);
    decodedValues({ ...element("LO", "FF"), tag: 0x00091001 }, charset);
    assert.deepEqual(
      reports.map((report) => (report as string[])[0]!.split(": ")[0]),
      ["PatientName (0010,0010)", "(0009,1001)"],
    );
    assert.deepEqual(
      reports.map((report) => (report as string[])[1]!.split(" ")[0]),
      ["(0010,0010)", "(0009,1001)"],
    );
  });

  test("splits names and lists, but no long text", () => {
    const { ascii } = Charset;
    const rows: [PlainVr, string[]][] = [
      ["PN", ["a ", " b"]],
      ["LO", ["a ", " b"]],
      ["UC", ["a ", " b"]],
      ["LT", ["a \\ b"]],
      ["UT", ["a \\ b"]],
    ];
    for (const [vr, values] of rows) {
      const { length } = decodedValues(element(vr, '"a \\ b"'), ascii);
      assert.equal(length, values.length, vr);
      assert.deepEqual(decodedValues(element(vr, '"a \\ b"'), ascii), values);
    }
  });
});

describe("charsetOf()", () => {
  const declared = (text: string) =>
    Dataset.of(rawElement(0x00080005, "CS", text));

  test("reads the values without padding, and knows the ones before", () => {
    const rows: [text: string, label: string][] = [
      ["ISO_IR 100", "ISO_IR 100"],
      [" ISO_IR 100 ", "ISO_IR 100"],
      ["ISO_IR 192\0\0", "ISO_IR 192"],
      ["ISO_IR 101", "ISO_IR 101"],
      ["\\ISO 2022 IR 87", "\\ISO 2022 IR 87"],
      ["ISO 2022 IR 13 \\ ISO 2022 IR 87 ", "ISO 2022 IR 13\\ISO 2022 IR 87"],
      ["", "ISO_IR 6"],
    ];
    for (const [text, label] of [...rows, ...rows.toReversed()]) {
      assert.equal(charsetOf(declared(text)).label, label, text);
    }
  });

  test("is the inherited one, or ASCII, if nothing is declared", () => {
    const inherited = Charset.of(["ISO_IR 144"]);
    assert.equal(charsetOf(new Dataset(), inherited), inherited);
    assert.equal(charsetOf(new Dataset()), Charset.ascii);
    assert.equal(
      charsetOf(declared("ISO_IR 100"), inherited).label,
      "ISO_IR 100",
    );
  });

  test("keeps what different options make of the same declaration apart", () => {
    const texts: string[] = [];
    const options = { warn: (text: string) => texts.push(text) };
    const mapped = { map: new Map([["NOSUCH", "ISO_IR 192"]]) };
    const umlaut = element("LO", "C3 BC");
    for (let round = 0; round < 2; round++) {
      assert.equal(
        charsetOf(declared("NOSUCH"), undefined, options).warn,
        options.warn,
      );
      assert.equal(charsetOf(declared("NOSUCH")).warn, undefined);
      assert.deepEqual(
        stringsOf(umlaut, charsetOf(declared("NOSUCH"), undefined, mapped)),
        ["ü"],
      );
    }
    assert.equal(texts.length, 1, "the warning about a declaration comes once");
  });
});

describe("textElement() and rawElement()", () => {
  const latin = Charset.of(["ISO_IR 100"]);
  const rows: [PlainVr, string | string[], Charset | undefined, string][] = [
    ["LO", ["a", "b"], undefined, "61 5c 62 20"],
    ["LO", "ü", latin, "fc 20"],
    ["LO", "ü", undefined, "c3 bc"],
    ["CS", "ü", latin, "c3 bc"],
    ["UI", "1.2", latin, "31 2e 32 00"],
    ["LT", "a\\ü", latin, "61 5c fc 20"],
  ];
  for (const [vr, values, charset, bytes] of rows) {
    const place = charset === undefined ? "as typed" : `in ${charset.label}`;
    test(`${vr} of ${values} ${place}`, () => {
      assert.equal(toHex(textElement(NAME, vr, values, charset).value), bytes);
    });
  }

  test("take one character for a byte when raw", () => {
    assert.equal(
      toHex(rawElement(NAME, "LO", "\xff\x1b$").value),
      "ff 1b 24 20",
    );
  });

  test("refuse sequences", () => {
    const error = { name: "EncodeError", message: "(0010,0010) is a sequence" };
    assert.throws(() => textElement(NAME, "SQ", "a"), error);
    assert.throws(() => rawElement(NAME, "SQ", "a"), error);
  });

  test("name a character that does not fit", () => {
    assert.throws(() => textElement(NAME, "LO", "東", latin), EncodeError);
  });
});

test("emptyElement() has no value, and isEmpty() sees that", () => {
  assert.deepEqual(emptyElement(NAME, "SQ"), {
    tag: NAME,
    vr: "SQ",
    items: [],
    undefinedLength: false,
  });
  const plain = { tag: NAME, vr: "PN", value: new Uint8Array(0) } as const;
  assert.deepEqual(emptyElement(NAME, "PN"), plain);
  const rows: [Element, boolean][] = [
    [emptyElement(NAME, "SQ"), true],
    [sequence(NAME, [new Dataset()]), false],
    [plain, true],
    [element("PN", '"a"'), false],
    [{ tag: NAME, vr: "OB", fragments: [] }, false],
  ];
  for (const [one, isExpected] of rows) {
    assert.equal(isEmpty(one), isExpected, JSON.stringify(one));
  }
});

describe("withKnownVr()", () => {
  const standard = Dictionary.standard;
  const item = 'FE FF 00 E0 0A 00 00 00 08 00 60 00 02 00 00 00 "MR"';

  test("leaves alone what has a VR, or none that is known", () => {
    const rows: Element[] = [
      element("LO", '"a"'),
      { ...element("UN", '"a"'), tag: 0x00091001 },
      sequence(NAME, []),
      // Rows, and Acquisition Duration: no whole numbers.
      { ...element("UN", '"abc"'), tag: 0x00280010 },
      { ...element("UN", '"0.5 "'), tag: 0x00189073 },
    ];
    for (const one of rows) assert.equal(withKnownVr(one, standard), one);
  });

  test("gives UN the VR of the dictionary, of a private creator too", () => {
    const bytes = element("UN", '"Doe^J "');
    assert.deepEqual(withKnownVr(bytes, standard), { ...bytes, vr: "PN" });
    const dictionary = standard.withEntries([{
      creator: "ACME",
      groups: { first: 9, last: 9, only: "any" },
      elements: { first: 1, last: 1, only: "any" },
      keyword: "Note",
      vrs: ["LO"],
    }]);
    const unknown = { ...bytes, tag: 0x00091001 };
    assert.equal(withKnownVr(unknown, dictionary), unknown);
    assert.deepEqual(withKnownVr(unknown, dictionary, "ACME"), {
      ...unknown,
      vr: "LO",
    });
  });

  test("reads the items of a sequence, the same ones each time", () => {
    const bytes = { ...element("UN", item), tag: 0x00400100 };
    const read = withKnownVr(bytes, standard);
    assert.ok("items" in read);
    assert.equal(read.tag, 0x00400100);
    assert.equal(read.undefinedLength, false);
    assert.equal(read.items.length, 1);
    const [modality] = read.items[0]!.dataset;
    assert.deepEqual(stringsOf(modality!), ["MR"]);
    assert.equal(withKnownVr(bytes, standard), read);
    const broken = { ...bytes, value: bytes.value.subarray(0, 17) };
    assert.equal(withKnownVr(broken, standard), broken);
  });
});
