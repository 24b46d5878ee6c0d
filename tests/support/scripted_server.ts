/** The scripted peer on a real TCP port of the loopback interface. */
import { tcpListener } from "../../transports/tcp.ts";
import {
  type PeerLog,
  playAll,
  type ScriptOptions,
  type Step,
} from "./scripted_peer.ts";

/** Runs `body` with the port of a peer that plays the steps to everybody who connects; answers what the peer saw. */
export async function withScriptedServer(
  steps: readonly Step[],
  options: ScriptOptions,
  body: (port: number) => Promise<void>,
): Promise<PeerLog> {
  const listener = await tcpListener({ host: "127.0.0.1", port: 0 });
  return await playAll(listener, steps, options, body);
}
