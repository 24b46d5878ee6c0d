/** Datagrams over UDP, for system logs. Is independent of their contents. */
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { requireNetwork } from "./rights.ts";
import { messageOf, OutputError } from "../src/errors.ts";

/** Sends one datagram, without knowing whether anybody receives it. Rejects with `OutputError`. */
export async function sendDatagram(
  address: { readonly host: string; readonly port: number },
  bytes: Uint8Array,
): Promise<void> {
  const { host, port } = address;
  requireNetwork(host, port);
  const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
  return await new Promise((resolve, reject) => {
    const end = (cause?: unknown) => {
      socket.close();
      if (cause === undefined || cause === null) return resolve();
      const reason = messageOf(cause);
      reject(
        new OutputError(
          "output-unwritable",
          `Cannot send to ${host}:${port} by UDP: ${reason}`,
          { cause },
        ),
      );
    };
    socket.once("error", end);
    socket.send(bytes, port, host, (error) => end(error));
  });
}
