/** What columns mean, what rows query, and which matches answer them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { listColumns } from "../../../../src/cli/lists/columns.ts";
import { patientIn, Questions } from "../../../../src/cli/lists/questions.ts";
import { textElement } from "../../../../src/codec/values.ts";
import { Dataset } from "../../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../../src/dictionary/dictionary.ts";
import { UsageError } from "../../../../src/errors.ts";
import { buildIdentifier } from "../../../../src/identifier/build.ts";
import type { AskedRow, RowQuestion } from "../../../../src/plan/list.ts";

const dictionary = Dictionary.standard;

function meaning(
  columns: readonly string[],
  terms: readonly string[] = [],
  wanted: readonly string[] = [],
) {
  return listColumns({
    name: '"x"',
    columns,
    requestedColumns: wanted,
    terms,
    dictionary,
  });
}

function questions(
  columns: readonly string[],
  terms: readonly string[] = [],
  eachWildcards = false,
): Questions {
  return new Questions({
    columns: meaning(columns, terms),
    dictionary,
    eachWildcards,
    asksPatient: () => false,
    build: (keys) =>
      buildIdentifier({
        form: "address",
        model: "study",
        keys,
        dictionary,
        today: () => 0,
      }).dataset,
  });
}

/** The query of a row of these cells. */
function ask(of: Questions, ...cells: string[]): RowQuestion {
  return of.questionOf({ number: 1, cells });
}

describe("columns", () => {
  test("named like attributes are keys, in whatever spelling", () => {
    const columns = [
      "PatientID",
      "studydate",
      "Accession Number",
      "(0008,0060)",
      "MRN",
      "date",
    ];
    assert.deepEqual(
      [...meaning(columns).direct.values()],
      ["PatientID", "StudyDate", "AccessionNumber", "Modality"],
    );
    assert.deepEqual([...meaning(columns, [], ["patientid"]).direct.values()], [
      "PatientID",
    ]);
  });
  test("with UIDs are the only keys", () => {
    const { direct } = meaning(["PatientID", "StudyInstanceUID", "StudyDate"]);
    assert.deepEqual([...direct.values()], ["StudyInstanceUID"]);
  });
  test("fill placeholders, in the order of the keys", () => {
    const { keys, order } = meaning(
      ["a", "b c", "PatientID"],
      ["StudyDate={a}-{B C}", "PatientName=x{{y}}", "PatientID"],
    );
    assert.deepEqual(keys, [
      { path: "StudyDate", pieces: ["", 0, "-", 1, ""] },
      { path: "PatientID", pieces: [2] },
    ]);
    assert.deepEqual(order, [0, "PatientName=x{y}", 1]);
  });
  for (
    const [columns, terms, wanted, message] of [
      [["a"], [], [], /No column .*; its columns are a/],
      [["a"], ["PatientID={b}"], [], /no column "b"; its columns are a/],
      [["a"], ["PatientID={}"], [], /no column ""/],
      [["a"], [], ["b"], /no column "b"/],
      [["a"], [], ["a"], /not named after an attribute/],
      [["PatientID"], ["PatientID=1"], [], /set the same attribute/],
    ] as [string[], string[], string[], RegExp][]
  ) {
    test(message.source, () => {
      assert.throws(
        () => meaning(columns, terms, wanted),
        (error: unknown) =>
          error instanceof UsageError && message.test(error.message),
      );
    });
  }
});

describe("a row", () => {
  test("is not sent if a value is blank, or matches more than itself", () => {
    const of = questions(["PatientName", "StudyDate"]);
    assert.deepEqual(ask(of, "", "20260101"), { status: "blank" });
    for (
      const [name, date] of [
        ["A*", "20260101"],
        ["A?", "20260101"],
        ["A\\B", "20260101"],
        ['""', "20260101"],
        ["A", "20260101-"],
        ["A", "20260101-20260102"],
        ["A", "2026-01"],
        ["A", "20260101.."],
      ] as const
    ) {
      assert.deepEqual(
        ask(of, name, date),
        { status: "wildcard" },
        `${name} ${date}`,
      );
      assert.ok(
        "identifier" in
          ask(
            questions(["PatientName", "StudyDate"], [], true),
            name.replace('""', "A"),
            date,
          ),
      );
    }
    assert.ok("identifier" in ask(of, "Müller-Lüdenscheidt", "2026-01-31"));
    const failed = ask(of, "A", "31.01.2026");
    assert.ok(
      "status" in failed && failed.status === "failed" &&
        failed.reason !== undefined,
    );
  });
  test("takes matches of the same value alone", () => {
    const of = questions(["PatientName", "PatientID"]);
    const row = ask(of, "Doe^John", "7") as AskedRow;
    const match = (name: string | undefined, id: string) => {
      const dataset = new Dataset();
      if (name !== undefined) dataset.set(textElement(0x00100010, "PN", name));
      dataset.set(textElement(0x00100020, "LO", id));
      return dataset;
    };
    assert.ok(of.isExact(row, match("Doe^John", "7 ")));
    assert.ok(of.isExact(row, match("Doe^John^^", "7")));
    assert.ok(
      of.isExact(row, match(undefined, "7")),
      "what is not there cannot be compared",
    );
    assert.ok(!of.isExact(row, match("DOE^JOHN", "7")));
    assert.ok(!of.isExact(row, match("Doe^John", "07")));
    assert.ok(!of.isExact(row, match("", "7")));
  });
  test("of a UID goes together with others", () => {
    const of = questions(["StudyInstanceUID"]);
    const rows = ["1.2", "1.23", "1.4"].map((uid) => ask(of, uid) as AskedRow);
    const value = of.combined(rows).get(0x0020000d)!;
    assert.equal(
      new TextDecoder().decode("value" in value ? value.value : undefined),
      "1.2\\1.23\\1.4",
    );
    assert.equal(of.identityIn(rows[1]!.identifier), rows[1]!.identity);
    assert.equal(questions(["PatientID"]).uidKey, undefined);
  });
});

test("patientIn() distinguishes patients by issuer", () => {
  const patient = (id: string, issuer: string) => {
    const dataset = new Dataset();
    dataset.set(textElement(0x00100020, "LO", id));
    dataset.set(textElement(0x00100021, "LO", issuer));
    return patientIn(dataset);
  };
  assert.notEqual(patient("1", "A"), patient("1", "B"));
  assert.equal(patient("1", "A"), patient("1 ", "A"));
  assert.equal(patientIn(new Dataset()), undefined);
});
