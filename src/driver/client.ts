/**
 * The library's way to a C-FIND or C-ECHO SCP: one association as an object, matches as an async iterator. Everything that goes
 * wrong is an error of `errors.ts`. Knows no command line and no files.
 */
import type {
  AssociateRequest,
  ContextProposal,
  NegotiatedContext,
} from "../association/events.ts";
import type {
  AssociateAc,
  ExtendedNegotiation,
  UserIdentity,
} from "../pdu/types.ts";
import { decodeDataset } from "../codec/decode.ts";
import { encodeDataset } from "../codec/encode.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
  transferSyntaxOf,
} from "../codec/transfer_syntax.ts";
import { Dataset } from "../dataset/dataset.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import type { Command, Priority } from "../dimse/commands.ts";
import {
  type StatusCategory,
  type StatusInfo,
  statusInfo,
} from "../dimse/status.ts";
import {
  CancelledError,
  FindscuError,
  NoContextError,
  TimeoutError,
  TransportError,
  UsageError,
} from "../errors.ts";
import { FIND_MODELS, VERIFICATION } from "../find/models.ts";
import { type FinalResponse, FindScu, type ScuEvent } from "../find/scu.ts";
import type { Connector, Target, TransportInfo } from "../transport.ts";
import { type Clock, Driver, systemClock, type TraceHook } from "./drive.ts";
import { endOf, noContextError, statusError, timeoutError } from "./explain.ts";

export {
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
} from "../association/negotiation.ts";

/** Deadlines in milliseconds; `Infinity` waits for ever. */
export interface ClientTimeouts {
  /** Opening the connection, TLS included. */
  readonly connect: number;
  /** From A-ASSOCIATE-RQ to its answer. */
  readonly association: number;
  /** From a request to its first response. */
  readonly firstResponse: number;
  /** From one response to the next. */
  readonly response: number;
  /** From A-RELEASE-RQ to its answer. */
  readonly release: number;
  /** How long a peer may go on after C-CANCEL-RQ when the caller's signal fired. */
  readonly cancel: number;
}

/** Deadlines that never hang. */
export const DEFAULT_TIMEOUTS: ClientTimeouts = {
  connect: 30_000,
  association: 30_000,
  firstResponse: 300_000,
  response: 300_000,
  release: 30_000,
  cancel: 3_000,
};

/** How long the peer may take to close the connection at the end, in milliseconds (ARTIM, PS3.8 9.1.5). */
const ARTIM_TIMEOUT = 5_000;

/** How long the last bytes, an A-ABORT mostly, may take to leave, in milliseconds. */
const LAST_WORDS_TIMEOUT = 1_000;

/** Largest PDU we announce, in bytes, unless told otherwise. */
export const DEFAULT_MAX_PDU_LENGTH = 16_384;

/** How to open an association. */
export interface ConnectOptions {
  /** Opens the transport. */
  readonly connector: Connector;
  readonly target: Target;
  /** Our AE title, at most 16 characters; `FIND-SCU` when absent. */
  readonly callingAeTitle?: string;
  /** The peer's AE title, at most 16 characters; `ANY-SCP` when absent. */
  readonly calledAeTitle?: string;
  /**
   * Presentation contexts to propose; Study Root and Verification in explicit and implicit VR little endian when absent.
   */
  readonly contexts?: readonly ContextProposal[];
  /** Largest PDU we accept, in bytes; 0 for any. */
  readonly maxPduLength?: number;
  readonly timeouts?: Partial<ClientTimeouts>;
  /** SOP class extended negotiation (PS3.4 C.5.1.1). */
  readonly extended?: readonly ExtendedNegotiation[];
  /** User identity (PS3.7 D.3.3.7). */
  readonly userIdentity?: UserIdentity;
  /** Ends whatever is going on: a query is cancelled, then the association aborted. */
  readonly signal?: AbortSignal;
  /** Sees every byte that passes. */
  readonly trace?: TraceHook;
  /** Told of everything odd that was put up with. */
  readonly warn?: (text: string) => void;
  /** Where VRs come from for implicit VR. */
  readonly dictionary?: Dictionary;
  /** What becomes of each identifier that is decoded, before anybody sees it. */
  readonly mend?: (dataset: Dataset) => Dataset;
  /** The clock; the runtime's when absent. */
  readonly clock?: Clock;
}

/** One match of a query. The identifier is decoded when somebody looks at it. */
export class Match {
  /** Counts the responses of its request from 1. */
  readonly number: number;
  /** Full 16-bit status: FF00, or FF01 when a key was not supported for matching. */
  readonly status: number;
  /** The identifier as received. */
  readonly bytes: Uint8Array;
  /** The transfer syntax that `bytes` are in. */
  readonly syntax: TransferSyntax;
  /** The command set that came before the identifier. */
  readonly command: Command;
  readonly #decode: (match: Match) => Dataset;
  #dataset: Dataset | undefined;

  /** Made by `FindOperation`. */
  constructor(
    event: Extract<ScuEvent, { readonly type: "match" }>,
    syntax: TransferSyntax,
    decode: (match: Match) => Dataset,
  ) {
    this.number = event.number;
    this.status = event.status;
    this.bytes = event.dataset ?? new Uint8Array(0);
    this.syntax = syntax;
    this.command = event.command;
    this.#decode = decode;
  }

  /** The identifier. What cannot be decoded is warned of and missing. */
  get dataset(): Dataset {
    this.#dataset ??= this.#decode(this);
    return this.#dataset;
  }
}

/** How an operation ended. */
export interface FindResult extends StatusInfo {
  /** Number of matches. */
  readonly matches: number;
  /** The final response. */
  readonly final: FinalResponse;
}

/** What to ask. */
export interface FindOptions {
  /** SOP Class UID of the information model. */
  readonly abstractSyntax: string;
  /** The identifier: keys to match, and empty ones to be told. */
  readonly identifier: Dataset | Uint8Array;
  /** `medium` when absent; hardly any peer cares. */
  readonly priority?: Priority;
  /** Send C-CANCEL-RQ after this many matches, and read on. */
  readonly cancelAfter?: number;
  /** Write the VRs that came after 1993 as OB. */
  readonly oldVrs?: boolean;
  /** Deflate level 0..9 where the context is deflated. */
  readonly compressionLevel?: number;
}

/** Opens an association. Rejects with the errors of `errors.ts`: connect, tls, rejected, no-context, aborted, closed, timeout. */
export async function connect(
  options: ConnectOptions,
): Promise<ClientAssociation> {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const clock = options.clock ?? systemClock;
  const scu = new FindScu({
    maxPduLength: options.maxPduLength ?? DEFAULT_MAX_PDU_LENGTH,
    acseTimeout: timeouts.association,
    artimTimeout: ARTIM_TIMEOUT,
    firstResponseTimeout: timeouts.firstResponse,
    responseTimeout: timeouts.response,
  });
  const request: AssociateRequest = {
    callingAeTitle: options.callingAeTitle ?? "FIND-SCU",
    calledAeTitle: options.calledAeTitle ?? "ANY-SCP",
    contexts: options.contexts ?? DEFAULT_CONTEXTS,
    ...(options.extended && { extended: options.extended }),
    ...(options.userIdentity && { userIdentity: options.userIdentity }),
  };
  scu.request(request);
  const transport = await openTransport(options, timeouts.connect, clock);
  const driver = new Driver<ScuEvent>(scu, transport, clock, options.trace);
  const association = new ClientAssociation(
    scu,
    driver,
    transport.info,
    request,
    timeouts,
    options,
  );
  await association[ESTABLISH]();
  return association;
}

const DEFAULT_CONTEXTS: readonly ContextProposal[] = [
  {
    abstractSyntax: FIND_MODELS.find((model) => model.name === "study")!.uid,
    transferSyntaxes: [EXPLICIT_LE.uid, IMPLICIT_LE.uid],
  },
  {
    abstractSyntax: VERIFICATION,
    transferSyntaxes: [IMPLICIT_LE.uid],
  },
];

const ESTABLISH = Symbol("establish");

async function openTransport(
  options: ConnectOptions,
  timeout: number,
  clock: Clock,
) {
  const { target, signal } = options;
  const controller = new AbortController();
  const late = timeoutError("connect", timeout, target);
  const stopTimer = timeout === Infinity
    ? undefined
    : clock.after(timeout, () => controller.abort(late));
  const interrupt = () => controller.abort(interruption(signal));
  signal?.addEventListener("abort", interrupt, { once: true });
  if (signal?.aborted) interrupt();
  try {
    return await options.connector(target, { signal: controller.signal });
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason;
    throw error;
  } finally {
    stopTimer?.();
    signal?.removeEventListener("abort", interrupt);
  }
}

/** Why the caller's signal fired: its reason where that is one of our errors. */
function interruption(signal: AbortSignal | undefined): FindscuError {
  return signal?.reason instanceof FindscuError
    ? signal.reason
    : new CancelledError("interrupted", "Interrupted before the end");
}

/** An open association. One operation at a time. */
export class ClientAssociation {
  /** Facts about the connection. */
  readonly transport: TransportInfo;
  /** What we asked for. */
  readonly request: AssociateRequest;
  readonly #scu: FindScu;
  readonly #driver: Driver<ScuEvent>;
  readonly #timeouts: ClientTimeouts;
  readonly #options: ConnectOptions;
  #accept: AssociateAc | undefined;
  #end: Error | undefined;
  #isInterrupted = false;
  /** Whether anything came back on the open request. */
  #isAnswered = false;

  /** Use `connect`. */
  constructor(
    scu: FindScu,
    driver: Driver<ScuEvent>,
    transport: TransportInfo,
    request: AssociateRequest,
    timeouts: ClientTimeouts,
    options: ConnectOptions,
  ) {
    this.#scu = scu;
    this.#driver = driver;
    this.transport = transport;
    this.request = request;
    this.#timeouts = timeouts;
    this.#options = options;
    options.signal?.addEventListener("abort", this.#interrupt, { once: true });
    if (options.signal?.aborted) this.#interrupt();
  }

  /** The peer's A-ASSOCIATE-AC, as received. */
  get accepted(): AssociateAc {
    return this.#accept!;
  }

  /** The presentation contexts as negotiated. */
  get contexts(): readonly NegotiatedContext[] {
    return this.#scu.contexts;
  }

  /** Waits for the answer to A-ASSOCIATE-RQ. */
  async [ESTABLISH](): Promise<void> {
    try {
      while (this.#accept === undefined) {
        const event = await this.#event();
        if (event.type === "accepted") this.#accept = event.accept;
      }
    } finally {
      if (this.#accept === undefined) await this.abort();
    }
  }

  /**
   * Sends a query. Iterate over the matches; afterwards `result` tells how it ended. Iteration throws `StatusError` when the
   * peer answers with a failure, and the errors of `errors.ts` when the association breaks: the matches before that are good.
   * Leaving the loop early cancels the query.
   */
  find(options: FindOptions): FindOperation {
    const { abstractSyntax } = options;
    const context = this.#usableContext(abstractSyntax);
    const syntax = transferSyntaxOf(context.transferSyntax ?? "");
    if (syntax === undefined || syntax.encapsulated) {
      throw new NoContextError(
        `The peer chose the transfer syntax "${context.transferSyntax}", which no identifier can be sent in`,
      );
    }
    const identifier = options.identifier instanceof Dataset
      ? encodeDataset(options.identifier, syntax, {
        oldVrs: options.oldVrs ?? false,
        ...(options.compressionLevel !== undefined &&
          { level: options.compressionLevel }),
      })
      : options.identifier;
    if (identifier.length === 0) {
      throw new UsageError("The identifier is empty: there is nothing to ask");
    }
    this.#throwIfEnded();
    this.#scu.find(
      context,
      identifier,
      this.#driver.now(),
      options.priority ?? "medium",
      options.cancelAfter,
    );
    this.#driver.flush();
    const channel: Channel = {
      event: () => this.#event(),
      poll: () => this.#poll(),
      cancel: (grace) => {
        const sent = this.#scu.cancel(this.#driver.now(), grace);
        this.#driver.flush();
        return sent;
      },
      decode: (match) => this.#decode(match),
      syntaxOf: (contextId) => this.#syntaxOf(contextId) ?? syntax,
    };
    return new FindOperation(channel, this.#timeouts.cancel);
  }

  #decode(match: Match): Dataset {
    const { dictionary, mend = (dataset: Dataset) => dataset } = this.#options;
    const dataset = decodeDataset(match.bytes, match.syntax, {
      lenient: true,
      warn: (text) => this.#options.warn?.(`Match ${match.number}: ${text}`),
      ...(dictionary && { dictionary }),
    });
    return mend(dataset);
  }

  #syntaxOf(contextId: number): TransferSyntax | undefined {
    const context = this.contexts.find((one) => one.id === contextId);
    return transferSyntaxOf(context?.transferSyntax ?? "");
  }

  /** Verifies the connection with C-ECHO (PS3.4 A). Throws `StatusError` unless the answer is success. */
  async echo(): Promise<void> {
    const context = this.#usableContext(VERIFICATION);
    this.#throwIfEnded();
    this.#scu.echo(context, this.#driver.now());
    this.#driver.flush();
    while (true) {
      const event = await this.#event();
      if (event.type !== "final") continue;
      const info = statusInfo(event.final.status);
      if (info.category === "failure") {
        throw statusError("C-ECHO", event.final);
      }
      return;
    }
  }

  /** Ends the association in order. A peer that just closes the connection is put up with, with a warning. */
  async release(): Promise<void> {
    if (this.#scu.isOver || this.#end !== undefined) return this.abort();
    try {
      this.#scu.release();
      this.#driver.flush();
      while ((await this.#event()).type !== "released");
    } catch (error) {
      if (!(error instanceof TransportError) || error.code !== "closed") {
        throw error;
      }
      this.#options.warn?.(
        "The peer closed the connection instead of answering the release",
      );
    } finally {
      this.close();
    }
  }

  /** Ends the association with A-ABORT, unless it has ended; what is queued is written first. */
  async abort(): Promise<void> {
    if (!this.#driver.isClosed) {
      if (this.#end === undefined && !this.#scu.isOver) this.#scu.abort();
      await this.#driver.drain(LAST_WORDS_TIMEOUT);
    }
    this.close();
  }

  /** Drops the connection without a word. Idempotent. */
  close(): void {
    this.#options.signal?.removeEventListener("abort", this.#interrupt);
    this.#driver.close();
  }

  #usableContext(abstractSyntax: string): NegotiatedContext {
    const context = this.#scu.contextOf(abstractSyntax);
    if (context === undefined) {
      throw noContextError(abstractSyntax, this.contexts);
    }
    return context;
  }

  #throwIfEnded(): void {
    if (this.#end !== undefined) throw this.#end;
  }

  /** The next event that is not the end of the association; throws at the end. */
  async #event(): Promise<ScuEvent> {
    while (true) {
      this.#throwIfEnded();
      const event = await this.#driver.next();
      const passed = this.#pass(event);
      if (passed !== undefined) return passed;
    }
  }

  /** The same without waiting: undefined when nothing is there yet. */
  #poll(): ScuEvent | undefined {
    while (this.#end === undefined) {
      const event = this.#driver.poll();
      if (event === undefined) return undefined;
      const passed = this.#pass(event);
      if (passed !== undefined) return passed;
    }
    return undefined;
  }

  #pass(event: ScuEvent | undefined): ScuEvent | undefined {
    if (event?.type === "warning") {
      this.#options.warn?.(event.text);
      return undefined;
    }
    // Nearly all events are of this kind: nothing is made up for them.
    if (event?.type === "match") {
      this.#isAnswered = true;
      return event;
    }
    const end = this.#isInterrupted && event === undefined
      ? interruption(this.#options.signal)
      : endOf(event, {
        target: this.#options.target,
        request: this.request,
        accepted: this.#accept !== undefined,
        answered: this.#isAnswered,
        timeouts: { ...this.#timeouts },
        secured: this.transport.security !== undefined,
        failure: this.#driver.failure,
      });
    if (end === undefined) {
      this.#isAnswered ||= event?.type === "final";
      return event;
    }
    this.#end = this.#isInterrupted && end instanceof TimeoutError
      ? interruption(this.#options.signal)
      : end;
    // What is queued (A-ABORT) still goes out; nobody waits for it.
    this.#driver.flush();
    throw this.#end;
  }

  /** The caller's signal: cancel a query and give the peer a moment, abort anything else. */
  readonly #interrupt = (): void => {
    this.#isInterrupted = true;
    if (this.#accept !== undefined && this.#scu.isBusy) {
      this.#scu.cancel(this.#driver.now(), this.#timeouts.cancel);
      this.#driver.flush();
      return;
    }
    this.#scu.abort();
    this.#end = interruption(this.#options.signal);
    void this.abort();
  };
}

/** What a query needs of its association. */
interface Channel {
  /** The next event, waited for. */
  event(): Promise<ScuEvent>;
  /** The next event that is there already. */
  poll(): ScuEvent | undefined;
  /** Sends C-CANCEL-RQ; with a grace time, the peer has to end within it. */
  cancel(grace?: number): boolean;
  decode(match: Match): Dataset;
  syntaxOf(contextId: number): TransferSyntax;
}

type FinalEvent = Extract<ScuEvent, { readonly type: "final" }>;

/** A query under way: an async iterator over its matches. */
export class FindOperation implements AsyncIterableIterator<Match> {
  readonly #channel: Channel;
  readonly #grace: number;
  #matches = 0;
  #result: FindResult | undefined;
  #failure: unknown;
  /** The end, seen while a batch was collected: kept for the next call, so that a failure comes behind its matches. */
  #final: FinalEvent | undefined;

  /** Made by `ClientAssociation.find`. */
  constructor(channel: Channel, grace: number) {
    this.#channel = channel;
    this.#grace = grace;
  }

  /** How the query ended; undefined before it did. */
  get result(): FindResult | undefined {
    return this.#result;
  }

  /** Number of matches so far. */
  get matches(): number {
    return this.#matches;
  }

  /**
   * Asks the peer to stop (C-CANCEL-RQ); matches may still come until it does, which many peers never do: after `grace`
   * milliseconds, where given, the association is aborted with a `TimeoutError`. Answers whether the request was sent.
   */
  cancel(grace?: number): boolean {
    return this.#channel.cancel(grace);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next match. */
  async next(): Promise<IteratorResult<Match, undefined>> {
    if (this.#result !== undefined || this.#failure !== undefined) {
      return { done: true, value: undefined };
    }
    const match = await this.#nextMatch();
    return match === undefined
      ? { done: true, value: undefined }
      : { done: false, value: match };
  }

  /** All matches that are there without waiting, at least one unless the query has ended: fewer steps than one by one. */
  async nextBatch(): Promise<Match[]> {
    const first = await this.next();
    if (first.done) return [];
    const batch = [first.value];
    while (this.#result === undefined) {
      const event = this.#pollQuietly();
      if (event === undefined) break;
      if (event.type === "match") batch.push(this.#match(event));
      if (event.type === "final") {
        this.#final = event;
        break;
      }
    }
    return batch;
  }

  /** An end of the association waits for the next call, so that it comes behind the matches before it. */
  #pollQuietly(): ScuEvent | undefined {
    try {
      return this.#channel.poll();
    } catch {
      return undefined; // `event` says it again.
    }
  }

  /** Called when a loop is left early: cancels, and waits for the end a little. */
  async return(): Promise<IteratorResult<Match, undefined>> {
    if (this.#result === undefined && this.#failure === undefined) {
      this.#channel.cancel(this.#grace);
      while (await this.#nextMatch() !== undefined);
    }
    return { done: true, value: undefined };
  }

  async #nextMatch(): Promise<Match | undefined> {
    try {
      while (true) {
        const event = this.#final ?? this.#channel.poll() ??
          await this.#channel.event();
        if (event.type === "match") return this.#match(event);
        if (event.type === "final") return this.#finish(event.final);
      }
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  #match(event: Extract<ScuEvent, { readonly type: "match" }>): Match {
    this.#matches++;
    return new Match(
      event,
      this.#channel.syntaxOf(event.contextId),
      this.#channel.decode,
    );
  }

  #finish(final: FinalResponse): undefined {
    const info = statusInfo(final.status);
    this.#result = { ...info, matches: this.#matches, final };
    if (info.category === "failure") throw statusError("C-FIND", final);
    return undefined;
  }
}

/** Whether a category means that the operation did what was asked. */
export function isGood(category: StatusCategory): boolean {
  return category === "success" || category === "warning";
}

/** An association for one query: opened before the first match, released behind the last. */
export async function* find(
  options: ConnectOptions & FindOptions,
): AsyncGenerator<Match, FindResult, undefined> {
  const association = await connect({
    contexts: [{
      abstractSyntax: options.abstractSyntax,
      transferSyntaxes: [EXPLICIT_LE.uid, IMPLICIT_LE.uid],
    }],
    ...options,
  });
  try {
    const operation = association.find(options);
    yield* operation;
    await association.release();
    return operation.result!;
  } catch (error) {
    if (error instanceof FindscuError && error.code === "status") {
      await association.release();
    }
    throw error;
  } finally {
    await association.abort();
  }
}

/** An association for one C-ECHO. */
export async function echo(options: ConnectOptions): Promise<void> {
  const association = await connect({
    contexts: [{
      abstractSyntax: VERIFICATION,
      transferSyntaxes: [IMPLICIT_LE.uid],
    }],
    ...options,
  });
  try {
    await association.echo();
    await association.release();
  } finally {
    await association.abort();
  }
}
