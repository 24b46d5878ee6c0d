/** Events waiting to be polled: first in, first out, without moving the rest at each step. */

/** A queue of events. */
export class EventQueue<Event> {
  #events: Event[] = [];
  /** Index of the next event to hand out. */
  #next = 0;

  /** Adds one behind the others. */
  push(event: Event): void {
    this.#events.push(event);
  }

  /** Takes the first one; undefined when there is none. */
  shift(): Event | undefined {
    if (this.#next < this.#events.length) return this.#events[this.#next++];
    this.#events = [];
    this.#next = 0;
    return undefined;
  }
}
