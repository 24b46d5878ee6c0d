/**
 * An association as an object without I/O: bytes, local requests and the time go in; bytes to send, events and the next deadline
 * come out. One class for both roles. Follows PS3.8 clause 9.2; does not depend on messages, sockets or the clock.
 */
import {
  DecodeError,
  LocalProtocolError,
  RemoteProtocolError,
} from "../errors.ts";
import { decodePdu } from "../pdu/decode.ts";
import { Deframer, type Frame, type TakeBytes } from "../pdu/deframer.ts";
import { encodePdu, PduWriter } from "../pdu/encode.ts";
import { AbortReason, AbortSource, ContextResult } from "../pdu/reasons.ts";
import {
  type AssociateRq,
  FRAGMENT_OVERHEAD,
  type Pdu,
  PDU_HEADER_LENGTH,
  PDU_NAMES,
  PDU_TYPES,
  type Pdv,
  type UserInformation,
} from "../pdu/types.ts";
import { perform, type Situation } from "./actions.ts";
import { AssociationEventQueue } from "./event_queue.ts";
import type {
  AssociateAnswer,
  AssociateRequest,
  AssociationConfig,
  AssociationEvent,
  Effect,
  NegotiatedContext,
  Role,
} from "./events.ts";
import {
  accepting,
  checkConfig,
  negotiatedContexts,
  propose,
  sendLimit,
} from "./negotiation.ts";
import { actionFor, type EventName, type State, STATE_TEXT } from "./table.ts";
import { Timer } from "./timer.ts";

/** The event that each PDU is, when received (PS3.8 Table 9-10). */
const RECEIVED: Readonly<Record<Pdu["type"], EventName>> = {
  "associate-rq": "Evt6",
  "associate-ac": "Evt3",
  "associate-rj": "Evt4",
  "p-data-tf": "Evt10",
  "release-rq": "Evt12",
  "release-rp": "Evt13",
  "abort": "Evt16",
};

/** The states in which the peer owes an answer, and the request that it owes it to. */
const AWAITED: Partial<Record<State, "association" | "release">> = {
  Sta5: "association",
  Sta7: "release",
  Sta9: "release",
  Sta10: "release",
  Sta11: "release",
};

const FIRST_CAPACITY = 256;

/**
 * One association, from the opening of the transport to its closing.
 *
 * Calls that the state does not allow throw `LocalProtocolError` and change nothing. A violation by the peer never
 * throws: it queues an A-ABORT and an `error` event. After any call, drain `pollTransmit()` and `pollEvent()`, then
 * look at `wantsClose` and `pollTimeout()`.
 */
export class Association {
  readonly #role: Role;
  readonly #config: AssociationConfig;
  readonly #deframer = new Deframer();
  readonly #artim = new Timer();
  /** For the answer to our request or release; the standard leaves it to the implementation. */
  readonly #acse = new Timer();
  #awaited: "association" | "release" | undefined;
  #state: State = "Sta1";
  #isTransportOpen = false;
  #hasStarted = false;
  #wantsClose = false;
  /** The stream lost its PDU borders: nothing more can be read from it. */
  #isUnreadable = false;
  #hasWarnedOversize = false;
  #hasWarnedEmpty = false;
  #request: AssociateRq | undefined;
  /** Our request as it will be sent. */
  #requestBytes: Uint8Array | undefined;
  #contexts: readonly NegotiatedContext[] = [];
  #acceptedIds = new Set<number>();
  #maxSendPduLength = Infinity;
  /** The bytes to be sent, coalesced. */
  #out: PduWriter | undefined;
  readonly #events = new AssociationEventQueue();
  #lastNow = 0;
  readonly #takeData: TakeBytes | undefined;

  /**
   * `UsageError` when the configuration is out of range. `takeData` may take P-DATA-TFs that would become `data` events, once the
   * events before them are polled.
   */
  constructor(role: Role, config: AssociationConfig, takeData?: TakeBytes) {
    checkConfig(config);
    this.#takeData = takeData;
    this.#role = role;
    this.#config = config;
  }

  /** The state, with the standard's label. */
  get state(): State {
    return this.#state;
  }

  /** The negotiated parameters; empty before negotiation. */
  get contexts(): readonly NegotiatedContext[] {
    return this.#contexts;
  }

  /** The largest P-DATA-TF length (without its six header bytes) that the peer accepts; `Infinity` for any. */
  get maxSendPduLength(): number {
    return this.#maxSendPduLength;
  }

  /** Whether the driver should close the transport, once everything from `pollTransmit()` is written. */
  get wantsClose(): boolean {
    return this.#wantsClose;
  }

  /** Whether the association has ended, or is about to: nothing can be sent or answered any more. */
  get isOver(): boolean {
    return this.#wantsClose || this.#state === "Sta13";
  }

  /** Whether data can be sent on a presentation context. */
  canSend(contextId: number): boolean {
    return actionFor(this.#state, "Evt9") !== undefined &&
      this.#acceptedIds.has(contextId);
  }

  // Local requests

  /** Proposes the association; before or after the transport opens. `UsageError` for parameters that cannot be. */
  request(parameters: AssociateRequest): void {
    if (this.#role !== "requestor" || this.#hasStarted || this.#wantsClose) {
      throw this.#illegal("request an association");
    }
    const request = propose(parameters, this.#config);
    // Whatever does not fit the encoding shows now, while nothing has changed.
    this.#requestBytes = encodePdu(request);
    this.#request = request;
    this.#hasStarted = true;
    this.#local("Evt1", "request an association");
    if (this.#isTransportOpen) this.#apply({ event: "Evt2" });
  }

  /** Accepts the association reported by the `requested` event. */
  accept(answer: AssociateAnswer): void {
    this.#require("Evt7", "accept");
    const request = this.#request!;
    const pdu = accepting(request, answer, this.#config);
    this.#local("Evt7", "accept", pdu);
    const { contexts } = negotiatedContexts(request, pdu);
    this.#agree(contexts, request.userInformation);
  }

  /** Rejects the association reported by the `requested` event; the numbers are those of PS3.8 Table 9-21. */
  reject(result: number, source: number, reason: number): void {
    const pdu = { type: "associate-rj", result, source, reason } as const;
    this.#local("Evt8", "reject", pdu);
  }

  /**
   * Sends fragments, each in a P-DATA-TF of its own: some peers cannot handle several in one.
   * `LocalProtocolError` when one exceeds `maxSendPduLength`, or its context was not accepted.
   */
  sendData(pdvs: readonly Pdv[]): void {
    // DT-1 and AR-7 both do no more than transmit, and stay in their states: so write at once.
    this.#require("Evt9", "send data");
    let size = 0;
    for (const pdv of pdvs) {
      if (!this.#acceptedIds.has(pdv.contextId)) {
        throw new LocalProtocolError(
          `Cannot send data: presentation context ${pdv.contextId} was not accepted`,
        );
      }
      const whole = pdv.data.length + FRAGMENT_OVERHEAD;
      if (whole - PDU_HEADER_LENGTH > this.#maxSendPduLength) {
        throw new LocalProtocolError(
          `Cannot send data: a fragment of ${pdv.data.length} bytes exceeds the peer's limit of ${this.#maxSendPduLength} bytes in a PDU`,
        );
      }
      size += whole;
    }
    const out = this.#writer(size);
    for (const pdv of pdvs) out.putPdv(pdv);
  }

  /**
   * Requests release from the peer or, after a `release-requested` event, agrees to it. If both ends request it at once,
   * the answers due are given without further calls (PS3.8 9.2, release collision). The wait for the peer begins at `now`; without
   * it, at the next call that carries the time, and a deadline is due at once so that one comes.
   */
  release(now?: number): void {
    const isAnswer = this.#state === "Sta8";
    this.#local(isAnswer ? "Evt14" : "Evt11", "release");
    if (now !== undefined) this.#advance(now);
  }

  /**
   * Ends the association at once; by default as the service user, who gives no reasons (PS3.8 9.3.8).
   * Does nothing when it has ended, or is being ended by an A-ABORT or A-ASSOCIATE-RJ, already. Before the peer has
   * proposed anything there is no peer to notify: the transport is closed.
   */
  abort(
    source: number = AbortSource.user,
    reason: number = AbortReason.none,
  ): void {
    if (this.isOver) return;
    if (this.#state === "Sta2") {
      this.#artim.stop();
      this.#state = "Sta1";
      this.#wantsClose = true;
      return;
    }
    this.#local("Evt15", "abort", { type: "abort", source, reason });
  }

  // Input from the driver

  /** The transport is open. */
  transportOpened(now: number): void {
    if (this.#isTransportOpen || this.#wantsClose) {
      throw this.#illegal("open the transport twice");
    }
    this.#advance(now);
    this.#isTransportOpen = true;
    if (this.#role === "acceptor") {
      this.#hasStarted = true;
      this.#apply({ event: "Evt5" });
    } else if (this.#hasStarted) this.#apply({ event: "Evt2" });
    this.#advance(now);
  }

  /** Bytes came, in chunks of any size. The association keeps views of them: they must not change afterwards. */
  receive(bytes: Uint8Array, now: number): void {
    if (!this.#isTransportOpen && !this.#wantsClose) {
      throw this.#illegal("receive before the transport is open");
    }
    this.#advance(now);
    // Data that will not be read is not kept either.
    if (this.#isReading) this.#deframer.push(bytes);
    while (this.#isReading) {
      if (this.#takeData !== undefined && this.#state === "Sta6") {
        this.#deframer.skip(this.#takeData);
      }
      const frame = this.#nextFrame();
      if (frame === undefined) break;
      this.#receiveFrame(frame);
    }
    this.#advance(now);
  }

  /** The transport closed, at whichever end. */
  transportClosed(now: number): void {
    this.#advance(now);
    this.#isTransportOpen = false;
    this.#apply({ event: "Evt17" });
    this.#wantsClose = true;
  }

  /** The time is `now`: lets due timers expire. Harmless if early, and never wrong to call. */
  handleTimeout(now: number): void {
    this.#advance(now);
    if (this.#artim.isDue(now)) {
      this.#artim.stop();
      this.#apply({ event: "Evt18" });
    }
    if (this.#acse.isDue(now)) {
      const phase = this.#awaited!;
      this.#indicate({ type: "timeout", phase });
      this.abort();
    }
    this.#advance(now);
  }

  // Output to the driver

  /** Everything to be written, in one chunk, or `undefined`. Any call but the getters may give rise to more. */
  pollTransmit(): Uint8Array | undefined {
    const bytes = this.#out?.finish();
    this.#out = undefined;
    return bytes;
  }

  /** The next event, or `undefined`. Any call of a local request or report may give rise to more. */
  pollEvent(): AssociationEvent | undefined {
    return this.#events.shift();
  }

  /**
   * When to call `handleTimeout()`, on the caller's clock; `undefined` for never. An instant already past means at
   * once: a local request has started a timer that needs the time. Any call may change it.
   */
  pollTimeout(): number | undefined {
    if (this.#artim.needsClock || this.#acse.needsClock) return this.#lastNow;
    const artim = this.#artim.deadline ?? Infinity;
    const acse = this.#acse.deadline ?? Infinity;
    const first = Math.min(artim, acse);
    return first === Infinity ? undefined : first;
  }

  // Receiving

  get #isReading(): boolean {
    return !this.#isUnreadable && this.#isTransportOpen && !this.#wantsClose;
  }

  #nextFrame(): Frame | undefined {
    try {
      return this.#deframer.next();
    } catch (error) {
      if (!(error instanceof RemoteProtocolError)) throw error;
      this.#isUnreadable = true;
      this.#apply({ event: "Evt19", error });
      return undefined;
    }
  }

  #receiveFrame(frame: Frame): void {
    const { pduType, bytes, start, end } = frame;
    try {
      // The path of nearly all PDUs. DT-2 and AR-6 do no more than indicate, and stay in their states.
      if (
        pduType === PDU_TYPES["p-data-tf"] &&
        (this.#state === "Sta6" || this.#state === "Sta7")
      ) return this.#receiveData(frame);
      const pdu = decodePdu(
        bytes.subarray(start, end),
        (text) => this.#warn(text),
      );
      this.#apply({ event: RECEIVED[pdu.type], pdu });
    } catch (cause) {
      if (!(cause instanceof DecodeError)) throw cause;
      const error = new RemoteProtocolError(
        `Received a malformed ${nameOf(pduType)}: ${cause.message}`,
        { abortReason: AbortReason.invalidParameter, cause },
      );
      this.#apply({ event: "Evt19", error });
    }
  }

  #receiveData({ bytes, start, end }: Frame): void {
    const body = start + PDU_HEADER_LENGTH;
    this.#checkData(end - body);
    this.#events.addData(bytes, body, end);
  }

  /** Tells, once each, of P-DATA-TFs that break the rules but do no harm. */
  #checkData(length: number): void {
    const limit = this.#config.maxPduLength;
    if (length > limit && limit > 0 && !this.#hasWarnedOversize) {
      this.#hasWarnedOversize = true;
      this.#warn(
        `The peer sends PDUs of ${length} bytes, more than the ${limit} we announced`,
      );
    }
    if (length === 0 && !this.#hasWarnedEmpty) {
      this.#hasWarnedEmpty = true;
      this.#warn("Ignored a P-DATA-TF without any data");
    }
  }

  /** The effect of establishment events on the calls that are allowed afterwards. */
  #learn(event: AssociationEvent): void {
    if (event.type === "requested") this.#request = event.request;
    else if (event.type === "accepted") {
      this.#agree(event.contexts, event.accept.userInformation);
    }
  }

  #agree(contexts: readonly NegotiatedContext[], peer: UserInformation): void {
    this.#contexts = contexts;
    for (const { id, result } of contexts) {
      if (result === ContextResult.accepted) this.#acceptedIds.add(id);
    }
    this.#maxSendPduLength = sendLimit(peer);
  }

  // The state machine

  /** A primitive of the local user: allowed only if the table has an action for it. */
  #local(event: EventName, what: string, pdu?: Pdu): void {
    this.#require(event, what);
    this.#apply({ event, ...(pdu === undefined ? {} : { pdu }) });
  }

  #require(event: EventName, what: string): void {
    if (actionFor(this.#state, event) === undefined) throw this.#illegal(what);
  }

  #illegal(what: string): LocalProtocolError {
    return new LocalProtocolError(
      `Cannot ${what} as ${this.#role} in ${this.#state}: ${
        STATE_TEXT[this.#state]
      }`,
    );
  }

  /** Takes one step of the table; an empty cell, possible only for late reports of the driver, is not a step. */
  #apply(what: Pick<Situation, "event" | "pdu" | "error">): void {
    const action = actionFor(this.#state, what.event);
    if (action === undefined) return;
    const { next, effects } = perform(action, {
      role: this.#role,
      state: this.#state,
      ...what,
      ...(this.#request === undefined ? {} : { request: this.#request }),
    });
    for (const effect of effects) this.#do(effect);
    this.#enter(next);
  }

  #do(effect: Effect): void {
    switch (effect.do) {
      case "transmit":
        return this.#writer(0).put(
          effect.pdu === this.#request
            ? this.#requestBytes!
            : encodePdu(effect.pdu),
        );
      case "indicate":
        this.#learn(effect.event);
        return this.#indicate(effect.event);
      case "start-artim":
        return this.#artim.start(this.#config.artimTimeout);
      case "stop-artim":
        return this.#artim.stop();
      case "close":
        this.#wantsClose = true;
        return;
    }
  }

  #enter(next: State): void {
    this.#state = next;
    const awaited = AWAITED[next];
    if (awaited !== this.#awaited) {
      this.#awaited = awaited;
      if (awaited === undefined) this.#acse.stop();
      else this.#acse.start(this.#timeFor(awaited));
    }
    // Release collision: we have requested release ourselves, so we accept the peer's request.
    if (next === "Sta9" || next === "Sta12") this.#apply({ event: "Evt14" });
  }

  #timeFor(awaited: "association" | "release"): number {
    const { acseTimeout, releaseTimeout = acseTimeout } = this.#config;
    return awaited === "release" ? releaseTimeout : acseTimeout;
  }

  #indicate(event: AssociationEvent): void {
    this.#events.push(event);
  }

  /** Nothing follows the event that ends the association. */
  #warn(text: string): void {
    if (this.#state === "Sta13") return;
    this.#indicate({ type: "warning", text });
  }

  /** The position to write at; `size` bytes are about to come. */
  #writer(size: number): PduWriter {
    this.#out ??= new PduWriter(Math.max(size, FIRST_CAPACITY));
    return this.#out;
  }

  #advance(now: number): void {
    this.#lastNow = now;
    this.#artim.advance(now);
    this.#acse.advance(now);
  }
}

function nameOf(pduType: number): string {
  for (const [type, number] of Object.entries(PDU_TYPES)) {
    if (number === pduType) return PDU_NAMES[type as Pdu["type"]];
  }
  return `PDU of type ${pduType}`;
}
