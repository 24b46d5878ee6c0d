/** The format that the name of an output file calls for. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { address, dcmtk, refusal } from "../../../support/configured.ts";

describe("--output", () => {
  for (
    const [name, format] of [
      ["a.csv", "csv"],
      ["A.CSV", "csv"],
      ["dir.x/a.json", "json"],
      ["a.ndjson", "jsonl"],
      ["a.b.xml", "xml"],
      ["c:\\x\\a.xlsx", "xlsx"],
      ["a.txt", "text"],
    ] as const
  ) {
    test(`${name} is ${format}`, () => {
      for (const form of [address, dcmtk]) {
        const { results } = form("--output", name);
        assert.equal(results.format, format);
        assert.equal(results.outputFile, name);
      }
    });
  }

  test("a page", () => {
    const { results } = address("--output", "a/b.html");
    assert.equal(results.html, "a/b.html");
    assert.equal(results.outputFile, undefined);
    assert.equal(results.format, undefined);
  });

  test("DICOM files", () => {
    const { results } = address("--output", "a/studies.dcm");
    assert.deepEqual(results.extract, {
      kind: "dicom",
      directory: "a/",
      stem: "studies",
      file: undefined,
      limit: Infinity,
    });
    assert.equal(results.format, undefined);
    assert.equal(address("--output", "b.dcm").results.extract?.directory, ".");
  });

  test("--format has the last word", () => {
    const { results } = address("--output", "a.csv", "--format", "json");
    assert.equal(results.format, "json");
    assert.equal(
      address("--json", "--output", "a.html").results.html,
      undefined,
    );
    assert.equal(address("--json", "--csv").results.format, "csv");
  });

  test("what names no format", () => {
    assert.equal(dcmtk("--output", "log").results.format, "dcmtk");
    assert.equal(address("--output", "-").results.format, "table");
    assert.equal(
      address("--output", "log", "--count").results.outputFile,
      "log",
    );
    for (const name of ["log", ".csv", "dir.csv/log", "a.", "a.yaml"]) {
      assert.match(
        refusal("host:104", "--output", name),
        /Add --format/,
      );
    }
    assert.match(refusal("host:104", "--output", "a.yaml"), /\.yaml/);
  });

  test("the number of --count goes into files of text, data or no known kind", () => {
    for (const name of ["n.txt", "n.csv", "n.json", "n.dat"]) {
      assert.equal(
        address("--output", name, "--count").results.outputFile,
        name,
      );
    }
    for (const name of ["n.xlsx", "N.XML", "n.html", "n.dcm"]) {
      for (const form of ["host:104", "-k PatientName host 104"]) {
        assert.match(
          refusal(...form.split(" "), "--output", name, "--count"),
          /--count writes a number, which is no \.(xlsx|xml|html|dcm) file.*End the name in \.txt/s,
        );
      }
    }
  });

  test("contradictions", () => {
    assert.match(
      refusal("host:104", "--output", "a.html", "--html", "b.html"),
      /both name a page/,
    );
    assert.match(refusal("host:104", "--output", "a.dcm", "-X"), /with -X/);
  });
});
