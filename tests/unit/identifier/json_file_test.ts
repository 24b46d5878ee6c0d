import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InputError } from "../../../src/errors.ts";
import {
  parseJsonQueries,
  readDicomJsonArchive,
} from "../../../src/identifier/json_file.ts";
import { show, showText, thrownBy } from "./show.ts";

/** The one query of a text. */
function parseDicomJson(text: string, name: string) {
  const datasets = parseJsonQueries(text, name);
  assert.equal(datasets.length, 1);
  return datasets[0]!;
}

function read(value: unknown): string {
  return show(parseDicomJson(JSON.stringify(value), "q.json"));
}

/** Attribute objects of a tag and the elements they make. */
const ATTRIBUTES: readonly [
  tag: string,
  attribute: unknown,
  elements: string,
][] = [
  ["00080052", { vr: "CS", Value: ["STUDY"] }, "0008,0052 CS 535455445920"],
  ["00080052", { vr: "CS" }, "0008,0052 CS"],
  ["00080052", { vr: "CS", Value: [] }, "0008,0052 CS"],
  ["00080052", { Value: ["STUDY"] }, "0008,0052 CS 535455445920"],
  [
    "QueryRetrieveLevel",
    { vr: "CS", Value: ["STUDY"] },
    "0008,0052 CS 535455445920",
  ],
  ["00080061", { vr: "CS", Value: ["CT", "MR"] }, "0008,0061 CS 43545c4d5220"],
  ["00080061", { vr: "CS", Value: ["CT", null] }, "0008,0061 CS 43545c20"],
  ["0020000D", { vr: "UI", Value: ["1.2.3"] }, "0020,000d UI 312e322e3300"],
  ["0020000d", { vr: "UI", Value: ["1.2.3"] }, "0020,000d UI 312e322e3300"],
  [
    "00100010",
    { vr: "PN", Value: [{ Alphabetic: "A^B" }] },
    "0010,0010 PN 415e4220",
  ],
  [
    "00100010",
    { vr: "PN", Value: [{ Alphabetic: "A", Phonetic: "C" }] },
    "0010,0010 PN 413d3d43",
  ],
  [
    "00100010",
    { vr: "PN", Value: [{ Ideographic: "B" }] },
    "0010,0010 PN 3d42",
  ],
  ["00100010", { vr: "PN", Value: [{}] }, "0010,0010 PN"],
  ["00100010", { vr: "PN", Value: ["A^B"] }, "0010,0010 PN 415e4220"],
  [
    "00101001",
    { vr: "PN", Value: [{ Alphabetic: "A" }, { Alphabetic: "B" }] },
    "0010,1001 PN 415c4220",
  ],
  ["00200013", { vr: "IS", Value: [12] }, "0020,0013 IS 3132"],
  ["00200013", { vr: "IS", Value: ["12"] }, "0020,0013 IS 3132"],
  ["00200032", { vr: "DS", Value: [1.5, -2] }, "0020,0032 DS 312e355c2d32"],
  ["00280010", { vr: "US", Value: [512] }, "0028,0010 US 0002"],
  ["00280010", { vr: "US", Value: ["512"] }, "0028,0010 US 0002"],
  [
    "00720083",
    { vr: "UV", Value: ["18446744073709551615"] },
    "0072,0083 UV ffffffffffffffff",
  ],
  [
    "00720076",
    { vr: "FL", Value: [1.5, "NaN", "-inf", "2.5"] },
    "0072,0076 FL 0000c03f0000c07f000080ff00002040",
  ],
  ["00280009", { vr: "AT", Value: ["00181063"] }, "0028,0009 AT 18006310"],
  ["00282000", { vr: "OB", InlineBinary: "AQID" }, "0028,2000 OB 01020300"],
  ["00091001", { vr: "UN", InlineBinary: "QUI=" }, "0009,1001 UN 4142"],
  ["00091001", {}, "0009,1001 UN"],
  ["00400100", { vr: "SQ" }, "0040,0100 SQ []"],
  ["00400100", { vr: "SQ", Value: [{}] }, "0040,0100 SQ [{}]"],
  ["00400100", { vr: "SQ", Value: [null] }, "0040,0100 SQ [{}]"],
  [
    "00400100",
    { vr: "SQ", Value: [{ "00080060": { vr: "CS", Value: ["CT"] } }, {}] },
    "0040,0100 SQ [{0008,0060 CS 4354} {}]",
  ],
];

describe("parseJsonQueries() reads", () => {
  for (const [tag, attribute, elements] of ATTRIBUTES) {
    test(`${tag} ${JSON.stringify(attribute)}`, () => {
      assert.equal(read({ [tag]: attribute }), elements);
    });
  }

  test("attributes in any order", () => {
    assert.equal(
      read({ "00100020": { vr: "LO" }, "00080052": { vr: "CS" } }),
      "0008,0052 CS; 0010,0020 LO",
    );
  });

  test("an array of one object", () => {
    assert.equal(read([{ "00080052": { vr: "CS" } }]), "0008,0052 CS");
  });

  test("an empty object", () => {
    assert.equal(read({}), "");
  });

  test("text outside ASCII as UTF-8 when no character set is declared", () => {
    assert.equal(
      read({ "00100010": { vr: "PN", Value: [{ Alphabetic: "Ü" }] } }),
      "0008,0005 CS 49534f5f495220313932; 0010,0010 PN c39c",
    );
  });

  test("text in the character set that is declared", () => {
    assert.equal(
      read({
        "00100010": { vr: "PN", Value: [{ Alphabetic: "Ü" }] },
        "00080005": { vr: "CS", Value: ["ISO_IR 100"] },
        "00081120": {
          vr: "SQ",
          Value: [{ "00100020": { vr: "LO", Value: ["ä"] } }],
        },
      }),
      "0008,0005 CS 49534f5f495220313030; 0008,1120 SQ [{0010,0020 LO e420}]; 0010,0010 PN dc20",
    );
  });

  test("private attributes with the VR that is written", () => {
    assert.equal(
      showText(parseDicomJson(
        '{"00090010":{"vr":"LO","Value":["ACME"]},"00091001":{"vr":"SH","Value":["x"]}}',
        "q",
      )),
      "0009,0010 LO [ACME]; 0009,1001 SH [x ]",
    );
  });
});

describe("numbers of JSON that a double cannot hold", () => {
  const rows: [text: string, elements: string][] = [
    [
      '{"00720082":{"vr":"SV","Value":[9007199254740993,-1]}}',
      "0072,0082 SV 0100000000002000ffffffffffffffff",
    ],
    ['{"SelectorSVValue":9007199254740993}', "0072,0082 SV 0100000000002000"],
    [
      '{"00101030":{"vr":"DS","Value":[1234567890123456789, 0.12345678901234567]}}',
      "0010,1030 DS [1234567890123456789\\0.12345678901234567 ]",
    ],
    ['{"00200013":{"vr":"IS","Value":[ -0, 7]}}', "0020,0013 IS [0\\7 ]"],
  ];
  for (const [text, elements] of rows) {
    test(text, () => {
      const dataset = parseDicomJson(text, "q.json");
      const shown = elements.includes("[") ? showText(dataset) : show(dataset);
      assert.equal(shown, elements);
    });
  }

  test("are read from an archive, too", () => {
    const bytes = new TextEncoder().encode(
      '[{"00720082":{"vr":"SV","Value":[9007199254740993]}}]',
    );
    const [first] = readDicomJsonArchive([bytes], "a.json");
    assert.equal(show(first!()), "0072,0082 SV 0100000000002000");
  });
});

test("an archive whose bytes are not UTF-8 is refused, with the place", () => {
  const rows: [text: string, place: string][] = [
    ['{"00100020":{"vr":"LO","Value":["\xfc"]}}', ""],
    ['[{},{"00100020":{"vr":"LO","Value":["\xfc"]}}]', ", [1]"],
    ["{}\n{}\n\xfc{}\n", ", line 3"],
  ];
  for (const [text, place] of rows) {
    const bytes = Uint8Array.from(text, (unit) => unit.charCodeAt(0));
    const error = thrownBy(() => [...readDicomJsonArchive([bytes], "a")]);
    assert.ok(error instanceof InputError);
    assert.equal(
      error.message,
      `Bad archive file "a"${place}: not valid JSON: bytes that are not UTF-8`,
    );
  }
});

test("words that format json writes as numbers are read as such", () => {
  const { OF, OV, OW } = {
    OF: '"SelectorOFValue":[1.5]',
    OV: '"SelectorOVValue":["72623859790382856"]',
    OW: '"SelectorOWValue":"AgEEAw=="',
  };
  assert.equal(
    show(parseDicomJson(`{${OF},${OW},${OV}}`, "q.json")),
    "0072,0067 OF 0000c03f; 0072,0069 OW 02010403; 0072,0081 OV 0807060504030201",
  );
});

const ERRORS: readonly [text: string, message: string, hint?: string][] = [
  ['"x"', ": valid JSON, but not an object of DICOM attributes"],
  ["[1]", ": valid JSON, but not an object of DICOM attributes"],
  [
    '{"PatientNam":{}}',
    ", PatientNam: not an attribute",
    "Members are named by keyword or by tag: PatientID, 00100020; attributes of items are members of objects in an array",
  ],
  [
    '{"0010,0010":{}}',
    ", 0010,0010: not an attribute",
    "Members are named by keyword or by tag: PatientID, 00100020; attributes of items are members of objects in an array",
  ],
  [
    '{"00020010":{"vr":"UI"}}',
    ", 00020010: this attribute cannot be part of a query",
  ],
  [
    '{"00000002":{"vr":"UI"}}',
    ", 00000002: this attribute cannot be part of a query",
  ],
  ['{"FFFEE000":{}}', ", FFFEE000: this attribute cannot be part of a query"],
  [
    '{"00100000":{"vr":"UL"}}',
    ", 00100000: this attribute cannot be part of a query",
  ],
  ['{"00100010":{"vr":"PN","value":[]}}', ', 00100010: unknown member "value"'],
  ['{"00100010":{"vr":"XX"}}', ', 00100010: unknown VR "XX"'],
  ['{"00100010":{"vr":1}}', ", 00100010: unknown VR 1"],
  [
    '{"00100010":{"vr":"PN","Value":[{"Latin":"x"}]}}',
    ', 00100010: unknown member "Latin" in a person name',
  ],
  [
    '{"00100010":{"vr":"PN","Value":[{"Alphabetic":1}]}}',
    ", 00100010: Alphabetic is not a string",
  ],
  [
    '{"00100010":{"vr":"PN"},"PatientName":{"vr":"PN"}}',
    ", PatientName: the attribute occurs twice",
  ],
  [
    '{"PatientID":"1","StudyID":":{","PatientID":"1"}',
    ': the member "PatientID" occurs twice in one object',
  ],
  [
    '[{"a":1},{"00100020":{"vr":"LO","Value":["1"],"\\u0056alue":["2"]}}]',
    ': the member "Value" occurs twice in one object',
  ],
  [
    '{"00700253":{"vr":"FL","Value":[1e39]}}',
    ", 00700253: (0070,0253) FL is out of range of a 32-bit float: 1e+39",
  ],
  [
    '{"00181271":{"vr":"FD","Value":[1e400]}}',
    ", 00181271: Infinity is not a number",
  ],
  [
    '{"00280010":{"vr":"US","Value":[12345678901234567890]}}',
    ", 00280010: (0028,0010) US is out of range: 12345678901234567890, allowed is 0 to 65535",
  ],
  [
    '{"00080052":{"vr":"CS","Value":[1]}}',
    ", 00080052: 1 is not a string, which VR CS requires",
  ],
  ['{"00280010":{"vr":"US","Value":["x"]}}', ', 00280010: "x" is not a number'],
  [
    '{"00280010":{"vr":"US","Value":[null]}}',
    ", 00280010: null is not a number",
  ],
  [
    '{"00280010":{"vr":"US","Value":[70000]}}',
    ", 00280010: (0028,0010) US is out of range: 70000, allowed is 0 to 65535",
  ],
  ['{"00280009":{"vr":"AT","Value":["x"]}}', ', 00280009: "x" is not a tag'],
  [
    '{"00282000":{"vr":"OB","Value":[1]}}',
    ", 00282000: VR OB needs InlineBinary, not Value",
  ],
  [
    '{"00282000":{"vr":"OB","InlineBinary":"?"}}',
    ", 00282000: InlineBinary is not base64",
  ],
  [
    '{"00282000":{"vr":"OB","InlineBinary":1}}',
    ", 00282000: InlineBinary is not a string",
  ],
  [
    '{"00282000":{"vr":"OB","InlineBinary":"","Value":[]}}',
    ", 00282000: both Value and InlineBinary",
  ],
  [
    '{"00100010":{"vr":"PN","InlineBinary":"QQ=="}}',
    ", 00100010: InlineBinary in an attribute of VR PN",
  ],
  [
    '{"7FE00010":{"vr":"OW","BulkDataURI":"http://x/"}}',
    ", 7FE00010: the value is stored elsewhere (BulkDataURI) and is not fetched",
    "Write the value in the file as InlineBinary or Value",
  ],
  [
    '{"00400100":{"vr":"SQ","Value":[{},1]}}',
    ", 00400100[1]: an item is not an object",
  ],
  [
    '{"00400100":{"vr":"SQ","Value":[{"00080060":{"vr":"CS","Value":[1]}}]}}',
    ", 00400100[0].00080060: 1 is not a string, which VR CS requires",
  ],
];

describe("parseJsonQueries() refuses", () => {
  for (const [text, message, hint] of ERRORS) {
    test(text, () => {
      const error = thrownBy(() => parseDicomJson(text, "q.json"));
      assert.ok(error instanceof InputError);
      assert.equal(error.code, "input-invalid");
      assert.equal(error.message, `Bad query file "q.json"${message}`);
      assert.equal(error.hint, hint);
    });
  }

  test("what is not JSON, keeping the cause", () => {
    const error = thrownBy(() => parseDicomJson("{", "q.json"));
    assert.ok(error instanceof InputError);
    assert.match(error.message, /^Bad query file "q.json": not valid JSON: /);
    assert.ok(error.cause instanceof SyntaxError);
  });

  test("endless nesting", () => {
    const nested = (depth: number) =>
      '{"00400100":{"vr":"SQ","Value":['.repeat(depth) + "{}" +
      "]}}".repeat(depth);
    assert.equal(parseDicomJson(nested(64), "q").size, 1);
    const error = thrownBy(() => parseDicomJson(nested(65), "q"));
    assert.match((error as Error).message, /nested deeper than 64$/);
  });

  test("text that its declared character set does not have", () => {
    const error = thrownBy(() =>
      parseDicomJson(
        '{"00080005":{"vr":"CS","Value":["ISO_IR 100"]},"00100020":{"vr":"LO","Value":["Ł"]}}',
        "q",
      )
    );
    assert.ok(error instanceof InputError);
    assert.match(error.message, /^Bad query file "q", 00100020: /);
  });
});

/** All readers of a text that comes in pieces of so many bytes. */
function archiveReaders(text: string, size = Infinity) {
  const bytes = new TextEncoder().encode(text);
  const pieces = function* () {
    for (let at = 0; at < bytes.length; at += size) {
      yield bytes.subarray(at, at + size);
    }
  };
  return [...readDicomJsonArchive(pieces(), "a.json")];
}

describe("readDicomJsonArchive()", () => {
  const name = (value: string) => ({
    "00100010": { vr: "PN", Value: [{ Alphabetic: value }] },
  });
  test("reads one object as well as an array of any length", () => {
    for (const [json, count] of [[name("A"), 1], [[], 0], [[name("A")], 1]]) {
      const readers = archiveReaders(JSON.stringify(json));
      assert.equal(readers.length, count);
    }
  });
  test("lets a bad dataset spoil none of the others", () => {
    const [first, second, third, fourth] = archiveReaders(
      JSON.stringify([name("A"), { Nonsense: {} }, 7, name("B")]),
    );
    assert.equal(first!().size, 1);
    assert.throws(second!, {
      message: 'Bad archive file "a.json", [1].Nonsense: not an attribute',
    });
    assert.throws(third!, /"a.json", \[2\]: valid JSON, but not an object/);
    assert.equal(fourth!().size, 1);
  });
  test("leaves out what belongs to the file, and what is stored elsewhere", () => {
    const [read] = archiveReaders(
      JSON.stringify({
        ...name("A"),
        "00020010": { vr: "UI", Value: ["1.2.840.10008.1.2.1"] },
        "00080000": { vr: "UL", Value: [4] },
        "7FE00010": { vr: "OW", BulkDataURI: "http://pacs.example.org/1" },
      }),
    );
    assert.deepEqual([...read!()].map(({ tag }) => tag), [0x00100010]);
  });
  test("reads arrays and lines alike, however they are cut", () => {
    const names = ["A", 'B\\]},"', "Müller", "\\\\"].map(name);
    const shown = names.map((one) =>
      show(parseDicomJson(JSON.stringify(one), ""))
    );
    const lines = names.map((one) => JSON.stringify(one));
    for (
      const text of [
        JSON.stringify(names),
        JSON.stringify(names, undefined, 2),
        `\ufeff [ ${lines.join(" , ")}\n]\r\n `,
        lines.join("\n"),
        `\ufeff\n${lines.join("\r\n\r\n")}\r\n`,
      ]
    ) {
      for (const size of [1, 2, 3, 7, 64, Infinity]) {
        const read = archiveReaders(text, size).map((one) => show(one()));
        assert.deepEqual(read, shown, `${size}: ${text}`);
      }
    }
  });
  test("says what is not JSON, and where", () => {
    const a = JSON.stringify(name("A"));
    for (
      const [text, message] of [
        ["{", /^InputError: Bad archive file "a.json": not valid JSON/],
        ["", /^InputError: Bad archive file "a.json": not valid JSON/],
        [`[${a}`, /"a.json", \[0\]: not valid JSON: the text ends/],
        [`[${a},{"0`, /"a.json", \[1\]: not valid JSON: the text ends/],
        [`[${a},,${a}]`, /"a.json", \[1\]: not valid JSON/],
        [`[${a},]`, /"a.json", \[1\]: not valid JSON/],
        [`[${a},{x}]`, /"a.json", \[1\]: not valid JSON/],
        [`[${a}] x`, /"a.json": not valid JSON: text after the end/],
        [`[${a}}]`, /"a.json", \[0\]: not valid JSON/],
      ] as const
    ) {
      for (const size of [1, Infinity]) {
        assert.throws(() => archiveReaders(text, size), message, text);
      }
    }
  });
  test("goes on after a line that is not JSON", () => {
    const a = JSON.stringify(name("A"));
    const [first, second, third] = archiveReaders(`${a}\n{"0010\n${a}`);
    assert.equal(first!().size, 1);
    assert.throws(second!, /"a.json", line 2: not valid JSON/);
    assert.equal(third!().size, 1);
  });
});

describe("natural values, as --format json writes them,", () => {
  test("are read by keyword", () => {
    assert.equal(
      read({
        PatientName: "Doe*",
        StudyDate: null,
        ModalitiesInStudy: ["CT", "MR"],
        ScheduledProcedureStepSequence: [{ Modality: "CT" }],
      }),
      read({
        "00100010": { vr: "PN", Value: ["Doe*"] },
        "00080020": { vr: "DA" },
        "00080061": { vr: "CS", Value: ["CT", "MR"] },
        "00400100": {
          vr: "SQ",
          Value: [{ "00080060": { vr: "CS", Value: ["CT"] } }],
        },
      }),
    );
  });
  test("may be names as objects, and private attributes", () => {
    assert.equal(
      read({
        PatientName: { Alphabetic: "Yamada^Tarou", Ideographic: "A" },
        "ACME 1.1:0029xx08": "QUI=",
      }),
      read({
        "00100010": { vr: "PN", Value: ["Yamada^Tarou=A"] },
        "00290010": { vr: "LO", Value: ["ACME 1.1"] },
        "00291008": { vr: "UN", InlineBinary: "QUI=" },
      }),
    );
  });
  test("are one value if Value is not an array, with a warning", () => {
    const warnings: string[] = [];
    const [dataset] = parseJsonQueries(
      '{"00080052":{"vr":"CS","Value":"STUDY"},"00100020":{"vr":"","Value":["4711"]}}',
      "q",
      { warn: (text) => warnings.push(text) },
    );
    assert.equal(
      show(dataset!),
      "0008,0052 CS 535455445920; 0010,0020 LO 34373131",
    );
    assert.deepEqual(warnings, [
      "00080052: Value is not an array: read as one value",
    ]);
  });
});
