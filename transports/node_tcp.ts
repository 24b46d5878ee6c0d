/** TCP over `node:net`, which runs unchanged on Deno, Bun and Node. Does not depend on DICOM. */
import { createServer } from "node:net";
import {
  formatAddress,
  type Listener,
  type Target,
  type Transport,
} from "../src/transport.ts";
import {
  listen,
  localAddress,
  openTcp,
  remoteAddress,
  socketListener,
  socketTransport,
} from "./node_socket.ts";

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
