import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { unzipSync } from "fflate/browser";
import { latin1Bytes } from "../../../src/bytes/latin1.ts";
import { Charset } from "../../../src/charset/charset.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import type { About } from "../../../src/output/about.ts";
import { parseColumns } from "../../../src/output/columns.ts";
import {
  cellText,
  columnName,
  MOST_CHARACTERS,
  XlsxWriter,
} from "../../../src/output/xlsx/xlsx.ts";
import { HOSTILE, record, written } from "./support.ts";

const UTF_8 = Charset.of(["ISO_IR 192"]);

const ABOUT: About = {
  queries: [[
    { label: "PatientName", value: "Doe*" },
    { label: "StudyDate", value: "" },
  ]],
  list: "c.csv",
  conditions: ["Rows>1"],
  model: "Study Root",
  peer: "A@b:104",
  time: new Date(2026, 0, 31, 9, 5),
  program: "findscu 1.2.3",
};

function columns(text: string) {
  return parseColumns(text, Dictionary.standard);
}

/** The parts of a workbook as text, by name. */
function parts(document: string): Record<string, string> {
  const files = unzipSync(latin1Bytes(document));
  return Object.fromEntries(
    Object.entries(files).map((
      [name, bytes],
    ) => [name, new TextDecoder().decode(bytes)]),
  );
}

/** The cells of a sheet, by name: `A2` to what is in it. */
function cells(xml: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (
    const [, name = "", style, text, value] of xml.matchAll(
      /<c r="([A-Z]+\d+)" s="(\d+)"(?: t="inlineStr"><is><t xml:space="preserve">([^<]*)<\/t><\/is>|><v>([^<]*)<\/v>)<\/c>/g,
    )
  ) {
    found[name] = text === undefined
      ? `${value} (${style})`
      : text.replace(/&(amp|lt|gt);/g, (_, name) =>
        ({ amp: "&", lt: "<", gt: ">" })[name as "amp"]);
  }
  return found;
}

function sheet(number: number, document: string): Record<string, string> {
  return cells(parts(document)[`xl/worksheets/sheet${number}.xml`]!);
}

/** The cell of one element. */
function cellOf(
  tag: number,
  vr: "DA" | "TM" | "DT" | "DS" | "LO",
  value: string,
) {
  const keyword = Dictionary.standard.entry(tag)!.keyword;
  const writer = new XlsxWriter({ columns: columns(keyword), about: ABOUT });
  return sheet(
    1,
    written(writer, [
      Dataset.of(
        textElement(0x00080005, "CS", "ISO_IR 192"),
        textElement(tag, vr, value, UTF_8),
      ),
    ]),
  )["A2"];
}

describe("XlsxWriter", () => {
  test("writes identifiers as text, dates, times and numbers as such", () => {
    const lo = (value: string) => cellOf(0x00100020, "LO", value);
    const da = (value: string) => cellOf(0x00080020, "DA", value);
    const tm = (value: string) => cellOf(0x00080030, "TM", value);
    const ds = (value: string) => cellOf(0x00180050, "DS", value);
    const dt = (value: string) => cellOf(0x0008002a, "DT", value);
    assert.equal(lo("000123"), "000123");
    assert.equal(lo("=1+1"), "=1+1");
    assert.equal(lo("1E5"), "1E5");
    assert.equal(lo("20260131"), "20260131");
    assert.equal(da("20260131"), "46053 (2)");
    assert.equal(da("19000301"), "61 (2)");
    assert.equal(da("19000228"), "1900-02-28");
    assert.equal(da("20260230"), "20260230");
    assert.equal(da("2026"), "2026");
    assert.equal(tm("120000"), "0.5 (4)");
    assert.equal(tm("1200"), "0.5 (3)");
    assert.equal(tm("060000.25"), `${(6 * 3600 + 0.25) / 86400} (5)`);
    assert.equal(tm("235960"), "23:59:60");
    assert.equal(ds("1.250"), "1.25 (0)");
    assert.equal(ds("-5e-3"), "-0.005 (0)");
    assert.equal(ds("0.12345678901234"), "0.12345678901234 (0)");
    assert.equal(ds("1234567890123456"), "1234567890123456");
    assert.equal(dt("20260131120000"), "46053.5 (6)");
    assert.equal(dt("20260131120000+0100"), "2026-01-31T12:00:00+01:00");
    assert.equal(dt("202601"), "2026-01");
  });

  test("freezes the heading, offers a filter and says what was asked", () => {
    const writer = new XlsxWriter({
      columns: columns("PatientID,StudyDate"),
      about: ABOUT,
    });
    const files = parts(written(writer, [
      Dataset.of(textElement(0x00100020, "LO", "1")),
      Dataset.of(textElement(0x00080020, "DA", "20260131")),
    ]));
    const xml = files["xl/worksheets/sheet1.xml"]!;
    assert.match(xml, /ySplit="1".*state="frozen"/);
    assert.match(xml, /<autoFilter ref="A1:B3"\/>/);
    assert.match(xml, /<col min="2" max="2" width="13"/);
    assert.deepEqual(cells(xml), {
      A1: "PatientID",
      B1: "StudyDate",
      A2: "1",
      B3: "46053 (2)",
    });
    assert.match(files["xl/workbook.xml"]!, /activeTab="0"/);
    const about = Object.entries(cells(files["xl/worksheets/sheet2.xml"]!));
    assert.deepEqual(about.map(([, text]) => text), [
      ...["Result", "complete", "Matches", "2 (0)"],
      ...["Query", "PatientName=Doe*", "Also requested", "StudyDate"],
      ...[
        "For each row of",
        "c.csv",
        "Filtered here",
        "Rows>1",
        "Information model",
        "Study Root",
      ],
      ...["Archive", "A@b:104", "Time", `${46053 + (9 * 60 + 5) / 1440} (6)`],
      ...["Duration", "1.50 s", "Written by", "findscu 1.2.3"],
    ]);
  });

  test("marks what is incomplete, and opens there", () => {
    const writer = new XlsxWriter({
      columns: columns("PatientID"),
      about: ABOUT,
    });
    const dataset = Dataset.of(textElement(0x00100020, "LO", "1"));
    const document = writer.begin() + writer.match(record(dataset)) +
      writer.match({ ...record(dataset, 2), isIncomplete: true }) +
      writer.end({
        matches: 2,
        damaged: 1,
        elapsed: 1,
        incomplete: "status A700",
      });
    const files = parts(document);
    assert.match(files["xl/workbook.xml"]!, /activeTab="1"/);
    const xml = files["xl/worksheets/sheet1.xml"]!;
    const styleOf = (name: string) =>
      new RegExp(`r="${name}" s="(\\d+)"`).exec(xml)![1];
    assert.notEqual(styleOf("A3"), styleOf("A2"));
    const about = Object.values(sheet(2, document));
    assert.equal(
      about[1],
      "INCOMPLETE: status A700; 1 of 2 matches is incomplete",
    );
    assert.ok(about.includes("Matches 3"));
  });

  test("goes on in another sheet where one is full, and says so", () => {
    const writer = new XlsxWriter({
      columns: columns("PatientID"),
      about: ABOUT,
      maxRows: 101,
    });
    const datasets = Array.from(
      { length: 250 },
      (_, index) => Dataset.of(textElement(0x00100020, "LO", String(index))),
    );
    const document = written(writer, datasets);
    assert.equal(sheet(1, document)["A101"], "99");
    assert.equal(sheet(2, document)["A1"], "PatientID");
    assert.equal(sheet(2, document)["A2"], "100");
    assert.equal(sheet(3, document)["A51"], "249");
    assert.match(
      parts(document)["xl/workbook.xml"]!,
      /"Matches".*"Matches 2".*"Matches 3".*"Query".*'Matches 3'!\$A\$1:\$A\$51</,
    );
    assert.deepEqual(writer.notices(), [
      "A sheet has room for 100 matches: the others are in 2 more sheets",
    ]);
  });

  test("cuts what no cell can hold, and says so", () => {
    const writer = new XlsxWriter({
      columns: columns("PatientComments"),
      about: ABOUT,
    });
    const long = `${"x".repeat(MOST_CHARACTERS)}y`;
    const document = written(writer, [
      Dataset.of(textElement(0x00104000, "LT", long)),
      Dataset.of(textElement(0x00104000, "LT", long.slice(1))),
    ]);
    const { A2, A3 } = sheet(1, document);
    assert.equal(A2!.length, MOST_CHARACTERS);
    assert.ok(A2!.endsWith("x…"));
    assert.equal(A3, long.slice(1));
    assert.match(writer.notices()[0]!, /^1 value is longer/);
  });

  test("keeps no more than the first matches, and streams", () => {
    const writer = new XlsxWriter({
      columns: columns("PatientID"),
      about: ABOUT,
    });
    let chunks = 0;
    for (let number = 0; number < 20_000; number++) {
      const value = String((number * 2654435761) % 4294967296);
      const dataset = Dataset.of(textElement(0x00100020, "LO", value));
      if (writer.match(record(dataset, number)) !== "") chunks++;
    }
    assert.ok(chunks > 5, String(chunks));
  });

  test("is a workbook without matches, and without columns", () => {
    const named = written(
      new XlsxWriter({ columns: columns("PatientID"), about: ABOUT }),
      [],
    );
    assert.deepEqual(sheet(1, named), { A1: "PatientID" });
    assert.deepEqual(
      sheet(1, written(new XlsxWriter({ about: ABOUT }), [])),
      {},
    );
  });

  test("lets no markup out of a value", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.string({
            unit: fc.constantFrom("<", "&", "_", "x", "0", "]", ">"),
          }),
          fc.constant(HOSTILE),
        ),
        (text) => {
          const escaped = cellText(text);
          assert.doesNotMatch(escaped, /[<>\x00-\x08\x0b-\x1f\ufffe\uffff]/);
          assert.doesNotMatch(escaped, /&(?!amp;|lt;|gt;)/);
          assert.ok(escaped.isWellFormed());
          const back = escaped.replace(
            /&(amp|lt|gt);/g,
            (_, name) => ({ amp: "&", lt: "<", gt: ">" })[name as "amp"],
          ).replace(
            /_x([0-9A-Fa-f]{4})_/g,
            (_, code) => String.fromCharCode(parseInt(code, 16)),
          );
          assert.equal(back, text);
        },
      ),
    );
  });
});

test("columnName() counts as spreadsheets do", () => {
  assert.deepEqual(
    [0, 25, 26, 51, 52, 701, 702, 16383].map(columnName),
    ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"],
  );
});
