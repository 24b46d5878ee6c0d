/** Plain TCP over `node:net`, which runs unchanged on Deno, Bun and Node (PS3.8 9.1). Knows nothing of DICOM. */
import { createServer } from "node:net";
import { TransportError } from "../src/errors.ts";
import type { Connector, Listener, Transport } from "../src/transport.ts";
import { foreignProtocol } from "./foreign.ts";
import {
  formatAddress,
  listen,
  localAddress,
  openTcp,
  remoteAddress,
  socketListener,
  socketTransport,
} from "./node_socket.ts";

/** Connects by TCP. Of a name with several addresses each is tried, unless the target asks for one family. */
export function tcpConnector(): Connector {
  return (target, { signal }) =>
    openTcp(target, signal, (socket) => {
      const local = localAddress(socket);
      return refusingTls(socketTransport(socket, {
        kind: "tcp",
        peer: formatAddress(target.host, target.port),
        ...(local !== undefined && { local }),
      }));
    });
}

/** Listens by TCP. Port 0 takes any free one. Rejects with `TransportError`. */
export async function tcpListener(
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

/** A peer that expects TLS answers anything else with an alert: a failure of TLS, not of what came in clear. */
function refusingTls(transport: Transport): Transport {
  const { info } = transport;
  let isFirst = true;
  const checked = (chunk: Uint8Array | null) => {
    if (chunk === null || foreignProtocol(chunk) !== "TLS") return chunk;
    throw new TransportError(
      "tls",
      `"${info.peer}" speaks TLS, and plain DICOM was sent`,
      {
        hint:
          "Use TLS (dicoms://HOST:PORT, +tla or +tls KEY CERT), or the archive's port without TLS.",
      },
    );
  };
  return {
    info,
    read() {
      if (!isFirst) return transport.read();
      isFirst = false;
      return transport.read().then(checked);
    },
    write: (bytes) => transport.write(bytes),
    close: () => transport.close(),
  };
}
