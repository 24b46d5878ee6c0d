/** Messages from fragments: any packing, and nothing that grows but with the bytes received. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Assembler } from "../../../src/dimse/assembler.ts";
import { encodeCommand } from "../../../src/dimse/command_codec.ts";
import { C_FIND_RSP, type Message } from "../../../src/dimse/commands.ts";
import { RemoteProtocolError } from "../../../src/errors.ts";

const COMMAND = encodeCommand({
  commandField: C_FIND_RSP,
  messageIdBeingRespondedTo: 1,
  status: 0xff00,
  hasDataset: true,
});

function pdv(data: Uint8Array, isCommand: boolean, isLast: boolean) {
  return { contextId: 1, isCommand, isLast, data };
}

describe("Assembler", () => {
  test("hands out without copying what came in one piece", () => {
    const messages: Message[] = [];
    const assembler = new Assembler(() => {});
    const dataset = new Uint8Array([1, 2, 3, 4]);
    assembler.push(pdv(COMMAND, true, true), (one) => messages.push(one));
    assembler.push(pdv(dataset, false, true), (one) => messages.push(one));
    assert.equal(messages[0]?.dataset?.buffer, dataset.buffer);
  });

  test("leaves the fragments it puts together as they are", () => {
    const messages: Message[] = [];
    const assembler = new Assembler(() => {});
    const chunk = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
    const deliver = (one: Message) => messages.push(one);
    for (let round = 0; round < 2; round++) {
      assembler.push(pdv(COMMAND, true, true), deliver);
      for (const [start, end] of [[0, 2], [4, 6], [2, 2], [6, 8]]) {
        const isLast = end === 8;
        assembler.push(pdv(chunk.subarray(start, end), false, isLast), deliver);
      }
    }
    assert.deepEqual(
      messages.map(({ dataset }) => [...dataset ?? []]),
      [[1, 2, 5, 6, 7, 8], [1, 2, 5, 6, 7, 8]],
    );
    assert.deepEqual([...chunk], [1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("takes empty fragments without end", () => {
    const messages: Message[] = [];
    const assembler = new Assembler(() => {});
    const deliver = (one: Message) => messages.push(one);
    const empty = new Uint8Array(0);
    for (let at = 0; at < 100_000; at++) {
      assembler.push(pdv(empty, true, false), deliver);
    }
    assembler.push(pdv(COMMAND, true, true), deliver);
    assembler.push(pdv(empty, false, false), deliver);
    assembler.push(pdv(empty, false, true), deliver);
    assert.equal(messages.length, 1);
    assert.deepEqual(messages[0]?.dataset, empty);
  });

  test("refuses a message beyond its limit", () => {
    for (const isCommand of [true, false]) {
      const assembler = new Assembler(() => {}, { maxLength: 100_000 });
      if (!isCommand) assembler.push(pdv(COMMAND, true, true), () => {});
      const part = new Uint8Array(60_000);
      assembler.push(pdv(part, isCommand, false), () => {});
      assert.throws(
        () => assembler.push(pdv(part, isCommand, false), () => {}),
        RemoteProtocolError,
      );
    }
  });

  test("delivers a message without its dataset if that is too large and can be answered", () => {
    const assembler = new Assembler(() => {}, { maxLength: 1000, drops: true });
    const messages: Message[] = [];
    const deliver = (message: Message) => messages.push(message);
    for (const parts of [4, 3]) {
      assembler.push(pdv(COMMAND, true, true), deliver);
      for (let part = 1; part <= parts; part++) {
        const data = new Uint8Array(parts === 4 ? 300 : 333);
        assembler.push(pdv(data, false, part === parts), deliver);
      }
    }
    assert.deepEqual(
      messages.map(({ dataset, isTooLarge }) => [dataset?.length, isTooLarge]),
      [[undefined, true], [999, undefined]],
    );
  });
});
