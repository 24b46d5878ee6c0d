import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  numberElement,
  rawElement,
  textElement,
} from "../../../../src/codec/values.ts";
import {
  DEFLATED_LE,
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../../src/codec/transfer_syntax.ts";
import { Dataset, sequence } from "../../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../../src/dictionary/dictionary.ts";
import { DcmtkDump } from "../../../../src/output/dcmtk/dump.ts";
import { DcmtkWriter, prefixLines } from "../../../../src/output/dcmtk/log.ts";
import { encodeChunk } from "../../../../src/output/writer.ts";
import { fixture, fixtureDataset, record } from "../support.ts";

/** The lines of a dump, header left out. */
function lines(dataset: Dataset, dump = new DcmtkDump()): string[] {
  return dump.dataset(dataset, EXPLICIT_LE).split("\n").slice(3, -1);
}

describe("DcmtkWriter", () => {
  // What findscu 3.6.7 printed for the same datasets, answered by a scripted provider.
  const captured = [
    "explicit",
    "implicit",
    "odd_explicit",
    "odd_implicit",
  ];
  for (const name of captured) {
    test(`prints ${name} as DCMTK does, byte for byte`, () => {
      const { dataset, syntax } = fixtureDataset(name);
      const writer = new DcmtkWriter({ rawText: true });
      const chunk = writer.match({
        number: 1,
        status: 0xff00,
        dataset,
        syntax,
      });
      assert.deepEqual(
        encodeChunk(writer, chunk),
        fixture(`${name}.dcmtk.txt`),
      );
    });
  }

  test("names the status with the warning", () => {
    const writer = new DcmtkWriter();
    const chunk = writer.match({ ...record(new Dataset(), 7), status: 0xff01 });
    assert.match(
      chunk,
      /^I: -{27}\nI: Find Response: 7 \(Pending: WarningUnsupportedOptionalKeys\)\nI: \nI: # Dicom-Data-Set\n/,
    );
  });
});

test("DcmtkDump resolves US or SS by a Pixel Representation next to it", () => {
  const lut = numberElement(0x00283002, "US", [65533]);
  const dataset = Dataset.of(
    numberElement(0x00280103, "US", [1]),
    numberElement(0x00283002, "SS", [-3]),
    sequence(0x00283010, [Dataset.of(lut)]),
  );
  const values = new DcmtkDump().dataset(dataset, IMPLICIT_LE)
    .match(/\(0028,3002\) .. \S+/g);
  assert.deepEqual(values, ["(0028,3002) SS -3", "(0028,3002) xs 65533"]);
});

describe("DcmtkDump, decoded", () => {
  test("shows text in the declared character set, padded by columns", () => {
    const dataset = Dataset.of(
      textElement(0x00080005, "CS", "ISO_IR 192"),
      textElement(0x00100010, "PN", "山田^太郎"),
    );
    assert.deepEqual(lines(dataset), [
      "(0008,0005) CS [ISO_IR 192]                             #  10, 1 SpecificCharacterSet",
      "(0010,0010) PN [山田^太郎 ]                             #  14, 1 PatientName",
    ]);
  });

  test("inherits the character set into items, which may have their own", () => {
    const dataset = Dataset.of(
      textElement(0x00080005, "CS", "ISO_IR 100"),
      sequence(0x00400100, [
        Dataset.of(rawElement(0x00400007, "LO", "M\xfcller")),
        Dataset.of(
          rawElement(0x00080005, "CS", "ISO_IR 144"),
          rawElement(0x00400007, "LO", "\xbb\xee"),
        ),
      ]),
    );
    const text = lines(dataset).join("\n");
    assert.match(text, /LO \[Müller\]/);
    assert.match(text, /LO \[Лю\]/);
  });

  test("makes control characters and bidirectional overrides visible", () => {
    const dataset = Dataset.of(
      textElement(0x00080005, "CS", "ISO_IR 192"),
      textElement(0x00100010, "PN", "A\x1b[31m\r\nI: forged\u202eb\u009b"),
      rawElement(0x0020000d, "UI", "1.2.3\0"),
    );
    const text = lines(dataset).join("\n");
    assert.match(
      text,
      /\[A<U\+001B>\[31m<U\+000D><U\+000A>I: forged<U\+202E>b<U\+009B> ?\]/,
    );
    assert.match(text, /UI \[1\.2\.3\] +# {3}6, 1/);
  });

  test("knows retired, private and unknown names", () => {
    const dictionary = Dictionary.standard.withEntries([{
      creator: "ACME",
      groups: { first: 9, last: 9, only: "any" },
      elements: { first: 1, last: 1, only: "any" },
      keyword: "AcmeThing",
      vrs: ["LO"],
    }]);
    const dataset = Dataset.of(
      rawElement(0x00090010, "LO", "ACME"),
      rawElement(0x00091001, "LO", "x"),
      rawElement(0x00091002, "LO", "y"),
      rawElement(0x00280200, "US", "\x01\0"),
    );
    const names = lines(dataset, new DcmtkDump({ dictionary })).map((line) =>
      line.slice(line.indexOf("#") + 9)
    );
    assert.deepEqual(names, [
      "PrivateCreator",
      "AcmeThing",
      "Unknown Tag & Data",
      "RETIRED_ImageLocation",
    ]);
  });
});

describe("DcmtkDump of an identifier that was never sent", () => {
  test("shows text unpadded, no sequence lengths and open VRs", () => {
    const dataset = Dataset.of(
      textElement(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2"),
      textElement(0x00080052, "CS", "STUDY"),
      rawElement(0x00111010, "UN", "\x01\x02"),
      numberElement(0x00280106, "US", [3]),
      sequence(0x00400100, [
        new Dataset(),
        Dataset.of(textElement(0x00080060, "CS", "MR")),
      ]),
    );
    const dump = new DcmtkDump({ rawText: true, isUnsent: () => true });
    assert.deepEqual(lines(dataset, dump), [
      "(0008,0016) UI =CTImageStorage                          #  26, 1 SOPClassUID",
      "(0008,0052) CS [STUDY]                                  #   6, 1 QueryRetrieveLevel",
      "(0011,1010) ?? 01\\02                                    #   2, 1 Unknown Tag & Data",
      "(0028,0106) xs 3                                        #   2, 1 SmallestImagePixelValue",
      "(0040,0100) SQ (Sequence with explicit length #=2)      #   0, 1 ScheduledProcedureStepSequence",
      "  (fffe,e000) na (Item with explicit length #=0)          #   0, 1 Item",
      "  (fffe,e00d) na (ItemDelimitationItem for re-encoding)   #   0, 0 ItemDelimitationItem",
      "  (fffe,e000) na (Item with explicit length #=1)          #   0, 1 Item",
      "    (0008,0060) CS [MR]                                     #   2, 1 Modality",
      "  (fffe,e00d) na (ItemDelimitationItem for re-encoding)   #   0, 0 ItemDelimitationItem",
      "(fffe,e0dd) na (SequenceDelimitationItem for re-encod.) #   0, 0 SequenceDelimitationItem",
    ]);
  });

  test("begins with a header that names the transfer syntax", () => {
    const dump = new DcmtkDump();
    assert.equal(
      dump.dataset(new Dataset(), DEFLATED_LE),
      "\n# Dicom-Data-Set\n# Used TransferSyntax: Deflated Explicit VR Little Endian\n",
    );
    assert.equal(
      dump.file(new Dataset(), EXPLICIT_LE),
      "\n# Dicom-File-Format\n\n# Dicom-Meta-Information-Header\n# Used TransferSyntax: Little Endian Explicit\n" +
        "\n# Dicom-Data-Set\n# Used TransferSyntax: Little Endian Explicit\n",
    );
  });
});

test("prefixLines() prefixes the empty line after the last line feed too", () => {
  assert.equal(prefixLines("W: ", "a\nb"), "W: a\nW: b\n");
  assert.equal(prefixLines("I: ", "a\n"), "I: a\nI: \n");
});
