/** Faults that limit the number of matches: a peer that has just as many is answered in full. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rawElement } from "../../../../src/codec/values.ts";
import { Dataset } from "../../../../src/dataset/dataset.ts";
import { Archive } from "../../../../src/scp/archive/archive.ts";
import { FAULTS } from "../../../../src/scp/faults/faults.ts";
import { converse } from "../../../support/mock_conversation.ts";

describe("a limit", () => {
  const rows: [
    fault: string,
    stored: number,
    matches: number,
    status: number,
    comment?: string,
  ][] = [
    ["cap-5", 4, 4, 0],
    ["cap-5", 5, 5, 0],
    ["cap-5", 6, 5, 0],
    ["cap-10", 9, 9, 0],
    ["cap-10", 10, 10, 0],
    ["cap-10", 11, 10, 0xa700, "Limit is 10"],
    ["cap-10", 20, 10, 0xa700, "Limit is 10"],
    ["fail-a700", 1, 1, 0xa700, "Too busy"],
    ["fail-a700", 3, 2, 0xa700, "Too busy"],
    ["final-b000", 0, 0, 0xb000],
  ];
  for (const [fault, stored, matches, status, comment] of rows) {
    test(`${fault}, with ${stored} patients`, () => {
      const outcome = converse({
        archive: Archive.fromDatasets(
          Array.from(
            { length: stored },
            (_, index) => Dataset.of(rawElement(0x00100020, "LO", `${index}`)),
          ),
        ),
        model: "patient",
        identifier: Dataset.of(
          rawElement(0x00080052, "CS", "PATIENT"),
          rawElement(0x00100020, "LO", ""),
        ),
        fault,
      });
      assert.equal(outcome.matches.length, matches);
      assert.equal(outcome.final?.status, status);
      assert.equal(outcome.final?.command.errorComment, comment);
    });
  }
});

describe("the maximum that a requestor announced", () => {
  /** The length of the longest P-DATA-TF, without type, reserved byte and length (PS3.8 9.3.5). */
  function longest(fault: string): number {
    const { steps } = converse({
      archive: Archive.fromDatasets([
        Dataset.of(
          rawElement(0x00100020, "LO", "1"),
          rawElement(0x00104000, "LT", "x".repeat(900)),
        ),
      ]),
      model: "patient",
      identifier: Dataset.of(
        rawElement(0x00080052, "CS", "PATIENT"),
        rawElement(0x00104000, "LT", ""),
      ),
      fault,
      maxPduLength: 256,
    });
    return Math.max(
      ...steps.map((step) =>
        step.type === "send" && step.bytes[0] === 4 ? step.bytes.length - 6 : 0
      ),
    );
  }

  for (const { name, effect } of FAULTS) {
    if (effect.kind !== "identifier" && effect.kind !== "packing") continue;
    const isOversize = name === "oversize";
    test(`${name} ${isOversize ? "exceeds" : "respects"} it`, () => {
      assert.equal(longest(name) > 256, isOversize);
      assert.ok(longest(name) > 0);
    });
  }
});
