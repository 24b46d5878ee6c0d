/**
 * The packing faults of `faults.ts`: response messages in, P-DATA-TF PDUs out (PS3.8 9.3.5, Annex E). Without a fault, one PDV
 * per PDU. Does not depend on datasets.
 */
import type { Pdv } from "../../pdu/types.ts";
import type { Packing } from "./faults.ts";

/** A response on its way out, encoded. */
export interface OutgoingMessage {
  readonly contextId: number;
  readonly command: Uint8Array;
  readonly data: Uint8Array | undefined;
  /** Whether it ends the query. */
  readonly isFinal: boolean;
}

/** PDVs of one P-DATA-TF. */
export type PduContent = readonly Pdv[];

/** Length, context id and message control header of a PDV. */
const PDV_HEADER = 6;
const SMALL = 16;
const ODD = 17;
const MOST_PACKED = 64 * 1024;

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  do {
    parts.push(bytes.subarray(at, at + size));
    at += size;
  } while (at < bytes.length);
  return parts;
}

/** Two parts, the first of even length. */
function halves(bytes: Uint8Array): Uint8Array[] {
  const middle = Math.max(2, (bytes.length >> 2) * 2);
  return cut(bytes, middle).length > 2
    ? [bytes.subarray(0, middle), bytes.subarray(middle)]
    : cut(bytes, middle);
}

function pdvs(
  contextId: number,
  isCommand: boolean,
  parts: readonly Uint8Array[],
): Pdv[] {
  return parts.map((data, index) => ({
    contextId,
    isCommand,
    isLast: index === parts.length - 1,
    data,
  }));
}

function lengthOf(content: PduContent): number {
  return content.reduce((sum, { data }) => sum + PDV_HEADER + data.length, 0);
}

/** Packs the responses of an association. One instance per association. */
export class Packer {
  readonly #packing: Packing | undefined;
  readonly #limit: number;
  #pdvs: Pdv[] = [];

  /** @param limit the peer's maximum length, Infinity for none */
  constructor(packing: Packing | undefined, limit: number) {
    this.#packing = packing;
    this.#limit = limit;
  }

  /** The PDUs that a message makes ready. Some packings hold a message back until the next one comes. */
  push(message: OutgoingMessage): PduContent[] {
    const command = this.#fragments(message.contextId, true, message.command);
    const data = message.data === undefined
      ? []
      : this.#fragments(message.contextId, false, message.data);
    switch (this.#packing) {
      case "one-pdu":
      case "four-fragments":
        return this.#together([...command, ...data]);
      case "command-and-half":
        return [
          ...this.#together([...command, ...data.slice(0, 1)]),
          ...this.#apart(data.slice(1)),
        ];
      case "data-with-next-command": {
        const ready = this.#together([...this.#pdvs, ...command]);
        this.#pdvs = data;
        return ready;
      }
      case "last-with-final": {
        const earlierPdvs = this.#pdvs;
        if (message.isFinal) {
          this.#pdvs = [];
          return this.#together([...earlierPdvs, ...command, ...data]);
        }
        this.#pdvs = [...command, ...data];
        return this.#apart(earlierPdvs);
      }
      case "everything":
        return this.#pile([...command, ...data], message.isFinal);
      case "empty-pdu":
        return [[], ...this.#apart([...command, ...data])];
      default:
        return this.#apart([...command, ...data]);
    }
  }

  #fragments(contextId: number, isCommand: boolean, bytes: Uint8Array): Pdv[] {
    const room = Math.max(2, this.#limit - PDV_HEADER);
    const even = room === Infinity ? bytes.length + 2 : room - room % 2;
    switch (this.#packing) {
      case "small-fragments":
        return pdvs(contextId, isCommand, cut(bytes, Math.min(SMALL, even)));
      case "odd-fragments":
        return pdvs(contextId, isCommand, cut(bytes, Math.min(ODD, even)));
      case "four-fragments":
        return pdvs(
          contextId,
          isCommand,
          halves(bytes).flatMap((half) => cut(half, even)),
        );
      case "command-and-half":
        return pdvs(
          contextId,
          isCommand,
          (isCommand ? [bytes] : halves(bytes)).flatMap((part) =>
            cut(part, even)
          ),
        );
      case "empty-fragment": {
        const parts = cut(bytes, even);
        return pdvs(
          contextId,
          isCommand,
          isCommand ? parts : [...parts, new Uint8Array(0)],
        );
      }
      default:
        return pdvs(contextId, isCommand, cut(bytes, even));
    }
  }

  #apart(content: PduContent): PduContent[] {
    return content.map((pdv) => [pdv]);
  }

  /** One PDU if it fits the peer's limit: these faults are about packing, not about length. */
  #together(content: PduContent): PduContent[] {
    return lengthOf(content) <= this.#limit ? [content] : this.#apart(content);
  }

  #pile(content: readonly Pdv[], isFinal: boolean): PduContent[] {
    const ready: PduContent[] = [];
    const most = Math.min(MOST_PACKED, this.#limit);
    if (lengthOf(this.#pdvs) + lengthOf(content) > most) {
      if (this.#pdvs.length > 0) ready.push(...this.#together(this.#pdvs));
      this.#pdvs = [];
    }
    this.#pdvs = [...this.#pdvs, ...content];
    if (isFinal) {
      ready.push(...this.#together(this.#pdvs));
      this.#pdvs = [];
    }
    return ready;
  }
}
