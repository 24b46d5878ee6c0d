/**
 * One open association as an object: queries, echo, release, abort, the caller's signal. Everything that goes wrong is an error
 * of `errors.ts`. Does not depend on the command line or files.
 */
import type {
  AssociateRequest,
  NegotiatedContext,
} from "../association/events.ts";
import { decodeDataset } from "../codec/decode.ts";
import { PlainElements } from "../codec/plain_elements.ts";
import { encodeDataset } from "../codec/encode.ts";
import {
  type TransferSyntax,
  transferSyntaxOf,
} from "../codec/transfer_syntax.ts";
import { stringsOf } from "../codec/values.ts";
import { Dataset } from "../dataset/dataset.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { formatTag, groupOf } from "../dataset/tag.ts";
import { MAX_MESSAGE_LENGTH } from "../dimse/assembler.ts";
import { PRIORITY } from "../dimse/commands.ts";
import { statusInfo } from "../dimse/status.ts";
import {
  LocalProtocolError,
  NoContextError,
  TimeoutError,
  TransportError,
  UsageError,
} from "../errors.ts";
import { VERIFICATION } from "../find/models.ts";
import type { FindScu } from "../find/scu.ts";
import type { FinalResponse, ScuEvent } from "../find/scu_events.ts";
import type { AssociateAc } from "../pdu/types.ts";
import type { TransportInfo } from "../transport.ts";
import { type Driver, LAST_WORDS_TIMEOUT } from "../driver/drive.ts";
import { endOf, noContextError, statusError } from "./explain.ts";
import {
  type Channel,
  FindOperation,
  type FindOptions,
  type Match,
} from "./operation.ts";
import {
  type ClientTimeouts,
  type ConnectOptions,
  interruptionOf,
} from "./settings.ts";

/** Error Comment (PS3.7 Table E.2-1). */
const ERROR_COMMENT = 0x00000902;

/** The parts of an association being opened. */
export interface Opening {
  /** Has requested the association. */
  readonly scu: FindScu;
  /** Runs `scu` over the open transport. */
  readonly driver: Driver<ScuEvent>;
  readonly transport: TransportInfo;
  readonly request: AssociateRequest;
  readonly timeouts: ClientTimeouts;
  readonly options: ConnectOptions;
}

/** An open association. One operation at a time. */
export class ClientAssociation {
  /** Facts about the connection. */
  readonly transport: TransportInfo;
  /** The association that we requested. */
  readonly request: AssociateRequest;
  readonly #scu: FindScu;
  readonly #driver: Driver<ScuEvent>;
  readonly #timeouts: ClientTimeouts;
  readonly #options: ConnectOptions;
  #accept: AssociateAc | undefined;
  #end: Error | undefined;
  #isInterrupted = false;
  readonly #elements: PlainElements | undefined;
  /** The query that was begun last. */
  #operation: FindOperation | undefined;
  /** The release that was requested. */
  #release: Promise<void> | undefined;
  /** Whether anything came back on the open request. */
  #isAnswered = false;
  /** Requests that were answered to the end. */
  #matchCount = 0;

  /** Waits for the answer to an A-ASSOCIATE-RQ that was sent. Rejects when there is no association in the end. */
  static async open(opening: Opening): Promise<ClientAssociation> {
    const association = new ClientAssociation(opening);
    await association.#establish();
    return association;
  }

  private constructor(opening: Opening) {
    const { scu, driver, transport, request, timeouts, options } = opening;
    this.#scu = scu;
    this.#driver = driver;
    this.transport = transport;
    this.request = request;
    this.#timeouts = timeouts;
    this.#options = options;
    const { dictionary = Dictionary.standard, mend } = options;
    // What was mended is not what came.
    if (mend === undefined) this.#elements = new PlainElements(dictionary);
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

  /** Whether it has not ended yet, as far as is known. */
  get isOpen(): boolean {
    return this.#end === undefined && !this.#scu.isOver;
  }

  async #establish(): Promise<void> {
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
   * Sends a query. Iterate over the matches; afterwards `result` reports how it ended. Iteration throws `StatusError` when the
   * peer answers with a failure, and the errors of `errors.ts` when the association breaks: the matches before that are good.
   * Leaving the loop early cancels the query.
   */
  find(options: FindOptions): FindOperation {
    const { abstractSyntax, priority = "medium" } = options;
    if (!Object.hasOwn(PRIORITY, priority)) {
      throw new UsageError(`Unknown priority "${priority}"`, {
        hint: `There are ${Object.keys(PRIORITY).join(", ")}`,
      });
    }
    const context = this.#usableContext(abstractSyntax);
    const syntax = transferSyntaxOf(context.transferSyntax ?? "");
    if (syntax === undefined || syntax.encapsulated) {
      throw new NoContextError(
        `The peer chose the transfer syntax "${context.transferSyntax}", in which no identifier can be sent`,
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
      throw new UsageError("The identifier is empty");
    }
    this.#begin();
    this.#scu.find(
      context,
      identifier,
      this.#driver.now(),
      priority,
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
      elements: this.#elements,
      decode: (match, reportLoss) => this.#decode(match, reportLoss),
      syntaxOf: (contextId) => this.#syntaxOf(contextId) ?? syntax,
      commented: (final) => commented(final, syntax),
    };
    this.#operation = new FindOperation(
      channel,
      this.#timeouts.cancel,
      abstractSyntax,
    );
    return this.#operation;
  }

  #decode(match: Match, reportLoss: (text: string) => void): Dataset {
    const { dictionary, mend = (dataset: Dataset) => dataset } = this.#options;
    const warn = (text: string) =>
      this.#options.warn?.(`Match ${match.number}: ${text}`);
    const dataset = decodeDataset(match.bytes, match.syntax, {
      lost: (text) => {
        warn(text);
        reportLoss(text);
      },
      maxInflated: this.#options.maxResponseSize ?? MAX_MESSAGE_LENGTH,
      warn,
      ...(dictionary && { dictionary }),
    });
    const [first] = dataset;
    const group = first && groupOf(first.tag);
    if (first !== undefined && (group === 0 || group === 2)) {
      warn(
        `the identifier holds ${
          group === 0 ? "command" : "file meta"
        } elements, such as ${formatTag(first.tag)}`,
      );
    }
    return mend(dataset);
  }

  #syntaxOf(contextId: number): TransferSyntax | undefined {
    const context = this.contexts.find((one) => one.id === contextId);
    return transferSyntaxOf(context?.transferSyntax ?? "");
  }

  /** Verifies the connection with C-ECHO (PS3.4 A). Throws `StatusError` unless the answer is success. */
  async echo(): Promise<void> {
    const context = this.#usableContext(VERIFICATION);
    this.#begin();
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

  /** Ends the association in order. A peer that just closes the connection is tolerated, with a warning. */
  release(): Promise<void> {
    return this.#release ??= this.#doRelease();
  }

  async #doRelease(): Promise<void> {
    if (this.#scu.isOver || this.#end !== undefined) return this.abort();
    try {
      this.#scu.release(this.#driver.now());
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

  /** Ends the association with A-ABORT, unless it has ended; queued bytes are written first. */
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
      throw noContextError(
        abstractSyntax,
        this.contexts,
        this.request.contexts,
      );
    }
    return context;
  }

  #throwIfEnded(): void {
    if (this.#end !== undefined) throw this.#end;
  }

  /** A request is about to be sent: throws when the association has ended, even if the event was not fetched yet. */
  #begin(): void {
    while (this.#scu.isOver && this.#poll() !== undefined);
    this.#throwIfEnded();
    if (this.#scu.isOver || this.#driver.isClosed) {
      const { host, port } = this.#options.target;
      throw new LocalProtocolError(
        `The association with ${host}:${port} is over, because it was released, aborted or closed: open another one`,
      );
    }
    if (this.#operation?.isOver === false) {
      throw new LocalProtocolError(
        "A query is open on this association: read its matches to the end, or leave them with return(), before the next request",
      );
    }
    this.#isAnswered = false;
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

  /** The same without waiting: undefined if nothing has arrived yet. */
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
      ? interruptionOf(this.#options.signal)
      : endOf(event, {
        target: this.#options.target,
        request: this.request,
        accepted: this.#accept !== undefined,
        answered: this.#isAnswered,
        served: this.#matchCount,
        timeouts: { ...this.#timeouts },
        secured: this.transport.security !== undefined,
        failure: this.#driver.failure,
      });
    if (end === undefined) {
      if (event?.type === "final") {
        this.#isAnswered = true;
        this.#matchCount++;
      }
      return event;
    }
    this.#end = this.#isInterrupted && end instanceof TimeoutError
      ? interruptionOf(this.#options.signal)
      : end;
    // Queued bytes (A-ABORT) are still sent, without waiting for that.
    this.#driver.flush();
    throw this.#end;
  }

  /** The caller's signal: cancel a query and give the peer a moment, abort anything else. */
  readonly #interrupt = (): void => {
    this.#isInterrupted = true;
    if (this.#accept !== undefined && this.#scu.isFinding) {
      this.#scu.cancel(this.#driver.now(), this.#timeouts.cancel);
      this.#driver.flush();
      return;
    }
    this.#scu.abort();
    this.#end = interruptionOf(this.#options.signal);
    void this.abort();
  };
}

/** Some peers put their Error Comment into a dataset after the command, where it does not belong. */
function commented(
  final: FinalResponse,
  syntax: TransferSyntax,
): FinalResponse {
  if (final.command.errorComment || final.dataset === undefined) return final;
  const comment = decodeDataset(final.dataset, syntax, { lenient: true })
    .get(ERROR_COMMENT);
  const errorComment = comment && stringsOf(comment)[0];
  return errorComment === undefined
    ? final
    : { ...final, command: { ...final.command, errorComment } };
}
