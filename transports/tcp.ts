/**
 * Plain TCP (PS3.8 9.1): by `node:net`, which is loaded only then, or by Bun's own sockets. Knows nothing of
 * DICOM.
 */
import type {
  Connector,
  Listener,
  Target,
  Transport,
} from "../src/transport.ts";
import { checkPort } from "./socket_errors.ts";
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
    checkPort(target.port);
    // Bun's own sockets cannot be told the family.
    return options.native && bun && target.family === undefined
      ? await openBunTcp(bun, target, signal)
      : await openByNode(target, signal);
  };
}

async function openByNode(
  target: Target,
  signal: AbortSignal,
): Promise<Transport> {
  const { openNodeTcp } = await import("./node_tcp.ts");
  return await openNodeTcp(target, signal);
}

/** Listens by TCP. Port 0 takes any free one. Rejects with `TransportError`, or `UsageError` for what is no port. */
export async function tcpListener(
  address: { readonly host: string; readonly port: number },
): Promise<Listener> {
  const { listenNodeTcp } = await import("./node_tcp.ts");
  return await listenNodeTcp(address);
}
