import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { InputError } from "../../../src/errors.ts";
import { encodeFile } from "../../../src/file/part10.ts";
import { detectKind, readQueryInput } from "../../../src/identifier/detect.ts";
import { INPUT_KINDS, type InputKind } from "../../../src/identifier/kinds.ts";
import { show, thrownBy, utf8 } from "./show.ts";

const dataset = Dataset.of(
  textElement(0x00080052, "CS", "STUDY"),
  textElement(0x00100010, "PN", "A*"),
);
const ELEMENTS = "0008,0052 CS 535455445920; 0010,0010 PN 412a";

const part10 = encodeFile(dataset, EXPLICIT_LE, {
  sopClassUid: "1.2",
  sopInstanceUid: "1.2.3",
  implementationClassUid: "1.2.4",
  implementationVersionName: "TEST",
});

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2 + 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, littleEndian);
  for (let at = 0; at < text.length; at++) {
    view.setUint16(at * 2 + 2, text.charCodeAt(at), littleEndian);
  }
  return bytes;
}

const ROWS: readonly [what: string, bytes: Uint8Array, kind: InputKind][] = [
  ["a part 10 file", part10, "dicom"],
  ["a bare explicit dataset", encodeDataset(dataset, EXPLICIT_LE), "dicom"],
  ["a bare big endian dataset", encodeDataset(dataset, EXPLICIT_BE), "dicom"],
  ["a bare implicit dataset", encodeDataset(dataset, IMPLICIT_LE), "dicom"],
  ["a file without preamble", part10.subarray(128), "dicom"],
  ["JSON", utf8('{"00100010":{"vr":"PN"}}'), "json"],
  ["indented JSON", utf8('\n  {\n  "00100010": {}\n}'), "json"],
  ["a JSON array", utf8('[{"00100010":{"vr":"PN"}}]'), "json"],
  ["an indented JSON array", utf8("[\n  {\n"), "json"],
  ["an empty JSON array", utf8("[]"), "json"],
  ["JSON with byte order mark", utf8('\ufeff{"00100010":{}}'), "json"],
  ["a dump", utf8("(0010,0010) PN [A]"), "dump"],
  [
    "a dump with header",
    utf8("\n# Dicom-File-Format\n\n(0010,0010) PN [A]"),
    "dump",
  ],
  ["a dump without VR", utf8("(0010,0010) [A]"), "dump"],
  ["a dump without brackets", utf8("(0010,0010) CS A"), "dump"],
  ["a dump with blanks in tags", utf8("( 0010, 0010 )PN"), "dump"],
  ["a dump of comments and tags", utf8("(0010,0010) # PatientName"), "dump"],
  [
    "a dump that begins with an empty element",
    utf8("(0010,0010)\n(0010,0020) LO [1]"),
    "dump",
  ],
  [
    "a logged dump",
    utf8("I: \nI: # Dicom-Data-Set\nI: (0010,0010) PN [A]\n"),
    "dump",
  ],
  ["UTF-16 from a Windows shell", utf16("(0010,0010) PN [A]", true), "dump"],
  ["UTF-16, big endian", utf16("PatientName", false), "keys"],
  ["keys", utf8("PatientName=A*\nStudyDate"), "keys"],
  ["keys by tag", utf8("(0010,0010)=A*"), "keys"],
  ["keys by tag, blanks", utf8("(0010,0010) = A*"), "keys"],
  ["keys with items", utf8("(0040,0100)[0].Modality=CT"), "keys"],
  ["keys with items, blanks", utf8("(0040,0100) [ 0 ] .Modality=CT"), "keys"],
  ["keys with steps", utf8("(0040,0100).Modality=CT"), "keys"],
  ["keys without values", utf8("(0010,0010)\n(0010,0020)"), "keys"],
  [
    "keys with what looks like a dump",
    utf8("PatientName=A\n(0010,0020)=(0010,0010) PN [A]"),
    "keys",
  ],
  ["keys with comments", utf8("# x\n\nPatientName"), "keys"],
  ["keys with byte order mark", utf8("\ufeffPatientName"), "keys"],
  ["XML", utf8('<?xml version="1.0"?>'), "xml"],
  ["the Native DICOM Model", utf8("\n <NativeDicomModel>"), "xml"],
  ["nothing", new Uint8Array(0), "keys"],
  ["blank lines", utf8("\n  \n# x\n"), "keys"],
];

describe("detectKind() recognises", () => {
  for (const [what, bytes, kind] of ROWS) {
    test(what, () => assert.equal(detectKind(bytes), kind));
  }
});

describe("readQueryInput()", () => {
  function elementsOf(bytes: Uint8Array, kind?: InputKind): string {
    const inputs = readQueryInput(
      bytes,
      "q",
      kind === undefined ? {} : { kind },
    );
    return inputs.map((input) =>
      input.kind === "keys"
        ? input.terms.map(({ text }) => text).join("; ")
        : show(input.dataset)
    ).join(" | ");
  }

  test("reads every kind", () => {
    assert.equal(elementsOf(part10), ELEMENTS);
    for (const syntax of [EXPLICIT_LE, EXPLICIT_BE, IMPLICIT_LE]) {
      assert.equal(elementsOf(encodeDataset(dataset, syntax)), ELEMENTS);
    }
    assert.equal(
      elementsOf(utf8("(0008,0052) CS [STUDY]\n(0010,0010) PN [A*]")),
      ELEMENTS,
    );
    assert.equal(
      elementsOf(
        utf8('{"00080052":{"Value":["STUDY"]},"00100010":{"Value":["A*"]}}'),
      ),
      ELEMENTS,
    );
    assert.equal(elementsOf(utf8("# x\nA=1\n\nB\n")), "A=1; B");
  });

  test("reads a query of each line or element", () => {
    const one = '{"00080052":{"vr":"CS","Value":["STUDY"]}}';
    const both = "0008,0052 CS 535455445920 | 0008,0052 CS 535455445920";
    assert.equal(elementsOf(utf8(`${one}\n${one}\n`)), both);
    assert.equal(elementsOf(utf8(`[${one},${one}]`)), both);
    assert.equal(
      elementsOf(utf8(
        '<matches><NativeDicomModel><DicomAttribute tag="00080052" vr="CS"><Value number="1">STUDY</Value>' +
          "</DicomAttribute></NativeDicomModel></matches>",
      )),
      "0008,0052 CS 535455445920",
    );
  });

  test("refuses what holds nothing", () => {
    for (const text of ["", "\n# x\n", "[]", "{}"]) {
      const error = thrownBy(() => elementsOf(utf8(text)));
      assert.ok(error instanceof InputError, text);
      assert.equal(error.message, '"q" holds no keys');
    }
  });

  test("keeps text of UTF-16 files as UTF-8", () => {
    assert.equal(
      elementsOf(utf16("(0010,0010) PN [Ü]", true)),
      "0010,0010 PN c39c",
    );
    assert.equal(elementsOf(utf16("PatientName=Ü", false)), "PatientName=Ü");
  });

  const xmlOf = (encoding: string, name: number[]) => [
    ...utf8(
      `<?xml version="1.0" encoding="${encoding}"?><NativeDicomModel>` +
        '<DicomAttribute tag="00100010" vr="PN"><PersonName number="1">' +
        "<Alphabetic><FamilyName>",
    ),
    ...name,
    ...utf8(
      "</FamilyName></Alphabetic></PersonName></DicomAttribute></NativeDicomModel>",
    ),
  ];
  const bytesOf = (text: string) =>
    Uint8Array.from(text, (unit) => unit.charCodeAt(0));

  test("reads XML in the encoding that it declares", () => {
    const declared = "0008,0005 CS 49534f5f495220313932; 0010,0010 PN ";
    for (
      const [encoding, name, expected] of [
        ["ISO-8859-1", [0xfc], "c3bc"],
        ["Shift_JIS", [0x8e, 0x52], "e5b1b120"],
        ["utf-8", [0xc3, 0xbc], "c3bc"],
      ] as const
    ) {
      const bytes = Uint8Array.from(xmlOf(encoding, [...name]));
      assert.equal(elementsOf(bytes), declared + expected, encoding);
    }
  });

  test("refuses bytes that its encoding does not have", () => {
    const rows: [bytes: Uint8Array, reason: string][] = [
      [
        bytesOf('{"PatientID":\n"M\xfcller"}'),
        ", line 2: the byte FC is not UTF-8",
      ],
      [
        bytesOf('<NativeDicomModel a="\xe4"/>'),
        ", line 1: the byte E4 is not UTF-8",
      ],
      [
        Uint8Array.from(xmlOf("UTF-8", [0x41, 0x80])),
        ", line 1: the byte 80 is not UTF-8",
      ],
      [
        Uint8Array.from(xmlOf("Shift_JIS", [0xff])),
        ': text that is not "Shift_JIS", the encoding that it declares',
      ],
      [
        Uint8Array.from(xmlOf("EBCDIC-9", [0x41])),
        ': the encoding "EBCDIC-9" is unknown',
      ],
    ];
    for (const [bytes, reason] of rows) {
      const error = thrownBy(() => elementsOf(bytes));
      assert.ok(error instanceof InputError);
      assert.equal(error.message, `Bad query file "q"${reason}`);
      assert.equal(error.hint, "Save the file as UTF-8");
    }
  });

  test("keeps bytes of keys that are not UTF-8, as in arguments", () => {
    assert.equal(
      elementsOf(bytesOf("PatientName=M\xfcller\xc3\xbc")),
      "PatientName=M\udcfcllerü",
    );
  });

  test("reads as the given kind", () => {
    assert.equal(elementsOf(utf8("(0010,0010)"), "dump"), "0010,0010 PN");
    assert.equal(elementsOf(utf8("(0010,0010)"), "keys"), "(0010,0010)");
    const error = thrownBy(() => elementsOf(utf8("PatientName"), "json"));
    assert.match((error as Error).message, /not valid JSON/);
  });

  test("refuses a damaged DICOM file, naming it", () => {
    const error = thrownBy(() =>
      elementsOf(part10.subarray(0, part10.length - 1))
    );
    assert.ok(error instanceof InputError);
    assert.equal(error.code, "input-invalid");
    assert.match(error.message, /^Bad DICOM file: q: /);
  });

  test("gives a message for any bytes and kind, never another exception", () => {
    // A small linear congruential generator: the same bytes on every run.
    let state = 1;
    const next = () => (state = (state * 1103515245 + 12345) % 0x80000000);
    for (let round = 0; round < 500; round++) {
      const bytes = Uint8Array.from(
        { length: next() % 80 },
        () => next() >>> 8,
      );
      for (const kind of [undefined, ...INPUT_KINDS]) {
        try {
          elementsOf(bytes, kind);
        } catch (error) {
          assert.ok(error instanceof InputError, String(error));
        }
      }
    }
  });
});
