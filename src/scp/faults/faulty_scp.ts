/**
 * An SCP that misbehaves, in the shape of one that does not: the driver runs both alike. Puts a fault tap round any endpoint and
 * keeps its pauses. Sans-I/O: the time comes in, the next deadline goes out. Does not depend on sockets or faults in
 * particular.
 */
import type { Endpoint } from "../../dimse/session.ts";
import type { FaultStep, Tap } from "./tap.ts";

/** An SCP that can be ended from outside. */
export interface AbortableEndpoint<Event> extends Endpoint<Event> {
  /** Ends the association at once. */
  abort(): void;
}

/** An endpoint connected through a tap. */
export class FaultyScp<Event> implements AbortableEndpoint<Event> {
  readonly #scp: AbortableEndpoint<Event>;
  readonly #tap: Tap;
  /** Pending steps of the tap. */
  #steps: FaultStep[] = [];
  #now = 0;
  /** When the next step is due, while the tap pauses. */
  #resumeAt: number | undefined;
  #isClosed = false;
  /** The peer is gone: nothing can be sent, and nothing is waited for. */
  #isAlone = false;

  constructor(scp: AbortableEndpoint<Event>, tap: Tap) {
    this.#scp = scp;
    this.#tap = tap;
  }

  transportOpened(now: number): void {
    this.#now = now;
    this.#scp.transportOpened(now);
  }

  receive(bytes: Uint8Array, now: number): void {
    this.#now = now;
    const { deliver, steps } = this.#tap.incoming(bytes);
    this.#steps.push(...steps);
    if (deliver.length > 0) this.#scp.receive(deliver, now);
  }

  transportClosed(now: number): void {
    this.#now = now;
    this.#steps = [];
    this.#resumeAt = undefined;
    this.#isAlone = true;
    this.#scp.transportClosed(now);
  }

  handleTimeout(now: number): void {
    this.#now = now;
    this.#scp.handleTimeout(now);
  }

  /** One step at a time: a fault that sends in pieces means pieces on the wire. */
  pollTransmit(): Uint8Array | undefined {
    while (!this.#isClosed && !this.#isAlone) {
      if (this.#resumeAt !== undefined) {
        if (this.#now < this.#resumeAt) return undefined;
        this.#resumeAt = undefined;
      }
      const step = this.#steps.shift() ?? this.#pull();
      if (step === undefined) return undefined;
      switch (step.type) {
        case "send":
          return step.bytes;
        case "wait":
          this.#resumeAt = this.#now + step.milliseconds;
          break;
        case "close":
          this.#isClosed = true;
          this.#steps = [];
      }
    }
    return undefined;
  }

  pollEvent(): Event | undefined {
    return this.#scp.pollEvent();
  }

  pollTimeout(): number | undefined {
    if (this.#isClosed) return undefined;
    const below = this.#scp.pollTimeout();
    if (this.#resumeAt === undefined) return below;
    return below === undefined
      ? this.#resumeAt
      : Math.min(below, this.#resumeAt);
  }

  get wantsClose(): boolean {
    if (this.#isClosed) return true;
    return this.#scp.wantsClose && this.#steps.length === 0 &&
      this.#resumeAt === undefined;
  }

  /** Ends it: pending steps are dropped, and the part of the A-ABORT that the tap lets through is sent at once. */
  abort(): void {
    this.#steps = [];
    this.#resumeAt = undefined;
    this.#scp.abort();
  }

  /** The first step that the SCP's next bytes lead to; bytes that the tap swallows lead to none, for now or at all. */
  #pull(): FaultStep | undefined {
    for (
      let bytes = this.#scp.pollTransmit();
      bytes !== undefined;
      bytes = this.#scp.pollTransmit()
    ) {
      this.#steps = this.#tap.outgoing(bytes);
      const step = this.#steps.shift();
      if (step !== undefined) return step;
      // More is being worked on, of which nothing may come either: others have their turn first.
      if ((this.#scp.pollTimeout() ?? Infinity) <= this.#now) break;
    }
    return undefined;
  }
}
