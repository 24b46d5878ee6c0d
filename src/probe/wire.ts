/**
 * How a peer packs its messages into PDUs (PS3.8 9.3.5, Annex E), noted from the bytes received. Some oddities are tolerated by
 * findscu but not by other programs: a probe reports them. Judges nothing.
 */
import { decodePdu } from "../pdu/decode.ts";
import { Deframer } from "../pdu/deframer.ts";
import { FindscuError } from "../errors.ts";

/** Observations on the packing. Lengths in bytes. */
export interface WireFacts {
  /** Most PDVs in one P-DATA-TF. */
  readonly mostPdvs: number;
  /** A P-DATA-TF held parts of a command and of a dataset. */
  readonly mixes: boolean;
  /** A P-DATA-TF held parts of two messages. */
  readonly packsMessages: boolean;
  /** P-DATA-TF without a PDV. */
  readonly emptyPdus: number;
  /** PDVs without data. */
  readonly emptyFragments: number;
  /** Fragments of odd length. */
  readonly oddFragments: number;
  /** Most fragments of one command or dataset. */
  readonly mostFragments: number;
  /** The longest P-DATA-TF, without its header. */
  readonly longestPdu: number;
  /** Ids of the presentation contexts that data came on. */
  readonly contextIds: ReadonlySet<number>;
  /** Oddities of command sets, as phrases (PS3.7 6.3.1, Annex E). */
  readonly commandViolations: ReadonlySet<string>;
  /** A-RELEASE-RQ PDUs: the peer wanted to end the association itself. */
  readonly releaseRequests: number;
  /** P-DATA-TF PDUs. */
  readonly dataPdus: number;
}

/** Nothing was seen. */
export const NO_FACTS: WireFacts = {
  mostPdvs: 0,
  mixes: false,
  packsMessages: false,
  emptyPdus: 0,
  emptyFragments: 0,
  oddFragments: 0,
  mostFragments: 0,
  longestPdu: 0,
  contextIds: new Set(),
  commandViolations: new Set(),
  releaseRequests: 0,
  dataPdus: 0,
};

const P_DATA_TF = 4;
const RELEASE_RQ = 5;
const HEADER_LENGTH = 6;

/** Watches the bytes of one association. */
export class WireWatch {
  readonly #deframer = new Deframer();
  #facts = fresh();
  #fragments = 0;
  /** Fragments of the command set that is not complete. */
  #command: number[] = [];
  #isBroken = false;

  /** Receives bytes from the peer. */
  push(chunk: Uint8Array): void {
    if (this.#isBroken) return;
    this.#deframer.push(chunk);
    try {
      for (let frame; (frame = this.#deframer.next()) !== undefined;) {
        if (frame.pduType === RELEASE_RQ) this.#facts.releaseRequests++;
        if (frame.pduType === P_DATA_TF) {
          this.#look(frame.bytes.subarray(frame.start, frame.end));
        }
      }
    } catch (error) {
      // The protocol reports the violation of such a stream.
      if (!(error instanceof FindscuError)) throw error;
      this.#isBroken = true;
    }
  }

  /** Observations since the last call. */
  take(): WireFacts {
    const facts = this.#facts;
    this.#facts = fresh();
    return facts;
  }

  #look(bytes: Uint8Array): void {
    const facts = this.#facts;
    const pdu = decodePdu(bytes);
    if (pdu.type !== "p-data-tf") return;
    const { pdvs } = pdu;
    facts.dataPdus++;
    facts.longestPdu = Math.max(facts.longestPdu, bytes.length - HEADER_LENGTH);
    facts.mostPdvs = Math.max(facts.mostPdvs, pdvs.length);
    if (pdvs.length === 0) facts.emptyPdus++;
    facts.mixes ||= pdvs.some((pdv) => pdv.isCommand) &&
      pdvs.some((pdv) => !pdv.isCommand);
    facts.packsMessages ||= pdvs.some((pdv, at) =>
      at > 0 && pdv.isCommand &&
      (!pdvs[at - 1]!.isCommand || pdvs[at - 1]!.isLast)
    );
    for (const { data, isLast, isCommand, contextId } of pdvs) {
      facts.contextIds.add(contextId);
      if (isCommand) this.#takeCommand(data, isLast);
      if (data.length === 0) facts.emptyFragments++;
      if (data.length % 2 === 1) facts.oddFragments++;
      this.#fragments++;
      facts.mostFragments = Math.max(facts.mostFragments, this.#fragments);
      if (isLast) this.#fragments = 0;
    }
  }

  #takeCommand(data: Uint8Array, isLast: boolean): void {
    if (this.#command.length < MOST_COMMAND) this.#command.push(...data);
    if (!isLast) return;
    const bytes = new Uint8Array(this.#command.splice(0));
    for (const violation of violationsOf(bytes)) {
      this.#facts.commandViolations.add(violation);
    }
  }
}

type Facts =
  & { -readonly [K in keyof WireFacts]: WireFacts[K] }
  & { contextIds: Set<number>; commandViolations: Set<string> };

function fresh(): Facts {
  return { ...NO_FACTS, contextIds: new Set(), commandViolations: new Set() };
}

/** Longest command set that is looked at, in bytes. */
const MOST_COMMAND = 4096;

const GROUP_LENGTH = 0x0000;
const STATUS = 0x0900;
/** Elements that hold one number of 16 bits: field, message ids, priority, dataset type, status. */
const NUMBERS = [0x0100, 0x0110, 0x0120, 0x0700, 0x0800, STATUS];

/** Oddities of a command set: always implicit VR little endian (PS3.7 6.3.1). */
function violationsOf(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer);
  const violations: string[] = [];
  const seen = new Set<number>();
  for (let at = 0; at + 8 <= bytes.length;) {
    const element = view.getUint16(at + 2, true);
    const length = view.getUint32(at + 4, true);
    seen.add(element);
    if (NUMBERS.includes(element) && length > 2) {
      violations.push("with several values of one number");
    }
    at += 8 + length;
  }
  if (!seen.has(GROUP_LENGTH)) violations.push("without a group length");
  if (!seen.has(STATUS)) violations.push("without a status");
  return violations;
}
