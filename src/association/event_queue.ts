/** Events waiting to be fetched. Joins neighbouring `data` events, since PDU borders carry no meaning. */
import { decodePdvs } from "../pdu/decode.ts";
import type { Pdv } from "../pdu/types.ts";
import type { AssociationEvent } from "./events.ts";

/** First in, first out. */
export class EventQueue {
  #events: AssociationEvent[] = [];
  /** Index of the next event to hand out. */
  #next = 0;
  /** The fragments of the youngest event, while that is a `data` event begun by `addData()`. */
  #open: Pdv[] | undefined;

  /** Adds an event. */
  push(event: AssociationEvent): void {
    this.#events.push(event);
    this.#open = undefined;
  }

  /** Takes the oldest event out. */
  shift(): AssociationEvent | undefined {
    const event = this.#events[this.#next];
    if (event === undefined) return undefined;
    this.#next += 1;
    if (this.#next === this.#events.length) {
      this.#events = [];
      this.#next = 0;
      this.#open = undefined;
    }
    return event;
  }

  /** Adds the fragments of a P-DATA-TF body, `bytes` from `start` to `end`. On a `DecodeError` nothing was added. */
  addData(bytes: Uint8Array, start: number, end: number): void {
    const pdvs = this.#open ?? [];
    const before = pdvs.length;
    try {
      decodePdvs(bytes, start, end, pdvs);
    } catch (error) {
      pdvs.length = before;
      throw error;
    }
    if (this.#open !== undefined || pdvs.length === 0) return;
    this.push({ type: "data", pdvs });
    this.#open = pdvs;
  }
}
