/** DIMSE messages as data (PS3.7 9.3 and 9.1): the C-FIND, C-ECHO and C-CANCEL services, and room for unknown commands. */

import { hex } from "../bytes/hex.ts";
/** Command Field values (PS3.7 E.1-1). */
export const C_FIND_RQ = 0x0020;
/** C-FIND-RSP (PS3.7 Table E.1-1). */
export const C_FIND_RSP = 0x8020;
/** C-ECHO-RQ (PS3.7 Table E.1-1). */
export const C_ECHO_RQ = 0x0030;
/** C-ECHO-RSP (PS3.7 Table E.1-1). */
export const C_ECHO_RSP = 0x8030;
/** C-CANCEL-RQ (PS3.7 Table E.1-1). */
export const C_CANCEL_RQ = 0x0fff;

/** The DIMSE services by the command field of their request (PS3.7 Table E.1-1). */
const SERVICES: ReadonlyMap<number, string> = new Map([
  [0x0001, "C-STORE"],
  [0x0010, "C-GET"],
  [C_FIND_RQ, "C-FIND"],
  [0x0021, "C-MOVE"],
  [C_ECHO_RQ, "C-ECHO"],
  [0x0100, "N-EVENT-REPORT"],
  [0x0110, "N-GET"],
  [0x0120, "N-SET"],
  [0x0130, "N-ACTION"],
  [0x0140, "N-CREATE"],
  [0x0150, "N-DELETE"],
  [C_CANCEL_RQ, "C-CANCEL"],
]);

/** A response has the command field of its request with this bit set (PS3.7 E.1). */
export const RESPONSE_BIT = 0x8000;

/** A message by its command field, with its article: `a C-STORE-RQ`, or `a message of unknown type 0x4711`. */
export function nameOfMessage(commandField: number): string {
  const service = SERVICES.get(commandField & ~RESPONSE_BIT);
  if (service === undefined) {
    return `a message of unknown type 0x${hex(commandField, 4)}`;
  }
  const kind = (commandField & RESPONSE_BIT) === 0 ? "RQ" : "RSP";
  return `${service.startsWith("N") ? "an" : "a"} ${service}-${kind}`;
}

/** Command Data Set Type: no dataset follows. Every other value says that one does (PS3.7 E.1-1). */
export const NO_DATASET = 0x0101;

/** Priority of a request (PS3.7 9.1.2.1.5). */
export const PRIORITY: Readonly<Record<Priority, number>> = {
  medium: 0,
  high: 1,
  low: 2,
};
/** Names of the priorities. */
export type Priority = "medium" | "high" | "low";

/** The elements of a command set that these services use; absent ones are undefined. */
export interface Command {
  /** (0000,0100), one of the constants above, or whatever the peer sent. */
  readonly commandField: number;
  /** (0000,0002) */
  readonly affectedSopClassUid?: string | undefined;
  /** (0000,0110), requests. */
  readonly messageId?: number | undefined;
  /** (0000,0120), responses and C-CANCEL. */
  readonly messageIdBeingRespondedTo?: number | undefined;
  /** (0000,0700), C-FIND-RQ. */
  readonly priority?: number | undefined;
  /** (0000,0800) says that a dataset follows. */
  readonly hasDataset: boolean;
  /** (0000,0900), responses. */
  readonly status?: number | undefined;
  /** (0000,0901): tags that the error is about. */
  readonly offendingElements?: readonly number[] | undefined;
  /** (0000,0902): the peer's own words on the error, text of the default repertoire, kept byte for byte as Latin-1. */
  readonly errorComment?: string | undefined;
  /** (0000,0903): a number of the peer's own. */
  readonly errorId?: number | undefined;
}

/** A command with its dataset, encoded in the transfer syntax of its presentation context. */
export interface Message {
  /** Its presentation context. */
  readonly contextId: number;
  /** The command set. */
  readonly command: Command;
  /** The dataset, if there is one. */
  readonly dataset: Uint8Array | undefined;
  /** A dataset came, but was too large to be kept. */
  readonly isTooLarge?: true;
}
