/** Two associations joined by a simulated network: own clock, latency, chunks of any size, bounded steps. */
import assert from "node:assert/strict";
import { Association } from "../../src/association/association.ts";
import type {
  AssociationConfig,
  AssociationEvent,
} from "../../src/association/events.ts";

/** The ends of a pair, by their roles. */
export type Side = "requestor" | "acceptor";

/** What may differ between pairs. */
export interface PairOptions {
  readonly requestor?: Partial<AssociationConfig>;
  readonly acceptor?: Partial<AssociationConfig>;
  /** Milliseconds from one end to the other. */
  readonly latency?: number;
  /** Largest piece in which bytes arrive. */
  readonly chunkSize?: number;
  /** Called for each event, as a user of the association would be. */
  readonly react?: (side: Side, event: AssociationEvent, pair: Pair) => void;
}

/** The configuration that both ends have by default. */
export const PAIR_CONFIG: AssociationConfig = {
  maxPduLength: 16_384,
  acseTimeout: 30_000,
  artimTimeout: 10_000,
};

interface Delivery {
  readonly at: number;
  readonly to: Side;
  /** `undefined`: the other end closed the transport. */
  readonly bytes: Uint8Array | undefined;
}

const SIDES: readonly Side[] = ["requestor", "acceptor"];
const MAX_STEPS = 10_000;

/** A requestor and an acceptor, from before the transport opens. */
export class Pair {
  /** The simulated time. */
  now = 1_000;
  readonly requestor: Association;
  readonly acceptor: Association;
  /** Every event that each end reported, in order. */
  readonly events: Readonly<Record<Side, AssociationEvent[]>> = {
    requestor: [],
    acceptor: [],
  };
  /** Every chunk that each end wrote, in order. */
  readonly sent: Readonly<Record<Side, Uint8Array[]>> = {
    requestor: [],
    acceptor: [],
  };
  /** Set to lose everything on its way, as when a cable is pulled. */
  isCut = false;
  readonly #isClosed: Record<Side, boolean> = {
    requestor: false,
    acceptor: false,
  };
  readonly #options: PairOptions;
  #deliveries: Delivery[] = [];

  constructor(options: PairOptions = {}) {
    this.#options = options;
    this.requestor = new Association("requestor", {
      ...PAIR_CONFIG,
      ...options.requestor,
    });
    this.acceptor = new Association("acceptor", {
      ...PAIR_CONFIG,
      ...options.acceptor,
    });
  }

  /** Opens the transport at both ends. */
  open(): void {
    for (const side of SIDES) this[side].transportOpened(this.now);
  }

  /** Closes the transport from one end, as a crash would. */
  close(side: Side): void {
    this.#isClosed[side] = true;
    this[side].transportClosed(this.now);
    this.#send(side, undefined);
  }

  /** The types of the events that an end reported. */
  types(side: Side): string[] {
    return this.events[side].map((event) => event.type);
  }

  /** Runs until nothing can happen any more without the user. */
  run(): void {
    for (let step = 0; step < MAX_STEPS; step++) {
      this.flush();
      const next = this.#nextInstant();
      if (next === undefined) return;
      this.#advance(next);
    }
    assert.fail(`Not settled after ${MAX_STEPS} steps`);
  }

  /** Runs until the clock shows `instant`. */
  runUntil(instant: number): void {
    for (let step = 0; step < MAX_STEPS; step++) {
      this.flush();
      const next = this.#nextInstant();
      if (next === undefined || next > instant) {
        this.now = Math.max(this.now, instant);
        return;
      }
      this.#advance(next);
    }
    assert.fail(`Not settled after ${MAX_STEPS} steps`);
  }

  /** Puts on the wire what is to be sent, hands out events, closes what wants to be closed; no time passes. */
  flush(): void {
    for (let isBusy = true; isBusy;) {
      isBusy = false;
      for (const side of SIDES) {
        const bytes = this[side].pollTransmit();
        if (bytes !== undefined) {
          isBusy = true;
          this.sent[side].push(bytes);
          this.#send(side, bytes);
        }
        let event: AssociationEvent | undefined;
        while ((event = this[side].pollEvent()) !== undefined) {
          isBusy = true;
          this.events[side].push(event);
          this.#options.react?.(side, event, this);
        }
      }
    }
    for (const side of SIDES) {
      if (this[side].wantsClose && !this.#isClosed[side]) this.close(side);
    }
  }

  #send(from: Side, bytes: Uint8Array | undefined): void {
    const to = from === "requestor" ? "acceptor" : "requestor";
    const at = this.now + (this.#options.latency ?? 0);
    if (bytes === undefined) {
      this.#deliveries.push({ at, to, bytes });
      return;
    }
    const size = this.#options.chunkSize ?? bytes.length;
    for (let start = 0; start < bytes.length; start += size) {
      const chunk = bytes.subarray(start, start + size);
      this.#deliveries.push({ at, to, bytes: chunk });
    }
  }

  #nextInstant(): number | undefined {
    const instants = this.#deliveries.map((delivery) => delivery.at);
    for (const side of SIDES) {
      const timeout = this[side].pollTimeout();
      if (timeout !== undefined) instants.push(timeout);
    }
    return instants.length === 0 ? undefined : Math.min(...instants);
  }

  /** Time passes; what has arrived by then is delivered, and what is due expires. */
  #advance(instant: number): void {
    this.now = Math.max(this.now, instant);
    const due = this.#deliveries.filter((delivery) => delivery.at <= this.now);
    this.#deliveries = this.#deliveries.filter((d) => d.at > this.now);
    for (const { to, bytes } of due) {
      if (this.#isClosed[to] || this.isCut) continue;
      if (bytes !== undefined) this[to].receive(bytes, this.now);
      else {
        this.#isClosed[to] = true;
        this[to].transportClosed(this.now);
      }
    }
    for (const side of SIDES) this[side].handleTimeout(this.now);
  }
}
