/**
 * DICOM over TLS (PS3.15 Annex B) with `node:tls`. The three runtimes bring three TLS libraries, which obey different options and
 * report different errors; so the peer is judged here, after the handshake and before the first byte of DICOM, by the same rules
 * everywhere: version, cipher suite, certificate. A connection that the runtime itself refuses stays refused.
 */
import { DEFAULT_PROFILE } from "../../src/security.ts";
import {
  advise,
  FindscuError,
  TimeoutError,
  TransportError,
} from "../../src/errors.ts";
import {
  type Connector,
  formatAddress,
  type Listener,
  type Target,
} from "../../src/transport.ts";
import {
  DICOM_PROBE,
  type ForeignProtocol,
  foreignProtocol,
  spokenProtocol,
  TLS_PROBE,
} from "../foreign.ts";
import {
  listen,
  openTcp,
  remoteAddress,
  socketListener,
  socketTransport,
  whenOpen,
} from "../node_socket.ts";
import { checkPort } from "../socket_errors.ts";
import { guarded } from "../guarded.ts";
import { tcpConnector } from "../tcp.ts";
import { TransportStream } from "../transport_stream.ts";
import {
  explainForeign,
  explainHandshake,
  type HandshakeFacts,
  openQuestion,
} from "./explain.ts";
import {
  checkOptions,
  hostToCheck,
  sharedSettings,
  type TlsOptions,
} from "./options.ts";
import { planSession } from "./plan.ts";
import { currentRuntime } from "./profiles.ts";
import { secured } from "./session.ts";
import {
  createServer as createTcpServer,
  isIP,
  type Server,
  type Socket,
} from "node:net";
import {
  connect,
  createServer,
  type TlsOptions as TlsServerOptions,
  type TLSSocket,
} from "node:tls";

/** The address a listener listens on, and the callback for refused peers. */
export interface TlsListenAddress {
  /** Address of this machine, `0.0.0.0` or `::` for all of them. */
  readonly host: string;
  /** 0 picks any free port. */
  readonly port: number;
  /** Told of each peer that was refused, and why. */
  readonly refused?: (error: FindscuError) => void;
}

/**
 * A connector for TLS. Throws `UsageError` or `TransportError` at once for settings that this runtime does not support or that
 * cannot work; connections reject with `TransportError` (`connect` below TLS, `tls` in it).
 */
export function tlsConnector(options: TlsOptions): Connector {
  const plan = planSession(options.profile ?? DEFAULT_PROFILE, options.ciphers);
  checkOptions(options);
  const settings = sharedSettings(options, plan);
  const again = options.again ?? (options.over ? undefined : tcpConnector());
  const over = options.over && guarded(options.over);
  return async (target, { signal }) => {
    checkPort(target.port);
    // The layer below TLS: the socket itself, or a stream of ours over whatever carries the bytes.
    const under = over === undefined
      ? await openTcp(target, signal, underlay)
      : new TransportStream(await over(target, { signal }));
    const wire = under instanceof TransportStream ? under : undefined;
    const name = options.serverName ??
      (isIP(target.host) ? false : target.host);
    let socket: TLSSocket | undefined;
    const { handshakeTimeout } = options;
    const late = handshakeTimeout === undefined
      ? undefined
      : AbortSignal.timeout(handshakeTimeout);
    const facts = (): HandshakeFacts => ({
      peer: formatAddress(target.host, target.port),
      runtime: currentRuntime(),
      plan,
      identified: options.credentials.identity !== undefined,
      received: under instanceof TransportStream
        ? under.byteCount
        : receivedBytes(under, socket),
    });
    try {
      socket = connect({
        ...settings,
        // The types allow only sockets, the runtimes accept any duplex stream.
        socket: under as Socket,
        ...(name === false ? {} : { servername: name }),
        // Names are compared by `secured`, where a stranger's certificate is explained.
        checkServerIdentity: () => undefined,
      });
      return await whenOpen(
        socket,
        "secureConnect",
        late === undefined ? signal : AbortSignal.any([signal, late]),
        (openSocket) =>
          secured(openSocket, options, {
            facts: facts(),
            peerRole: "server",
            host: hostToCheck(options, target),
            wire,
          }),
      );
    } catch (error) {
      under.destroy();
      if (signal.aborted) throw signal.reason;
      if (error instanceof FindscuError) throw error;
      if (late?.aborted && error === late.reason) {
        throw lateHandshake(target, handshakeTimeout!);
      }
      // A way there that knows better (a command that ended, a proxy) has the more precise words.
      if (isPrecise(wire?.failure)) throw wire.failure;
      throw await explainFailure(
        error,
        facts(),
        wire?.start,
        again &&
          ((probe) => spokenProtocol(again, target, probe, signal)),
      );
    }
  };
}

/** How long a client may take for its handshake, in milliseconds. */
const HANDSHAKE_TIMEOUT = 30_000;
/** Most handshakes at once: clients that only connect must not use up the sockets of the system. */
const MAX_HANDSHAKES = 256;

/** A listener for TLS. Rejects with `UsageError` or `TransportError`; single peers that fail are reported to `refused`. */
export async function tlsListener(
  options: TlsOptions,
  address: TlsListenAddress,
): Promise<Listener> {
  const plan = planSession(options.profile ?? DEFAULT_PROFILE, options.ciphers);
  checkOptions(options);
  const { identity } = options.credentials;
  if (identity === undefined) {
    throw new TransportError("tls", "A TLS server needs a certificate", {
      hint: "Give its private key and certificate",
    });
  }
  const settings = {
    ...sharedSettings(options, plan),
    requestCert: options.peer !== "ignore",
    noDelay: true,
    handshakeTimeout: options.handshakeTimeout ?? HANDSHAKE_TIMEOUT,
  };
  const wires = new WeakMap<Socket, TransportStream>();
  const factsOf = (socket: Socket): HandshakeFacts => ({
    peer: wires.get(socket)?.peer ?? remoteAddress(socket),
    runtime: currentRuntime(),
    plan,
    identified: true,
    received: undefined,
  });
  const refuse = (error: unknown) => {
    if (!(error instanceof FindscuError)) throw error;
    address.refused?.(error);
  };
  const onFailure = (error: Error, socket: Socket) => {
    refuse(explainHandshake(error, factsOf(socket)));
    socket.destroy();
  };
  const handshakes = new Set<Socket>();
  const begin = (socket: Socket) => {
    if (handshakes.size >= MAX_HANDSHAKES) return void socket.destroy();
    handshakes.add(socket);
    socket.once("close", () => handshakes.delete(socket));
  };
  const server = currentRuntime() === "Deno"
    ? wiredServer(settings, wires, onFailure)
    : createServer(settings).on("tlsClientError", onFailure);
  // Node.js has another object for the socket that is secure.
  if (currentRuntime() !== "Node.js") {
    server.prependListener("connection", begin);
    server.on(
      "secureConnection",
      (socket, tcp = socket) => handshakes.delete(tcp),
    );
  }
  await listen(server, address);
  return socketListener<TLSSocket>(server, "secureConnection", (socket) => {
    try {
      return secured(socket, options, {
        facts: factsOf(socket),
        peerRole: "client",
        host: undefined,
        wire: wires.get(socket),
      });
    } catch (error) {
      refuse(error);
      return undefined;
    }
  });
}

/**
 * A server whose connections run over wires. Each has a TLS server to itself, which never listens: so a finished handshake is known
 * to belong to its wire. It announces the sockets as a TLS server would.
 */
function wiredServer(
  settings: TlsServerOptions,
  wires: WeakMap<Socket, TransportStream>,
  onFailure: (error: Error, socket: Socket) => void,
): Server {
  const front = createTcpServer({ noDelay: true }, (tcp) => {
    if (tcp.destroyed) return;
    const wire = streamOver(tcp);
    const server = createServer(settings);
    server.on("tlsClientError", (error: Error, socket: TLSSocket) => {
      wires.set(socket, wire);
      onFailure(error, socket);
      wire.destroy();
    });
    server.once("secureConnection", (socket: TLSSocket) => {
      wires.set(socket, wire);
      front.emit("secureConnection", socket, tcp);
    });
    server.emit("connection", wire);
  });
  return front;
}

function lateHandshake(target: Target, time: number): TimeoutError {
  const peer = formatAddress(target.host, target.port);
  return new TimeoutError(
    `Timed out: waited ${time / 1000} s for the TLS handshake of "${peer}"`,
    "connect",
    {
      hint: advise(
        "Check that the port speaks DICOM over TLS; wait longer for a slow peer",
        "association-timeout",
      ),
    },
  );
}

/** The TCP socket, or the stream to put over it if the runtime's TLS would buffer without limit. */
function underlay(tcp: Socket): Socket | TransportStream {
  return currentRuntime() === "Deno" ? streamOver(tcp) : tcp;
}

function streamOver(tcp: Socket): TransportStream {
  return new TransportStream(
    socketTransport(tcp, { kind: "tcp", peer: remoteAddress(tcp) }),
  );
}

/** Whether an error says more than that the connection is closed. */
function isPrecise(error: Error | undefined): error is FindscuError {
  return error instanceof FindscuError && error.code !== "closed";
}

/** Bytes that came over the wire so far; some runtimes count on the one socket, some on the other. */
function receivedBytes(
  tcp: Socket,
  tls: TLSSocket | undefined,
): number | undefined {
  const count = Math.max(tcp.bytesRead ?? 0, tls?.bytesRead ?? 0);
  return count === 0 ? undefined : count;
}

/**
 * The sentence for a failed handshake. When the answer was not TLS at all, its first bytes identify it; if the runtime keeps
 * them to itself, or there were none, a second look at the target does, if there is one.
 */
async function explainFailure(
  error: unknown,
  facts: HandshakeFacts,
  start: Uint8Array | undefined,
  look: (probe: Uint8Array) => Promise<ForeignProtocol | undefined> = () =>
    Promise.resolve(undefined),
): Promise<TransportError> {
  const explained = explainHandshake(error, facts);
  const question = openQuestion(error);
  const protocol = question === "hung-up"
    ? await look(DICOM_PROBE)
    : question === undefined
    ? undefined
    : start === undefined
    ? await look(TLS_PROBE)
    : foreignProtocol(start);
  return protocol === undefined || protocol === "TLS"
    ? explained
    : explainForeign(protocol, facts, error);
}
