import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EventQueue } from "../../../src/association/event_queue.ts";
import type { Pdv } from "../../../src/pdu/types.ts";

const PDV: Pdv = {
  contextId: 1,
  isCommand: false,
  isLast: true,
  data: new Uint8Array(0),
};

describe("EventQueue", () => {
  test("hands out what came first, first", () => {
    const queue = new EventQueue();
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
    const queue = new EventQueue();
    queue.addData((pdvs) => pdvs.push(PDV));
    queue.addData((pdvs) => pdvs.push(PDV, PDV));
    queue.push({ type: "warning", text: "x" });
    queue.addData((pdvs) => pdvs.push(PDV));
    const sizes: (number | string)[] = [];
    for (let event = queue.shift(); event; event = queue.shift()) {
      sizes.push(event.type === "data" ? event.pdvs.length : event.type);
    }
    assert.deepEqual(sizes, [3, "warning", 1]);
  });

  test("adds nothing to an event already handed out", () => {
    const queue = new EventQueue();
    queue.addData((pdvs) => pdvs.push(PDV));
    const first = queue.shift();
    queue.addData((pdvs) => pdvs.push(PDV));
    assert.ok(first?.type === "data");
    assert.equal(first.pdvs.length, 1);
    assert.ok(queue.shift());
  });

  test("takes back what was added when adding fails, and no empty event", () => {
    const queue = new EventQueue();
    queue.addData(() => {});
    assert.equal(queue.shift(), undefined);
    queue.addData((pdvs) => pdvs.push(PDV));
    assert.throws(() =>
      queue.addData((pdvs) => {
        pdvs.push(PDV);
        throw new RangeError("Test");
      }), RangeError);
    const event = queue.shift();
    assert.ok(event?.type === "data");
    assert.equal(event.pdvs.length, 1);
  });
});
