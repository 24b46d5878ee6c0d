/**
 * A connection without a network: two transports, each of which reads the other's output. Can be made slow, cut into small
 * chunks, or cut off, for demonstrations and tests. Does not depend on DICOM.
 */
import { TransportError } from "../src/errors.ts";
import type { Transport, TransportInfo } from "../src/transport.ts";

/** How the connection misbehaves; it is perfect when nothing is said. */
export interface MockOptions {
  /** Milliseconds from each write to its arrival. */
  readonly latency?: number;
  /** Largest chunk that `read` answers with, in bytes. */
  readonly chunkSize?: number;
  /** The second end's bytes stop after this many, and the connection breaks. */
  readonly cutAfter?: number;
  /** Name for messages. */
  readonly name?: string;
  /** Waits for this number of milliseconds; by a timer of the runtime when absent. */
  readonly delay?: (milliseconds: number) => Promise<void>;
}

/** Bytes that may be written ahead of the reader before `write` waits. */
const HIGH_WATER = 256 * 1024;

/** One direction of the connection. */
class Pipe {
  readonly #latency: number;
  readonly #delay: (milliseconds: number) => Promise<void>;
  readonly #chunkSize: number;
  #bytesLeft: number;
  readonly #chunks: Uint8Array[] = [];
  #buffered = 0;
  #inFlight: Promise<void> = Promise.resolve();
  #ended = false;
  #failure: Error | undefined;
  /** The writing end closed while a write was waiting. */
  #givenUp = false;
  #reader: (() => void) | undefined;
  #writer: (() => void) | undefined;

  constructor(options: MockOptions, cutAfter: number) {
    this.#latency = options.latency ?? 0;
    this.#delay = options.delay ?? delay;
    this.#chunkSize = options.chunkSize ?? Infinity;
    this.#bytesLeft = cutAfter;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#ended) throw closed();
    const copy = bytes.slice(0, Math.max(0, this.#bytesLeft));
    this.#bytesLeft -= bytes.length;
    this.#buffered += copy.length;
    if (this.#latency > 0) {
      const arrival = this.#delay(this.#latency);
      this.#inFlight = this.#inFlight.then(() => arrival).then(() =>
        this.#arrive(copy)
      );
    } else this.#arrive(copy);
    while (this.#buffered > HIGH_WATER && !this.#ended) {
      await new Promise<void>((resolve) => this.#writer = resolve);
      if (this.#givenUp) throw closed();
    }
  }

  async read(): Promise<Uint8Array | null> {
    while (true) {
      const chunk = this.#chunks[0];
      if (chunk !== undefined) {
        const part = chunk.subarray(0, this.#chunkSize);
        if (part.length === chunk.length) this.#chunks.shift();
        else this.#chunks[0] = chunk.subarray(part.length);
        this.#buffered -= part.length;
        this.#wakeWriter();
        return part;
      }
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return null;
      await new Promise<void>((resolve) => this.#reader = resolve);
    }
  }

  /** The writing end closed: the reader gets the data in transit, then the end. */
  end(): void {
    this.#givenUp = true;
    this.#inFlight = this.#inFlight.then(() => {
      this.#ended = true;
      this.#wakeReader();
    });
    this.#wakeWriter();
  }

  /** The connection breaks: the reader gets the data in transit, then the error. */
  break(error: Error): void {
    this.#inFlight = this.#inFlight.then(() => {
      this.#failure = error;
      this.#wakeReader();
    });
  }

  /** The reading end closed: nothing is kept, writers are notified. */
  stop(): void {
    this.#ended = true;
    this.#chunks.length = 0;
    this.#buffered = 0;
    this.#wakeReader();
    this.#wakeWriter();
  }

  #arrive(bytes: Uint8Array): void {
    if (this.#ended) return;
    if (bytes.length > 0) this.#chunks.push(bytes);
    if (this.#bytesLeft < 0) {
      this.#failure = new TransportError(
        "closed",
        "The connection was cut by the mock transport",
      );
    }
    this.#wakeReader();
  }

  #wakeReader(): void {
    const wake = this.#reader;
    this.#reader = undefined;
    wake?.();
  }

  #wakeWriter(): void {
    const wake = this.#writer;
    this.#writer = undefined;
    wake?.();
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function closed(): TransportError {
  return new TransportError("closed", "The peer closed the connection");
}

/** The second end of a mock connection: the code that plays the peer may know more of its failure than a network would report. */
export interface BreakableTransport extends Transport {
  /** Ends the connection; the other end's reads reject with this error once they have read all written data. */
  break(error: Error): void;
}

class MockTransport implements BreakableTransport {
  readonly info: TransportInfo;
  readonly #incoming: Pipe;
  readonly #outgoing: Pipe;
  #closed = false;

  constructor(info: TransportInfo, incoming: Pipe, outgoing: Pipe) {
    this.info = info;
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  read(): Promise<Uint8Array | null> {
    return this.#closed ? Promise.resolve(null) : this.#incoming.read();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#closed) throw closed();
    await this.#outgoing.write(bytes);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#incoming.stop();
    this.#outgoing.end();
  }

  break(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#incoming.stop();
    this.#outgoing.break(error);
  }
}

/** Two connected transports: the client's and the server's. `cutAfter` counts the server's bytes. */
export function mockPair(
  options: MockOptions = {},
): [client: Transport, server: BreakableTransport] {
  const toServer = new Pipe(options, Infinity);
  const toClient = new Pipe(options, options.cutAfter ?? Infinity);
  const peer = `mock:${options.name ?? ""}`;
  return [
    new MockTransport({ kind: "mock", peer }, toClient, toServer),
    new MockTransport({ kind: "mock", peer: "client" }, toServer, toClient),
  ];
}
