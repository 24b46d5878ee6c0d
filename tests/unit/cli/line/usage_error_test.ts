/** The two layouts of command line errors. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  renderUsageError,
  sentence,
} from "../../../../src/cli/line/usage_error.ts";
import { UsageError } from "../../../../src/errors.ts";

const version = {
  version: "1.2.3",
  commit: undefined,
  date: undefined,
  platform: "",
  runtime: "",
  libraries: [],
};

test("renderUsageError() has DCMTK's four lines with PEER PORT", () => {
  assert.equal(
    renderUsageError(new UsageError("Unknown option --x"), "dcmtk", version),
    "$findscu: findscu v1.2.3 $\n\nfindscu: DICOM query (C-FIND) SCU\nerror: Unknown option --x\n",
  );
});

test("renderUsageError() has one line with an ADDRESS", () => {
  assert.equal(
    renderUsageError(new UsageError("Unknown option --x"), "address", version),
    "findscu: Unknown option --x\n",
  );
});

test("renderUsageError() adds the hint in either", () => {
  const error = new UsageError("Wrong", { hint: "Do it right" });
  const question = new UsageError("Wrong", { hint: "Did you mean that?" });
  assert.match(
    renderUsageError(error, "dcmtk", version),
    /\nerror: Wrong\nhint: Do it right\.\n$/,
  );
  assert.equal(
    renderUsageError(question, "address", version),
    "findscu: Wrong\nhint: Did you mean that?\n",
  );
  assert.equal(sentence("It ends already."), "It ends already.");
});

test("renderUsageError() leaves the hint out of exact output", () => {
  const error = new UsageError("Wrong", { hint: "Do it right" });
  assert.match(
    renderUsageError(error, "dcmtk", version, true),
    /\nerror: Wrong\n$/,
  );
});

test("renderUsageError() lets no argument begin a line", () => {
  const error = new UsageError("Unknown option --x\nhint: y\u202e", {
    hint: "z\n",
  });
  assert.equal(
    renderUsageError(error, "address", version),
    "findscu: Unknown option --x<U+000A>hint: y<U+202E>\nhint: z<U+000A>.\n",
  );
});
