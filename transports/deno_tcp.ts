/** TCP by Deno's own sockets: loading `node:net` takes longer there than a query. Does not depend on DICOM. */
import {
  formatAddress,
  type Target,
  type Transport,
  type TransportInfo,
} from "../src/transport.ts";
import { PushedTransport } from "./read_queue.ts";
import { brokenError, connectError, errorCode } from "./socket_errors.ts";

/** The part of Deno that is used. */
export interface DenoTcp {
  connect(options: {
    readonly hostname: string;
    readonly port: number;
    readonly signal: AbortSignal;
  }): Promise<DenoSocket>;
}

/** The part of an open connection that is used. */
export interface DenoSocket {
  readonly localAddr: { readonly hostname: string; readonly port: number };
  /** Returns how many bytes came, `null` at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Returns how many bytes the system accepted. */
  write(bytes: Uint8Array): Promise<number>;
  setNoDelay(isOn: boolean): void;
  /** Ends our side. */
  closeWrite(): Promise<void>;
  /** Closes at once. */
  close(): void;
}

/**
 * Opens a connection; of a name with several addresses each is tried. Rejects with `TransportError`, or with the signal's reason.
 * Errors without a system code in Deno, such as an unknown host name, are left to `otherwise`.
 */
export async function openDenoTcp(
  deno: DenoTcp,
  target: Target,
  signal: AbortSignal,
  otherwise: () => Promise<Transport>,
): Promise<Transport> {
  const { host, port } = target;
  let socket: DenoSocket;
  try {
    socket = await deno.connect({ hostname: host, port, signal });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (errorCode(error) === "") return await otherwise();
    throw connectError(error, target);
  }
  return new DenoTransport(socket, formatAddress(host, port));
}

/** Bytes that are read at once. */
const CHUNK = 256 * 1024;

/** So few bytes are copied, and the memory that they were read into is used again: keeping them keeps no more memory than that. */
const FEW = CHUNK / 4;

class DenoTransport extends PushedTransport {
  readonly info: TransportInfo;
  readonly #socket: DenoSocket;
  /** Lets reading go on. */
  #resume: (() => void) | undefined;
  #isPaused = false;
  #isGone = false;

  constructor(socket: DenoSocket, peer: string) {
    super();
    this.#socket = socket;
    const { hostname, port } = socket.localAddr;
    this.info = { kind: "tcp", peer, local: formatAddress(hostname, port) };
    // DICOM asks and waits, which Nagle's algorithm and a delayed ACK turn into 40 ms each time.
    socket.setNoDelay(true);
    void this.#pump();
  }

  protected send(
    bytes: Uint8Array,
    done: () => void,
    fail: (error: unknown) => void,
  ): void {
    this.#writeAll(bytes).then(done, (error) => {
      this.#finish(this.#brokenError(error));
      fail(this.#brokenError(error));
    });
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.isWriting) {
      this.rejectWrite(this.#brokenError("closed during a write"));
      this.#release();
    } else if (this.incoming.end !== undefined) this.#release();
    else this.#socket.closeWrite().catch(() => this.#release());
    this.incoming.close(() => this.#release());
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.#socket.write(at === 0 ? bytes : bytes.subarray(at));
    }
  }

  /** Reads until the end, as fast as the queue accepts it. */
  async #pump(): Promise<void> {
    let buffer = new Uint8Array(CHUNK);
    try {
      while (!this.#isGone) {
        const count = await this.#socket.read(buffer);
        if (count === null) return this.#finish(null);
        if (count <= FEW) this.incoming.push(buffer.slice(0, count));
        else {
          this.incoming.push(buffer.subarray(0, count));
          buffer = new Uint8Array(CHUNK);
        }
        if (this.#isPaused) {
          await new Promise<void>((resolve) => this.#resume = resolve);
        }
      }
    } catch (error) {
      this.#finish(this.#brokenError(error));
    }
  }

  protected pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (isPaused) return;
    this.#resume?.();
    this.#resume = undefined;
  }

  /** The stream ended: `null` for cleanly. */
  #finish(end: ReturnType<typeof brokenError> | null): void {
    this.incoming.finish(end);
    if (end !== null) this.rejectWrite(this.incoming.end ?? end);
    if (this.isClosed) this.#release();
  }

  /** Gives the socket back to the system, which ends pending operations. */
  #release(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.pause(false);
    this.#socket.close();
    this.incoming.finish(this.#brokenError("closed unexpectedly"));
  }

  #brokenError(why: unknown): ReturnType<typeof brokenError> {
    const { peer } = this.info;
    return brokenError(peer, why instanceof Error ? why : String(why));
  }
}
