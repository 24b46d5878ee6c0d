/**
 * TCP by Bun's own sockets: they open in a tenth of the time that `node:net` takes there, which loads a stream library first. Does
 * not depend on DICOM.
 */
import {
  formatAddress,
  type Target,
  type Transport,
  type TransportInfo,
} from "../src/transport.ts";
import { type AddressLookup, tryEachAddress } from "./each_address.ts";
import { PushedTransport } from "./read_queue.ts";
import { brokenError, connectError, NoPeerError } from "./socket_errors.ts";

/** The part of Bun that is used. */
export interface BunTcp {
  connect(options: {
    readonly hostname: string;
    readonly port: number;
    readonly socket: BunHandlers;
  }): Promise<unknown>;
}

interface BunSocket {
  readonly localAddress: string;
  readonly remoteAddress: string | undefined;
  readonly localPort: number;
  /** Returns how many bytes the system accepted; `drain` follows when it accepts more. Negative when the socket is closed. */
  write(bytes: Uint8Array): number;
  setNoDelay(isOn: boolean): unknown;
  pause(): void;
  resume(): void;
  /** Ends our side after all written bytes. */
  shutdown(): void;
  /** Closes at once. */
  terminate(): void;
}

interface BunHandlers {
  readonly binaryType: "uint8array";
  open(socket: BunSocket): void;
  data(socket: BunSocket, chunk: Uint8Array): void;
  drain(socket: BunSocket): void;
  /** The peer closed its side; Bun closes ours. */
  end(socket: BunSocket): void;
  close(socket: BunSocket, error?: Error): void;
  error(socket: BunSocket, error: Error): void;
}

/**
 * Opens a connection; of a name with several addresses each is tried. Rejects with `TransportError`, or with the signal's reason:
 * an attempt under way cannot be called off, and is closed should it come to something.
 */
export function openBunTcp(
  bun: BunTcp,
  target: Target,
  signal: AbortSignal,
  lookup?: AddressLookup,
): Promise<Transport> {
  return tryEachAddress(
    target,
    (host) => openOnce(bun, target, host, signal),
    lookup,
  );
}

/** Tries a host name as Bun resolves it, or one of its addresses. */
function openOnce(
  bun: BunTcp,
  target: Target,
  hostname: string,
  signal: AbortSignal,
): Promise<Transport> {
  const { host, port } = target;
  return new Promise((resolve, reject) => {
    let transport: BunTransport | undefined;
    const aborted = () => reject(signal.reason);
    if (signal.aborted) return aborted();
    signal.addEventListener("abort", aborted, { once: true });
    // Host names that Bun does not even try make it throw.
    Promise.try(() =>
      bun.connect({
        hostname,
        port,
        socket: {
          binaryType: "uint8array",
          open(socket) {
            if (signal.aborted) return socket.terminate();
            signal.removeEventListener("abort", aborted);
            if (socket.remoteAddress === undefined) {
              socket.terminate();
              return reject(connectError(new NoPeerError(), target));
            }
            transport = new BunTransport(socket, formatAddress(host, port));
            resolve(transport);
          },
          data: (_, chunk) => transport?.arrived(chunk),
          drain: () => transport?.drained(),
          end: () => transport?.ended(null),
          error: (_, error) => transport?.ended(error),
          close: (_, error) => transport?.ended(error ?? "closed unexpectedly"),
        },
      })
    ).catch((error: unknown) => {
      signal.removeEventListener("abort", aborted);
      reject(connectError(error, target));
    });
  });
}

class BunTransport extends PushedTransport {
  readonly info: TransportInfo;
  readonly #socket: BunSocket;
  /** Bytes of the write that is not over which the system has not accepted yet. */
  #bytes = new Uint8Array(0);
  #done = () => {};

  constructor(socket: BunSocket, peer: string) {
    super();
    this.#socket = socket;
    const local = formatAddress(socket.localAddress, socket.localPort);
    this.info = { kind: "tcp", peer, local };
    // DICOM asks and waits, which Nagle's algorithm and a delayed ACK turn into 40 ms each time.
    socket.setNoDelay(true);
  }

  protected pause(isPaused: boolean): void {
    if (isPaused) this.#socket.pause();
    else this.#socket.resume();
  }

  protected send(bytes: Uint8Array<ArrayBuffer>, done: () => void): void {
    this.#bytes = bytes;
    this.#done = done;
    this.drained();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.isWriting) {
      this.#fail("closed during a write");
      this.#socket.terminate();
    } else this.#socket.shutdown();
    this.incoming.close(() => this.#socket.terminate());
  }

  /** Receives data. */
  arrived(chunk: Uint8Array): void {
    this.incoming.push(chunk);
  }

  /** The system accepts bytes (again). */
  drained(): void {
    if (!this.isWriting) return;
    const { length } = this.#bytes;
    const byteCount = length === 0 ? 0 : this.#socket.write(this.#bytes);
    if (byteCount < 0) return this.#fail("the peer no longer listens");
    if (byteCount < length) this.#bytes = this.#bytes.subarray(byteCount);
    else this.#done();
  }

  /** The stream ended: `null` for cleanly. */
  ended(why: Error | string | null): void {
    this.incoming.finish(
      why === null ? null : brokenError(this.info.peer, why),
    );
    if (why !== null) this.#fail(why);
  }

  #fail(why: Error | string): void {
    this.rejectWrite(this.incoming.end ?? brokenError(this.info.peer, why));
  }
}
