import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Charset, type Warn } from "../../../src/charset/charset.ts";
import { EXPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import {
  numberElement,
  rawElement,
  tagElement,
  textElement,
} from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { dcmtkXmlFile, DcmtkXmlWriter } from "../../../src/output/dcmtk/xml.ts";
import type { TextOptions } from "../../../src/output/writer.ts";
import { XmlWriter } from "../../../src/output/xml.ts";
import { xmlText } from "../../../src/output/xml_text.ts";
import { HOSTILE, written } from "./support.ts";

const UTF_8 = Charset.of(["ISO_IR 192"]);

/** Turns escaped text back, as an XML parser does with the five entities and with references. */
function unescaped(text: string): string {
  const named: Record<string, string> = {
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
  };
  return text.replace(
    /&(?:#(\d+)|(\w+));/g,
    (_, code, name) =>
      code === undefined ? named[name]! : String.fromCodePoint(Number(code)),
  );
}

/** A dataset with characters that XML forbids, and what is reported of it. */
const FORBIDDEN = Dataset.of(
  rawElement(0x00081030, "LO", "a\x07b\x0c"),
  rawElement(0x00100010, "PN", "A^\x01^\x02"),
  rawElement(0x00104000, "LT", "line\r\n\ttab"),
  rawElement(0x0020000d, "UI", "1.2\x003 "),
);
const FORBIDDEN_REPORTS = [
  "StudyDescription (0008,1030): XML cannot hold U+0007, which is replaced by U+FFFD",
  "PatientName (0010,0010): XML cannot hold U+0001, which is replaced by U+FFFD",
  "StudyInstanceUID (0020,000d): XML cannot hold U+0000, which is replaced by U+FFFD",
];

/** The reports of what a function writes, each once. */
function reportsOf(write: (options: TextOptions) => unknown): string[] {
  const reports = new Map<string, string>();
  const warn: Warn = (text, key = text) =>
    reports.set(key, reports.get(key) ?? text);
  write({ charsets: { warn } });
  return [...reports.values()];
}

describe("what XML cannot hold is reported", () => {
  const record = {
    number: 1,
    status: 0xff00,
    syntax: EXPLICIT_LE,
    dataset: FORBIDDEN,
  };

  test("with --format xml", () => {
    const reports = reportsOf((options) =>
      written(new XmlWriter(options), [FORBIDDEN])
    );
    assert.deepEqual(reports, FORBIDDEN_REPORTS);
  });

  test("with -Xs", () => {
    const reports = reportsOf((options) =>
      written(new DcmtkXmlWriter(options), [FORBIDDEN])
    );
    assert.deepEqual(reports, FORBIDDEN_REPORTS);
  });

  test("with -Xx", () => {
    const reports = reportsOf((options) => dcmtkXmlFile(record, options));
    assert.deepEqual(reports, FORBIDDEN_REPORTS);
  });
});

describe("XmlWriter", () => {
  test("writes the Native DICOM Model of PS3.19 A.1", () => {
    const dataset = Dataset.of(
      numberElement(0x00080000, "UL", [0]),
      textElement(0x00080005, "CS", "ISO_IR 192"),
      textElement(0x00080050, "SH", ""),
      textElement(0x00080061, "CS", ["CT", "", "MR"]),
      rawElement(0x00090010, "LO", "A&B "),
      rawElement(0x00091001, "UN", "\x01\x02\x03\x04"),
      textElement(
        0x00100010,
        "PN",
        "Yamada^Tarou^^Dr=山田^太郎",
        UTF_8,
      ),
      tagElement(0x00280009, [0x00181063]),
      numberElement(0x00189087, "FD", [0.5, -Infinity, NaN]),
      sequence(0x00400100, [
        Dataset.of(textElement(0x00080060, "CS", "MR")),
        new Dataset(),
      ]),
    );
    assert.equal(
      written(new XmlWriter(), [dataset]),
      `<?xml version="1.0" encoding="UTF-8"?>
<matches>
<NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM" xml:space="preserve">
<DicomAttribute tag="00080005" keyword="SpecificCharacterSet" vr="CS">
<Value number="1">ISO_IR 192</Value>
</DicomAttribute>
<DicomAttribute tag="00080050" keyword="AccessionNumber" vr="SH"/>
<DicomAttribute tag="00080061" keyword="ModalitiesInStudy" vr="CS">
<Value number="1">CT</Value>
<Value number="2"></Value>
<Value number="3">MR</Value>
</DicomAttribute>
<DicomAttribute tag="00090010" vr="LO">
<Value number="1">A&amp;B</Value>
</DicomAttribute>
<DicomAttribute tag="00090001" privateCreator="A&amp;B" vr="UN">
<InlineBinary>AQIDBA==</InlineBinary>
</DicomAttribute>
<DicomAttribute tag="00100010" keyword="PatientName" vr="PN">
<PersonName number="1"><Alphabetic><FamilyName>Yamada</FamilyName><GivenName>Tarou</GivenName><NamePrefix>Dr</NamePrefix></Alphabetic><Ideographic><FamilyName>山田</FamilyName><GivenName>太郎</GivenName></Ideographic></PersonName>
</DicomAttribute>
<DicomAttribute tag="00189087" keyword="DiffusionBValue" vr="FD">
<Value number="1">0.5</Value>
<Value number="2">-INF</Value>
<Value number="3">NaN</Value>
</DicomAttribute>
<DicomAttribute tag="00280009" keyword="FrameIncrementPointer" vr="AT">
<Value number="1">00181063</Value>
</DicomAttribute>
<DicomAttribute tag="00400100" keyword="ScheduledProcedureStepSequence" vr="SQ">
<Item number="1">
<DicomAttribute tag="00080060" keyword="Modality" vr="CS">
<Value number="1">MR</Value>
</DicomAttribute>
</Item>
<Item number="2">
</Item>
</DicomAttribute>
</NativeDicomModel>
</matches>
`,
    );
  });

  test("holds any value that XML can hold", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "grapheme" }), fc.constant(HOSTILE)),
        (text) => {
          const model = written(new XmlWriter(), [Dataset.of(
            textElement(0x00080005, "CS", "ISO_IR 192"),
            textElement(0x00104000, "LT", `<${text}>`, UTF_8),
          )]);
          const [, content] = /<Value number="1">(&lt;.*)<\/Value>/s.exec(
            model,
          )!;
          assert.ok(!content!.includes("<"));
          assert.equal(
            unescaped(content!),
            `<${text}>`.replace(
              /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g,
              "\ufffd",
            ),
          );
        },
      ),
    );
  });
});

test("xmlText() replaces what XML forbids and refers to what terminals obey", () => {
  assert.equal(
    xmlText("\x00\x1b\x9b\u202e\ud800\uffff\r\n\t🙂"),
    "\ufffd\ufffd&#155;&#8238;\ufffd\ufffd&#13;&#10;\t🙂",
  );
});

test("xmlText() writes invisible characters as references", () => {
  assert.equal(
    xmlText("a\u200b\u{e0041}b\u200ec🙂"),
    "a&#8203;&#917569;b&#8206;c🙂",
  );
});
