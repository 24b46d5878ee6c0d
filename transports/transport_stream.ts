/**
 * A transport as a stream of the runtime, for TLS to run over: through a proxy, a child process, or on a runtime whose TLS neither
 * waits for its reader nor for the network (Deno). Through it the back-pressure is felt in both directions. It moves bytes and
 * understands none.
 */

import { Duplex } from "node:stream";
import type { Transport } from "../src/transport.ts";
import type { Throttle } from "./node_socket.ts";

/** Settles one wait for the network. */
interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/** A duplex stream over an open transport, which it owns. */
export class TransportStream extends Duplex implements Throttle {
  readonly #transport: Transport;
  #isHeld = false;
  #isWanted = false;
  #isReading = false;
  #unsent = 0;
  #waiters: Waiter[] = [];
  #start = new Uint8Array(0);
  #byteCount = 0;
  #failure: Error | undefined;

  constructor(transport: Transport) {
    super();
    this.#transport = transport;
  }

  /** The far end, as the transport names it. */
  get peer(): string {
    return this.#transport.info.peer;
  }

  /** How many bytes have come so far. */
  get byteCount(): number {
    return this.#byteCount;
  }

  /** The first few of them, for a guess at the protocol of a peer that does not speak TLS. */
  get start(): Uint8Array {
    return this.#start;
  }

  /** How the transport broke; undefined while it has not. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#pull();
  }

  async flushed(): Promise<void> {
    do {
      if (this.#unsent > 0 || this.writableLength > 0) await this.#drained();
      // TLS may hand over the rest of a large write one after the other.
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#unsent > 0 || this.writableLength > 0);
  }

  #drained(): Promise<void> {
    if (this.destroyed) return Promise.reject(this.#lossError());
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  override _read(): void {
    this.#isWanted = true;
    this.#pull();
  }

  override _write(
    chunk: Uint8Array,
    _encoding: string,
    done: (error?: Error | null) => void,
  ): void {
    this.#unsent += chunk.length;
    this.#transport.write(chunk).then(() => {
      this.#unsent -= chunk.length;
      done();
      // The next chunk is handed over within `done`, when there is one.
      if (this.#unsent === 0 && this.writableLength === 0) {
        this.#settle((waiter) => waiter.resolve());
      }
    }, (error: Error) => {
      this.#failure ??= error;
      done(systemError(error));
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#transport.close();
    done();
  }

  override _destroy(
    error: Error | null,
    done: (error?: Error | null) => void,
  ): void {
    this.#transport.close();
    this.#settle((waiter) => waiter.reject(error ?? this.#lossError()));
    done(error);
  }

  #pull(): void {
    if (!this.#isWanted || this.#isHeld || this.#isReading || this.destroyed) {
      return;
    }
    this.#isReading = true;
    this.#transport.read().then((chunk) => {
      this.#isReading = false;
      if (this.destroyed) return;
      if (chunk === null) return void this.push(null);
      if (this.#byteCount === 0) this.#start = chunk.slice(0, 16);
      this.#byteCount += chunk.length;
      this.#isWanted = this.push(chunk);
      this.#pull();
    }, (error: Error) => {
      this.#failure ??= error;
      this.destroy(systemError(error));
    });
  }

  #settle(action: (waiter: Waiter) => void): void {
    this.#waiters.splice(0).forEach(action);
  }

  #lossError(): Error {
    return Object.assign(new Error("The peer no longer listens"), {
      code: "EPIPE",
    });
  }
}

/** The system's error, which TLS can explain; for a transport without one, an error that the connection broke. */
function systemError(error: Error): Error {
  return error.cause instanceof Error
    ? error.cause
    : Object.assign(new Error(error.message), { code: "ECONNRESET" });
}
