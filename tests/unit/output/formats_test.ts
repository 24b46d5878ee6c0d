import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, test } from "node:test";
import { rawElement, textElement } from "../../../src/codec/values.ts";
import { Dataset, type Element } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { parseColumns, parseSortKeys } from "../../../src/output/columns.ts";
import { resultWriter } from "../../../src/output/formats.ts";
import { FORMATS } from "../../../src/output/format_names.ts";
import { ChunkEncoder, encodeChunk } from "../../../src/output/writer.ts";
import { record, written } from "./support.ts";
import { dcmtkXmlFile, DcmtkXmlWriter } from "../../../src/output/dcmtk/xml.ts";
import { HtmlWriter } from "../../../src/output/html.ts";

const { standard } = Dictionary;

function study(id: string, day?: string, series?: string): Dataset {
  const elements: Element[] = [textElement(0x00100020, "LO", id)];
  if (day !== undefined) elements.push(textElement(0x00080020, "DA", day));
  if (series !== undefined) {
    elements.push(textElement(0x00201206, "IS", series));
  }
  return Dataset.of(...elements);
}

/** The patient ids of a jsonl output, in order. */
function ids(text: string): string {
  return text.trim().split("\n").map((line) => JSON.parse(line).PatientID).join(
    " ",
  );
}

describe("resultWriter()", () => {
  for (const format of FORMATS) {
    test(`knows ${format}`, () => {
      const text = written(resultWriter(format), [study("abc", "20200101")]);
      assert.match(text, /abc/);
    });
  }

  test("takes columns from the identifier, or the user's", () => {
    const identifier = study("", "");
    assert.equal(
      written(resultWriter("csv", { identifier }), []),
      "StudyDate,PatientID\r\n",
    );
    const columns = parseColumns("PatientID", standard);
    assert.equal(
      written(resultWriter("tsv", { identifier, columns }), [study("1", "2")]),
      "PatientID\r\n1\r\n",
    );
  });

  test("selects attributes if there are no columns", () => {
    const columns = parseColumns("PatientID", standard);
    const text = written(resultWriter("jsonl", { columns }), [
      study("1", "20200101"),
    ]);
    assert.equal(text, '{"PatientID":"1"}\n');
  });

  test("sorts by several keys, numbers by value, absent ones last", () => {
    const datasets = [
      study("a", "20200101", "10"),
      study("b", "20200102", "9"),
      study("c"),
      study("d", "20200102", "10"),
      study("e", "20200101", "9"),
    ];
    const sorted = (keys: string) =>
      ids(written(
        resultWriter("jsonl", { sort: parseSortKeys(keys, standard) }),
        datasets,
      ));
    assert.equal(sorted("StudyDate"), "a e b d c");
    assert.equal(sorted("-StudyDate"), "b d a e c");
    assert.equal(sorted("NumberOfStudyRelatedSeries,-PatientID"), "e b d a c");
  });

  test("counts", () => {
    const writer = resultWriter("table", { count: true });
    assert.equal(written(writer, [study("1"), study("2")]), "2\n");
    const cut = { matches: 2, elapsed: 1, incomplete: "cancelled" };
    assert.equal(writer.end(cut), "");
  });

  test("says whose chunks are bytes, through every wrapping", () => {
    const sort = parseSortKeys("PatientID", standard);
    const columns = parseColumns("PatientID", standard);
    const raw = resultWriter("dcmtk", { rawText: true, sort, columns });
    assert.deepEqual(encodeChunk(raw, "\xfc"), new Uint8Array([0xfc]));
    assert.deepEqual(
      encodeChunk(resultWriter("dcmtk", { sort }), "\xfc"),
      new Uint8Array([0xc3, 0xbc]),
    );
  });
});

test("chunks have the same bytes in memory that is used again", () => {
  const texts = ["", "a", "\u{1f600}ü", "\ud800", "日本"].map((text) =>
    [1, 4096, 30_000, 140_000, 300_000].map((count) => text.repeat(count))
  ).flat();
  for (const format of ["xml", "dcmtk"] as const) {
    const writer = resultWriter(format, { rawText: true });
    const encoder = new ChunkEncoder(writer);
    for (const text of [...texts, ...texts.toReversed()]) {
      const chunk = writer.binary === true
        ? text.replaceAll(/[^\0-\xff]/g, "\xe9")
        : text;
      assert.ok(
        Buffer.from(encoder.encode(chunk)).equals(encodeChunk(writer, chunk)),
        `${format}, ${text.length} characters`,
      );
    }
  }
});

test("every format reads text in the assumed character set when none is declared", () => {
  const charsets = { assume: ["ISO_IR 144"] };
  const dataset = Dataset.of(rawElement(0x00100010, "PN", "\xbb\xee\xda^\xb8"));
  for (const format of FORMATS) {
    const text = written(resultWriter(format, { charsets }), [dataset]);
    // Tables show names readably.
    assert.match(text.replace(/[,]|<.*?>/g, ""), /Люк[ ^]?И/, format);
  }
  assert.match(written(new DcmtkXmlWriter({ charsets }), [dataset]), /Люк\^И/);
  assert.match(written(new HtmlWriter({ charsets }), [dataset]), /Люк, И/);
  const file = dcmtkXmlFile(record(dataset), { charsets });
  assert.match(new TextDecoder().decode(file), /ISO_IR 192[^]*Люк\^И/);
});
