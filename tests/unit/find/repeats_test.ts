/** The quick way of matches that repeat a command set, beside the plain one, which bytes that come one by one go. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { EXPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import type { Command } from "../../../src/dimse/commands.ts";
import { FindScu } from "../../../src/find/scu.ts";
import { RepeatedMatch } from "../../../src/find/repeated_match.ts";
import type { ScuEvent } from "../../../src/find/scu_events.ts";
import { decodePdu } from "../../../src/pdu/decode.ts";
import type { AssociateRq, Pdv } from "../../../src/pdu/types.ts";
import {
  acceptAll,
  cmd,
  concat,
  data,
  identifier,
  match,
  pdata,
  response,
  success,
} from "../../support/scripted_peer.ts";

const STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1";

/** How a user is set up. */
interface Setup {
  readonly maxPduLength?: number;
  readonly maxMessageLength?: number;
  readonly cancelAfter?: number | undefined;
}

/** A user that has sent a query. */
function asking(
  { maxPduLength = 256, maxMessageLength = 1000, cancelAfter }: Setup = {},
): FindScu {
  const scu = new FindScu({
    maxPduLength,
    maxMessageLength,
    acseTimeout: 30_000,
    artimTimeout: 5_000,
    firstResponseTimeout: 10_000,
    responseTimeout: 2_000,
  });
  scu.request({
    callingAeTitle: "SCU",
    calledAeTitle: "SCP",
    contexts: [{
      abstractSyntax: STUDY_ROOT,
      transferSyntaxes: [EXPLICIT_LE.uid],
    }],
  });
  scu.transportOpened(0);
  const request = decodePdu(scu.pollTransmit()!) as AssociateRq;
  scu.receive(acceptAll(request), 0);
  const context = scu.contextOf(STUDY_ROOT)!;
  scu.find(context, identifier("A"), 0, "medium", cancelAfter);
  scu.pollTransmit();
  take(scu);
  return scu;
}

function take(scu: FindScu): ScuEvent[] {
  const events: ScuEvent[] = [];
  for (let event = scu.pollEvent(); event; event = scu.pollEvent()) {
    events.push(event);
  }
  return events;
}

/** What is visible of an event; a match without regard to the way that it took. */
function told(event: ScuEvent): unknown {
  if (event.type === "error") return { type: "error", text: `${event.error}` };
  if (event.type !== "match") return event;
  const { type, messageId, number, status, contextId, command, dataset } =
    event;
  return {
    ...{ type, messageId, number, status, contextId, command },
    dataset: dataset && [...dataset],
  };
}

/** Everything that a user makes of bytes that come in chunks of these sizes, by turns. */
function outcome(
  bytes: Uint8Array,
  sizes: readonly number[],
  setup: Setup = {},
): { events: unknown[]; sent: number[]; deadline: number | undefined } {
  const scu = asking(setup);
  const events: ScuEvent[] = [];
  const sent: number[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    scu.receive(bytes.slice(at, at + size), 1);
    events.push(...take(scu));
    sent.push(...scu.pollTransmit() ?? []);
    at += size;
  }
  return { events: events.map(told), sent, deadline: scu.pollTimeout() };
}

function has({ events }: ReturnType<typeof outcome>, type: string): boolean {
  return events.some((event) => (event as ScuEvent).type === type);
}

function isQuick(event: ScuEvent): boolean {
  return event instanceof RepeatedMatch;
}

/** Reserved bits that a message control header may have (PS3.8 E.2). */
function withReservedBits(pdu: Uint8Array): Uint8Array {
  const changed = pdu.slice();
  changed[11]! |= 0x80;
  return changed;
}

const command = (changes: Partial<Command> = {}, status = 0xff00): Pdv =>
  cmd(response(status, true, changes));

const text = fc.string({ maxLength: 12 });

/** Messages of a peer, ordinary ones above all. */
const message: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 12, arbitrary: text.map((id) => match(id)) },
  {
    weight: 4,
    arbitrary: text.map((id) => pdata(command(), data(identifier(id)))),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(
      fc.constantFrom(0xff00, 0xff01, 0xff02, 0xb001, 0xfe00, 0xa700),
      text,
    ).map(([status, id]) => match(id, status)),
  },
  fc.constantFrom(
    success(),
    // Responses to others, with other lengths, without what they announce, and with what they do not.
    concat(
      pdata(command({ messageIdBeingRespondedTo: 2 })),
      pdata(data(identifier("other"))),
    ),
    concat(
      pdata(command({ errorComment: "a comment" })),
      pdata(data(identifier("comment"))),
    ),
    pdata(command()),
    pdata(cmd(response(0xff00, false))),
    pdata(data(identifier("stray"))),
    concat(pdata(command()), pdata(data(new Uint8Array(0)))),
    // Several fragments, another context, several messages in one PDU, PDUs and datasets that are too long.
    concat(
      pdata(command()),
      pdata(data(identifier("begun").slice(0, 10), false)),
      pdata(data(identifier("begun").slice(10))),
    ),
    concat(
      pdata(cmd(response(0xff00, true).slice(0, 20), false)),
      pdata(cmd(response(0xff00, true).slice(20))),
      pdata(data(identifier("pieces"))),
    ),
    concat(pdata(command()), pdata(data(identifier("context"), true, 3))),
    pdata(
      command(),
      data(identifier("one")),
      command(),
      data(identifier("two")),
    ),
    match("x".repeat(180)),
    match("x".repeat(280)),
    pdata(),
    withReservedBits(pdata(command())),
    concat(pdata(command()), withReservedBits(pdata(data(identifier("bits"))))),
    // A PDV that claims too much, and one that claims nothing.
    Uint8Array.of(4, 0, 0, 0, 0, 6, 0, 0, 0, 9, 1, 2),
    Uint8Array.of(4, 0, 0, 0, 0, 4, 0, 0, 0, 0),
    concat(
      pdata(command()),
      Uint8Array.of(4, 0, 0, 0, 0, 5, 0, 0, 0, 1, 1),
      Uint8Array.of(2, 0, 0, 0, 0, 0),
    ),
  ),
);

describe("Matches that repeat a command set", () => {
  test("are recognized, all but those that begin or end a chunk", () => {
    const scu = asking();
    scu.receive(concat(...["A", "B", "C", "D"].map((id) => match(id))), 1);
    const events = take(scu);
    assert.deepEqual(events.map(isQuick), [false, true, true, true]);
    const next = concat(...["E", "F", "G"].map((id) => match(id)));
    scu.receive(next.subarray(0, next.length - 1), 1);
    scu.receive(next.subarray(next.length - 1), 1);
    assert.deepEqual(take(scu).map(isQuick), [true, true, false]);
  });

  test("are recognized in one PDU with their command set", () => {
    const scu = asking();
    const one = (id: string) => pdata(command(), data(identifier(id)));
    scu.receive(concat(one("A"), one("B"), match("C"), one("D")), 1);
    assert.deepEqual(take(scu).map(isQuick), [false, true, true, true]);
  });

  test("lead to what others lead to, whatever comes between them", () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 700 }), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.record({
          maxPduLength: fc.constantFrom(0, 120, 256),
          maxMessageLength: fc.constantFrom(150, 1000),
          cancelAfter: fc.option(fc.integer({ min: 0, max: 4 }), {
            nil: undefined,
          }),
        }),
        (messages, sizes, setup) => {
          const bytes = concat(...messages);
          const plain = outcome(bytes, [1], setup);
          for (const chunks of [[bytes.length], sizes]) {
            const quick = outcome(bytes, chunks, setup);
            assert.deepEqual(quick.events, plain.events);
            // No cancel is sent any more if the same bytes end the association.
            if (!has(plain, "error")) assert.deepEqual(quick.sent, plain.sent);
            assert.equal(quick.deadline, plain.deadline);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("lead to the same if a byte of them was changed", () => {
    const whole = concat(...["A", "B", "C"].map((id) => match(id)));
    fc.assert(
      fc.property(
        fc.nat(whole.length - 1),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          const bytes = whole.slice();
          bytes[at]! ^= change;
          // What follows a release request in the same bytes is read before it is answered, by either way.
          const plain = outcome(bytes, [1]);
          if (has(plain, "peer-released")) return;
          assert.deepEqual(outcome(bytes, [bytes.length]), plain);
        },
      ),
      { numRuns: 500 },
    );
  });
});
