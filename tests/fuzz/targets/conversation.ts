/**
 * Invariants, for a query between our own two ends where some of the bytes are changed on their way:
 *   1. neither end throws, and the two fall silent;
 *   2. when the time is up, both are over: the transport wants to be closed and no deadline is left;
 *   3. each end reports one end to its user at most;
 *   4. what was reported to the user is sound: no match without a request, no more than one final response to each.
 */
import assert from "node:assert/strict";
import { IMPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import type { Endpoint } from "../../../src/dimse/session.ts";
import { FindScu } from "../../../src/find/scu.ts";
import type { ScuEvent } from "../../../src/find/scu_events.ts";
import { demoArchive } from "../../../src/scp/archive/demo.ts";
import {
  ArchiveScp,
  type ArchiveScpEvent,
} from "../../../src/scp/archive_scp.ts";
import { fuzzBytes, mutatedBytes, type Random } from "../../support/fuzz.ts";
import { identifier } from "../../support/scripted_peer.ts";
import { Wire } from "../../support/scu_scp.ts";

const STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1";
const ENDS: ReadonlySet<string> = new Set([
  ...["rejected", "released", "aborted", "closed", "timeout", "error"],
]);
const ARCHIVE = demoArchive();

/** An endpoint whose peer's bytes are now and then changed on their way to it. */
function disturbed<E>(
  inner: Endpoint<E>,
  random: Random,
  rarity: number,
): Endpoint<E> {
  return {
    transportOpened: (now) => inner.transportOpened(now),
    receive: (bytes, now) =>
      inner.receive(
        random(rarity) === 0 ? mutatedBytes([bytes], random) : bytes,
        now,
      ),
    transportClosed: (now) => inner.transportClosed(now),
    handleTimeout: (now) => inner.handleTimeout(now),
    pollTransmit: () => inner.pollTransmit(),
    pollEvent: () => inner.pollEvent(),
    pollTimeout: () => inner.pollTimeout(),
    get wantsClose() {
      return inner.wantsClose;
    },
  };
}

fuzzBytes("a disturbed conversation", [new Uint8Array(0)], (_, random) => {
  const scu = new FindScu({
    maxPduLength: random(4) === 0 ? 32 : 16_384,
    acseTimeout: 30_000,
    artimTimeout: 5_000,
    firstResponseTimeout: 10_000,
    responseTimeout: 10_000,
  });
  const scp = new ArchiveScp({ archive: ARCHIVE, limit: 1 + random(5) });
  scu.request({
    callingAeTitle: "SCU",
    calledAeTitle: "SCP",
    contexts: [{
      abstractSyntax: STUDY_ROOT,
      transferSyntaxes: [IMPLICIT_LE.uid],
    }],
  });
  let asked = 0;
  let finals = 0;
  const wire = new Wire<ScuEvent, ArchiveScpEvent>(
    disturbed(scu, random, 8),
    disturbed(scp, random, 8),
    random(2) === 0 ? Infinity : 1 + random(500),
  );
  let seen = 0;
  const use = () => {
    for (; seen < wire.aEvents.length; seen++) {
      const event = wire.aEvents[seen]!;
      if (event.type === "match") assert.ok(asked > finals);
      if (event.type === "final") assert.ok(asked >= ++finals);
      if (event.type !== "accepted" && event.type !== "final") continue;
      const context = scu.contextOf(STUDY_ROOT);
      if (scu.isOver || context === undefined) continue;
      if (asked > 1) scu.release(wire.now);
      else {
        asked++;
        scu.find(context, identifier("*"), wire.now, "medium", 2);
      }
    }
  };
  for (let round = 0; round < 8; round++) {
    wire.run();
    use();
    wire.run();
    if (round > 3) wire.advance(100_000);
  }
  // An acceptor waits for a requestor that is alive; ours has gone by now.
  if (!scu.wantsClose) scu.abort();
  for (let round = 0; round < 2; round++) {
    wire.run();
    wire.advance(round * 100_000);
  }
  wire.run();
  if (!scp.wantsClose) scp.transportClosed(wire.now);
  for (const end of [scu, scp]) {
    assert.equal(end.wantsClose, true);
    assert.equal(end.pollTimeout(), undefined);
  }
  for (const events of [wire.aEvents, wire.bEvents]) {
    const ends = events.filter((event) => ENDS.has(event.type));
    assert.ok(ends.length <= 1, ends.map((event) => event.type).join(" "));
  }
});
