import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Charset } from "../../../src/charset/charset.ts";
import { textElement } from "../../../src/codec/values.ts";
import type { Vr } from "../../../src/dataset/vr.ts";
import { keywordTag } from "../../../src/probe/keys.ts";
import { Masking } from "../../../src/probe/masking.ts";
import { productOf } from "../../../src/probe/products.ts";

const UTF_8 = Charset.of(["ISO_IR 192"]);

function shown(masking: Masking, keyword: string, vr: Vr, value: string) {
  return masking.value(
    textElement(keywordTag(keyword), vr, value, UTF_8),
    UTF_8,
  );
}

describe("masking", () => {
  test("crosses patients out, and leaves what says how a value is meant", () => {
    const masking = new Masking(false);
    assert.equal(shown(masking, "PatientName", "PN", "Müller^J*"), "XXXXXX^X*");
    assert.equal(shown(masking, "StudyDate", "DA", "20260101-"), "XXXXXXXX-");
    assert.equal(shown(masking, "Modality", "CS", "CT"), "CT");
    assert.equal(shown(masking, "Modality", "CS", "DOE"), "XXX");
    assert.equal(
      shown(masking, "PatientName", "PN", "山田^太郎=やまだ"),
      "XX^XX=XXX",
    );
  });

  test("takes what comes as UN for what the standard has it be", () => {
    const masking = new Masking(false);
    assert.equal(shown(masking, "Modality", "UN", "CT"), "CT");
    assert.equal(shown(masking, "PatientName", "UN", "Doe"), "XXX");
    // What comes as something else is not what it claims to be.
    assert.equal(shown(masking, "Modality", "LO", "CT"), "XX");
  });

  test("calls a UID the same throughout", () => {
    const masking = new Masking(false);
    const uid = (value: string) =>
      shown(masking, "StudyInstanceUID", "UI", value);
    assert.equal(uid("1.2.3"), "uid-1");
    assert.equal(uid("1.2.4"), "uid-2");
    assert.equal(uid("1.2.3\\1.2.4"), "uid-1\\uid-2");
    assert.equal(
      shown(masking, "SOPClassUID", "UI", "1.2.840.10008.5.1.4.1.1.2"),
      "1.2.840.10008.5.1.4.1.1.2",
    );
  });

  test("shows what was made up", () => {
    const masking = new Masking(false);
    const name = masking.madeUp("FINDSCU^NOBODY");
    assert.equal(shown(masking, "PatientName", "PN", name), name);
  });

  test("finds values in a peer's own words, whole words alone", () => {
    const masking = new Masking(false);
    shown(masking, "PatientName", "PN", "With^Ann");
    shown(masking, "PatientID", "LO", "4711");
    assert.equal(
      masking.text("ANN with id 4711 is unknown, not 47110 or Annabel"),
      "XXX XXXX id XXXX is unknown, not 47110 or Annabel",
    );
    assert.equal(
      masking.quoted('A match with "With^Ann" cannot be read'),
      'A match with "XXXX^XXX" cannot be read',
    );
  });

  test("masks nothing on request, but sends no control characters", () => {
    const masking = new Masking(true);
    assert.equal(shown(masking, "PatientName", "PN", "Doe^Jane"), "Doe^Jane");
    assert.ok(
      !shown(masking, "PatientName", "PN", "\x1b[1mDoe").includes("\x1b"),
    );
    assert.equal(masking.text("Doe"), "Doe");
  });
});

test("products are known by UID, and by name if that is not enough", () => {
  const name = (uid: string, version?: string) => productOf(uid, version)?.name;
  assert.match(name("1.2.276.0.7230010.3.0.3.6.7") ?? "", /^DCMTK/);
  assert.equal(name("1.2.276.0.7230010.3.0.3.6.7", "ORTHANC"), "Orthanc");
  assert.match(name("1.2.40.0.13.1.3") ?? "", /^dcm4che 5/);
  assert.equal(name("1.2.826.0.1.3680043.9.3811.3.0.4"), "pynetdicom");
  assert.equal(name("1.3.6.1.4.1.30071.80"), undefined);
  assert.equal(name("1.2.3"), undefined);
});
