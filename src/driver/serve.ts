/** Runs one sans-I/O endpoint per accepted connection until stopped. Does not depend on any archive or command line. */
import type { Endpoint } from "../dimse/session.ts";
import { TransportError } from "../errors.ts";
import type { Listener, Transport } from "../transport.ts";
import {
  type Clock,
  Driver,
  LAST_WORDS_TIMEOUT,
  systemClock,
} from "./drive.ts";

/** An endpoint that can be ended from outside. */
export interface ServerEndpoint<Event> extends Endpoint<Event> {
  /** Ends the association at once. */
  abort(): void;
}

/** How to serve. */
export interface ServeOptions<Event> {
  /** Makes the endpoint of a connection; one for which `isFull` is to turn the client away. */
  readonly endpoint: (isFull: boolean) => ServerEndpoint<Event>;
  /** Told of everything that happens; `peer` names the connection. */
  readonly onEvent?: (event: Event, peer: string) => void;
  /** Told of connections that failed. */
  readonly onError?: (error: unknown, peer: string) => void;
  /** Stops the server: no new connections, and open associations are aborted. */
  readonly signal?: AbortSignal;
  /**
   * Most connections that are served at once; no limit when absent. A few more are accepted, only to be rejected for being too
   * many.
   */
  readonly maxAssociations?: number;
  /**
   * Milliseconds after which a connection is ended if its client neither completes a message nor reads the data sent to it, while
   * the endpoint has nothing to do for it. No limit when absent.
   */
  readonly idleTimeout?: number;
  /** The clock; the runtime's when absent. */
  readonly clock?: Clock;
}

/** Most connections that are rejected at the same time for being too many; any beyond that are closed without a message. */
const MAX_TURNED_AWAY = 64;

/** Serves one open connection until it closes. Never rejects: failures are reported to `onError`. */
export async function serveConnection<Event>(
  transport: Transport,
  options: ServeOptions<Event>,
  isFull = false,
): Promise<void> {
  try {
    await converse(transport, options, isFull);
  } catch (error) {
    options.onError?.(error, transport.info.peer);
  } finally {
    transport.close();
  }
}

async function converse<Event>(
  transport: Transport,
  options: ServeOptions<Event>,
  isFull: boolean,
): Promise<void> {
  const endpoint = options.endpoint(isFull);
  const { idleTimeout = Infinity } = options;
  const stop = () => {
    endpoint.abort();
    void driver.drain(LAST_WORDS_TIMEOUT).then(() => driver.close());
  };
  const onTimeout = () => {
    options.onError?.(
      new TransportError(
        "closed",
        `Closed because the client was idle for ${idleTimeout / 1000} s`,
      ),
      transport.info.peer,
    );
    stop();
  };
  const driver = new Driver(
    endpoint,
    transport,
    options.clock ?? systemClock,
    undefined,
    { timeout: idleTimeout, onTimeout },
  );
  options.signal?.addEventListener("abort", stop, { once: true });
  if (options.signal?.aborted) stop();
  try {
    while (true) {
      const event = await driver.next();
      if (event === undefined) break;
      options.onEvent?.(event, transport.info.peer);
    }
  } finally {
    options.signal?.removeEventListener("abort", stop);
    driver.close();
  }
}

/** Accepts connections, each served side by side, until the signal fires. */
export async function serve<Event>(
  listener: Listener,
  options: ServeOptions<Event>,
): Promise<void> {
  const stop = () => listener.close();
  options.signal?.addEventListener("abort", stop, { once: true });
  if (options.signal?.aborted) stop();
  const { maxAssociations = Infinity } = options;
  const connections = new Set<Promise<void>>();
  const turnedAway = new Set<Promise<void>>();
  for await (const transport of listener) {
    const isFull = connections.size >= maxAssociations;
    if (isFull && turnedAway.size >= MAX_TURNED_AWAY) {
      transport.close();
      continue;
    }
    const connection = serveConnection(transport, options, isFull);
    const among = isFull ? turnedAway : connections;
    among.add(connection);
    void connection.finally(() => among.delete(connection));
  }
  await Promise.all([...connections, ...turnedAway]);
}
