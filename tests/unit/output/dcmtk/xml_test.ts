import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Charset } from "../../../../src/charset/charset.ts";
import { rawElement, textElement } from "../../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../../src/dataset/dataset.ts";
import {
  dcmtkXmlFile,
  DcmtkXmlWriter,
} from "../../../../src/output/dcmtk/xml.ts";
import { fixture, fixtureDataset, record, written } from "../support.ts";

const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/** One character per byte. */
function bytesText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

describe("dcmtkXmlFile()", () => {
  test("equals findscu -Xx 3.6.7, but for the ESC that XML forbids", () => {
    const { dataset, syntax } = fixtureDataset("explicit");
    const ours = dcmtkXmlFile({ number: 1, status: 0xff00, dataset, syntax });
    assert.equal(
      bytesText(ours),
      bytesText(fixture("explicit.dcmtk.xml")).replace("\x1b", "&#65533;"),
    );
  });

  test("equals it for implicit VR too", () => {
    const { dataset, syntax } = fixtureDataset("implicit");
    const ours = dcmtkXmlFile({ number: 1, status: 0xff00, dataset, syntax });
    assert.deepEqual(ours, fixture("implicit.dcmtk.xml"));
  });

  test("keeps the bytes of a single-byte set under its XML name", () => {
    const dataset = Dataset.of(
      rawElement(0x00080005, "CS", "ISO_IR 144"),
      rawElement(0x00100010, "PN", "\xbb\xee\xda\x1b"),
    );
    const text = bytesText(dcmtkXmlFile(record(dataset)));
    assert.match(text, /^<\?xml version="1\.0" encoding="ISO-8859-5"\?>/);
    assert.match(text, />\xbb\xee\xda&#65533;<\/element>/);
  });

  test("becomes UTF-8 if XML has no name for the set", () => {
    const dataset = Dataset.of(
      rawElement(0x00080005, "CS", "\\ISO 2022 IR 87"),
      rawElement(0x00100010, "PN", "Yamada=\x1b$B;3ED\x1b(B"),
      sequence(0x00400100, [
        Dataset.of(
          rawElement(0x00080005, "CS", "ISO_IR 100"),
          rawElement(0x00400007, "LO", "\xe4"),
        ),
      ]),
    );
    const text = UTF_8.decode(dcmtkXmlFile(record(dataset)));
    assert.match(text, /^<\?xml version="1\.0" encoding="UTF-8"\?>/);
    assert.match(text, />ISO_IR 192<\/element>/);
    assert.match(
      text,
      /vm="1" len="14" name="PatientName">Yamada=山田<\/element>/,
    );
    assert.match(text, /<item card="1" len="10">\n.*>ä<\/element>/);
  });

  test("names no encoding for plain ASCII without a character set", () => {
    const dataset = Dataset.of(textElement(0x00100010, "PN", "Doe"));
    assert.equal(
      UTF_8.decode(dcmtkXmlFile(record(dataset))),
      `<?xml version="1.0"?>
<data-set xfer="1.2.840.10008.1.2.1" name="Little Endian Explicit">
<element tag="0010,0010" vr="PN" vm="1" len="4" name="PatientName">Doe</element>
</data-set>
`,
    );
  });

  test("is well-formed for controls without a character set", () => {
    const dataset = Dataset.of(
      rawElement(0x00080060, "CS", "\xe4\x01"),
      rawElement(0x00100010, "PN", "A\x1b[31m"),
    );
    const text = UTF_8.decode(dcmtkXmlFile(record(dataset)));
    assert.match(text, />ä\ufffd<\/element>/);
    assert.match(text, />A\ufffd\[31m<\/element>/);
  });

  test("is well-formed for broken UTF-8", () => {
    const dataset = Dataset.of(
      rawElement(0x00080005, "CS", "ISO_IR 192"),
      rawElement(0x00100010, "PN", "\xff\xc3\xbc"),
    );
    assert.match(UTF_8.decode(dcmtkXmlFile(record(dataset))), />\ufffdü</);
  });
});

test("a declared set that is read as another is read once", () => {
  const dataset = Dataset.of(
    rawElement(0x00080005, "CS", "ISO_IR 192"),
    rawElement(0x00100010, "PN", "M\xfcller"),
  );
  const charsets = { map: new Map([["ISO_IR 192", "windows-1252"]]) };
  assert.match(
    written(new DcmtkXmlWriter({ charsets }), [dataset]),
    />Müller</,
  );
  const file = UTF_8.decode(dcmtkXmlFile(record(dataset), { charsets }));
  assert.match(file, />Müller</);
});

describe("DcmtkXmlWriter", () => {
  test("equals findscu -Xs 3.6.7, but for the ESC that XML forbids", () => {
    const { dataset } = fixtureDataset("explicit");
    const theirs = UTF_8.decode(fixture("explicit.dcmtk_all.xml"));
    // U+FFFD takes three bytes where ESC took one.
    assert.equal(
      written(new DcmtkXmlWriter(), [dataset]),
      theirs.replace(
        'len="18" name="PatientName"',
        'len="20" name="PatientName"',
      )
        .replace("\x1b", "\ufffd"),
    );
  });

  test("holds all responses in one document", () => {
    const dataset = Dataset.of(
      textElement(0x00080005, "CS", "ISO_IR 192"),
      textElement(0x00100010, "PN", "Müller", Charset.of(["ISO_IR 192"])),
    );
    const text = written(new DcmtkXmlWriter(), [dataset, dataset]);
    assert.equal(text.match(/<data-set /g)?.length, 2);
    assert.match(text, /^<\?xml.*\?>\n<responses type="C-FIND">\n/);
    assert.match(text, /<\/data-set>\n<\/responses>\n$/);
  });
});
