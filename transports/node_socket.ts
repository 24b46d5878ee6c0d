/**
 * Turns a socket of `node:net` or `node:tls` into a `Transport`, and a server into a `Listener`. Runs unchanged on Deno, Bun and
 * Node. It does not depend on DICOM, and on TLS only in that errors may need another explanation.
 */

import { connect, createServer, type Server, type Socket } from "node:net";
import { type FindscuError, messageOf, TransportError } from "../src/errors.ts";
import {
  formatAddress,
  type Listener,
  type Target,
  type Transport,
  type TransportInfo,
} from "../src/transport.ts";
import { tryEachAddress } from "./each_address.ts";
import { PushedTransport } from "./read_queue.ts";
import {
  brokenError,
  checkPort,
  connectError,
  errorCode,
  NoPeerError,
} from "./socket_errors.ts";

/** The functions by which a transport slows down a connection that does not slow down by itself. */
export interface Throttle {
  /** Stops reading bytes from the network. */
  hold(): void;
  /** Takes bytes from the network again. */
  release(): void;
  /** Resolves when the system has accepted all the bytes so far; rejects if it never will. */
  flushed(): Promise<void>;
}

/** The peculiarities of a socket. */
export interface SocketOptions {
  /**
   * Words for an error of the open socket; `undefined` for the usual ones. `null` says that the error is no failure but the
   * end of the stream, as when a TLS peer closes without saying so.
   */
  readonly explain?: (error: Error) => FindscuError | null | undefined;
  /** The functions that slow the connection down if the socket itself does not. */
  readonly throttle?: Throttle | undefined;
}

/** The local end of an open socket as `host:port`, or undefined if the system does not report it. */
export function localAddress(socket: Socket): string | undefined {
  const { localAddress: host, localPort: port } = socket;
  return host === undefined || port === undefined
    ? undefined
    : formatAddress(host, port);
}

/** The far end of an accepted socket as `host:port`. */
export function remoteAddress(socket: Socket): string {
  const { remoteAddress: host, remotePort: port } = socket;
  return host === undefined || port === undefined
    ? "unknown peer"
    : formatAddress(host, port);
}

/**
 * Waits until `event` says that the socket is open, and hands it to `use` in that very instant, so that nothing which happens next
 * goes unseen. Rejects with the socket's own error, which the caller explains, with what `use` throws, or with the signal's reason;
 * the socket is destroyed then.
 */
export function whenOpen<S extends Socket>(
  socket: S,
  event: "connect" | "secureConnect",
  signal: AbortSignal,
): Promise<S>;
export function whenOpen<S extends Socket, T>(
  socket: S,
  event: "connect" | "secureConnect",
  signal: AbortSignal,
  use: (socket: S) => T,
): Promise<T>;
export function whenOpen<S extends Socket>(
  socket: S,
  event: "connect" | "secureConnect",
  signal: AbortSignal,
  use: (socket: S) => unknown = (openSocket) => openSocket,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      signal.removeEventListener("abort", aborted);
      socket.removeListener(event, ready);
      socket.removeListener("close", closed);
    };
    const fail = (reason: unknown) => {
      settle();
      socket.destroy();
      reject(reason);
    };
    const ready = () => {
      if (event === "connect" && socket.remoteAddress === undefined) {
        return fail(new NoPeerError());
      }
      settle();
      try {
        resolve(use(socket));
      } catch (error) {
        fail(error);
      }
    };
    const aborted = () => fail(signal.reason);
    const closed = () =>
      fail(
        Object.assign(new Error("closed before it was open"), {
          code: "ECONNRESET",
        }),
      );
    // Stays for the life of the socket: an error without a listener would end the process.
    socket.on("error", fail);
    if (signal.aborted) return aborted();
    signal.addEventListener("abort", aborted, { once: true });
    socket.once(event, ready);
    socket.once("close", closed);
  });
}

/**
 * Opens a TCP connection and hands it to `use` at once; if a name has several addresses, each is tried unless the target requires
 * one family. Rejects with `TransportError`, or with the signal's reason.
 */
export function openTcp<T>(
  target: Target,
  signal: AbortSignal,
  use: (socket: Socket) => T,
): Promise<T> {
  return tryEachAddress(target, (host) => openOnce(host, target, signal, use));
}

async function openOnce<T>(
  host: string,
  target: Target,
  signal: AbortSignal,
  use: (socket: Socket) => T,
): Promise<T> {
  const socket = connect({
    host,
    port: target.port,
    noDelay: true,
    autoSelectFamily: target.family === undefined,
    ...(target.family !== undefined && { family: target.family }),
  });
  try {
    return await whenOpen(socket, "connect", signal, use);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw connectError(error, target);
  }
}

/** Makes a server listen. Port 0 picks any free one. Rejects with `TransportError`, or `UsageError` for an invalid port. */
export async function listen(
  server: Server,
  address: { readonly host: string; readonly port: number },
): Promise<void> {
  checkPort(address.port, 0);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, resolve);
  }).catch((cause: unknown) => {
    const place = formatAddress(address.host, address.port);
    const words = LISTEN_ERRORS[errorCode(cause)];
    const [what, hint] = words ?? [messageOf(cause), OWN_ADDRESS];
    throw new TransportError(
      "connect",
      `Cannot listen on "${place}": ${what}`,
      {
        cause,
        hint,
      },
    );
  });
}

const OWN_ADDRESS =
  "Give an address of this machine, or 0.0.0.0 for all of them";

// deno-fmt-ignore
const LISTEN_ERRORS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  EADDRINUSE: ["another program listens there", "Choose another port; 0 takes any free one"],
  EACCES: ["not allowed", "Ports below 1024 may need more rights: choose a higher one"],
  EADDRNOTAVAIL: ["this machine does not have the address", OWN_ADDRESS],
  ENOTFOUND: ["unknown host", OWN_ADDRESS],
};

/**
 * A `Transport` over an open socket. Disables Nagle's algorithm: DICOM exchanges small messages and waits for the answer,
 * which otherwise costs a delayed ACK (40 ms) each time. The socket belongs to the transport from here on.
 */
export function socketTransport(
  socket: Socket,
  info: TransportInfo,
  options: SocketOptions = {},
): Transport {
  return new SocketTransport(socket, info, options);
}

class SocketTransport extends PushedTransport {
  readonly info: TransportInfo;
  readonly #socket: Socket;
  readonly #explain: SocketOptions["explain"];
  readonly #throttle: Throttle | undefined;

  constructor(socket: Socket, info: TransportInfo, options: SocketOptions) {
    super();
    this.info = info;
    this.#socket = socket;
    this.#explain = options.explain;
    this.#throttle = options.throttle;
    socket.setNoDelay(true);
    socket.on("error", (error) => this.#finish(this.#translate(error)));
    socket.on("end", () => this.#finish(null));
    socket.on(
      "close",
      () => this.#finish(this.#brokenError("closed unexpectedly")),
    );
    // Without the methods of Buffer, whose `slice` means something else.
    socket.on(
      "data",
      ({ buffer, byteOffset, length }: Uint8Array) =>
        this.incoming.push(new Uint8Array(buffer, byteOffset, length)),
    );
    if (socket.destroyed) {
      const { errored } = socket;
      this.#finish(
        errored instanceof Error
          ? this.#translate(errored)
          : this.#brokenError("closed unexpectedly"),
      );
    }
  }

  protected send(
    bytes: Uint8Array,
    done: () => void,
    reject: (error: unknown) => void,
  ): void {
    if (bytes.length === 0) return done();
    const fail = (error: Error) =>
      reject(this.#translate(error) ?? this.#brokenError("already closed"));
    // The callback may never come once the socket is destroyed; #finish and close() reject then.
    this.#socket.write(bytes, (error) => {
      if (error !== null && error !== undefined) fail(error);
      else if (this.#throttle === undefined) done();
      else this.#throttle.flushed().then(done, fail);
    });
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.isWriting) {
      this.rejectWrite(this.#brokenError("closed during a write"));
      this.#socket.destroy();
    } else if (this.incoming.end !== undefined) {
      // Flushes written data, with the TLS close notification.
      this.#socket.destroySoon();
    } else this.#socket.end();
    this.incoming.close(() => this.#socket.destroy());
  }

  protected pause(isPaused: boolean): void {
    if (this.#throttle === undefined) {
      if (isPaused) this.#socket.pause();
      else this.#socket.resume();
    } else if (isPaused) this.#throttle.hold();
    else this.#throttle.release();
  }

  #finish(end: FindscuError | null): void {
    this.incoming.finish(end);
    if (this.isClosed) this.#socket.destroySoon();
    if (end !== null) this.rejectWrite(this.incoming.end ?? end);
  }

  #translate(error: Error): FindscuError | null {
    const explained = this.#explain?.(error);
    if (explained !== undefined) return explained;
    return brokenError(this.info.peer, error);
  }

  #brokenError(what: string): TransportError {
    return brokenError(this.info.peer, what);
  }
}

/**
 * A `Listener` over a server that is listening already. `event` is the server's event for a ready socket; `accept` wraps each, or
 * returns undefined to refuse it (the socket is destroyed). Connections wait, unread, until the iterator fetches them.
 */
export function socketListener<S extends Socket>(
  server: Server,
  event: "connection" | "secureConnection",
  accept: (socket: S) => Transport | undefined,
): Listener {
  const queue: Transport[] = [];
  const askers: ((result: IteratorResult<Transport>) => void)[] = [];
  let open = true;
  const done: IteratorResult<Transport> = { done: true, value: undefined };
  server.on(event, (socket: S) => {
    const transport = open ? accept(socket) : undefined;
    if (transport === undefined) {
      socket.destroy();
      return;
    }
    const asker = askers.shift();
    if (asker === undefined) queue.push(transport);
    else asker({ done: false, value: transport });
  });
  const close = () => {
    if (!open) return;
    open = false;
    server.close();
    for (const asker of askers.splice(0)) asker(done);
    for (const transport of queue.splice(0)) transport.close();
  };
  const bound = server.address();
  if (bound === null || typeof bound === "string") {
    throw new TypeError("The server does not listen on a TCP port");
  }
  return {
    address: { host: bound.address, port: bound.port },
    close,
    [Symbol.asyncIterator]: () => ({
      next: () => {
        const transport = queue.shift();
        if (transport !== undefined) {
          return Promise.resolve({ done: false, value: transport });
        }
        if (!open) return Promise.resolve(done);
        return new Promise((resolve) => askers.push(resolve));
      },
      return: () => {
        close();
        return Promise.resolve(done);
      },
    }),
  };
}

/** Opens a connection. Rejects with `TransportError`, or with the signal's reason. */
export function openNodeTcp(
  target: Target,
  signal: AbortSignal,
): Promise<Transport> {
  return openTcp(target, signal, (socket) => {
    const local = localAddress(socket);
    return socketTransport(socket, {
      kind: "tcp",
      peer: formatAddress(target.host, target.port),
      ...(local !== undefined && { local }),
    });
  });
}

/** Listens. Port 0 picks any free one. Rejects with `TransportError`. */
export async function listenNodeTcp(
  address: { readonly host: string; readonly port: number },
): Promise<Listener> {
  const server = createServer({ noDelay: true });
  await listen(server, address);
  return socketListener(
    server,
    "connection",
    (socket) =>
      socketTransport(socket, { kind: "tcp", peer: remoteAddress(socket) }),
  );
}
