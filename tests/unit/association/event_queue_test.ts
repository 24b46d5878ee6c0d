import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AssociationEventQueue } from "../../../src/association/event_queue.ts";
import { DecodeError } from "../../../src/errors.ts";
import { hex } from "../../support/hex.ts";

/** A body of P-DATA-TF with one empty fragment. */
const PDV = "00000002 01 02";

function addData(queue: AssociationEventQueue, body: string): void {
  const bytes = hex(body);
  queue.addData(bytes, 0, bytes.length);
}

describe("AssociationEventQueue", () => {
  test("hands out what came first, first", () => {
    const queue = new AssociationEventQueue();
    assert.equal(queue.shift(), undefined);
    queue.push({ type: "released" });
    queue.push({ type: "closed" });
    assert.equal(queue.shift()?.type, "released");
    queue.push({ type: "release-requested" });
    assert.equal(queue.shift()?.type, "closed");
    assert.equal(queue.shift()?.type, "release-requested");
    assert.equal(queue.shift(), undefined);
  });

  test("joins neighbouring data, but not across another event", () => {
    const queue = new AssociationEventQueue();
    addData(queue, PDV);
    addData(queue, PDV + PDV);
    queue.push({ type: "warning", text: "x" });
    addData(queue, PDV);
    const sizes: (number | string)[] = [];
    for (let event = queue.shift(); event; event = queue.shift()) {
      sizes.push(event.type === "data" ? event.pdvs.length : event.type);
    }
    assert.deepEqual(sizes, [3, "warning", 1]);
  });

  test("adds nothing to an event already handed out", () => {
    const queue = new AssociationEventQueue();
    addData(queue, PDV);
    const first = queue.shift();
    addData(queue, PDV);
    assert.ok(first?.type === "data");
    assert.equal(first.pdvs.length, 1);
    assert.ok(queue.shift());
  });

  test("takes back what was added when adding fails, and no empty event", () => {
    const queue = new AssociationEventQueue();
    addData(queue, "");
    assert.equal(queue.shift(), undefined);
    addData(queue, PDV);
    assert.throws(() => addData(queue, `${PDV} 000000ff 01 02`), DecodeError);
    const event = queue.shift();
    assert.ok(event?.type === "data");
    assert.equal(event.pdvs.length, 1);
  });
});
