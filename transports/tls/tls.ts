/**
 * DICOM over TLS (PS3.15 Annex B) with `node:tls`. The three runtimes bring three TLS libraries, which obey different options and
 * report different errors; so the peer is judged here, after the handshake and before the first byte of DICOM, by the same rules
 * everywhere: version, cipher suite, certificate. What the runtime refuses on its own stays refused.
 */

import {
  createServer as createTcpServer,
  isIP,
  type Server,
  type Socket,
} from "node:net";
import {
  connect,
  type ConnectionOptions,
  createServer,
  type DetailedPeerCertificate,
  type TlsOptions as TlsServerOptions,
  type TLSSocket,
} from "node:tls";
import {
  advise,
  FindscuError,
  type Hint,
  TimeoutError,
  TransportError,
} from "../../src/errors.ts";
import type {
  Connector,
  Listener,
  Target,
  Transport,
} from "../../src/transport.ts";
import { Certificate } from "./certificate.ts";
import { type Credentials, dateText, expiryNotice } from "./credentials.ts";
import {
  explainFault,
  explainHandshake,
  explainOpen,
  type HandshakeFacts,
  versionText,
} from "./explain.ts";
import { explainFailure } from "./handshake_failure.ts";
import { spokenProtocol } from "../foreign.ts";
import { tcpConnector } from "../tcp.ts";
import {
  listen,
  localAddress,
  openTcp,
  remoteAddress,
  socketListener,
  socketTransport,
  whenOpen,
} from "../node_socket.ts";
import { toPem } from "./pem.ts";
import { DEFAULT_PROFILE, type ProfileId } from "./profiles.ts";
import { currentRuntime } from "./runtime.ts";
import { ianaName, suiteByName } from "./suites.ts";
import { planSession, type SessionPlan } from "./plan.ts";
import { checkPort, formatAddress } from "../socket_errors.ts";
import { verifyCertificate } from "./verify.ts";
import { TransportStream } from "../transport_stream.ts";

/** How a secure connection is made, for both ends. */
export interface TlsOptions {
  /** Who we are and whom we trust, from `loadCredentials`. */
  readonly credentials: Credentials;
  /**
   * `require`: the peer must show a certificate that verifies. `if-given`: one that is shown must verify. `ignore`: any will do,
   * and the connection is only safe from those who merely listen.
   */
  readonly peer: "require" | "if-given" | "ignore";
  /** Compare the server's certificate with the target's host name, or with another name. Default: true. Clients only. */
  readonly checkHost?: boolean | string;
  /** Compare with the common name where no alternative name speaks of hosts. Default: false. */
  readonly allowCommonName?: boolean;
  /** Server name to ask for (RFC 6066 3): false: none; undefined: the target's host name. Clients only. */
  readonly serverName?: string | false;
  /** Default: `DEFAULT_PROFILE`. */
  readonly profile?: ProfileId;
  /** Further cipher suites to allow, IANA or OpenSSL names. */
  readonly ciphers?: readonly string[];
  /** Look for the peer's certificate, or the whole chain, in the revocation lists. Default: `leaf` when lists are given. */
  readonly revocation?: "off" | "leaf" | "all";
  /** What opens the connection that TLS runs over; TCP when absent. Clients only. */
  readonly over?: Connector;
  /** What opens a second connection when the peer answers no TLS, to find out what it speaks; TCP when `over` is absent, too. */
  readonly again?: Connector;
  /** Longest time for the handshake, in milliseconds, 1 to 2^31 - 1; undefined: none but the signal's. Clients only. */
  readonly handshakeTimeout?: number;
  /** The present, milliseconds since 1970. */
  readonly now: () => number;
  /** Takes sentences that the user should see, and that do not stand in the way. */
  readonly warn?: (text: string) => void;
}

/** Where a listener listens, and whom it tells about peers it has refused. */
export interface TlsListenAddress {
  /** Address of this machine, `0.0.0.0` or `::` for all of them. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Told of each peer that was refused, and why. */
  readonly refused?: (error: FindscuError) => void;
}

/**
 * A connector for TLS. Throws at once `UsageError` or `TransportError` for what this runtime cannot do or what cannot work;
 * connections reject with `TransportError` (`connect` below TLS, `tls` in it).
 */
export function tlsConnector(options: TlsOptions): Connector {
  const plan = planSession(options.profile ?? DEFAULT_PROFILE, options.ciphers);
  checkOptions(options);
  const settings = sharedSettings(options, plan);
  const again = options.again ?? (options.over ? undefined : tcpConnector());
  return async (target, { signal }) => {
    checkPort(target.port);
    // What is under the TLS: the socket itself, or a stream of ours over whatever carries the bytes.
    const under = options.over === undefined
      ? await openTcp(target, signal, underlay)
      : new TransportStream(await options.over(target, { signal }));
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
        ? under.received
        : receivedBytes(under, socket),
    });
    try {
      socket = connect({
        ...settings,
        // The types know sockets alone, the runtimes take any duplex stream.
        socket: under as Socket,
        ...(name === false ? {} : { servername: name }),
        // Names are compared by `secured`, where a stranger's certificate is explained.
        checkServerIdentity: () => undefined,
      });
      return await whenOpen(
        socket,
        "secureConnect",
        late === undefined ? signal : AbortSignal.any([signal, late]),
        (open) =>
          secured(open, options, {
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
  const failed = (error: Error, socket: Socket) => {
    refuse(explainHandshake(error, factsOf(socket)));
    socket.destroy();
  };
  const server = currentRuntime() === "Deno"
    ? wiredServer(settings, wires, failed)
    : createServer(settings).on("tlsClientError", failed);
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
  failed: (error: Error, socket: Socket) => void,
): Server {
  const front = createTcpServer({ noDelay: true }, (tcp) => {
    const wire = streamOver(tcp);
    const server = createServer(settings);
    server.on("tlsClientError", (error: Error, socket: TLSSocket) => {
      wires.set(socket, wire);
      failed(error, socket);
      wire.destroy();
    });
    server.once("secureConnection", (socket: TLSSocket) => {
      wires.set(socket, wire);
      front.emit("secureConnection", socket);
    });
    server.emit("connection", wire);
  });
  return front;
}

/** Refuses what could only fail, and says what will have no effect or is unwise. */
function checkOptions(options: TlsOptions): void {
  const { credentials, peer, revocation } = options;
  for (const { name } of (options.ciphers ?? []).map(suiteByName)) {
    if (!name.startsWith("TLS_RSA_")) continue;
    options.warn?.(
      `Cipher suite ${name} has no forward secrecy: anyone who later obtains the peer's key can decrypt recorded traffic (RFC 9325 4.1)`,
    );
  }
  const { authorities, revocationLists } = credentials;
  if (peer === "ignore") {
    if (revocationLists.length > 0 || (revocation ?? "off") !== "off") {
      options.warn?.(
        "Revocation is not checked, because the peer's certificate is not verified",
      );
    }
    return;
  }
  if (peer === "require" && authorities.length === 0) {
    throw new TransportError(
      "tls",
      "The peer's certificate cannot be verified: no trusted authority was given",
      {
        hint: advise("Give the authority's certificate", "authority"),
      },
    );
  }
  if ((revocation ?? "off") !== "off" && revocationLists.length === 0) {
    throw new TransportError(
      "tls",
      "Revocation cannot be checked: no revocation list was given",
      {
        hint: advise("Give the authority's current list", "revocation-list"),
      },
    );
  }
}

/**
 * What both ends tell the runtime. It only makes sure that the peer has the key of its certificate, which it does in any case; what it
 * thinks of the chain is not asked, because each runtime knows other rules (Bun no address constraints, Deno no mail and directory
 * constraints and no names that are merely written otherwise). Clients are sent the names of the authorities.
 */
function sharedSettings(options: TlsOptions, plan: SessionPlan) {
  const { identity, authorities } = options.credentials;
  return {
    minVersion: plan.minVersion,
    maxVersion: plan.maxVersion,
    ...(plan.ciphers === undefined ? {} : { ciphers: plan.ciphers }),
    ...(plan.signatures === undefined ? {} : { sigalgs: plan.signatures }),
    ...(identity === undefined
      ? {}
      : { cert: identity.certificatePem(), key: identity.keyPem() }),
    ca: options.peer === "ignore"
      ? []
      : authorities.map(({ der }) => toPem("CERTIFICATE", der)),
    rejectUnauthorized: false,
  } satisfies ConnectionOptions;
}

function hostToCheck(options: TlsOptions, target: Target): string | undefined {
  const { checkHost = true, serverName } = options;
  if (checkHost === false || options.peer === "ignore") return undefined;
  if (typeof checkHost === "string") return checkHost;
  return typeof serverName === "string" ? serverName : target.host;
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

/** The TCP socket, or the stream to put over it where the runtime's TLS would buffer without limit. */
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

/** The verdict over an open connection: a transport, or the reason why not. */
function secured(
  socket: TLSSocket,
  options: TlsOptions,
  session: {
    readonly facts: HandshakeFacts;
    readonly peerRole: "server" | "client";
    readonly host: string | undefined;
    readonly wire: TransportStream | undefined;
  },
): Transport {
  const { facts, peerRole, host, wire } = session;
  const version = socket.getProtocol() ?? "unknown";
  // The types promise a cipher; a session that the peer has already ended has none.
  const negotiated: ReturnType<TLSSocket["getCipher"]> | null = socket
    .getCipher();
  const cipher = negotiated === null ? "none" : ianaName(negotiated);
  checkNegotiated(version, cipher, facts);
  const [certificate, ...untrusted] = peerCertificates(socket, facts);
  if (options.peer !== "ignore") {
    if (certificate === undefined) {
      if (options.peer === "require" || peerRole === "server") {
        throw failure(
          facts,
          "the peer did not present a certificate",
          "Ask its administrator for one",
        );
      }
    } else {
      const { authorities, revocationLists } = options.credentials;
      const fault = verifyCertificate(certificate, {
        authorities,
        untrusted,
        purpose: peerRole,
        now: options.now(),
        host,
        allowCommonName: options.allowCommonName ?? false,
        keyUse: cipher.startsWith("TLS_RSA_") && peerRole === "server"
          ? "decipher"
          : "sign",
        strength: facts.plan.profile.strength,
        revocation: options.revocation ??
          (revocationLists.length > 0 ? "leaf" : "off"),
        revocationLists,
      });
      if (fault !== undefined) throw explainFault(fault, facts.peer, host);
    }
  }
  const notice = certificate &&
    expiryNotice("The peer's certificate", certificate, { now: options.now() });
  if (notice !== undefined) options.warn?.(notice);
  const local = localAddress(socket);
  return socketTransport(socket, {
    kind: "tls",
    peer: facts.peer,
    ...(local === undefined ? {} : { local }),
    security: securityLines(version, cipher, certificate, options),
  }, { explain: (error) => explainOpen(error, facts), throttle: wire });
}

/** A runtime that does not obey the list of suites may have negotiated another. */
function checkNegotiated(
  version: string,
  cipher: string,
  facts: HandshakeFacts,
): void {
  const { plan } = facts;
  if (version < plan.minVersion || version > plan.maxVersion) {
    throw failure(
      facts,
      `${
        versionText(version)
      } was negotiated, which the ${plan.profile.name} does not allow`,
      "Choose another profile, or limit the versions that the peer offers",
    );
  }
  if (!plan.suites.has(cipher)) {
    throw failure(
      facts,
      `cipher suite ${cipher} was negotiated, which the ${plan.profile.name} does not allow`,
      facts.runtime === "Deno"
        ? advise(
          "Deno cannot limit the suites it offers: allow the suite, limit the peer, or use Bun",
          "allow-suite-or-bun",
        )
        : advise("Allow the suite, or choose another profile", "allow-suite"),
    );
  }
}

function failure(
  facts: HandshakeFacts,
  what: string,
  hint: Hint,
): TransportError {
  return new TransportError("tls", `TLS with "${facts.peer}" failed: ${what}`, {
    hint,
  });
}

/** The peer's certificate and what it sent along; empty when it showed none. */
function peerCertificates(
  socket: TLSSocket,
  facts: HandshakeFacts,
): Certificate[] {
  const found: Certificate[] = [];
  let next: Partial<DetailedPeerCertificate> | null | undefined = socket
    .getPeerCertificate(true);
  const seen = new Set<string>();
  while (next?.raw !== undefined && found.length < 10) {
    const key = next.raw.toString("hex");
    if (seen.has(key)) break;
    seen.add(key);
    try {
      const certificate = new Certificate(new Uint8Array(next.raw));
      if (certificate.key.kind !== "") found.push(certificate);
    } catch {
      throw failure(
        facts,
        "the peer's certificate is damaged",
        "Have it reissued",
      );
    }
    next = next.issuerCertificate;
  }
  return found;
}

function securityLines(
  version: string,
  cipher: string,
  certificate: Certificate | undefined,
  options: TlsOptions,
): string[] {
  const lines = [`${versionText(version)}, ${cipher}`];
  if (certificate === undefined) return [...lines, "Peer without certificate"];
  const verified = options.peer === "ignore" ? "not verified" : "verified";
  return [
    ...lines,
    `Peer certificate (${verified}): ${certificate.subjectText}`,
    `Issued by: ${certificate.issuerText}`,
    `Valid until: ${dateText(certificate.notAfter)}`,
    `SHA-256 fingerprint: ${certificate.fingerprint}`,
  ];
}
