import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rawElement, rawStringOf } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { InputError, UsageError } from "../../../src/errors.ts";
import {
  buildIdentifier,
  type IdentifierParts,
} from "../../../src/identifier/build.ts";
import { parseQueryText } from "../../../src/identifier/detect.ts";
import { formatSelector } from "../../../src/identifier/selector.ts";
import { showText, thrownBy } from "./show.ts";

function build(parts: Partial<IdentifierParts>) {
  return buildIdentifier({ form: "dcmtk", model: "study", ...parts });
}

function elements(parts: Partial<IdentifierParts>): string {
  return showText(build(parts).dataset);
}

describe("buildIdentifier() in the DCMTK form", () => {
  test("sends the keys and nothing else", () => {
    assert.equal(
      elements({ keys: ["PatientName=A*", "StudyDate"] }),
      "0008,0020 DA []; 0010,0010 PN [A*]",
    );
  });

  test("sends text as typed, in UTF-8", () => {
    assert.equal(
      elements({ keys: ["PatientName=Mü"] }),
      "0010,0010 PN [M\xc3\xbc ]",
    );
  });

  test("takes values of unknown attributes as hexadecimal bytes", () => {
    assert.equal(elements({ keys: ["0009,1001=41"] }), "0009,1001 UN [A\0]");
  });

  test("encodes in the requested character set", () => {
    assert.equal(
      elements({ keys: ["PatientName=Mü"], charset: ["ISO_IR 100"] }),
      "0008,0005 CS [ISO_IR 100]; 0010,0010 PN [M\xfc]",
    );
  });

  test("keeps the padding of the base", () => {
    const base = Dataset.of(rawElement(0x00080052, "CS", "STUDY "));
    assert.equal(elements({ base }), "0008,0052 CS [STUDY ]");
  });
});

describe("buildIdentifier() in the ADDRESS form", () => {
  const rows: readonly [
    title: string,
    parts: Partial<IdentifierParts>,
    elements: string,
  ][] = [
    [
      "adds level and character set",
      { keys: ["PatientID=1"] },
      "0008,0005 CS []; 0008,0052 CS [STUDY ]; 0010,0020 LO [1 ]",
    ],
    [
      "PATIENT in the patient root model",
      { model: "patient" },
      "0008,0005 CS []; 0008,0052 CS [PATIENT ]",
    ],
    [
      "STUDY in the patient/study only model",
      { model: "psonly" },
      "0008,0005 CS []; 0008,0052 CS [STUDY ]",
    ],
    [
      "no level in a worklist",
      { model: "worklist", keys: ["PatientID"] },
      "0008,0005 CS []; 0010,0020 LO []",
    ],
    [
      "no level in other models",
      { model: "other", keys: ["PatientID"] },
      "0008,0005 CS []; 0010,0020 LO []",
    ],
    [
      "keeps a level that was given",
      { keys: ["QueryRetrieveLevel=IMAGE"] },
      "0008,0005 CS []; 0008,0052 CS [IMAGE ]",
    ],
    [
      "keeps an empty level that was given",
      { keys: ["QueryRetrieveLevel"] },
      "0008,0005 CS []; 0008,0052 CS []",
    ],
    [
      "declares the character set that fits",
      { keys: ["PatientID=ü"] },
      "0008,0005 CS [ISO_IR 100]; 0008,0052 CS [STUDY ]; 0010,0020 LO [\xfc ]",
    ],
    [
      "encodes in the character set that a later key declares",
      { keys: ["PatientID=ü", "SpecificCharacterSet=ISO_IR 192"] },
      "0008,0005 CS [ISO_IR 192]; 0008,0052 CS [STUDY ]; 0010,0020 LO [\xc3\xbc]",
    ],
    [
      "takes an empty character set key as no declaration",
      { keys: ["SpecificCharacterSet", "PatientID=ü"] },
      "0008,0005 CS [ISO_IR 100]; 0008,0052 CS [STUDY ]; 0010,0020 LO [\xfc ]",
    ],
    [
      "declares UTF-8 for text as typed",
      { keys: ["PatientID=ü"], charset: "as-typed" },
      "0008,0005 CS [ISO_IR 192]; 0008,0052 CS [STUDY ]; 0010,0020 LO [\xc3\xbc]",
    ],
    [
      "takes values of unknown attributes as text",
      { keys: ["0009,1001=41"] },
      "0008,0005 CS []; 0008,0052 CS [STUDY ]; 0009,1001 UN [41]",
    ],
  ];
  for (const [title, parts, expected] of rows) {
    test(title, () => {
      assert.equal(elements({ form: "address", ...parts }), expected);
    });
  }
});

describe("buildIdentifier()", () => {
  const base = Dataset.of(
    rawElement(0x00080052, "CS", "STUDY"),
    rawElement(0x00100010, "PN", "base"),
    rawElement(0x00100020, "LO", "base"),
    rawElement(0x00100030, "DA", "20000101"),
  );

  test("lets query text override the base, and keys override both", () => {
    assert.equal(
      elements({
        base,
        terms: parseQueryText(
          "PatientID=text\nPatientBirthDate=20010101\n",
          "q",
        ),
        keys: ["PatientBirthDate=20020202", "PatientBirthDate=20030303"],
      }),
      "0008,0052 CS [STUDY ]; 0010,0010 PN [base]; 0010,0020 LO [text]; 0010,0030 DA [20030303]",
    );
  });

  test("does not change the base", () => {
    const before = showText(base);
    build({ base, keys: ["PatientName=x", "StudyDate"] });
    assert.equal(showText(base), before);
  });

  test("returns which attributes were named, in order, once each", () => {
    const { selectors } = build({
      terms: parseQueryText("PatientName\n00400100.Modality", "q"),
      keys: ["StudyDate", "0010,0010=A", ""],
    });
    assert.deepEqual(selectors.map((selector) => formatSelector(selector)), [
      "PatientName",
      "ScheduledProcedureStepSequence[0].Modality",
      "StudyDate",
    ]);
  });

  test("shows a mistake in a key, and where it is", () => {
    const error = thrownBy(() =>
      build({ keys: ["PatientID=1", "Columns=70000"] })
    );
    assert.ok(error instanceof UsageError);
    assert.equal(
      error.message,
      "Bad override key/path: 70000 is out of range: US allows 0 to 65535\n" +
        "  Columns=70000\n" +
        "          ^^^^^",
    );
  });

  test("shows a mistake in query text with line and column", () => {
    const terms = parseQueryText("\n  Columns=x\n", "q.txt");
    const error = thrownBy(() => build({ terms }));
    assert.ok(error instanceof InputError);
    assert.match(
      error.message,
      /^Bad query file "q.txt", line 2, column 11: "x" is not a whole number\n/,
    );
  });

  test("finds mistakes of reading before mistakes of applying", () => {
    const error = thrownBy(() => build({ keys: ["Columns=x", "Nonsense"] }));
    assert.match((error as Error).message, /unknown keyword "Nonsense"/);
  });

  test("lets the requested character set win over a key, with a warning", () => {
    const { dataset, warnings } = build({
      model: "other",
      keys: ["SpecificCharacterSet=ISO_IR 192", "PatientID=ü"],
      charset: ["ISO_IR 100"],
    });
    assert.equal(
      showText(dataset),
      "0008,0005 CS [ISO_IR 100]; 0010,0020 LO [\xfc ]",
    );
    assert.deepEqual(warnings, [
      'Character set "ISO_IR 100" overrides SpecificCharacterSet "ISO_IR 192" of a key',
    ]);
  });

  test("warns of an unknown character set", () => {
    const { warnings } = build({
      model: "other",
      keys: ["PatientID=a"],
      charset: ["ISO_IR 999"],
    });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /ISO_IR 999/);
  });

  test("warns", () => {
    assert.deepEqual(build({ keys: ["PatientID=1"] }).warnings, [
      "QueryRetrieveLevel is missing, which most servers refuse: add one of STUDY, SERIES, IMAGE",
    ]);
    assert.deepEqual(
      build({ form: "address", keys: ["PatientID=1"] }).warnings,
      [],
    );
  });
});

describe("keys that were not meant", () => {
  const build = (form: "address" | "dcmtk", ...keys: string[]) =>
    buildIdentifier({ form, model: "study", keys });

  test("the same key twice is an error with an ADDRESS, else a warning", () => {
    assert.throws(
      () => build("address", "PatientID=1", "PatientName", "PatientID=2"),
      { message: '"PatientID=1" and "PatientID=2" set the same attribute' },
    );
    assert.throws(() => build("address", "PatientID=1", "PatientID"));
    const { warnings } = build(
      "dcmtk",
      "0008,0052=STUDY",
      "PatientID=1",
      "0010,0020=2",
    );
    assert.deepEqual(warnings, [
      '"PatientID=1" and "0010,0020=2" set the same attribute: the last one counts',
    ]);
  });
  test("the same key twice with one value is not an error", () => {
    build("address", "PatientID=1", "PatientID=1");
  });
  test("dates as people say them mean days, with an ADDRESS alone", () => {
    const parts = {
      model: "study",
      keys: ["StudyDate=-7d"],
      today: () => 20_000,
    } as const;
    const date = (form: "address" | "dcmtk") =>
      rawStringOf(
        buildIdentifier({ ...parts, form }).dataset.get(0x00080020)!,
      );
    assert.equal(date("address"), "20240927-20241004 ");
    assert.equal(date("dcmtk"), "-7d ");
  });
  test("the day, which takes the time zone to know, is not looked up for dates that do not depend on it", () => {
    const today = () => assert.fail("nobody needs to know");
    for (const date of ["", "20250101", "20250101-20250131", "2025-03..2026"]) {
      const keys = [`StudyDate=${date}`, "PatientName"];
      buildIdentifier({ form: "address", model: "study", keys, today });
    }
  });
  test("a date that is none is an error with an ADDRESS, with a caret", () => {
    assert.throws(() => build("address", "StudyDate=31.12.2020"), {
      message:
        'Bad override key/path: "31.12.2020" is neither a date nor a range of dates\n' +
        "  StudyDate=31.12.2020\n" +
        "            ^^^^^^^^^^",
    });
    assert.throws(() => build("address", "StudyDate=20200231"));
    const { warnings } = build(
      "dcmtk",
      "0008,0052=STUDY",
      "StudyDate=20200231",
    );
    assert.deepEqual(warnings, ["StudyDate: 20200231 does not exist"]);
  });
});
