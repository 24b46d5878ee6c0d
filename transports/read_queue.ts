/**
 * Data from a peer that arrived before it was read: chunks in, reads out; and what all transports have in common whose sockets
 * push. Does not depend on any socket or DICOM.
 */
import type { FindscuError } from "../src/errors.ts";
import { startTimer } from "../src/timer.ts";
import type { Transport, TransportInfo } from "../src/transport.ts";
import { brokenError } from "./socket_errors.ts";

/** Bytes kept for a slow reader; beyond that the socket is paused, so that the peer feels the back-pressure. */
const READ_AHEAD = 256 * 1024;

/** How long a connection that was closed here waits for the peer to close it, too, in milliseconds. */
const LINGERING_TIME = 1_000;

/** How much is read meanwhile, in bytes: a peer that sends more is to notice that nothing is read. */
const LINGERING_BYTES = 1024 * 1024;

/** Settles one pending `read`. */
interface Reader {
  resolve(chunk: Uint8Array | null): void;
  reject(error: unknown): void;
}

/** Chunks in transit from a socket to the reader. */
class ReadQueue {
  readonly #pause: (paused: boolean) => void;
  /** Chunks that arrived before they were read. */
  readonly #chunks: Uint8Array[] = [];
  #buffered = 0;
  #isPaused = false;
  #reader: Reader | undefined;
  #end: FindscuError | null | undefined;
  #isClosed = false;
  #stopLingering: (() => void) | undefined;
  #dropped = 0;

  /** @param pause stops the socket, or lets it go on */
  constructor(pause: (paused: boolean) => void) {
    this.#pause = pause;
  }

  /** How the stream ended: `null` cleanly, an error otherwise, undefined while it is open. */
  get end(): FindscuError | null | undefined {
    return this.#end;
  }

  /** Receives data that arrived. */
  push(chunk: Uint8Array): void {
    if (this.#isClosed) return this.#drop(chunk);
    if (chunk.length === 0) return;
    if (this.#reader !== undefined) return this.#settle(chunk);
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    if (this.#buffered >= READ_AHEAD && !this.#isPaused) this.#hold(true);
  }

  /** Nothing more arrives. The first end counts; a later one (`close` after `error`) is its consequence. */
  finish(end: FindscuError | null): void {
    if (this.#end === undefined) this.#end = end;
    this.#stopLingering?.();
    if (this.#reader === undefined) return;
    if (this.#end === null) return this.#settle(null);
    const reader = this.#reader;
    this.#reader = undefined;
    reader.reject(this.#end);
  }

  /** The next chunk, see `Transport`. */
  read(): Promise<Uint8Array | null> {
    if (this.#reader !== undefined) {
      return Promise.reject(new TypeError("A read is already pending"));
    }
    if (this.#isClosed) return Promise.resolve(null);
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#buffered -= chunk.length;
      if (this.#buffered === 0 && this.#isPaused) this.#hold(false);
      return Promise.resolve(chunk);
    }
    if (this.#end === null) return Promise.resolve(null);
    if (this.#end !== undefined) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  /**
   * Drops unread data; a pending read ends. The socket is still read, and new data is dropped: a system that holds
   * unread bytes when a connection is closed resets it, and the last written data is lost with that (RFC 2525 2.17). `giveUp` is
   * called when the peer does not close its side in time.
   */
  close(giveUp: () => void): void {
    this.#isClosed = true;
    this.#chunks.length = 0;
    this.#buffered = 0;
    this.#settle(null);
    if (this.#end !== undefined) return;
    if (this.#isPaused) this.#hold(false);
    this.#stopLingering = startTimer(LINGERING_TIME, giveUp);
  }

  #drop(chunk: Uint8Array): void {
    this.#dropped += chunk.length;
    if (this.#dropped > LINGERING_BYTES && !this.#isPaused) this.#hold(true);
  }

  #hold(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#pause(isPaused);
  }

  #settle(chunk: Uint8Array | null): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.resolve(chunk);
  }
}

/** A transport that is given what arrives, and writes one piece at a time. */
export abstract class PushedTransport implements Transport {
  abstract readonly info: TransportInfo;
  /** The bytes that arrived. */
  protected readonly incoming = new ReadQueue((isPaused) =>
    this.pause(isPaused)
  );
  /** Whether `close` was called. */
  protected isClosed = false;
  #failWrite: ((error: unknown) => void) | undefined;

  /** Stops the socket, or lets it go on. */
  protected abstract pause(isPaused: boolean): void;

  /** Writes the bytes, and reports the outcome unless `rejectWrite` did so. */
  protected abstract send(
    bytes: Uint8Array,
    done: () => void,
    fail: (error: unknown) => void,
  ): void;

  abstract close(): void;

  read(): Promise<Uint8Array | null> {
    return this.incoming.read();
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.isWriting) {
      return Promise.reject(new TypeError("A write is already pending"));
    }
    if (this.isClosed) {
      return Promise.reject(brokenError(this.info.peer, "already closed"));
    }
    if (this.incoming.end) return Promise.reject(this.incoming.end);
    return new Promise((resolve, reject) => {
      this.#failWrite = reject;
      const done = () => {
        this.#failWrite = undefined;
        resolve();
      };
      this.send(bytes, done, (error) => this.rejectWrite(error));
    });
  }

  /** Whether a write is not over. */
  protected get isWriting(): boolean {
    return this.#failWrite !== undefined;
  }

  /** Ends the write that is not over. */
  protected rejectWrite(error: unknown): void {
    const fail = this.#failWrite;
    this.#failWrite = undefined;
    fail?.(error);
  }
}
