/** What came from a peer before anybody asked for it: chunks in, reads out. For sockets that push. Knows no socket and no DICOM. */
import type { FindscuError } from "../src/errors.ts";

/** Bytes kept for a reader that lags behind; beyond it the socket is paused, so that the peer feels the back-pressure. */
const READ_AHEAD = 256 * 1024;

/** Settles one pending `read`. */
interface Reader {
  resolve(chunk: Uint8Array | null): void;
  reject(error: unknown): void;
}

/** Chunks on their way from a socket to the one who reads. */
export class ReadQueue {
  readonly #pause: (paused: boolean) => void;
  /** Chunks that arrived before anybody asked for them. */
  readonly #chunks: Uint8Array[] = [];
  #buffered = 0;
  #isPaused = false;
  #reader: Reader | undefined;
  #end: FindscuError | null | undefined;
  #isClosed = false;

  /** @param pause stops the socket, or lets it go on */
  constructor(pause: (paused: boolean) => void) {
    this.#pause = pause;
  }

  /** How the stream ended: `null` cleanly, an error otherwise, undefined while it is open. */
  get end(): FindscuError | null | undefined {
    return this.#end;
  }

  /** Takes what arrived. */
  push(chunk: Uint8Array): void {
    if (this.#isClosed || chunk.length === 0) return;
    if (this.#reader !== undefined) return this.#settle(chunk);
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    if (this.#buffered >= READ_AHEAD && !this.#isPaused) this.#hold(true);
  }

  /** Nothing more arrives. The first end counts; what follows it (`close` after `error`) is its consequence. */
  finish(end: FindscuError | null): void {
    if (this.#end === undefined) this.#end = end;
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

  /** Drops what nobody asked for; a pending read ends. */
  close(): void {
    this.#isClosed = true;
    this.#chunks.length = 0;
    this.#buffered = 0;
    this.#settle(null);
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
