/** Plain TCP over `node:net`, which runs unchanged on Deno, Bun and Node (PS3.8 9.1). Knows nothing of DICOM. */
import { createServer } from "node:net";
import { TransportError } from "../src/errors.ts";
import type {
  Connector,
  Listener,
  Target,
  Transport,
} from "../src/transport.ts";
import { foreignProtocol, spokenProtocol, TLS_PROBE } from "./foreign.ts";
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
      const transport = socketTransport(socket, {
        kind: "tcp",
        peer: formatAddress(target.host, target.port),
        ...(local !== undefined && { local }),
      });
      return refusingTls(transport, target);
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
    if (!isClosed) {
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
