/**
 * One direction of a connection as PDUs and the messages they carry, for those who watch: recorder and replay. Is independent of
 * what a state machine would allow.
 */
import {
  IMPLICIT_LE,
  type TransferSyntax,
  transferSyntaxOf,
} from "../../codec/transfer_syntax.ts";
import { decodePdu } from "../../pdu/decode.ts";
import { Deframer } from "../../pdu/deframer.ts";
import type { Pdu } from "../../pdu/types.ts";

/** A PDU with a copy of its bytes; fragments of `pdu` are views of the copy. */
export interface RecordedPdu {
  readonly bytes: Uint8Array;
  readonly pdu: Pdu;
}

/** A command set or dataset that is complete. */
export interface RecordedUnit {
  readonly contextId: number;
  readonly isCommand: boolean;
  /** The fragments, views into the PDUs that brought them. */
  readonly parts: readonly Uint8Array[];
}

/** Cuts a direction into PDUs, and puts fragments together. */
export class PduStream {
  readonly #deframer = new Deframer();
  #command: Uint8Array[] = [];
  #data: Uint8Array[] = [];

  /** The PDUs that these bytes complete. Throws when the stream is not a sequence of PDUs. */
  *push(chunk: Uint8Array): Generator<RecordedPdu> {
    this.#deframer.push(chunk);
    for (
      let frame = this.#deframer.next();
      frame !== undefined;
      frame = this.#deframer.next()
    ) {
      const bytes = frame.bytes.slice(frame.start, frame.end);
      yield { bytes, pdu: decodePdu(bytes) };
    }
  }

  /** The command sets and datasets that a PDU completes. */
  units(pdu: Pdu): RecordedUnit[] {
    if (pdu.type !== "p-data-tf") return [];
    const complete: RecordedUnit[] = [];
    for (const { contextId, isCommand, isLast, data } of pdu.pdvs) {
      const parts = isCommand ? this.#command : this.#data;
      parts.push(data);
      if (isLast) {
        complete.push({ contextId, isCommand, parts: parts.splice(0) });
      }
    }
    return complete;
  }

  /** Forgets the fragments that wait, and answers them. */
  abandon(): Uint8Array[] {
    return [...this.#command.splice(0), ...this.#data.splice(0)];
  }
}

/** The transfer syntaxes that an A-ASSOCIATE-AC settles, by context id. */
export class Contexts {
  readonly #syntaxes = new Map<number, TransferSyntax>();

  /** Notes the facts that a PDU settles, if any. */
  learn(pdu: Pdu): void {
    if (pdu.type !== "associate-ac") return;
    for (const { id, transferSyntax } of pdu.contexts) {
      const syntax = transferSyntaxOf(transferSyntax ?? "");
      if (syntax !== undefined) this.#syntaxes.set(id, syntax);
    }
  }

  /** The syntax of a context; the default one if none is known. */
  syntaxOf(contextId: number): TransferSyntax {
    return this.#syntaxes.get(contextId) ?? IMPLICIT_LE;
  }
}

/** The fragments in one piece, a copy. */
export function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Writes a whole back into the fragments it was joined from. */
export function scatter(whole: Uint8Array, parts: readonly Uint8Array[]): void {
  let at = 0;
  for (const part of parts) {
    part.set(whole.subarray(at, at + part.length));
    at += part.length;
  }
}
