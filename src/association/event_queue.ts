/** Events waiting to be fetched: first in, first out, without moving the rest at each step. */
import { decodePdvs } from "../pdu/decode.ts";
import type { Pdv } from "../pdu/types.ts";
import type { AssociationEvent } from "./events.ts";

/** A queue of events. */
export class EventQueue<Event> {
  #events: Event[] = [];
  /** Index of the next event to hand out. */
  #next = 0;

  /** Adds an event after all others. */
  push(event: Event): void {
    this.#events.push(event);
  }

  /** Takes the oldest event out; undefined when there is none. */
  shift(): Event | undefined {
    if (this.#next < this.#events.length) return this.#events[this.#next++];
    this.#events = [];
    this.#next = 0;
    return undefined;
  }
}

/** The events of an association. Joins neighbouring `data` events, since PDU borders carry no meaning. */
export class AssociationEventQueue extends EventQueue<AssociationEvent> {
  /** The fragments of the youngest event, while that is a `data` event begun by `addData()`. */
  #fragments: Pdv[] | undefined;

  override push(event: AssociationEvent): void {
    super.push(event);
    this.#fragments = undefined;
  }

  override shift(): AssociationEvent | undefined {
    const event = super.shift();
    if (event?.type === "data" && event.pdvs === this.#fragments) {
      this.#fragments = undefined;
    }
    return event;
  }

  /** Adds the fragments of a P-DATA-TF body, `bytes` from `start` to `end`. On a `DecodeError` nothing was added. */
  addData(bytes: Uint8Array, start: number, end: number): void {
    const pdvs = this.#fragments ?? [];
    const before = pdvs.length;
    try {
      decodePdvs(bytes, start, end, pdvs);
    } catch (error) {
      pdvs.length = before;
      throw error;
    }
    if (this.#fragments !== undefined || pdvs.length === 0) return;
    this.push({ type: "data", pdvs });
    this.#fragments = pdvs;
  }
}
