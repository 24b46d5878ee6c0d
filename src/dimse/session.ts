/**
 * An association with messages instead of fragments, for both roles. Same shape as `Association`: calls and bytes in, events,
 * bytes and the next deadline out. Does not depend on sockets, the clock or a particular service.
 */
import { Association } from "../association/association.ts";
import type {
  AssociateAnswer,
  AssociateRequest,
  AssociationConfig,
  AssociationEvent,
  Role,
} from "../association/events.ts";
import { LocalProtocolError, RemoteProtocolError } from "../errors.ts";
import { Assembler } from "./assembler.ts";
import type { Command, Message } from "./commands.ts";
import { EventQueue } from "../association/event_queue.ts";
import { fragment } from "./fragmenter.ts";
import type { RepeatTaker } from "./repeats.ts";
import { Warnings } from "./warnings.ts";

/** Events that a session reports to its user: those of the association, with messages in place of fragments. */
export type SessionEvent =
  | Exclude<AssociationEvent, { readonly type: "data" }>
  | { readonly type: "message"; readonly message: Message };

/** The sans-I/O shape that the driver runs. All times are milliseconds of the caller's clock. */
export interface Endpoint<Event> {
  /** The transport is open. */
  transportOpened(now: number): void;
  /** Bytes came; they may be kept until the events made of them are dropped. */
  receive(bytes: Uint8Array, now: number): void;
  /** The peer closed, or the transport broke. */
  transportClosed(now: number): void;
  /** A deadline may have passed; harmless when early. */
  handleTimeout(now: number): void;
  /** Bytes to write now, everything pending in one chunk; changes after any other call. */
  pollTransmit(): Uint8Array | undefined;
  /** The next event; changes after any other call. */
  pollEvent(): Event | undefined;
  /**
   * When to call `handleTimeout`; changes after any other call. An instant that has passed says that there is work to go on with in
   * `pollTransmit`, after a turn of the event loop, though it led to no bytes yet.
   */
  pollTimeout(): number | undefined;
  /** The transport is to be closed once everything is written. */
  readonly wantsClose: boolean;
}

/** How a session is configured. */
export interface SessionConfig extends AssociationConfig {
  /**
   * Largest dataset that is received, in bytes; 64 MB when absent. A requestor gives up a peer that sends a larger one; an acceptor
   * gets the message without it, so that it can answer.
   */
  readonly maxMessageLength?: number;
}

/** Messages over one association. */
export class Session implements Endpoint<SessionEvent> {
  readonly #association: Association;
  readonly #assembler: Assembler;
  readonly #events = new EventQueue<SessionEvent>();
  readonly #warnings = new Warnings();
  /** The peer broke the rules of messages: anything else it sent no longer counts. */
  #hasFailed = false;

  /**
   * @param config limits and time-outs of the association
   * @param repeats takes messages that repeat the command set of the last one, in place of events
   */
  constructor(role: Role, config: SessionConfig, repeats?: RepeatTaker) {
    this.#association = new Association(
      role,
      config,
      repeats &&
        ((bytes, at) => {
          // The messages before them come first.
          this.#pull();
          if (this.#hasFailed) return at;
          const most = config.maxPduLength || Infinity;
          return this.#assembler.takeRepeats(bytes, at, repeats, most);
        }),
    );
    const { maxMessageLength } = config;
    this.#assembler = new Assembler((text) => this.#warn(text), {
      drops: role === "acceptor",
      ...(maxMessageLength !== undefined && { maxLength: maxMessageLength }),
    });
  }

  /** Requests the association (A-ASSOCIATE request primitive). */
  request(parameters: AssociateRequest): void {
    this.#association.request(parameters);
  }

  /** Accepts a requested association. */
  accept(answer: AssociateAnswer): void {
    this.#association.accept(answer);
  }

  /** Rejects a requested association, the numbers of PS3.8 Table 9-21. */
  reject(result: number, source: number, reason: number): void {
    this.#association.reject(result, source, reason);
  }

  /** Whether the association has ended, or is about to. The events that came before its end may still wait to be fetched. */
  get isOver(): boolean {
    return this.#association.isOver;
  }

  /** Whether a message can be sent on a presentation context. */
  canSend(contextId: number): boolean {
    return this.#association.canSend(contextId);
  }

  /** Sends a message on an accepted presentation context. Throws `LocalProtocolError` when command and dataset disagree. */
  send(contextId: number, command: Command, dataset?: Uint8Array): void {
    if (command.hasDataset !== (dataset !== undefined)) {
      throw new LocalProtocolError(
        "The command and its dataset disagree: hasDataset must say whether one is given",
      );
    }
    this.#association.sendData(
      fragment(
        contextId,
        command,
        dataset,
        this.#association.maxSendPduLength,
      ),
    );
  }

  /** Requests, or answers, the release, see `Association`. */
  release(now?: number): void {
    this.#association.release(now);
  }

  /** Aborts (A-ABORT, by default as the service user). */
  abort(source?: number, reason?: number): void {
    this.#association.abort(source, reason);
  }

  /** The command whose dataset is not there yet, or not whole. */
  get awaiting(): Command | undefined {
    return this.#assembler.awaiting;
  }

  /** The message whose dataset is awaited, without it; fragments of it that arrive later are left out. */
  skipDataset(): Message | undefined {
    return this.#assembler.skipDataset();
  }

  transportOpened(now: number): void {
    this.#association.transportOpened(now);
    this.#pull();
  }

  receive(bytes: Uint8Array, now: number): void {
    this.#association.receive(bytes, now);
    this.#pull();
  }

  transportClosed(now: number): void {
    this.#association.transportClosed(now);
    this.#pull();
  }

  handleTimeout(now: number): void {
    this.#association.handleTimeout(now);
    this.#pull();
  }

  pollTransmit(): Uint8Array | undefined {
    return this.#association.pollTransmit();
  }

  pollEvent(): SessionEvent | undefined {
    const event = this.#events.shift();
    if (event !== undefined) return event;
    this.#pull();
    return this.#events.shift();
  }

  pollTimeout(): number | undefined {
    return this.#association.pollTimeout();
  }

  get wantsClose(): boolean {
    return this.#association.wantsClose;
  }

  /** Turns the association's events into ours. A violation in the message layer aborts and is reported as one of the association's. */
  #pull(): void {
    for (
      let event = this.#association.pollEvent();
      event !== undefined;
      event = this.#association.pollEvent()
    ) {
      if (this.#hasFailed) continue;
      if (event.type === "data") this.#assemble(event);
      else if (event.type === "warning") this.#warn(event.text);
      else {
        this.#assembler.flush(this.#deliver);
        this.#events.push(event);
      }
    }
  }

  #assemble(event: Extract<AssociationEvent, { readonly type: "data" }>): void {
    try {
      for (const pdv of event.pdvs) this.#assembler.push(pdv, this.#deliver);
    } catch (error) {
      if (!(error instanceof RemoteProtocolError)) throw error;
      this.#hasFailed = true;
      this.#association.abort(2, error.abortReason ?? 0);
      this.#events.push({ type: "error", error });
    }
  }

  readonly #deliver = (message: Message): void => {
    this.#events.push({ type: "message", message });
  };

  #warn(text: string): void {
    if (this.#warnings.isNew(text)) {
      this.#events.push({ type: "warning", text });
    }
  }
}
