import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Charset } from "../../../src/charset/charset.ts";
import { rawElement, textElement } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { isHostile } from "../../../src/output/sanitize.ts";
import { TextWriter } from "../../../src/output/text.ts";
import { HOSTILE, record, written } from "./support.ts";

const UTF_8 = Charset.of(["ISO_IR 192"]);

describe("TextWriter", () => {
  test("writes a block per match, keywords in line, items indented", () => {
    const dataset = Dataset.of(
      textElement(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2"),
      textElement(0x00080050, "SH", ""),
      rawElement(0x00090010, "LO", "ACME"),
      rawElement(0x00091001, "UN", "\x01\x02"),
      textElement(0x00100010, "PN", "Doe^John"),
      textElement(0x00104000, "LT", "first\r\nStudyDate  second"),
      sequence(0x00400100, [
        Dataset.of(textElement(0x00080061, "CS", ["CT", "MR"])),
        new Dataset(),
      ]),
    );
    assert.equal(
      written(new TextWriter(), [dataset, new Dataset()]),
      `Match 1
  SOPClassUID                     1.2.840.10008.5.1.4.1.1.2 (CT Image Storage)
  AccessionNumber                 (empty)
  00090010                        ACME
  ACME:0009xx01                   (2 bytes)
  PatientName                     Doe^John
  PatientComments                 first
                                │ StudyDate  second
  ScheduledProcedureStepSequence  (2 items)
    item 1
      ModalitiesInStudy  CT\\MR
    item 2

Match 2

`,
    );
  });

  test("says when keys were not supported", () => {
    const chunk = new TextWriter().match({
      ...record(new Dataset()),
      status: 0xff01,
    });
    assert.equal(chunk, "Match 1 (some keys were not supported)\n\n");
  });

  test("ends with the number of matches on request", () => {
    const end = (matches: number, incomplete?: string) =>
      new TextWriter({ closing: true }).end({
        matches,
        elapsed: 120,
        ...(incomplete !== undefined && { incomplete }),
      });
    assert.equal(end(0), "No match in 0.12 s\n");
    assert.equal(end(1, "cut"), "1 match in 0.12 s, incomplete: cut\n");
    assert.equal(end(0, "\x1b"), "No result: <U+001B>\n");
    assert.equal(end(0, ""), "No result\n");
    assert.equal(end(1, ""), "1 match in 0.12 s, incomplete\n");
    assert.equal(end(2), "2 matches in 0.12 s\n");
    assert.equal(new TextWriter().end({ matches: 2, elapsed: 1 }), "");
  });

  test("is harmless, whatever the values", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "grapheme" }), fc.constant(HOSTILE)),
        (text) => {
          const dataset = Dataset.of(
            textElement(0x00080005, "CS", "ISO_IR 192"),
            textElement(0x00100010, "PN", text, UTF_8),
            textElement(0x00104000, "LT", text, UTF_8),
          );
          const lines = written(new TextWriter(), [dataset]).split("\n");
          for (const line of lines) {
            for (let at = 0; at < line.length; at++) {
              assert.ok(!isHostile(line.charCodeAt(at)));
            }
          }
          // Match line, three attributes, one line per further line of the text, end.
          for (const line of lines.slice(4, -2)) {
            assert.match(line, /^ {22}│ /);
          }
        },
      ),
    );
  });
});
