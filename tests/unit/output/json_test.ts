import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TextOptions } from "../../../src/output/writer.ts";
import fc from "fast-check";
import {
  numberElement,
  rawElement,
  tagElement,
  textElement,
} from "../../../src/codec/values.ts";
import { Charset } from "../../../src/charset/charset.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { JsonObjects, jsonWriter } from "../../../src/output/json.ts";
import {
  base64,
  decimalNumber,
  jsonString,
  shortestSingle,
} from "../../../src/output/json_text.ts";
import { fixtureDataset, written } from "./support.ts";

const UTF_8 = Charset.of(["ISO_IR 192"]);

function json(dataset: Dataset, options: TextOptions = {}): unknown {
  return JSON.parse(new JsonObjects(options).object(dataset));
}

function utf8(...elements: Parameters<typeof Dataset.of>): Dataset {
  return Dataset.of(
    textElement(0x00080005, "CS", "ISO_IR 192"),
    ...elements,
  );
}

describe("json", () => {
  test("gives attributes natural values by their VR and VM", () => {
    const dataset = Dataset.of(
      textElement(0x00080020, "DA", "20200131"),
      textElement(0x00080050, "SH", ""),
      textElement(0x00080061, "CS", "CT"),
      textElement(0x00081140, "LO", ""),
      textElement(0x00100010, "PN", "Doe^John"),
      textElement(0x00101010, "AS", "030Y"),
      textElement(0x00101020, "DS", " 1.80 "),
      textElement(0x00101030, "DS", "heavy"),
      tagElement(0x00280009, [0x00181063]),
      numberElement(0x00280010, "US", [512]),
      textElement(0x00200062, "CS", ""),
      textElement(0x00201206, "IS", "12"),
      numberElement(0x00189087, "FD", [NaN]),
    );
    assert.deepEqual(json(dataset), {
      StudyDate: "20200131",
      AccessionNumber: null,
      ModalitiesInStudy: ["CT"],
      ReferencedImageSequence: null,
      PatientName: "Doe^John",
      PatientAge: "030Y",
      PatientSize: 1.8,
      PatientWeight: "heavy",
      DiffusionBValue: "NaN",
      ImageLaterality: null,
      NumberOfStudyRelatedSeries: 12,
      FrameIncrementPointer: ["00181063"],
      Rows: 512,
    });
  });

  test("gives an attribute one shape, however many values it has", () => {
    const dataset = Dataset.of(
      numberElement(0x00280010, "US", [1, 2]),
      rawElement(0x00100020, "LO", "A\\B"),
      rawElement(0x00080061, "CS", "CT"),
    );
    assert.deepEqual(json(dataset), {
      ModalitiesInStudy: ["CT"],
      PatientID: "A\\B",
      Rows: "1\\2",
    });
  });

  test("leaves out what only serves the query, but in items", () => {
    const dataset = Dataset.of(
      rawElement(0x00080052, "CS", "STUDY"),
      rawElement(0x00100020, "LO", "A"),
      sequence(0x00081110, [Dataset.of(rawElement(0x00080052, "CS", "X"))]),
    );
    assert.deepEqual(json(dataset, { hidden: new Set([0x00080052]) }), {
      PatientID: "A",
      ReferencedStudySequence: [{ QueryRetrieveLevel: "X" }],
    });
  });

  test("writes dates and times in ISO 8601 on request", () => {
    const dataset = Dataset.of(
      rawElement(0x00080020, "DA", "20260131"),
      rawElement(0x00080030, "TM", "103005.5"),
      rawElement(0x0008002a, "DT", "20260131103005.25+0100"),
      rawElement(0x00080021, "DA", "?"),
    );
    assert.deepEqual(json(dataset, { dates: "iso" }), {
      StudyDate: "2026-01-31",
      SeriesDate: "?",
      AcquisitionDateTime: "2026-01-31T10:30:05.25+01:00",
      StudyTime: "10:30:05.5",
    });
  });

  test("makes a name a string as stored, or always an object", () => {
    const dataset = utf8(
      textElement(0x00080090, "PN", "Doe^J=", UTF_8),
      textElement(
        0x00100010,
        "PN",
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
        UTF_8,
      ),
    );
    assert.deepEqual(json(dataset), {
      SpecificCharacterSet: ["ISO_IR 192"],
      ReferringPhysicianName: "Doe^J=",
      PatientName: "Yamada^Tarou=山田^太郎=やまだ^たろう",
    });
    assert.deepEqual(json(dataset, { names: "object" }), {
      SpecificCharacterSet: ["ISO_IR 192"],
      ReferringPhysicianName: { Alphabetic: "Doe^J" },
      PatientName: {
        Alphabetic: "Yamada^Tarou",
        Ideographic: "山田^太郎",
        Phonetic: "やまだ^たろう",
      },
    });
  });

  test("writes integers beyond 2^53 as strings", () => {
    const dataset = Dataset.of(
      numberElement(0x00720082, "SV", [-9007199254740991n, 9007199254740993n]),
    );
    assert.deepEqual(json(dataset), {
      SelectorSVValue: [-9007199254740991, "9007199254740993"],
    });
  });

  test("names unknown, repeating and private attributes", () => {
    const dataset = Dataset.of(
      rawElement(0x00090010, "LO", "ACME"),
      rawElement(0x00091001, "LO", "x"),
      rawElement(0x00091102, "LO", "y"),
      rawElement(0x00100099, "LO", "z"),
      numberElement(0x60000010, "US", [1]),
      numberElement(0x60020010, "US", [2]),
    );
    assert.deepEqual(json(dataset), {
      "00090010": "ACME",
      "ACME:0009xx01": "x",
      "00091102": "y",
      "00100099": "z",
      OverlayRows: 1,
      "60020010": 2,
    });
  });

  test("names a private attribute by the creator of each match", () => {
    const objects = new JsonObjects({});
    for (const creator of ["ACME", "OTHER"]) {
      const object = JSON.parse(objects.object(
        Dataset.of(
          rawElement(0x00090010, "LO", creator),
          rawElement(0x00091001, "LO", "x"),
        ),
      ));
      assert.equal(object[`${creator}:0009xx01`], "x");
    }
  });

  test("keeps two blocks of one creator apart", () => {
    const dataset = Dataset.of(
      rawElement(0x00090010, "LO", "ACME"),
      rawElement(0x00090011, "LO", "ACME"),
      rawElement(0x00091001, "LO", "a"),
      rawElement(0x00091101, "LO", "b"),
    );
    assert.deepEqual(json(dataset), {
      "00090010": "ACME",
      "00090011": "ACME",
      "ACME:0009xx01": "a",
      "00091101": "b",
    });
  });

  test("reads UN by the dictionary and nests sequences", () => {
    const dataset = Dataset.of(
      rawElement(0x00100010, "UN", "Doe^J "),
      sequence(0x00400100, [
        Dataset.of(textElement(0x00080060, "CS", "MR")),
        new Dataset(),
      ]),
    );
    assert.deepEqual(json(dataset), {
      PatientName: "Doe^J",
      ScheduledProcedureStepSequence: [{ Modality: "MR" }, {}],
    });
  });

  test("frames an array or lines", () => {
    const one = Dataset.of(textElement(0x00100020, "LO", "1"));
    assert.equal(written(jsonWriter("array"), []), "[]\n");
    assert.equal(
      written(jsonWriter("array"), [one, one]),
      '[\n{"PatientID":"1"},\n{"PatientID":"1"}\n]\n',
    );
    assert.equal(
      written(jsonWriter("lines"), [one, one]),
      '{"PatientID":"1"}\n{"PatientID":"1"}\n',
    );
  });

  for (const name of ["explicit", "implicit", "odd_explicit", "odd_implicit"]) {
    test(`is valid JSON for ${name}`, () => {
      assert.equal(typeof json(fixtureDataset(name).dataset), "object");
    });
  }

  test("round-trips any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        const value = `<${text}>`;
        const dataset = utf8(textElement(0x00104000, "LT", value, UTF_8));
        assert.deepEqual(json(dataset), {
          SpecificCharacterSet: ["ISO_IR 192"],
          PatientComments: value,
        });
      }),
    );
  });
});

describe("jsonString()", () => {
  test("escapes what a terminal would obey", () => {
    assert.equal(
      jsonString('a"\\\x1b\x7f\u009b\u202e\u2028'),
      '"a\\"\\\\\\u001b\\u007f\\u009b\\u202e\\u2028"',
    );
    assert.equal(jsonString("\ud800"), '"\\ud800"');
  });

  test("reads back equal", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.equal(JSON.parse(jsonString(text)), text);
      }),
    );
  });
});

test("decimalNumber() refuses what a double would change", () => {
  assert.equal(decimalNumber("1.50"), 1.5);
  assert.equal(decimalNumber("-.5e1"), -5);
  assert.equal(decimalNumber("+3"), 3);
  assert.equal(decimalNumber("0.1234567890123456"), undefined);
  for (const text of ["", "1,5", "0x10", "1e999", "NaN", "1.2.3", " 1"]) {
    assert.equal(decimalNumber(text), undefined, text);
  }
});

test("shortestSingle() reads back as the same single", () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.equal(Math.fround(Number(shortestSingle(value))), value);
    }),
  );
  assert.equal(shortestSingle(Math.fround(0.1)), "0.1");
  assert.equal(shortestSingle(Math.fround(123456789)), "123456792");
});

test("base64() is what the platform decodes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      const decoded = Uint8Array.from(
        atob(base64(bytes)),
        (character) => character.charCodeAt(0),
      );
      assert.deepEqual(decoded, bytes);
    }),
  );
});

test("jsonString() shows invisible characters, and means the same", () => {
  const text = 'a\u200b\u200e\u{e0041}"\\\n\x7f می\u200cخ \ud83d';
  const shown = jsonString(text);
  assert.equal(
    shown,
    '"a\\u200b\\u200e\\udb40\\udc41\\"\\\\\\n\\u007f می\u200cخ \\ud83d"',
  );
  assert.equal(JSON.parse(shown), text);
});
