/** `findscu compare`: two archives, one of which misses something, has something else, or is down. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cliOn } from "../../../support/cli.ts";
import { FakeFiles } from "../../../support/fake_files.ts";

/** The files of the machine that all of these run on. */
const files = new FakeFiles();

const findscu = cliOn(files);

const KEYS = ["-q", "PatientID=DEMO-0001", "-q", "StudyDate"];

/** An archive of DICOM JSON, made of what the built-in one has of a patient, changed. */
async function changed(
  folder: string,
  change: (study: Record<string, unknown>, index: number) => unknown,
): Promise<string> {
  const { stdout } = await findscu([
    "mock:demo",
    ...KEYS,
    "-q",
    "StudyInstanceUID",
    "-q",
    "PatientName",
    "--format",
    "dicom-json",
  ]);
  const studies = (JSON.parse(stdout) as Record<string, unknown>[])
    .map((study, index) => change(study, index))
    .filter((study) => study !== undefined);
  const file = `${folder}/other.json`;
  files.put(file, JSON.stringify(studies));
  return `mock:${file}`;
}

describe("findscu compare", () => {
  test("is silent success if nothing differs", async () => {
    const { code, stdout, stderr } = await findscu([
      "compare",
      "mock:demo",
      "mock:demo?latency=1",
      ...KEYS,
      "--format",
      "csv",
    ]);
    assert.equal(code, 0, stderr);
    assert.equal(stdout.trim().split("\r\n").length, 1);
    assert.match(stderr, /0 different, 6 the same/);
  });

  test("reports what is missing, added and different", async () => {
    const folder = files.newFolder();
    const other = await changed(
      folder,
      (study, index) =>
        index === 0 ? undefined : index > 1 ? study : {
          ...study,
          "00100010": { vr: "PN", Value: [{ Alphabetic: "Doe^Janet" }] },
        },
    );
    const args = [...KEYS, "-q", "PatientName"];
    const csv = await findscu([
      "compare",
      "mock:demo",
      other,
      ...args,
      "--format",
      "csv",
    ]);
    assert.equal(csv.code, 83, csv.stderr);
    const rows = csv.stdout.trim().split("\r\n").slice(1);
    assert.equal(rows.length, 2);
    assert.match(csv.stdout, /^only in mock:demo,DEMO-0001,/m);
    assert.match(csv.stdout, /,PatientName,Doe\^Jane,Doe\^Janet\r\n/);
    const json = await findscu([
      "compare",
      other,
      "mock:demo",
      ...args,
      "--format",
      "json",
    ]);
    assert.equal(json.code, 83);
    const found = JSON.parse(json.stdout);
    assert.equal(found.onlyInA.length, 0);
    assert.equal(found.onlyInB.length, 1);
    assert.equal(found.same, 4);
    assert.deepEqual(found.different[0].differences, {
      PatientName: { a: "Doe^Janet", b: "Doe^Jane" },
    });
  });

  test("compares nothing if an answer is not complete", async () => {
    for (
      const [other, code] of [
        ["127.0.0.1:1", 60],
        ["mock:demo?limit=3", 80],
        ["mock:demo?fault=final-b000", 82],
      ] as const
    ) {
      const run = await findscu(["compare", "mock:demo", other, ...KEYS]);
      assert.deepEqual([run.code, run.stdout], [code, ""], run.stderr);
      assert.match(run.stderr, /The peers are not compared/);
    }
  });

  test("gets past limits with --split, and down to series with --expand", async () => {
    const { code, stderr } = await findscu([
      "compare",
      "mock:demo",
      "mock:demo?limit=60",
      "-q",
      "StudyDate",
      "-q",
      "Modality",
      "--split",
      "--expand",
      "series",
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /0 different, 601 the same/);
  });

  const refused: readonly (readonly [string[], RegExp])[] = [
    [["compare"], /needs two peers/],
    [["compare", "mock:demo"], /needs another peer besides "mock:demo"/],
    [["compare", "mock:demo", "mock:demo"], /named twice/],
    [
      ["compare", "a:1", "b:1", "--format", "xml"],
      /cannot be written in format xml/,
    ],
    [["compare", "a:1", "b:1", "--max-results", "3"], /Unknown option/],
  ];
  for (const [args, message] of refused) {
    test(`refuses ${args.join(" ")}`, async () => {
      const { code, stderr } = await findscu(args);
      assert.equal(code, 1);
      assert.match(stderr, message);
    });
  }
});
