/**
 * The user side of C-FIND and C-ECHO (PS3.4 C.4.1.2, PS3.7 9.1.2 and 9.1.5): one request at a time, many in sequence on one
 * association. Sans-I/O, same shape as the session below it. Does not depend on sockets and decodes no identifier.
 */
import type {
  AssociateRequest,
  NegotiatedContext,
} from "../association/events.ts";
import {
  C_CANCEL_RQ,
  C_ECHO_RQ,
  C_ECHO_RSP,
  C_FIND_RQ,
  C_FIND_RSP,
  type Message,
  nameOfMessage,
  PRIORITY,
  type Priority,
  RESPONSE_BIT,
} from "../dimse/commands.ts";
import type { RepeatTaker } from "../dimse/repeats.ts";
import { EventQueue } from "../association/event_queue.ts";
import {
  type Endpoint,
  Session,
  type SessionConfig,
} from "../dimse/session.ts";
import {
  formatStatus,
  isPending,
  PENDING,
  UNRECOGNIZED_OPERATION,
} from "../dimse/status.ts";
import { Warnings } from "../dimse/warnings.ts";
import {
  LocalProtocolError,
  RemoteProtocolError,
  type TimeoutPhase,
} from "../errors.ts";
import {
  isRepositoryMatch,
  type Outstanding,
  RESPONSES,
} from "./outstanding.ts";
import { RepeatedMatch } from "./repeated_match.ts";
import type { ScuEvent } from "./scu_events.ts";

/** Time-outs of the service, in milliseconds; `Infinity` waits for ever. */
export interface ScuConfig extends SessionConfig {
  /** From the request to its first response. */
  readonly firstResponseTimeout: number;
  /** From one response to the next. */
  readonly responseTimeout: number;
}

const HIGHEST_MESSAGE_ID = 0xffff;

/** Time limit for the dataset that a final response announces, against the standard (PS3.7 9.1.2.1), in milliseconds. */
const SURPLUS_DATASET_TIMEOUT = 5_000;

/** The service user of one association. */
export class FindScu implements Endpoint<ScuEvent> {
  readonly #session: Session;
  readonly #config: ScuConfig;
  readonly #events = new EventQueue<ScuEvent>();
  #contexts: readonly NegotiatedContext[] = [];
  #outstanding: Outstanding | undefined;
  #messageId = 0;
  #deadline: number | undefined;
  #phase: TimeoutPhase = "first-response";
  /** When a final response is accepted without the dataset that it announces. */
  #bareAt: number | undefined;
  readonly #warnings = new Warnings();
  #isOver = false;
  /** We have requested release: anything that still arrives is ignored. */
  #isReleasing = false;
  /** The event that ends the association was reported: nothing follows it. */
  #hasEnded = false;
  /** When bytes came last. */
  #now = 0;

  constructor(config: ScuConfig) {
    this.#config = config;
    this.#session = new Session("requestor", config, this.#repeats);
  }

  /** Requests the association; `accepted`, `rejected` or another end follows. */
  request(parameters: AssociateRequest): void {
    this.#session.request(parameters);
  }

  /** The contexts as negotiated; none before `accepted`. */
  get contexts(): readonly NegotiatedContext[] {
    return this.#contexts;
  }

  /** The first accepted context of an abstract syntax; there may be others, which are not needed. */
  contextOf(abstractSyntax: string): NegotiatedContext | undefined {
    return this.#contexts.find((context) =>
      context.result === 0 && context.abstractSyntax === abstractSyntax
    );
  }

  /** Whether the association has ended, or its end was agreed on: nothing can be sent any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether a query waits for its final response. */
  get isFinding(): boolean {
    return this.#outstanding?.kind === "find";
  }

  /**
   * Sends C-FIND-RQ (PS3.7 9.3.2.1) with an identifier encoded in the context's transfer syntax. C-CANCEL-RQ follows match number
   * `cancelAfter` at once, even if the end has come with the same bytes.
   * @returns the message id: 1, 2, … never the same twice in a row of 65,535
   */
  find(
    context: NegotiatedContext,
    identifier: Uint8Array,
    now: number,
    priority: Priority = "medium",
    cancelAfter?: number,
  ): number {
    const messageId = this.#nextMessageId();
    this.#session.send(context.id, {
      commandField: C_FIND_RQ,
      affectedSopClassUid: context.abstractSyntax,
      messageId,
      priority: PRIORITY[priority],
      hasDataset: true,
    }, identifier);
    this.#begin("find", context, messageId, now, cancelAfter);
    return messageId;
  }

  /** Sends C-ECHO-RQ (PS3.7 9.3.5.1). */
  echo(context: NegotiatedContext, now: number): number {
    const messageId = this.#nextMessageId();
    this.#session.send(context.id, {
      commandField: C_ECHO_RQ,
      affectedSopClassUid: context.abstractSyntax,
      messageId,
      hasDataset: false,
    });
    this.#begin("echo", context, messageId, now);
    return messageId;
  }

  /**
   * Sends C-CANCEL-RQ for the open request (PS3.7 9.3.2.3); nothing when there is none, or it was sent. Responses keep coming
   * until the final one. `grace` in milliseconds replaces the response time-outs: many peers ignore the request.
   * @returns whether it was sent
   */
  cancel(now: number, grace?: number): boolean {
    const query = this.#outstanding;
    if (query === undefined || query.kind !== "find") return false;
    if (grace !== undefined) {
      this.#deadline = now + grace;
      this.#phase = "response";
    }
    if (query.cancelled) return false;
    query.cancelled = true;
    const context = this.contextOf(query.abstractSyntax);
    if (context === undefined || !this.#session.canSend(context.id)) {
      return false;
    }
    this.#session.send(context.id, {
      commandField: C_CANCEL_RQ,
      messageIdBeingRespondedTo: query.messageId,
      hasDataset: false,
    });
    return true;
  }

  /** Requests the release. Not while a request is open. */
  release(now: number): void {
    if (this.#outstanding !== undefined) {
      throw new LocalProtocolError(
        "Cannot release: a request waits for its final response",
      );
    }
    this.#isReleasing = true;
    this.#session.release(now);
  }

  /** Aborts at once. */
  abort(): void {
    this.#end();
    this.#isOver = true;
    this.#session.abort();
  }

  transportOpened(now: number): void {
    this.#session.transportOpened(now);
  }

  receive(bytes: Uint8Array, now: number): void {
    this.#now = now;
    this.#session.receive(bytes, now);
    this.#pull(now);
    if (!this.#isEndAwaited) this.#bareAt = undefined;
    else {
      this.#bareAt ??= Math.min(
        now + SURPLUS_DATASET_TIMEOUT,
        this.#deadline ?? Infinity,
      );
    }
  }

  transportClosed(now: number): void {
    this.#session.transportClosed(now);
    this.#pull(now);
  }

  handleTimeout(now: number): void {
    this.#session.handleTimeout(now);
    this.#pull(now);
    if (this.#bareAt !== undefined && now >= this.#bareAt) this.#takeBare(now);
    if (this.#deadline !== undefined && now >= this.#deadline) {
      this.abort();
      this.#tellEnd({ type: "timeout", phase: this.#phase });
    }
  }

  pollTransmit(): Uint8Array | undefined {
    return this.#session.pollTransmit();
  }

  pollEvent(): ScuEvent | undefined {
    return this.#events.shift();
  }

  pollTimeout(): number | undefined {
    const below = this.#session.pollTimeout();
    const own = this.#bareAt ?? this.#deadline;
    if (own === undefined) return below;
    return below === undefined ? own : Math.min(below, own);
  }

  get wantsClose(): boolean {
    return this.#session.wantsClose;
  }

  #nextMessageId(): number {
    if (this.#outstanding !== undefined) {
      throw new LocalProtocolError(
        "Cannot send a request: the last one waits for its final response",
      );
    }
    return this.#messageId % HIGHEST_MESSAGE_ID + 1;
  }

  /** A request was sent. */
  #begin(
    kind: Outstanding["kind"],
    context: NegotiatedContext,
    messageId: number,
    now: number,
    cancelAfter?: number,
  ): void {
    this.#messageId = messageId;
    this.#outstanding = {
      messageId,
      kind,
      abstractSyntax: context.abstractSyntax,
      responses: 0,
      cancelled: false,
      cancelAfter,
    };
    this.#wait("first-response", this.#config.firstResponseTimeout, now);
  }

  #wait(phase: TimeoutPhase, time: number, now: number): void {
    this.#phase = phase;
    this.#deadline = time === Infinity ? undefined : now + time;
  }

  #end(): void {
    this.#outstanding = undefined;
    this.#deadline = undefined;
    this.#bareAt = undefined;
  }

  /** Whether the open request has its final status, except for a dataset that is still to come. */
  get #isEndAwaited(): boolean {
    const query = this.#outstanding;
    const { commandField, status } = this.#session.awaiting ?? {};
    return query !== undefined && commandField === RESPONSES[query.kind] &&
      status !== undefined && !isPending(status) &&
      !isRepositoryMatch(query, status);
  }

  /** The status is final: any dataset it announces is no longer awaited. */
  #takeBare(now: number): void {
    if (!this.#isEndAwaited) return;
    const message = this.#session.skipDataset()!;
    const status = formatStatus(message.command.status!);
    this.#warn(
      `The final response (${status}) announces a dataset, which did not come`,
    );
    this.#take(message, now);
  }

  #pull(now: number): void {
    for (
      let event = this.#session.pollEvent();
      event !== undefined;
      event = this.#session.pollEvent()
    ) {
      if (this.#hasEnded) continue;
      switch (event.type) {
        case "message":
          if (!this.#isOver) this.#take(event.message, now);
          break;
        case "accepted":
          this.#contexts = event.contexts;
          this.#events.push(event);
          break;
        case "release-requested": {
          this.#takeBare(now);
          const early = this.#outstanding !== undefined;
          this.#end();
          this.#isOver = true;
          if (!this.#session.isOver) this.#session.release(now);
          this.#events.push({ type: "peer-released", early });
          break;
        }
        case "warning":
          this.#events.push(event);
          break;
        default:
          this.#takeBare(now);
          this.#end();
          this.#isOver = true;
          this.#tellEnd(event);
      }
    }
  }

  #tellEnd(event: ScuEvent): void {
    this.#hasEnded = true;
    this.#events.push(event);
  }

  /** The quick way of matches that differ in their identifiers alone; what is due for one of them in `#take` is done here. */
  readonly #repeats: RepeatTaker = {
    room: ({ commandField, status, messageIdBeingRespondedTo: id }) => {
      this.#pull(this.#now);
      const query = this.#outstanding;
      if (
        query?.kind !== "find" || this.#isOver || commandField !== C_FIND_RSP ||
        id !== query.messageId || status === undefined || !isPending(status)
      ) return 0;
      const { cancelAfter = 0, responses } = query;
      return cancelAfter > responses ? cancelAfter - responses - 1 : Infinity;
    },
    take: (contextId, command, bytes, start, end) => {
      const query = this.#outstanding!;
      const number = ++query.responses;
      if (!query.cancelled) {
        this.#wait("response", this.#config.responseTimeout, this.#now);
      }
      this.#events.push(
        new RepeatedMatch(command, number, contextId, bytes, start, end),
      );
    },
  };

  #take(message: Message, now: number): void {
    const { command } = message;
    const query = this.#outstanding;
    const field = command.commandField;
    if (this.#messageId === 0 && !this.#isReleasing) {
      return this.#fail(
        `The peer sent ${nameOfMessage(field)} before any request was sent`,
      );
    }
    // Our request would never be answered; but a peer that only checks the connection continues.
    if (
      query !== undefined && field !== RESPONSES[query.kind] &&
      field !== C_ECHO_RQ
    ) {
      return this.#fail(
        `The peer sent ${nameOfMessage(field)} in place of a response to ${
          query.kind === "find" ? "C-FIND" : "C-ECHO"
        }`,
      );
    }
    if (field !== C_FIND_RSP && field !== C_ECHO_RSP) {
      return this.#refuse(message);
    }
    const id = command.messageIdBeingRespondedTo;
    if (query === undefined || (id !== query.messageId && this.#isStale(id))) {
      this.#warn(
        `The peer sent a response to message ${id}, which is no longer open: ignored`,
      );
      return;
    }
    if (id !== query.messageId) {
      this.#warn(
        `The peer answers message ${query.messageId} as message ${id}: accepted`,
      );
    }
    const status = this.#statusOf(message);
    if (status === undefined) return;
    query.responses++;
    const isMatch = isPending(status) ||
      (isRepositoryMatch(query, status) && message.dataset !== undefined);
    if (query.kind === "find" && isMatch) {
      if (!query.cancelled) {
        this.#wait("response", this.#config.responseTimeout, now);
      }
      this.#events.push({
        type: "match",
        messageId: query.messageId,
        number: query.responses,
        status,
        contextId: message.contextId,
        command,
        dataset: message.dataset,
      });
      if (query.responses === query.cancelAfter) this.cancel(now);
      return;
    }
    this.#end();
    if (message.dataset !== undefined) {
      this.#warn(
        `The final response (${
          formatStatus(status)
        }) has a dataset, which it must not have`,
      );
    }
    this.#events.push({
      type: "final",
      final: {
        messageId: query.messageId,
        command,
        status,
        responses: query.responses,
        cancelled: query.cancelled,
        dataset: message.dataset,
        contextId: message.contextId,
      },
    });
  }

  #warn(text: string): void {
    if (this.#warnings.isNew(text)) {
      this.#events.push({ type: "warning", text });
    }
  }

  /** An id that was ours before: its responses came too late (after a cancel, for one). */
  #isStale(id: number | undefined): boolean {
    return id !== undefined && id > 0 && id < this.#messageId;
  }

  #statusOf(message: Message): number | undefined {
    const { status } = message.command;
    if (status !== undefined) return status;
    if (message.dataset !== undefined) {
      this.#warn(
        "The peer sent a response without a status: treated as pending",
      );
      return PENDING;
    }
    this.#fail("The peer sent a response with neither a status nor a dataset");
    return undefined;
  }

  /** The peer broke the protocol: the association is aborted. */
  #fail(text: string): void {
    this.abort();
    this.#tellEnd({ type: "error", error: new RemoteProtocolError(text) });
  }

  /** A message while nothing is waited for: requests are answered as unknown, so that the peer does not wait. */
  #refuse({ contextId, command }: Message): void {
    const field = command.commandField;
    this.#warn(
      `The peer sent ${nameOfMessage(field)} without a request: refused`,
    );
    if ((field & RESPONSE_BIT) !== 0 || field === C_CANCEL_RQ) return;
    if (!this.#session.canSend(contextId)) return;
    this.#session.send(contextId, {
      commandField: field | RESPONSE_BIT,
      affectedSopClassUid: command.affectedSopClassUid,
      messageIdBeingRespondedTo: command.messageId ?? 0,
      status: UNRECOGNIZED_OPERATION,
      hasDataset: false,
    });
  }
}
