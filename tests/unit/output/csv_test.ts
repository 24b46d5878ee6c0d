import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Charset } from "../../../src/charset/charset.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { parseColumns } from "../../../src/output/columns.ts";
import { CsvWriter } from "../../../src/output/csv.ts";
import { parseCsv } from "../../support/csv.ts";
import { HOSTILE, written } from "./support.ts";

const UTF_8 = Charset.of(["ISO_IR 192"]);

function columns(text: string) {
  return parseColumns(text, Dictionary.standard);
}

function study(id: string, comment: string): Dataset {
  return Dataset.of(
    textElement(0x00080005, "CS", "ISO_IR 192"),
    textElement(0x00100020, "LO", id),
    textElement(0x00104000, "LT", comment, UTF_8),
  );
}

describe("CsvWriter", () => {
  test("writes a heading and a record per match", () => {
    const dataset = Dataset.of(
      textElement(0x00080061, "CS", ["CT", "MR"]),
      textElement(0x00100010, "PN", "Doe^John"),
      sequence(0x00081199, [
        Dataset.of(textElement(0x00081155, "UI", "1.2")),
      ]),
      sequence(0x00400100, [
        Dataset.of(textElement(0x00080060, "CS", "CT")),
        Dataset.of(textElement(0x00080060, "CS", "MR")),
      ]),
    );
    const writer = new CsvWriter({
      columns: columns(
        "PatientName,ModalitiesInStudy,ScheduledProcedureStepSequence.Modality,ReferencedSOPSequence,StudyDate",
      ),
    });
    assert.equal(
      written(writer, [dataset]),
      "PatientName,ModalitiesInStudy,ScheduledProcedureStepSequence.Modality,ReferencedSOPSequence,StudyDate\r\n" +
        'Doe^John,CT\\MR,CT | MR,"[{""ReferencedSOPInstanceUID"":""1.2""}]",\r\n',
    );
  });

  test("keeps the place of each item in every column", () => {
    const dataset = Dataset.of(sequence(0x00400100, [
      Dataset.of(textElement(0x00400001, "AE", "CT1")),
      Dataset.of(
        textElement(0x00080060, "CS", "MR"),
        textElement(0x00400001, "AE", "MR1"),
      ),
    ]));
    const writer = new CsvWriter({
      columns: columns(
        "ScheduledProcedureStepSequence.Modality,ScheduledProcedureStepSequence.ScheduledStationAETitle",
      ),
    });
    const [, record] = written(writer, [dataset]).split("\r\n");
    assert.equal(record, " | MR,CT1 | MR1");
  });

  test("takes the columns of the first match when it knows none", () => {
    const text = written(new CsvWriter(), [study("1", "a"), study("2", "b")]);
    assert.equal(text, "PatientID,PatientComments\r\n1,a\r\n2,b\r\n");
  });

  test("writes the heading even without matches", () => {
    const writer = new CsvWriter({ columns: columns("PatientID") });
    assert.equal(written(writer, []), "PatientID\r\n");
  });

  test("begins with a byte order mark on request", () => {
    const writer = new CsvWriter({ columns: columns("PatientID"), bom: true });
    assert.equal(written(writer, []), "\ufeffPatientID\r\n");
  });

  test("never writes an empty line", () => {
    const writer = new CsvWriter({ columns: columns("PatientID") });
    assert.equal(
      written(writer, [new Dataset()]),
      'PatientID\r\n""\r\n',
    );
  });

  const formulas: [text: string, expected: string][] = [
    ["=1+1", "'=1+1"],
    ["+cmd", "'+cmd"],
    ["-cmd", "'-cmd"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\uff1d1", "'\uff1d1"],
    ["\t=1", "'\t'=1"],
    ["\n=1", "'\n'=1"],
    [" =1", "' =1"],
    ["a;=1", "a;'=1"],
    ["a;=1;b\t@c,+d", "a;'=1;b\t'@c,'+d"],
    ['a;"=1";', 'a;\'"=1";'],
    ["a;  -1+2", "a;'  -1+2"],
    ["a;-1;b", "a;-1;b"],
    ["-12.5", "-12.5"],
    ["plain", "plain"],
  ];
  for (const [text, expected] of formulas) {
    test(`neutralises "${text}" on request only`, () => {
      const of = (csvSafe: boolean) =>
        parseCsv(
          written(
            new CsvWriter({ columns: columns("PatientComments"), csvSafe }),
            [study("1", text)],
          ),
          ",",
        )[1]![0];
      assert.equal(of(true), expected);
      assert.equal(of(false), text);
    });
  }

  test("leaves no formula wherever a program splits, quotes heeded or not", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({
          unit: fc.constantFrom("=", "-", "@", ";", "\t", ",", '"', " ", "a"),
        })),
        fc.constantFrom(",", "\t", ";"),
        (comments, separator) => {
          const text = written(
            new CsvWriter({
              columns: columns("PatientID,PatientComments"),
              separator: separator as ",",
              csvSafe: true,
            }),
            comments.map((comment) => study("1", comment)),
          );
          for (const split of [",", "\t", ";"]) {
            for (const cell of text.split(split)) {
              assert.doesNotMatch(cell, /^[\s"]*[=@]/);
            }
          }
        },
      ),
    );
  });

  for (const separator of [",", "\t", ";"] as const) {
    test(`reads back equal with ${JSON.stringify(separator)}`, () => {
      fc.assert(
        fc.property(
          fc.array(
            fc.oneof(
              fc.string({ unit: "grapheme" }),
              fc.string({
                unit: fc.constantFrom('"', ",", "\t", ";", "\r", "\n", "a"),
              }),
              fc.constant(HOSTILE),
            ),
          ),
          (comments) => {
            const writer = new CsvWriter({
              columns: columns("PatientID,PatientComments"),
              separator,
            });
            // Blanks and NULs at the end are padding, not text.
            const texts = comments.map((text) => text.replace(/[ \0]+$/, ""));
            const datasets = texts.map((text, index) =>
              study(String(index), text)
            );
            assert.deepEqual(parseCsv(written(writer, datasets), separator), [
              ["PatientID", "PatientComments"],
              ...texts.map((text, index) => [String(index), text]),
            ]);
          },
        ),
      );
    });
  }
});
