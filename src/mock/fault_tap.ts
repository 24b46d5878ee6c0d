/**
 * Makes a well-behaved SCP misbehave: sits between it and its transport, sees the bytes of both directions, and says what is
 * to be sent, when, and where the connection ends. Sans-I/O: the caller waits, writes and closes. Knows no archive and no clock.
 */
import {
  IMPLICIT_LE,
  type TransferSyntax,
  transferSyntaxOf,
} from "../codec/transfer_syntax.ts";
import { encodeDataset } from "../codec/encode.ts";
import { rawElement } from "../codec/values.ts";
import { Dataset } from "../dataset/dataset.ts";
import { decodeCommand, encodeCommand } from "../dimse/command_codec.ts";
import { C_CANCEL_RQ, C_FIND_RSP, type Command } from "../dimse/commands.ts";
import { statusInfo } from "../dimse/status.ts";
import { decodePdu } from "../pdu/decode.ts";
import { Deframer, type Frame } from "../pdu/deframer.ts";
import { encodePdu } from "../pdu/encode.ts";
import { type Pdu, PDU_TYPES, type Pdv } from "../pdu/types.ts";
import { editIdentifier } from "./fault_identifier.ts";
import { Packer } from "./fault_packing.ts";
import type { CommandEdit, Fault, FaultEffect } from "./faults.ts";

/** What to do next towards the peer, in order. */
export type FaultStep =
  | { readonly type: "send"; readonly bytes: Uint8Array }
  /** Wait so many milliseconds before the next step. */
  | { readonly type: "wait"; readonly milliseconds: number }
  /** Close the connection; nothing follows. */
  | { readonly type: "close" };

/** What becomes of bytes that the peer sent. */
export interface IncomingResult {
  /** What the SCP is to see; may be empty. */
  readonly deliver: Uint8Array;
  /** What the peer is to get at once. */
  readonly steps: readonly FaultStep[];
}

/** The place between a mock SCP and its transport. */
export interface Tap {
  /** Bytes from the peer, before the SCP sees them. */
  incoming(bytes: Uint8Array): IncomingResult;
  /** Bytes from the SCP, before the peer sees them. */
  outgoing(bytes: Uint8Array): FaultStep[];
}

/** A response with its parts taken apart. */
interface Response {
  readonly contextId: number;
  readonly command: Command;
  readonly data: Uint8Array | undefined;
}

/** A context id that no requestor proposes. */
const FOREIGN_CONTEXT = 251;
const FOREIGN_ANSWERS = {
  http: "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
  // A TLS 1.2 alert record: fatal, handshake failure (RFC 5246 7.2).
  tls: "\x15\x03\x03\x00\x02\x02\x28",
  text: "220 mail.example.com ESMTP ready\r\n",
} as const;

function asBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) return only;
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

function isPending(command: Command): boolean {
  return command.status !== undefined &&
    statusInfo(command.status).category === "pending";
}

function pduOf(frame: Frame): Uint8Array {
  return frame.bytes.subarray(frame.start, frame.end);
}

/** One fault on one association. */
export class FaultTap implements Tap {
  readonly #effect: FaultEffect;
  readonly #in = new Deframer();
  readonly #out = new Deframer();
  #packer: Packer | undefined;
  #syntaxes = new Map<number, TransferSyntax>();
  #maxPduLength = 0;
  #commandParts: Uint8Array[] = [];
  #dataParts: Uint8Array[] = [];
  #awaitingData: { contextId: number; command: Command } | undefined;
  /** Matches of the current query that were let through. */
  #matches = 0;
  #isFirstResponse = true;
  /** The current query was ended for the peer: what the SCP still says of it is dropped. */
  #swallowing = false;
  /** The connection is over, or dead, for the peer. */
  #over = false;
  #lastMatch: Response | undefined;
  #heldRelease: Uint8Array | undefined;

  constructor(fault: Fault) {
    this.#effect = fault.effect;
  }

  incoming(bytes: Uint8Array): IncomingResult {
    this.#in.push(bytes);
    const deliver: Uint8Array[] = [];
    const steps: FaultStep[] = [];
    for (
      let frame = this.#in.next();
      frame !== undefined;
      frame = this.#in.next()
    ) {
      const through = this.#fromPeer(pduOf(frame), frame.pduType, steps);
      if (through !== undefined) deliver.push(through);
    }
    return { deliver: join(deliver), steps: this.#timed(steps) };
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

  /** What the SCP is to see of a PDU. */
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
        const decoded = decodePdu(pdu);
        if (decoded.type === "p-data-tf") {
          for (const pdv of decoded.pdvs) this.#collect(pdv, steps);
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
    for (const { id, result, transferSyntax } of accept.contexts) {
      if (result !== 0 || transferSyntax === undefined) continue;
      this.#syntaxes.set(id, transferSyntaxOf(transferSyntax) ?? IMPLICIT_LE);
    }
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
    const bytes = join(parts.splice(0));
    const { contextId } = pdv;
    if (pdv.isCommand) {
      const command = decodeCommand(bytes);
      if (command.hasDataset) this.#awaitingData = { contextId, command };
      else this.#respond({ contextId, command, data: undefined }, steps);
    } else if (this.#awaitingData !== undefined) {
      const waiting = this.#awaitingData;
      this.#awaitingData = undefined;
      this.#respond({ ...waiting, data: bytes }, steps);
    }
  }

  #respond(response: Response, steps: FaultStep[]): void {
    if (this.#over) return;
    if (response.command.commandField !== C_FIND_RSP) {
      return this.#emit(response, steps);
    }
    const pending = isPending(response.command);
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
    ) {
      this.#swallowing = true;
      return this.#cut(steps);
    }
    if (effect.kind === "stale" && isFirst && pending) {
      this.#emit(withMessageId(response, effect.messageIdOffset), steps);
    }
    const ended = this.#endedEarly(response, pending);
    if (ended !== undefined) {
      this.#swallowing = true;
      return this.#emit(ended, steps);
    }
    this.#emit(this.#altered(response, pending), steps);
    if (!pending) return;
    this.#lastMatch = response;
    this.#matches++;
    if (effect.kind === "interjection" && this.#matches === effect.after) {
      this.#emit(ending(response, effect.status), steps);
    }
  }

  /** The response that ends the query in place of this one, or undefined. */
  #endedEarly(response: Response, pending: boolean): Response | undefined {
    const effect = this.#effect;
    if (effect.kind === "final") {
      if (pending && this.#matches < effect.after) return undefined;
      return ending(
        response,
        effect.status,
        effect.comment,
        effect.offendingElements,
      );
    }
    if (effect.kind === "command" && effect.edit === "failure-with-dataset") {
      const failed = ending(response, 0xa900);
      const comment = Dataset.of(
        rawElement(0x00000902, "LO", "Identifier does not match"),
      );
      const data = encodeDataset(comment, this.#syntaxOf(response.contextId));
      return {
        ...failed,
        command: { ...failed.command, hasDataset: true },
        data,
      };
    }
    return undefined;
  }

  #syntaxOf(contextId: number): TransferSyntax {
    return this.#syntaxes.get(contextId) ?? IMPLICIT_LE;
  }

  /** The response with the edits of the fault that keep it in its place. */
  #altered(response: Response, pending: boolean): Response {
    const effect = this.#effect;
    const { command, data } = response;
    if (effect.kind === "pending" && pending) {
      return { ...response, command: { ...command, status: effect.status } };
    }
    if (effect.kind === "cancel" && effect.how === "success" && !pending) {
      return { ...response, command: { ...command, status: 0x0000 } };
    }
    if (
      effect.kind === "identifier" && pending && data !== undefined &&
      command.status !== undefined
    ) {
      const edited = editIdentifier(data, effect.edit, {
        syntax: this.#syntaxOf(response.contextId),
        maxPduLength: this.#maxPduLength,
        status: command.status,
      });
      return { ...response, data: edited };
    }
    if (effect.kind === "command" && (pending || command.status === 0)) {
      return this.#withCommandEdit(response, effect.edit, pending);
    }
    return response;
  }

  #withCommandEdit(
    response: Response,
    edit: CommandEdit,
    pending: boolean,
  ): Response {
    const { command } = response;
    switch (edit) {
      case "message-id":
        return withMessageId(response, 1000);
      case "context-id":
        return { ...response, contextId: FOREIGN_CONTEXT };
      case "no-status":
        return { ...response, command: { ...command, status: undefined } };
      case "dataset-denied":
        return { ...response, command: { ...command, hasDataset: false } };
      case "no-dataset":
        return {
          ...response,
          command: { ...command, hasDataset: false },
          data: undefined,
        };
      case "success-with-dataset":
        if (pending || this.#lastMatch?.data === undefined) return response;
        return {
          ...response,
          command: { ...command, hasDataset: true },
          data: this.#lastMatch.data,
        };
      default:
        return response;
    }
  }

  #emit(response: Response, steps: FaultStep[]): void {
    let command = encodeCommand(response.command);
    if (this.#effect.kind === "command") {
      if (this.#effect.edit === "no-group-length") {
        command = command.subarray(GROUP_LENGTH_SIZE);
      } else if (this.#effect.edit === "double-status") {
        command = withDoubleStatus(command);
      }
    }
    const contents = this.#packer?.push({
      contextId: response.contextId,
      command,
      data: response.data,
      isFinal: !isPending(response.command) &&
        response.command.status !== undefined,
    }) ?? [];
    for (const pdvs of contents) {
      this.#send({ type: "p-data-tf", pdvs }, steps);
    }
  }

  /** Cuts what is sent into pieces, where the fault is about that. */
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

/** Bytes of element (0000,0000). */
const GROUP_LENGTH_SIZE = 12;

function withMessageId(response: Response, offset: number): Response {
  const { command } = response;
  const id = ((command.messageIdBeingRespondedTo ?? 0) + offset) & 0xffff;
  return {
    ...response,
    command: { ...command, messageIdBeingRespondedTo: id },
  };
}

/** A response to the same request without dataset. */
function ending(
  response: Response,
  status: number,
  errorComment?: string,
  offendingElements?: readonly number[],
): Response {
  return {
    contextId: response.contextId,
    command: {
      ...response.command,
      hasDataset: false,
      status,
      errorComment,
      offendingElements,
    },
    data: undefined,
  };
}

/** The command set with two values in (0000,0900). */
function withDoubleStatus(command: Uint8Array): Uint8Array {
  const view = new DataView(
    command.buffer,
    command.byteOffset,
    command.length,
  );
  for (let at = 0; at + 8 <= command.length;) {
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length;
    if (view.getUint16(at + 2, true) === 0x0900) {
      const value = command.subarray(at + 8, end);
      const doubled = join([
        command.subarray(0, end),
        value,
        command.subarray(end),
      ]);
      const edited = new DataView(doubled.buffer);
      edited.setUint32(at + 4, length * 2, true);
      edited.setUint32(8, view.getUint32(8, true) + length, true);
      return doubled;
    }
    at = end;
  }
  return command;
}

/** The PDU without C-CANCEL commands; undefined when nothing is left. */
function withoutCancel(pdu: Uint8Array): Uint8Array | undefined {
  const decoded = decodePdu(pdu);
  if (decoded.type !== "p-data-tf") return pdu;
  const pdvs = decoded.pdvs.filter((pdv) => !isCancel(pdv));
  if (pdvs.length === decoded.pdvs.length) return pdu;
  return pdvs.length === 0 ? undefined : encodePdu({ type: "p-data-tf", pdvs });
}

function isCancel(pdv: Pdv): boolean {
  return pdv.isCommand && pdv.isLast &&
    decodeCommand(pdv.data).commandField === C_CANCEL_RQ;
}
