import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { perform, type Situation } from "../../../src/association/actions.ts";
import { Association } from "../../../src/association/association.ts";
import type {
  AssociationEvent,
  Role,
} from "../../../src/association/events.ts";
import { answerRequest } from "../../../src/association/negotiation.ts";
import {
  actionFor,
  type EventName,
  type State,
  STATES,
  TABLE,
} from "../../../src/association/table.ts";
import {
  LocalProtocolError,
  RemoteProtocolError,
} from "../../../src/errors.ts";
import { decodePdu } from "../../../src/pdu/decode.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import type { AssociateRq, Pdu, Pdv } from "../../../src/pdu/types.ts";
import { hex } from "../../support/hex.ts";
import { PAIR_CONFIG } from "../../support/pair.ts";
import { REFERENCE } from "../../support/state_reference.ts";

const EVENTS = Object.keys(TABLE) as EventName[];

const REQUEST: AssociateRq = {
  type: "associate-rq",
  protocolVersion: 1,
  calledAeTitle: "CALLED",
  callingAeTitle: "CALLING",
  applicationContext: "1.2.840.10008.3.1.1.1",
  contexts: [{ id: 1, abstractSyntax: "1.1", transferSyntaxes: ["1.2"] }],
  userInformation: { maxPduLength: 16_384, implementationClassUid: "1.2.3" },
  unknownItems: [],
};

const PDV: Pdv = {
  contextId: 1,
  isCommand: true,
  isLast: true,
  data: new Uint8Array([1, 2]),
};

/** The PDU that comes with an event, received or to be sent. */
const PDUS: Partial<Record<EventName, Pdu>> = {
  Evt3: {
    ...REQUEST,
    type: "associate-ac",
    contexts: [{ id: 1, result: 0, transferSyntax: "1.2" }],
  },
  Evt4: { type: "associate-rj", result: 1, source: 1, reason: 1 },
  Evt6: REQUEST,
  Evt7: { ...REQUEST, type: "associate-ac", contexts: [] },
  Evt8: { type: "associate-rj", result: 1, source: 1, reason: 3 },
  Evt9: { type: "p-data-tf", pdvs: [PDV] },
  Evt10: { type: "p-data-tf", pdvs: [PDV] },
  Evt12: { type: "release-rq" },
  Evt13: { type: "release-rp" },
  Evt15: { type: "abort", source: 0, reason: 0 },
  Evt16: { type: "abort", source: 2, reason: 1 },
};

describe("TABLE", () => {
  test("has a cell for each of 13 states and 19 events", () => {
    assert.equal(STATES.length, 13);
    assert.equal(EVENTS.length, 19);
    for (const event of EVENTS) assert.equal(TABLE[event].length, 13);
  });

  for (const state of STATES) {
    for (const event of EVENTS) {
      test(`agrees with the standard on ${event} in ${state}`, () => {
        assert.deepEqual(outcomes(state, event), REFERENCE[state][event]);
      });
    }
  }
});

describe("Association", () => {
  for (const state of STATES) {
    // The association leaves these two by itself, within the call that enters them.
    if (state === "Sta9" || state === "Sta12") continue;
    for (const event of EVENTS) {
      if (!canCause(state, event)) continue;
      test(`follows the table on ${event} in ${state}`, () => {
        const association = inState(state);
        drain(association);
        const expected = expectation(state, event);
        if (expected === undefined) {
          assert.throws(() => cause(association, event), LocalProtocolError);
          assert.equal(association.state, state);
          assert.deepEqual(drain(association), { sent: [], events: [] });
          return;
        }
        cause(association, event);
        assert.equal(association.state, settled(expected.next));
        const { sent, events } = drain(association);
        assert.deepEqual(
          { sent: sent[0], event: events[0] },
          { sent: expected.sent, event: expected.event },
        );
      });
    }
  }
});

/** What the table and the actions make of an event, in the notation of the reference. */
function outcomes(state: State, event: EventName): string | undefined {
  const action = actionFor(state, event);
  if (action === undefined) return undefined;
  const unacceptable = { ...REQUEST, protocolVersion: 2 };
  const variants: Situation[] = (["requestor", "acceptor"] as const).flatMap(
    (role) =>
      (event === "Evt6" ? [REQUEST, unacceptable] : [PDUS[event]]).map((
        pdu,
      ) => ({
        role,
        state,
        event,
        request: REQUEST,
        ...(pdu === undefined ? {} : { pdu }),
        ...(event === "Evt19"
          ? { error: new RemoteProtocolError("Test") }
          : {}),
      })),
  );
  const next = variants.map((variant) => perform(action, variant).next);
  return `${action} ${[...new Set(next)].join("/")}`;
}

interface Expectation {
  readonly next: State;
  /** Type of the first PDU sent. */
  readonly sent: string | undefined;
  /** Type of the first event reported. */
  readonly event: string | undefined;
}

/** What one sees of the actions from outside (PS3.8 Tables 9-6 to 9-9): a PDU, an indication. */
function expectation(state: State, event: EventName): Expectation | undefined {
  const reference = REFERENCE[state][event];
  if (reference === undefined) return undefined;
  const [action = "", next = ""] = reference.split(" ");
  const [sent, told] = SEEN[action]!;
  const isEarly = state === "Sta2";
  const early: Partial<Record<EventName, string>> = {
    Evt16: "aborted",
    Evt18: "timeout",
  };
  return {
    next: next.split("/")[0] as State,
    sent: action === "AR-8" ? "release-rp" : sent,
    event: action === "AA-1"
      ? (event === "Evt15" ? undefined : "error")
      : action === "AA-2" && isEarly
      ? early[event]
      : told,
  };
}

const SEEN: Record<string, [sent: string | undefined, told?: string]> = {
  "AE-1": [undefined],
  "AE-2": ["associate-rq"],
  "AE-3": [undefined, "accepted"],
  "AE-4": [undefined, "rejected"],
  "AE-5": [undefined],
  "AE-6": [undefined, "requested"],
  "AE-7": ["associate-ac"],
  "AE-8": ["associate-rj"],
  "DT-1": ["p-data-tf"],
  "DT-2": [undefined, "data"],
  "AR-1": ["release-rq"],
  "AR-2": [undefined, "release-requested"],
  "AR-3": [undefined, "released"],
  "AR-4": ["release-rp", "released"],
  "AR-5": [undefined],
  "AR-6": [undefined, "data"],
  "AR-7": ["p-data-tf"],
  "AR-8": ["release-rp"],
  // Sta12 is left at once, by AR-4.
  "AR-10": ["release-rp", "released"],
  "AA-1": ["abort"],
  "AA-2": [undefined],
  "AA-3": [undefined, "aborted"],
  "AA-4": [undefined, "closed"],
  "AA-5": [undefined, "closed"],
  "AA-6": [undefined],
  "AA-7": ["abort"],
  "AA-8": ["abort", "error"],
};

/** Where the states that are left at once lead to. */
function settled(state: State): State {
  if (state === "Sta9") return "Sta11";
  return state === "Sta12" ? "Sta13" : state;
}

/** A new association, led into a state by the shortest way. */
function inState(state: State): Association {
  const role: Role = ["Sta2", "Sta3", "Sta8", "Sta10"].includes(state)
    ? "acceptor"
    : "requestor";
  const association = new Association(role, PAIR_CONFIG);
  if (state === "Sta1") return association;
  if (role === "acceptor") {
    association.transportOpened(0);
    if (state === "Sta2") return association;
    cause(association, "Evt6");
    if (state === "Sta3") return association;
    cause(association, "Evt7");
  } else {
    cause(association, "Evt1");
    if (state === "Sta4") return association;
    association.transportOpened(0);
    if (state === "Sta5") return association;
    cause(association, "Evt3");
  }
  if (state === "Sta8") cause(association, "Evt12");
  if (["Sta7", "Sta10", "Sta11"].includes(state)) cause(association, "Evt11");
  if (state === "Sta10" || state === "Sta11") cause(association, "Evt12");
  if (state === "Sta13") cause(association, "Evt15");
  assert.equal(association.state, state);
  return association;
}

/** Whether the interface offers the event in the state at all, as something other than a misuse of the driver. */
function canCause(state: State, event: EventName): boolean {
  switch (event) {
    case "Evt2":
      return state === "Sta4";
    case "Evt5":
      // An acceptor's; `inState` gives a requestor.
      return false;
    case "Evt17":
      return state !== "Sta1";
    case "Evt18":
      return state === "Sta2" || state === "Sta13";
    // `release()` asks or answers, whichever fits: in the other's states it is that.
    case "Evt11":
      return state !== "Sta8";
    case "Evt14":
      return state !== "Sta6";
    // Aborting what has ended does nothing; aborting what has not begun closes, though the table has no action for it.
    case "Evt15":
      return state !== "Sta13" && state !== "Sta2";
    case "Evt3":
    case "Evt4":
    case "Evt6":
    case "Evt10":
    case "Evt12":
    case "Evt13":
    case "Evt16":
    case "Evt19":
      return state !== "Sta1" && state !== "Sta4";
    default:
      return true;
  }
}

function cause(association: Association, event: EventName): void {
  const policy = { transferSyntaxes: () => ["1.2"] };
  switch (event) {
    case "Evt1":
      return association.request(REQUEST);
    case "Evt2":
    case "Evt5":
      return association.transportOpened(0);
    case "Evt7":
      return association.accept(answerRequest(REQUEST, policy));
    case "Evt8":
      return association.reject(1, 1, 3);
    case "Evt9":
      return association.sendData([PDV]);
    case "Evt11":
    case "Evt14":
      return association.release();
    case "Evt15":
      return association.abort();
    case "Evt17":
      return association.transportClosed(0);
    case "Evt18":
      association.handleTimeout(0);
      return association.handleTimeout(PAIR_CONFIG.artimTimeout);
    case "Evt19":
      return association.receive(hex("99 00 00 00 00 00"), 0);
    default:
      return association.receive(encodePdu(PDUS[event]!), 0);
  }
}

function drain(association: Association): { sent: string[]; events: string[] } {
  const sent: string[] = [];
  const events: string[] = [];
  let bytes = association.pollTransmit();
  while (bytes !== undefined && bytes.length > 0) {
    const end = 6 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(2);
    sent.push(decodePdu(bytes.subarray(0, end)).type);
    bytes = bytes.subarray(end);
  }
  let event: AssociationEvent | undefined;
  while ((event = association.pollEvent()) !== undefined) {
    events.push(event.type);
  }
  return { sent, events };
}
