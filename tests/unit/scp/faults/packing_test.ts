/** Packing by the peer's limit: the PDUs of a message that just fits, and of one that does not. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Packing } from "../../../../src/scp/faults/faults.ts";
import { Packer } from "../../../../src/scp/faults/packing.ts";

/** What a PDV has besides its data: length, context, message control header (PS3.8 Table 9-23). */
const HEADER = 6;

/** The lengths of the PDVs of each PDU, commands with a `c`, last ones with a dot: `c16. 8` */
function lengths(
  packing: Packing | undefined,
  limit: number,
  messages: readonly (readonly [
    command: number,
    data?: number | undefined,
    isFinal?: true,
  ])[],
): string[] {
  const packer = new Packer(packing, limit);
  return messages.flatMap(([command, data, isFinal = false]) =>
    packer.push({
      contextId: 7,
      command: new Uint8Array(command),
      data: data === undefined ? undefined : new Uint8Array(data),
      isFinal,
    })
  ).map((pdvs) =>
    pdvs.map((pdv) => {
      assert.equal(pdv.contextId, 7);
      return `${pdv.isCommand ? "c" : ""}${pdv.data.length}${
        pdv.isLast ? "." : ""
      }`;
    }).join(" ")
  );
}

describe("a message is cut by the limit", () => {
  const rows: [limit: number, data: number, pdus: string[]][] = [
    [Infinity, 1000, ["c10.", "1000."]],
    [106, 99, ["c10.", "99."]],
    [106, 100, ["c10.", "100."]],
    [106, 101, ["c10.", "100", "1."]],
    [106, 200, ["c10.", "100", "100."]],
    // Fragments are of even length (PS3.8 9.3.5.1).
    [107, 101, ["c10.", "100", "1."]],
    [108, 101, ["c10.", "101."]],
    [HEADER, 3, ["c2", "c2", "c2", "c2", "c2.", "2", "1."]],
    [106, 0, ["c10.", "0."]],
  ];
  for (const [limit, data, pdus] of rows) {
    test(`${data} bytes, at most ${limit} a PDU`, () => {
      assert.deepEqual(lengths(undefined, limit, [[10, data]]), pdus);
    });
  }

  test("and one without data is its command", () => {
    assert.deepEqual(lengths(undefined, 100, [[10]]), ["c10."]);
  });
});

describe("parts share a PDU", () => {
  const whole = 10 + 20 + 2 * HEADER;
  const rows: [Packing, limit: number, pdus: string[]][] = [
    ["one-pdu", whole, ["c10. 20."]],
    ["one-pdu", whole - 1, ["c10.", "20."]],
    ["command-and-half", 10 + 10 + 2 * HEADER, ["c10. 10", "10."]],
    ["command-and-half", 10 + 10 + 2 * HEADER - 1, ["c10.", "10", "10."]],
    ["four-fragments", whole + 2 * HEADER, ["c4 c6. 10 10."]],
    ["four-fragments", whole + 2 * HEADER - 1, ["c4", "c6.", "10", "10."]],
    ["empty-fragment", 100, ["c10.", "20", "0."]],
    ["empty-pdu", 100, ["", "c10.", "20."]],
    ["small-fragments", 100, ["c10.", "16", "4."]],
    ["small-fragments", 14, ["c8", "c2.", "8", "8", "4."]],
    ["odd-fragments", 100, ["c10.", "17", "3."]],
    ["odd-fragments", 22, ["c10.", "16", "4."]],
  ];
  for (const [packing, limit, pdus] of rows) {
    test(`${packing}, at most ${limit} bytes`, () => {
      assert.deepEqual(lengths(packing, limit, [[10, 20]]), pdus);
    });
  }

  test("halves of little are even if they can be", () => {
    const data = (length: number) =>
      lengths("command-and-half", 100, [[10, length]]).join(" ");
    assert.equal(data(0), "c10. 0.");
    assert.equal(data(1), "c10. 1.");
    assert.equal(data(2), "c10. 2.");
    assert.equal(data(3), "c10. 2 1.");
    assert.equal(data(4), "c10. 2 2.");
    assert.equal(data(5), "c10. 2 3.");
    assert.equal(data(8), "c10. 4 4.");
    assert.equal(data(9), "c10. 4 5.");
  });

  test("with those of the next message, up to the end", () => {
    const messages = [[10, 20], [10, 20], [10, undefined, true]] as const;
    assert.deepEqual(lengths("data-with-next-command", 100, messages), [
      "c10.",
      "20. c10.",
      "20. c10.",
    ]);
    assert.deepEqual(lengths("data-with-next-command", 41, messages), [
      "c10.",
      "20.",
      "c10.",
      "20.",
      "c10.",
    ]);
    assert.deepEqual(lengths("last-with-final", 100, messages), [
      "c10.",
      "20.",
      "c10. 20. c10.",
    ]);
    assert.deepEqual(lengths("everything", 1000, messages), [
      "c10. 20. c10. 20. c10.",
    ]);
  });

  test("everything, one PDU after the other where the limit is reached", () => {
    const messages = [[10, 20], [10, 20], [10, undefined, true]] as const;
    const two = 2 * (10 + 20 + 2 * HEADER);
    assert.deepEqual(lengths("everything", two, messages), [
      "c10. 20. c10. 20.",
      "c10.",
    ]);
    assert.deepEqual(lengths("everything", two - 1, messages), [
      "c10. 20.",
      "c10. 20. c10.",
    ]);
    // What is too large for one PDU is cut all the same.
    assert.deepEqual(lengths("everything", 20, [[10, 20, true]]), [
      "c10.",
      "14",
      "6.",
    ]);
    // Two queries of an association do not share any.
    assert.deepEqual(
      lengths("everything", 100, [[10, 4, true], [10, 4, true]]),
      [
        "c10. 4.",
        "c10. 4.",
      ],
    );
  });

  test("everything up to 64 KiB without a limit", () => {
    const most = 64 * 1024 - 10 - 3 * HEADER;
    const pdus = (data: number) =>
      lengths("everything", Infinity, [[10, data - 10], [10, undefined, true]])
        .length;
    assert.equal(pdus(most), 1);
    assert.equal(pdus(most + 1), 2);
  });
});
