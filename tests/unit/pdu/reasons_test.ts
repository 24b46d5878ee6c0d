import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  explainAbort,
  explainContextResult,
  explainReject,
} from "../../../src/pdu/reasons.ts";

describe("explainReject()", () => {
  const rows: [number, number, number, string, string, string][] = [
    [1, 1, 1, "Rejected Permanent", "Service User", "No Reason"],
    [
      1,
      1,
      2,
      "Rejected Permanent",
      "Service User",
      "App Context Name Not Supported",
    ],
    [
      1,
      1,
      3,
      "Rejected Permanent",
      "Service User",
      "Calling AE Title Not Recognized",
    ],
    [
      2,
      1,
      7,
      "Rejected Transient",
      "Service User",
      "Called AE Title Not Recognized",
    ],
    [
      1,
      2,
      1,
      "Rejected Permanent",
      "Service Provider (ACSE Related)",
      "No Reason",
    ],
    [
      1,
      2,
      2,
      "Rejected Permanent",
      "Service Provider (ACSE Related)",
      "Protocol Version Not Supported",
    ],
    [
      2,
      3,
      1,
      "Rejected Transient",
      "Service Provider (Presentation Related)",
      "Temporary Congestion",
    ],
    [
      2,
      3,
      2,
      "Rejected Transient",
      "Service Provider (Presentation Related)",
      "Local Limit Exceeded",
    ],
    [0, 0, 0, "UNKNOWN", "UNKNOWN", "UNKNOWN"],
    [1, 1, 9, "Rejected Permanent", "Service User", "UNKNOWN"],
  ];
  for (const [result, source, reason, ...phrases] of rows) {
    test(`puts ${result}, ${source}, ${reason} into words`, () => {
      const told = explainReject(result, source, reason);
      assert.deepEqual([told.result, told.source, told.reason], phrases);
      assert.match(
        told.text,
        new RegExp(
          `\\(result ${result}, source ${source}, reason ${reason}\\)$`,
        ),
      );
      assert.ok(told.hint);
    });
  }
});

describe("explainAbort()", () => {
  test("gives the provider's reason, and only the provider's", () => {
    assert.equal(explainAbort(2, 2).short, "Service Provider, Unexpected PDU");
    assert.equal(explainAbort(0, 2).short, "Service User");
  });

  test("shows undefined numbers as they are", () => {
    assert.match(explainAbort(1, 9).text, /source 1, reason 9/);
    assert.match(explainAbort(2, 3).text, /does not define/);
  });
});

describe("explainContextResult()", () => {
  test("names the defined results, and shows the others", () => {
    const shorts = [0, 1, 2, 3, 4].map((r) => explainContextResult(r).short);
    assert.deepEqual(shorts, [
      "Accepted",
      "User Rejection",
      "No Reason",
      "Abstract Syntax Not Supported",
      "Transfer Syntaxes Not Supported",
    ]);
    assert.match(explainContextResult(77).text, /77/);
  });
});
