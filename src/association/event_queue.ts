/** Events waiting to be fetched. Joins neighbouring `data` events, since PDU borders carry no meaning. */
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

  /** Lets `add` append fragments to a `data` event at the end of the queue; whatever it throws, nothing was added. */
  addData(add: (pdvs: Pdv[]) => void): void {
    const pdvs = this.#open ?? [];
    const before = pdvs.length;
    try {
      add(pdvs);
    } catch (error) {
      pdvs.length = before;
      throw error;
    }
    if (this.#open !== undefined || pdvs.length === 0) return;
    this.push({ type: "data", pdvs });
    this.#open = pdvs;
  }
}
