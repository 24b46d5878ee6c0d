/**
 * The only loop: it moves bytes between a transport and a sans-I/O endpoint, and keeps the endpoint's deadlines. Pull-driven:
 * nothing is read unless somebody asks for events, so a slow consumer slows the peer down and memory stays bounded.
 */
import type { Endpoint } from "../dimse/session.ts";
import { TransportError } from "../errors.ts";
import type { Transport } from "../transport.ts";

/** What the loop needs of the world besides the transport. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Calls back once after `milliseconds`; answers how to call it off. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The clock of the runtime. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Longest time that a timer of the runtime can wait for; longer waits are done in steps. */
const LONGEST_TIMER = 0x7fffffff;

/**
 * How long bytes that keep coming may put off a deadline that has passed, in milliseconds: those that were there in time count, as
 * the consumer may have been the slow one, but a peer that never falls silent must not live for ever.
 */
const LATE_BYTES = 1_000;

/** What is told to a trace hook. */
export type TraceHook = (
  direction: "sent" | "received",
  bytes: Uint8Array,
) => void;

/** Runs one endpoint over one open transport. */
export class Driver<Event> {
  readonly #endpoint: Endpoint<Event>;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #trace: TraceHook | undefined;
  /** Everybody who waits: `next`, and `drain` beside it when an association is aborted from outside. */
  readonly #sleepers = new Set<() => void>();
  #reading = false;
  #writing = false;
  #chunks: (Uint8Array | null)[] = [];
  #closed = false;
  /** The deadline that passed while bytes were coming, and when that was seen. */
  #late: { readonly deadline: number; readonly since: number } | undefined;
  /** How the transport broke, when it did. */
  #failure: Error | undefined;

  constructor(
    endpoint: Endpoint<Event>,
    transport: Transport,
    clock: Clock = systemClock,
    trace?: TraceHook,
  ) {
    this.#endpoint = endpoint;
    this.#transport = transport;
    this.#clock = clock;
    this.#trace = trace;
    endpoint.transportOpened(clock.now());
  }

  /** Whether the transport is closed, by either side. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Why the transport broke, for messages. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** The clock's time, for calls into the endpoint. */
  now(): number {
    return this.#clock.now();
  }

  /** Writes what the endpoint has to say, and lets a waiting `next` look again. To be called after any call into the endpoint. */
  flush(): void {
    this.#write();
    this.#wake();
  }

  /** The next event; undefined once the transport is closed and every event was taken. */
  async next(): Promise<Event | undefined> {
    while (true) {
      const event = this.poll();
      if (event !== undefined) return event;
      if (this.#closed) return undefined;
      await this.#wait();
    }
  }

  /** The next event that is there already: many come with one chunk. */
  poll(): Event | undefined {
    const event = this.#endpoint.pollEvent();
    if (event !== undefined || this.#closed) return event;
    this.#write();
    while (this.#chunks.length > 0) {
      this.#feed(this.#chunks.shift()!);
      this.#write();
      const fed = this.#endpoint.pollEvent();
      if (fed !== undefined) return fed;
    }
    return this.#endpoint.pollEvent();
  }

  /** Resolves when everything that the endpoint had to say is written, the transport is closed, or `limit` milliseconds passed. */
  async drain(limit: number): Promise<void> {
    const deadline = this.#clock.now() + limit;
    this.#write();
    while (this.#writing && !this.#closed && this.#clock.now() < deadline) {
      await this.#sleep(deadline);
    }
  }

  /** Closes the transport without ceremony. */
  close(): void {
    this.#closed = true;
    this.#transport.close();
    this.#wake();
  }

  #feed(chunk: Uint8Array | null): void {
    if (chunk !== null) {
      this.#trace?.("received", chunk);
      this.#endpoint.receive(chunk, this.#clock.now());
      return;
    }
    this.#endpoint.transportClosed(this.#clock.now());
    this.#closed = true;
    this.#transport.close();
  }

  /** Starts a write unless one is under way; the rest follows when it is done. */
  #write(): void {
    if (this.#writing || this.#closed) return;
    const bytes = this.#endpoint.pollTransmit();
    if (bytes === undefined) {
      if (this.#endpoint.wantsClose) this.close();
      return;
    }
    this.#trace?.("sent", bytes);
    this.#writing = true;
    this.#transport.write(bytes).then(
      () => {
        this.#writing = false;
        this.#write();
        this.#wake();
      },
      (error: unknown) => {
        this.#writing = false;
        this.#break(error);
      },
    );
  }

  #read(): void {
    if (this.#reading || this.#closed) return;
    this.#reading = true;
    this.#transport.read().then(
      (chunk) => {
        this.#reading = false;
        this.#chunks.push(chunk);
        this.#wake();
      },
      (error: unknown) => {
        this.#reading = false;
        this.#break(error);
      },
    );
  }

  /** The transport failed: what came before is still read, then the endpoint learns that it closed. */
  #break(error: unknown): void {
    this.#failure ??= error instanceof Error
      ? error
      : new TransportError("closed", String(error));
    this.#chunks.push(null);
    this.#wake();
  }

  /** Waits for bytes, a finished write, a deadline, or `flush`. */
  async #wait(): Promise<void> {
    this.#read();
    if (this.#chunks.length > 0) return;
    const deadline = this.#endpoint.pollTimeout();
    await this.#sleep(deadline);
    if (deadline === undefined) return;
    if (this.#chunks.length === 0 || this.#isOverdue(deadline)) {
      this.#endpoint.handleTimeout(this.#clock.now());
    }
  }

  #isOverdue(deadline: number): boolean {
    const now = this.#clock.now();
    if (now < deadline) return false;
    if (this.#late?.deadline !== deadline) {
      this.#late = { deadline, since: now };
    }
    return now - this.#late.since >= LATE_BYTES;
  }

  #wake(): void {
    for (const resolve of this.#sleepers) resolve();
    this.#sleepers.clear();
  }

  /** Until `#wake` is called or the deadline has come. */
  async #sleep(deadline: number | undefined): Promise<void> {
    let cancelTimer: (() => void) | undefined;
    let sleeper: (() => void) | undefined;
    await new Promise<void>((resolve) => {
      sleeper = resolve;
      this.#sleepers.add(resolve);
      if (deadline === undefined) return;
      const left = Math.max(0, deadline - this.#clock.now());
      cancelTimer = this.#clock.after(Math.min(left, LONGEST_TIMER), resolve);
    });
    if (sleeper !== undefined) this.#sleepers.delete(sleeper);
    cancelTimer?.();
  }
}
