/**
 * Plain TCP (PS3.8 9.1): by `node:net`, which is loaded only then, or by Bun's own sockets. Knows nothing of DICOM but that it is
 * not TLS.
 */
import { TransportError } from "../src/errors.ts";
import type {
  Connector,
  Listener,
  Target,
  Transport,
} from "../src/transport.ts";
import { type BunTcp, openBunTcp } from "./bun_tcp.ts";

/** How connections are opened. */
export interface TcpOptions {
  /**
   * By Bun's own sockets, on Bun. An attempt that was given up keeps the process from ending by itself until the system gives it
   * up too: for programs that do not wait for that.
   */
  readonly native?: boolean;
}

/** Connects by TCP. Of a name with several addresses each is tried, unless the target asks for one family. */
export function tcpConnector(options: TcpOptions = {}): Connector {
  const { Bun: bun } = globalThis as { Bun?: BunTcp };
  return async (target, { signal }) => {
    // Bun's own sockets cannot be told the family.
    const transport = options.native && bun && target.family === undefined
      ? await openBunTcp(bun, target, signal)
      : await openByNode(target, signal);
    return refusingTls(transport, target);
  };
}

async function openByNode(
  target: Target,
  signal: AbortSignal,
): Promise<Transport> {
  const { openNodeTcp } = await import("./node_tcp.ts");
  return await openNodeTcp(target, signal);
}

/** Listens by TCP. Port 0 takes any free one. Rejects with `TransportError`. */
export async function tcpListener(
  address: { readonly host: string; readonly port: number },
): Promise<Listener> {
  const { listenNodeTcp } = await import("./node_tcp.ts");
  return await listenNodeTcp(address);
}

/**
 * A peer that expects TLS answers anything else with an alert, or hangs up: a failure of TLS, not of what came in clear. Where it
 * hung up without a word, a second look tells.
 */
function refusingTls(transport: Transport, target: Target): Transport {
  const { info } = transport;
  let isFirst = true;
  let isClosed = false;
  const first = async () => {
    const [read] = await Promise.allSettled([transport.read()]);
    const chunk = read.status === "fulfilled" ? read.value : null;
    if (!isClosed && (chunk === null || !isPdu(chunk))) {
      const { foreignProtocol, spokenProtocol, TLS_PROBE } = await import(
        "./foreign.ts"
      );
      const protocol = chunk === null
        ? await spokenProtocol(target, TLS_PROBE)
        : foreignProtocol(chunk);
      if (protocol === "TLS") throw plainToTls(info.peer);
    }
    if (read.status === "rejected") throw read.reason;
    return chunk;
  };
  return {
    info,
    read() {
      if (!isFirst) return transport.read();
      isFirst = false;
      return first();
    },
    write: (bytes) => transport.write(bytes),
    close() {
      isClosed = true;
      transport.close();
    },
  };
}

/** Whether bytes begin with a PDU type (PS3.8 9.3.1), as they nearly always do. */
function isPdu([type = 0]: Uint8Array): boolean {
  return type >= 0x01 && type <= 0x07;
}

function plainToTls(peer: string): TransportError {
  return new TransportError(
    "tls",
    `"${peer}" speaks TLS, and plain DICOM was sent`,
    {
      hint:
        "Use TLS (dicoms://HOST:PORT, +tla or +tls KEY CERT), or the archive's port without TLS.",
    },
  );
}
