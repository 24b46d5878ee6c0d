import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answerRequest } from "../../../src/association/negotiation.ts";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { VERIFICATION } from "../../../src/find/models.ts";
import { FindScp, type ScpEvent } from "../../../src/find/scp.ts";
import { FindScu, type ScuConfig } from "../../../src/find/scu.ts";
import type { ScuEvent } from "../../../src/find/scu_events.ts";
import { Wire } from "../../support/scu_scp.ts";

const STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1";
const CONFIG: ScuConfig = {
  maxPduLength: 16384,
  acseTimeout: 30_000,
  artimTimeout: 5_000,
  firstResponseTimeout: 10_000,
  responseTimeout: 2_000,
};

const IDENTIFIER = encodeDataset(
  Dataset.of(textElement(0x00080052, "CS", "STUDY")),
  EXPLICIT_LE,
);

/** An open association, with the provider answering each query with `count` matches. */
function established(
  options: { count?: number; chunk?: number; maxPdu?: number } = {},
) {
  const { count = 2, chunk, maxPdu = 16384 } = options;
  const scu = new FindScu(CONFIG);
  const scp = new FindScp({
    maxPduLength: maxPdu,
    acseTimeout: 30_000,
    artimTimeout: 5_000,
  });
  const wire = new Wire<ScuEvent, ScpEvent>(scu, scp, chunk);
  scu.request({
    callingAeTitle: "SCU",
    calledAeTitle: "SCP",
    contexts: [
      {
        abstractSyntax: STUDY_ROOT,
        transferSyntaxes: [EXPLICIT_LE.uid, IMPLICIT_LE.uid],
      },
      { abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT_LE.uid] },
    ],
  });
  const serve = (event: ScpEvent) => {
    if (event.type === "requested") {
      scp.accept(answerRequest(event.request, {
        preference: "requestor",
        transferSyntaxes: () => [EXPLICIT_LE.uid, IMPLICIT_LE.uid],
      }));
    }
    if (event.type === "find") {
      for (let match = 0; match < count; match++) {
        scp.pending(event.request, IDENTIFIER);
      }
      scp.finish(event.request, 0);
    }
    if (event.type === "release-requested") scp.release();
  };
  wire.run(serve);
  return { scu, scp, wire, serve, context: scu.contextOf(STUDY_ROOT)! };
}

function types(events: readonly { type: string }[]): string[] {
  return events.map((event) => event.type);
}

describe("FindScu and FindScp", () => {
  test("cancel after a match goes out even when the end came with it", () => {
    const { scu, wire, serve, context } = established({ count: 3 });
    scu.find(context, IDENTIFIER, wire.now, "medium", 2);
    wire.run(serve);
    const final = wire.aEvents.find((event) => event.type === "final");
    assert.equal(final?.final.cancelled, true);
    assert.equal(
      wire.aEvents.filter((event) => event.type === "match").length,
      3,
    );
  });

  for (const chunk of [Infinity, 1, 7]) {
    test(`query, query again and release, in chunks of ${chunk}`, () => {
      const { scu, wire, serve, context } = established({ chunk });
      assert.equal(scu.find(context, IDENTIFIER, wire.now), 1);
      wire.run(serve);
      assert.equal(scu.find(context, IDENTIFIER, wire.now), 2);
      wire.run(serve);
      scu.release(wire.now);
      wire.run(serve);
      assert.deepEqual(types(wire.aEvents), [
        "accepted",
        "match",
        "match",
        "final",
        "match",
        "match",
        "final",
        "released",
      ]);
      const find = wire.bEvents.filter((event) => event.type === "find");
      assert.equal(find.length, 2);
      assert.deepEqual(find[0]!.request.identifier, IDENTIFIER);
      assert.equal(find[0]!.request.sopClassUid, STUDY_ROOT);
      assert.equal(find[0]!.request.transferSyntax, EXPLICIT_LE.uid);
    });
  }

  test("echo", () => {
    const { scu, wire, serve } = established();
    scu.echo(scu.contextOf(VERIFICATION)!, wire.now);
    wire.run(serve);
    const final = wire.aEvents.at(-1);
    assert.ok(final?.type === "final" && final.final.status === 0);
    assert.deepEqual(types(wire.bEvents), ["requested", "echo"]);
  });

  test("fragment what exceeds the peer's maximum", () => {
    const { scu, wire, serve, context } = established({ maxPdu: 64 });
    const long = new Uint8Array(1001);
    scu.find(context, long, wire.now);
    wire.run(serve);
    const find = wire.bEvents.find((event) => event.type === "find");
    assert.deepEqual(find?.request.identifier, long);
  });

  test("cancel: the provider learns of it, and its end is reported", () => {
    const { scu, scp, wire, context } = established();
    scu.find(context, IDENTIFIER, wire.now);
    wire.run();
    const find = wire.bEvents.find((event) => event.type === "find")!;
    scp.pending(find.request, IDENTIFIER);
    assert.equal(scu.cancel(wire.now), true);
    assert.equal(scu.cancel(wire.now), false);
    wire.run((event) => {
      if (event.type === "cancel") scp.finish(find.request, 0xfe00);
    });
    const final = wire.aEvents.at(-1);
    assert.ok(final?.type === "final");
    assert.equal(final.final.status, 0xfe00);
    assert.equal(final.final.cancelled, true);
    assert.equal(scu.cancel(wire.now), false, "nothing is open any more");
  });

  test("a cancel after the end is ignored by the provider", () => {
    const { scu, wire, serve, context } = established();
    scu.find(context, IDENTIFIER, wire.now);
    scu.cancel(wire.now);
    // Both requests lie in one chunk, and the first one is answered in full before the second one is looked at.
    wire.run(serve);
    const final = wire.aEvents.at(-1);
    assert.ok(final?.type === "final" && final.final.status === 0);
  });

  test("only one request at a time", () => {
    const { scu, wire, context } = established();
    scu.find(context, IDENTIFIER, wire.now);
    assert.throws(() => scu.find(context, IDENTIFIER, wire.now), /waits/);
    assert.throws(() => scu.release(wire.now), /waits/);
  });
});

describe("FindScu", () => {
  test("times out waiting for the first response, then aborts", () => {
    const { scu, wire, context } = established();
    scu.find(context, IDENTIFIER, wire.now);
    wire.run();
    assert.equal(scu.pollTimeout(), wire.now + CONFIG.firstResponseTimeout);
    wire.advance(CONFIG.firstResponseTimeout - 1);
    wire.run();
    assert.equal(wire.aEvents.length, 1);
    wire.advance(1);
    wire.run();
    const end = wire.aEvents.at(-1);
    assert.ok(end?.type === "timeout" && end.phase === "first-response");
    assert.equal(wire.bEvents.at(-1)?.type, "aborted");
  });

  test("times out between responses, each response giving new time", () => {
    const { scu, scp, wire, context } = established();
    scu.find(context, IDENTIFIER, wire.now);
    wire.run();
    const find = wire.bEvents.find((event) => event.type === "find")!;
    for (let round = 0; round < 5; round++) {
      wire.advance(CONFIG.responseTimeout - 1);
      scp.pending(find.request, IDENTIFIER);
      wire.run();
    }
    wire.advance(CONFIG.responseTimeout);
    wire.run();
    const end = wire.aEvents.at(-1);
    assert.ok(end?.type === "timeout" && end.phase === "response");
    assert.equal(
      wire.aEvents.filter((event) => event.type === "match").length,
      5,
    );
  });

  test("gives a cancelled query its grace time, and no more", () => {
    const { scu, scp, wire, context } = established();
    scu.find(context, IDENTIFIER, wire.now);
    wire.run();
    const find = wire.bEvents.find((event) => event.type === "find")!;
    scu.cancel(wire.now, 1000);
    for (let time = 0; time < 900; time += 300) {
      wire.advance(300);
      scp.pending(find.request, IDENTIFIER);
      wire.run();
    }
    wire.advance(100);
    wire.run();
    assert.equal(wire.aEvents.at(-1)?.type, "timeout");
  });

  test("drops late responses to an older request", () => {
    const { scu, scp, wire, serve, context } = established();
    scu.find(context, IDENTIFIER, wire.now);
    wire.run(serve);
    const first = wire.bEvents.find((event) => event.type === "find")!.request;
    scu.find(context, IDENTIFIER, wire.now);
    wire.run();
    scp.pending(first, IDENTIFIER);
    wire.run();
    assert.equal(wire.aEvents.at(-1)?.type, "warning");
    assert.equal(
      wire.aEvents.filter((event) => event.type === "match").length,
      2,
    );
  });

  test("reports that the peer releases while a request is open", () => {
    const { scu, scp, wire, context } = established();
    scu.find(context, IDENTIFIER, wire.now);
    wire.run();
    scp.release();
    wire.run();
    assert.deepEqual(wire.aEvents.at(-2), {
      type: "peer-released",
      early: true,
    });
    assert.equal(wire.aEvents.at(-1)?.type, "released");
    assert.equal(wire.bEvents.at(-1)?.type, "released");
    assert.equal(scu.isOver, true);
  });

  test("uses message ids 1 to 65535 and then 1 again", () => {
    const { scu, wire, serve, context } = established({ count: 0 });
    let last = 0;
    for (let round = 0; round < 65_536; round++) {
      last = scu.find(context, IDENTIFIER, wire.now);
      wire.run(serve);
      wire.aEvents.length = 0;
      wire.bEvents.length = 0;
    }
    assert.equal(last, 1);
    assert.equal(scu.isFinding, false);
  });
});
