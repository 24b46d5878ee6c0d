/**
 * The encrypted side of a TLS connection as a stream of our own, for a runtime whose TLS neither waits for its reader nor for the
 * network (Deno): through it the back-pressure is felt again, in both directions. It moves bytes and understands none.
 */

import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { remoteAddress, type Throttle } from "../node_socket.ts";

/** Settles one wait for the network. */
interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/** A duplex stream over an open TCP socket, which it owns. */
export class Wire extends Duplex implements Throttle {
  readonly #tcp: Socket;
  #held = false;
  #full = false;
  #unsent = 0;
  #waiters: Waiter[] = [];
  /** The first bytes that came, for a guess at what a peer speaks that does not speak TLS. */
  #start = new Uint8Array(0);
  #received = 0;

  constructor(tcp: Socket) {
    super();
    this.#tcp = tcp;
    this.peer = remoteAddress(tcp);
    tcp.on("data", (chunk: Uint8Array) => this.#arrived(chunk));
    tcp.on("end", () => this.push(null));
    tcp.on("error", (error) => this.destroy(error));
    tcp.on("close", () => this.destroy());
  }

  /** The far end as `host:port`. */
  readonly peer: string;

  /** How many bytes have come so far. */
  get received(): number {
    return this.#received;
  }

  /** The first few of them. */
  get start(): Uint8Array {
    return this.#start;
  }

  hold(): void {
    this.#held = true;
    this.#tcp.pause();
  }

  release(): void {
    this.#held = false;
    if (!this.#full) this.#tcp.resume();
  }

  flushed(): Promise<void> {
    if (this.#unsent === 0 && this.writableLength === 0) {
      return Promise.resolve();
    }
    if (this.destroyed) return Promise.reject(this.#lost());
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  override _read(): void {
    this.#full = false;
    if (!this.#held) this.#tcp.resume();
  }

  override _write(
    chunk: Uint8Array,
    _encoding: string,
    done: (error?: Error | null) => void,
  ): void {
    this.#unsent += chunk.length;
    this.#tcp.write(chunk, (error) => {
      this.#unsent -= chunk.length;
      done(error);
      if (error) return this.#settle((waiter) => waiter.reject(error));
      // The next chunk is handed over within `done`, when there is one.
      if (this.#unsent === 0 && this.writableLength === 0) {
        this.#settle((waiter) => waiter.resolve());
      }
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#tcp.end(() => done());
  }

  override _destroy(
    error: Error | null,
    done: (error?: Error | null) => void,
  ): void {
    // What is still unsent belongs to a write that was given up.
    if (error !== null || this.#unsent > 0) this.#tcp.destroy();
    else this.#tcp.destroySoon();
    this.#settle((waiter) => waiter.reject(error ?? this.#lost()));
    done(error);
  }

  #arrived(chunk: Uint8Array): void {
    if (this.#received === 0) this.#start = chunk.slice(0, 16);
    this.#received += chunk.length;
    if (!this.push(chunk)) {
      this.#full = true;
      this.#tcp.pause();
    }
  }

  #settle(action: (waiter: Waiter) => void): void {
    this.#waiters.splice(0).forEach(action);
  }

  #lost(): Error {
    return Object.assign(new Error("The peer no longer listens"), {
      code: "EPIPE",
    });
  }
}
