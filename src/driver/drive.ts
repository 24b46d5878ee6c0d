/**
 * The only loop: it moves bytes between a transport and a sans-I/O endpoint, and keeps the endpoint's deadlines. Pull-driven:
 * nothing is read unless a caller requests events, so a slow consumer slows the peer down and memory stays bounded.
 */
import { MAX_INT32 } from "../bytes/size.ts";
import type { Endpoint } from "../dimse/session.ts";
import { startTimer } from "../timer.ts";
import { chunkOf, closeQuietly, type Transport } from "../transport.ts";

/** The dependencies of the loop besides the transport. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Calls back once after `milliseconds`; returns a function that cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Resolves once the event loop has turned: other ready work (bytes of other connections, timers, signals) has had its chance. */
  turn(): Promise<void>;
}

/** Those that wait for a turn, first come, first served. */
const queue: (() => void)[] = [];

/** Lets one go on at a time, so that the loop turns after the work of each. */
function admit(): void {
  const resolve = queue.shift();
  if (queue.length > 0) afterTurn(admit);
  resolve?.();
}

const NOTHING = new Uint8Array(0);

/**
 * Calls back once sockets were looked at. An immediate alone is not enough on Deno, which looks at them when it has nothing else to
 * run: so it waits, some 50 µs, for another thread. A timer of 0 ms would do, too, and take 2 ms.
 */
function afterTurn(callback: () => void): void {
  setImmediate(() =>
    void crypto.subtle.digest("SHA-256", NOTHING).then(callback)
  );
}

/** The clock of the runtime. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: startTimer,
  turn: () =>
    new Promise((resolve) => {
      if (queue.push(resolve) === 1) afterTurn(admit);
    }),
};

/**
 * How long work may go on before the loop turns, in milliseconds; current work is finished first. Finished writes follow one
 * another without a turn, so that nobody else would be heard while a long answer is written: not even the cancel of whoever it is
 * for.
 */
const LONGEST_WORK = 4;

/**
 * How long short answers may follow one another without a turn: only a peer within the program never waits for the loop, and
 * signals and timers must be handled there, too.
 */
const LONGEST_EXCHANGE = 100;

/** When the loop of each clock last turned for one of its drivers: their work in one turn counts together. */
const turned = new WeakMap<Clock, number>();

/** Time limit for sending the last bytes of an association that ends, usually an A-ABORT, in milliseconds. */
export const LAST_WORDS_TIMEOUT = 1_000;

/** Longest time that a timer of the runtime can wait for, 24 days in milliseconds: beyond it, it fires at once. */
export const LONGEST_TIMER = MAX_INT32;

/**
 * How long bytes that keep coming may put off a deadline that has passed, in milliseconds: those that arrived in time count, as
 * the consumer may have been the slow one, but a peer that never falls silent must not live for ever.
 */
const LATE_BYTES = 1_000;

/**
 * Bytes that are read while a write is pending: a cancel among them is heeded, but a peer that keeps sending requests and reads no
 * answer is not read for ever, as the answers would pile up.
 */
const MAX_READ_DURING_WRITE = 256 * 1024;

/** When a connection on which nothing happens is given up. */
export interface IdleLimit {
  /**
   * Milliseconds during which the peer may neither complete anything that leads to an event nor read the data being written. Time
   * in which the endpoint has something to do itself does not count. `Infinity` for no limit.
   */
  readonly timeout: number;
  /** Called when they have passed, once. */
  readonly onTimeout: () => void;
}

/** Data passed to a trace hook. */
export type TraceHook = (
  direction: "sent" | "received",
  bytes: Uint8Array,
) => void;

/** The next chunk. Rejects with `TypeError` for a chunk that breaks the contract of `read()`. */
async function nextChunk(transport: Transport): Promise<Uint8Array | null> {
  return chunkOf(await transport.read());
}

async function write(
  transport: Transport,
  bytes: Uint8Array,
): Promise<void> {
  await transport.write(bytes);
}

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
  /** Writes that followed one another without a pause. */
  #writes = 0;
  /** Bytes fed to the endpoint since the pending write began. */
  #readDuringWrite = 0;
  /** Whether bytes have led to no event since the loop last turned for that reason. */
  #isFruitless = false;
  /** When the endpoint was last notified of a deadline while a write is pending. */
  #toldDuringWrite = -Infinity;
  #idle: IdleLimit | undefined;
  /** When something last came of this connection. */
  #progress: number;
  /** The deadline that passed while bytes were coming, and when that was seen. */
  #late: { readonly deadline: number; readonly since: number } | undefined;
  /** How the transport broke, when it did. */
  #failure: Error | undefined;

  constructor(
    endpoint: Endpoint<Event>,
    transport: Transport,
    clock: Clock = systemClock,
    trace?: TraceHook,
    idle?: IdleLimit,
  ) {
    this.#endpoint = endpoint;
    this.#transport = transport;
    this.#clock = clock;
    this.#trace = trace;
    this.#idle = idle;
    this.#progress = clock.now();
    endpoint.transportOpened(this.#progress);
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

  /** Writes the endpoint's output and lets a waiting `next` check again. To be called after any call into the endpoint. */
  flush(): void {
    this.#write();
    this.#wake();
  }

  /** The next event; undefined once the transport is closed and every event was read. */
  async next(): Promise<Event | undefined> {
    while (true) {
      const event = this.poll();
      if (event !== undefined) {
        if (this.#idle !== undefined) this.#progress = this.#clock.now();
        return event;
      }
      if (this.#closed) return undefined;
      await this.#wait();
    }
  }

  /** The next event that has already arrived: many come with one chunk. */
  poll(): Event | undefined {
    const event = this.#endpoint.pollEvent();
    if (event !== undefined || this.#closed) return event;
    this.#write();
    while (this.#chunks.length > 0) {
      this.#feed(this.#chunks.shift()!);
      this.#write();
      const fed = this.#endpoint.pollEvent();
      if (fed !== undefined) return fed;
      this.#isFruitless = true;
    }
    return this.#endpoint.pollEvent();
  }

  /** Resolves when all output of the endpoint is written, the transport is closed, or `limit` milliseconds passed. */
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
    closeQuietly(this.#transport);
    this.#wake();
  }

  #feed(chunk: Uint8Array | null): void {
    if (chunk !== null) {
      this.#readDuringWrite += chunk.length;
      this.#trace?.("received", chunk);
      this.#endpoint.receive(chunk, this.#clock.now());
      return;
    }
    this.#endpoint.transportClosed(this.#clock.now());
    this.#closed = true;
    closeQuietly(this.#transport);
  }

  /** Starts a write unless one is under way; the rest follows when it is done, after a turn of the loop if one is due. */
  #write(): void {
    if (this.#writing || this.#closed) return;
    const bytes = this.#endpoint.pollTransmit();
    if (bytes === undefined) {
      this.#writes = 0;
      if (this.#endpoint.wantsClose) this.close();
      return;
    }
    this.#trace?.("sent", bytes);
    this.#writing = true;
    this.#writes++;
    this.#readDuringWrite = 0;
    this.#toldDuringWrite = -Infinity;
    write(this.#transport, bytes).then(() => this.#turnIfDue()).then(
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
    nextChunk(this.#transport).then(
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

  /** The transport failed: earlier data is still read, then the endpoint learns that it closed. */
  #break(error: unknown): void {
    this.#failure ??= error instanceof Error
      ? error
      : new Error(String(error), { cause: error });
    this.#chunks.push(null);
    this.#wake();
  }

  /**
   * A write is done: turns the loop when work has gone on for long. Much later after the first in a row, which nearly always is the
   * only one: short answers do not wait for those at work on long ones.
   */
  #turnIfDue(): Promise<void> | undefined {
    const now = this.#clock.now();
    this.#progress = now;
    const isShort = this.#writes < 2;
    let last = turned.get(this.#clock);
    if (last === undefined) {
      turned.set(this.#clock, last = isShort ? now : -Infinity);
    }
    const longest = isShort ? LONGEST_EXCHANGE : LONGEST_WORK;
    return now - last < longest ? undefined : this.#turn();
  }

  #isTurnDue(): boolean {
    const last = turned.get(this.#clock) ?? -Infinity;
    return this.#clock.now() - last >= LONGEST_WORK;
  }

  async #turn(): Promise<void> {
    await this.#clock.turn();
    turned.set(this.#clock, this.#clock.now());
  }

  /** Waits for bytes, a finished write, a deadline, or `flush`. */
  async #wait(): Promise<void> {
    // A client that never stops sending what leads to nothing must not keep the others from being heard.
    if (this.#idle !== undefined && this.#isFruitless && this.#isTurnDue()) {
      this.#isFruitless = false;
      return this.#turn();
    }
    if (!this.#writing || this.#readDuringWrite < MAX_READ_DURING_WRITE) {
      this.#read();
    }
    if (this.#chunks.length > 0) return;
    const deadline = this.#deadline();
    const idle = this.#idleDeadline(deadline);
    await this.#sleep(Math.min(deadline ?? Infinity, idle));
    const now = this.#clock.now();
    if (deadline !== undefined && now >= deadline) {
      if (this.#chunks.length > 0 && !this.#isOverdue(deadline)) return;
      this.#toldDuringWrite = now;
      this.#endpoint.handleTimeout(now);
    } else if (this.#chunks.length === 0 && this.#isIdle(now)) {
      const { onTimeout } = this.#idle!;
      this.#idle = undefined;
      onTimeout();
    }
  }

  /**
   * The endpoint's deadline. A passed deadline means work that leads to bytes: reported once while others are being written, as it
   * can go on only then.
   */
  #deadline(): number | undefined {
    const deadline = this.#endpoint.pollTimeout();
    if (deadline === undefined || !this.#writing) return deadline;
    return deadline > this.#toldDuringWrite ? deadline : undefined;
  }

  /** When the peer has done nothing for too long; never while the endpoint itself has something to do. */
  #idleDeadline(deadline: number | undefined): number {
    if (this.#idle === undefined) return Infinity;
    return this.#writing || deadline === undefined
      ? this.#progress + this.#idle.timeout
      : Infinity;
  }

  #isIdle(now: number): boolean {
    return now >= this.#idleDeadline(this.#deadline());
  }

  /** Whether bytes have put off a deadline for long enough. */
  #isOverdue(deadline: number): boolean {
    const now = this.#clock.now();
    if (this.#late?.deadline !== deadline) {
      this.#late = { deadline, since: now };
    }
    return now - this.#late.since >= LATE_BYTES;
  }

  #wake(): void {
    for (const resolve of this.#sleepers) resolve();
    this.#sleepers.clear();
  }

  /** Until `#wake` is called or the deadline has come; if it has already passed, until the next turn of the event loop. */
  async #sleep(deadline: number): Promise<void> {
    let cancelTimer: (() => void) | undefined;
    let sleeper: (() => void) | undefined;
    await new Promise<void>((resolve) => {
      sleeper = resolve;
      this.#sleepers.add(resolve);
      if (deadline === Infinity) return;
      const timeLeft = deadline - this.#clock.now();
      if (timeLeft <= 0) void this.#turn().then(resolve);
      else {
        cancelTimer = this.#clock.after(
          Math.min(timeLeft, LONGEST_TIMER),
          resolve,
        );
      }
    });
    if (sleeper !== undefined) this.#sleepers.delete(sleeper);
    cancelTimer?.();
  }
}
