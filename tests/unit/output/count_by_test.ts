import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Charset } from "../../../src/charset/charset.ts";
import { EXPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { parseColumns } from "../../../src/output/columns.ts";
import type { Format } from "../../../src/output/format_names.ts";
import { resultWriter } from "../../../src/output/formats.ts";
import type { MatchRecord } from "../../../src/output/writer.ts";

const SEX = 0x00100040;
const NAME = 0x00100010;
const MODALITIES = 0x00080061;

const MATCHES: readonly Dataset[] = [
  Dataset.of(textElement(MODALITIES, "CS", "SR"), textElement(SEX, "CS", "F")),
  Dataset.of(
    textElement(MODALITIES, "CS", "CT\\SR"),
    textElement(SEX, "CS", "M"),
  ),
  Dataset.of(
    textElement(MODALITIES, "CS", "CT\\SR"),
    textElement(SEX, "CS", "F"),
  ),
  Dataset.of(textElement(SEX, "CS", "F")),
];

function counted(
  format: Format,
  columns: string,
  datasets: readonly Dataset[] = MATCHES,
): string {
  const writer = resultWriter(format, {
    countBy: parseColumns(columns, Dictionary.standard),
  });
  const records = datasets.map((dataset, index): MatchRecord => ({
    number: index + 1,
    status: 0xff00,
    dataset,
    syntax: EXPLICIT_LE,
  }));
  return writer.begin() + records.map((one) => writer.match(one)).join("") +
    writer.end({ matches: records.length, elapsed: 0 });
}

describe("--count-by", () => {
  test("has the most frequent value first, then in order", () => {
    assert.equal(
      counted("csv", "ModalitiesInStudy"),
      "ModalitiesInStudy,count\r\nCT\\SR,2\r\n,1\r\nSR,1\r\n",
    );
  });

  test("counts combinations", () => {
    assert.equal(
      counted("tsv", "PatientSex,ModalitiesInStudy"),
      "PatientSex\tModalitiesInStudy\tcount\r\nF\t\t1\r\nF\tCT\\SR\t1\r\nF\tSR\t1\r\nM\tCT\\SR\t1\r\n",
    );
  });

  test("is JSON with what is missing as such", () => {
    assert.deepEqual(JSON.parse(counted("json", "ModalitiesInStudy")), [
      { ModalitiesInStudy: ["CT", "SR"], count: 2 },
      { ModalitiesInStudy: [], count: 1 },
      { ModalitiesInStudy: ["SR"], count: 1 },
    ]);
  });

  test("compares text, not bytes", () => {
    const name = (terms: string) =>
      Dataset.of(
        textElement(0x00080005, "CS", terms),
        textElement(NAME, "PN", "Müller", Charset.of([terms])),
      );
    const datasets = [name("ISO_IR 100"), name("ISO_IR 192")];
    assert.equal(
      counted("jsonl", "PatientName", datasets),
      '{"PatientName":"Müller","count":2}\n',
    );
  });

  test("is a table that closes with the number of matches", () => {
    assert.deepEqual(counted("table", "PatientSex").split("\n"), [
      "Sex  count",
      "───  ─────",
      "F    3",
      "M    1",
      "4 matches in 0.00 s",
      "",
    ]);
  });

  test("is empty without a match", () => {
    assert.equal(counted("json", "PatientSex", []), "[]\n");
  });
});
