/**
 * How a peer packs its messages into PDUs (PS3.8 9.3.5, Annex E), noted from the bytes received. What findscu puts up with, other
 * programs do not: a probe reports it. Judges nothing.
 */
import { decodePdu } from "../pdu/decode.ts";
import { Deframer } from "../pdu/deframer.ts";
import { FindscuError } from "../errors.ts";

/** What was seen of the packing. Lengths in bytes. */
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
};

const P_DATA_TF = 4;
const HEADER_LENGTH = 6;

/** Watches the bytes of one association. */
export class WireWatch {
  readonly #deframer = new Deframer();
  #facts: { -readonly [K in keyof WireFacts]: WireFacts[K] } = { ...NO_FACTS };
  #fragments = 0;
  #isBroken = false;

  /** Takes what was received. */
  push(chunk: Uint8Array): void {
    if (this.#isBroken) return;
    this.#deframer.push(chunk);
    try {
      for (let frame; (frame = this.#deframer.next()) !== undefined;) {
        if (frame.pduType === P_DATA_TF) {
          this.#look(frame.bytes.subarray(frame.start, frame.end));
        }
      }
    } catch (error) {
      // The protocol says what is wrong with such a stream.
      if (!(error instanceof FindscuError)) throw error;
      this.#isBroken = true;
    }
  }

  /** What was seen since the last call. */
  take(): WireFacts {
    const facts = this.#facts;
    this.#facts = { ...NO_FACTS };
    return facts;
  }

  #look(bytes: Uint8Array): void {
    const facts = this.#facts;
    const pdu = decodePdu(bytes);
    if (pdu.type !== "p-data-tf") return;
    const { pdvs } = pdu;
    facts.longestPdu = Math.max(facts.longestPdu, bytes.length - HEADER_LENGTH);
    facts.mostPdvs = Math.max(facts.mostPdvs, pdvs.length);
    if (pdvs.length === 0) facts.emptyPdus++;
    facts.mixes ||= pdvs.some((pdv) => pdv.isCommand) &&
      pdvs.some((pdv) => !pdv.isCommand);
    facts.packsMessages ||= pdvs.some((pdv, at) =>
      at > 0 && pdv.isCommand &&
      (!pdvs[at - 1]!.isCommand || pdvs[at - 1]!.isLast)
    );
    for (const { data, isLast } of pdvs) {
      if (data.length === 0) facts.emptyFragments++;
      if (data.length % 2 === 1) facts.oddFragments++;
      this.#fragments++;
      facts.mostFragments = Math.max(facts.mostFragments, this.#fragments);
      if (isLast) this.#fragments = 0;
    }
  }
}
