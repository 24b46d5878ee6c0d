/** `--level`, `--expand`, `--fill-counts`: queries to the built-in archive down its levels. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cli } from "../../../support/cli.ts";

const SERIES = ["-q", "Modality", "-q", "SeriesInstanceUID"];

function rows(csv: string): string[] {
  return csv.trim().split("\r\n").slice(1);
}

describe("--expand", () => {
  test("equals a query for each study, in all formats", async () => {
    const keys = ["-q", "PatientID=DEMO-000*", "-q", "StudyInstanceUID"];
    const studies = await cli(["mock:demo", ...keys, "--format", "csv"]);
    const expected: string[] = [];
    for (const line of rows(studies.stdout)) {
      const uid = line.split(",")[1]!;
      const { stdout } = await cli([
        "mock:demo",
        "-q",
        `StudyInstanceUID=${uid}`,
        ...SERIES,
        "--format",
        "csv",
      ]);
      expected.push(
        ...rows(stdout).map((row) => `${line},${row.replace(`${uid},`, "")}`),
      );
    }
    const expand = [...keys, ...SERIES, "--expand", "series"];
    const csv = await cli(["mock:demo", ...expand, "--format", "csv"]);
    assert.deepEqual(rows(csv.stdout).sort(), expected.sort());

    const json = await cli(["mock:demo", ...expand, "--format", "json"]);
    const nested = JSON.parse(json.stdout) as {
      StudyInstanceUID: string;
      series: { Modality: string; SeriesInstanceUID: string }[];
    }[];
    assert.deepEqual(
      nested.flatMap(({ StudyInstanceUID, series }) =>
        series.map((one) =>
          [StudyInstanceUID, one.Modality, one.SeriesInstanceUID].join()
        )
      ).sort(),
      expected.map((row) => row.slice(row.indexOf(",") + 1)).sort(),
    );
    const lines = await cli(["mock:demo", ...expand, "--format", "jsonl"]);
    const flat = lines.stdout.trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    assert.equal(flat.length, expected.length);
    for (const one of flat) assert.match(one.PatientID, /^DEMO-000/);
  });

  test("matches below, and stops at --max-results", async () => {
    const { code, stdout } = await cli([
      "mock:demo",
      "-q",
      "PatientID",
      "-q",
      "Modality=MG",
      "-q",
      "InstanceNumber",
      "--expand",
      "image",
      "--max-results",
      "3",
      "--format",
      "csv",
    ]);
    assert.equal(code, 0);
    assert.deepEqual(rows(stdout).map((row) => row.split(",")[1]), [
      "MG",
      "MG",
      "MG",
    ]);
  });

  test("works with --split and --where", async () => {
    const query = (source: string, ...more: string[]) =>
      cli([source, "-q", "StudyDate", "--expand", "series", ...more]);
    const all = await query("mock:demo", "--count");
    const split = await query("mock:demo?limit=100", "--split", "--count");
    assert.deepEqual([split.code, split.stdout], [0, all.stdout]);
    const few = await query(
      "mock:demo",
      "--where",
      "NumberOfStudyRelatedSeries>=4",
      "--format",
      "jsonl",
    );
    for (const line of few.stdout.trim().split("\n")) {
      assert.ok(JSON.parse(line).NumberOfStudyRelatedSeries >= 4);
    }
    assert.match(few.stdout, /Modality/);
  });

  const refused: readonly (readonly [string[], RegExp])[] = [
    [["-q", "Modality=CT"], /StudyInstanceUID is missing.*\n.*--expand series/],
    [["--level", "image", "--expand", "series"], /is not below the level/],
    [["--expand", "patient"], /no level PATIENT/],
    [["-W", "--expand", "series", "-q", "PatientID"], /needs a model with/],
    [["-W", "--fill-counts", "-q", "PatientID"], /needs a model with levels/],
    [["--expand", "series", "--cancel", "3"], /not allowed with/],
    [["--level", "planet"], /patient, study, series, image/],
  ];
  for (const [args, message] of refused) {
    test(`refuses ${args.join(" ")} before anything is sent`, async () => {
      const { code, stderr } = await cli(["127.0.0.1:1", ...args]);
      assert.equal(code, 1);
      assert.match(stderr, message);
    });
  }
});

test("--fill-counts counts what the peer leaves empty", async () => {
  const query = ["mock:demo?fault=emptied-attributes"].concat(
    ["NumberOfStudyRelatedSeries", "StudyDate", "AccessionNumber=A000103"]
      .concat("PatientID", "StudyInstanceUID").flatMap((key) => ["-q", key]),
    ["--format", "csv", "--columns", "NumberOfStudyRelatedSeries"],
  );
  const empty = await cli(query);
  assert.deepEqual(rows(empty.stdout), ['""']);
  const counted = await cli([...query, "--fill-counts"]);
  assert.equal(counted.code, 0, counted.stderr);
  assert.deepEqual(rows(counted.stdout), ["4"]);
});

test("an answer below that is cut is incomplete, and the rest is there", async () => {
  const { code, stdout, stderr } = await cli([
    "mock:demo?fault=final-b000",
    "-q",
    "PatientID=DEMO-0001",
    "--expand",
    "series",
    "-q",
    "Modality",
    "--format",
    "csv",
  ]);
  assert.equal(code, 82);
  assert.ok(rows(stdout).length > 0);
  assert.match(stderr, /The series of study 2\.25\.\d+ are incomplete/);
});

test("--fill-counts without a count to fill is reported", async () => {
  const { code, stderr } = await cli(
    ["mock:demo", "-q", "PatientID", "--fill-counts", "--csv"],
  );
  assert.equal(code, 0);
  assert.match(stderr, /^W: --fill-counts has no effect: .*\n$/);
});
