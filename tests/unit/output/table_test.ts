import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Charset } from "../../../src/charset/charset.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { parseColumns } from "../../../src/output/columns.ts";
import { isHostile } from "../../../src/output/sanitize.ts";
import { BATCH, TableWriter } from "../../../src/output/table.ts";
import { fittedWidths } from "../../../src/output/table_layout.ts";
import { displayWidth } from "../../../src/output/width.ts";
import { HOSTILE, record, written } from "./support.ts";
import { worded } from "../../../src/cli/line/remedies.ts";

const UTF_8 = Charset.of(["ISO_IR 192"]);
const COLUMNS = parseColumns(
  "PatientName,StudyDate,StudyTime,NumberOfStudyRelatedSeries,StudyInstanceUID",
  Dictionary.standard,
);

function study(name: string, series = "1", uid = "1.2.3"): Dataset {
  return Dataset.of(
    textElement(0x00080005, "CS", "ISO_IR 192"),
    textElement(0x00080020, "DA", "20200131"),
    textElement(0x00080030, "TM", "103005.25"),
    textElement(0x00100010, "PN", name, UTF_8),
    textElement(0x0020000d, "UI", uid),
    textElement(0x00201206, "IS", series),
  );
}

describe("TableWriter", () => {
  test("aligns readable values by their display width", () => {
    const writer = new TableWriter({ columns: COLUMNS });
    assert.equal(
      written(writer, [
        study("Doe^John^Q^Dr"),
        study("Yamada^Tarou=山田^太郎", "12"),
      ]),
      "Name                       Date        Time      Series  Study UID\n" +
        "─────────────────────────  ──────────  ────────  ──────  ─────────\n" +
        "Doe, John Q, Dr            2020-01-31  10:30:05       1  1.2.3\n" +
        "Yamada, Tarou (山田 太郎)  2020-01-31  10:30:05      12  1.2.3\n" +
        "2 matches in 1.50 s\n",
    );
  });

  test("cuts text to fit the terminal, and says so", () => {
    const writer = new TableWriter({
      columns: COLUMNS,
      width: 84,
      words: worded,
    });
    const text = written(writer, [
      study(
        "Wolfeschlegelsteinhausenbergerdorff^Hubert",
        "1",
        "1.2.840.113619.2.55.3.604688119",
      ),
    ]);
    const lines = text.trimEnd().split("\n");
    for (const line of lines) assert.ok(displayWidth(line) <= 84, line);
    assert.equal(
      lines[2],
      "Wolfeschlegelsteinha…  2020-01-31  10:30:05       1  1.2.840.113619.2.55.3.604688119",
    );
    assert.equal(
      lines[3],
      "1 match in 1.50 s, 1 value cut (--wide shows all)",
    );
  });

  test("becomes records if dates, numbers and identifiers would be cut", () => {
    const writer = new TableWriter({
      columns: COLUMNS,
      width: 60,
      words: worded,
    });
    assert.equal(
      written(writer, [
        study("Doe^John", "1", "1.2.840.113619.2.55.3.604688119"),
      ]),
      `── 1 ${"─".repeat(55)}\n` +
        "Name       Doe, John\n" +
        "Date       2020-01-31\n" +
        "Time       10:30:05\n" +
        "Series     1\n" +
        "Study UID  1.2.840.113619.2.55.3.604688119\n" +
        "1 match in 1.50 s; a table needs 72 columns (--columns chooses some, --wide shows it)\n",
    );
  });

  test("shows later identifiers in whole, whatever the widths", () => {
    const writer = new TableWriter({ columns: COLUMNS, width: 60 });
    writer.match(record(study("A", "1", "1.2")));
    writer.flush();
    const uid = `1.2.${"9".repeat(50)}`;
    assert.ok(writer.match(record(study("A", "1", uid))).includes(uid));
  });

  test("cuts nothing if there is no terminal, not even later", () => {
    const writer = new TableWriter({ columns: COLUMNS });
    writer.match(record(study("A")));
    writer.flush();
    const name = "W".repeat(80);
    assert.ok(writer.match(record(study(name))).includes(name));
  });

  test("says once what sequence columns are from", () => {
    const columns = parseColumns(
      "PatientID,ScheduledProcedureStepSequence.Modality,ScheduledProcedureStepSequence.ScheduledProcedureStepStartDate",
      Dictionary.standard,
    );
    const dataset = Dataset.of(
      textElement(0x00100020, "LO", "1"),
      sequence(0x00400100, [
        Dataset.of(
          textElement(0x00080060, "CS", "CT"),
          textElement(0x00400002, "DA", "20260131"),
        ),
      ]),
    );
    const heads = (wide: boolean) =>
      written(new TableWriter({ columns, wide }), [dataset]).split("\n", 2);
    assert.deepEqual(heads(false), [
      "    ─ Scheduled Proce… ─",
      "ID  Modality  Date",
    ]);
    assert.deepEqual(heads(true), [
      "           ─ ScheduledProcedureStepSequence ────────",
      "PatientID  Modality  ScheduledProcedureStepStartDate",
    ]);
  });

  test("has keywords as headings with --wide, or if words would be the same", () => {
    const heading = (text: string, wide: boolean) =>
      written(
        new TableWriter({
          columns: parseColumns(text, Dictionary.standard),
          wide,
        }),
        [study("A")],
      ).split("\n", 1)[0];
    assert.equal(
      heading("PatientName,StudyDate", true),
      "PatientName  StudyDate",
    );
    assert.equal(heading("PatientName,StudyDate", false), "Name  Date");
    assert.equal(
      heading("PatientName,StudyDate,SeriesDate", false),
      "Name  StudyDate   SeriesDate",
    );
  });

  test("marks today and what is incomplete, in colours", () => {
    const writer = new TableWriter({
      columns: COLUMNS,
      color: true,
      today: () => "2020-01-31",
    });
    const text = writer.match(record(study("A"))) +
      writer.match({ ...record(study("B"), 2), isIncomplete: true }) +
      writer.end({ matches: 2, damaged: 1, elapsed: 1 });
    const lines = text.split("\n");
    assert.match(lines[2]!, /\x1b\[32m2020-01-31\x1b\[0m/);
    assert.match(lines[3]!, /^\x1b\[33mB [^\x1b]*!\x1b\[0m$/);
    assert.match(lines[4]!, /^\x1b\[33m2 matches/);
  });

  test("cuts nothing with --wide", () => {
    const name = "W".repeat(80);
    const writer = new TableWriter({ columns: COLUMNS, width: 60, wide: true });
    assert.ok(written(writer, [study(name)]).includes(name));
  });

  test("is as quick and as short for an endless value as for any", () => {
    const text = (length: number) => ({
      isNumber: false,
      narrowest: 0,
      heading: 4,
      value: length,
    });
    const others = [text(3), text(12)];
    assert.deepEqual(
      fittedWidths([text(2 ** 40), ...others], 80),
      fittedWidths([text(1_000), ...others], 80),
    );
    assert.deepEqual(fittedWidths([text(2 ** 40)], 80), [80]);
    const endless = "x".repeat(100_000);
    const [heading, rule, long, short] = written(new TableWriter(), [
      study(endless),
      study("A"),
    ]).split("\n");
    assert.ok(heading!.length <= 1_100 && rule!.length <= 1_100);
    assert.ok(long!.includes(endless));
    assert.ok(short!.length <= 1_100);
  });

  test("holds matches back until it knows the widths, then streams", () => {
    const writer = new TableWriter({ columns: COLUMNS });
    for (let number = 1; number < BATCH; number++) {
      assert.equal(writer.match(record(study("A"), number)), "");
    }
    const first = writer.match(record(study("A"), BATCH));
    assert.equal(first.split("\n").length, BATCH + 3);
    assert.equal(
      writer.match(record(study("B"), BATCH + 1)).split("\n").length,
      2,
    );
  });

  test("gives out what it has when flushed", () => {
    const writer = new TableWriter({ columns: COLUMNS });
    writer.match(record(study("A")));
    assert.equal(writer.flush().split("\n").length, 4);
    assert.equal(writer.flush(), "");
    assert.match(writer.match(record(study("B"))), /^B /);
  });

  test("says when there is nothing, or not all", () => {
    assert.equal(written(new TableWriter(), []), "No match in 1.50 s\n");
    assert.equal(
      new TableWriter().end({
        matches: 0,
        elapsed: 12345,
        incomplete: "status A700",
      }),
      "No result: status A700\n",
    );
  });

  test("uses colours only on request", () => {
    const colored = written(
      new TableWriter({ columns: COLUMNS, color: true }),
      [
        study("A"),
      ],
    );
    assert.match(colored, /^\x1b\[1mName/);
    assert.ok(
      !written(new TableWriter({ columns: COLUMNS }), [study("A")]).includes(
        "\x1b",
      ),
    );
  });

  test("is harmless and in line, whatever the values", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "grapheme" }), fc.constant(HOSTILE)),
        fc.integer({ min: 30, max: 120 }),
        (name, width) => {
          const writer = new TableWriter({ columns: COLUMNS, width });
          const lines = written(writer, [study(name)]).split("\n");
          const isTable = !lines[0]!.startsWith("── 1 ");
          assert.equal(lines.length, isTable ? 5 : 8);
          for (const line of lines) {
            for (let at = 0; at < line.length; at++) {
              assert.ok(!isHostile(line.charCodeAt(at)));
            }
            if (isTable) assert.ok(displayWidth(line) <= width);
          }
        },
      ),
    );
  });
});
