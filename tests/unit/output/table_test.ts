import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Charset } from "../../../src/charset/charset.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { parseColumns } from "../../../src/output/columns.ts";
import { isHostile } from "../../../src/output/sanitize.ts";
import { BATCH, TableWriter } from "../../../src/output/table.ts";
import { displayWidth } from "../../../src/output/width.ts";
import { HOSTILE, record, written } from "./support.ts";

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
      "PatientName                StudyDate   StudyTime  NumberOfStudyRelatedSeries  StudyInstanceUID\n" +
        "─────────────────────────  ──────────  ─────────  ──────────────────────────  ────────────────\n" +
        "Doe, John Q, Dr            2020-01-31  10:30:05                            1  1.2.3\n" +
        "Yamada, Tarou (山田 太郎)  2020-01-31  10:30:05                           12  1.2.3\n" +
        "2 matches in 1.50 s\n",
    );
  });

  test("fits the terminal and says what it cut", () => {
    const writer = new TableWriter({ columns: COLUMNS, width: 60 });
    const text = written(writer, [
      study(
        "Wolfeschlegelsteinhausenbergerdorff^Hubert",
        "1",
        "1.2.840.113619.2.55.3.604688119",
      ),
    ]);
    const lines = text.trimEnd().split("\n");
    for (const line of lines.slice(0, -1)) {
      assert.ok(displayWidth(line) <= 60, line);
    }
    assert.match(
      lines[2]!,
      /^Wolfeschlege… {2}2020-01-31 {2}10:30:05 +1 {2}….*604688119$/,
    );
    assert.equal(
      lines[3],
      "1 match in 1.50 s, 2 values cut (--wide shows all)",
    );
  });

  test("cuts nothing when it is told to be wide", () => {
    const name = "W".repeat(80);
    const writer = new TableWriter({ columns: COLUMNS, width: 60, wide: true });
    assert.ok(written(writer, [study(name)]).includes(name));
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

  test("uses colours only when told to", () => {
    const colored = written(
      new TableWriter({ columns: COLUMNS, color: true }),
      [
        study("A"),
      ],
    );
    assert.match(colored, /^\x1b\[1mPatientName/);
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
        fc.integer({ min: 50, max: 120 }),
        (name, width) => {
          const writer = new TableWriter({ columns: COLUMNS, width });
          const lines = written(writer, [study(name)]).split("\n");
          assert.equal(lines.length, 5);
          for (const line of lines) {
            for (let at = 0; at < line.length; at++) {
              assert.ok(!isHostile(line.charCodeAt(at)));
            }
            assert.ok(displayWidth(line) <= width);
          }
        },
      ),
    );
  });
});
