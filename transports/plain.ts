/**
 * DICOM without TLS (PS3.8 9.1), over any connection: notices a peer that expects TLS. Depends on nothing of DICOM except how its
 * first bytes look.
 */
import { TransportError } from "../src/errors.ts";
import type { Connector, Transport } from "../src/transport.ts";
import { tcpConnector } from "./tcp.ts";

/** How the connection below is opened. */
export interface PlainOptions {
  /** The connector to use; TCP if absent. */
  readonly over?: Connector;
  /**
   * The connector of a second connection if the peer hangs up without a word, to identify its protocol; TCP if `over` is absent,
   * too.
   */
  readonly again?: Connector;
  /** By Bun's own sockets, see `TcpOptions`; without `over`. */
  readonly native?: boolean;
}

/**
 * A connector for plain DICOM. Rejects as the connector below does; reading rejects with `TransportError` (`tls`) from a peer that
 * expects TLS.
 */
export function plainConnector(options: PlainOptions = {}): Connector {
  const { over, native = false } = options;
  const again = options.again ?? (over ? undefined : tcpConnector());
  const tcp = tcpConnector({ native });
  return async (target, context) => {
    const connector = over ? (await import("./guarded.ts")).guarded(over) : tcp;
    return refusingTls(await connector(target, context), async () => {
      if (again === undefined) return undefined;
      const { spokenProtocol, TLS_PROBE } = await import("./foreign.ts");
      return await spokenProtocol(again, target, TLS_PROBE);
    });
  };
}

/**
 * A peer that expects TLS answers anything else with an alert, or hangs up: a failure of TLS, not of the data received in clear. If
 * it hung up without a word, a second look shows the reason.
 */
function refusingTls(
  transport: Transport,
  look: () => Promise<string | undefined>,
): Transport {
  const { info } = transport;
  let isFirst = true;
  let isClosed = false;
  const first = async () => {
    const [read] = await Promise.allSettled([transport.read()]);
    const chunk = read.status === "fulfilled" ? read.value : null;
    if (!isClosed && (chunk === null || !isPdu(chunk))) {
      const protocol = chunk === null
        ? await look()
        : (await import("./foreign.ts")).foreignProtocol(chunk);
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
        "Use TLS (dicoms://HOST:PORT, +tla or +tls KEY CERT), or the archive's port without TLS",
    },
  );
}
