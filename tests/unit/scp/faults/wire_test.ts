/**
 * What a peer receives from an SCP with each fault: every PDU of a conversation with three matches, beside the expected ones in
 * `tests/fixtures/faults.txt`.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { FAULTS } from "../../../../src/scp/faults/faults.ts";
import { wireLines } from "./wire_lines.ts";

/** Blocks of lines, each under its name. */
function blocks(lines: readonly string[]): Map<string, string> {
  return new Map(
    lines.join("\n").split("\n\n").map((block) => {
      const [name = "", ...rest] = block.split("\n");
      return [name, rest.join("\n")];
    }),
  );
}

describe("a peer receives from an SCP", () => {
  const path = new URL("../../../fixtures/faults.txt", import.meta.url);
  const expected = readFileSync(path, "utf8").trimEnd().split("\n");
  const now = blocks(wireLines(FAULTS.map(({ name }) => name)));
  for (const [name, lines] of blocks(expected)) {
    test(name.includes(" = ") ? "the usual messages" : name, () => {
      assert.equal(now.get(name), lines);
    });
  }

  test("nothing else", () => {
    assert.deepEqual([...now.keys()], [...blocks(expected).keys()]);
  });
});
