/** Plain TCP (PS3.8 9.1): by `node:net`, which is loaded only then, or by the runtime's own sockets. Does not depend on DICOM. */
import type {
  Connector,
  Listener,
  Target,
  Transport,
} from "../src/transport.ts";
// Loading the right one of these on demand takes longer than loading both.
import { type BunTcp, openBunTcp } from "./bun_tcp.ts";
import { type DenoTcp, openDenoTcp } from "./deno_tcp.ts";
import { checkPort } from "./socket_errors.ts";

/** How connections are opened. */
export interface TcpOptions {
  /**
   * By the runtime's own sockets, on Bun and Deno. On Bun, an attempt that was given up keeps the process from ending by itself
   * until the system gives it up too: for programs that do not wait for that.
   */
  readonly native?: boolean;
}

/** Connects by TCP. If a name has several addresses, each is tried unless the target requires one family. */
export function tcpConnector(options: TcpOptions = {}): Connector {
  return async (target, { signal }) => {
    checkPort(target.port);
    // The runtimes' own sockets cannot be given the family.
    return options.native && target.family === undefined
      ? await openNatively(target, signal)
      : await openByNode(target, signal);
  };
}

async function openNatively(
  target: Target,
  signal: AbortSignal,
): Promise<Transport> {
  const { Bun: bun, Deno: deno } = globalThis as {
    Bun?: BunTcp;
    Deno?: DenoTcp;
  };
  if (bun !== undefined) {
    return await openBunTcp(bun, target, signal);
  }
  if (deno !== undefined) {
    const otherwise = () => openByNode(target, signal);
    return await openDenoTcp(deno, target, signal, otherwise);
  }
  return await openByNode(target, signal);
}

async function openByNode(
  target: Target,
  signal: AbortSignal,
): Promise<Transport> {
  const { openNodeTcp } = await import("./node_socket.ts");
  return await openNodeTcp(target, signal);
}

/** Listens by TCP. Port 0 picks any free one. Rejects with `TransportError`, or `UsageError` for an invalid port. */
export async function tcpListener(
  address: { readonly host: string; readonly port: number },
): Promise<Listener> {
  const { listenNodeTcp } = await import("./node_socket.ts");
  return await listenNodeTcp(address);
}
