/** One C-ECHO and one query from beginning to end, each on an association of its own. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { demoConnector } from "../../../mod.ts";
import { echo } from "../../../src/client/client.ts";
import { find } from "../../../src/client/query.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import { StatusError } from "../../../src/errors.ts";
import type { Connector } from "../../../src/transport.ts";
import { concat, match, success } from "../../support/scripted_peer.ts";
import { peer, QUERY, STUDY, TARGET } from "./peer.ts";

describe("echo()", () => {
  /** The types of PDUs that the client sends. */
  async function sent(run: (connector: Connector) => Promise<void>) {
    const types: number[] = [];
    const inner = demoConnector();
    await run(async (...all) => {
      const transport = await inner(...all);
      return {
        info: transport.info,
        read: () => transport.read(),
        close: () => transport.close(),
        write: (bytes) => {
          types.push(bytes[0]!);
          return transport.write(bytes);
        },
      };
    });
    return types;
  }

  test("verifies the connection, and releases it", async () => {
    const types = await sent((connector) =>
      echo({ connector, target: TARGET })
    );
    assert.deepEqual(types, [0x01, 0x04, 0x05]);
  });

  test("says that verification was refused, and ends the association", async () => {
    const refused = demoConnector({ fault: "no-context" });
    await assert.rejects(echo({ connector: refused, target: TARGET }), {
      name: "NoContextError",
      message:
        "The peer does not accept Verification: the peer does not support this SOP class",
    });
  });
});

describe("a query from beginning to end", () => {
  test("releases the association once, and reports how it ended", async () => {
    const { options, types } = peer([{ send: concat(match("A"), success()) }]);
    const query = find({ ...options, ...QUERY });
    assert.equal(query.matches, 0);
    assert.equal(query.cancel(), false);
    const matches = await query.all();
    assert.equal(matches.length, 1);
    assert.equal(query.matches, 1);
    assert.equal(query.result?.status, 0);
    assert.deepEqual(await query.next(), { done: true, value: query.result });
    assert.deepEqual(await query.return(), { done: true, value: query.result });
    assert.deepEqual(types().filter((type) => type !== "p-data-tf"), [
      "associate-rq",
      "release-rq",
    ]);
  });

  test("releases the association after a failure status, too", async () => {
    const { options, types } = peer([{ send: success(0xa700) }]);
    const query = find({ ...options, ...QUERY });
    await assert.rejects(query.next(), StatusError);
    assert.equal(types().at(-1), "release-rq");
    assert.equal(query.result, undefined);
    assert.deepEqual(await query.next(), { done: true, value: undefined });
  });

  test("proposes its own model alone", async () => {
    const { options, log } = peer([{ send: success() }]);
    await find({ ...options, ...QUERY }).all();
    const [request] = log.received;
    assert.ok(request?.type === "associate-rq");
    assert.deepEqual(
      request.contexts.map((one) => [one.abstractSyntax, one.transferSyntaxes]),
      [[STUDY, [EXPLICIT_LE.uid, IMPLICIT_LE.uid]]],
    );
  });

  test("left while a match is waited for gives the peer 50 ms, then aborts", async () => {
    const { options, types, clock } = peer([{ send: match("A") }]);
    const query = find({ ...options, ...QUERY });
    await query.next();
    const pending = query.next();
    await clock.pass(0);
    let isOver = false;
    const returned = query.return().then(() => isOver = true);
    await clock.pass(49);
    assert.equal(isOver, false);
    await clock.pass(1);
    await returned;
    assert.deepEqual(await pending, { done: true, value: undefined });
    assert.deepEqual(types().slice(-2), ["p-data-tf", "abort"]);
  });
});
