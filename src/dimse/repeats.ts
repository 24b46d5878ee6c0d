/**
 * The quick way of messages that repeat the command set before them, down to the byte, as the matches of one query do: they are
 * recognized in the received bytes, and nothing is made for PDUs, fragments and command sets. Anything that differs in the least
 * goes the way of `assembler.ts`; both ways lead to the same messages.
 */
import {
  IS_COMMAND,
  IS_LAST,
  PDU_HEADER_LENGTH,
  PDU_TYPES,
  PDV_HEADER_LENGTH,
} from "../pdu/types.ts";
import type { Command } from "./commands.ts";

/** Takes the messages that are recognized. */
export interface RepeatTaker {
  /** How many messages with a dataset and this command set are taken now; any after them go the other way. */
  room(command: Command): number;
  /** Takes one, whose dataset is in `bytes` from `start` to `end`. */
  take(
    contextId: number,
    command: Command,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void;
}

/** Recognizes messages with the last command set. */
export class Repeats {
  #last: { readonly contextId: number; readonly command: Command } | undefined;
  /** The PDV of the last command set, as it is received. */
  #pdv = new DataView(new ArrayBuffer(0));

  /** A command set that announces a dataset was decoded: the next ones may be like it. */
  learn(contextId: number, command: Command, bytes: Uint8Array): void {
    this.#last = { contextId, command };
    const pdv = new Uint8Array(PDV_HEADER_LENGTH + bytes.length);
    this.#pdv = new DataView(pdv.buffer);
    this.#pdv.setUint32(0, bytes.length + 2);
    pdv[4] = contextId;
    pdv[5] = IS_COMMAND | IS_LAST;
    pdv.set(bytes, PDV_HEADER_LENGTH);
  }

  /**
   * Takes the messages from `at` on that have the last command set, each in one or two P-DATA-TFs and whole; returns the offset
   * after them. Longer PDUs and datasets than these go the other way.
   */
  take(
    bytes: Uint8Array,
    at: number,
    taker: RepeatTaker,
    maxPduLength: number,
    maxLength: number,
  ): number {
    if (this.#last === undefined) return at;
    const { contextId, command } = this.#last;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let room = taker.room(command); room > 0; room--) {
      const first = at + PDU_HEADER_LENGTH;
      let next = first + this.#pdv.byteLength;
      if (
        next + PDU_HEADER_LENGTH + PDV_HEADER_LENGTH > bytes.length ||
        !this.#isRepeatedAt(view, first)
      ) break;
      let end = this.#endOfData(view, at, maxPduLength);
      if (end === next) {
        end = this.#endOfData(view, next, maxPduLength);
        next += PDU_HEADER_LENGTH;
      }
      const start = next + PDV_HEADER_LENGTH;
      if (
        end < start || end > bytes.length || end - start > maxLength ||
        view.getUint32(next) !== end - next - 4 ||
        bytes[next + 4] !== contextId || bytes[next + 5] !== IS_LAST
      ) break;
      taker.take(contextId, command, bytes, start, end);
      at = end;
    }
    return at;
  }

  /** The offset after a P-DATA-TF; negative for any other PDU, and one that is too long. */
  #endOfData(view: DataView, at: number, maxPduLength: number): number {
    const length = view.getUint32(at + 2);
    return view.getUint8(at) === PDU_TYPES["p-data-tf"] &&
        length <= maxPduLength
      ? at + PDU_HEADER_LENGTH + length
      : -1;
  }

  /** Whether the PDV of the last command set comes again: four bytes at a time, as this is most of the work. */
  #isRepeatedAt(view: DataView, at: number): boolean {
    const pdv = this.#pdv;
    const last = pdv.byteLength - 4;
    for (let index = 0; index < last; index += 4) {
      if (pdv.getUint32(index) !== view.getUint32(at + index)) return false;
    }
    return pdv.getUint32(last) === view.getUint32(at + last);
  }
}
