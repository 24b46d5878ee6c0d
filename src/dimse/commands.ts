/** DIMSE messages as data (PS3.7 9.3 and 9.1): the C-FIND, C-ECHO and C-CANCEL services, and room for what we do not know. */

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

/** A response has the command field of its request with this bit set (PS3.7 E.1). */
export const RESPONSE_BIT = 0x8000;

/** Command Data Set Type: no dataset follows. Every other value says that one does (PS3.7 E.1-1). */
export const NO_DATASET = 0x0101;

/** Priority of a request (PS3.7 9.1.2.1.5). */
export const PRIORITY = { medium: 0, high: 1, low: 2 } as const;
/** Names of the priorities. */
export type Priority = keyof typeof PRIORITY;

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
  readonly contextId: number;
  readonly command: Command;
  readonly dataset: Uint8Array | undefined;
}
