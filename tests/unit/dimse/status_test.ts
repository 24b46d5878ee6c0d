import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isPending, statusInfo } from "../../../src/dimse/status.ts";

describe("isPending()", () => {
  test("agrees with the table on every status", () => {
    for (let status = 0; status <= 0xffff; status++) {
      const isRow = statusInfo(status).category === "pending";
      assert.equal(isPending(status), isRow, status.toString(16));
    }
  });
});
