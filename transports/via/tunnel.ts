/**
 * The part shared by all proxies: a connection to the proxy, a conversation about the peer that is wanted, and from then on the
 * peer's bytes. Does not depend on any proxy's language or DICOM.
 */
import { FindscuError, type Hint, TransportError } from "../../src/errors.ts";
import {
  type Connector,
  formatAddress,
  type Target,
  type Transport,
} from "../../src/transport.ts";
import { type ForeignProtocol, spokenProtocol } from "../foreign.ts";
import { brokenError, checkPort } from "../socket_errors.ts";
import { guarded } from "../guarded.ts";
import { tcpConnector } from "../tcp.ts";

/** The credentials for a proxy that requires them. */
export interface Login {
  /** User name, at most 255 bytes of UTF-8 for SOCKS5 (RFC 1929). */
  readonly user: string;
  /** Password, with the same limit. */
  readonly password: string;
}

/** A proxy, and the way to it. */
export interface ProxyOptions {
  /** Host name or IP address, without brackets. */
  readonly host: string;
  /** TCP port, 1..65535. */
  readonly port: number;
  /** Absent if the proxy is sent no credentials. */
  readonly login?: Login;
  /** The connector to the proxy; TCP if absent. */
  readonly over?: Connector;
}

/** How one kind of proxy is spoken to. */
export interface ProxyKind {
  /** Kind of the transports that come of it. */
  readonly kind: string;
  /** Its usual name. */
  readonly name: string;
  /** Has the proxy connect to the peer. Throws the error of `Conversation.refusal`. */
  readonly ask: (
    conversation: Conversation,
    target: Target,
    login: Login | undefined,
  ) => Promise<void>;
}

/** How long a proxy may keep silent at first before it is looked at a second time, in milliseconds. */
const PATIENCE = 1_500;

/** The words before the tunnel opens: sends, and reads exactly as much as is wanted. */
export class Conversation {
  readonly #transport: Transport;
  readonly #place: string;
  readonly #look: (
    probe: Uint8Array,
  ) => Promise<ForeignProtocol | undefined>;
  #rest: Uint8Array = new Uint8Array(0);

  /**
   * @param place the proxy and the peer, as messages name them
   * @param look finds out with a second connection which protocol the proxy speaks
   */
  constructor(
    transport: Transport,
    place: string,
    look: (probe: Uint8Array) => Promise<ForeignProtocol | undefined>,
  ) {
    this.#transport = transport;
    this.#place = place;
    this.#look = look;
  }

  /** Received bytes that were not read yet. */
  get rest(): Uint8Array {
    return this.#rest;
  }

  /** Sends. */
  async send(bytes: Uint8Array): Promise<void> {
    await this.#whileOpen(() => this.#transport.write(bytes));
  }

  /** The next bytes, in the requested number. */
  async take(length: number): Promise<Uint8Array> {
    while (this.#rest.length < length) await this.#more();
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return bytes;
  }

  /**
   * The same for the first answer. A proxy that waits for more is looked at a second time; `judge` names a violation of its protocol.
   */
  async takeFirst(
    length: number,
    probe: Uint8Array,
    judge: (protocol: ForeignProtocol) => TransportError | undefined,
  ): Promise<Uint8Array> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const suspicion = new Promise<never>((_, reject) => {
      timer = setTimeout(async () => {
        const protocol = await this.#look(probe);
        const violation = protocol && judge(protocol);
        if (violation !== undefined) reject(violation);
      }, PATIENCE);
    });
    try {
      return await Promise.race([this.take(length), suspicion]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Everything up to an end that `find` sees: it returns the start of the next item, or -1 as long as more is to come. */
  async takeUntil(find: (bytes: Uint8Array) => number): Promise<Uint8Array> {
    let end: number;
    while ((end = find(this.#rest)) < 0) await this.#more();
    return await this.take(end);
  }

  /** The error for a proxy that refuses the request. */
  refusal(what: string, hint?: Hint): TransportError {
    return new TransportError(
      "connect",
      `Cannot connect to ${this.#place}: ${what}`,
      { hint },
    );
  }

  async #more(): Promise<void> {
    const chunk = await this.#whileOpen(() => this.#transport.read());
    if (chunk === null) throw this.#gone();
    const all = new Uint8Array(this.#rest.length + chunk.length);
    all.set(this.#rest);
    all.set(chunk, this.#rest.length);
    this.#rest = all;
  }

  async #whileOpen<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (error instanceof FindscuError && error.code === "closed") {
        throw this.#gone();
      }
      throw error;
    }
  }

  #gone(): TransportError {
    return this.refusal(
      "the proxy closed the connection during the handshake",
      "Check that it is a proxy of this kind, and check its log",
    );
  }
}

/**
 * A connector through a proxy: names are resolved there. Throws `UsageError` for an invalid port; rejects with `TransportError`, or
 * with the signal's reason.
 */
export function proxyConnector(
  { kind, name, ask }: ProxyKind,
  proxy: ProxyOptions,
): Connector {
  const { host, port, login } = proxy;
  const over = proxy.over ? guarded(proxy.over) : tcpConnector();
  checkPort(port);
  const address = formatAddress(host, port);
  return async (target, { signal }) => {
    const peer = formatAddress(target.host, target.port);
    const transport = await reach(
      over,
      { ...target, host, port },
      `${name} "${address}"`,
      signal,
    );
    const conversation = new Conversation(
      transport,
      `"${peer}" through the ${name} "${address}"`,
      (probe) => spokenProtocol(over, { ...target, host, port }, probe, signal),
    );
    const stop = () => transport.close();
    signal.addEventListener("abort", stop, { once: true });
    try {
      signal.throwIfAborted();
      await ask(conversation, target, login);
      signal.throwIfAborted();
    } catch (error) {
      transport.close();
      if (signal.aborted) throw signal.reason;
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
    return new Tunnel(transport, { kind, peer }, conversation.rest);
  };
}

/** Opens the connection to the proxy. */
async function reach(
  over: Connector,
  proxy: Target,
  name: string,
  signal: AbortSignal,
): Promise<Transport> {
  try {
    return await over(proxy, { signal });
  } catch (error) {
    if (!(error instanceof TransportError) || signal.aborted) throw error;
    throw new TransportError(
      "connect",
      `The ${name} cannot be reached: ${error.message}`,
      {
        cause: error.cause ?? error,
        hint: "Check the address of the proxy, and that it is running",
      },
    );
  }
}

/** The peer's bytes: at first those that came with the proxy's last words. */
class Tunnel implements Transport {
  readonly info: Transport["info"];
  readonly #transport: Transport;
  #rest: Uint8Array;
  #isClosed = false;

  constructor(
    transport: Transport,
    info: { readonly kind: string; readonly peer: string },
    rest: Uint8Array,
  ) {
    const { local } = transport.info;
    this.info = { ...info, ...(local !== undefined && { local }) };
    this.#transport = transport;
    this.#rest = rest;
  }

  read(): Promise<Uint8Array | null> {
    const rest = this.#rest;
    if (rest.length === 0 || this.#isClosed) {
      return this.#withName(this.#transport.read());
    }
    this.#rest = new Uint8Array(0);
    return Promise.resolve(rest);
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#withName(this.#transport.write(bytes));
  }

  close(): void {
    this.#isClosed = true;
    this.#transport.close();
  }

  /** A connection that breaks counts as broken by the peer, since its cause cannot be seen. */
  #withName<T>(result: Promise<T>): Promise<T> {
    return result.catch((error: unknown) => {
      if (!(error instanceof FindscuError) || error.code !== "closed") {
        throw error;
      }
      throw error.cause instanceof Error
        ? brokenError(this.info.peer, error.cause)
        : error;
    });
  }
}
