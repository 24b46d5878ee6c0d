/** A query and its matches as objects: order, batches, ends, and what is decoded when. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Channel,
  FindOperation,
  type FindResult,
  isWhole,
  type Match,
} from "../../../src/client/operation.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import { rawElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import type { Command } from "../../../src/dimse/commands.ts";
import {
  AbortedError,
  StatusError,
  TransportError,
  UsageError,
} from "../../../src/errors.ts";
import { findModel } from "../../../src/find/models.ts";
import type { ScuEvent } from "../../../src/find/scu_events.ts";

const ABORTED = new AbortedError("gone", 0, 0);

function match(number: number, contextId = 1): ScuEvent {
  return {
    type: "match",
    number,
    status: 0xff00,
    contextId,
    messageId: 1,
    command: { commandField: 0x8020 } as Command,
    dataset: Uint8Array.of(number),
  } as ScuEvent;
}

function final(
  status: number,
  changes: Record<string, unknown> = {},
): ScuEvent {
  return {
    type: "final",
    final: {
      status,
      command: {} as Command,
      messageId: 1,
      responses: 1,
      cancelled: false,
      dataset: undefined,
      contextId: 1,
      ...changes,
    },
  } as ScuEvent;
}

/** An operation that meets with these events; those before `|` have arrived when it begins. */
function operation(events: readonly (ScuEvent | Error | "|")[]) {
  const calls: string[] = [];
  const queue = [...events];
  let isWaiting = false;
  const take = (): ScuEvent => {
    const event = queue.shift()!;
    if (event instanceof Error) throw event;
    return event as ScuEvent;
  };
  const channel: Channel = {
    event() {
      calls.push("event");
      if (queue[0] === "|") queue.shift();
      isWaiting = false;
      return new Promise((resolve) => resolve(take()));
    },
    poll() {
      calls.push("poll");
      isWaiting ||= queue.length === 0 || queue[0] === "|";
      return isWaiting ? undefined : take();
    },
    cancel(grace) {
      calls.push(`cancel ${grace}`);
      return true;
    },
    decode(one, reportLoss) {
      calls.push(`decode ${one.number}`);
      if (one.number === 2) reportLoss("half of it");
      return Dataset.of(
        rawElement(0x00080005, "CS", "ISO_IR 100"),
        rawElement(0x00100010, "PN", "M\xfcller"),
        rawElement(0x00080061, "CS", "CT\\MR"),
      );
    },
    elements: undefined,
    syntaxOf(contextId) {
      calls.push(`syntax ${contextId}`);
      return contextId === 1 ? EXPLICIT_LE : IMPLICIT_LE;
    },
    commented: (one) => ({
      ...one,
      command: { ...one.command, errorComment: "busy" },
    }),
  };
  return {
    calls,
    find: new FindOperation(channel, 77, findModel("study")!.uid),
  };
}

/** How it ended, read again. */
function resultOf({ result }: FindOperation): FindResult | undefined {
  return result;
}

function numbers(matches: readonly Match[]): number[] {
  return matches.map(({ number }) => number);
}

describe("FindOperation", () => {
  test("gives matches one by one, then the result, and nothing more", async () => {
    const { find } = operation([match(1), match(2), final(0)]);
    assert.equal(find[Symbol.asyncIterator](), find);
    assert.equal(find.isOver, false);
    assert.equal(resultOf(find), undefined);
    assert.equal((await find.next()).value?.number, 1);
    assert.equal(find.matches, 1);
    assert.equal((await find.next()).value?.number, 2);
    assert.deepEqual(await find.next(), { done: true, value: undefined });
    assert.deepEqual(await find.next(), { done: true, value: undefined });
    assert.equal(find.isOver, true);
    assert.equal(resultOf(find)?.status, 0);
    assert.equal(resultOf(find)?.matches, 2);
    assert.equal(resultOf(find)?.category, "success");
    assert.equal(resultOf(find)?.final.command.errorComment, "busy");
  });

  test("passes over events of other kinds", async () => {
    const warning = { type: "warning", text: "odd" } as ScuEvent;
    const { find } = operation([warning, match(1), warning, final(0)]);
    assert.deepEqual(numbers(await find.nextBatch()), [1]);
    assert.deepEqual(await find.nextBatch(), []);
  });

  test("gives in a batch what has arrived, and waits for one at least", async () => {
    const { find } = operation([match(1), match(2), "|", match(3), final(0)]);
    assert.deepEqual(numbers(await find.nextBatch()), [1, 2]);
    assert.equal(resultOf(find), undefined);
    assert.deepEqual(numbers(await find.nextBatch()), [3]);
    assert.equal(resultOf(find), undefined);
    assert.deepEqual(numbers(await find.nextBatch()), []);
    assert.equal(resultOf(find)?.matches, 3);
  });

  test("reports a failure after the matches before it, once", async () => {
    const { find } = operation([match(1), final(0xa700), "|"]);
    assert.deepEqual(numbers(await find.nextBatch()), [1]);
    await assert.rejects(find.nextBatch(), (error) => {
      assert.ok(error instanceof StatusError);
      assert.equal(error.status, 0xa700);
      assert.match(error.message, /^C-FIND failed .* "busy"$/);
      return true;
    });
    assert.equal(find.isOver, true);
    assert.equal(resultOf(find)?.status, 0xa700);
    assert.deepEqual(await find.nextBatch(), []);
  });

  test("reports a lost association after the matches before it", async () => {
    const { find } = operation([match(1), ABORTED, ABORTED]);
    assert.deepEqual(numbers(await find.nextBatch()), [1]);
    assert.equal(find.isOver, false);
    await assert.rejects(find.next(), ABORTED);
    assert.equal(find.isOver, true);
    assert.equal(resultOf(find), undefined);
    assert.deepEqual(await find.next(), { done: true, value: undefined });
  });

  test("takes a failure for none if it answers our cancel", async () => {
    const { find } = operation([final(0xc001, { cancelled: true })]);
    assert.deepEqual(await find.next(), { done: true, value: undefined });
    assert.equal(resultOf(find)?.category, "failure");
  });

  test("cancels with the given grace", () => {
    const { find, calls } = operation([]);
    assert.equal(find.cancel(), true);
    assert.equal(find.cancel(5), true);
    assert.deepEqual(calls, ["cancel undefined", "cancel 5"]);
  });

  test("left early, cancels within the grace of the association and reads to the end", async () => {
    const { find, calls } = operation([match(1), match(2), final(0xfe00)]);
    await find.next();
    assert.deepEqual(await find.return(), { done: true, value: undefined });
    assert.ok(calls.includes("cancel 77"));
    assert.equal(find.isOver, true);
    calls.length = 0;
    assert.deepEqual(await find.return(), { done: true, value: undefined });
    assert.deepEqual(calls, []);
  });

  test("left early, minds no end of the association, but a defect", async () => {
    const closed = new TransportError("closed", "gone");
    const { find } = operation([match(1), closed]);
    assert.deepEqual(await find.return(), { done: true, value: undefined });
    const defect = new TypeError("defect");
    await assert.rejects(operation([defect]).find.return(), defect);
  });

  test("looks up the syntax of each context once in a row", async () => {
    const { find, calls } = operation([
      match(1),
      match(2),
      match(3, 3),
      match(4, 3),
      match(5),
      final(0),
    ]);
    const matches = await find.nextBatch();
    assert.deepEqual(matches.map(({ syntax }) => syntax), [
      EXPLICIT_LE,
      EXPLICIT_LE,
      IMPLICIT_LE,
      IMPLICIT_LE,
      EXPLICIT_LE,
    ]);
    assert.deepEqual(calls.filter((call) => call.startsWith("syntax")), [
      "syntax 1",
      "syntax 3",
      "syntax 1",
    ]);
  });
});

describe("Match", () => {
  test("is decoded on first use, once", async () => {
    const { find, calls } = operation([match(1), match(2), final(0)]);
    const [first, second] = await find.nextBatch();
    assert.deepEqual([...first!.bytes], [1]);
    assert.deepEqual(first!.losses, []);
    assert.equal(first!.status, 0xff00);
    assert.equal(first!.command.commandField, 0x8020);
    assert.ok(!calls.some((call) => call.startsWith("decode")));
    assert.equal(first!.get("PatientName"), "Müller");
    assert.equal(first!.get(0x00100010), "Müller");
    assert.deepEqual(first!.getAll("ModalitiesInStudy"), ["CT", "MR"]);
    assert.equal(first!.get("PatientID"), undefined);
    assert.throws(() => first!.get("Nonsense"), UsageError);
    assert.equal(first!.dataset, first!.dataset);
    assert.deepEqual(first!.losses, []);
    assert.deepEqual(second!.losses, []);
    assert.equal(second!.dataset.size, 3);
    assert.deepEqual(second!.losses, ["half of it"]);
    assert.deepEqual(calls.filter((call) => call.startsWith("decode")), [
      "decode 1",
      "decode 2",
    ]);
  });

  test("is DICOM JSON for those who want it", async () => {
    const { find } = operation([match(1), final(0)]);
    const { value } = await find.next();
    assert.deepEqual(JSON.parse(JSON.stringify(value))["00080061"], {
      vr: "CS",
      Value: ["CT", "MR"],
    });
  });

  test("without an identifier has no bytes", async () => {
    const event = { ...match(1), dataset: undefined } as unknown as ScuEvent;
    const { find } = operation([event, final(0)]);
    const { value } = await find.next();
    assert.equal(value?.bytes.length, 0);
  });
});

test("isWhole() is a success that was not cancelled", () => {
  const result = (category: string, cancelled: boolean) =>
    ({ category, final: { cancelled } }) as unknown as FindResult;
  assert.equal(isWhole(result("success", false)), true);
  assert.equal(isWhole(result("success", true)), false);
  assert.equal(isWhole(result("warning", false)), false);
  assert.equal(isWhole(result("cancel", true)), false);
});
