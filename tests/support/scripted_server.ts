/** The scripted peer behind a real TCP port of the loopback interface. */
import { tcpListener } from "../../transports/tcp.ts";
import {
  type PeerLog,
  play,
  type ScriptOptions,
  type Step,
} from "./scripted_peer.ts";

/** Runs `body` with the port of a peer that plays the steps to everybody who connects; answers what the peer saw. */
export async function withScriptedServer(
  steps: readonly Step[],
  options: ScriptOptions,
  body: (port: number) => Promise<void>,
): Promise<PeerLog> {
  const log: PeerLog = { received: [] };
  const listener = await tcpListener({ host: "127.0.0.1", port: 0 });
  const served = (async () => {
    for await (const transport of listener) {
      await play(transport, steps, options, log);
    }
  })();
  try {
    await body(listener.address.port);
  } finally {
    listener.close();
  }
  await served;
  return log;
}
