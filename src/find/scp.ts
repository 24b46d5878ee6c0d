/**
 * The provider side of C-FIND and C-ECHO (PS3.4 C.4.1.3, PS3.7 9.1.2 and 9.1.5). Sans-I/O, same shape as the session below it.
 * Does not depend on any archive: the code that answers receives `find` events and calls `pending` and `finish`.
 */
import { formatSize } from "../bytes/size.ts";
import type { AssociateAnswer } from "../association/events.ts";
import {
  C_CANCEL_RQ,
  C_ECHO_RQ,
  C_ECHO_RSP,
  C_FIND_RQ,
  C_FIND_RSP,
  type Command,
  type Message,
  RESPONSE_BIT,
} from "../dimse/commands.ts";
import { MAX_MESSAGE_LENGTH } from "../dimse/assembler.ts";
import { EventQueue } from "../association/event_queue.ts";
import {
  type Endpoint,
  Session,
  type SessionConfig,
  type SessionEvent,
} from "../dimse/session.ts";
import {
  OUT_OF_RESOURCES,
  PENDING,
  SUCCESS,
  UNRECOGNIZED_OPERATION,
} from "../dimse/status.ts";
import { Warnings } from "../dimse/warnings.ts";
import type { AssociateRq } from "../pdu/types.ts";

/** A C-FIND-RQ as it came. */
export interface FindRequest {
  /** The presentation context that it came in. */
  readonly contextId: number;
  /** Message id, which the responses refer to. */
  readonly messageId: number;
  /** Affected SOP Class UID of the command; the abstract syntax if the peer left it out. */
  readonly sopClassUid: string;
  /** Transfer syntax UID of the context. */
  readonly transferSyntax: string;
  /** (0000,0700): 0 medium, 1 high, 2 low. */
  readonly priority: number;
  /** The identifier, encoded. */
  readonly identifier: Uint8Array;
}

/** Events that the service reports to its user. */
export type ScpEvent =
  | Exclude<SessionEvent, { readonly type: "message" }>
  | { readonly type: "find"; readonly request: FindRequest }
  /** C-CANCEL-RQ for an open request. */
  | { readonly type: "cancel"; readonly messageId: number }
  /** C-ECHO-RQ, answered with success already. */
  | { readonly type: "echo"; readonly messageId: number };

/** Details of a final response (PS3.7 C.4.2 and the like). */
export interface FinishDetails {
  /** (0000,0902), at most 64 characters of the default repertoire. */
  readonly errorComment?: string;
  /** (0000,0901) */
  readonly offendingElements?: readonly number[];
}

/** A request whose message id belongs to an open one, or one more than is kept (PS3.7 C.5). */
const DUPLICATE_INVOCATION = 0x0210;
const RESOURCE_LIMITATION = 0x0213;
const MISSING_ATTRIBUTE = 0x0120;
/** Requests open at once. A requestor that has not negotiated more may have one (PS3.7 D.3.3.3). */
const MAX_OPEN = 16;
/** Longest Error Comment: VR LO (PS3.7 Table E.2-1). */
const MAX_COMMENT = 64;

/**
 * The service provider of one association. The events of an association may be fetched when it has ended already, in the same
 * bytes: answers to them do nothing then.
 */
export class FindScp implements Endpoint<ScpEvent> {
  readonly #session: Session;
  /** Largest identifier, in bytes. */
  readonly #maxLength: number;
  readonly #events = new EventQueue<ScpEvent>();
  #request: AssociateRq | undefined;
  readonly #warnings = new Warnings();
  #transferSyntaxes = new Map<number, string>();
  /** Open requests by message id. */
  readonly #openRequests = new Map<number, FindRequest>();

  constructor(config: SessionConfig) {
    this.#maxLength = config.maxMessageLength ?? MAX_MESSAGE_LENGTH;
    this.#session = new Session("acceptor", config);
  }

  /** Accepts the association reported by `requested`. */
  accept(answer: AssociateAnswer): void {
    for (const context of answer.contexts) {
      if (context.result === 0 && context.transferSyntax !== undefined) {
        this.#transferSyntaxes.set(context.id, context.transferSyntax);
      }
    }
    if (!this.#session.isOver) this.#session.accept(answer);
  }

  /** Rejects it, the numbers of PS3.8 Table 9-21. */
  reject(result: number, source: number, reason: number): void {
    if (!this.#session.isOver) this.#session.reject(result, source, reason);
  }

  /** Whether the association has ended, or is about to. */
  get isOver(): boolean {
    return this.#session.isOver;
  }

  /** Requests that have no final response yet. */
  get openRequests(): readonly FindRequest[] {
    return [...this.#openRequests.values()];
  }

  /** Sends one match: a pending response with an identifier encoded in the context's transfer syntax. */
  pending(
    request: FindRequest,
    identifier: Uint8Array,
    status: number = PENDING,
  ): void {
    this.#answer(request.contextId, {
      commandField: C_FIND_RSP,
      affectedSopClassUid: request.sopClassUid,
      messageIdBeingRespondedTo: request.messageId,
      status,
      hasDataset: true,
    }, identifier);
  }

  /** Sends the final response. */
  finish(
    request: FindRequest,
    status: number,
    details: FinishDetails = {},
  ): void {
    this.#openRequests.delete(request.messageId);
    this.#respond(request, status, details);
  }

  #respond(
    request: FindRequest,
    status: number,
    details: FinishDetails = {},
  ): void {
    this.#answer(request.contextId, {
      commandField: C_FIND_RSP,
      affectedSopClassUid: request.sopClassUid,
      messageIdBeingRespondedTo: request.messageId,
      status,
      errorComment: details.errorComment?.slice(0, MAX_COMMENT),
      offendingElements: details.offendingElements,
      hasDataset: false,
    });
  }

  /** Answers a release request, or requests release. */
  release(): void {
    if (!this.#session.isOver) this.#session.release();
  }

  /** Aborts at once. */
  abort(source?: number, reason?: number): void {
    this.#openRequests.clear();
    this.#session.abort(source, reason);
  }

  transportOpened(now: number): void {
    this.#session.transportOpened(now);
  }

  receive(bytes: Uint8Array, now: number): void {
    this.#session.receive(bytes, now);
    this.#pull();
  }

  transportClosed(now: number): void {
    this.#session.transportClosed(now);
    this.#pull();
  }

  handleTimeout(now: number): void {
    this.#session.handleTimeout(now);
    this.#pull();
  }

  pollTransmit(): Uint8Array | undefined {
    return this.#session.pollTransmit();
  }

  pollEvent(): ScpEvent | undefined {
    return this.#events.shift();
  }

  pollTimeout(): number | undefined {
    return this.#session.pollTimeout();
  }

  get wantsClose(): boolean {
    return this.#session.wantsClose;
  }

  #pull(): void {
    for (
      let event = this.#session.pollEvent();
      event !== undefined;
      event = this.#session.pollEvent()
    ) {
      if (event.type === "message") this.#take(event.message);
      else {
        if (event.type === "requested") this.#request = event.request;
        this.#events.push(event);
      }
    }
  }

  #warn(text: string): void {
    if (this.#warnings.isNew(text)) {
      this.#events.push({ type: "warning", text });
    }
  }

  #answer(contextId: number, command: Command, dataset?: Uint8Array): void {
    if (this.#session.isOver) return;
    this.#session.send(contextId, command, dataset);
  }

  #take(message: Message): void {
    const { command, contextId } = message;
    if (!this.#transferSyntaxes.has(contextId)) {
      this.#warn(
        `The peer sent a message on presentation context ${contextId}, which was not accepted: ignored`,
      );
      return;
    }
    const messageId = command.messageId ?? 0;
    switch (command.commandField) {
      case C_ECHO_RQ:
        this.#answer(contextId, {
          commandField: C_ECHO_RSP,
          affectedSopClassUid: command.affectedSopClassUid,
          messageIdBeingRespondedTo: messageId,
          status: SUCCESS,
          hasDataset: false,
        });
        this.#events.push({ type: "echo", messageId });
        break;
      case C_FIND_RQ:
        this.#takeFind(message, messageId);
        break;
      case C_CANCEL_RQ: {
        const id = command.messageIdBeingRespondedTo ?? 0;
        // A cancel that comes after the final response means nothing any more (PS3.7 9.3.2.3).
        if (this.#openRequests.has(id)) {
          this.#events.push({ type: "cancel", messageId: id });
        }
        break;
      }
      default:
        if ((command.commandField & RESPONSE_BIT) !== 0) return;
        this.#answer(contextId, {
          commandField: command.commandField | RESPONSE_BIT,
          affectedSopClassUid: command.affectedSopClassUid,
          messageIdBeingRespondedTo: messageId,
          status: UNRECOGNIZED_OPERATION,
          hasDataset: false,
        });
    }
  }

  #takeFind(message: Message, messageId: number): void {
    const { command, contextId, dataset } = message;
    const abstractSyntax = this.#request?.contexts.find((context) =>
      context.id === contextId
    )?.abstractSyntax;
    const request: FindRequest = {
      contextId,
      messageId,
      sopClassUid: command.affectedSopClassUid ?? abstractSyntax ?? "",
      transferSyntax: this.#transferSyntaxes.get(contextId) ?? "",
      priority: command.priority ?? 0,
      identifier: dataset ?? new Uint8Array(0),
    };
    if (message.isTooLarge) {
      return this.#respond(request, OUT_OF_RESOURCES, {
        errorComment: `The identifier has more than ${
          formatSize(this.#maxLength)
        }`,
      });
    }
    if (dataset === undefined) {
      return this.#respond(request, MISSING_ATTRIBUTE, {
        errorComment: "The request has no identifier",
      });
    }
    // Refused beside the open request of that id, which stays open.
    if (this.#openRequests.has(messageId)) {
      return this.#respond(request, DUPLICATE_INVOCATION);
    }
    if (this.#openRequests.size >= MAX_OPEN) {
      return this.#respond(request, RESOURCE_LIMITATION);
    }
    this.#openRequests.set(messageId, request);
    this.#events.push({ type: "find", request });
  }
}
