/** Shorthands of the association tests: a usual request, an obliging user, an association already there. */
import assert from "node:assert/strict";
import type {
  AssociateRequest,
  AssociationEvent,
} from "../../src/association/events.ts";
import { answerRequest } from "../../src/association/negotiation.ts";
import type { Pdv } from "../../src/pdu/types.ts";
import { Pair, type PairOptions, type Side } from "./pair.ts";

const IMPLICIT = "1.2.840.10008.1.2";
/** A request for one presentation context, id 1. */
export const REQUEST: AssociateRequest = {
  calledAeTitle: "ARCHIVE",
  callingAeTitle: "FINDSCU",
  contexts: [
    { abstractSyntax: "1.2.840.10008.1.1", transferSyntaxes: [IMPLICIT] },
  ],
};

/** The only fragment of a dataset, of so many bytes. */
export function pdv(size: number, contextId = 1): Pdv {
  const data = new Uint8Array(size).fill(size & 0xff);
  return { contextId, isCommand: false, isLast: true, data };
}

/** Accepts and releases as asked. */
export function obliging(
  side: Side,
  event: AssociationEvent,
  pair: Pair,
): void {
  if (event.type === "requested") {
    const policy = { transferSyntaxes: () => [IMPLICIT] };
    pair[side].accept(answerRequest(event.request, policy));
  } else if (event.type === "release-requested") pair[side].release();
}

/** A pair with an association between its ends. */
export function established(options: PairOptions = {}): Pair {
  const pair = new Pair({ react: obliging, ...options });
  pair.requestor.request(REQUEST);
  pair.open();
  pair.run();
  assert.equal(pair.requestor.state, "Sta6");
  assert.equal(pair.acceptor.state, "Sta6");
  return pair;
}

/** The one event of that type. */
export function only<T extends AssociationEvent["type"]>(
  events: readonly AssociationEvent[],
  type: T,
): Extract<AssociationEvent, { type: T }> {
  const found = events.filter((event) => event.type === type);
  assert.equal(found.length, 1, `one "${type}" event`);
  return found[0] as Extract<AssociationEvent, { type: T }>;
}

/** All fragments among the events. */
export function dataOf(events: readonly AssociationEvent[]): Pdv[] {
  return events.flatMap((event) =>
    event.type === "data" ? [...event.pdvs] : []
  );
}
