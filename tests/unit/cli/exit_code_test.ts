/** Every failure class has its exit code. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  EXIT_CODES,
  EXIT_INTERNAL,
  exitCodeOf,
} from "../../../src/cli/exit_code.ts";
import { type ErrorCode, FindscuError } from "../../../src/errors.ts";

/** Typed apart from the table. A new error code fails to compile here until it has a number. */
const EXPECTED: Record<ErrorCode, number> = {
  "usage": 1,
  "encode": 1,
  "input-unreadable": 20,
  "input-invalid": 22,
  "output-unwritable": 40,
  "output-no-directory": 45,
  "connect": 60,
  "tls": 61,
  "rejected": 62,
  "no-context": 63,
  "aborted": 64,
  "closed": 65,
  "timeout": 66,
  "remote-protocol": 67,
  "decode": 67,
  "status": 80,
  "cancelled": 81,
  "incomplete": 82,
  "different": 83,
  "local-protocol": 99,
  "interrupted": 130,
};

describe("exitCodeOf()", () => {
  for (const [code, exit] of Object.entries(EXPECTED)) {
    test(`${code} → ${exit}`, () => {
      assert.equal(exitCodeOf(new FindscuError(code as ErrorCode, "x")), exit);
    });
  }

  test("takes anything else for a defect", () => {
    assert.equal(exitCodeOf(new TypeError("x")), EXIT_INTERNAL);
    assert.equal(exitCodeOf(undefined), EXIT_INTERNAL);
  });
});

describe("EXIT_CODES", () => {
  test("ascend, each with one row", () => {
    const exits = EXIT_CODES.map((row) => row.exit);
    assert.deepEqual(exits, [...new Set(exits)].sort((a, b) => a - b));
  });

  test("name each error once", () => {
    const errors = EXIT_CODES.flatMap((row) => row.errors).sort();
    assert.deepEqual(errors, Object.keys(EXPECTED).sort());
  });
});
