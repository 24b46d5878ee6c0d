/** What findscu does by default: attributes, order, formats, names as people type them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cliOn } from "../../../support/cli.ts";
import { FakeFiles } from "../../../support/fake_files.ts";

/** The files of the machine that all of these run on. */
const files = new FakeFiles();

const findscu = cliOn(files);

const folder = files.newFolder();

async function good(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await findscu(args);
  assert.equal(stderr, "");
  assert.equal(code, 0);
  return stdout;
}

describe("if no attribute is requested by name", () => {
  test("a table of studies comes, newest first", async () => {
    const lines = (await good("mock:demo")).trim().split("\n");
    const dates = lines.flatMap((line) => /^\d{4}-\d\d-\d\d/.exec(line) ?? []);
    assert.equal(dates.length, 262);
    assert.deepEqual(dates, dates.toSorted().reverse());
    assert.match(lines[0]!, /Date.*Name.*ID/);
  });

  test("a value only says which ones", async () => {
    const rows = JSON.parse(
      await good("mock:demo", "-q", "PatientID=DEMO-0002", "--json"),
    );
    assert.ok(rows.length > 0);
    for (const row of rows) {
      assert.equal(row.PatientID, "DEMO-0002");
      assert.ok("StudyInstanceUID" in row && "ModalitiesInStudy" in row);
    }
  });

  test("the worklist has what is next first", async () => {
    const csv = await good("mock:demo", "-W", "-q", "sps.modality=CT", "--csv");
    assert.match(
      csv,
      /^ScheduledProcedureStepSequence.ScheduledProcedureStepStartDate,/,
    );
    const table = await good("mock:demo", "-W", "-q", "sps.modality=CT");
    assert.match(table, /CT_ROOM/);
    assert.doesNotMatch(table, /MR_ROOM/);
  });

  test("other levels have their own", async () => {
    const [study] = JSON.parse(
      await good("mock:demo", "-q", "PatientID=DEMO-0002", "--json"),
    );
    const uid = `StudyInstanceUID=${study.StudyInstanceUID}`;
    const [series] = JSON.parse(
      await good(
        "mock:demo",
        "-q",
        "QueryRetrieveLevel=SERIES",
        "-q",
        uid,
        "--json",
      ),
    );
    assert.ok("SeriesDescription" in series && !("PatientName" in series));
    const patients = await good("mock:demo", "-P", "--csv");
    assert.match(
      patients,
      /^PatientName,PatientID,PatientBirthDate,PatientSex,NumberOfPatientRelatedStudies/,
    );
  });

  test("a key without a value requests that attribute alone", async () => {
    assert.match(
      await good("mock:demo", "-q", "PatientID", "--csv"),
      /^PatientID\r?\n/,
    );
  });

  test("--columns and --sort ask for what they name", async () => {
    const csv = await good(
      ...["mock:demo", "-q", "PatientID=DEMO-0002", "--csv"],
      ...["--columns", "studydate,patientname", "--sort", "studytime"],
    );
    assert.match(csv, /^StudyDate,PatientName\r?\n\d{8},Doe\^/);
  });

  test("a list keeps its columns and its order", async () => {
    const { code, stdout } = await findscu(
      ["mock:demo", "--each", "-", "--no-progress"],
      { stdin: "PatientID,ward\nDEMO-0002,A\nDEMO-0001,B\n" },
    );
    assert.equal(code, 0);
    const [head = "", , ...rows] = stdout.split("\n");
    assert.match(head, /^ID +ward +Date +Name +Modality/);
    assert.match(rows[0]!, /^DEMO-0002 +A/);
  });

  test("in DCMTK's form nothing is added", async () => {
    const { code, stderr } = await findscu([
      ...["-S", "-k", "patientname", "127.0.0.1", "1"],
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /patientname/);
  });
});

test("the name of the file says which format", async () => {
  const args = ["mock:demo", "-q", "PatientID=DEMO-0002"];
  for (const ending of ["csv", "json", "jsonl", "xml", "xlsx", "html", "dcm"]) {
    await good(...args, "--output", `${folder}/a.${ending}`);
  }
  assert.ok(JSON.parse(files.text(`${folder}/a.json`)).length > 0);
  assert.match(
    String.fromCharCode(...files.readStart(`${folder}/a.xlsx`, 2)),
    /^PK/,
  );
  assert.match(files.text(`${folder}/a.html`), /^<!DOCTYPE html>/i);
  assert.equal(
    String.fromCharCode(
      ...files.read(`${folder}/a0001.dcm`).slice(128, 132),
    ),
    "DICM",
  );
  assert.ok(!files.list(folder).includes("a.dcm"));
});

test("a count needs no order, and warns of none but the user's", async () => {
  const { stdout, stderr } = await findscu(["mock:demo", "--count"]);
  assert.equal(stdout, "262\n");
  assert.equal(stderr, "");
  const typed = await findscu(["mock:demo", "--count", "--sort", "StudyDate"]);
  assert.equal(typed.stderr, "W: --sort has no effect with --count\n");
});

test("columns are requested, also if a key has nearly the same name", async () => {
  const keys = ["mock:demo", "-q", "PatientID=DEMO-0002", "-q", "StudyDate"];
  const args = [...keys, "--csv", "--columns", "PatientSex,StudyTime"];
  const { stdout, stderr } = await findscu(args);
  assert.match(stdout, /^PatientSex,StudyTime\r\nM,124026\r\n/);
  assert.equal(stderr, "");
  const counts = await findscu([...keys, "--csv", "--count-by", "PatientSex"]);
  assert.equal(counts.stdout, "PatientSex,count\r\nM,3\r\n");
  const sorted = await findscu([...keys, "--csv", "--sort", "StudyTime"]);
  assert.match(
    sorted.stdout,
    /^PatientID,StudyDate,StudyTime\r\n.*,092348\r\n/,
  );
});
