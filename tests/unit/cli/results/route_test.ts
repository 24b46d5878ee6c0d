import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ResultRoute,
  resultRoute,
} from "../../../../src/cli/results/route.ts";
import { address, dcmtk } from "../../../support/configured.ts";

/** A route in words. */
function text({ isLogged, data }: ResultRoute): string {
  const parts = isLogged ? ["log"] : [];
  if (data !== undefined) {
    const { to, format } = data;
    parts.push(`${format} to ${to === "file" ? `"${data.file}"` : to}`);
  }
  return parts.join(", ") || "none";
}

for (
  const [form, options, expected] of [
    [dcmtk, "", "log"],
    [dcmtk, "-q", "none"],
    [dcmtk, "-v", "log"],
    [dcmtk, "-q --show-responses", "log"],
    [dcmtk, "-X", "none"],
    [dcmtk, "-X --show-responses", "log"],
    [dcmtk, "--output -", "dcmtk to stdout"],
    [dcmtk, "--output out.txt", 'text to "out.txt"'],
    [dcmtk, "--format dcmtk --output out", 'dcmtk to "out"'],
    [dcmtk, "--sort PatientName", "dcmtk to stderr"],
    [dcmtk, "-q --sort PatientName", "none"],
    [dcmtk, "--count", "dcmtk to stdout"],
    [dcmtk, "-q --count", "dcmtk to stdout"],
    [dcmtk, "-X --show-responses --count", "dcmtk to stdout"],
    [dcmtk, "--format jsonl", "jsonl to stdout"],
    [dcmtk, "--show-responses --format jsonl", "jsonl to stdout"],
    [address, "", "table to stdout"],
    [address, "--format dcmtk", "log"],
    [address, "--format csv", "csv to stdout"],
    [address, "--format csv --output -", "csv to stdout"],
    [address, "--output out.csv", 'csv to "out.csv"'],
    [address, "--format xlsx", "xlsx to stdout"],
    [address, "--output out.xlsx", 'xlsx to "out.xlsx"'],
    [address, "--count", "table to stdout"],
    [address, "--html out.html", "table to stdout"],
    [address, "--html out.html --count", "table to stdout"],
    [address, "--html out.html --format json", "json to stdout"],
  ] as const
) {
  test(`resultRoute() of ${form.name} ${options}: ${expected}`, () => {
    const args = options.split(" ").filter((word) => word !== "");
    const { results, log } = form(...args);
    assert.equal(text(resultRoute(results, log.responses)), expected);
  });
}

test("resultRoute() writes a number although there is no format", () => {
  const { results } = dcmtk("-X");
  const config = { ...results, format: undefined, count: true };
  assert.equal(text(resultRoute(config, false)), "text to stdout");
  assert.equal(text(resultRoute(config, true)), "log, text to stdout");
});
