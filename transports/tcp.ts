/** Plain TCP over `node:net`, which runs unchanged on Deno, Bun and Node (PS3.8 9.1). Knows nothing of DICOM. */
import { connect, createServer } from "node:net";
import { TransportError } from "../src/errors.ts";
import type { Connector, Listener } from "../src/transport.ts";
import {
  connectError,
  formatAddress,
  localAddress,
  remoteAddress,
  socketListener,
  socketTransport,
  whenOpen,
} from "./node_socket.ts";

/** Connects by TCP. Of a name with several addresses each is tried, unless the target asks for one family. */
export function tcpConnector(): Connector {
  return async (target, { signal }) => {
    const socket = connect({
      host: target.host,
      port: target.port,
      noDelay: true,
      autoSelectFamily: target.family === undefined,
      ...(target.family !== undefined && { family: target.family }),
    });
    try {
      await whenOpen(socket, "connect", signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw connectError(error, target);
    }
    const local = localAddress(socket);
    return socketTransport(socket, {
      kind: "tcp",
      peer: formatAddress(target.host, target.port),
      ...(local !== undefined && { local }),
    });
  };
}

/** Listens by TCP. Port 0 takes any free one. Rejects with `TransportError`. */
export async function tcpListener(
  address: { readonly host: string; readonly port: number },
): Promise<Listener> {
  const server = createServer({ noDelay: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, resolve);
  }).catch((cause: unknown) => {
    throw new TransportError(
      "connect",
      `Cannot listen on "${formatAddress(address.host, address.port)}": ${
        cause instanceof Error ? cause.message : String(cause)
      }`,
      { cause },
    );
  });
  return socketListener(
    server,
    "connection",
    (socket) =>
      socketTransport(socket, { kind: "tcp", peer: remoteAddress(socket) }),
  );
}
