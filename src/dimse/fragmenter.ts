/** A message as PDVs within the peer's maximum (PS3.8 9.3.5 and Annex E): one PDV per P-DATA-TF, fragments of even length. */
import { type Pdv, PDV_HEADER_LENGTH } from "../pdu/types.ts";
import type { Command } from "./commands.ts";
import { encodeCommand } from "./command_codec.ts";

/** Largest fragment we send when the peer sets no limit, in bytes. */
const MAX_SENT_FRAGMENT = 128 * 1024;

/** The shortest fragment of even length, for a peer whose limit has room for no more. */
const MIN_FRAGMENT = 2;

/** The PDVs of a message, command first. `maxPduLength` is the peer's limit of the P-DATA-TF's variable field. */
export function fragment(
  contextId: number,
  command: Command,
  dataset: Uint8Array | undefined,
  maxPduLength: number,
): Pdv[] {
  const room = Math.min(maxPduLength - PDV_HEADER_LENGTH, MAX_SENT_FRAGMENT);
  const size = Math.max(room - (room % 2), MIN_FRAGMENT);
  const pdvs: Pdv[] = [];
  const cut = (bytes: Uint8Array, isCommand: boolean): void => {
    let at = 0;
    do {
      const data = bytes.subarray(at, at + size);
      at += data.length;
      pdvs.push({ contextId, isCommand, isLast: at >= bytes.length, data });
    } while (at < bytes.length);
  };
  cut(encodeCommand(command), true);
  if (dataset !== undefined) cut(dataset, false);
  return pdvs;
}
