import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EXPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { parseColumns, parseSortKeys } from "../../../src/output/columns.ts";
import {
  type FormatOptions,
  resultWriter,
} from "../../../src/output/formats.ts";
import type { MatchRecord } from "../../../src/output/writer.ts";
import { combined } from "../../../src/plan/combine.ts";

const { standard } = Dictionary;

const dataset = (values: Readonly<Record<string, string>>) =>
  Dataset.of(
    ...Object.entries(values).map(([keyword, value]) => {
      const { tag } = standard.byKeyword(keyword)!;
      return textElement(tag, standard.vr(tag), value);
    }),
  );

const JANE = dataset({ PatientName: "Doe^Jane", StudyDate: "20260102" });
const RICHARD = dataset({ PatientName: "Roe^Richard", StudyDate: "20250102" });
const CT = dataset({ Modality: "CT", SeriesNumber: "1" });
const SR = dataset({ Modality: "SR", SeriesNumber: "2" });
const IMAGE = dataset({ InstanceNumber: "1" });

function written(
  format: "json" | "tree",
  paths: readonly (readonly Dataset[])[],
  options: FormatOptions = {},
): string {
  const writer = resultWriter(format, {
    nested: ["series", "images"],
    ...options,
  });
  const records = paths.map((path, index): MatchRecord => ({
    number: index + 1,
    status: 0xff00,
    dataset: combined(path),
    syntax: EXPLICIT_LE,
    above: path.slice(0, -1),
    own: path[path.length - 1]!,
  }));
  return writer.begin() + records.map((one) => writer.match(one)).join("") +
    writer.end({ matches: records.length, elapsed: 0 });
}

describe("format json with levels", () => {
  test("nests arrays, each entity once", () => {
    const json = written("json", [
      [JANE, CT, IMAGE],
      [JANE, CT, IMAGE],
      [JANE, SR, IMAGE],
      [RICHARD, CT, IMAGE],
    ]);
    const image = { InstanceNumber: 1 };
    const ct = { Modality: "CT", SeriesNumber: 1 };
    assert.deepEqual(JSON.parse(json), [
      {
        StudyDate: "20260102",
        PatientName: "Doe^Jane",
        series: [
          { ...ct, images: [image, image] },
          { Modality: "SR", SeriesNumber: 2, images: [image] },
        ],
      },
      {
        StudyDate: "20250102",
        PatientName: "Roe^Richard",
        series: [{ ...ct, images: [image] }],
      },
    ]);
    assert.equal(json.split("\n").length, 12);
  });

  test("is an empty array without a match", () => {
    assert.equal(written("json", []), "[]\n");
  });

  test("keeps branches together when sorted", () => {
    const sort = parseSortKeys("-SeriesNumber", standard);
    const paths = [[JANE, CT], [RICHARD, CT], [JANE, SR]];
    const found = JSON.parse(written("json", paths, { sort }));
    assert.deepEqual(
      found.map(({ PatientName, series }: {
        PatientName: string;
        series: { Modality: string }[];
      }) => [PatientName, ...series.map(({ Modality }) => Modality)]),
      [["Doe^Jane", "SR", "CT"], ["Roe^Richard", "CT"]],
    );
  });

  test("has the columns alone when some are chosen", () => {
    const columns = parseColumns("PatientName,Modality", standard);
    assert.deepEqual(
      JSON.parse(written("json", [[JANE, CT], [JANE, SR]], { columns })),
      [{
        PatientName: "Doe^Jane",
        series: [{ Modality: "CT" }, { Modality: "SR" }],
      }],
    );
  });
});

describe("format tree", () => {
  test("has a line per entity, indented, and says nothing twice", () => {
    const columns = parseColumns(
      "PatientName,StudyDate,SeriesNumber,Modality,InstanceNumber",
      standard,
    );
    const series = dataset({
      PatientName: "Doe^Jane",
      Modality: "CT",
      SeriesNumber: "1",
    });
    const paths = [
      [JANE, series, IMAGE],
      [JANE, series, new Dataset()],
      [RICHARD, SR, IMAGE],
    ];
    assert.deepEqual(written("tree", paths, { columns }).split("\n"), [
      "Doe, Jane  2026-01-02",
      "  Number 1  CT",
      "    Number 1",
      "    (nothing)",
      "Roe, Richard  2025-01-02",
      "  Number 2  SR",
      "    Number 1",
      "3 matches in 0.00 s",
      "",
    ]);
  });

  test("cannot be steered by what a peer sends", () => {
    const evil = dataset({ PatientName: "\x1b[2J" });
    assert.doesNotMatch(written("tree", [[evil]]), /\x1b/);
  });
});
