/** Ports without sockets: what connects to one gets one end of a connection in memory, and its listener the other. */
import { mockPair } from "../../transports/mock.ts";
import { connectError } from "../../transports/socket_errors.ts";
import type {
  Connector,
  Listener,
  Target,
  Transport,
} from "../../src/transport.ts";

/** The host that is there; all others are unknown. */
const HOST = "127.0.0.1";

/** Where tests listen and command lines in memory connect to. */
export class FakeNetwork {
  readonly #listeners = new Map<number, FakeListener>();
  #lastPort = 11_111;

  /** Listens on a port, or on any free one for 0. */
  listen(port = 0): Listener {
    const chosen = port === 0 ? ++this.#lastPort : port;
    const listener = new FakeListener(
      chosen,
      () => this.#listeners.delete(chosen),
    );
    this.#listeners.set(chosen, listener);
    return listener;
  }

  /** Connects as TCP would; rejects with the same errors. */
  readonly connect: Connector = async (target, { signal }) => {
    signal.throwIfAborted();
    const listener = target.host === HOST
      ? this.#listeners.get(target.port)
      : undefined;
    if (listener === undefined) {
      const code = target.host === HOST ? "ECONNREFUSED" : "ENOTFOUND";
      throw connectError(Object.assign(new Error(code), { code }), target);
    }
    return await Promise.resolve(listener.accept(target));
  };
}

/** The network of all tests of a file: ports are given once. */
export const NETWORK = new FakeNetwork();

class FakeListener implements Listener {
  readonly address: { readonly host: string; readonly port: number };
  readonly #onClose: () => void;
  readonly #waiting: Transport[] = [];
  #isClosed = false;
  #wake = () => {};

  constructor(port: number, onClose: () => void) {
    this.address = { host: HOST, port };
    this.#onClose = onClose;
  }

  accept(target: Target): Transport {
    const [client, server] = mockPair({ name: "network" });
    this.#waiting.push(server);
    this.#wake();
    return {
      read: () => client.read(),
      write: (bytes) => client.write(bytes),
      close: () => client.close(),
      info: { kind: "tcp", peer: `${target.host}:${target.port}` },
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#onClose();
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Transport> {
    while (true) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else if (this.#isClosed) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}
