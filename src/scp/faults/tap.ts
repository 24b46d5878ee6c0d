/**
 * Makes a well-behaved SCP misbehave: sits between it and its transport, sees the bytes of both directions, and says what is to
 * be sent, when, and where the connection ends. Sans-I/O: the caller waits, writes and closes. Does not depend on any archive or
 * the clock.
 */
import { decodeCommand } from "../../dimse/command_codec.ts";
import { C_CANCEL_RQ, C_FIND_RSP, type Command } from "../../dimse/commands.ts";
import { FindscuError } from "../../errors.ts";
import { decodePdu } from "../../pdu/decode.ts";
import { Deframer, type Frame } from "../../pdu/deframer.ts";
import { encodePdu } from "../../pdu/encode.ts";
import { type Pdu, PDU_TYPES, type Pdv } from "../../pdu/types.ts";
import { Packer } from "./packing.ts";
import {
  altered,
  commandBytes,
  endedEarly,
  ending,
  isPendingResponse,
  type Response,
  type ResponseContext,
  withMessageId,
} from "./response.ts";
import type { Fault, FaultEffect } from "./faults.ts";
import { Contexts, joinParts } from "../recording/pdu_stream.ts";

/** The next steps towards the peer, in order. */
export type FaultStep =
  | { readonly type: "send"; readonly bytes: Uint8Array }
  /** Wait this number of milliseconds before the next step. */
  | { readonly type: "wait"; readonly milliseconds: number }
  /** Close the connection; nothing follows. */
  | { readonly type: "close" };

/** The fate of bytes that the peer sent. */
export interface IncomingResult {
  /** The bytes that the SCP is to see; may be empty. */
  readonly deliver: Uint8Array;
  /** The bytes that the peer is to get at once. */
  readonly steps: readonly FaultStep[];
}

/** The place between a mock SCP and its transport. */
export interface Tap {
  /** Bytes from the peer, before the SCP sees them. */
  incoming(bytes: Uint8Array): IncomingResult;
  /** Bytes from the SCP, before the peer sees them. */
  outgoing(bytes: Uint8Array): FaultStep[];
}

const FOREIGN_ANSWERS = {
  http: "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
  // A TLS 1.2 alert record: fatal, handshake failure (RFC 5246 7.2).
  tls: "\x15\x03\x03\x00\x02\x02\x28",
  text: "220 mail.example.com ESMTP ready\r\n",
} as const;

function asBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function pduOf(frame: Frame): Uint8Array {
  return frame.bytes.subarray(frame.start, frame.end);
}

/** One fault on one association. */
export class FaultTap implements Tap {
  readonly #effect: FaultEffect;
  readonly #in = new Deframer();
  readonly #out = new Deframer();
  /** The peer sends bytes that are not DICOM: all of them go to the SCP, which handles them. */
  #isBroken = false;
  #packer: Packer | undefined;
  readonly #contexts = new Contexts();
  #maxPduLength = 0;
  #commandParts: Uint8Array[] = [];
  #dataParts: Uint8Array[] = [];
  #awaitingData: { contextId: number; command: Command } | undefined;
  /** Matches of the current query that were let through. */
  #matches = 0;
  #isFirstResponse = true;
  /** The current query was ended for the peer: further responses of the SCP to it are dropped. */
  #swallowing = false;
  /** The connection is over, or dead, for the peer. */
  #over = false;
  #lastMatch: Response | undefined;
  #heldRelease: Uint8Array | undefined;

  constructor(fault: Fault) {
    this.#effect = fault.effect;
  }

  incoming(bytes: Uint8Array): IncomingResult {
    if (this.#isBroken) return { deliver: bytes, steps: [] };
    this.#in.push(bytes);
    const deliver: Uint8Array[] = [];
    const steps: FaultStep[] = [];
    let frame: Frame | undefined;
    try {
      while ((frame = this.#in.next()) !== undefined) {
        const through = this.#fromPeer(pduOf(frame), frame.pduType, steps);
        if (through !== undefined) deliver.push(through);
        frame = undefined;
      }
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      this.#isBroken = true;
      if (frame !== undefined) deliver.push(pduOf(frame));
      deliver.push(...this.#in.takeRest());
    }
    return { deliver: joinParts(deliver), steps: this.#timed(steps) };
  }

  outgoing(bytes: Uint8Array): FaultStep[] {
    this.#out.push(bytes);
    const steps: FaultStep[] = [];
    for (
      let frame = this.#out.next();
      frame !== undefined;
      frame = this.#out.next()
    ) {
      if (!this.#over) this.#fromScp(pduOf(frame), frame.pduType, steps);
    }
    return this.#timed(steps);
  }

  /** The part of a PDU that the SCP is to see. */
  #fromPeer(
    pdu: Uint8Array,
    type: number,
    steps: FaultStep[],
  ): Uint8Array | undefined {
    if (type === PDU_TYPES["associate-rq"]) {
      const request = decodePdu(pdu);
      if (request.type === "associate-rq") {
        this.#maxPduLength = request.userInformation.maxPduLength ?? 0;
      }
    } else if (
      type === PDU_TYPES["release-rp"] && this.#heldRelease !== undefined
    ) {
      // The peer answered the colliding request: now comes the answer to its own (PS3.8 9.2.3, Sta9 to Sta12).
      steps.push({ type: "send", bytes: this.#heldRelease });
      this.#heldRelease = undefined;
      return undefined;
    } else if (
      type === PDU_TYPES["p-data-tf"] && this.#effect.kind === "cancel" &&
      this.#effect.how === "ignored"
    ) {
      return withoutCancel(pdu);
    }
    return pdu;
  }

  #fromScp(pdu: Uint8Array, type: number, steps: FaultStep[]): void {
    switch (type) {
      case PDU_TYPES["associate-ac"]:
        return this.#accept(pdu, steps);
      case PDU_TYPES["p-data-tf"]: {
        const decodedPdu = decodePdu(pdu);
        if (decodedPdu.type === "p-data-tf") {
          for (const pdv of decodedPdu.pdvs) this.#collect(pdv, steps);
        }
        return;
      }
      case PDU_TYPES["release-rp"]:
        return this.#release(pdu, steps);
      default:
        steps.push({ type: "send", bytes: pdu });
    }
  }

  #send(pdu: Pdu, steps: FaultStep[]): void {
    steps.push({ type: "send", bytes: encodePdu(pdu) });
  }

  #close(steps: FaultStep[]): void {
    steps.push({ type: "close" });
    this.#over = true;
  }

  #accept(pdu: Uint8Array, steps: FaultStep[]): void {
    const accept = decodePdu(pdu);
    if (accept.type !== "associate-ac") return;
    this.#contexts.learn(accept);
    const effect = this.#effect;
    this.#packer = new Packer(
      effect.kind === "packing" ? effect.packing : undefined,
      this.#maxPduLength === 0 ||
        (effect.kind === "identifier" && effect.edit === "oversize")
        ? Infinity
        : this.#maxPduLength,
    );
    switch (effect.kind) {
      case "reject":
        this.#send({
          type: "associate-rj",
          result: effect.result,
          source: effect.source,
          reason: effect.reason,
        }, steps);
        return this.#close(steps);
      case "contexts": {
        const contexts = accept.contexts.map(({ id }) => ({
          id,
          result: effect.result,
          transferSyntax: undefined,
        }));
        return this.#send({ ...accept, contexts }, steps);
      }
      case "foreign":
        steps.push({
          type: "send",
          bytes: asBytes(FOREIGN_ANSWERS[effect.protocol]),
        });
        return this.#close(steps);
      case "silence":
        if (effect.from !== "association") break;
        this.#over = true;
        return;
      case "cut":
        if (effect.at === "association") return this.#cut(steps);
    }
    steps.push({ type: "send", bytes: pdu });
  }

  #cut(steps: FaultStep[]): void {
    if (this.#effect.kind !== "cut") return;
    const { how, source = 0, reason = 0 } = this.#effect;
    if (how === "release") {
      this.#send({ type: "release-rq" }, steps);
      this.#over = true;
      return;
    }
    if (how === "abort") this.#send({ type: "abort", source, reason }, steps);
    this.#close(steps);
  }

  #release(pdu: Uint8Array, steps: FaultStep[]): void {
    const effect = this.#effect;
    if (effect.kind === "silence" && effect.from === "release") {
      this.#over = true;
      return;
    }
    if (effect.kind === "release" && effect.how === "close") {
      return this.#close(steps);
    }
    if (effect.kind === "release" && effect.how === "collision") {
      this.#heldRelease = pdu;
      return this.#send({ type: "release-rq" }, steps);
    }
    if (effect.kind === "release" && this.#lastMatch !== undefined) {
      this.#emit(this.#lastMatch, steps);
    }
    steps.push({ type: "send", bytes: pdu });
  }

  /** Puts messages together; each complete one goes through the fault. */
  #collect(pdv: Pdv, steps: FaultStep[]): void {
    const parts = pdv.isCommand ? this.#commandParts : this.#dataParts;
    parts.push(pdv.data);
    if (!pdv.isLast) return;
    const bytes = joinParts(parts.splice(0));
    const { contextId } = pdv;
    if (pdv.isCommand) {
      const command = decodeCommand(bytes);
      if (command.hasDataset) this.#awaitingData = { contextId, command };
      else this.#respond({ contextId, command, data: undefined }, steps);
    } else if (this.#awaitingData !== undefined) {
      const message = this.#awaitingData;
      this.#awaitingData = undefined;
      this.#respond({ ...message, data: bytes }, steps);
    }
  }

  #respond(response: Response, steps: FaultStep[]): void {
    if (this.#over) return;
    if (response.command.commandField !== C_FIND_RSP) {
      return this.#emit(response, steps);
    }
    const pending = isPendingResponse(response.command);
    if (!this.#swallowing) this.#respondToFind(response, pending, steps);
    if (!pending) {
      this.#swallowing = false;
      this.#matches = 0;
      this.#isFirstResponse = true;
    }
  }

  #respondToFind(
    response: Response,
    pending: boolean,
    steps: FaultStep[],
  ): void {
    const effect = this.#effect;
    const isFirst = this.#isFirstResponse;
    this.#isFirstResponse = false;
    if (effect.kind === "delay") {
      const milliseconds = isFirst ? effect.first : effect.between;
      if (milliseconds > 0) steps.push({ type: "wait", milliseconds });
    }
    if (effect.kind === "silence" && effect.from === "response") return;
    if (
      effect.kind === "cut" && (effect.at === this.#matches ||
        (!pending && effect.at !== "association"))
    ) return this.#cut(steps);
    if (effect.kind === "stale" && isFirst && pending) {
      this.#emit(withMessageId(response, effect.messageIdOffset), steps);
    }
    const context: ResponseContext = {
      syntax: this.#contexts.syntaxOf(response.contextId),
      maxPduLength: this.#maxPduLength,
      matches: this.#matches,
      lastMatch: this.#lastMatch,
    };
    const ended = endedEarly(response, effect, context);
    if (ended !== undefined) {
      this.#swallowing = true;
      return this.#emit(ended, steps);
    }
    this.#emit(altered(response, effect, context), steps);
    if (!pending) return;
    this.#lastMatch = response;
    this.#matches++;
    if (effect.kind === "interjection" && this.#matches === effect.after) {
      this.#emit(ending(response, effect.status), steps);
    }
  }

  #emit(response: Response, steps: FaultStep[]): void {
    const contents = this.#packer?.push({
      contextId: response.contextId,
      command: commandBytes(response.command, this.#effect),
      data: response.data,
      isFinal: !isPendingResponse(response.command) &&
        response.command.status !== undefined,
    }) ?? [];
    for (const pdvs of contents) {
      this.#send({ type: "p-data-tf", pdvs }, steps);
    }
  }

  /** Cuts sent bytes into pieces, if the fault is about that. */
  #timed(steps: FaultStep[]): FaultStep[] {
    if (this.#effect.kind !== "drip") return steps;
    const { size, pause } = this.#effect;
    return steps.flatMap((step) => {
      if (step.type !== "send") return [step];
      const pieces: FaultStep[] = [];
      for (let at = 0; at < step.bytes.length; at += size) {
        pieces.push({
          type: "send",
          bytes: step.bytes.subarray(at, at + size),
        });
        if (pause > 0) pieces.push({ type: "wait", milliseconds: pause });
      }
      return pieces;
    });
  }
}

/** The PDU without C-CANCEL commands; undefined when nothing is left. */
function withoutCancel(pdu: Uint8Array): Uint8Array | undefined {
  const decodedPdu = decodePdu(pdu);
  if (decodedPdu.type !== "p-data-tf") return pdu;
  const pdvs = decodedPdu.pdvs.filter((pdv) => !isCancel(pdv));
  if (pdvs.length === decodedPdu.pdvs.length) return pdu;
  return pdvs.length === 0 ? undefined : encodePdu({ type: "p-data-tf", pdvs });
}

function isCancel(pdv: Pdv): boolean {
  return pdv.isCommand && pdv.isLast &&
    decodeCommand(pdv.data).commandField === C_CANCEL_RQ;
}
